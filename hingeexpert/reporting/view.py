"""What report templates read of a `Diagnosis`, beside the knowledge base: what is shown, in which
order, and what is withheld.

Writes no sentence; the words are those of `rules/`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from hingeexpert.forms.assessment import plain
from hingeexpert.inference import Diagnosis
from hingeexpert.inference.diagnosis import (
    CheckResult,
    ContributorResult,
    Evidence,
    FaultResult,
    HandoverQuestion,
    LadderEvidence,
    Question,
    RemarkResult,
    Screening,
    Step,
)
from hingeexpert.inference.facts import NOT_NEEDED
from hingeexpert.inference.handover import hands_over
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.for_templates import works
from hingeexpert.knowledge.models.conclusions import Contributor, Fault
from hingeexpert.knowledge.models.drills import Drill
from hingeexpert.knowledge.models.observables import Group, Observable
from hingeexpert.knowledge.models.sources import Source
from hingeexpert.reporting.figures import shown_figures
from hingeexpert.reporting.parts import (
    AnswerInWords,
    ReportedCheck,
    ReportedConclusion,
    ReportedFocus,
    ReportedHome,
    ReportedQuestion,
    ShownFigure,
    by_status,
    ladder,
    no_dose,
    silencing,
    steps_to,
    telling,
)


class Report:
    """What a template may read as `report`; each part is looked up when it is first asked for.

    Attributes:
        patient: Id and name, where given.
        decisive: The few questions that decide, by identifier.
        refer_first: A referral is proven; nothing may be coached before it.
        silencing: The level, proven or not ruled out, for which no cue may be given, or `None`.
        present, undecided: Faults that are, and that are not decided; so `contributors` and
            `open_contributors`. While a referral comes first nothing is said of the movement.
    """

    def __init__(self, knowledge: KnowledgeBase, diagnosis: Diagnosis) -> None:
        self._knowledge, self._diagnosis = knowledge, diagnosis
        self.stamp = diagnosis.knowledge
        self.decisive = diagnosis.decisive
        given = diagnosis.patient
        self.patient = {key: plain(given[key]) for key in ("id", "name") if given.get(key)}
        self.date = plain(diagnosis.date) if diagnosis.date else None
        self.clinician = plain(diagnosis.clinician) if diagnosis.clinician else None
        self.triage = ladder(knowledge.levels("triage"), diagnosis.triage)
        self.readiness = ladder(knowledge.levels("readiness"), diagnosis.readiness)
        self.refer_first = self.readiness.at_least.withholds_cues == "until_ruled_out"
        self.silencing = silencing(self.readiness)
        told = not self.refer_first
        self._faults = [self._fault(item) for item in diagnosis.faults if told]
        self._contributors = [self._contributor(item) for item in diagnosis.contributors if told]
        self.present, self.undecided = by_status(self._faults)
        self.contributors, self.open_contributors = by_status(self._contributors)

    def _fault(self, result: FaultResult) -> ReportedConclusion:
        entry = self._knowledge.faults[result.id]
        at_once = self._knowledge.no_dose.get(entry.kind)
        return ReportedConclusion(
            result,
            entry,
            tuple(telling(result.evidence)),
            cues=tuple(cue for cue in entry.cues if cue.say in result.cues),
            drills=tuple(self._knowledge.drills[name] for name in result.drills),
            no_dose=(at_once,) if at_once else tuple(no_dose(self.readiness)),
        )

    def _contributor(self, result: ContributorResult) -> ReportedConclusion:
        open_ = tuple(name for name in result.test_with if name not in self._answered)
        return ReportedConclusion(
            result,
            self._knowledge.contributors[result.id],
            tuple(telling(result.evidence)),
            tests=open_,
        )

    @cached_property
    def _answered(self) -> dict[str, str]:
        """Every question with an answer that a condition reads, and the answer; each is a premise
        of the trace.
        """
        steps = self._diagnosis.trace
        premises = (premise.partition(" is ") for step in steps for premise in step.from_)
        return {name: value for name, _, value in premises if value not in (NOT_NEEDED, "blank")}

    @cached_property
    def trace(self) -> list[Step]:
        """The steps of the engine; while a referral comes first those that led to it."""
        if not self.refer_first:
            return self._diagnosis.trace
        return steps_to(self._diagnosis.trace, naming.level("triage", self.triage.at_least.id))

    @cached_property
    def focus(self) -> ReportedFocus | None:
        """The one thing to coach first, if there is one."""
        wanted = self._diagnosis.focus
        if wanted is None:
            return None
        fault = next(item for item in self._faults if item.result.id == wanted.fault)
        drill = self._knowledge.drills[wanted.drill]
        said = (*fault.cues, *drill.said)
        return ReportedFocus(fault, next(cue for cue in said if cue.say == wanted.cue), drill)

    @cached_property
    def questions(self) -> list[ReportedQuestion]:
        """What to ask next, the most decisive first."""
        return [self._question(item) for item in self._diagnosis.ask_next]

    def _question(self, item: Question) -> ReportedQuestion:
        ladders = tuple(name for name in item.could_change if name in self._knowledge.ladders)
        faults = (self._knowledge.faults.get(name) for name in item.could_change)
        titles = tuple(fault.title for fault in faults if fault)
        return ReportedQuestion(
            item.observable, item.question, ladders, "triage" in ladders, titles
        )

    @cached_property
    def screenings(self) -> list[tuple[Group, Screening]]:
        """The parts of the form that have a shorthand, and how their flags were answered."""
        given = {item.group: item for item in self._diagnosis.screenings}
        groups = self._knowledge.groups
        return [(group, given[group.group]) for group in groups if group.group in given]

    @cached_property
    def remarks(self) -> list[RemarkResult]:
        """The remarks; while a referral comes first those that name their verdicts."""
        at = {remark.id for remark in self._knowledge.remarks if remark.at}
        return [item for item in self._diagnosis.remarks if item.id in at or not self.refer_first]

    @cached_property
    def checks(self) -> tuple[ReportedCheck, ...]:
        """Answers that do not fit together."""
        return tuple(map(self._check, self._diagnosis.checks))

    def _check(self, check: CheckResult) -> ReportedCheck:
        return ReportedCheck(check.say, self.answers(check.observations))

    @cached_property
    def open_drills(self) -> tuple[Drill, ...]:
        """The drills that the verdict opens, easiest first."""
        return tuple(self._knowledge.drills[name] for name in self._diagnosis.readiness.drills)

    @cached_property
    def home(self) -> tuple[ReportedHome, ...]:
        """The drills that may go home, the first first."""
        return tuple(
            ReportedHome(self._knowledge.drills[item.drill], item.cue, item.dose, item.tried)
            for item in self._diagnosis.home
        )

    @property
    def meanwhile(self) -> str | None:
        """What happens to the loads that the person trains."""
        return self._diagnosis.readiness.meanwhile

    @cached_property
    def under_load(self) -> tuple[Fault, ...]:
        """The faults of which it is said what to do when they are seen at load: all of them where
        the verdict opens a load, else those that are present in who trains with loads.
        """
        if self.silencing or (self.meanwhile is None and not self._opens_a_load):
            return ()
        present = {fault.result.id for fault in self.present}
        return tuple(
            fault
            for name, fault in self._knowledge.faults.items()
            if fault.under_load and (self._opens_a_load or name in present)
        )

    @property
    def _opens_a_load(self) -> bool:
        return any(drill.rung is not None for drill in self.open_drills)

    @cached_property
    def handover(self) -> tuple[AnswerInWords, ...]:
        """While a referral comes first, the answers that led to it."""
        return self.observed(self.triage.reasons) if self.refer_first else ()

    @cached_property
    def hands_over(self) -> bool:
        """Whether triage hands the person over: nothing but what that needs is asked and shown."""
        return hands_over(self._knowledge, self.triage.at_least.id) is not None

    @property
    def for_handover(self) -> list[HandoverQuestion]:
        """What whoever takes over still needs, where triage says so."""
        return self._diagnosis.ask_for_handover

    @cached_property
    def noted(self) -> tuple[AnswerInWords, ...]:
        """The answers that somebody gave and a conclusion rests on, of those behind readiness what
        was seen or told; while a referral comes first the answers that led to it.
        """
        reasons: list[Evidence | LadderEvidence] = [
            *(self.leading if self.refer_first else self.triage.reasons)
        ]
        for finding in (*self._faults, *self._contributors):
            reasons += finding.result.evidence
        names = {name for reason in reasons for name in reason.observations}
        if not self.refer_first:
            reasons += self.readiness.reasons
        return tuple(
            answer
            for answer in self.observed(reasons)
            if not answer.assumed
            and (answer.observable in names or answer.item.asked_of != "examiner")
        )

    @cached_property
    def figures(self) -> tuple[ShownFigure, ...]:
        """The person as the answers of each drill say; while a referral comes first nobody."""
        if self.refer_first:
            return ()
        return tuple(shown_figures(self._knowledge, self._given, self.answers))

    @cached_property
    def _given(self) -> dict[str, Value]:
        """The answers that somebody gave and a condition reads, by observable."""
        given = self._answered.keys() - self._diagnosis.assumed.keys()
        return {
            name: item.answer.read(self._answered[name])
            for name, item in self._knowledge.observables.items()
            if name in given
        }

    def showing(self, given: Mapping[str, Value]) -> tuple[AnswerInWords, ...]:
        """Return of the answers that a reason rests on those that speak for it; where none does,
        all of them.
        """
        answers = self.answers(given)
        return tuple(answer for answer in answers if answer.shows) or answers

    @property
    def leading(self) -> list[LadderEvidence]:
        """The reasons for the level of triage that is proven."""
        return [item for item in self.triage.reasons if item.level == self.triage.at_least.id]

    def in_short(self, names: Iterable[str]) -> list[str]:
        """Return what questions ask, in few words."""
        return [self.shorts[name] for name in names]

    def asked(self, name: str, most: int) -> str:
        """Return a question as it is asked where it has so many letters at the most, else in few
        words.
        """
        question = self._knowledge.observables[name].question
        return question if len(question) <= most else self.shorts[name]

    @cached_property
    def shorts(self) -> dict[str, str]:
        """What each question asks, in few words; where two would have the same, with their part."""
        observables = self._knowledge.observables
        count = Counter(item.short for item in observables.values())
        found: dict[str, str] = {}
        for group in self._knowledge.groups:
            for name, item in group.observables.items():
                short = item.short or item.question
                part = f" ({group.title})" if count[item.short] > 1 and item.short else ""
                found[name] = short + part
        return found

    @cached_property
    def assumed(self) -> list[tuple[str, tuple[AnswerInWords, ...]]]:
        """Each part of the form that has assumptions, by its title."""
        found = []
        for group in self._knowledge.groups:
            names = group.observables.keys() & self._diagnosis.assumed.keys()
            answers = self.answers({name: self._diagnosis.assumed[name] for name in names})
            found += [(group.title, answers)] if answers else []
        return found

    @cached_property
    def sources(self) -> tuple[tuple[str, tuple[tuple[str, Source], ...]], ...]:
        """The works that the rest cites, each with its entries."""
        return tuple(works(self._knowledge, set(self._cited())))

    def _cited(self) -> Iterator[str]:
        for reason in (*self.triage.reasons, *self.readiness.reasons):
            yield from reason.sources
        for remark in self.remarks:
            yield from remark.sources
        for finding in (*self._faults, *self._contributors):
            for evidence in finding.reasons:
                yield from evidence.sources
            for cue in finding.cues:
                yield from cue.sources
        yield from self._cited_beside()
        drills = (drill for fault in self._faults for drill in fault.drills)
        for name in (name for drill in drills for name in drill.dose.parameters()):
            yield from self._knowledge.parameters[name].sources

    def _cited_beside(self) -> Iterator[str]:
        """Yield the sources of exercises, and of what to do at load."""
        for item in self.contributors:
            if isinstance(item.entry, Contributor) and item.entry.exercise:
                yield from item.entry.exercise.sources
        for fault in self.under_load:
            assert fault.under_load is not None
            yield from fault.under_load.sources

    def observed(self, evidence: Sequence[Evidence | LadderEvidence]) -> tuple[AnswerInWords, ...]:
        """Return the answers that reasons rest on, each once."""
        return self.answers(
            {name: value for item in evidence for name, value in item.observations.items()}
        )

    def answers(self, given: Mapping[str, Value]) -> tuple[AnswerInWords, ...]:
        """Put answers into words, in the order of the form."""
        return tuple(
            self._answer(name, item, given[name])
            for name, item in self._knowledge.observables.items()
            if name in given
        )

    def _answer(self, name: str, item: Observable, value: Value) -> AnswerInWords:
        written = f"{value:g}" if isinstance(value, int | float) else value
        words = item.answer.words(value)
        readable = name.replace(".", " ").replace("_", " ")
        assumed = name in self._diagnosis.assumed
        short, fine = self.shorts[name], value == item.well or value in (item.harmless or ())
        spaced = written.replace("_", " ")
        shows = not fine and not (assumed and str(value) not in item.harmful)
        return AnswerInWords(name, item, readable, short, spaced, words, fine, assumed, shows)


def view(knowledge: KnowledgeBase, diagnosis: Diagnosis) -> Report:
    """Return what a report says of a diagnosis, by the knowledge base that gave it."""
    return Report(knowledge, diagnosis)
