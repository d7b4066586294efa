"""How alike the heading of a column is to each identifier.

A heading and an identifier are compared as sets of words. The identifier is described by its own
name, by texts that name it, such as its question, and by texts that hint at it, such as what its
values mean. Then the cells of the column speak for or against it: a column of words is no number.
"""

import difflib
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hingeexpert.batch.labels import LabelReader, Words, begins_with_number, letters, words
from hingeexpert.batch.mapping import DATE, FREE, fold, identifiers
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.observables import Observable

# A score lies between 0 and `SAME`. The weights below were set by hand, so that the headings of the
# tests find their identifiers, and those of a stranger's table find none.
SAME = 1.0
"""Score of the same words."""
NOT_SAME = SAME - 0.01
"""The most that words which are only alike can reach."""
BEST_TEXT, COVERED = 0.75, 0.25
"""Weights of how alike the best text is, and of the share of the heading's words that are said of
the identifier anywhere.
"""
MEANING, FREE_TEXT = 0.75, 0.7
"""Weight of what a value means, and of what a column of free text is called, beside a question."""
NAMED = 0.2
"""What a heading gains that has the words of the identifier's own name."""
UNDERSTOOD, UNDERSTOOD_FLAG = 0.2, 0.05
"""What a column gains whose cells are all values of the identifier; a yes and a no say little, for
many questions have them.
"""
NOT_UNDERSTOOD = -0.15
"""What it loses where no cell is one."""
HALF_UNDERSTOOD = 0.6
"""A cell that is only like a value, beside one that is one."""
NUMBERS, NO_NUMBERS = 0.05, -0.4
"""What it gains for a number, and what it loses where a cell is none."""
NO_DATES = -0.3
"""What a column without any digit loses for a date."""
SHORT_WORD = 4
"""Letters below which a word is not taken for a misspelt one."""
MISSPELT = 0.8
"""Least likeness, from 0 to 1, of a misspelt word to the one it stands for."""


@dataclass(frozen=True)
class _Described:
    """An identifier in words.

    Attributes:
        own_name: Its key.
        names: Texts that name it.
        hints: Texts that hint at it.
        all_words: Everything that is said of it.
    """

    own_name: Words
    names: tuple[Words, ...]
    hints: tuple[Words, ...]
    all_words: Words


