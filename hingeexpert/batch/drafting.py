"""Propose a mapping for somebody's table, for its owner to correct.

A heading or label is proposed by how alike it is to the identifiers, questions and values of the
knowledge base.
"""

import difflib
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hingeexpert.batch.mapping import BLANK, DATE, FREE, IGNORE, choices, fold, identifiers
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.observables import Observable

Words = frozenset[str]
FREE_TEXTS: Mapping[str, tuple[str, ...]] = {
    "patient.id": (
        "patient id",
        "patient number",
        "id",
        "record id",
        "record number",
        "participant id",
        "subject id",
        "study id",
        "MRN",
    ),
    "patient.name": ("patient name", "name", "full name", "name of the patient"),
    "date": (
        "date",
        "visit date",
        "date of visit",
        "assessment date",
        "date of assessment",
        "exam date",
    ),
    "clinician": (
        "clinician",
        "examiner",
        "therapist",
        "assessor",
        "physiotherapist",
        "name of the clinician",
    ),
}
"""What the columns of free text are commonly called."""
YES_NO = {"yes": ("yes", "y", "true", "1"), "no": ("no", "n", "false", "0")}
"""Labels of a flag."""
NOT = re.compile(r"\b(not?|never|none|without|\w+n['\u2019]t)\b")
SAME, SURE, ALIKE = 1.0, 0.85, 0.45
"""Score of the same words; least score that needs no second look; least score that is worth a
look.
"""
CLEAR = 0.15
"""How much more alike the best must be than the next, to be taken without a second look."""
MEANING, FREE_TEXT = 0.75, 0.7
"""Weight of what a value means, and of what a column of free text is called, beside a question."""
NAMED = 0.2
"""What a heading gains that has the words of the identifier's own name."""


@lru_cache(maxsize=20_000)
def words(text: str) -> Words:
    """Return the words of a text, without their commonest endings."""
    return frozenset(
        re.sub(r"(?<=\w{3})(ing|ed|es|s|ly)$", "", word)
        for word in re.findall(r"[^\W_]+", text.casefold())
    )


@dataclass(frozen=True)
class _Described:
    """An identifier in words: its own name, texts that name it, texts that hint at it, and all
    words that are said of it.
    """

    own: Words
    names: tuple[Words, ...]
    hints: tuple[Words, ...]
    all_words: Words


