"""What is said of each identifier of a form in one language, and how alike a text is to it.

An identifier is described by its own name, by texts that name it, such as its question, and by
texts that hint at it, such as what its values mean. Texts are compared as sets of words; a word
counts the more the fewer identifiers it is said of.
"""

import difflib
import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from hingeexpert.batch.labels import Words, letters, words
from hingeexpert.batch.mapping import identifiers
from hingeexpert.knowledge import KnowledgeBase, in_language
from hingeexpert.knowledge.models.base import HEAD_COLUMNS
from hingeexpert.knowledge.models.tables import CommonWords

BEST_TEXT, COVERED = 0.75, 0.25
"""Weights of how alike the best text is, and of the share of the heading's words that are said of
the identifier anywhere.
"""
MEANING, FREE_TEXT = 0.75, 0.7
"""Weight of what a value means, and of what a column of free text is called, beside a question."""
NAMED = 0.2
"""What a heading gains that has the words of the identifier's own name."""
SHORT_WORD = 4
"""Letters below which a word is not taken for a misspelt one."""
MISSPELT = 0.8
"""Least likeness, from 0 to 1, of a misspelt word to the one it stands for."""


@dataclass
class _Described:
    """An identifier in words.

    Attributes:
        texts: What names it.
        own_name: The words of its key, in the language of the rules.
        hints: Texts that hint at it.
        look: How its answer is found.
    """

    texts: list[str] = field(default_factory=list)
    own_name: Words = frozenset()
    hints: tuple[Words, ...] = ()
    look: Words = frozenset()

    def __post_init__(self) -> None:
        self.spelled = frozenset(map(letters, self.texts))
        self.names = tuple(map(words, self.texts))
        self.all_words = _union((*self.names, *self.hints, self.look))


