"""The frozen models of `body.yaml`: drawings of a person on which answers are marked, and what each answer changes in them.

Owns shapes, and how answers add up to one panel. How a panel looks is `figure`.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from hingeexpert.condition import Value
from hingeexpert.entry import Entry, Id, Sentence, Sources
from hingeexpert.poses import Angles, Contact, Length, Panel, Place, PoseFile, Stick


class Change(Entry):
    """What a finding changes in the drawing: another pose, degrees added to its angles, a contact of the stick, the wall."""

    pose: Id | None = None
    change: Angles = Angles()
    lost: Contact | None = None
    wall: Annotated[float, Field(ge=0, le=4)] | None = None


class Spot(Entry):
    """Where a question is answered on the drawing.

    Attributes:
        off: How far forward and up of the place it lies.
        away: How far from the back it lies, square to the trunk; negative on the side of the belly.
        shows: Each answer that is a finding, in the order in which presses go through them, to what it changes.
    """

    observable: str
    at: Place
    off: tuple[Length, Length] = (0, 0)
    away: Length = 0
    shows: Annotated[dict[str, Change], Field(min_length=1)]

    def after(self, value: Value | None, well: str) -> str:
        """Return what a press makes of an answer: the first finding, the next one, and after the last what is as it should be.

        Args:
            value: The answer, or `None`.
            well: The answer that is as it should be.
        """
        findings = list(self.shows)
        place = findings.index(str(value)) + 1 if value in findings else 0
        return findings[place] if place < len(findings) else well


class BodyFigure(Entry):
    """One drawing.

    Attributes:
        panel: The person when nothing is found.
        lean: The number that says how far the person leans forward at the hips in degrees, if there is one.
    """

    alt: Sentence
    panel: Panel
    lean: str | None = None
    spots: Annotated[tuple[Spot, ...], Field(min_length=1)]

    def shown(self, body: PoseFile, answers: Mapping[str, Value]) -> Panel:
        """Return the panel with everything that the answers change."""
        panel, kept = self.panel, list(self.panel.stick.kept) if self.panel.stick else []
        lean = answers.get(self.lean) if self.lean is not None else None
        start = body.pose(panel, float(lean) if isinstance(lean, int | float) else None)
        added = Angles()
        for change in self.changes(answers):
            if change.pose is not None:
                start = body.poses[change.pose]
            added = Angles(**{name: getattr(added, name) + getattr(change.change, name) for name in Angles.model_fields})
            kept = [contact for contact in kept if contact != change.lost]
            panel = panel if change.wall is None else panel.model_copy(update={"wall": change.wall})
        stick = Stick(kept=tuple(kept)) if kept else None
        angles = {name: getattr(start, name) - getattr(body.poses[panel.pose], name) + getattr(added, name) for name in Angles.model_fields}
        return panel.model_copy(update={"lean": "own", "change": Angles(**angles), "stick": stick})

    def changes(self, answers: Mapping[str, Value]) -> list[Change]:
        """Return what the answers change, in the order of the spots."""
        return [spot.shows[str(answers[spot.observable])] for spot in self.spots if str(answers.get(spot.observable)) in spot.shows]


class BodyFile(Entry):
    """`body.yaml`. `figures`: part of the form to its drawing."""

    figures: dict[Id, BodyFigure]
    sources: Sources
