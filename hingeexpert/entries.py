"""The frozen models of the files in `rules/`: what may stand in each of them.

Owns shapes and what must hold inside one entry. Conditions are read by the validation context's grammar, so models are made by
`loading.py` only; what they form together is `knowledge.py`.
"""

from typing import Annotated, Literal

from pydantic import Field

from hingeexpert.entry import Entry, Id, Sentence, Short, Sources, Tip, When
from hingeexpert.poses import DrillPicture, FaultPicture

Kind = Literal["movement", "setup", "practice"]
Confidence = Literal["high", "medium", "low"]
CONFIDENCES: tuple[Confidence, ...] = ("high", "medium", "low")
"""Levels of confidence, the surest first."""


class Info(Entry):
    """`knowledge.yaml`."""

    id: Id
    form: str
    title: Sentence
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    reviewed: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")]
    groups: Annotated[tuple[Id, ...], Field(min_length=1)]
    purpose: Sentence
    definition: Annotated[tuple["Cue", ...], Field(min_length=1)]
    limits: Annotated[tuple[Sentence, ...], Field(min_length=1)]


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
    status: Literal["seed", "evidence", "proposal"]
    sources: Sources
    meaning: Sentence


class Range(Entry):
    """The allowed values of a number, both ends included; by how much one press of plus or minus moves it, and values to pick with one."""

    least: int | float
    most: int | float
    unit: Sentence
    step: Annotated[int | float, Field(gt=0)] = 1
    marks: tuple[int | float, ...] = ()


class Observable(Entry):
    """Something that may be asked, seen or measured."""

    question: Sentence
    short: Short | None = None
    asked_of: Literal["person", "observer", "examiner"]
    look: Sentence
    tip: Tip | None = None
    type: Literal["choice", "flag", "integer", "number"]
    values: dict[str, Sentence] = {}
    range: Range | None = None
    means: Sentence | None = None
    default: str | None = None
    blank: Literal["unknown", "not_needed"] = "unknown"
    ask_when: When | None = None
    void_when: When | None = None
    changeable: Literal["yes", "no"]
    harmless: tuple[str, ...] = ()
    harmful: tuple[str, ...] | Literal["higher", "lower"] = ()
    well: str | int | float | None = None
    well_while: Literal["all_well"] | None = None
    sources: Sources


class Shorthand(Entry):
    """A key of a form that answers every flag of its group that has no answer of its own."""

    key: Id
    value: str
    answers: str


class AllWell(Entry):
    """What one press may answer at once: the words on it, and what it stands for."""

    say: Short
    means: Sentence


class Group(Entry):
    """A group of observables: one part of the form."""

    group: Id
    title: Sentence
    intro: Sentence
    asked_first: Literal["yes"] | None = None
    when_needed: Literal["yes"] | None = None
    all_well: AllWell | None = None
    shorthand: Shorthand | None = None
    not_done_when: When | None = None
    observables: Annotated[dict[str, Observable], Field(min_length=1)]


class Finding(Entry):
    """A named condition that several rules share."""

    meaning: Sentence
    when: When
    sources: Sources


class Rule(Entry):
    """A reason for a conclusion."""

    id: Id
    confidence: Confidence
    when: When
    because: Sentence
    sources: Sources


class Against(Entry):
    """What speaks against a fault: it removes it, limits it to low, or lowers it by one level."""

    id: Id
    effect: Literal["lowers", "limits_to_low", "removes"]
    rules: tuple[Id, ...] = ()
    when: When
    because: Sentence
    sources: Sources


class LookAlike(Entry):
    """What it may be taken for, and how to tell the two apart."""

    id: Id
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
        return tuple(item for item in self.against if item.effect == effect and (not item.rules or rule.id in item.rules))


class Cue(Entry):
    """One thing to say."""

    say: Sentence
    sources: Sources


class Fault(Conclusion):
    """A fault of the movement, the set-up or the practice."""

    fault: Id
    kind: Kind
    seed: Literal["yes", "no"]
    seen: Sentence
    cues: Annotated[tuple[Cue, ...], Field(min_length=1)]
    drills: Annotated[tuple[Id, ...], Field(min_length=1)]
    drill_notes: tuple[Sentence, ...] = ()
    action: Sentence | None = None
    picture: FaultPicture | None = None


class Contributor(Conclusion):
    """A hypothesis to test, never a diagnosis."""

    contributor: Id
    patient: Sentence
    plan: Sentence
    test_with: Annotated[tuple[str, ...], Field(min_length=1)]


class Item(Entry):
    """One line of a drill."""

    do: Sentence
    sources: Sources


class Dose(Entry):
    """How much of a drill: parameters, or a pair of them for a band."""

    sets: Id | tuple[Id, Id]
    reps: Id | tuple[Id, Id]
    how: Sentence

    def parameters(self) -> tuple[str, ...]:
        """Return every parameter used."""
        return tuple(name for part in (self.sets, self.reps) for name in ((part,) if isinstance(part, str) else part))


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


class LevelRule(Entry):
    """A reason for a level of triage or a verdict of readiness; for who is sent on, in the person's words and where to go."""

    id: Id
    when: When
    because: Sentence
    act: Sentence | None = None
    patient: Sentence | None = None
    go: Sentence | None = None
    sources: Sources


class NoDose(Entry):
    """What to say of a drill in place of its dose, while a verdict is not ruled out or is proven."""

    while_open: Sentence | None = None
    while_true: Sentence | None = None


class Level(Entry):
    """A level of triage, or a verdict of readiness."""

    id: Id
    title: Sentence
    clinician: Sentence
    patient: Sentence
    withholds_cues: Literal["until_ruled_out", "while_true"] | None = None
    rules_limit: Literal["yes"] | None = None
    no_dose: NoDose = NoDose.model_construct()
    homework: Literal["none", "easier"] | None = None
    referral: Literal["yes"] | None = None
    rung: Annotated[int, Field(ge=1)] | None = None
    next: Sentence | None = None
    unlocks: tuple[Sentence, ...] = ()
    advice: tuple[Sentence, ...] = ()
    rules: tuple[LevelRule, ...] = ()
    always: Literal["yes"] | None = None


class Remark(Entry):
    """A note to the clinician that changes no conclusion, and what the person is told of it; where verdicts are named, there only."""

    id: Id
    when: When
    at: tuple[Id, ...] = ()
    say: Sentence
    patient: Sentence | None = None
    sources: Sources


class ByConfidence(Entry):
    """Faults of which the one with the higher confidence is coached first."""

    by_confidence: Annotated[tuple[Id, ...], Field(min_length=2)]


class SourceFile(Entry):
    """`sources.yaml`."""

    sources: dict[str, Source]


class ParameterFile(Entry):
    """`parameters.yaml`."""

    parameters: dict[str, Parameter]


class FindingFile(Entry):
    """`findings.yaml`."""

    findings: dict[str, Finding]


class TriageFile(Entry):
    """`triage.yaml`, most severe first."""

    levels: Annotated[tuple[Level, ...], Field(min_length=2)]


class ReadinessFile(Entry):
    """`readiness.yaml`, most restrictive first."""

    verdicts: Annotated[tuple[Level, ...], Field(min_length=2)]


class CoachingFile(Entry):
    """`coaching.yaml`."""

    order: Annotated[tuple[Id | ByConfidence, ...], Field(min_length=1)]
    no_dose: dict[Kind, Sentence] = {}
    sources: Sources


class RemarkFile(Entry):
    """`remarks.yaml`."""

    remarks: tuple[Remark, ...]
