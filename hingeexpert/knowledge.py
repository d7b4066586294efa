"""The frozen models of everything in `rules/`, and the knowledge base they form together.

Owns the shape of the files and the named conditions that follow from them. Reading files is `loading.py`; judging a person is
`inference`. Conditions are read by the validation context's grammar, so a model is made by `loading.py` only.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from hingeexpert.condition import AllOf, AnyOf, Between, Condition, Holds, Network, Not, OneOf, Value, leaves

CONDITION_SCHEMA = {"type": "object", "minProperties": 1, "description": "A condition, see docs/knowledge-format.md."}


def _read_condition(raw: Any, info: ValidationInfo) -> Condition:
    assert info.context is not None
    condition, problems = info.context["reader"].read(raw)
    if problems:
        raise PydanticCustomError("condition", "condition", {"problems": problems})
    return condition  # type: ignore[no-any-return]


When = Annotated[Condition, PlainValidator(_read_condition), WithJsonSchema(CONDITION_SCHEMA)]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Sentence = Annotated[str, Field(min_length=2, max_length=1500)]
Sources = Annotated[tuple[str, ...], Field(min_length=1)]
Confidence = Literal["high", "medium", "low"]
CONFIDENCES: tuple[Confidence, ...] = ("high", "medium", "low")
"""Levels of confidence, the surest first."""


class Entry(BaseModel):
    """Base of every model: strict, frozen, no unknown keys."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", arbitrary_types_allowed=True)


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
    """The allowed values of a number, both ends included."""

    least: int | float
    most: int | float
    unit: Sentence


class Observable(Entry):
    """Something that may be asked, seen or measured."""

    question: Sentence
    asked_of: Literal["person", "observer", "examiner"]
    look: Sentence
    type: Literal["choice", "flag", "integer", "number"]
    values: dict[str, Sentence] = {}
    range: Range | None = None
    means: Sentence | None = None
    default: str | None = None
    blank: Literal["unknown", "not_needed"] = "unknown"
    ask_when: When | None = None
    void_when: When | None = None
    changeable: Literal["yes", "no"]
    sources: Sources


class Shorthand(Entry):
    """A key of a form that answers every flag of its group that has no answer of its own."""

    key: Id
    value: str
    answers: str


class Group(Entry):
    """A group of observables: one part of the form."""

    group: Id
    title: Sentence
    intro: Sentence
    asked_first: Literal["yes"] | None = None
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
    kind: Literal["movement", "setup", "practice"]
    seed: Literal["yes", "no"]
    seen: Sentence
    cues: Annotated[tuple[Cue, ...], Field(min_length=1)]
    drills: Annotated[tuple[Id, ...], Field(min_length=1)]
    drill_notes: tuple[Sentence, ...] = ()
    action: Sentence | None = None


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
    stop: Annotated[tuple[Item, ...], Field(min_length=1)]
    helps: Annotated[tuple[Id, ...], Field(min_length=1)]
    sources: Sources


class LevelRule(Entry):
    """A reason for a level of triage or a verdict of readiness."""

    id: Id
    when: When
    because: Sentence
    act: Sentence | None = None
    sources: Sources


class Level(Entry):
    """A level of triage, or a verdict of readiness."""

    id: Id
    title: Sentence
    clinician: Sentence
    patient: Sentence
    withholds_cues: Literal["until_ruled_out", "while_true"] | None = None
    unlocks: tuple[Sentence, ...] = ()
    advice: tuple[Sentence, ...] = ()
    rules: tuple[LevelRule, ...] = ()
    always: Literal["yes"] | None = None


class Remark(Entry):
    """A note to the clinician that changes no conclusion."""

    id: Id
    when: When
    say: Sentence
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
    sources: Sources


class RemarkFile(Entry):
    """`remarks.yaml`."""

    remarks: tuple[Remark, ...]


