"""Prove that no question is asked in vain: on every form each question that `ask_next` lists can
still settle something.

What can be settled is an *end*: that a person stands at a level of a ladder or a more severe one, a
reason for a level, and that a fault or contributor is present with at least a confidence. A
question is useful on a form when an end is open there, the other blanks can be answered such that
it still is, and one answer to the question settles it.

There are too many forms to try, so the proof learns from examples (counterexample-guided
refinement): take a form on which the question is asked, find answers that make it useful there,
keep of them only what it needs, and set aside every form on which the same answers do the same. It
ends when no form is left (proven), or with one on which nothing makes the question useful.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from hingeexpert.assurance.solver import (
    Search,
    Solver,
    TruthFormulas,
    UndecidedError,
    all_of,
    any_of,
    implies,
    no,
    variable,
)
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.conclusions import CONFIDENCES
from hingeexpert.knowledge.network import Truth, Worlds, evaluate

LESSONS = 400
"""Examples after which a question counts as undecided."""

Answers = dict[str, Value]


class Lesson(NamedTuple):
    """Answers that make a question useful wherever they fit and leave the end open.

    Attributes:
        answers: The answers to other questions.
        end: Position of the end that the question then settles.
    """

    answers: Answers
    end: int


class UsefulQuestions:
    """The proof, for every question of one knowledge base."""

    def __init__(self, solver: Solver) -> None:
        """Prepare the proof.

        Args:
            solver: The encoded knowledge base.
        """
        self.solver = solver
        self.knowledge: KnowledgeBase = solver.knowledge
        self.network = self.knowledge.network
        self.ends = list(self._ends())
        self.formulas = [
            TruthFormulas(
                any_of(solver.formulas_of_known[place].true for place in places),
                all_of(*(solver.formulas_of_known[place].false for place in places)),
            )
            for places in self.ends
        ]
        self.defaults: Answers = {
            name: item.default
            for name, item in self.knowledge.observables.items()
            if item.default is not None
        }

    def _ends(self) -> Iterator[list[int]]:
        """Yield each end as positions of conditions of which one is true."""
        names = self.network.names
        for ladder, levels in self.knowledge.ladders.items():
            places = [names[naming.level(ladder, level.id)] for level in levels]
            yield from (places[: place + 1] for place in range(len(places) - 1))
            yield from (
                [names[naming.level_rule(ladder, level.id, rule.id)]]
                for level in levels
                for rule in level.rules
            )
        for name, conclusion in self.knowledge.conclusions.items():
            for confidence in range(len(CONFIDENCES)):
                rules = [
                    rule.id
                    for rule in conclusion.rules
                    if CONFIDENCES.index(rule.confidence) <= confidence
                ]
                if rules:
                    yield [names[naming.rule(name, rule)] for rule in rules]

    @cached_property
    def asked(self) -> dict[str, Any]:
        """For each observable the formula that `ask_next` lists it: a chain of unknown conditions
        leads to it from something open.
        """
        known, names = self.solver.formulas_of_known, self.network.names
        starts: dict[int, list[Any]] = {
            names[naming.fault(fault)]: [True] for fault in self.knowledge.faults
        }
        for ladder, levels in self.knowledge.ladders.items():
            places = [names[naming.level(ladder, level.id)] for level in levels]
            for number, place in enumerate(places):
                starts.setdefault(place, []).append(
                    all_of(*(no(known[above].true) for above in places[:number]))
                )
        hanging: dict[int, Any] = {}
        asked: dict[str, list[Any]] = {}
        for place in reversed(range(len(self.network.nodes))):
            above = [hanging[parent] for parent in self.network.parents[place]]
            hanging[place] = all_of(known[place].unknown, any_of([*starts.get(place, []), *above]))
            test = self.network.nodes[place].test
            if test is not None:
                asked.setdefault(test.observable, []).append(hanging[place])
        return {name: any_of(chains) for name, chains in asked.items()}

    def in_vain(self, name: str) -> Answers | None:
        """Return what is known on a small form on which a question is asked in vain, or `None`
        where it is proven that there is none.

        Raises:
            UndecidedError: Not decided in time, or after too many examples.
        """
        solver = self.solver
        asking = Search(solver, *solver.legal_known, self.asked[name], no(solver.answered[name]))
        settling = Search(solver, *solver.one_answer, *self._settled(name))
        for _ in range(LESSONS):
            known = asking.answers()
            if known is None:
                return None
            example = self._example(known, settling)
            if example is None:
                return self._smaller(name, known, settling)
            asking.add(no(self._covered(name, self._lesson(name, known, example))))
        raise UndecidedError(f"after {LESSONS} examples")

    def _example(self, known: Answers, settling: Search) -> Answers | None:
        """Return answers to the blanks of a form on which the question settles an end that is open
        on the form.
        """
        open_ends = [self._settling(number) for number in self._open(known)]
        return settling.answers(*self._exactly(known, self.defaults), any_of(open_ends))

    def _open(self, known: Answers) -> list[int]:
        """Return the positions of the ends that are open on a form."""
        truths = evaluate(self.network, Worlds({**self.defaults, **known}))
        return [number for number, places in enumerate(self.ends) if not _decided(truths, places)]

    @staticmethod
    def _settling(number: int) -> Any:
        """Return the variable that claims that the question settles an end."""
        return variable(f"settles end {number}")

    def _exactly(self, known: Answers, blank: Iterable[str]) -> list[Any]:
        """Return the formulas that a form has these answers, and none to those of `blank` that are
        not among them.
        """
        answered = [self.solver.chosen[name][value] for name, value in known.items()]
        return [*answered, *(no(self.solver.answered[name]) for name in blank if name not in known)]

    def _smaller(self, name: str, known: Answers, settling: Search) -> Answers:
        """Leave out answers one by one as long as the question is asked in vain."""
        asking = Search(self.solver, *self.solver.legal_known, self.asked[name])
        for other in list(known):
            fewer = {kept: value for kept, value in known.items() if kept != other}
            asked = asking.answers(*self._exactly(fewer, self.solver.chosen)) is not None
            if asked and self._example(fewer, settling) is None:
                known = fewer
        return known

    def _settled(self, name: str) -> Iterator[Any]:
        """Yield for each end what its variable claims: it is open while the question is blank, and
        settled by one of its answers.
        """
        flat = [formula for both in self.formulas for formula in (both.true, both.false)]
        blank = self.solver.switched(flat, name, None)
        tried = [self.solver.switched(flat, name, value) for value in self.knowledge.answers[name]]
        for number in range(len(self.ends)):
            true, false = 2 * number, 2 * number + 1
            settled = any_of(
                formula for answer in tried for formula in (answer[true], answer[false])
            )
            yield implies(
                self._settling(number), all_of(no(blank[true]), no(blank[false]), settled)
            )

    def _lesson(self, name: str, known: Answers, example: Mapping[str, Value]) -> Lesson:
        """Keep of an example what the cheapest end needs.

        Where a question that is not needed was answered, an end can be open with all answers of the
        example and settled with the few that it needs. Of such an example everything is kept, so
        that a lesson always fits the form that it was learnt on.
        """
        base = {
            **self.defaults,
            **{other: value for other, value in example.items() if other != name},
        }
        values = self.knowledge.answers[name]
        truths = evaluate(self.network, Worlds(base, [{name: value} for value in values]))
        lessons = []
        for number in self._open(known):
            decided = _decided(truths, self.ends[number])
            settling = [
                value for world, value in enumerate(values, start=1) if decided >> world & 1
            ]
            if settling and not decided & 1:
                needed = self._needed({**base, name: settling[0]}, self.ends[number], name)
                still_open = number in self._open({**known, **needed})
                lessons.append(Lesson(needed if still_open else base, number))
        return min(lessons, key=lambda lesson: len(lesson.answers))

    def _needed(self, answers: Answers, places: Sequence[int], name: str) -> Answers:
        """Leave out answers as long as the end stays settled, as many at a time as can go."""
        while True:
            others = [other for other in answers if other != name]
            decided = _decided(
                evaluate(self.network, Worlds(answers, [{other: None} for other in others])), places
            )
            spare = [other for world, other in enumerate(others, start=1) if decided >> world & 1]
            if not spare:
                return {other: answers[other] for other in others}
            count = len(spare)
            while True:
                fewer = {
                    other: value for other, value in answers.items() if other not in spare[:count]
                }
                if _decided(evaluate(self.network, Worlds(fewer)), places):
                    break
                count //= 2
            answers = fewer

    def _covered(self, name: str, lesson: Lesson) -> Any:
        """Return the formula of the forms that a lesson fits and whose end it leaves open."""
        solver = self.solver
        fits: list[Any] = []
        fixed: dict[str, Value | None] = {name: None}
        for other, value in lesson.answers.items():
            fits += [
                no(variable) for answer, variable in solver.chosen[other].items() if answer != value
            ]
            if other not in self.defaults:
                fixed[other] = value
            elif self.defaults[other] != value:
                fits.append(solver.answered[other])
        both = self.formulas[lesson.end]
        true, false = solver.fixed([both.true, both.false], fixed)
        return all_of(*fits, no(true), no(false))


def _decided(truths: Sequence[Truth], places: Sequence[int]) -> int:
    """Return the worlds in which an end is settled."""
    true, false = 0, -1
    for place in places:
        true |= truths[place].true
        false &= truths[place].false
    return true | false
