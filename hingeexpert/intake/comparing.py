"""Visits side by side: what was kept of each when it was finished, and what has changed since the
one before.

Owns the comparison; it says what is different and never why.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import Field

from hingeexpert.forms.assessment import what_is_known
from hingeexpert.inference import Diagnosis
from hingeexpert.inference.diagnosis import KnowledgeStamp, Result
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import truths_of
from hingeexpert.knowledge.models.conclusions import Confidence
from hingeexpert.knowledge.models.ladders import Level


class KeptResult(Result):
    """What is kept of a finished visit, as it was told on that day."""

    form: str | None = Field(None, description="Tag of the form; not kept by older programs.")
    knowledge: KnowledgeStamp
    triage: str = Field(description="The level, or `incomplete`.")
    readiness: str = Field(description="The verdict, or `incomplete`.")
    faults: dict[str, Confidence] = Field(description="Present faults in coaching order.")


def kept_result(diagnosis: Diagnosis) -> KeptResult:
    """Return what is kept of a diagnosis."""
    return KeptResult(
        form=diagnosis.form,
        knowledge=diagnosis.knowledge,
        triage=diagnosis.triage.verdict,
        readiness=diagnosis.readiness.verdict,
        faults={
            fault.id: fault.confidence for fault in diagnosis.faults if fault.confidence is not None
        },
    )


class OtherBeforeError(Exception):
    """The visit before is not what it was when it was shown."""


@dataclass(frozen=True)
class Before:
    """An earlier visit.

    Attributes:
        stands: Which visit it is, and the number of its last event.
    """

    date: str
    answers: Mapping[str, Value]
    result: KeptResult
    stands: str


@dataclass(frozen=True)
class ThenAndNow:
    """A number of both visits; `None` where it is not answered."""

    label: str
    then: float | None
    now: float | None


@dataclass(frozen=True)
class VisitComparison:
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
    numbers: tuple[ThenAndNow, ...]
    other_rules: bool


def compared(
    knowledge: KnowledgeBase, before: Before, answers: Mapping[str, Value], diagnosis: Diagnosis
) -> VisitComparison:
    """Set today's answers, and what follows from them, beside an earlier visit."""
    levels = knowledge.levels("readiness")
    then = [name for name in before.result.faults if name in knowledge.faults]
    now = [fault.id for fault in diagnosis.faults if fault.status == "present"]
    out = ruled_out(knowledge, answers)
    undecided = [name for name in then if name not in now and name not in out]
    return VisitComparison(
        date=before.date,
        then=levels.get(before.result.readiness),
        now=levels.get(diagnosis.readiness.verdict),
        gone=_titles(knowledge, [name for name in then if name in out]),
        still=_titles(knowledge, [name for name in then if name in now]),
        new=_titles(knowledge, [name for name in now if name not in before.result.faults]),
        unknown=_titles(knowledge, undecided),
        numbers=_numbers(knowledge, before.answers, answers),
        other_rules=before.result.knowledge.sha256 != diagnosis.knowledge.sha256,
    )


def _titles(knowledge: KnowledgeBase, faults: Iterable[str]) -> tuple[str, ...]:
    return tuple(knowledge.faults[name].title for name in faults)


def ruled_out(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> set[str]:
    """Return the faults that answers themselves rule out; what is just assumed of a blank was not
    looked at today.
    """
    judged, network = what_is_known(knowledge, answers), knowledge.network
    readable = {name: value for name, value in judged.facts.items() if name not in judged.assumed}
    truths = truths_of(network, readable)
    return {
        name
        for name in knowledge.faults
        if truths[network.names[naming.fault(name)]].in_world(0) is False
    }


def _numbers(
    knowledge: KnowledgeBase, then: Mapping[str, Value], now: Mapping[str, Value]
) -> tuple[ThenAndNow, ...]:
    """Return the numbers that the rules follow over time, each with its part of the form."""
    numbers: list[ThenAndNow] = []
    for name in knowledge.handout.progress.counts:
        group, item = knowledge.part_of[name], knowledge.observables[name]
        label = f"{group.title}: {item.short or item.question}"
        numbers.append(ThenAndNow(label, _number(then.get(name)), _number(now.get(name))))
    return tuple(numbers)


def _number(value: Value | None) -> float | None:
    return float(value) if isinstance(value, int | float) else None