@dataclass(frozen=True, eq=False)
class KnowledgeBase:
    """All of `rules/`, checked.

    Attributes:
        sha256: Hash of the knowledge, over every file but the worked cases.
        ladders: `triage` and `readiness` to their levels, most severe first.
    """

    info: Info
    sha256: str
    sources: Mapping[str, Source]
    parameters: Mapping[str, Parameter]
    groups: tuple[Group, ...]
    findings: Mapping[str, Finding]
    faults: Mapping[str, Fault]
    contributors: Mapping[str, Contributor]
    drills: Mapping[str, Drill]
    ladders: Mapping[str, tuple[Level, ...]]
    coaching: tuple[str | ByConfidence, ...]
    remarks: tuple[Remark, ...]
    observables: Mapping[str, Observable] = field(init=False)

    def __post_init__(self) -> None:
        everything = {name: item for group in self.groups for name, item in group.observables.items()}
        object.__setattr__(self, "observables", everything)

    @cached_property
    def conditions(self) -> dict[str, Condition]:
        """Every named condition. Names: see `named_conditions`."""
        return named_conditions(self)

    @cached_property
    def network(self) -> Network:
        """The network of all named conditions."""
        asked = {name: f"ask:{name}" for name, item in self.observables.items() if item.ask_when is not None}
        optional = frozenset(name for name, item in self.observables.items() if item.blank == "not_needed")
        return Network(self.conditions, asked, optional)

    @cached_property
    def form_network(self) -> Network:
        """The network of what a form itself decides: answers that cannot be read, drills that were not done."""
        void = {f"void:{name}": item.void_when for name, item in self.observables.items() if item.void_when is not None}
        skipped = {f"not_done:{group.group}": group.not_done_when for group in self.groups if group.not_done_when is not None}
        return Network({**void, **skipped}, {})

    @cached_property
    def answers(self) -> dict[str, tuple[Value, ...]]:
        """For each observable, answers that between them have every effect that any answer can have."""
        tests: dict[str, list[OneOf | Between]] = {name: [] for name in self.observables}
        for node in (*self.network.nodes, *self.form_network.nodes):
            if node.test is not None:
                tests[node.test.observable].append(node.test.test)
        return {name: representatives(item, tests[name]) for name, item in self.observables.items()}

    @cached_property
    def coaching_order(self) -> tuple[str, ...]:
        """All faults in coaching order, a tie within `by_confidence` as written."""
        return tuple(name for item in self.coaching for name in (item.by_confidence if isinstance(item, ByConfidence) else (item,)))


def named_conditions(knowledge: KnowledgeBase) -> dict[str, Condition]:
    """Return every named condition of a knowledge base.

    Names are `ask:<observable>`, `finding:<id>`, `fault:<id>` and `contributor:<id>` (present), `triage:<id>` and `readiness:<id>` (the
    level's own condition), `remark:<id>`; rules are `<fault or contributor>.<rule>`, `triage.<level>.<rule>`,
    `readiness.<level>.<rule>`, and what speaks against is `<fault or contributor>.against.<id>`.
    """
    named: dict[str, Condition] = {}
    for name, item in knowledge.observables.items():
        if item.ask_when is not None:
            named[f"ask:{name}"] = item.ask_when
    named |= {f"finding:{name}": finding.when for name, finding in knowledge.findings.items()}
    for prefix, conclusions in (("fault", knowledge.faults), ("contributor", knowledge.contributors)):
        for name, conclusion in conclusions.items():
            named |= _conclusion_conditions(prefix, name, conclusion)
    for ladder, levels in knowledge.ladders.items():
        for level in levels:
            rules = {f"{ladder}.{level.id}.{rule.id}": rule.when for rule in level.rules}
            named |= rules
            named[f"{ladder}:{level.id}"] = AllOf(()) if level.always else AnyOf(tuple(Holds(rule) for rule in rules))
    named |= {f"remark:{remark.id}": remark.when for remark in knowledge.remarks}
    return named


def _conclusion_conditions(prefix: str, name: str, conclusion: Conclusion) -> dict[str, Condition]:
    """Name the conditions of a fault or contributor: it is present while a rule is true that nothing removes."""
    named: dict[str, Condition] = {f"{name}.against.{item.id}": item.when for item in conclusion.against}
    for rule in conclusion.rules:
        removers = conclusion.opposing(rule, "removes")
        kept = tuple(Not(Holds(f"{name}.against.{item.id}")) for item in removers)
        named[f"{name}.{rule.id}"] = AllOf((rule.when, *kept)) if kept else rule.when
    named[f"{prefix}:{name}"] = AnyOf(tuple(Holds(f"{name}.{rule.id}") for rule in conclusion.rules))
    return named


def representatives(item: Observable, tests: Sequence[OneOf | Between]) -> tuple[Value, ...]:
    """Return the least answers such that every allowed answer passes the same tests as one of them.

    Args:
        item: The observable.
        tests: Every test on it.
    """
    if item.range is None:
        return tuple(item.values)
    least, most = item.range.least, item.range.most
    ends = sorted({end for test in tests if isinstance(test, Between) for end in (test.least, test.most) if end is not None})
    step = 1 if item.type == "integer" else 0.5 * min([1.0, *(after - before for before, after in itertools.pairwise(ends))])
    points = {least, most, *(point for end in ends for point in (end - step, end, end + step))}
    whole = {math.floor(point) if item.type == "integer" else point for point in points}
    found: dict[tuple[bool, ...], Value] = {}
    for point in sorted(point for point in whole if least <= point <= most):
        found.setdefault(tuple(test.accepts(point) for test in tests), point)
    return tuple(found.values())


def observables_in(condition: Condition) -> set[str]:
    """Return the observables that a condition names itself, not through named conditions."""
    return {leaf.observable for leaf in leaves(condition) if not isinstance(leaf, Holds)}
