"""Visits side by side: what was kept of each when it was finished, and what has changed since the
one before.

Owns the comparison; it says what is different and never why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from hingeexpert.forms.assessment import what_is_known
from hingeexpert.inference import Diagnosis
from hingeexpert.inference.diagnosis import KnowledgeStamp, Result
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.conclusions import Confidence
from hingeexpert.knowledge.models.ladders import Level
from hingeexpert.knowledge.network import Worlds, evaluate


class Summary(Result):
    """What is kept of a finished visit, as it was told on that day."""

    knowledge: KnowledgeStamp
    triage: str = Field(description="The level, or `incomplete`.")
    readiness: str = Field(description="The verdict, or `incomplete`.")
    faults: dict[str, Confidence] = Field(description="Present faults in coaching order.")


def summary(diagnosis: Diagnosis) -> Summary:
    """Return what is kept of a diagnosis."""
    return Summary(
        knowledge=diagnosis.knowledge,
        triage=diagnosis.triage.verdict,
        readiness=diagnosis.readiness.verdict,
        faults={
            fault.id: fault.confidence for fault in diagnosis.faults if fault.confidence is not None
        },
    )


@dataclass(frozen=True)
class Before:
    """An earlier visit."""

    date: str
    answers: Mapping[str, Value]
    summary: Summary


@dataclass(frozen=True)
class Number:
    """A number of both visits; `None` where it is not answered."""

    label: str
    then: float | None
    now: float | None


@dataclass(frozen=True)
class Comparison:
    """What has changed since an earlier visit.

    Attributes:
        then: Verdict of that visit, `None` if it was open or these rules do not know it.
        now: Verdict of this one, `None` while it is open.
        gone: Titles of faults that were seen then and are ruled out now.
        still: Those that were seen both times.
        new: Those that are seen now only.
        unknown: Those that were seen then and are not decided now.
        other_rules: The earlier visit was judged by other rules.
    """

    date: str
    then: Level | None
    now: Level | None
    gone: tuple[str, ...]
    still: tuple[str, ...]
    new: tuple[str, ...]
    unknown: tuple[str, ...]
    numbers: tuple[Number, ...]
    other_rules: bool


def compared(
    knowledge: KnowledgeBase, before: Before, answers: Mapping[str, Value], diagnosis: Diagnosis
) -> Comparison:
    """Set today beside an earlier visit.

    Args:
        knowledge: The knowledge base.
        before: The earlier visit.
        answers: Today's answers.
        diagnosis: What follows from them.
    """
    levels: Mapping[str, Level] = knowledge.levels("readiness")
    today = {fault.id: fault.status for fault in diagnosis.faults}
    seen = [name for name in before.summary.faults if name in knowledge.faults]
    ruled_out = _ruled_out(knowledge, answers)

    def titles(names: Any) -> tuple[str, ...]:
        return tuple(knowledge.faults[name].title for name in names)

    return Comparison(
        date=before.date,
        then=levels.get(before.summary.readiness),
        now=levels.get(diagnosis.readiness.verdict),
        gone=titles(name for name in seen if name in ruled_out),
        still=titles(name for name in seen if today.get(name) == "present"),
        new=titles(
            name
            for name, status in today.items()
            if status == "present" and name not in before.summary.faults
        ),
        unknown=titles(
            name for name in seen if today.get(name) != "present" and name not in ruled_out
        ),
        numbers=tuple(
            _number(knowledge, name, before.answers, answers)
            for name in knowledge.handout.progress.counts
        ),
        other_rules=before.summary.knowledge.sha256 != diagnosis.knowledge.sha256,
    )


def _ruled_out(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> set[str]:
    """Return the faults that answers themselves rule out; what is just assumed of a blank was not
    looked at today.
    """
    judged = what_is_known(knowledge, answers)
    truths = evaluate(
        knowledge.network,
        Worlds({name: value for name, value in judged.facts.items() if name not in judged.assumed}),
    )
    return {
        name
        for name in knowledge.faults
        if truths[knowledge.network.names[naming.fault(name)]].in_world(0) is False
    }


def _number(
    knowledge: KnowledgeBase, name: str, then: Mapping[str, Value], now: Mapping[str, Value]
) -> Number:
    group, item = knowledge.part_of[name], knowledge.observables[name]
    values = [
        float(value) if isinstance(value := answers.get(name), int | float) else None
        for answers in (then, now)
    ]
    return Number(f"{group.title}: {item.short or item.question}", *values)
