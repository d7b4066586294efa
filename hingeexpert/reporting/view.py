"""The plain view of a `Diagnosis` that report templates read: everything it names, looked up in the
knowledge base.

Decides nothing and writes no sentence; the words are those of `rules/`.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from hingeexpert.forms.assessment import plain
from hingeexpert.inference import Diagnosis
from hingeexpert.inference.diagnosis import (
    ContributorResult,
    Evidence,
    FaultResult,
    KnowledgeStamp,
    LadderEvidence,
    LadderResult,
    Screening,
    Step,
)
from hingeexpert.inference.facts import NOT_NEEDED
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.conclusions import Contributor, Fault
from hingeexpert.knowledge.models.drills import Drill
from hingeexpert.knowledge.models.ladders import Level
from hingeexpert.knowledge.models.observables import Group
from hingeexpert.knowledge.models.sources import Info, Parameter, Source


@dataclass(frozen=True)
class Said:
    """A statement with its sources.

    Attributes:
        sources: All but the one that marks a proposal.
        proposal: The source that marks it as the product's own choice, if it is one.
        from_seed: One of the sources is the source article.
    """

    text: str
    sources: tuple[str, ...]
    proposal: str | None
    from_seed: bool


@dataclass(frozen=True)
class Observation:
    """An answer in words.

    `name` and `value` are those of the form, `words` what the value means.
    """

    observable: str
    question: str
    name: str
    value: str
    words: str
    assumed: bool


@dataclass(frozen=True)
class LevelReason(Said):
    """A reason for a level of triage or a verdict of readiness, with what the person should do and
    the answers it rests on.
    """

    level: Level
    observations: tuple[Observation, ...]


@dataclass(frozen=True)
class Reason(Said):
    """Evidence for a fault or contributor: its confidence and what lowered it."""

    confidence: str
    lowered_by: tuple[str, ...]


@dataclass(frozen=True)
class Ladder:
    """Triage or readiness.

    `verdict` is `None` while it is open; `at_least` is then a floor of caution, never a permission.
    """

    levels: tuple[Level, ...]
    verdict: Level | None
    at_least: Level
    not_ruled_out: Level
    reasons: tuple[LevelReason, ...]


@dataclass(frozen=True)
class Practice:
    """A drill with the numbers of its dose: one parameter, or two for a band."""

    drill: Drill
    sets: tuple[Parameter, ...]
    reps: tuple[Parameter, ...]
    proposal: bool


@dataclass(frozen=True)
class Finding:
    """A fault or contributor with everything said of it.

    Attributes:
        addition: The source article does not describe it.
        tests: Questions that would test it and have no answer; contributors only. `look_alikes`:
            title and how to tell it apart.
        cues: None while cues are withheld, and none for a contributor; so `practice`, its drills.
            `no_dose` is said in place of a dose.
    """

    result: FaultResult | ContributorResult
    entry: Fault | Contributor
    addition: bool
    reasons: tuple[Reason, ...]
    observations: tuple[Observation, ...]
    tests: tuple[str, ...]
    look_alikes: tuple[tuple[str, str], ...]
    cues: tuple[Said, ...]
    practice: tuple[Practice, ...]
    no_dose: str | None


@dataclass(frozen=True)
class Focus:
    """The one thing to coach first."""

    fault: Finding
    cue: Said
    practice: Practice


@dataclass(frozen=True)
class Question:
    """An open question: the ladders it could change, by id, and the titles of the faults."""

    observable: str
    question: str
    ladders: tuple[str, ...]
    changes_triage: bool
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """Everything a template may read, as `report`.

    Attributes:
        refer_first: A referral is proven; nothing may be coached before it.
        silencing: The level for which no cue may be given, or `None`. It is proven, or not ruled
            out.
        handover: While a referral comes first, the answers that led to it. Nothing is then said of
            the movement.
        still_open: While a referral comes first, the screening questions left blank on which the
            most severe level hangs.
        no_dose: Why no drill is given as homework yet; empty where doses may be given.
    """

    info: Info
    stamp: KnowledgeStamp
    patient: Mapping[str, str]
    date: str | None
    clinician: str | None
    triage: Ladder
    readiness: Ladder
    refer_first: bool
    silencing: Level | None
    handover: tuple[Observation, ...]
    still_open: tuple[str, ...]
    no_dose: tuple[str, ...]
    focus: Focus | None
    present: tuple[Finding, ...]
    undecided: tuple[Finding, ...]
    contributors: tuple[Finding, ...]
    open_contributors: tuple[Finding, ...]
    questions: tuple[Question, ...]
    screenings: tuple[tuple[Group, Screening], ...]
    remarks: tuple[Said, ...]
    assumed: tuple[tuple[str, tuple[Observation, ...]], ...]
    sources: tuple[tuple[str, tuple[tuple[str, Source], ...]], ...]
    trace: tuple[Step, ...]


def view(knowledge: KnowledgeBase, diagnosis: Diagnosis) -> Report:
    """Gather what a report says of a diagnosis, in the words of the knowledge base that gave it."""
    return _Viewer(knowledge, diagnosis).report()


class _Viewer:
    """Looks up what a diagnosis names in the knowledge base, and gathers it in a `Report`."""

    def __init__(self, knowledge: KnowledgeBase, diagnosis: Diagnosis) -> None:
        self.knowledge = knowledge
        self.diagnosis = diagnosis
        self.cited: set[str] = set()

    def report(self) -> Report:
        """Return the view. Sources come last: they are those that the rest cites."""
        given, knowledge = self.diagnosis, self.knowledge
        readiness = self._ladder("readiness", given.readiness)
        refer_first = readiness.at_least.withholds_cues == "until_ruled_out"
        faults = [
            self._finding(fault, knowledge.faults[fault.id])
            for fault in given.faults
            if not refer_first
        ]
        contributors = [
            self._finding(item, knowledge.contributors[item.id])
            for item in given.contributors
            if not refer_first
        ]
        kept = {remark.id for remark in knowledge.remarks if remark.at or not refer_first}
        return Report(
            info=knowledge.info,
            stamp=given.knowledge,
            patient={
                key: plain(given.patient[key]) for key in ("id", "name") if given.patient.get(key)
            },
            date=plain(given.date) if given.date else None,
            clinician=plain(given.clinician) if given.clinician else None,
            triage=self._ladder("triage", given.triage),
            readiness=readiness,
            refer_first=refer_first,
            handover=self._observed(given.triage.evidence) if refer_first else (),
            still_open=tuple(self._still_open()) if refer_first else (),
            silencing=_silencing(readiness),
            no_dose=tuple(_no_dose(readiness)),
            focus=_focus(given, faults),
            present=tuple(fault for fault in faults if fault.result.status == "present"),
            undecided=tuple(fault for fault in faults if fault.result.status == "undetermined"),
            contributors=tuple(item for item in contributors if item.result.status == "present"),
            open_contributors=tuple(
                item for item in contributors if item.result.status == "undetermined"
            ),
            questions=tuple(self._questions()),
            screenings=tuple(
                (group, item)
                for group in knowledge.groups
                for item in given.screenings
                if item.group == group.group
            ),
            remarks=tuple(
                Said(remark.say, *self._marked(remark.sources))
                for remark in given.remarks
                if remark.id in kept
            ),
            assumed=tuple(self._assumed()),
            sources=tuple(self._sources()),
            trace=tuple(given.trace),
        )

    def _marked(self, sources: Sequence[str]) -> tuple[tuple[str, ...], str | None, bool]:
        """Note sources as cited; return what `Said` holds of them."""
        self.cited.update(sources)
        kinds = {source: self.knowledge.sources[source].kind for source in sources}
        proposal = next((source for source in sources if kinds[source] == "proposal"), None)
        return (
            tuple(source for source in sources if kinds[source] != "proposal"),
            proposal,
            "seed" in kinds.values(),
        )

    def _ladder(self, name: str, result: LadderResult) -> Ladder:
        levels = {level.id: level for level in self.knowledge.ladders[name]}
        return Ladder(
            levels=tuple(levels.values()),
            verdict=levels.get(result.verdict),
            at_least=levels[result.at_least],
            not_ruled_out=levels[result.not_ruled_out],
            reasons=tuple(self._level_reason(levels[item.level], item) for item in result.evidence),
        )

    def _level_reason(self, level: Level, item: LadderEvidence) -> LevelReason:
        text = f"{item.because} {item.act or ''}".strip()
        return LevelReason(
            text, *self._marked(item.sources), level, self._observations(item.observations)
        )

    def _finding(
        self, result: FaultResult | ContributorResult, entry: Fault | Contributor
    ) -> Finding:
        titles = {
            name: item.title
            for name, item in {**self.knowledge.faults, **self.knowledge.contributors}.items()
        }
        return Finding(
            result=result,
            entry=entry,
            addition=isinstance(entry, Fault) and entry.seed == "no",
            reasons=tuple(self._reason(evidence) for evidence in _telling(result.evidence)),
            observations=self._observed(result.evidence),
            tests=tuple(self._tests(result)) if isinstance(result, ContributorResult) else (),
            look_alikes=tuple((titles[item.id], item.tell_apart) for item in entry.look_alikes),
            cues=self._cues(result, entry),
            practice=tuple(self._practice(drill) for drill in result.drills)
            if isinstance(result, FaultResult)
            else (),
            no_dose=self.knowledge.no_dose.get(entry.kind) if isinstance(entry, Fault) else None,
        )

    def _cues(
        self, result: FaultResult | ContributorResult, entry: Fault | Contributor
    ) -> tuple[Said, ...]:
        if not isinstance(result, FaultResult) or not isinstance(entry, Fault):
            return ()
        return tuple(
            Said(cue.say, *self._marked(cue.sources))
            for cue in entry.cues
            if cue.say in result.cues
        )

    def _reason(self, evidence: Evidence) -> Reason:
        return Reason(
            evidence.because,
            *self._marked(evidence.sources),
            evidence.confidence,
            tuple(evidence.lowered_by),
        )

    def _observed(self, evidence: Sequence[Evidence | LadderEvidence]) -> tuple[Observation, ...]:
        return self._observations(
            {name: value for item in evidence for name, value in item.observations.items()}
        )

    def _observations(self, answers: Mapping[str, Value]) -> tuple[Observation, ...]:
        """Put answers into words, in the order of the form."""
        return tuple(
            self._observation(name, answers[name])
            for name in self.knowledge.observables
            if name in answers
        )

    def _observation(self, name: str, value: Value) -> Observation:
        item = self.knowledge.observables[name]
        written = f"{value:g}" if isinstance(value, int | float) else value
        words = f"{written} {item.range.unit}" if item.range else item.values.get(written, written)
        readable = name.replace(".", " ").replace("_", " ")
        return Observation(
            name,
            item.question,
            readable,
            written.replace("_", " "),
            words,
            name in self.diagnosis.assumed,
        )

    def _still_open(self) -> Iterator[str]:
        network, worst = self.knowledge.network, self.knowledge.ladders["triage"][0]
        wanted = (
            network.observables_below(network.names[f"triage:{worst.id}"])
            - self.diagnosis.assumed.keys()
        )
        for item in self.diagnosis.screenings:
            yield from (
                self.knowledge.observables[name].question
                for name in item.left_blank
                if name in wanted
            )

    @cached_property
    def _answered(self) -> set[str]:
        """Every question with an answer that a condition reads; each is a premise of the trace."""
        premises = (
            premise.partition(" is ") for step in self.diagnosis.trace for premise in step.from_
        )
        return {name for name, _, value in premises if value not in (NOT_NEEDED, "blank")}

    def _tests(self, result: ContributorResult) -> Iterator[str]:
        """Yield the questions without an answer."""
        yield from (
            self.knowledge.observables[name].question
            for name in result.test_with
            if name not in self._answered
        )

    def _practice(self, name: str) -> Practice:
        drill, numbers = self.knowledge.drills[name], self.knowledge.parameters
        used = [numbers[parameter] for parameter in drill.dose.parameters()]
        self.cited.update(source for parameter in used for source in parameter.sources)
        first = 1 if isinstance(drill.dose.sets, str) else 2
        return Practice(
            drill,
            tuple(used[:first]),
            tuple(used[first:]),
            any(parameter.status == "proposal" for parameter in used),
        )

    def _questions(self) -> Iterator[Question]:
        for item in self.diagnosis.ask_next:
            ladders = tuple(name for name in item.could_change if name in self.knowledge.ladders)
            faults = tuple(
                self.knowledge.faults[name].title
                for name in item.could_change
                if name in self.knowledge.faults
            )
            yield Question(item.observable, item.question, ladders, "triage" in ladders, faults)

    def _assumed(self) -> Iterator[tuple[str, tuple[Observation, ...]]]:
        """Yield each part of the form that has assumptions, with its title."""
        for group in self.knowledge.groups:
            observations = self._observations(
                {
                    name: value
                    for name, value in self.diagnosis.assumed.items()
                    if name in group.observables
                }
            )
            if observations:
                yield group.title, observations

    def _sources(self) -> Iterator[tuple[str, tuple[tuple[str, Source], ...]]]:
        """Yield the sources cited, in the order of the knowledge base, those of one work
        together.
        """
        cited = [
            (name, source) for name, source in self.knowledge.sources.items() if name in self.cited
        ]
        yield from (
            (work, tuple(entries))
            for work, entries in itertools.groupby(cited, key=lambda entry: entry[1].citation)
        )


def _telling(evidence: Sequence[Evidence]) -> Iterator[Evidence]:
    """Yield the surest evidence, and what rests on an observation that was not yet given."""
    given: set[str] = set()
    for item in evidence:
        if not given or not item.observations.keys() <= given:
            yield item
        given |= item.observations.keys()


def _silencing(readiness: Ladder) -> Level | None:
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


def _no_dose(readiness: Ladder) -> Iterator[str]:
    """Yield why no dose is given: what the most severe level that is open says, and what the proven
    one says.
    """
    opened = None if readiness.verdict else readiness.not_ruled_out.no_dose.while_open
    yield from (
        sentence for sentence in (opened, readiness.at_least.no_dose.while_true) if sentence
    )


def _focus(diagnosis: Diagnosis, faults: Sequence[Finding]) -> Focus | None:
    if diagnosis.focus is None:
        return None
    fault = next(item for item in faults if item.result.id == diagnosis.focus.fault)
    cue = next(item for item in fault.cues if item.text == diagnosis.focus.cue)
    return Focus(
        fault,
        cue,
        next(item for item in fault.practice if item.drill.drill == diagnosis.focus.drill),
    )
