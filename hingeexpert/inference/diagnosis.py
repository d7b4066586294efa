"""The result: frozen models of what follows from one form, exactly as users and other programs
receive it.

Owns shapes only. `inference` fills them; reports, explanations and tables read them.
"""

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.conclusions import CONFIDENCES, Confidence

LadderName = Literal["triage", "readiness"]
Status = Literal["present", "absent", "undetermined"]
STATUSES = (*CONFIDENCES, "undetermined", "absent")
"""A fault or contributor in one word: present with a confidence, undetermined, or absent."""
UNDETERMINED, ABSENT = len(CONFIDENCES), len(CONFIDENCES) + 1
"""Positions in `STATUSES`; what comes before them is present."""
INCOMPLETE = "incomplete"
"""The verdict of an open ladder."""


class Result(BaseModel):
    """Base of every model of the result."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class KnowledgeStamp(Result):
    """Which knowledge spoke."""

    version: str
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Evidence(Result):
    """A rule that is true, the observations it used, the reason in words and its sources."""

    rule: str
    confidence: Confidence = Field(
        description="What this rule alone supports, after what speaks against it."
    )
    observations: dict[str, Value]
    because: str
    lowered_by: list[str] = Field(description="What speaks against it, in words.")
    sources: list[str]


class FaultResult(Result):
    """A fault that is present or undetermined."""

    id: str
    title: str
    kind: Literal["movement", "setup", "practice"]
    status: Status
    confidence: Confidence | None = None
    evidence: list[Evidence] = []
    cues: list[str] = []
    drills: list[str] = []


class ContributorResult(Result):
    """A hypothesis that is present or undetermined, the observables that would test it, and what
    may be done for it while nothing withholds that.
    """

    id: str
    title: str
    status: Status
    confidence: Confidence | None = None
    evidence: list[Evidence] = []
    test_with: list[str] = []
    exercise: str | None = None
    drills: list[str] = []


class LadderEvidence(Result):
    """A rule of a ladder that is true, with the observations it used."""

    rule: str
    level: str
    observations: dict[str, Value]
    because: str
    act: str | None
    sources: list[str]


class LadderResult(Result):
    """Where the person stands on an ordered list.

    `at_least` is the first entry that is proven, `not_ruled_out` the first that is not disproven.
    Where they differ the verdict is `incomplete`, and `at_least` is a floor of caution, never a
    permission.
    """

    verdict: str
    decided: bool
    at_least: str
    not_ruled_out: str
    reasons: list[str]
    evidence: list[LadderEvidence] = Field(
        description="The true rules of the proven entry; for triage those of the milder ones too."
    )


class Readiness(LadderResult):
    """The verdict on the ladder, what it opens, and what keeps the person from the next one."""

    told: str = Field(description="What the person is told of the proven entry.")
    said: str | None = Field(
        description=(
            "Which people the words of the proven entry are for, by its id in the rules; `null` "
            "where they are those for all others."
        )
    )
    unlocks: list[str]
    drills: list[str] = Field(
        description=(
            "The drills that the verdict opens, easiest first; empty while it is `incomplete` or "
            "cues are withheld."
        )
    )
    meanwhile: str | None = Field(
        description="What happens to the loads that the person already trains."
    )
    not_further: list[str] = Field(
        description=(
            "Why the next entry is closed, where the rules of the proven entry say just that."
        )
    )


class Focus(Result):
    """The one thing to coach first; cue and drill are of one piece."""

    fault: str
    cue: str
    drill: str


class Home(Result):
    """A drill that the person may take home."""

    drill: str
    cue: str | None = Field(description="The one thing to say with it, if there is one.")
    dose: str
    tried: bool = Field(description="Whether it was done in the room, as far as the form says.")


class Question(Result):
    """An unanswered observable on which something open still hangs."""

    observable: str
    question: str
    could_change: list[str] = Field(
        description="`triage`, `readiness`, or the id of an undetermined fault."
    )


class Decisive(Result):
    """The few questions, two at the most, whose harmless answers would decide an open ladder."""

    ladder: LadderName
    observables: list[str]


class CheckResult(Result):
    """Answers that do not fit together. It changes no conclusion."""

    id: str
    say: str
    observations: dict[str, Value]


class HandoverQuestion(Result):
    """An unanswered observable that whoever takes the person over needs."""

    observable: str
    question: str
    assumed: Value | None = Field(description="The default that stands in for an answer, or null.")


class RemarkResult(Result):
    """A note to the clinician that changes no conclusion."""

    id: str
    say: str
    sources: list[str]


class Screening(Result):
    """How the flags of a part of the form that has a shorthand were answered."""

    group: str
    flags: int
    at_once: int = Field(description="Answered by the shorthand.")
    one_by_one: int
    left_blank: list[str]


class Step(Result):
    """One firing of the engine: the rule, what it concludes and the facts it came from."""

    step: int
    rule: str
    concludes: str
    from_: list[str] = Field(alias="from")

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        serialize_by_alias=True,
        defer_build=True,
    )


class Diagnosis(Result):
    """Everything that follows from one form."""

    form: str
    patient: dict[str, str] = Field(repr=False)
    date: str | None
    clinician: str | None = Field(default=None, repr=False)
    knowledge: KnowledgeStamp
    triage: LadderResult
    faults: list[FaultResult]
    contributors: list[ContributorResult]
    focus: Focus | None
    readiness: Readiness
    home: list[Home] = Field(
        description=(
            "The drills that may go home, the first first; none while an open verdict could "
            "forbid or change them."
        )
    )
    ask_next: list[Question]
    decisive: Decisive | None = Field(
        description=(
            "The few questions of `ask_next` that decide readiness or, once it is decided, triage; "
            "null where nothing is open, or more than two are needed."
        )
    )
    checks: list[CheckResult]
    ask_for_handover: list[HandoverQuestion] = Field(
        description="What whoever takes over needs, where triage says so; it changes no conclusion."
    )
    remarks: list[RemarkResult]
    assumed: dict[str, Value]
    screenings: list[Screening]
    trace: list[Step]

    def as_json(self, indent: int | None = None) -> str:
        """Write it as users receive it: one line, or indented by so many blanks."""
        return json.dumps(self.model_dump(mode="json"), indent=indent, ensure_ascii=False)
