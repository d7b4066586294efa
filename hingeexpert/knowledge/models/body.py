"""The frozen models of `body.yaml`: drawings of a person, on some of which answers are marked, and
what each answer changes in them.

Owns shapes, how answers add up to one panel, and what that panel then shows. How it looks is
`figure`.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.base import (
    Entry,
    Id,
    ObservableId,
    ParameterId,
    PoseId,
    Sentence,
    Short,
    Sources,
)
from hingeexpert.knowledge.models.build import Share
from hingeexpert.knowledge.models.poses import (
    Angles,
    Arrow,
    Behind,
    Contact,
    Length,
    Mark,
    Number,
    Panel,
    Place,
    PoseFile,
    Stick,
)

ONE_ONLY = ("pose", "stick", "behind", "wall")
"""What one finding takes from another in a drawing; everything else adds up."""


class Change(Entry):
    """What a finding changes in the drawing: another pose, degrees added to its angles, a contact
    of the stick, the wall, signs beside it.

    Attributes:
        tilt: Degrees that the stick leans forward more, where it touches one place only.
        stick: Where the stick is, whatever it touches otherwise.
        tips: Degrees that the whole body may tip back more to meet a wall that is far.
    """

    pose: PoseId | None = None
    change: Angles = Angles.model_construct()
    lost: Contact | None = None
    tilt: Number = 0
    stick: Stick | None = None
    behind: Behind | None = None
    tips: Number = 0
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


class WallDistance(Entry):
    """How far the wall is drawn, by an answer in foot lengths from the wall to the heels.

    Attributes:
        of: The question.
        limits: Two distances that none of these parts are not told apart.
        most: The farthest wall that is drawn.
        free: What is left free to a wall that is not reached.
        tips: Degrees that the body may tip back to meet a wall that is far.
        least: The least share of the bend in which it is seen how the knees bend.
        arms: The pose whose arms are drawn where the elbows would meet the wall first.
    """

    of: ObservableId
    limits: tuple[ParameterId, ...]
    most: Annotated[float, Field(gt=0, le=4)]
    free: Annotated[float, Field(gt=0, le=1)]
    tips: Number
    least: Share
    arms: PoseId


class BodyFigure(Entry):
    """One drawing.

    Attributes:
        panel: The person when nothing is found.
        lean: The number that says how far the person leans forward at the hips in degrees, if there
            is one.
        all_lost: The stick once every contact is lost.
        distance: How far the wall is, where a picture follows the answer.
        spots: Where questions are answered on it; none on a drawing that is for pictures only.
        besides: Each other question whose answers change it, to what each of them changes.
    """

    alt: Sentence | None = None
    panel: Panel
    lean: str | None = None
    all_lost: Stick | None = None
    distance: WallDistance | None = None
    spots: tuple[Spot, ...] = ()
    besides: dict[ObservableId, dict[str, Change]] = {}

    @property
    def shows(self) -> dict[str, dict[str, Change]]:
        """Each question whose answers change it, to what each of them changes, the last to change
        it last.
        """
        return {**{spot.observable: spot.shows for spot in self.spots}, **self.besides}

    @property
    def reads(self) -> tuple[str, ...]:
        """The questions whose answers change it."""
        return (*self.shows, *([] if self.lean is None else [self.lean]))

    def shown(
        self, body: PoseFile, answers: Mapping[str, Value], share: float = 1, tip: float = 0
    ) -> Panel:
        """Return the panel with everything that the answers change; where two change the same, the
        later one does.

        Args:
            body: The body and its poses.
            answers: Observable to value.
            share: How much of the way from upright to its pose the person has gone.
            tip: Degrees that the whole body tips back.
        """
        changes = self.changes(answers)
        added = self._added(body, changes, answers, share)
        update = {
            "lean": "own",
            "change": added.model_copy(update={"ankle": added.ankle - tip}),
            "stick": self._stick(changes),
            "wall": _last([self.panel.wall, *(change.wall for change in changes)]),
            "behind": _last([self.panel.behind, *(change.behind for change in changes)]),
            "marks": (*self.panel.marks, *(mark for change in changes for mark in change.marks)),
            "arrows": (
                *self.panel.arrows,
                *(arrow for change in changes for arrow in change.arrows),
            ),
        }
        return self.panel.model_copy(update=update)

    def _added(
        self,
        body: PoseFile,
        changes: Sequence[Change],
        answers: Mapping[str, Value],
        share: float,
    ) -> Angles:
        """Return the degrees by which the person differs from the pose of the panel."""
        lean = answers.get(self.lean) if self.lean is not None else None
        start: Angles = body.pose(
            self.panel, float(lean) if isinstance(lean, int | float) else None
        )
        for change in changes:
            start = body.poses[change.pose] if change.pose is not None else start
        parts = (start, *(change.change for change in changes))
        there = Angles(
            **{name: sum(getattr(part, name) for part in parts) for name in Angles.model_fields}
        )
        there = there if share == 1 else _on_the_way(body.poses[body.upright], there, share)
        own = body.poses[self.panel.pose]
        return Angles(
            **{name: getattr(there, name) - getattr(own, name) for name in Angles.model_fields}
        )

    def _stick(self, changes: Sequence[Change]) -> Stick | None:
        held: Stick | None = _last([change.stick for change in changes])
        if self.panel.stick is None or held is not None:
            return held
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
        """Return what the answers change, in the order in which they do; of two poses the later one
        is drawn, and nothing of the other.
        """
        found = self._found(answers)
        hidden = _hidden(found)
        return [change for name, change in found.items() if name not in hidden]

    def _found(self, answers: Mapping[str, Value]) -> dict[str, Change]:
        """Return each question of which the answer changes the figure, to what it changes."""
        return {
            name: changes[str(answers[name])]
            for name, changes in self.shows.items()
            if str(answers.get(name)) in changes
        }

    def bending(self, answers: Mapping[str, Value]) -> tuple[str, ...]:
        """Return the questions of which the answer changes how the knees bend."""
        found = self._found(answers)
        return tuple(name for name, change in found.items() if change.pose or change.change.knee)

    def says(
        self, panel: Panel, answers: Mapping[str, Value], well: Mapping[str, str]
    ) -> dict[str, frozenset[str]]:
        """Return what a panel of this figure shows, for each question that changes it: no value
        where another answer hides it.

        Args:
            panel: The figure as these answers make it.
            answers: Observable to value.
            well: Observable to the value that the figure shows where nothing is found.
        """
        found = self._found(answers)
        hidden = _hidden(found)
        return {
            name: frozenset()
            if name in hidden
            else self._value(name, panel, str(answers[name]) if name in found else well[name])
            for name in self.shows
        }

    def _value(self, name: str, panel: Panel, value: str) -> frozenset[str]:
        """Return what a panel shows of a question: of a contact what the drawn stick touches."""
        lost = {change.lost: value for value, change in self.shows[name].items() if change.lost}
        if not lost or panel.stick is None:
            return frozenset({value})
        touched = panel.stick.kept if panel.stick.off == 0 else ()
        gone = [value for contact, value in lost.items() if contact not in touched]
        kept = value not in self.shows[name]
        return frozenset(gone or ({value} if kept else ()))


def _hidden(found: Mapping[str, Change]) -> set[str]:
    """Return the questions of which another hides what they change: of two poses one is drawn."""
    hidden = set()
    for part in ONE_ONLY:
        changed = {name: getattr(change, part) for name, change in found.items()}
        set_by = [name for name, value in changed.items() if value is not None]
        hidden |= {name for name in set_by if changed[name] != changed[set_by[-1]]}
    return hidden


def _last(values: Sequence[Any]) -> Any:
    """Return the last value that there is."""
    return next((value for value in reversed(values) if value is not None), None)


def _on_the_way(upright: Angles, there: Angles, share: float) -> Angles:
    """Return a body that has gone a share of the way from upright; the feet stay as they are, and
    so do shanks that lean forward.
    """
    way = {
        name: getattr(upright, name) + share * (getattr(there, name) - getattr(upright, name))
        for name in Angles.model_fields
    }
    return Angles(**{**way, "foot": there.foot, "ankle": max(way["ankle"], there.ankle)})


class BodyFile(Entry):
    """`body.yaml`.

    Attributes:
        figures: Part of the form to its drawing.
        pictured: Drawings of which pictures are made and on which nothing is marked.
    """

    figures: dict[Id, BodyFigure]
    pictured: dict[Id, BodyFigure] = {}
    sources: Sources

    def figure(self, name: str) -> BodyFigure:
        """Return a drawing by its name."""
        return self.figures[name] if name in self.figures else self.pictured[name]
