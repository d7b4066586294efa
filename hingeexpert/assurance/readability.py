"""Measure how hard an English text is to read: sentences, words, syllables, and two grades made of
them.

Owns formulas; knows no limit, no text and no word by name.
"""

import math
import re
from collections.abc import Sequence

SMOG_SENTENCES = 30
"""Fewest sentences that the SMOG formula was made for."""
MANY_SYLLABLES = 3
"""Syllables from which SMOG counts a word."""

_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"')]))\s+(?=[\"'(]?[A-Z0-9])")
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(
    r"(?:[^aeiouytdl]|[aeiouy]l|ll)ed$|(?:[^aeiouysxzhcgl]|[aeiouy]l)es$|(?:[^aeiouyl]|[aeiouy]l)e$"
)
_SILENT_INSIDE = re.compile(r"(?<=[^aeiouyl]e)(?:ment|less|ful|ly|thing|where|body)s?$")
_APART = re.compile(
    r"[aeiouy](?=ing)|(?<!t)i(?=[ue]m|er|est|et|ent|ence)|(?<![tcsgl])i(?=a)|(?<=l)i(?=a[^nr])|(?<![tcsgxn])io(?=[nu])"
    r"|(?<![gq])u(?=al|at|ou)|ism$|[ds]n't$"
)


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
    found = [word for sentence in text for word in words(sentence)]
    return 0.39 * len(found) / len(text) + 11.8 * sum(map(syllables, found)) / len(found) - 15.59


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
