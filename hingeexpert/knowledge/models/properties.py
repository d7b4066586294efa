"""The frozen models of `properties.yaml`: what is proven over all possible forms.

What a property means is `proofs.py`.
"""

from typing import Annotated, Literal

from pydantic import Field

from hingeexpert.knowledge.models.base import (
    Entry,
    Id,
    ObservableId,
    OnceId,
    Sentence,
    Sources,
    VerdictId,
    When,
)
from hingeexpert.knowledge.models.traits import RefersTo


class Claims(Entry):
    """What must never hold together on any form. A key that is not given claims nothing.

    Attributes:
        true: A condition that is true.
        possible: A condition that is true or unknown.
        not_true: A condition that is false or unknown.
        blank: Groups or observables of which one that has no default is unanswered.
        triage, readiness: The decided verdict is one of these.
        coached: A cue or drill may be given.
    """

    true: When | None = None
    possible: When | None = None
    not_true: When | None = None
    blank: tuple[Annotated[str, RefersTo("group or observable")], ...] = ()
    triage: tuple[Annotated[Id, RefersTo("triage level")], ...] = ()
    readiness: tuple[VerdictId, ...] = ()
    coached: Literal["yes"] | None = None


class Exempt(Entry):
    """An observable for which a property does not hold, and why that is right."""

    observable: ObservableId
    why: Sentence


class Property(Entry):
    """Something that is proven over all possible forms: claims that never hold together, or one of
    the built-in checks.
    """

    id: OnceId
    sentence: Sentence
    never: Claims | None = None
    check: (
        Literal["cautious", "whole", "consistent", "alive", "not_subsumed", "asks", "useful"] | None
    ) = None
    exempt: tuple[Exempt, ...] = ()
    sources: Sources


class PropertyFile(Entry):
    """`properties.yaml`."""

    properties: Annotated[tuple[Property, ...], Field(min_length=1)]
