"""The frozen models of the files in `drills/`."""

from typing import Annotated, Literal

from pydantic import Field

from hingeexpert.knowledge.models.base import Entry, Id, Sentence, Sources
from hingeexpert.knowledge.models.poses import DrillPicture


class Item(Entry):
    """One line of a drill."""

    do: Sentence
    sources: Sources


class Dose(Entry):
    """How much of a drill: parameters, or a pair of them for a band."""

    sets: Id | tuple[Id, Id]
    reps: Id | tuple[Id, Id]
    how: Sentence

    def bands(self) -> tuple[tuple[str, ...], ...]:
        """Return the parameters of the sets, then those of the repetitions."""
        return tuple((part,) if isinstance(part, str) else part for part in (self.sets, self.reps))

    def parameters(self) -> tuple[str, ...]:
        """Return every parameter used."""
        return tuple(name for band in self.bands() for name in band)


class Brief(Entry):
    """A drill as a sheet to take home says it, in few words."""

    name: Sentence
    need: Sentence
    steps: Annotated[tuple[Sentence, ...], Field(min_length=2, max_length=6)]
    dose: Sentence
    feel: Sentence


class Drill(Entry):
    """An exercise, or a check that the examiner does."""

    drill: Id
    title: Sentence
    purpose: Sentence
    seed: Literal["yes", "no"]
    by: Literal["person", "examiner"]
    equipment: Sentence
    setup: Annotated[tuple[Item, ...], Field(min_length=1)]
    steps: Annotated[tuple[Item, ...], Field(min_length=1)]
    feel: Sentence
    dose: Dose
    brief: Brief | None = None
    easier: Literal["yes"] | None = None
    picture: DrillPicture | None = None
    stop: Annotated[tuple[Item, ...], Field(min_length=1)]
    helps: Annotated[tuple[Id, ...], Field(min_length=1)]
    sources: Sources
