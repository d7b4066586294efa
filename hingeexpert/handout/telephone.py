"""Numbers to call: found in what a clinic wrote, never broken over lines, dialled by a press."""

import re
from collections.abc import Iterator

SPACE = "\N{NO-BREAK SPACE}"
FEWEST = 3
"""Digits of a number to call, such as 112."""
LONGEST = 24
"""The most letters of a number that stands in a heading; one with hours or a second number is
longer, and gets a line of its own.
"""
_NUMBER = re.compile(r"[+(]?\d[\d\s()/.\-]*\d")
_HOURS = re.compile(r"\d{1,2}([.:]\d\d)?(\s*-\s*\d{1,2}([.:]\d\d)?)?")


def numbers_in(text: str) -> Iterator[str]:
    """Yield each number to call in a text; the hours of a day are none."""
    for found in _NUMBER.findall(text):
        digits = sum(letter.isdigit() for letter in found)
        if digits >= FEWEST and not _HOURS.fullmatch(found):
            yield found


def unbroken(text: str) -> str:
    """Return a text in which no number to call has a space to break at."""
    for number in numbers_in(text):
        text = text.replace(number, re.sub(r"\s+", SPACE, number))
    return text


def is_short(number: str) -> bool:
    """Whether a number stands well in a heading."""
    return len(number) <= LONGEST


def bound(heading: str) -> str:
    """Return a heading whose last word is never parted from the one before."""
    return SPACE.join(heading.rsplit(" ", 1))


def dialled(number: str) -> str:
    """Return the address that a number to call has on a page."""
    return "tel:" + re.sub(r"(?<!^)\+|\(0\)|[^\d+]", "", number)