class Similarity:
    """Compares headings with the identifiers of one knowledge base.

    A word counts the more the fewer identifiers it is said of.
    """

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.described = {name: self._describe(name) for name in identifiers(knowledge)}
        named = [frozenset().union(*item.names) for item in self.described.values()]
        self.vocabulary = sorted(
            frozenset().union(*(item.all_words for item in self.described.values()))
        )
        counts = {word: sum(word in one for one in named) for word in self.vocabulary}
        self.weights = {
            word: math.log(1 + len(named) / (1 + count)) for word, count in counts.items()
        }
        self.most = max(self.weights.values())

    def _describe(self, name: str) -> _Described:
        if name in FREE:
            named = [words(text) for text in (name, *FREE_TEXTS[name])]
            return _Described(frozenset(), tuple(named), (), frozenset().union(*named))
        group_name, _, key = name.partition(".")
        group = next(group for group in self.knowledge.groups if group.group == group_name)
        own = words(key.replace("_", " "))
        texts = [name.replace(".", " ").replace("_", " "), f"{group.title} {key.replace('_', ' ')}"]
        if name not in group.observables:
            return _Described(own, tuple(words(text) for text in texts), (), words(" ".join(texts)))
        item = group.observables[name]
        named = [words(text) for text in (*texts, item.question, f"{group.title} {item.question}")]
        hinted = tuple(words(text) for text in item.values.values())
        return _Described(
            own, tuple(named), hinted, frozenset().union(*named, *hinted, words(item.look))
        )

    def score(self, heading: str, samples: Sequence[str]) -> dict[str, float]:
        """Return how alike a heading is to each identifier, from 0 to about 1.

        Args:
            heading: Of a column.
            samples: Cells of the column; they speak for or against an identifier.
        """
        if not words(heading):
            return dict.fromkeys(self.described, 0.0)
        said = frozenset(self._known(word) for word in words(heading))
        return {
            name: self._same(heading, name) or self._alike(said, name, samples)
            for name in self.described
        }

    def _known(self, word: str) -> str:
        """Return the word that a misspelt one stands for."""
        if word in self.weights or len(word) < 4:
            return word
        return next(iter(difflib.get_close_matches(word, self.vocabulary, n=1, cutoff=0.8)), word)

    def _same(self, heading: str, name: str) -> float:
        """Return `SAME` for a heading that is the identifier, or its question word for word."""
        texts = [name, *FREE_TEXTS.get(name, ())]
        texts += (
            [self.knowledge.observables[name].question]
            if name in self.knowledge.observables
            else []
        )
        return SAME if _letters(heading) in map(_letters, texts) else 0.0

    def _alike(self, said: Words, name: str, samples: Sequence[str]) -> float:
        item = self.described[name]
        best = max(self._shared(said, text) for text in item.names)
        best = max([best, *(MEANING * self._shared(said, text) for text in item.hints)])
        covered = self._weight(said & item.all_words) / self._weight(said)
        named = NAMED * self._weight(said & item.own) / self._weight(item.own) if item.own else 0.0
        weight = FREE_TEXT if name in FREE else 1
        return min(
            weight * (0.75 * best + 0.25 * covered) + named + self._spoken_for(name, samples),
            SAME - 0.01,
        )

    def _shared(self, said: Words, text: Words) -> float:
        return 2 * self._weight(said & text) / (self._weight(said) + self._weight(text))

    def _weight(self, some: Iterable[str]) -> float:
        return sum(self.weights.get(word, self.most) for word in sorted(some))

    def _spoken_for(self, name: str, samples: Sequence[str]) -> float:
        """Return what the cells of a column add to, or take from, its likeness to an identifier."""
        cells = [cell for cell in samples if fold(cell)]
        if not cells or name in FREE:
            return (
                -0.3
                if name == DATE and cells and not any(re.search(r"\d", cell) for cell in cells)
                else 0.0
            )
        item = self.knowledge.observables.get(name)
        if item is not None and item.answer.is_number:
            return 0.05 if all(map(begins_with_number, cells)) else -0.4
        flag = item is not None and item.answer.is_flag
        understood = [self._understood(name, item, cell) for cell in cells]
        return (0.05 if flag else 0.2) * sum(understood) / len(cells) if any(understood) else -0.15

    def _understood(self, name: str, item: Observable | None, cell: str) -> float:
        if exact(self.knowledge, name, cell) is not None:
            return 1.0
        return 0.6 if item is not None and alike(item, cell) is not None else 0.0

    def denied(self, heading: str, name: str) -> bool:
        """Say whether just one of the two is a denial: a question asked the other way round."""
        item = self.knowledge.observables.get(name)
        return item is not None and bool(NOT.search(heading.casefold())) != bool(
            NOT.search(f"{name} {item.question}".casefold())
        )


def exact(knowledge: KnowledgeBase, name: str, label: str) -> str | None:
    """Return the value that a label is, word for word: the value itself, what it means, or a common
    yes or no; else `None`.
    """
    item = knowledge.observables.get(name)
    for value in choices(knowledge, name):
        texts = [
            value,
            *([item.values[value]] if item else []),
            *(YES_NO.get(value, ()) if item and item.answer.is_flag else ()),
        ]
        if _letters(label) in map(_letters, texts):
            return value
    return None


def alike(item: Observable, label: str) -> str | None:
    """Return the one value whose meaning a label is like, or `None` where none is, several are, or
    one of the two is a denial.
    """
    scores = sorted(
        ((_overlap(label, value, meaning), value) for value, meaning in item.values.items()),
        reverse=True,
    )
    (best, value), others = scores[0], scores[1:]
    denied = bool(NOT.search(label.casefold())) != bool(
        NOT.search(f"{value} {item.values[value]}".casefold())
    )
    clear = best >= ALIKE and not denied and all(best - other >= CLEAR for other, _ in others)
    return value if clear else None


