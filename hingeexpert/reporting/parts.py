"""What a report is made of, as its templates read it: answers in words, ladders, findings, what to
say and do.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from hingeexpert.inference.diagnosis import (
    ContributorResult,
    Evidence,
    FaultResult,
    LadderEvidence,
    LadderResult,
    Readiness,
    Step,
)
from hingeexpert.knowledge.models.conclusions import Contributor, Fault
from hingeexpert.knowledge.models.drills import Cue, Drill
from hingeexpert.knowledge.models.ladders import Level, Verdict
from hingeexpert.knowledge.models.observables import Observable


@dataclass(frozen=True)
class AnswerInWords:
    """An answer in words.

    Attributes:
        name, value: As on the form.
        short: What was asked, in few words that no other question has.
        words: What the value means.
        fine: It is as it should be.
        shows: It speaks for something: it is not as it should be, and no default that says nothing.
    """

    observable: str
    item: Observable
    name: str
    short: str
    value: str
    words: str
    fine: bool
    assumed: bool
    shows: bool


@dataclass(frozen=True)
class Ladder:
    """Triage or readiness.

    `verdict` is `None` while it is open; `at_least` is then a floor of caution, never a permission.
    """

    levels: tuple[Level, ...]
    verdict: Level | None
    at_least: Level
    not_ruled_out: Level
    reasons: Sequence[LadderEvidence]


@dataclass(frozen=True)
class ShownFigure:
    """The person as the answers of a drill say.

    Attributes:
        title: The drill.
        drawing: The picture as SVG, with its alternative text.
        said: What is drawn because it was answered: where, and the answer.
        unsaid: Labels of what was not answered and stands as it should be.
    """

    title: str
    drawing: Markup
    said: tuple[tuple[str, str], ...]
    unsaid: tuple[str, ...]


@dataclass(frozen=True)
class ReportedConclusion:
    """A fault or contributor with what is said of it.

    Attributes:
        reasons: The surest one, and those that rest on an answer that none before rests on.
        tests: Questions, by identifier, that would test a contributor and have no answer.
        cues: None while cues are withheld, and none for a contributor.
        drills: Those of a fault, the one to give first at the front.
        no_dose: What is said in place of a dose; empty where doses may be given.
    """

    result: FaultResult | ContributorResult
    entry: Fault | Contributor
    reasons: tuple[Evidence, ...]
    tests: tuple[str, ...] = ()
    cues: tuple[Cue, ...] = ()
    drills: tuple[Drill, ...] = ()
    no_dose: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportedFocus:
    """The one thing to coach first."""

    fault: ReportedConclusion
    cue: Cue
    drill: Drill


@dataclass(frozen=True)
class ReportedHome:
    """A drill that goes home.

    Attributes:
        cue: The one thing to say with it, if there is one.
        dose: How often, in the words of the sheet.
        tried: Whether it was done in the room.
    """

    drill: Drill
    cue: str | None
    dose: str
    tried: bool


@dataclass(frozen=True)
class ReportedCheck:
    """Answers that do not fit together: what is said of them, and the answers in words."""

    say: str
    answers: tuple[AnswerInWords, ...]


@dataclass(frozen=True)
class ReportedQuestion:
    """An open question: the ladders it could change, by id, and the titles of the faults."""

    observable: str
    question: str
    ladders: tuple[str, ...]
    changes_triage: bool
    faults: tuple[str, ...]


def by_status(
    findings: Sequence[ReportedConclusion],
) -> tuple[tuple[ReportedConclusion, ...], ...]:
    """Return those that are present, then those that are undetermined."""
    return tuple(
        tuple(item for item in findings if item.result.status == status)
        for status in ("present", "undetermined")
    )


def telling(evidence: Sequence[Evidence]) -> Iterator[Evidence]:
    """Yield the surest evidence, and what rests on an observation that was not yet given."""
    given: set[str] = set()
    for item in evidence:
        if not given or not item.observations.keys() <= given:
            yield item
        given |= item.observations.keys()


def steps_to(trace: Sequence[Step], name: str) -> list[Step]:
    """Return the steps of the engine that led to a condition being true."""
    needed = {f"{name} is true"}
    found: list[Step] = []
    for step in reversed(trace):
        if step.concludes in needed:
            needed.update(step.from_)
            found.append(step)
    return found[::-1]


def ladder(levels: Mapping[str, Level], result: LadderResult) -> Ladder:
    """Return where a person stands on a ladder.

    Args:
        levels: Its levels by name, the most severe first.
        result: What follows from the form.
    """
    worded = {**levels, result.at_least: _in_words(levels[result.at_least], result)}
    return Ladder(
        levels=tuple(worded.values()),
        verdict=worded.get(result.verdict),
        at_least=worded[result.at_least],
        not_ruled_out=worded[result.not_ruled_out],
        reasons=result.evidence,
    )


def _in_words(proven: Level, result: LadderResult) -> Level:
    """Return the proven level of a ladder; one of readiness in the words for the person."""
    if not (isinstance(proven, Verdict) and isinstance(result, Readiness)):
        return proven
    said = next((item for item in proven.said if item.id == result.said), None)
    worded = proven.in_words_of(said)
    return worded if result.unlocks else worded.opening_nothing()


def silencing(readiness: Ladder) -> Level | None:
    """Return the level for which no cue may be given: the proven one if it withholds cues, else one
    that must be ruled out first.
    """
    proven, worst = readiness.at_least, readiness.not_ruled_out
    return (
        proven
        if proven.withholds_cues
        else worst
        if worst.withholds_cues == "until_ruled_out"
        else None
    )


def no_dose(readiness: Ladder) -> Iterator[str]:
    """Yield why no dose is given: what the most severe level that is open says, and what the proven
    one says.
    """
    opened = None if readiness.verdict else readiness.not_ruled_out.no_dose.while_open
    yield from (
        sentence for sentence in (opened, readiness.at_least.no_dose.while_true) if sentence
    )