class Similarity:
    """Compares headings with the identifiers of one knowledge base.

    A word counts the more the fewer identifiers it is said of.
    """

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.labels = LabelReader(knowledge)
        self._groups = {group.group: group for group in knowledge.groups}
        self._described = {name: self._describe(name) for name in identifiers(knowledge)}
        described = self._described.values()
        self._vocabulary = sorted(_union(item.all_words for item in described))
        self._weights = _weights(self._vocabulary, [_union(item.names) for item in described])
        self._most = max(self._weights.values())

    def _describe(self, name: str) -> _Described:
        if name in FREE:
            names = tuple(map(words, (name, *self._common_headings(name))))
            return _Described(frozenset(), names, (), _union(names))
        group_name, _, key = name.replace("_", " ").partition(".")
        title = self._groups[name.partition(".")[0]].title
        texts = [f"{group_name} {key}", f"{title} {key}"]
        item = self.knowledge.observables.get(name)
        if item is None:  # a shorthand
            return _Described(words(key), tuple(map(words, texts)), (), words(" ".join(texts)))
        texts += [item.question, f"{title} {item.question}"]
        names, hints = tuple(map(words, texts)), tuple(map(words, item.values.values()))
        return _Described(words(key), names, hints, _union((*names, *hints, words(item.look))))

    def _common_headings(self, name: str) -> tuple[str, ...]:
        """Return what a column of free text is commonly called."""
        headings = self.knowledge.tables.headings.items()
        return next((texts for column, texts in headings if column == name), ())

    def score(self, heading: str, samples: Sequence[str]) -> dict[str, float]:
        """Return how alike a heading is to each identifier, from 0 to about 1.

        Args:
            heading: Of a column.
            samples: Cells of the column; they speak for or against an identifier.
        """
        if not words(heading):
            return dict.fromkeys(self._described, 0.0)
        heading_words = frozenset(self._as_known(word) for word in words(heading))
        return {
            name: self._same(heading, name) or self._alike(heading_words, name, samples)
            for name in self._described
        }

    def _as_known(self, word: str) -> str:
        """Return the word that a misspelt one stands for."""
        if word in self._weights or len(word) < SHORT_WORD:
            return word
        matches = difflib.get_close_matches(word, self._vocabulary, n=1, cutoff=MISSPELT)
        return matches[0] if matches else word

    def _same(self, heading: str, name: str) -> float:
        """Return `SAME` for a heading that is the identifier, or its question word for word."""
        texts = [name, *self._common_headings(name)]
        if name in self.knowledge.observables:
            texts.append(self.knowledge.observables[name].question)
        return SAME if letters(heading) in map(letters, texts) else 0.0

    def _alike(self, heading: Words, name: str, samples: Sequence[str]) -> float:
        """Return how alike the words of a heading are to an identifier, below `SAME`."""
        item = self._described[name]
        best = max(self._shared(heading, text) for text in item.names)
        best = max([best, *(MEANING * self._shared(heading, text) for text in item.hints)])
        covered = self._weight(heading & item.all_words) / self._weight(heading)
        named = 0.0
        if item.own_name:
            named = NAMED * self._weight(heading & item.own_name) / self._weight(item.own_name)
        weight = FREE_TEXT if name in FREE else 1
        likeness = weight * (BEST_TEXT * best + COVERED * covered)
        return min(likeness + named + self._spoken_for(name, samples), NOT_SAME)

    def _shared(self, heading: Words, text: Words) -> float:
        """Return the share of two texts that both have, from 0 to 1 (Dice's coefficient)."""
        both = 2 * self._weight(heading & text)
        return both / (self._weight(heading) + self._weight(text))

    def _weight(self, some: Iterable[str]) -> float:
        """Return how much some words count; sorted, so that the sum is the same on every start."""
        return sum(self._weights.get(word, self._most) for word in sorted(some))

    def _spoken_for(self, name: str, samples: Sequence[str]) -> float:
        """Return what the cells of a column add to, or take from, its likeness to an identifier."""
        cells = [cell for cell in samples if fold(cell)]
        if not cells:
            return 0.0
        if name in FREE:
            has_digits = any(re.search(r"\d", cell) for cell in cells)
            return NO_DATES if name == DATE and not has_digits else 0.0
        item = self.knowledge.observables.get(name)
        if item is not None and item.answer.is_typed:
            return NUMBERS if all(map(begins_with_number, cells)) else NO_NUMBERS
        understood = [self._understood(name, item, cell) for cell in cells]
        if not any(understood):
            return NOT_UNDERSTOOD
        is_flag = item is not None and item.answer.is_flag
        return (UNDERSTOOD_FLAG if is_flag else UNDERSTOOD) * sum(understood) / len(cells)

    def _understood(self, name: str, item: Observable | None, cell: str) -> float:
        """Return how surely a cell is a value of an identifier, from 0 to 1."""
        if self.labels.exact(name, cell) is not None:
            return 1.0
        is_alike = item is not None and self.labels.alike(item, cell) is not None
        return HALF_UNDERSTOOD if is_alike else 0.0

    def denied(self, heading: str, name: str) -> bool:
        """Say whether just one of the two is a denial: a question asked the other way round."""
        item = self.knowledge.observables.get(name)
        if item is None:
            return False
        return self.labels.differ_in_denial(heading, f"{name} {item.question}")


def _union(sets: Iterable[Words]) -> Words:
    return frozenset().union(*sets)


def _weights(vocabulary: Sequence[str], named: Sequence[Words]) -> dict[str, float]:
    """Return how much each word counts: the logarithm of how rare it is.

    Args:
        vocabulary: Every word.
        named: The words that name each identifier.
    """
    weights: dict[str, float] = {}
    for word in vocabulary:
        count = sum(word in names for names in named)
        weights[word] = math.log(1 + len(named) / (1 + count))
    return weights
