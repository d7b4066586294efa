"""The frozen models of `properties.yaml`: what is proven over all possible forms.

What a property means is `proofs.py`.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from hingeexpert.knowledge.condition import Condition
from hingeexpert.knowledge.models.base import (
    Entry,
    Id,
    LevelId,
    ObservableId,
    OnceId,
    Sentence,
    Sources,
    VerdictId,
    When,
)
from hingeexpert.knowledge.models.traits import RefersTo


class OfAnswers(Entry):
    """What is claimed of the answers of a form and of what holds with them. A key that is not given
    claims nothing.

    Attributes:
        true: A condition that is true.
        possible: A condition that is true or unknown.
        not_true: A condition that is false or unknown.
        blank: Groups or observables of which one that has no default is unanswered.
    """

    true: When | None = None
    possible: When | None = None
    not_true: When | None = None
    blank: tuple[Annotated[str, RefersTo("group or observable")], ...] = ()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions of which something is claimed."""
        given = (self.true, self.possible, self.not_true)
        return tuple(condition for condition in given if condition is not None)


class Claims(OfAnswers):
    """What must never hold together on any form.

    Attributes:
        triage, readiness: The decided verdict is one of these.
        coached: A cue, a drill, a dose or a step up may be given.
        opens: The decided verdict opens one of these drills, or a drill of one of these rungs.
        care: A line of a card with a promise is true.
        but_not_with: With these answers instead of its own, the form does not stand at the levels
            claimed. Each end of a ladder is then looked at by itself, whether it is decided or not.
    """

    triage: tuple[LevelId, ...] = ()
    readiness: tuple[VerdictId, ...] = ()
    coached: Literal["yes"] | None = None
    opens: tuple[Annotated[Id, RefersTo("drill or rung")], ...] = ()
    care: Literal["promised"] | None = None
    but_not_with: dict[ObservableId, str] = {}

    @property
    def ladders(self) -> dict[str, tuple[str, ...]]:
        """The levels that are claimed, by ladder."""
        given = {"triage": self.triage, "readiness": self.readiness}
        return {ladder: names for ladder, names in given.items() if names}


class Exempt(Entry):
    """An observable for which a property does not hold, and why that is right.

    Attributes:
        possible: Only on forms on which this is true or unknown; where it is false, the property
            holds.
    """

    observable: ObservableId
    possible: When | None = None
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

    @property
    def conditions(self) -> Iterator[Condition]:
        """Yield the conditions in it."""
        if self.never is not None:
            yield from self.never.conditions
        yield from (item.possible for item in self.exempt if item.possible is not None)


class PropertyFile(Entry):
    """`properties.yaml`."""

    properties: Annotated[tuple[Property, ...], Field(min_length=1)]
