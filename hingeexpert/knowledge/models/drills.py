"""The frozen models of the files in `drills/`."""

from typing import Annotated, Literal

from pydantic import Field

from hingeexpert.knowledge.models.base import (
    Entry,
    FaultId,
    FileId,
    ParameterId,
    Sentence,
    Sources,
    Told,
)
from hingeexpert.knowledge.models.poses import DrillPicture


class Item(Entry):
    """One line of a drill."""

    do: Told
    sources: Sources


class Dose(Entry):
    """How much of a drill: parameters, or a pair of them for a band."""

    sets: ParameterId | tuple[ParameterId, ParameterId]
    reps: ParameterId | tuple[ParameterId, ParameterId]
    how: Told

    def bands(self) -> tuple[tuple[str, ...], ...]:
        """Return the parameters of the sets, then those of the repetitions."""
        return tuple((part,) if isinstance(part, str) else part for part in (self.sets, self.reps))

    def parameters(self) -> tuple[str, ...]:
        """Return every parameter used."""
        return tuple(name for band in self.bands() for name in band)


class Brief(Entry):
    """A drill as a sheet to take home says it, in few words."""

    name: Told
    need: Told
    steps: Annotated[tuple[Told, ...], Field(min_length=2, max_length=6)]
    dose: Told
    feel: Told


class Drill(Entry):
    """An exercise, or a check that the examiner does."""

    drill: FileId
    title: Sentence
    purpose: Sentence
    seed: Literal["yes", "no"]
    by: Literal["person", "examiner"]
    equipment: Told
    setup: Annotated[tuple[Item, ...], Field(min_length=1)]
    steps: Annotated[tuple[Item, ...], Field(min_length=1)]
    feel: Told
    dose: Dose
    brief: Brief | None = None
    easier: Literal["yes"] | None = None
    picture: DrillPicture | None = None
    stop: Annotated[tuple[Item, ...], Field(min_length=1)]
    helps: Annotated[tuple[FaultId, ...], Field(min_length=1)]
    sources: Sources

    @property
    def is_for_person(self) -> bool:
        """Whether the person does it, and not the examiner."""
        return self.by == "person"
