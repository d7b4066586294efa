"""What should hold of every state of the rules, safety sentences and hazards, and what of it does
not after a change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from hingeexpert.knowledge.condition import Value

Kind = Literal["safety", "hazard"]


@dataclass(frozen=True)
class Shown:
    """A safety sentence that does not hold, or a hazard that happens.

    Attributes:
        kind: Which of the two.
        id: Its id.
        sentence: What should hold, or the harm.
        person: A form that shows it; `None` where it was not decided in time.
    """

    kind: Kind
    id: str
    sentence: str
    person: Mapping[str, Value] | None


class WhatHolds(Protocol):
    """Looks what holds of one state."""

    @property
    def asked(self) -> Mapping[Kind, int]:
        """How many sentences and hazards are looked at."""

    @property
    def proven(self) -> bool:
        """Whether what is not shown is proven to hold; else it was just not seen."""

    @property
    def shown(self) -> tuple[Shown, ...]:
        """What does not hold."""


@dataclass(frozen=True)
class Fallen:
    """What does not hold after a change.

    Attributes:
        asked: How many sentences and hazards were looked at.
        proven: Whether what is not shown is proven to hold; else it was just not seen.
        shown: Those that do not hold and did before, or were not there.
        as_before: Those that did not hold before either.
        mended: Those that did not hold before, and do now.
    """

    asked: Mapping[Kind, int]
    proven: bool
    shown: tuple[Shown, ...]
    as_before: tuple[Shown, ...]
    mended: tuple[Shown, ...]

    def holding(self, kind: Kind) -> int:
        """Return of how many of a kind nothing is shown."""
        return self.asked[kind] - sum(item.kind == kind for item in (*self.shown, *self.as_before))


def fallen(before: WhatHolds, after: WhatHolds) -> Fallen:
    """Compare what holds of two states."""
    old = {(item.kind, item.id): item for item in before.shown}
    new = {(item.kind, item.id): item for item in after.shown}
    return Fallen(
        after.asked,
        after.proven,
        tuple(item for key, item in new.items() if key not in old),
        tuple(item for key, item in new.items() if key in old),
        tuple(item for key, item in old.items() if key not in new),
    )
