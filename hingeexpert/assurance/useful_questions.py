"""Prove that no question is asked in vain: on every form each question that `ask_next` lists can
still settle something.

What can be settled is an *end* (`ends.py`). A question is useful on a form when an end is open
there, the other blanks can be answered such that it still is, and one answer to the question
settles it.

There are too many forms to try, so the proof learns from examples (counterexample-guided
refinement): take a form on which the question is asked, find answers that make it useful there,
keep of them only what it needs (`learning.py`), and set aside every form on which the same answers
do the same. It ends when no form is left (proven), or with one on which nothing makes the question
useful. Lessons of earlier proofs come first: whoever wrote a lesson, the formula of the forms that
it covers says all that makes the question useful there, under the rules as they are now.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from hingeexpert.assurance.ends import Answers, End, ends_of
from hingeexpert.assurance.formulas import TruthFormulas, all_of, any_of, implies, no, variable
from hingeexpert.assurance.learning import Learner
from hingeexpert.assurance.lessons import Lesson, Lessons
from hingeexpert.assurance.offered_formulas import OfferedFormulas
from hingeexpert.assurance.solver import Search, Solver, UndecidedError
from hingeexpert.inference.offered import withholding
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value

EXAMPLES = 400
"""Examples after which a question counts as undecided."""


class UsefulQuestions:
    """The proof, for every question of one knowledge base."""

    def __init__(self, solver: Solver, lessons: Lessons | None = None) -> None:
        """Prepare the proof over an encoded knowledge base, with lessons of earlier proofs."""
        self.solver = solver
        self.knowledge: KnowledgeBase = solver.knowledge
        self.network = self.knowledge.network
        self.lessons = lessons or Lessons()
        self.ends = {end.name: end for end in ends_of(self.knowledge)}
        self.defaults: Answers = {
            name: item.default
            for name, item in self.knowledge.observables.items()
            if item.default is not None
        }

    @cached_property
    def formulas(self) -> dict[str, TruthFormulas]:
        """For each end the formulas that one of its conditions is true, and that all are false."""
        known, formulas = self.solver.formulas_of_known, {}
        for name, end in self.ends.items():
            conditions = [known[place] for place in end.places]
            true = any_of(condition.true for condition in conditions)
            false = all_of(*(condition.false for condition in conditions))
            formulas[name] = TruthFormulas(true, false)
        return formulas

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
        return QuestionProof(self, name, all_of(among, self.asked[name])).in_vain()

    def ends_reading(self, name: str) -> list[End]:
        """Return the ends that an answer to a question may settle."""
        return [end for end in self.ends.values() if name in end.reads]

    def covered(self, name: str, lesson: Lesson) -> Any:
        """Return the formula of the forms on which a lesson makes a question useful: its answers
        can be added to them, the end is open with them, and settled with the answer to the question
        as well.
        """
        fits, fixed = self._fitting(lesson.answers)
        end = self.formulas[lesson.end]
        with_value = {**fixed, name: lesson.value}
        is_open = all_of(no(end.true), no(end.false))
        settled = all_of(any_of([end.true, end.false]), self.solver.answers_possible)
        return all_of(
            *fits,
            *self.solver.fixed([is_open], {**fixed, name: None}),
            *self.solver.fixed([settled], with_value),
        )

    def _fitting(self, answers: Mapping[str, Value]) -> tuple[list[Any], dict[str, Value | None]]:
        """Return the claims that a form has no other answers than these to the same questions, and
        which of them are added to it; what a default says already is not.
        """
        fits: list[Any] = []
        fixed: dict[str, Value | None] = {}
        for name, value in answers.items():
            chosen = self.solver.chosen[name]
            fits.extend(no(chosen[other]) for other in chosen if other != value)
            if name not in self.defaults:
                fixed[name] = value
            elif self.defaults[name] != value:
                fits.append(self.solver.answered[name])
        return fits, fixed


class QuestionProof:
    """The proof that one question is never asked in vain."""

    def __init__(self, proof: UsefulQuestions, name: str, asked: Any) -> None:
        """Take the formula of the forms on which it is asked."""
        self._proof, self._solver = proof, proof.solver
        self._name, self._asked = name, asked
        self._learner = Learner(proof.knowledge, proof.defaults, name, proof.ends_reading(name))

    def in_vain(self) -> Answers | None:
        """See `UsefulQuestions.in_vain`."""
        asking = Search(self._solver, self._solver.legal_known, self._asked)
        asking.add(no(self._solver.answered[self._name]))
        lessons = self._proof.lessons.of(self._name)
        asking.add(*self._set_aside(lessons))
        for _ in range(EXAMPLES):
            known = asking.answers()
            if known is None:
                return None
            example = self._example(known)
            if example is None:
                return self._smaller(known)
            learnt = self._learner.lessons(known, example)
            self._proof.lessons.learn(self._name, learnt)
            asking.add(*self._set_aside(learnt))
        raise UndecidedError(f"after {EXAMPLES} examples")

    def _set_aside(self, lessons: Iterable[Lesson]) -> Iterator[Any]:
        """Yield that a form is not one of those that lessons cover."""
        for lesson in lessons:
            if lesson.end in self._proof.ends:
                yield no(self._proof.covered(self._name, lesson))

    def _example(self, known: Answers) -> Answers | None:
        """Return answers to the blanks of a form on which the question settles an end that is open
        on the form.
        """
        open_ends = self._learner.open_ends(known)
        if not open_ends:
            return None
        others = set(range(len(self._learner.ends))).difference(open_ends)
        return self._settling.answers_where(
            [
                *self._exactly(known, self._proof.defaults),
                *(no(_settles(number)) for number in others),
            ]
        )

    def _exactly(self, known: Answers, blank: Iterable[str]) -> Iterator[Any]:
        """Yield as variables and their negations that a form has these answers, and none to those
        of `blank` that are not among them.
        """
        chosen = self._solver.chosen
        for name, value in known.items():
            yield chosen[name][value]
        for name in blank:
            if name not in known:
                yield from map(no, chosen[name].values())

    def _smaller(self, known: Answers) -> Answers:
        """Leave out answers one by one as long as the question is asked in vain.

        Each is left out for good if without it a form can still have just these answers, the
        question is still asked on it, and still nothing makes it useful there.
        """
        asking = Search(self._solver, self._solver.legal_known, self._asked)
        for other in list(known):
            fewer = {kept: value for kept, value in known.items() if kept != other}
            exactly = list(self._exactly(fewer, self._solver.chosen))
            if asking.answers_where(exactly) is not None and self._example(fewer) is None:
                known = fewer
        return known

    @cached_property
    def _settling(self) -> Search:
        """The search for answers with which the question settles an end."""
        solver = self._solver
        one = any_of(_settles(number) for number in range(len(self._learner.ends)))
        claims = solver.answered[self._name], one, *self._settling_claims()
        return Search(solver, solver.answers_fit, *claims)

    def _settling_claims(self) -> Iterator[Any]:
        """Yield for each end what its variable claims: it is open while the question is blank, and
        settled by the answer to it.
        """
        for number, end in enumerate(self._learner.ends):
            both = self._proof.formulas[end.name]
            settled = any_of([both.true, both.false])
            (before,) = self._solver.switched([settled], self._name, None)
            yield implies(_settles(number), all_of(no(before), settled))


def _settles(number: int) -> Any:
    """Return the variable that claims that a question settles an end."""
    return variable(f"settles end {number}")
