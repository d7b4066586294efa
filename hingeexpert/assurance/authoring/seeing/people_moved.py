"""Everybody who is judged otherwise after a change of the rules."""

from dataclasses import dataclass

from hingeexpert.assurance.authoring.seeing.telling import Moved, moved_people, moves
from hingeexpert.inference.crowd import Judged


@dataclass(frozen=True)
class PeopleMoved:
    """Everybody who is judged otherwise.

    Attributes:
        of: How many people were judged.
        moves: What is said otherwise, in the order of the conclusions; of one conclusion that of
            most people first.
        mask: The people of whom anything is said otherwise.
    """

    of: int
    moves: tuple[Moved, ...]
    mask: int

    @property
    def count(self) -> int:
        """How many are judged otherwise."""
        return self.mask.bit_count()

    def of_one(self, number: int) -> tuple[Moved, ...]:
        """Return the moves of one person, by number from 0."""
        return tuple(item for item in self.moves if item.people >> number & 1)


def people_moved(before: Judged, after: Judged) -> PeopleMoved:
    """Compare what two knowledge bases say of the same crowd."""
    found = moves(before, after)
    places: dict[str, int] = {}
    for item in found:
        places.setdefault(item.conclusion, len(places))
    ordered = sorted(found, key=lambda item: (places[item.conclusion], -item.count))
    return PeopleMoved(after.count, tuple(ordered), moved_people(found))
