"""Chance for many people at once: the same on every machine, and for each person the same however
many there are.

Each person has a number from 0 up to 1 for each name, which lies across masks: the first has the
halves of all people, the second the quarters, and so on. To ask who is below a share takes one step
for each mask, whoever they are.
"""

import hashlib

DIGITS = 20
"""Binary digits of a number: shares are met to a millionth."""


class Chance:
    """The numbers of many people under one name."""

    def __init__(self, name: str, people: int) -> None:
        """Draw them.

        Args:
            name: What they are drawn for; another name gives other numbers.
            people: How many people there are.
        """
        self._everyone = (1 << people) - 1
        self._digits = [_bits(f"{name}/{digit}", people) for digit in range(DIGITS)]

    def below(self, share: float) -> int:
        """Return the people whose number is below a share.

        Args:
            share: From 0 to 1.
        """
        limit = round(share * (1 << DIGITS))
        if limit >> DIGITS:
            return self._everyone
        # From the last digit to the first: where the limit has a 1, a 0 is below whatever follows.
        below = 0
        for zeros in reversed(self._digits):
            below = below | zeros if limit & 1 else below & zeros
            limit >>= 1
        return below


def _bits(name: str, people: int) -> int:
    """Return a mask that is half full."""
    octets = hashlib.shake_128(name.encode()).digest(people // 8 + 1)
    return int.from_bytes(octets, "little") & (1 << people) - 1
