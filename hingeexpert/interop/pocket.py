"""A filled form as a few letters, small enough for a QR code on the take-home sheet, and back.

Owns the layout of these letters. They hold the answers alone: no name, no number, no date, nobody
who saw the person. Which rules they were made with stands in them, as the order of the questions
comes from there; so does a checksum, so that a slip never reads as another form.
"""

import base64
import binascii
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from hingeexpert.errors import InputError, Problem
from hingeexpert.forms import Assessment
from hingeexpert.forms.writing import cells_of
from hingeexpert.interop.brought import Brought, assessment_of, partly_at_once
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.observables import Observable

LAYOUT = "A"
"""First letter of every code: how the rest is laid out. A change of it takes the next letter."""
HUNDREDTHS = 100
"""Parts of one that a number with decimals may have."""
HASH_BYTES, CHECK_BYTES = 4, 4
MOST_LETTERS = 4296
"""Letters that the largest QR code holds."""
LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
"""Those of base 32 (RFC 4648): a QR code packs them closely, and 0 and 1 are none of them."""
KEYBOARDS = (
    str.maketrans("", ""),
    str.maketrans("YZ", "ZY"),
    str.maketrans("QWAZ,?É\"'(-È", "AZQWMM234567"),
)
"""What a scanner types that takes the keyboard for an English one, by what it is: English, German,
French.
"""
FORM = "form"


@dataclass(frozen=True)
class _Picks:
    """A digit for one of a list of words; 0 is blank."""

    words: tuple[str, ...]

    @property
    def radix(self) -> int:
        return len(self.words) + 1

    def digit(self, value: Value) -> int | None:
        return self.words.index(str(value)) + 1

    def value(self, digit: int) -> Value:
        return self.words[digit - 1]


@dataclass(frozen=True)
class _Steps:
    """A digit for a number: how many parts of one it lies above the least; 0 is blank."""

    least: int
    most: int
    parts: int

    @property
    def radix(self) -> int:
        return self.most - self.least + 2

    def digit(self, value: Value) -> int | None:
        """Return the digit; `None` for a number between two steps, which is never rounded."""
        steps = Decimal(str(value)) * self.parts
        whole = int(steps)
        return whole - self.least + 1 if whole == steps else None

    def value(self, digit: int) -> Value:
        steps = self.least + digit - 1
        return steps // self.parts if steps % self.parts == 0 else steps / self.parts


class _Place(NamedTuple):
    """One digit of the number that a form is."""

    identifier: str
    digits: _Picks | _Steps


@cache
def _places(knowledge: KnowledgeBase) -> tuple[_Place, ...]:
    """Return the digits, the highest first: what is blank on most forms makes the number short.

    These are the questions that a shorthand answers, then the last parts of the form.
    """
    spared = [name for group in knowledge.groups if group.shorthand for name in group.flags]
    asked = [name for name in reversed([*knowledge.observables]) if name not in spared]
    shorts = ((name, _shorthand(knowledge, name)) for name in knowledge.shorthands)
    named = ((name, _digits(knowledge.observables[name])) for name in (*spared, *asked))
    older = (FORM, _Picks(tuple(knowledge.info.reads)))
    return tuple(_Place(*place) for place in (older, *named, *shorts))


def _shorthand(knowledge: KnowledgeBase, name: str) -> _Picks:
    """Return the digit of a shorthand, which is one bit."""
    short = knowledge.shorthands[name].shorthand
    assert short is not None
    return _Picks((short.value,))


def _digits(item: Observable) -> _Picks | _Steps:
    """Return the digit of a question."""
    if item.range is None:
        return _Picks(item.answer.categories)
    parts = 1 if item.answer.whole else HUNDREDTHS
    least, most = (Decimal(str(end)) * parts for end in (item.range.least, item.range.most))
    return _Steps(int(least), int(most), parts)


def pocket_text(knowledge: KnowledgeBase, assessment: Assessment, file: str = "form") -> str:
    """Return the answers of a form as letters and digits for a QR code.

    Args:
        knowledge: The knowledge base that the form was read with, in any language.
        assessment: The form. Its head is left out: no name, number, date or clinician.
        file: Name for messages.

    Raises:
        InputError: It has what the code can not hold: numbers finer than a hundredth, flags left
            blank beside a shorthand. All of it.
    """
    number = 0
    digits = _digits_of(knowledge, assessment, file)
    for place in _places(knowledge):
        number = number * place.digits.radix + digits.get(place.identifier, 0)
    content = bytes.fromhex(knowledge.sha256)[:HASH_BYTES] + _bytes_of(number)
    return LAYOUT + _letters(content + _check(content))


