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

from hingeexpert.assurance.formulas import TruthFormulas, all_of, any_of, implies, no, variable
from hingeexpert.assurance.offered_formulas import OfferedFormulas
from hingeexpert.assurance.solver import Search, Solver, UndecidedError
from hingeexpert.inference.grading import requirements
from hingeexpert.inference.offered import withholding
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import Truth, Worlds, evaluate
from hingeexpert.knowledge.models.conclusions import CONFIDENCES

EXAMPLES = 400
"""Examples after which a question counts as undecided."""
LESSONS = 4
"""Most lessons of one example. The cheapest alone may fit so few other forms that hundreds are
needed; the next cheapest cost little beside finding the example.
"""

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
        """Prepare the proof over an encoded knowledge base."""
        self.solver = solver
        self.knowledge: KnowledgeBase = solver.knowledge
        self.network = self.knowledge.network
        self.ends = [*self._ends_of_ladders(), *self._ends_of_conclusions()]
        self.formulas = [self._end(positions) for positions in self.ends]
        self.defaults: Answers = {
            name: item.default
            for name, item in self.knowledge.observables.items()
            if item.default is not None
        }

    def _ends_of_ladders(self) -> Iterator[list[int]]:
        """Yield each end of a ladder, as positions of conditions of which one is true: a level or a
        more severe one, but for all of them; then each rule of a level.
        """
        names = self.network.names
        for ladder, levels in self.knowledge.ladders.items():
            positions = [names[naming.level(ladder, level.id)] for level in levels]
            for number in range(1, len(positions)):
                yield positions[:number]
            for level in levels:
                for rule in level.rules:
                    yield [names[naming.level_rule(ladder, level.id, rule.id)]]

    def _ends_of_conclusions(self) -> Iterator[list[int]]:
        """Yield for each conclusion and confidence the rules that can keep at least that much.

        What lowers them is left out: an end says what the rules themselves settle.
        """
        for name, conclusion in self.knowledge.conclusions.items():
            for position in range(len(CONFIDENCES)):
                rules = [rule.rule for rule in requirements(conclusion, name, position)]
                if rules:
                    yield [self.network.names[rule] for rule in rules]

    def _end(self, positions: Sequence[int]) -> TruthFormulas:
        """Return the formulas that one of these conditions is true, and that all are false."""
        known = [self.solver.formulas_of_known[position] for position in positions]
        true = any_of(formulas.true for formulas in known)
        return TruthFormulas(true, all_of(*(formulas.false for formulas in known)))

    @cached_property
    def asked(self) -> dict[str, Any]:
        """For each observable the formula that `ask_next` lists it: a chain of unknown conditions
        leads to it from something open, and it may be needed.
        """
        known, starts = self.solver.formulas_of_known, self._starts()
        hanging: dict[int, Any] = {}
        asked: dict[str, list[Any]] = {}
        # Wholes stand behind their parts, so from the end each chain is there before its next link.
        for position in reversed(range(len(self.network.nodes))):
            above = [hanging[parent] for parent in self.network.parents[position]]
            reached = any_of([*starts.get(position, []), *above])
            hanging[position] = all_of(known[position].unknown, reached)
            test = self.network.nodes[position].test
            if test is not None:
                asked.setdefault(test.observable, []).append(hanging[position])
        offered = OfferedFormulas(self.solver, self.coached)
        return {
            name: all_of(any_of(chains), offered.may_be_needed(name))
            for name, chains in asked.items()
        }

    @cached_property
    def coached(self) -> Any:
        """The formula that somebody may be coached, and faults are asked about."""
        known = self.solver.formulas_of_known
        return all_of(*(no(known[position].true) for position in withholding(self.knowledge)))

    def _starts(self) -> dict[int, list[Any]]:
        """Return where chains start, and when: at every fault while somebody may be coached, and at
        each level above which nothing is proven.
        """
        known, names = self.solver.formulas_of_known, self.network.names
        starts: dict[int, list[Any]] = {}
        for fault in self.knowledge.faults:
            starts[names[naming.fault(fault)]] = [self.coached]
        for ladder, levels in self.knowledge.ladders.items():
            above: list[Any] = []
            for level in levels:
                position = names[naming.level(ladder, level.id)]
                starts.setdefault(position, []).append(all_of(*above))
                above.append(no(known[position].true))
        return starts

    def in_vain(self, name: str, among: Any = True) -> Answers | None:
        """Return what is known on a small form on which a question is asked in vain, or `None`
        where it is proven that there is none.

        Args:
            name: The question.
            among: The formula of the forms to look at.

        Raises:
            UndecidedError: Not decided in time, or after too many examples.
        """
        solver = self.solver
        asked = among, self.asked[name], no(solver.answered[name])
        asking = Search(solver, solver.legal_known, *asked)
        settling = Search(solver, solver.answers_fit, *self._settling_claims(name))
        for _ in range(EXAMPLES):
            known = asking.answers()
            if known is None:
                return None
            example = self._example(known, settling)
            if example is None:
                return self._smaller(all_of(among, self.asked[name]), known, settling)
            lessons = self._lessons(name, known, example)
            asking.add(*(no(self._covered(name, lesson)) for lesson in lessons))
        raise UndecidedError(f"after {EXAMPLES} examples")

    def _example(self, known: Answers, settling: Search) -> Answers | None:
        """Return answers to the blanks of a form on which the question settles an end that is open
        on the form.
        """
        open_ends = [self._settling(number) for number in self._open(known)]
        return settling.answers(*self._exactly(known, self.defaults), any_of(open_ends))

    def _open(self, known: Answers) -> list[int]:
        """Return the positions of the ends that are open on a form."""
        truths = evaluate(self.network, Worlds({**self.defaults, **known}))
        return [end for end, positions in enumerate(self.ends) if not _settled(truths, positions)]

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

    def _smaller(self, asked: Any, known: Answers, settling: Search) -> Answers:
        """Leave out answers one by one as long as the question is asked in vain.

        Each is left out for good if without it a form can still have just these answers, the
        question is still asked on it, and still nothing makes it useful there.
        """
        asking = Search(self.solver, self.solver.legal_known, asked)
        for other in list(known):
            fewer = {kept: value for kept, value in known.items() if kept != other}
            still = asking.answers(*self._exactly(fewer, self.solver.chosen)) is not None
            if still and self._example(fewer, settling) is None:
                known = fewer
        return known

    def _settling_claims(self, name: str) -> Iterator[Any]:
        """Yield for each end what its variable claims: it is open while the question is blank, and
        settled by one of its answers.
        """
        # The true and the false formula of each end in turn, so that all are fixed in one go.
        flat = [formula for end in self.formulas for formula in (end.true, end.false)]
        blank = self.solver.switched(flat, name, None)
        tried = [self.solver.switched(flat, name, value) for value in self.knowledge.answers[name]]
        for end in range(len(self.ends)):
            true, false = 2 * end, 2 * end + 1
            settled = [formulas[place] for formulas in tried for place in (true, false)]
            is_open = no(blank[true]), no(blank[false])
            yield implies(self._settling(end), all_of(*is_open, any_of(settled)))

    def _lessons(self, name: str, known: Answers, example: Mapping[str, Value]) -> Sequence[Lesson]:
        """Keep of an example what the cheapest ends need."""
        others = {other: value for other, value in example.items() if other != name}
        base = {**self.defaults, **others}
        lessons = [
            Lesson(self._lesson(name, known, {**base, name: value}, end), end)
            for end, value in self._settling_answers(name, base, self._open(known))
        ]
        return sorted(lessons, key=lambda lesson: len(lesson.answers))[:LESSONS]

    def _lesson(self, name: str, known: Answers, answers: Answers, end: int) -> Answers:
        """Leave out answers as long as the end stays settled by the question and open without it.

        Where a question that is not needed was answered, an end can be open with all answers and
        settled with the few that it needs. Then more of them are kept, so that a lesson always fits
        the form that it was learnt on.
        """
        needed = self._needed(answers, self.ends[end], name)
        if end in self._open({**known, **needed}):
            return needed
        kept = _without(answers, [name])
        for other in list(kept):
            fewer = _without(kept, [other])
            settled = self._settles({**fewer, name: answers[name]}, self.ends[end])
            if settled and end in self._open({**known, **fewer}):
                kept = fewer
        return kept

    def _settling_answers(
        self, name: str, base: Answers, ends: Sequence[int]
    ) -> Iterator[tuple[int, Value]]:
        """Yield those of some ends that are open while a question is blank and settled by an answer
        to it, each with the first such answer.
        """
        values = self.knowledge.answers[name]
        worlds = Worlds(base, [{name: value} for value in values])  # world 0 is that of the blank
        truths = evaluate(self.network, worlds)
        for end in ends:
            settled = _settled(truths, self.ends[end])
            settling = [
                value for world, value in enumerate(values, start=1) if settled >> world & 1
            ]
            if settling and not settled & 1:
                yield end, settling[0]

    def _needed(self, answers: Answers, positions: Sequence[int], name: str) -> Answers:
        """Leave out answers as long as the end stays settled, as many at a time as can go.

        One pass over the network tries to leave out each answer on its own. Those that can go alone
        need not be able to go together, as one may stand in for another: so first all of them are
        tried, then half as many, down to a single one, which can always go. What is left is looked
        at anew, until no answer can go.

        Args:
            answers: Answers that settle the end, with that to the question itself.
            positions: The end.
            name: The question, which stays.
        """
        while spare := self._spare(answers, positions, name):
            count = len(spare)
            while not self._settles(_without(answers, spare[:count]), positions):
                count //= 2
            answers = _without(answers, spare[:count])
        return _without(answers, [name])

    def _spare(self, answers: Answers, positions: Sequence[int], name: str) -> list[str]:
        """Return the questions of which each could be left out alone."""
        others = [other for other in answers if other != name]
        worlds = Worlds(answers, [{other: None} for other in others])
        settled = _settled(evaluate(self.network, worlds), positions)
        return [other for world, other in enumerate(others, start=1) if settled >> world & 1]

    def _settles(self, answers: Answers, positions: Sequence[int]) -> bool:
        return bool(_settled(evaluate(self.network, Worlds(answers)), positions))

    def _covered(self, name: str, lesson: Lesson) -> Any:
        """Return the formula of the forms that a lesson fits and whose end it leaves open."""
        solver = self.solver
        fits: list[Any] = []
        fixed: dict[str, Value | None] = {name: None}
        for other, value in lesson.answers.items():
            for answer, chosen in solver.chosen[other].items():
                if answer != value:
                    fits.append(no(chosen))
            if other not in self.defaults:
                fixed[other] = value
            elif self.defaults[other] != value:
                fits.append(solver.answered[other])
        end = self.formulas[lesson.end]
        true, false = solver.fixed([end.true, end.false], fixed)
        return all_of(*fits, no(true), no(false))


def _without(answers: Answers, left_out: Sequence[str]) -> Answers:
    return {name: value for name, value in answers.items() if name not in left_out}


def _settled(truths: Sequence[Truth], positions: Sequence[int]) -> int:
    """Return the worlds in which an end is settled: one condition is true, or all are false."""
    true, false = 0, -1
    for position in positions:
        true |= truths[position].true
        false &= truths[position].false
    return true | false