def _overlap(label: str, value: str, meaning: str) -> float:
    """Return the share of the words of a label that are said of a value, counting the words of the
    value itself twice.
    """
    said, named = words(label), words(value.replace("_", " "))
    if not said:
        return 0.0
    return (len(said & words(meaning) - named) + 2 * len(said & named)) / (
        len(said) + len(said & named)
    )


def _letters(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def begins_with_number(cell: str) -> bool:
    """Say whether a cell begins with a number, such as `0 (none)`."""
    return re.match(r"\s*-?\d+([.,]\d+)?(?!\w)", cell) is not None


MOST_LABELS, LONGEST_LABEL = 20, 200
"""Labels of a column, and characters of a label, beyond which the cells are taken for free text."""
OTHERS = 2
"""Identifiers that are named beside the best."""
ISO_DATE = re.compile(r"\s*\d{4}-\d{2}-\d{2}\s*")


@dataclass(frozen=True)
class Proposal:
    """What is proposed for one heading.

    Attributes:
        identifier: `None` where nothing is alike, or where it must not be guessed.
        remark: How sure that is, and what to look at.
    """

    heading: str
    identifier: str | None
    remark: str


def draft_mapping(
    knowledge: KnowledgeBase, columns: Sequence[str], samples: Mapping[str, Sequence[str]]
) -> str:
    """Return a mapping for a table, as YAML with comments.

    Args:
        knowledge: The knowledge base.
        columns: Headings of the table, in its order.
        samples: Heading to different cells of its column, blanks left out.
    """
    headings = list(
        {fold(heading): heading for heading in reversed(columns) if fold(heading)}.values()
    )[::-1]
    proposals = _proposals(Similarity(knowledge), headings, samples)
    lines = [
        (
            "# A draft, made by comparing words: read every line, and correct it. Without a "
            "second look, only '# sure' may stay as it is."
        ),
        (
            f"# {IGNORE} leaves a column out. Blank is unknown, never no: write {BLANK} for a "
            "label that says that nothing was answered."
        ),
        "columns:" if proposals else "columns: {}",
        *(
            f"  {quoted(one.heading)}: {one.identifier or IGNORE}  # {one.remark}"
            for one in proposals
        ),
        *_date_lines(proposals, samples),
    ]
    labels = [
        line
        for one in proposals
        for line in _label_lines(knowledge, one, samples.get(one.heading, ()))
    ]
    return (
        "\n".join(
            [
                *lines,
                *(
                    ["values:", *labels]
                    if any(not line.lstrip().startswith("#") for line in labels)
                    else labels
                ),
            ]
        )
        + "\n"
    )


def quoted(text: str) -> str:
    """Write a text in double quotes, as YAML reads it back; nothing in it moves a cursor or turns
    text around.
    """
    escaped = (
        f"\\{sign}" if sign in '"\\' else sign if sign.isprintable() else f"\\U{ord(sign):08x}"
        for sign in text
    )
    return f'"{"".join(escaped)}"'


def _proposals(
    similarity: Similarity, headings: Sequence[str], samples: Mapping[str, Sequence[str]]
) -> list[Proposal]:
    """Give each identifier to the heading that is most like it, and each heading at most one
    identifier.
    """
    scores = {heading: similarity.score(heading, samples.get(heading, ())) for heading in headings}
    pairs = [
        (score, heading, name)
        for heading in headings
        for name, score in scores[heading].items()
        if score >= max(ALIKE, max(scores[heading].values()) - CLEAR)
    ]
    given: dict[str, str] = {}
    for _, heading, name in sorted(pairs, key=lambda pair: -pair[0]):
        if heading not in given and name not in given.values():
            given[heading] = name
    return [
        _proposal(
            similarity, heading, given.get(heading), scores[heading], samples.get(heading, ())
        )
        for heading in headings
    ]


def _proposal(
    similarity: Similarity,
    heading: str,
    name: str | None,
    scores: Mapping[str, float],
    cells: Sequence[str],
) -> Proposal:
    ranked = sorted(
        (other for other, score in scores.items() if score >= ALIKE),
        key=lambda other: -scores[other],
    )
    if name is None:
        taken = (
            f"check this: like {', '.join(ranked[:OTHERS])}, given to another heading"
            if ranked
            else "nothing alike"
        )
        return Proposal(heading, None, taken)
    if _several(similarity.knowledge, name, cells):
        return Proposal(
            heading, None, f"check this: several answers in one cell, not guessed; like {name}"
        )
    others = [other for other in ranked if other != name]
    clear = scores[name] >= SURE and all(scores[name] - scores[other] >= CLEAR for other in others)
    if scores[name] < SAME and similarity.denied(heading, name):
        return Proposal(heading, name, "check this: asked the other way round?")
    if scores[name] == SAME or clear:
        return Proposal(heading, name, "sure")
    return Proposal(
        heading, name, f"check this: also {', '.join(others[:OTHERS])}" if others else "check this"
    )


def _several(knowledge: KnowledgeBase, name: str, cells: Sequence[str]) -> bool:
    """Say whether cells hold several labels: a part of one, cut at its commas, stands in another,
    or is a value by itself.
    """
    if name in FREE or not choices(knowledge, name):
        return False
    whole = [cell for cell in cells if exact(knowledge, name, cell) is None]
    for number, cell in enumerate(whole):
        parts = [part for part in cell.split(", ") if fold(part)]
        elsewhere = {
            fold(part)
            for other, text in enumerate(cells)
            if text != cell or other < number
            for part in (text, *text.split(", "))
        }
        if len(parts) > 1 and any(
            fold(part) in elsewhere or exact(knowledge, name, part) is not None for part in parts
        ):
            return True
    return False


def _date_lines(
    proposals: Sequence[Proposal], samples: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    for one in proposals:
        cells = samples.get(one.heading, ())
        if one.identifier == DATE and not all(ISO_DATE.fullmatch(cell) for cell in cells):
            yield (
                "# check this: dates are not YYYY-MM-DD; their order is not guessed. Say it, "
                'such as "%d/%m/%Y" or "%m/%d/%Y":'
            )
            yield "# date_format:"


def _label_lines(
    knowledge: KnowledgeBase, proposal: Proposal, cells: Sequence[str]
) -> Iterator[str]:
    """Yield the labels of a column of choices.

    Those whose value is not clear are comments, and so stay errors until they are said.
    """
    name = proposal.identifier
    if name is None or name in FREE:
        return
    if not choices(knowledge, name):
        if not all(re.fullmatch(r"\s*-?\d+([.,]\d+)?\s*", cell) for cell in cells):
            yield f"  # {name}: check this: some cells are not numbers"
        return
    item = knowledge.observables.get(name)
    understood = {label for labels in YES_NO.values() for label in labels}
    labels = list(
        {fold(cell): " ".join(cell.split()) for cell in reversed(cells) if fold(cell)}.values()
    )[::-1]
    meant = {label: _meant(knowledge, name, label) for label in labels}
    free = len(labels) > MOST_LABELS or any(len(label) > LONGEST_LABEL for label in labels)
    if free or 2 * sum(
        value is not None or fold(label) in understood for label, (value, _) in meant.items()
    ) < len(labels):
        yield (
            f"  # {name}: check this: most of its labels are not alike; its values are "
            f"{', '.join(choices(knowledge, name))}"
        )
        return
    plain = understood if item is not None and item.answer.is_flag else set()
    told = [label for label in labels if label != meant[label][0] and fold(label) not in plain]
    if told:
        yield f"  {name}:" if any(meant[label][0] for label in told) else f"  # {name}:"
    yield from (_label_line(knowledge, name, label, *meant[label]) for label in told)


def _meant(knowledge: KnowledgeBase, name: str, label: str) -> tuple[str | None, str]:
    value = exact(knowledge, name, label)
    if value is not None:
        return value, "sure"
    item = knowledge.observables.get(name)
    return (alike(item, label) if item is not None else None), "check this"


def _label_line(
    knowledge: KnowledgeBase, name: str, label: str, value: str | None, remark: str
) -> str:
    if value is None:
        return (
            f"    # {quoted(label)}:  # check this: nothing clearly alike; "
            f"{', '.join((*choices(knowledge, name), BLANK))}"
        )
    return f"    {quoted(label)}: {value}  # {remark}"
