"""The frozen models of what `picture:` says in the file of a fault: how the picture of what was
seen is made of the answers of the form, and what it shows where it is not.

Owns shapes, and whether answers are such as a way of seeing a fault names.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.base import Entry, Id, ObservableId, ParameterId, Told
from hingeexpert.knowledge.models.body import Change
from hingeexpert.knowledge.models.poses import Arrow, FaultPicture, Mark, Panel, TagForPerson


class Band(Entry):
    """Numbers below one of the parameters, or over it."""

    below: ParameterId | None = None
    over: ParameterId | None = None

    def holds(self, number: float, limits: Mapping[str, float]) -> bool:
        """Return whether a number lies in it."""
        return (self.below is None or number < limits[self.below]) and (
            self.over is None or number > limits[self.over]
        )


Answered = str | Annotated[tuple[str, ...], Field(min_length=1)] | Band
"""One answer, one of several, or a number in a band."""


class Sighting(Entry):
    """One way in which a fault may have been seen, and the picture made of it.

    Attributes:
        figure: The drawing of `body.yaml` that the first panel is.
        about: What must have been answered; the label says just that.
        suppose: Answers that are drawn where the form has none.
        draws: What an answer changes in this picture, in place of what the figure says.
        alt: What the picture shows, where it is not what the fault's own does.
        label: What is seen in the first panel.
        aim: What is seen in the second panel, where it is not what the fault's own shows.
        marks: Signs in the first panel.
        second: The second panel, where it is not the fault's own.
        arrows: The arrows of the second panel, where they are not its own.
    """

    figure: Id
    about: Annotated[dict[ObservableId, Answered], Field(min_length=1)]
    suppose: dict[ObservableId, str] = {}
    draws: dict[ObservableId, Change] = {}
    alt: Told | None = None
    label: TagForPerson
    aim: TagForPerson | None = None
    marks: tuple[Mark, ...] = ()
    second: Panel | None = None
    arrows: tuple[Arrow, ...] | None = None

    def fits(self, answers: Mapping[str, Value], limits: Mapping[str, float]) -> bool:
        """Return whether the answers are those that it is about.

        Args:
            answers: Observable to value, of those that were given.
            limits: Parameter to its value.
        """
        supposed = all(
            str(answers.get(name, value)) == value for name, value in self.suppose.items()
        )
        return supposed and all(
            name in answers and _is(wanted, answers[name], limits)
            for name, wanted in self.about.items()
        )


def _is(wanted: Answered, value: Value, limits: Mapping[str, float]) -> bool:
    if isinstance(wanted, Band):
        return isinstance(value, int | float) and wanted.holds(value, limits)
    return str(value) in ((wanted,) if isinstance(wanted, str) else wanted)


class SeenPicture(FaultPicture):
    """What was seen, made of the answers, and what is wanted.

    Attributes:
        seen: How it may have been seen, the first that fits first.
        shows: What the first panel as it stands here shows: observable to the answers that it may
            be taken for, none where every answer denies it.
    """

    seen: tuple[Sighting, ...] = ()
    shows: dict[ObservableId, tuple[str, ...]] = {}

    @property
    def drawn(self) -> FaultPicture:
        """The picture alone, as it stands."""
        return FaultPicture(**{name: getattr(self, name) for name in FaultPicture.model_fields})