class InLanguage:
    """The identifiers of one knowledge base in the words of one language."""

    def __init__(self, knowledge: KnowledgeBase, code: str) -> None:
        """Describe every identifier that has words there.

        Args:
            knowledge: The knowledge base as loaded.
            code: Its own language, or one of `languages/` or of `tables.yaml`.
        """
        common = knowledge.tables.languages.get(code) or CommonWords()
        self._common = common.headings
        self.strangers = frozenset(map(letters, common.strangers))
        self._is_own = code == knowledge.info.language
        self._knowledge = knowledge
        self._there = in_language(knowledge, code) if code in knowledge.languages else knowledge
        self._is_translated = self._is_own or self._there is not knowledge
        self._titles = {group.group: group.title for group in self._there.groups}
        described = {name: self._describe(name) for name in identifiers(knowledge)}
        self._described = {name: item for name, item in described.items() if item.texts}
        self._weights = _Weights(self._described.values())

    def _describe(self, name: str) -> _Described:
        """Return what is said of an identifier; no text where nothing is."""
        common = [*self._common.get(name, ())]
        if name in HEAD_COLUMNS:
            return _Described([*self._free(name), *common])
        if self._is_own:
            return self._in_own_words(name, common)
        return _Described([*common, *self._translated(name)])

    def _translated(self, name: str) -> Iterator[str]:
        """Yield how a question is asked in another language, as far as that has words for it."""
        item = self._knowledge.observables.get(name)
        if item is None or not self._is_translated:
            return
        there, title = self._there.observables[name], self._titles[name.partition(".")[0]]
        asked = [there.question] if there.question != item.question else []
        asked += [there.short] if there.short != item.short and there.short else []
        yield from asked
        yield from (f"{title} {text}" for text in asked)

    def _in_own_words(self, name: str, common: list[str]) -> _Described:
        """Return what the rules themselves say of an answer."""
        group, _, key = name.partition(".")
        key, title = key.replace("_", " "), self._titles[group]
        texts = [f"{group} {key}", f"{title} {key}", *common]
        item = self._knowledge.observables.get(name)
        if item is None:  # a shorthand
            return _Described([*texts, title], words(key))
        for asked in filter(None, (item.question, item.short)):
            texts += [asked, f"{title} {asked}"]
        hints = tuple(map(words, item.values.values()))
        return _Described(texts, words(key), hints, words(item.look))

    def _free(self, name: str) -> list[str]:
        """Return what a column of free text is called on the form on paper, and commonly."""
        paper = self._there.handout.paper
        printed = {
            "patient.id": paper.patient_id,
            "patient.name": paper.name,
            "date": paper.date,
            "clinician": paper.clinician,
        }
        if self._is_own:
            return [name, printed[name], *self._knowledge.tables.headings_of(name)]
        return [printed[name]] if self._is_translated else []

    def texts(self, name: str) -> Sequence[str]:
        """Return the texts that name an identifier."""
        return self._described[name].texts if name in self._described else ()

    def is_called(self, text: str, name: str) -> bool:
        """Say whether a text names an identifier word for word.

        Args:
            text: Given as `labels.letters` gives it.
            name: The identifier.
        """
        return name in self._described and text in self._described[name].spelled

    def parts_named(self, text: str) -> frozenset[str]:
        """Return the parts of the form whose title or name stands in a text."""
        given = words(text)
        return frozenset(
            group
            for group, title in self._titles.items()
            if words(title) <= given or words(group) <= given
        )

    def as_known(self, text: str) -> Words:
        """Return the words of a text, each misspelt one as the word that it stands for; that is
        only found in the language of the rules, of which every word is known.
        """
        return frozenset(map(self._as_known, words(text))) if self._is_own else words(text)

    def _as_known(self, word: str) -> str:
        vocabulary = self._weights.by_word
        if word in vocabulary or len(word) < SHORT_WORD:
            return word
        matches = difflib.get_close_matches(word, vocabulary, n=1, cutoff=MISSPELT)
        return matches[0] if matches else word

    def alike(self, heading: Words, name: str) -> float:
        """Return how alike the words of a heading are to an identifier, from 0 to about 1."""
        item = self._described.get(name)
        if item is None or not heading:
            return 0.0
        best = max(self._shared(heading, text) for text in item.names)
        best = max([best, *(MEANING * self._shared(heading, text) for text in item.hints)])
        covered = self._covered(heading, item.all_words)
        named = NAMED * self._covered(item.own_name, heading) if item.own_name else 0.0
        weight = FREE_TEXT if name in HEAD_COLUMNS else 1
        return weight * (BEST_TEXT * best + COVERED * covered) + named

    def best_text(self, heading: Words, name: str) -> tuple[float, str]:
        """Return the text of an identifier that a heading is most like, and how alike it is."""
        pairs = [(self._shared(heading, words(text)), text) for text in self.texts(name)]
        return max(pairs, default=(0.0, ""))

    def _shared(self, heading: Words, text: Words) -> float:
        """Return the share of two texts that both have, from 0 to 1 (Dice's coefficient)."""
        weight, both = self._weights.of, heading & text
        return 2 * weight(both) / (weight(heading) + weight(text)) if both else 0.0

    def _covered(self, some: Words, others: Words) -> float:
        """Return the share of some words that stands among others, from 0 to 1."""
        both = some & others
        return self._weights.of(both) / self._weights.of(some) if both else 0.0


class _Weights:
    """How much words count: the logarithm of how rare each is among what names identifiers.

    Attributes:
        by_word: Every word that is said of an identifier, in their order, to its weight.
    """

    def __init__(self, described: Collection[_Described]) -> None:
        named = [_union(item.names) for item in described]
        self.by_word: dict[str, float] = {}
        for word in sorted(_union(item.all_words for item in described)):
            count = sum(word in names for names in named)
            self.by_word[word] = math.log(1 + len(named) / (1 + count))
        self._most = max(self.by_word.values(), default=1.0)

    def of(self, some: Iterable[str]) -> float:
        """Return how much some words count; sorted, so that the sum is the same on every start."""
        return sum(self.by_word.get(word, self._most) for word in sorted(some))


def _union(sets: Iterable[Words]) -> Words:
    return frozenset().union(*sets)