def _digits_of(knowledge: KnowledgeBase, assessment: Assessment, file: str) -> dict[str, int]:
    """Return the digit of everything that is not blank, by its identifier."""
    cells = cells_of(knowledge, assessment)
    if assessment.older_form is not None:
        cells[FORM] = assessment.older_form
    slips = partly_at_once(knowledge, assessment)
    digits, problems = {}, [Problem(file, None, slip.place, slip.message) for slip in slips]
    for name, places in _places(knowledge):
        digit = places.digit(cells[name]) if name in cells else 0
        if digit is None:
            message = "the number is finer than a hundredth; a QR code holds two decimals"
            problems.append(Problem(file, None, name, message))
        else:
            digits[name] = digit
    if problems:
        raise InputError(problems)
    return digits


def _bytes_of(number: int) -> bytes:
    """Return a number in as few bytes as it takes."""
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _check(content: bytes) -> bytes:
    """Return the checksum of a code."""
    return zlib.crc32(LAYOUT.encode() + content).to_bytes(CHECK_BYTES, "big")


def _letters(content: bytes) -> str:
    return base64.b32encode(content).decode().rstrip("=")


def read_pocket(knowledge: KnowledgeBase, text: str, file: str = "code") -> Assessment:
    """Return the form that a code holds: its answers, without a head.

    Args:
        knowledge: The knowledge base.
        text: What a scanner types: in any case, with blanks and line breaks anywhere.
        file: Name for messages; what was typed is never told.

    Raises:
        InputError: It is no code, has a slip, or was made with other rules; nothing is guessed.
    """
    content = _sound(file, text)
    made_with, ours = content[:HASH_BYTES].hex(), knowledge.sha256[: 2 * HASH_BYTES]
    if made_with != ours:
        message = (
            f"the code was made with other rules: theirs begin with {made_with}, these, version "
            f"{knowledge.info.version}, with {ours}; read it with the rules it was made with"
        )
        raise InputError.about(file, message)
    cells = dict(_cells(knowledge, file, int.from_bytes(content[HASH_BYTES:], "big")))
    return assessment_of(knowledge, file, Brought(cells))


def _sound(file: str, text: str) -> bytes:
    """Return what stands between the layout and the checksum, once both are right."""
    if len(text) > 2 * MOST_LETTERS:
        message = f"{len(text)} characters; a code has at most {MOST_LETTERS}"
        raise InputError.about(file, message)
    typed = "".join(text.split()).upper()
    for keyboard in KEYBOARDS:
        content = _content(typed.translate(keyboard))
        if content is not None:
            return content
    raise InputError.about(file, _slip(typed))


def _content(letters: str) -> bytes | None:
    """Return what a code holds; `None` where a letter of it is wrong."""
    layout, rest = letters[:1], letters[1:]
    try:
        raw = base64.b32decode(rest + "=" * (-len(rest) % 8))
    except (binascii.Error, ValueError):
        return None
    content = raw[:-CHECK_BYTES]
    if len(content) < HASH_BYTES or layout != LAYOUT:
        return None
    # The last letter has bits to spare: what stands in them is a slip as well.
    return content if raw == content + _check(content) and _letters(raw) == rest else None


def _slip(typed: str) -> str:
    """Say why this is no code; never what was typed."""
    if not typed:
        return "there is no code; scan it, or type its letters"
    if typed[0] != LAYOUT and LETTERS.issuperset(typed):
        return f"a code begins with {LAYOUT}; this is none, or one of a newer program"
    for number, letter in enumerate(typed, 1):
        if letter not in LETTERS:
            return f"character {number} is none that a code has: only A to Z and 2 to 7; scan again"
    return "the letters do not fit their checksum: one is wrong, missing or too many; scan again"


def _cells(knowledge: KnowledgeBase, file: str, number: int) -> Iterator[tuple[str, Value]]:
    """Yield the cells of the form that a number is."""
    for name, digits in reversed(_places(knowledge)):
        number, digit = divmod(number, digits.radix)
        if digit:
            yield name, digits.value(digit)
    if number:
        raise InputError.about(file, "the code holds more than the form asks")
