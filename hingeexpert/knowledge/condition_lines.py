"""A condition as one line, as it stands in a cell of a table, and back.

    finding back_pain and context.age_years over age_limit
    stick.sacrum is lost/kept or not (triage urgent/emergency)
    at least cluster_size of (fault a; stick.depth_degrees from low up_to high)
    any_fault movement/setup
    any_reason of routine_referral but one/other

The words are those of the written form (`grammar.py`), which checks every name. `a/b` means any one
of them. What stands beside each other is joined by *and* or by *or*; brackets part the two.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from hingeexpert.errors import clean, nearest
from hingeexpert.formats.documents import MOST_DEPTH
from hingeexpert.knowledge.grammar import BOUNDS, NAMED, Reader
from hingeexpert.knowledge.vocabulary import Vocabulary

JOINED = {"and": "all", "or": "any"}
"""Word between parts to the key of the list that they form."""
OTHER_WORDS = ("and", "or", "not", "is", "at", "least", "of", "but", "any_fault", "any_reason")
RESERVED = frozenset({*OTHER_WORDS, *NAMED, *BOUNDS})
"""Words that are no name."""
_TOKEN = re.compile(r"[()/;]|[^\s()/;]+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


class LineError(Exception):
    """A line is no condition.

    Attributes:
        messages: What is wrong with it, each a sentence without a place.
    """

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__("; ".join(messages))
        self.messages = tuple(messages)


class _Words(NamedTuple):
    """A part of a line, and the word that joins its own parts; empty for a single one."""

    text: str
    joined: str = ""


def line_of(raw: Any) -> str:
    """Write a condition as one line.

    Args:
        raw: Plain data of a condition as a file has it, which the grammar reads without slips.
    """
    return _words(raw).text


def _words(raw: Any) -> _Words:
    return _all(_entry(key, value) for key, value in raw.items())


def _all(parts: Any) -> _Words:
    return _join("and", list(parts))


def _join(word: str, parts: Sequence[_Words]) -> _Words:
    """Join parts; those that the other word joins get brackets."""
    if len(parts) == 1:
        return parts[0]
    texts = (part.text if part.joined in ("", word) else f"({part.text})" for part in parts)
    return _Words(f" {word} ".join(texts), word)


def _entry(key: str, value: Any) -> _Words:
    match key:
        case "all":
            return _join("and", [_words(part) for part in value])
        case "any":
            return _join("or", [_words(part) for part in value])
        case "not":
            return _Words(f"not ({line_of(value)})")
        case "at_least":
            parts = "; ".join(line_of(part) for part in value["of"])
            return _Words(f"at least {value['n']} of ({parts})")
        case "any_reason":
            return _Words(f"any_reason of {value['level']} but {_names(value['but'])}")
    if key in NAMED or key == "any_fault":
        return _Words(f"{key} {_names(value)}")
    if isinstance(value, dict):
        return _Words(" ".join([key, *(f"{word} {name}" for word, name in value.items())]))
    return _Words(f"{key} is {_names(value)}")


def _names(value: Any) -> str:
    return "/".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def condition_of(line: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """Read a condition from one line.

    Args:
        line: The line; capital letters count as small ones.
        vocabulary: The names that it may use.

    Returns:
        Plain data as a file has it.

    Raises:
        LineError: It is no condition, or uses a name that is not known.
    """
    raw = _Parser(line.lower()).whole()
    _, problems = Reader(vocabulary).read(raw)
    if problems:
        raise LineError([message for _, message in problems])
    return raw


class _Parser:
    """Reads one line from left to right."""

    def __init__(self, line: str) -> None:
        self.tokens = _TOKEN.findall(line)
        self.place = 0
        self.depth = 0
        self.kinds: dict[str, Callable[[], dict[str, Any]]] = {
            "(": self._in_brackets,
            "not": self._not,
            "at": self._at_least,
            "any_reason": self._any_reason,
        }

    def whole(self) -> dict[str, Any]:
        """Read all of it."""
        raw = self._joined()
        if (token := self._next()) is not None:
            self._refuse("and, or, or the end of the line", token)
        return raw

    def _next(self) -> str | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def _take(self) -> str | None:
        token = self._next()
        self.place += 1
        return token

    def _refuse(self, wanted: str, token: str | None, near: str = "") -> None:
        """Stop before a token that cannot stand there."""
        before = " ".join(self.tokens[max(0, self.place - 3) : self.place])
        where = f'after "{clean(before)}" ' if before else ""
        found = "nothing" if token is None else f'"{clean(token)}"'
        raise LineError([f"{where}{wanted} is needed; found {found}{near}"])

    def _expect(self, word: str) -> None:
        token = self._next()
        if token != word:
            self._refuse(f'"{word}"', token)
        self.place += 1

    def _joined(self) -> dict[str, Any]:
        """Read parts that are all joined by the same word."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise LineError([f"brackets stand in one another more than {MOST_DEPTH} deep"])
        parts = [self._part()]
        word = self._next()
        while word in JOINED and self._next() == word:
            self.place += 1
            parts.append(self._part())
        if word in JOINED and self._next() in JOINED:
            message = '"and" and "or" stand side by side; put brackets around what belongs together'
            raise LineError([message])
        self.depth -= 1
        return _list_of(JOINED.get(word or "", ""), parts)

    def _part(self) -> dict[str, Any]:
        token = self._next()
        if token in self.kinds:
            return self.kinds[token]()
        if token in NAMED or token == "any_fault":  # noqa: S105 - a word of a line
            self.place += 1
            return {str(token): self._names()}
        return {self._name("a question, or a word such as finding or not"): self._test()}

    def _in_brackets(self) -> dict[str, Any]:
        self._expect("(")
        inside = self._joined()
        self._expect(")")
        return inside

    def _not(self) -> dict[str, Any]:
        self._expect("not")
        return {"not": self._in_brackets() if self._next() == "(" else self._part()}

    def _at_least(self) -> dict[str, Any]:
        self._expect("at")
        self._expect("least")
        count = self._parameter()
        self._expect("of")
        self._expect("(")
        parts = [self._joined()]
        while self._next() == ";":
            self.place += 1
            parts.append(self._joined())
        self._expect(")")
        return {"at_least": {"n": count, "of": parts}}

    def _any_reason(self) -> dict[str, Any]:
        self._expect("any_reason")
        self._expect("of")
        level = self._name("a level of triage")
        self._expect("but")
        return {"any_reason": {"level": level, "but": self._names()}}

    def _test(self) -> Any:
        """Read what must hold of a question: its answers, or bounds of its number."""
        if self._next() == "is":
            self.place += 1
            return self._names()
        bounds = dict(self._bounds())
        if not bounds:
            token = self._next()
            allowed = ["is", *BOUNDS]
            self._refuse(f"one of {', '.join(allowed)}", token, nearest(token, allowed))
        return bounds

    def _bounds(self) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        while (word := self._bound(bool(seen))) is not None:
            if word in seen:
                raise LineError([f'"{word}" stands there twice'])
            seen.add(word)
            yield word, self._parameter()

    def _bound(self, may_be_joined: bool) -> str | None:
        """Take the word of a bound, if one comes; between two of them may stand an *and*."""
        ahead = self.tokens[self.place : self.place + 3]
        if may_be_joined and ahead[:1] == ["and"] and _is_bound(ahead[1:]):
            self.place += 1
            ahead = ahead[1:]
        if not _is_bound(ahead):
            return None
        two = ahead[:2] == ["up", "to"]
        self.place += 1 + two
        return "up_to" if two else ahead[0]

    def _names(self) -> Any:
        """Read one name, or several as a list."""
        names = [self._name("a name")]
        while self._next() == "/":
            self.place += 1
            names.append(self._name("a name"))
        return names[0] if len(names) == 1 else names

    def _parameter(self) -> Any:
        """Read the name of a parameter; a number is read as one, and the grammar refuses it."""
        name = self._name("the name of a number")
        if not _NUMBER.fullmatch(name):
            return name
        return float(name) if "." in name else int(name)

    def _name(self, wanted: str) -> str:
        token = self._next()
        if token is None or token in RESERVED or not token[0].isalnum():
            self._refuse(wanted, token)
        self.place += 1
        return str(token)


def _is_bound(ahead: Sequence[str]) -> bool:
    return ahead[:1] != [] and (ahead[0] in BOUNDS or list(ahead[:2]) == ["up", "to"])


def _list_of(key: str, parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return parts as the files write them: *all of them* as one map, where no key comes twice."""
    if len(parts) == 1:
        return parts[0]
    merged = {name: value for part in parts for name, value in part.items()}
    if key == "all" and len(merged) == sum(map(len, parts)):
        return merged
    return {key: parts}
