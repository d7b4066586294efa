"""Which value of a question a label of somebody's table means: word for word, or by alike words.

An answer is never turned around: a label that says something of another value, a number that the
value does not have, or a word contrary to one of the value's, means nothing clear.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from hingeexpert.batch.mapping import choices, fold
from hingeexpert.knowledge import KnowledgeBase, in_language
from hingeexpert.knowledge.models.words import as_regex
from hingeexpert.knowledge.translation import spoken, words_in

Words = frozenset[str]
ALIKE = 0.45
"""Least likeness that is worth a look."""
CLEAR = 0.15
"""How much more alike the best must be than the next, to be taken without a second look."""
BY_MEANING = 0.75
"""Least likeness of a label that has no word of the value itself."""
DOUBT = re.compile(r"\?|¿|^\s*[(\[]")
"""What makes a label one of which its writer was not sure: a question, or all of it in brackets."""
_ENDING = re.compile(r"(?<=\w{3})(ing|ed|es|s|ly)$")


@lru_cache(maxsize=20_000)
def words(text: str) -> Words:
    """Return the words of a text, without their commonest endings."""
    return frozenset(_ENDING.sub("", word) for word in _runs_of_letters(text))


def letters(text: str) -> str:
    """Return the words of a text as they stand, without what lies between them."""
    return " ".join(_runs_of_letters(text))


def _runs_of_letters(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", without_accents(text))


def without_accents(text: str) -> str:
    """Return a text in small letters without accents: many a keyboard has none."""
    if text.isascii():
        return text.lower()
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in split if not unicodedata.combining(sign))


def begins_with_number(cell: str) -> bool:
    """Say whether a cell begins with a number, such as `0 (none)`."""
    return re.match(r"\s*-?\d+([.,]\d+)?(?!\w)", cell) is not None


@dataclass(frozen=True)
class _Said:
    """A value in words.

    Attributes:
        own: What it is called: itself, and the same in words and in every language.
        meaning: What it means.
    """

    value: str
    own: tuple[str, ...]
    meaning: str

    @cached_property
    def spelled(self) -> frozenset[str]:
        """Everything that it is called, and what it means, as `letters` gives it."""
        return frozenset(map(letters, (*self.own, self.meaning)))

    @cached_property
    def own_words(self) -> Words:
        """Every word that it is called by."""
        return frozenset().union(*map(words, self.own))

    @cached_property
    def all_words(self) -> Words:
        """Every word that is said of it."""
        return self.own_words | words(self.meaning)


class LabelReader:
    """Compares labels with the values of one knowledge base."""

    def __init__(self, knowledge: KnowledgeBase, *, translated: bool = True) -> None:
        """Prepare for a knowledge base.

        Args:
            knowledge: As loaded.
            translated: Whether its answers are known in every language that it has; it takes a
                moment to put those together.
        """
        self._knowledge = knowledge
        self._denial = as_regex(knowledge.tables.denial)
        unsure = knowledge.tables.unsure
        self._unsure = None if unsure is None else as_regex(unsure)
        self._fillers = words(" ".join(knowledge.tables.fillers))
        self._translated = [
            (in_language(knowledge, code), words_in(knowledge, code))
            for code in (knowledge.languages if translated else ())
        ]
        self._contrary = [
            (words(" ".join(one)), words(" ".join(other)))
            for one, other in knowledge.tables.contrary
        ]
        self._said: dict[str, tuple[_Said, ...]] = {}

    @cached_property
    def yes_and_no(self) -> frozenset[str]:
        """Every common spelling of a yes or a no, in every language."""
        found = [*self._knowledge.tables.flag.yes, *self._knowledge.tables.flag.no]
        for value in ("yes", "no"):
            found += [say(value) for _, say in self._translated]
            found += self._common(value)
        return frozenset(map(fold, found))

    def _common(self, value: str) -> Iterator[str]:
        """Yield how a value is commonly written in each language."""
        for language in self._knowledge.tables.languages.values():
            yield from language.labels.get(value, ())

    def differ_in_denial(self, text: str, other: str) -> bool:
        """Say whether just one of two texts is a denial: asked, or answered, the other way
        round.
        """
        return self._denies(text) != self._denies(other)

    def _denies(self, text: str) -> bool:
        return len(self._denial.findall(without_accents(text))) % 2 == 1

    def exact(self, name: str, label: str) -> str | None:
        """Return the value that a label is, word for word: the value itself, what it means, what it
        is called in any language, or a common yes or no; else `None`.

        Args:
            name: An identifier.
            label: A cell of its column.
        """
        if DOUBT.search(label):
            return None
        spelled = letters(label)
        found = [said.value for said in self._values(name) if spelled in said.spelled]
        return found[0] if len(found) == 1 else None

    def _values(self, name: str) -> tuple[_Said, ...]:
        """Return the values that may stand in a column, in words."""
        if name not in self._said:
            values = choices(self._knowledge, name)
            self._said[name] = tuple(self._in_words(name, value) for value in values)
        return self._said[name]

    def _in_words(self, name: str, value: str) -> _Said:
        own = [value, *self._common(value)]
        item = self._knowledge.observables.get(name)
        if item is None:
            return _Said(value, tuple(own), value)
        own += [item.say[value]] if value in item.say else []
        own += self._knowledge.tables.flag.by_value.get(value, ()) if item.answer.is_flag else ()
        for translated, say in self._translated:
            own.append(translated.observables[name].say.get(value) or say(spoken(value)))
        return _Said(value, tuple(own), item.values[value])

    def alike(self, name: str, label: str) -> str | None:
        """Return the one value whose words a label is like, or `None` where none is, several are,
        or the label might say something else. A yes and a no are known word for word or not at all.

        Args:
            name: A question with a choice of answers.
            label: A cell of its column.
        """
        values = self._values(name)
        item = self._knowledge.observables.get(name)
        if item is None or item.answer.is_flag:
            return None
        given = self._telling(words(label))
        scores = [(self._overlap(given, said), number) for number, said in enumerate(values)]
        (best, number), *others = sorted(scores, reverse=True)
        if best < ALIKE or any(best - other < CLEAR for other, _ in others):
            return None
        said = values[number]
        rest = [other for other in values if other is not said]
        return None if self._in_doubt(given, label, said, rest) else said.value

    def _telling(self, given: Words) -> Words:
        """Return the words that say something; all of them where none does."""
        return given - self._fillers or given

    def _overlap(self, given: Words, said: _Said) -> float:
        """Return the share of the words of a label that are said of a value, counting the words of
        the value itself twice.
        """
        if not given:
            return 0.0
        own = max((given & words(text) for text in said.own), key=len)
        by_meaning = len(given & words(said.meaning) - own)
        return (by_meaning + 2 * len(own)) / (len(given) + len(own))

    def _in_doubt(self, given: Words, label: str, said: _Said, others: list[_Said]) -> bool:
        """Say whether a label may mean something else than the value that it is most like."""
        if not given & said.own_words and self._overlap(given, said) < BY_MEANING:
            return True
        of_others = frozenset().union(*(other.own_words for other in others))
        if given & of_others - said.own_words or self._is_unsure(label):
            return True
        if any(word.isdigit() and word not in said.all_words for word in given):
            return True
        if any(self._contradict(given, said.all_words, *sides) for sides in self._contrary):
            return True
        return all(self.differ_in_denial(label, spoken(own)) for own in said.own)

    def _is_unsure(self, label: str) -> bool:
        if DOUBT.search(label):
            return True
        return self._unsure is not None and bool(self._unsure.search(without_accents(label)))

    @staticmethod
    def _contradict(given: Words, said: Words, one: Words, other: Words) -> bool:
        """Say whether a label has a word of one side, and a value only words of the other."""
        return any(
            given & mine and said & theirs and not said & mine
            for mine, theirs in ((one, other), (other, one))
        )
