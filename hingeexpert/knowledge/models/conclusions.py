"""The frozen models of `findings.yaml`, of the files in `faults/` and `contributors/`, and of
`coaching.yaml`.

Owns shapes and what must hold inside one entry. Conditions are read by the grammar in the context
of the validation, so models are made by `loading.py` only.
"""

from typing import Annotated, Literal

from pydantic import Field

from hingeexpert.knowledge.models.base import (
    ConclusionId,
    DrillId,
    Entry,
    FaultId,
    FileId,
    FindingId,
    Id,
    ObservableId,
    OnceId,
    ParameterId,
    Sentence,
    Sources,
    Told,
    When,
)
from hingeexpert.knowledge.models.drills import Cue
from hingeexpert.knowledge.models.seen import SeenPicture
from hingeexpert.knowledge.models.things import Need
from hingeexpert.knowledge.models.traits import Once, RefersTo

Kind = Literal["movement", "setup", "practice"]
Confidence = Literal["high", "medium", "low"]
CONFIDENCES: tuple[Confidence, ...] = ("high", "medium", "low")
"""Levels of confidence, the surest first."""
COACHED = Once(within="order")
Coached = Annotated[FaultId, COACHED]


class Finding(Entry):
    """A named condition that several rules share."""

    meaning: Sentence
    when: When
    sources: Sources


class Rule(Entry):
    """A reason for a conclusion."""

    id: OnceId
    confidence: Confidence
    when: When
    because: Sentence
    sources: Sources


class FaultRule(Rule):
    """A reason for a fault.

    Attributes:
        seen: What the person is told in place of the fault's own words, where this is the surest
            reason that is true.
    """

    seen: Told | None = None


class Against(Entry):
    """What speaks against a fault: it removes it, limits it to low, or lowers it by one level."""

    id: OnceId
    effect: Literal["lowers", "limits_to_low", "removes"]
    rules: tuple[Annotated[Id, RefersTo("rule of this file")], ...] = ()
    when: When
    because: Sentence
    sources: Sources


class LookAlike(Entry):
    """What it may be taken for, and how to tell the two apart."""

    id: Annotated[Id, RefersTo("fault or contributor")]
    tell_apart: Sentence


class Conclusion(Entry):
    """What faults and contributors have in common: rules for, what speaks against, words."""

    title: Sentence
    meaning: Sentence
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]
    against: tuple[Against, ...] = ()
    look_alikes: tuple[LookAlike, ...] = ()

    def opposing(self, rule: Rule, effect: str) -> tuple[Against, ...]:
        """Return what touches this rule with this effect."""
        return tuple(item for item in self.touching(rule) if item.effect == effect)

    def touching(self, rule: Rule) -> tuple[Against, ...]:
        """Return what touches this rule: what speaks against it, and against all rules."""
        return tuple(item for item in self.against if not item.rules or rule.id in item.rules)


class FaultCue(Cue):
    """One thing to say for a fault.

    Attributes:
        needs: The things that it names; a drill that it is said with takes them too.
        when: What must be proven of whoever it is said to.
        not_with: Faults and contributors beside which it is not said.
    """

    needs: tuple[Need, ...] = ()
    when: When | None = None
    not_with: tuple[ConclusionId, ...] = ()

    @property
    def is_for_everybody(self) -> bool:
        """Whether it may be said to whoever has the fault."""
        return self.when is None and not self.not_with


class Exercise(Entry):
    """What may be done for a contributor: in the drill itself, or as a drill of its own."""

    say: Sentence
    drill: DrillId | None = None
    sources: Sources


class UnderLoad(Entry):
    """What to do where a fault is seen at load or at speed, and when to go back up."""

    do: Sentence
    until: Sentence
    sources: Sources


class Fault(Conclusion):
    """A fault of the movement, the set-up or the practice.

    Attributes:
        seen: What the person is told, where the rule that is true has no words of its own.
    """

    fault: FileId
    kind: Kind
    seed: Literal["yes", "no"]
    seen: Told | None = None
    rules: Annotated[tuple[FaultRule, ...], Field(min_length=1)]
    cues: Annotated[tuple[FaultCue, ...], Field(min_length=1)]
    drills: Annotated[tuple[DrillId, ...], Field(min_length=1)]
    drill_notes: tuple[Sentence, ...] = ()
    under_load: UnderLoad | None = None
    action: Sentence | None = None
    picture: SeenPicture | None = None


class Contributor(Conclusion):
    """A hypothesis to test, never a diagnosis.

    Attributes:
        topic: What it has in common with reasons of triage and readiness that tell the same.
        untold_while: A finding; while it is true the person is not told of this.
    """

    contributor: FileId
    patient: Told
    topic: Id | None = None
    untold_while: FindingId | None = None
    plan: Sentence
    exercise: Exercise | None = None
    test_with: Annotated[tuple[ObservableId, ...], Field(min_length=1)]


class ByConfidence(Entry):
    """Faults of which the one with the higher confidence is coached first."""

    by_confidence: Annotated[tuple[Coached, ...], Field(min_length=2)]


class FindingFile(Entry):
    """`findings.yaml`."""

    findings: dict[str, Finding]


class Together(Entry):
    """Two faults of the movement that may be present on one form, and why that makes sense."""

    faults: tuple[FaultId, FaultId]
    because: Sentence
    sources: Sources


class ContactTable(Entry):
    """What the table of contacts in the book goes through.

    Attributes:
        contacts: Each contact, and the question when it was lost.
        kept, lost: The answers of a contact.
        times: The answers of when, as rows.
        depth: A number; the columns are below the limit, and from it on.
    """

    contacts: Annotated[dict[ObservableId, ObservableId], Field(min_length=1)]
    kept: str
    lost: str
    times: Annotated[tuple[str, ...], Field(min_length=1)]
    depth: ObservableId
    limit: ParameterId


class CoachingFile(Entry):
    """`coaching.yaml`.

    Attributes:
        order: All faults in coaching order.
        sure_first: Kinds of fault of which a low one is in focus only where none is surer.
        together: The pairs that one reading of the stick may show; a test holds others apart.
        no_dose: What is said in place of a dose, for a kind of fault that needs none.
        less_dose_when: When drills are given at their smaller dose.
    """

    order: Annotated[tuple[Coached | ByConfidence, ...], Field(min_length=1)]
    sure_first: tuple[Kind, ...]
    together: tuple[Together, ...] = ()
    contact_table: ContactTable | None = None
    no_dose: dict[Kind, Sentence] = {}
    less_dose_when: When | None = None
    sources: Sources
