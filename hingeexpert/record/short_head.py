"""The short head of the chain, as it stands on paper: `1234-ABCD-EFGH-JKMN-PQRS-3`.

First the number of the link; then 16 letters for the first 80 bits of its head, in the alphabet of
Crockford, which lacks I, L, O and U; then a letter that notices a slip in all that stands before
it (Luhn's sum, with 32 letters in place of ten digits).
"""

import re
from typing import NamedTuple

from hingeexpert.errors import InputError, shown

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
WORTH = len(LETTERS)
MISREAD = str.maketrans("OIL", "011")
COUNT, GROUP = 16, 4
SHAPE = re.compile(rf"[0-9]{{1,18}}[{LETTERS}]{{{COUNT + 1}}}")
WRONG = (
    "{}: this is no head of a record; it looks like 1234-ABCD-EFGH-JKMN-PQRS-3, and its last "
    "letter notices a slip in the others"
)


class ShortHead(NamedTuple):
    """The number of a link, and the first letters of its head."""

    number: int
    letters: str


def short_head(number: int, head: bytes) -> str:
    """Return what stands on paper for a link.

    Args:
        number: Its number.
        head: Its head; the first 10 bytes count.
    """
    letters = _letters(head)
    groups = [letters[start : start + GROUP] for start in range(0, COUNT, GROUP)]
    return "-".join([str(number), *groups, _check_letter(f"{number}{letters}")])


def matches(code: ShortHead, head: bytes) -> bool:
    """Return whether what stands on paper is of a head."""
    return code.letters == _letters(head)


def read_short_head(code: str) -> ShortHead:
    """Read what somebody copied from paper: in capitals or not, with or without blanks and dashes,
    with O for 0 and I or L for 1.

    Raises:
        InputError: It is none, or has a slip.
    """
    text = re.sub(r"[\s\-\u200b\u2010-\u2015]+", "", code).upper().translate(MISREAD)
    body, check = text[:-1], text[-1:]
    if not SHAPE.fullmatch(text) or _check_letter(body) != check:
        raise InputError.about("--head", WRONG.format(shown(code)))
    return ShortHead(int(body[:-COUNT]), body[-COUNT:])


def _letters(head: bytes) -> str:
    bits = int.from_bytes(head[: COUNT * 5 // 8], "big")
    return "".join(LETTERS[bits >> 5 * place & 31] for place in reversed(range(COUNT)))


def _check_letter(text: str) -> str:
    """Return the letter that completes Luhn's sum to a multiple of the alphabet."""
    total = 0
    for place, letter in enumerate(reversed(text)):
        value = LETTERS.index(letter) * (1 if place % 2 else 2)
        total += value // WORTH + value % WORTH
    return LETTERS[-total % WORTH]
