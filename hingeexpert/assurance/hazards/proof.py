"""What became of a hazard, and of each of its controls."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.hazards import Control, Hazard

Outcome = Literal["proven", "open", "empty", "undecided", "test", "words"]
"""`test` and `words` stand for a hazard that no rule can prevent."""
Effect = Literal["needed", "covered", "idle", "outside", "not tried"]
"""What becomes of a hazard without a control: it happens, others still prevent it, or nothing shows
that it prevents anything. `outside` are those that no form can prove.
"""


@dataclass(frozen=True)
class ControlProof:
    """What becomes of a hazard where one control is taken out.

    Attributes:
        person: Who is harmed then.
        covered_by: What still prevents it: without these as well it happens.
    """

    control: Control
    effect: Effect
    person: Mapping[str, Value] | None = None
    covered_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class HazardProof:
    """What became of a hazard.

    Attributes:
        person: To whom it happens, where it is open; a plainest form.
        controls: Each control of it.
        cuts: The smallest sets of rules, up to two, without which it happens; of very many only
            some.
        because: Why it is empty or undecided.
        defects: Where solver and engine disagree about a person.
    """

    hazard: Hazard
    outcome: Outcome
    person: Mapping[str, Value] | None = None
    controls: tuple[ControlProof, ...] = ()
    cuts: tuple[tuple[str, ...], ...] = ()
    because: str = ""
    defects: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong with it: it is proven, a test or words stand for it, or it is
        open and known to be.
        """
        allowed = ("open",) if self.hazard.known_open else ("proven", "test", "words")
        return self.outcome in allowed and not self.defects

    @property
    def single_points(self) -> tuple[str, ...]:
        """The rules on each of which alone it rests."""
        return tuple(cut[0] for cut in self.cuts if len(cut) == 1)

    @property
    def idle(self) -> tuple[Control, ...]:
        """Its controls of which nothing shows that they prevent anything."""
        return tuple(item.control for item in self.controls if item.effect == "idle")
