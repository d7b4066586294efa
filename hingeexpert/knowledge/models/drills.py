"""The frozen models of the files in `drills/`."""

from typing import Annotated, Literal

from pydantic import Field

from hingeexpert.knowledge.models.base import (
    ConclusionId,
    Entry,
    FaultId,
    FileId,
    ParameterId,
    Sentence,
    Sources,
    Told,
    When,
)
from hingeexpert.knowledge.models.poses import DrillPicture
from hingeexpert.knowledge.models.things import Need

Rung = Literal["grind", "symmetry", "ballistic"]
"""The rungs beyond the pattern, in their order."""


class Item(Entry):
    """One line of a drill."""

    do: Told
    sources: Sources


class Cue(Entry):
    """One thing to say."""

    say: Told
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
    """A drill as a sheet to take home says it, in few words; `less` is the dose after a bad
    morning.
    """

    name: Told
    need: Told
    steps: Annotated[tuple[Told, ...], Field(min_length=2, max_length=6)]
    dose: Told
    less: Told | None = None
    feel: Told


class Drill(Entry):
    """An exercise, or a check that the examiner does.

    Attributes:
        needs: The things that it takes; empty is nothing.
        rung: The rung that it belongs to; none is the pattern. A drill of a rung is given only
            where the verdict opens it.
        enter: What must be proven of whoever it is given to.
        not_with: Faults and contributors beside which it is not given.
        before: What must go well first and no question holds; it is said, and not judged.
        load: The load to start with.
        step_up: When and how to do more.
        cue: The one thing to say with it, in place of the cue of a fault.
        cues: For a fault, what to say with this drill.
        easier: It may stand in place of a drill that is still too hard.
        tried_when: When it was done in the room.
    """

    drill: FileId
    title: Sentence
    purpose: Sentence
    seed: Literal["yes", "no"]
    by: Literal["person", "examiner"]
    needs: tuple[Need, ...] = ()
    rung: Rung | None = None
    enter: When | None = None
    not_with: tuple[ConclusionId, ...] = ()
    tried_when: When | None = None
    equipment: Told
    before: Item | None = None
    load: Item | None = None
    setup: Annotated[tuple[Item, ...], Field(min_length=1)]
    steps: Annotated[tuple[Item, ...], Field(min_length=1)]
    feel: Told
    dose: Dose
    step_up: Item | None = None
    cue: Cue | None = None
    cues: dict[FaultId, Cue] = {}
    brief: Brief | None = None
    easier: Literal["yes"] | None = None
    picture: DrillPicture | None = None
    stop: Annotated[tuple[Item, ...], Field(min_length=1)]
    helps: Annotated[tuple[FaultId, ...], Field(min_length=1)]
    sources: Sources

    @property
    def said(self) -> tuple[Cue, ...]:
        """What may be said with it: its own cues, then its steps."""
        own = (*self.cues.values(), *([self.cue] if self.cue else ()))
        lines = (Cue.model_construct(say=step.do, sources=step.sources) for step in self.steps)
        return (*own, *lines)

    @property
    def is_for_person(self) -> bool:
        """Whether the person does it, and not the examiner."""
        return self.by == "person"
