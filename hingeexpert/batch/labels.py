"""Which value of a question a label of somebody's table means: word for word, or by alike words."""

import re
from functools import cached_property, lru_cache

from hingeexpert.batch.mapping import choices, fold
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.observables import Observable
from hingeexpert.knowledge.models.words import as_regex

Words = frozenset[str]
ALIKE = 0.45
"""Least likeness that is worth a look."""
CLEAR = 0.15
"""How much more alike the best must be than the next, to be taken without a second look."""
_ENDING = re.compile(r"(?<=\w{3})(ing|ed|es|s|ly)$")


@lru_cache(maxsize=20_000)
def words(text: str) -> Words:
    """Return the words of a text, without their commonest endings."""
    return frozenset(_ENDING.sub("", word) for word in _runs_of_letters(text))


def letters(text: str) -> str:
    """Return the words of a text as they stand, without what lies between them."""
    return " ".join(_runs_of_letters(text))


def _runs_of_letters(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def begins_with_number(cell: str) -> bool:
    """Say whether a cell begins with a number, such as `0 (none)`."""
    return re.match(r"\s*-?\d+([.,]\d+)?(?!\w)", cell) is not None


class LabelReader:
    """Compares labels with the values of one knowledge base."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        self._denial = as_regex(knowledge.tables.denial)

    @cached_property
    def yes_and_no(self) -> frozenset[str]:
        """Every common spelling of a yes or a no."""
        flag = self._knowledge.tables.flag
        return frozenset(map(fold, (*flag.yes, *flag.no)))

    def differ_in_denial(self, text: str, other: str) -> bool:
        """Say whether just one of two texts is a denial: asked, or answered, the other way
        round.
        """
        return self._denies(text) != self._denies(other)

    def _denies(self, text: str) -> bool:
        return self._denial.search(text.casefold()) is not None

    def exact(self, name: str, label: str) -> str | None:
        """Return the value that a label is, word for word: the value itself, what it means, or a
        common yes or no; else `None`.

        Args:
            name: An identifier.
            label: A cell of its column.
        """
        item = self._knowledge.observables.get(name)
        spelled = letters(label)
        for value in choices(self._knowledge, name):
            texts = [value]
            if item is not None:
                texts.append(item.values[value])
                texts += self._spellings(value) if item.answer.is_flag else ()
            if spelled in map(letters, texts):
                return value
        return None

    def _spellings(self, value: str) -> tuple[str, ...]:
        return self._knowledge.tables.flag.by_value.get(value, ())

    def alike(self, item: Observable, label: str) -> str | None:
        """Return the one value whose meaning a label is like, or `None` where none is, several are,
        or one of the two is a denial.
        """
        scores = [
            (_overlap(label, value, meaning), value) for value, meaning in item.values.items()
        ]
        (best, value), *others = sorted(scores, reverse=True)
        if best < ALIKE or any(best - other < CLEAR for other, _ in others):
            return None
        denied = self.differ_in_denial(label, f"{value} {item.values[value]}")
        return None if denied else value


def _overlap(label: str, value: str, meaning: str) -> float:
    """Return the share of the words of a label that are said of a value, counting the words of the
    value itself twice.
    """
    label_words, value_words = words(label), words(value.replace("_", " "))
    if not label_words:
        return 0.0
    shared_with_value = len(label_words & value_words)
    shared_with_meaning = len(label_words & words(meaning) - value_words)
    return (shared_with_meaning + 2 * shared_with_value) / (len(label_words) + shared_with_value)
