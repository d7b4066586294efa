"""The frozen models of what a person may do, and write down, where no drill goes home.

Owns shapes only. The words stand in `handout.yaml`.
"""

from typing import Annotated

from pydantic import Field

from hingeexpert.knowledge.models.base import Entry, Sources, Told


class ToDo(Entry):
    """One thing that may be done where no drill goes home."""

    say: Told
    sources: Sources


class Notes(Entry):
    """Lines to write on until the next visit.

    Attributes:
        lines: How many there are for what hurt, each with how much.
        ask: What stands beside the line after them.
    """

    lines: Annotated[int, Field(ge=1, le=5)]
    hurt: Told
    much: Told
    ask: Told


class Today(Entry):
    """What may be done until the next visit where no drill goes home. It is neither a drill nor a
    cue.

    Attributes:
        held: While the drills pause.
        otherwise: While answers are missing, or no drill suits.
    """

    heading: Told
    held: Annotated[tuple[ToDo, ...], Field(min_length=1)]
    otherwise: Annotated[tuple[ToDo, ...], Field(min_length=1)]
    notes: Notes
