"""What to ask now: the parts of the form in order, with the questions that still matter in each.

Owns skipping. A question waits until its *ask when* is true; where that hangs on nothing but
questions that were passed over, it is asked all the same. A question that follows an answer is
asked once that is given, and not before. Parts that are filled when needed show only what can still
change a conclusion or test a hypothesis. While nobody may be coached every part does, and where
triage hands a person over there is nothing but what whoever takes over needs.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from hingeexpert.forms.assessment import what_is_known
from hingeexpert.inference import Diagnosis
from hingeexpert.inference.diagnosis import HandoverQuestion, Question
from hingeexpert.inference.handover import hands_over
from hingeexpert.inference.questions import unknown_below
from hingeexpert.intake.at_once import Rest, all_well, following, rest_of
from hingeexpert.intake.events import State
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import truths_of
from hingeexpert.knowledge.models.intake import VisitStep
from hingeexpert.knowledge.models.observables import Group, Observable


@dataclass(frozen=True)
class AskedQuestion:
    """One question as it stands.

    Attributes:
        value: The answer, or `None`.
        passed: Somebody said that it is not assessed.
        at_once: The one press of its part answered it.
        fallen: It did, and the answer no longer stands.
        contradicted: Why an answer that was given cannot stand beside others, or `None`.
        void: It is answered, but cannot be read the way it was taken.
        carried: The answer is that of an earlier visit.
        computed: The answer follows from others; nobody gave it.
        matters: Something open still hangs on it.
        follows: It is asked because of another answer.
        sharpens: Titles of the faults that it makes surer or less sure: those that are shown, or
            else those that are undecided.
    """

    name: str
    item: Observable
    value: Value | None = field(repr=False)
    passed: bool
    at_once: bool
    fallen: bool
    contradicted: str | None
    void: bool
    carried: bool
    computed: bool
    matters: bool
    follows: bool
    sharpens: tuple[str, ...]

    @property
    def settled(self) -> bool:
        """Whether it needs no more attention."""
        answered = self.value is not None and not self.void and not self.unseen
        return answered or self.passed

    @property
    def unseen(self) -> bool:
        """Whether a finding raises it, and nobody but the one press of its part has answered it."""
        return self.follows and self.at_once


@dataclass(frozen=True)
class AskedPart:
    """One part of the form.

    Attributes:
        asked: Its questions that are asked now.
        refining: Those of them that just refine.
        rest: What one press may answer of it now, and leaves open.
        is_well: Whether its answers are those of that press.
        differs: Whether one of its answers is another.
        waits: A referral comes before it, and nothing is in it that led to that or could change it.
    """

    group: Group
    asked: tuple[AskedQuestion, ...]
    refining: tuple[AskedQuestion, ...]
    rest: Rest
    is_well: bool
    differs: bool
    waits: bool

    @property
    def all_well(self) -> bool:
        """Whether one press may answer it, or has."""
        return bool(self.rest.answers) or self.is_well

    @property
    def questions(self) -> tuple[AskedQuestion, ...]:
        """All of them."""
        return (*self.asked, *self.refining)

    def only(self, names: Collection[str]) -> "AskedPart":
        """Return the part with these questions alone."""
        return replace(
            self,
            asked=tuple(item for item in self.asked if item.name in names),
            refining=tuple(item for item in self.refining if item.name in names),
        )

    @property
    def settled(self) -> int:
        """How many of the questions that are asked now need no more attention."""
        return sum(question.settled for question in self.asked)

    @property
    def enough(self) -> bool:
        """Whether somebody was here, and nothing is left that could still change a conclusion."""
        return self.settled > 0 and not any(
            question.matters and not question.settled for question in self.asked
        )


@dataclass(frozen=True)
class AskedStep:
    """One screen of a visit: parts of the form, or questions out of them."""

    step: VisitStep
    parts: tuple[AskedPart, ...]

    @property
    def waits(self) -> bool:
        """Whether a referral comes before all of it."""
        return all(part.waits for part in self.parts)

    @property
    def open(self) -> tuple[AskedQuestion, ...]:
        """Its questions without an answer that were not passed over, those that refine apart."""
        return tuple(
            question
            for part in self.parts
            if not part.waits
            for question in part.asked
            if not question.settled
        )


def steps_of(
    knowledge: KnowledgeBase, parts: Iterable[AskedPart], short: bool = False
) -> tuple[AskedStep, ...]:
    """Return the screens of a visit, or of a short one, that have something to ask, in their
    order.
    """
    of_group = {part.group.group: part for part in parts}
    steps = knowledge.intake.screens(short)
    elsewhere = {name for step in steps for name in step.asks if name in knowledge.observables}
    found: list[AskedStep] = []
    for step in steps:
        shown = [
            part for name in step.asks if (part := _asked_in(knowledge, of_group, name, elsewhere))
        ]
        if shown:
            found.append(AskedStep(step, tuple(shown)))
    return tuple(found)


def _asked_in(
    knowledge: KnowledgeBase,
    of_group: Mapping[str, AskedPart],
    name: str,
    elsewhere: Collection[str],
) -> AskedPart | None:
    """Return what a step asks of a part, or of the part of a question; `None` for nothing."""
    if name in knowledge.observables:
        part, names = of_group.get(knowledge.part_of[name].group), {name}
    else:
        part = of_group.get(name)
        names = set() if part is None else part.group.observables.keys() - elsewhere
    shown = None if part is None else part.only(names)
    return shown if shown is not None and shown.questions else None


def course(
    knowledge: KnowledgeBase, state: State, diagnosis: Diagnosis, everything: bool = False
) -> tuple[AskedPart, ...]:
    """Return the parts of the form that are filled now, in intake order; with `everything`, all of
    them and every question, unless a referral comes first.
    """
    return tuple(_Course(knowledge, state, diagnosis, everything).parts())


def next_question(parts: tuple[AskedPart, ...]) -> AskedQuestion | None:
    """Return the first question that is neither answered nor passed over, or `None` at the end."""
    for part in parts:
        if part.waits:
            continue
        for question in part.questions:
            blank = question.value is None or question.unseen
            if blank and not question.passed:
                return question
    return None


class _Course:
    """What a visit asks now.

    Attributes:
        open: Questions whose answers can still change a conclusion.
        useful: These, and the tests of what may contribute.
        refer_first: Whether a referral comes before all parts in which nothing is open.
        everything: Whether every question is asked.
        follows: The questions that follow an answer.
        leading: The questions whose answers led to the level of triage.
        coached: Whether somebody may be coached.
        takes_over: What whoever takes a person over needs, where triage hands one over.
    """

    def __init__(
        self, knowledge: KnowledgeBase, state: State, diagnosis: Diagnosis, everything: bool
    ) -> None:
        self.knowledge, self.state = knowledge, state
        judged = what_is_known(knowledge, state.answers)
        self.void = judged.void
        self.truths = truths_of(knowledge.network, judged.facts)
        self.form_truths = truths_of(knowledge.form_network, state.answers)
        self.leading = {
            name for reason in diagnosis.triage.evidence for name in reason.observations
        }
        self.follows = following(knowledge, self._readable())
        present = {fault.id for fault in diagnosis.faults if fault.status == "present"}
        self.shown = present or {fault.id for fault in diagnosis.faults}
        self.takes_over = hands_over(knowledge, diagnosis.triage.at_least)
        next_: Sequence[Question | HandoverQuestion] = (
            diagnosis.ask_for_handover if self.takes_over else diagnosis.ask_next
        )
        self.open = [question.observable for question in next_]
        self.useful = set(self.open)
        for contributor in diagnosis.contributors:
            self.useful.update(contributor.test_with)
        least = knowledge.level("readiness", diagnosis.readiness.at_least)
        self.refer_first = least.withholds_cues == "until_ruled_out"
        self.everything = everything and not self.refer_first
        self.coached = least.withholds_cues is None
        self.diagnosis = diagnosis

    @cached_property
    def kept_in(self) -> frozenset[str] | None:
        """What a short visit asks, where it is one and somebody may be coached: its own questions,
        what was answered besides, and the few that decide readiness.
        """
        if self.state.only is None or not self.coached:
            return None
        few = self.diagnosis.decisive
        deciding = few.observables if few is not None and few.ladder == "readiness" else ()
        return self.state.only | self.state.by_hand | frozenset(deciding)

    def _readable(self) -> dict[str, Value]:
        """Return the answers that can be read: what cannot is asked again, and raises nothing."""
        answers = self.state.answers
        return {name: value for name, value in answers.items() if name not in self.void}

    def parts(self) -> Iterator[AskedPart]:
        """Yield the parts that have something to ask."""
        for group in self._groups():
            part = self._part(group)
            answered = any(question.value is not None for question in part.refining)
            if part.asked or answered or (part.refining and group.when_needed is None):
                yield part

    def _groups(self) -> Iterator[Group]:
        """Yield the parts of the form; where a person is handed over, those of what is needed."""
        if self.takes_over is None or self.everything:
            yield from self.knowledge.groups
            return
        whole, single = self.takes_over.groups, set(self.takes_over.then)
        yield from (group for group in self.knowledge.groups if group.group in whole)
        for group in self.knowledge.groups:
            if group.group not in whole and single.intersection(group.observables):
                yield group

    def _part(self, group: Group) -> AskedPart:
        questions = [
            self._question(name, group.observables[name])
            for name in self._in_order(group)
            if self._is_asked(group, name)
        ]
        state = self.state
        well, answers = all_well(group, state.only), state.answers
        is_well = bool(well) and all(
            answers.get(name) == value
            for name, value in well.items()
            if group.observables[name].follows is None or name in self.follows
        )
        return AskedPart(
            group=group,
            asked=tuple(item for item in questions if item.item.blank == "unknown"),
            refining=tuple(item for item in questions if item.item.blank != "unknown"),
            rest=rest_of(self.knowledge, group, answers, state.touched, state.at_once, state.only),
            is_well=is_well,
            differs=any(answers.get(name, value) != value for name, value in well.items()),
            waits=self._waits(group),
        )

    def _waits(self, group: Group) -> bool:
        if group.asked_first or (self.takes_over is not None and not self.everything):
            return False
        return self.refer_first and not group.observables.keys() & {*self.open, *self.leading}

    def _in_order(self, group: Group) -> list[str]:
        """Return the questions of a part, first those that whoever takes over needs."""
        names = [*group.observables]
        if self.takes_over is None:
            return names
        return sorted(names, key=lambda name: self._turn(name))

    def _turn(self, name: str) -> int:
        return self.open.index(name) if name in self.open else len(self.open)

    def _question(self, name: str, item: Observable) -> AskedQuestion:
        state = self.state
        return AskedQuestion(
            name=name,
            item=item,
            value=state.answers.get(name),
            passed=name in state.passed,
            at_once=name in state.at_once,
            fallen=name in state.fallen,
            contradicted=state.contradicted.get(name),
            void=name in self.void,
            carried=name in state.carried,
            computed=name in state.computed,
            matters=name in self.open or bool(self._sharpens(name)),
            follows=name in self.follows,
            sharpens=self._sharpens(name),
        )

    def _sharpens(self, name: str) -> tuple[str, ...]:
        """Return the titles of the faults that the answer to a question that follows weighs on."""
        if name not in self.follows or not self.coached:
            return ()
        faults = self.knowledge.faults
        return tuple(
            faults[fault].title
            for fault in self.knowledge.faults_reading[name]
            if fault in self.shown
        )

    def _is_asked(self, group: Group, name: str) -> bool:
        is_drill = group.not_done_when is not None
        if is_drill and self.refer_first and not self._waits(group):
            return name in self.open or name in self.leading  # what led there may be a slip
        if self.everything or self._is_impossible(name):
            return True
        if self.kept_in is not None and name not in self.kept_in:
            return False
        if name in self.state.answers:
            return not self._answered_by_the_way(group, name)
        if not self.coached:
            return name in self.open
        if self._not_done(group):
            return name in group.markers
        if not self._may_be_asked(name):
            return False
        if group.observables[name].follows is not None:
            return name in self.follows
        return (
            group.when_needed is None
            or name in self.useful
            or group.observables[name].blank != "unknown"
        )

    def _answered_by_the_way(self, group: Group, name: str) -> bool:
        """Whether one press answered a question that follows nothing: nobody need see it."""
        follows = group.observables[name].follows is not None and name not in self.follows
        return follows and name in self.state.at_once

    def _is_impossible(self, name: str) -> bool:
        """Whether an answer was given that others rule out: the question says so, needed or not."""
        impossible = self.knowledge.observables[name].impossible_when
        return bool(impossible) and name in self.state.contradicted

    def _may_be_asked(self, name: str) -> bool:
        """Whether its *ask when* is true, or can no longer be settled."""
        place = self.knowledge.network.ask_when.get(name)
        if place is None:
            return True
        truth = self.truths[place].in_world(0)
        return self._given_up(place) if truth is None else truth

    def _not_done(self, group: Group) -> bool:
        name = naming.not_done(group.group)
        network = self.knowledge.form_network
        return name in network.names and bool(self.form_truths[network.names[name]].true)

    def _given_up(self, place: int) -> bool:
        """Whether all that would settle if a question is asked was passed over."""
        return unknown_below(self.knowledge.network, self.truths, [place]) <= self.state.passed
