"""The frozen models of `knowledge.yaml`, `sources.yaml` and `parameters.yaml`: what the knowledge
is, and what it rests on.
"""

from typing import Annotated, Literal

from pydantic import Field

from hingeexpert.knowledge.models.base import (
    Entry,
    GroupId,
    Id,
    ObservableId,
    Sentence,
    Short,
    Sources,
    Status,
)
from hingeexpert.knowledge.models.traits import Once


class Definition(Entry):
    """A part of what a clean movement is."""

    say: Sentence
    sources: Sources


class Retired(Entry):
    """An identifier that forms no longer have, and what took its place."""

    id: Annotated[str, Once()]
    short: Short
    since: str
    successors: Annotated[tuple[ObservableId, ...], Field(min_length=1)]


class Info(Entry):
    """`knowledge.yaml`."""

    id: Id
    form: str
    reads: tuple[Annotated[str, Once()], ...] = ()
    retired: tuple[Retired, ...] = ()
    title: Sentence
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    canonical: Annotated[
        str, Field(pattern=r"^(https?://[^\s/?#]+[^\s?#]*[^\s/?#]|urn:[a-z0-9:._-]+)$")
    ]
    reviewed: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")]
    groups: Annotated[tuple[Annotated[GroupId, Once()], ...], Field(min_length=1)]
    purpose: Sentence
    definition: Annotated[tuple[Definition, ...], Field(min_length=1)]
    limits: Annotated[tuple[Sentence, ...], Field(min_length=1)]

    @property
    def tags(self) -> tuple[str, ...]:
        """Every tag that a form may have, the oldest first and the present one last."""
        return (*self.reads, self.form)


class Source(Entry):
    """Where a statement comes from, and what was read of it."""

    kind: Literal["seed", "paper", "guideline", "coach", "secondary", "general", "proposal"]
    citation: Sentence
    says: Sentence
    read: Literal["full", "abstract", "extract", "secondary", "none"]
    carried: Literal["fact", "opinion", "background"] | None = None
    link: str | None = None


class Parameter(Entry):
    """A number with its unit, status and source."""

    value: int | float
    unit: Sentence
    status: Status
    sources: Sources
    meaning: Sentence


class SourceFile(Entry):
    """`sources.yaml`."""

    sources: dict[str, Source]


class ParameterFile(Entry):
    """`parameters.yaml`."""

    parameters: dict[str, Parameter]
