"""What to ask now: the parts of the form in order, with the questions that still matter in each.

Owns skipping. A question waits until its *ask when* is true; where that hangs on nothing but
questions that were passed over, it is asked all the same. Parts that are filled when needed show
only what can still change a conclusion or test a hypothesis. While nobody may be coached every part
does, and where triage hands a person over there is nothing but what whoever takes over needs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hingeexpert.forms.assessment import what_is_known
from hingeexpert.inference import Diagnosis
from hingeexpert.inference.diagnosis import HandoverQuestion, Question
from hingeexpert.inference.handover import hands_over
from hingeexpert.inference.questions import unknown_below
from hingeexpert.intake.events import State, all_well
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.observables import Group, Observable
from hingeexpert.knowledge.network import Worlds, evaluate


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
        matters: Something open still hangs on it.
    """

    name: str
    item: Observable
    value: Value | None = field(repr=False)
    passed: bool
    at_once: bool
    fallen: bool
    contradicted: str | None
    void: bool
    matters: bool

    @property
    def settled(self) -> bool:
        """Whether it needs no more attention."""
        return (self.value is not None and not self.void) or self.passed


@dataclass(frozen=True)
class AskedPart:
    """One part of the form.

    Attributes:
        asked: Its questions that are asked now.
        refining: Those of them that just refine.
        all_well: Whether one press may answer it, or what of it was neither answered nor passed
            over.
        is_well: Whether its answers are those of that press.
        differs: Whether one of its answers is another.
        waits: A referral comes before it, and nothing that could still change that is in it.
    """

    group: Group
    asked: tuple[AskedQuestion, ...]
    refining: tuple[AskedQuestion, ...]
    all_well: bool
    is_well: bool
    differs: bool
    waits: bool

    @property
    def questions(self) -> tuple[AskedQuestion, ...]:
        """All of them."""
        return (*self.asked, *self.refining)

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


def course(
    knowledge: KnowledgeBase, state: State, diagnosis: Diagnosis, everything: bool = False
) -> tuple[AskedPart, ...]:
    """Return the parts of the form that are filled now, in intake order; with `everything`, all of
    them and every question.
    """
    return tuple(_Course(knowledge, state, diagnosis, everything).parts())


def next_question(parts: tuple[AskedPart, ...]) -> AskedQuestion | None:
    """Return the first question that is neither answered nor passed over, or `None` at the end."""
    for part in parts:
        if part.waits:
            continue
        for question in part.questions:
            if question.value is None and not question.passed:
                return question
    return None


class _Course:
    """What a visit asks now.

    Attributes:
        open: Questions whose answers can still change a conclusion.
        useful: These, and the tests of what may contribute.
        refer_first: Whether a referral comes before all parts in which nothing is open.
        coached: Whether somebody may be coached.
        takes_over: What whoever takes a person over needs, where triage hands one over.
    """

    def __init__(
        self, knowledge: KnowledgeBase, state: State, diagnosis: Diagnosis, everything: bool
    ) -> None:
        self.knowledge, self.state, self.everything = knowledge, state, everything
        judged = what_is_known(knowledge, state.answers)
        self.void = judged.void
        self.truths = evaluate(knowledge.network, Worlds(judged.facts))
        self.form_truths = evaluate(knowledge.form_network, Worlds(state.answers))
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
        self.coached = least.withholds_cues is None

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
        well, answers = all_well(group), self.state.answers
        is_well = bool(well) and all(answers.get(name) == value for name, value in well.items())
        touched = {*answers, *self.state.passed, *self.state.fallen}
        return AskedPart(
            group=group,
            asked=tuple(item for item in questions if item.item.blank == "unknown"),
            refining=tuple(item for item in questions if item.item.blank != "unknown"),
            all_well=bool(well) and (is_well or not well.keys() <= touched),
            is_well=is_well,
            differs=any(answers.get(name, value) != value for name, value in well.items()),
            waits=self._waits(group),
        )

    def _waits(self, group: Group) -> bool:
        if group.asked_first or (self.takes_over is not None and not self.everything):
            return False
        return self.refer_first and not group.observables.keys() & set(self.open)

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
            matters=name in self.open,
        )

    def _is_asked(self, group: Group, name: str) -> bool:
        if self.everything or name in self.state.answers or self._is_impossible(name):
            return True
        if not self.coached:
            return name in self.open
        if self._not_done(group):
            return name in group.markers
        if not self._may_be_asked(name):
            return False
        return (
            group.when_needed is None
            or name in self.useful
            or group.observables[name].blank != "unknown"
        )

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
