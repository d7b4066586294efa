"""Measure how hard an English text is to read: sentences, words, syllables, and two grades made of
them.

Owns formulas; knows no limit, no text and no word by name.
"""

import math
import re
from collections.abc import Sequence
from functools import lru_cache

SMOG_SENTENCES = 30
"""Fewest sentences that the SMOG formula was made for."""
MANY_SYLLABLES = 3
"""Syllables from which SMOG counts a word."""

_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"')]))\s+(?=[\"'(]?[A-Z0-9])")
"""The blank between two sentences: behind a full stop, which a quotation mark or a bracket may
follow, and before a capital or a numeral. So `e.g. this` goes on, and `It went. "So?" he asked.`
has two.
"""
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
"""Letters and digits, joined by hyphens and apostrophes: `push-up`, `don't`."""

# The syllables of a word are its groups of vowels, less those in _SILENT, more those in _APART.
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(
    # -ed: `moved`, `ruled`, `rolled`; it is said in `lifted` and `needed`, and in `handled`, where
    # nothing else before the l can carry the syllable.
    r"(?:[^aeiouytdl]|[aeiouy]l|ll)ed$"
    # -es: `moves`, `rules`; it is said behind a hiss, as in `places`, and in `handles`.
    r"|(?:[^aeiouysxzhcgl]|[aeiouy]l)es$"
    # -e: `move`, `rule`; not `handle`, and not the end of a group of vowels, as in `free`.
    r"|(?:[^aeiouyl]|[aeiouy]l)e$"
)
"""An e at the end that is not said."""
_SILENT_INSIDE = re.compile(r"(?<=[^aeiouyl]e)(?:ment|less|ful|ly|thing|where|body)s?$")
"""What follows an e that was silent before it was added: `movement`, `careful`, `something`."""
_APART = re.compile(
    r"[aeiouy](?=ing)"  # `doing`
    r"|(?<!t)i(?=[ue]m|er|est|et|ent|ence)"  # `medium`, `easier`, `quiet`; not `patient`
    r"|(?<![tcsgl])i(?=a)|(?<=l)i(?=a[^nr])"  # `diagram`, `reliable`; not `special`, `familiar`
    r"|(?<![tcsgxn])io(?=[nu])"  # `lion`, `various`; not `motion`
    r"|(?<![gq])u(?=al|at|ou)"  # `manual`, `graduate`; not `equal`
    r"|ism$|[ds]n't$"  # `rheumatism`, `didn't`: a syllable without a vowel
)
"""The first of two vowels that are said apart, though they stand in one group."""


def sentences(text: str) -> list[str]:
    """Return the sentences of a text.

    A text without a full stop is one sentence; what has no word is none.
    """
    return [part for part in _END.split(" ".join(text.split())) if words(part)]


def words(text: str) -> list[str]:
    """Return the words of a text.

    A numeral is a word; so is a word with a hyphen or an apostrophe.
    """
    return _WORD.findall(text)


@lru_cache(maxsize=8192)
def syllables(word: str) -> int:
    """Return the syllables of a word by its spelling, at least 1; a numeral counts as 1.

    A syllable is a group of vowels, but for an e that is silent, and one more where two vowels are
    said apart.
    """
    plain = word.lower().replace("\u2019", "'")
    return sum(_syllables(part.removesuffix("'s")) for part in plain.split("-"))


def _syllables(part: str) -> int:
    groups = len(_VOWELS.findall(part)) + len(_APART.findall(part))
    return max(1, groups - len(_SILENT.findall(part)) - len(_SILENT_INSIDE.findall(part)))


def long_words(text: str) -> list[str]:
    """Return the words of three or more syllables, each as often as it stands there."""
    return [word for word in words(text) if syllables(word) >= MANY_SYLLABLES]


def grade(text: Sequence[str]) -> float:
    """Return the US school grade of a text by the Flesch-Kincaid formula.

    Kincaid JP, Fishburne RP, Rogers RL, Chissom BS. Derivation of new readability formulas for Navy
    enlisted personnel. Research Branch Report 8-75, Naval Technical Training Command, 1975.

    Args:
        text: At least one sentence; each has a word.
    """
    every = [word for sentence in text for word in words(sentence)]
    return 0.39 * len(every) / len(text) + 11.8 * sum(map(syllables, every)) / len(every) - 15.59


def smog(text: Sequence[str]) -> float | None:
    """Return the US school grade of a text by the SMOG formula, or `None` where it has too few
    sentences for it.

    McLaughlin GH. SMOG grading: a new readability formula. Journal of Reading 1969;12(8):639-646.

    Args:
        text: Sentences.
    """
    if len(text) < SMOG_SENTENCES:
        return None
    return smog_of(sum(len(long_words(sentence)) for sentence in text), len(text))


def smog_of(count: int, of_sentences: int) -> float:
    """Return the SMOG grade of so many words of three or more syllables in so many sentences."""
    return 1.0430 * math.sqrt(count * SMOG_SENTENCES / of_sentences) + 3.1291
