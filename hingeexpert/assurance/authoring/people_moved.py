"""Who is judged otherwise after a change of the rules: conclusion by conclusion, as masks of
people.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from hingeexpert.inference.crowd import Judged
from hingeexpert.inference.labels import NOT_PRESENT


@dataclass(frozen=True)
class Move:
    """People of whom one conclusion is said otherwise.

    Attributes:
        conclusion: As `Judged.labels` has it.
        was: What was said of them.
        now: What is said of them.
        mask: Who they are.
    """

    conclusion: str
    was: str
    now: str
    mask: int

    @property
    def count(self) -> int:
        """How many they are."""
        return self.mask.bit_count()


@dataclass(frozen=True)
class PeopleMoved:
    """Everybody who is judged otherwise.

    Attributes:
        of: How many people were judged.
        moves: Those of whom a conclusion is said otherwise, in the order of the conclusions; of one
            conclusion the most people first.
    """

    of: int
    moves: tuple[Move, ...]

    @property
    def mask(self) -> int:
        """The people of whom anything is said otherwise."""
        mask = 0
        for move in self.moves:
            mask |= move.mask
        return mask

    @property
    def count(self) -> int:
        """How many they are."""
        return self.mask.bit_count()

    def of_one(self, number: int) -> tuple[Move, ...]:
        """Return the moves of one person, by number from 0."""
        return tuple(move for move in self.moves if move.mask >> number & 1)


def people_moved(before: Judged, after: Judged) -> PeopleMoved:
    """Compare what two knowledge bases say of the same crowd. A conclusion that one of them lacks
    counts as absent there.
    """
    moves: list[Move] = []
    for conclusion in dict.fromkeys((*before.labels, *after.labels)):
        found = _moves(conclusion, before, after)
        moves += sorted(found, key=lambda move: move.count, reverse=True)
    return PeopleMoved(after.count, tuple(moves))


def _moves(conclusion: str, before: Judged, after: Judged) -> Iterator[Move]:
    """Yield the people of whom a conclusion is said otherwise, by what was and is said."""
    absent = {NOT_PRESENT: after.crowd.everyone}
    old = before.labels.get(conclusion, absent)
    new = after.labels.get(conclusion, absent)
    for was, mask in old.items():
        left = mask & ~new.get(was, 0)
        for now, others in new.items():
            if left and now != was and left & others:
                yield Move(conclusion, was, now, left & others)
