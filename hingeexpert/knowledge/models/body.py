"""The frozen models of `body.yaml`: drawings of a person on which answers are marked, and what each
answer changes in them.

Owns shapes, and how answers add up to one panel. How a panel looks is `figure`.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.base import Entry, Id, PoseId, Sentence, Short, Sources
from hingeexpert.knowledge.models.poses import (
    Angles,
    Arrow,
    Contact,
    Length,
    Mark,
    Number,
    Panel,
    Place,
    PoseFile,
    Stick,
)


class Change(Entry):
    """What a finding changes in the drawing: another pose, degrees added to its angles, a contact
    of the stick, the wall, signs beside it.

    Attributes:
        tilt: Degrees that the stick leans forward more, where it touches one place only.
    """

    pose: PoseId | None = None
    change: Angles = Angles.model_construct()
    lost: Contact | None = None
    tilt: Number = 0
    wall: Annotated[float, Field(ge=0, le=4)] | None = None
    marks: tuple[Mark, ...] = ()
    arrows: tuple[Arrow, ...] = ()


class Spot(Entry):
    """Where a question is answered on the drawing.

    Attributes:
        label: What it is called on the drawing.
        off: How far forward and up of the place it lies.
        away: How far from the back it lies, square to the trunk; negative on the side of the belly.
        shows: Each answer that is a finding, in the order in which presses go through them, to what
            it changes.
    """

    observable: str
    label: Short
    at: Place
    off: tuple[Length, Length] = (0, 0)
    away: Length = 0
    shows: Annotated[dict[str, Change], Field(min_length=1)]


class BodyFigure(Entry):
    """One drawing.

    Attributes:
        panel: The person when nothing is found.
        lean: The number that says how far the person leans forward at the hips in degrees, if there
            is one.
        all_lost: The stick once every contact is lost.
    """

    alt: Sentence
    panel: Panel
    lean: str | None = None
    all_lost: Stick | None = None
    spots: Annotated[tuple[Spot, ...], Field(min_length=1)]

    def shown(self, body: PoseFile, answers: Mapping[str, Value]) -> Panel:
        """Return the panel with everything that the answers change; where two change the same, the
        later spot does.
        """
        changes = self.changes(answers)
        update = {
            "lean": "own",
            "change": self._added(body, changes, answers),
            "stick": self._stick(changes),
            "wall": [
                self.panel.wall,
                *(change.wall for change in changes if change.wall is not None),
            ][-1],
            "marks": (*self.panel.marks, *(mark for change in changes for mark in change.marks)),
            "arrows": (
                *self.panel.arrows,
                *(arrow for change in changes for arrow in change.arrows),
            ),
        }
        return self.panel.model_copy(update=update)

    def _added(
        self, body: PoseFile, changes: Sequence[Change], answers: Mapping[str, Value]
    ) -> Angles:
        """Return the degrees by which the person differs from the pose of the panel."""
        lean = answers.get(self.lean) if self.lean is not None else None
        start: Angles = body.pose(
            self.panel, float(lean) if isinstance(lean, int | float) else None
        )
        for change in changes:
            start = body.poses[change.pose] if change.pose is not None else start
        parts = (start, *(change.change for change in changes))
        own = body.poses[self.panel.pose]
        return Angles(
            **{
                name: sum(getattr(part, name) for part in parts) - getattr(own, name)
                for name in Angles.model_fields
            }
        )

    def _stick(self, changes: Sequence[Change]) -> Stick | None:
        if self.panel.stick is None:
            return None
        kept = tuple(
            contact
            for contact in self.panel.stick.kept
            if contact not in {change.lost for change in changes}
        )
        tilt = self.panel.stick.tilt + sum(change.tilt for change in changes)
        return (
            self.panel.stick.model_copy(update={"kept": kept, "tilt": tilt})
            if kept
            else self.all_lost
        )

    def changes(self, answers: Mapping[str, Value]) -> list[Change]:
        """Return what the answers change, in the order of the spots."""
        return [
            spot.shows[str(answers[spot.observable])]
            for spot in self.spots
            if str(answers.get(spot.observable)) in spot.shows
        ]


class BodyFile(Entry):
    """`body.yaml`. `figures`: part of the form to its drawing."""

    figures: dict[Id, BodyFigure]
    sources: Sources
