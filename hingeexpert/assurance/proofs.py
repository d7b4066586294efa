"""Prove the properties of a knowledge base over every possible form, or show a plainest form that
refutes one.

Owns the built-in checks; what a property claims otherwise is `claims.py`, the formulas are
`solver.py`. What cannot be decided in time is said.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from hingeexpert.assurance.claims import ClaimFormulas
from hingeexpert.assurance.decisions import Counterexample, Decisions, Suspicion
from hingeexpert.assurance.formulas import all_of, any_of, no
from hingeexpert.assurance.lessons import Lessons
from hingeexpert.assurance.reachable import Reachable
from hingeexpert.assurance.solver import Solver, UndecidedError
from hingeexpert.assurance.useful_questions import UsefulQuestions
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.observables import Observable
from hingeexpert.knowledge.models.properties import Claims, Property
from hingeexpert.knowledge.network import Node

Outcome = Literal["proven", "refuted", "undecided"]
Findings = Iterator[Counterexample]


@dataclass(frozen=True)
class PropertyProof:
    """What became of a property."""

    property: Property
    outcome: Outcome
    findings: tuple[Counterexample, ...] = ()
    undecided: tuple[str, ...] = ()


class Prover:
    """Proves the properties of one knowledge base."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        lessons: Lessons | None = None,
        solver: Solver | None = None,
    ) -> None:
        """Encode the knowledge base.

        Args:
            knowledge: The knowledge base.
            lessons: What earlier proofs learnt: it makes the longest proof quick, and changes none.
            solver: The knowledge base encoded, where it is already.
        """
        self.knowledge = knowledge
        self.solver = solver or Solver(knowledge)
        self.claims = ClaimFormulas(self.solver)
        self.lessons = lessons or Lessons()
        self._checks: dict[str, Callable[[Property, Decisions], Findings]] = {
            "cautious": self._cautious,
            "whole": self._whole,
            "consistent": self._consistent,
            "alive": lambda _, decisions: self._reachable.dead(decisions),
            "not_subsumed": lambda _, decisions: self._reachable.subsumed(decisions),
            "asks": self._asks,
            "useful": self._useful,
        }

    def proofs(self, items: Sequence[Property] | None = None) -> Iterator[PropertyProof]:
        """Yield what becomes of some properties, or of all, in their order, each once it is
        decided.
        """
        items = self.knowledge.properties if items is None else items
        at_once = {proof.property.id: proof for proof in self.safety(items)}
        for item in items:
            yield at_once.get(item.id) or self.prove(item)

    def safety(self, items: Sequence[Property] | None = None) -> list[PropertyProof]:
        """Decide those of some properties, or of all, that say what is never so: as one question,
        and singly only where one of them does not hold.
        """
        items = self.knowledge.properties if items is None else items
        said = [item for item in items if item.never is not None]
        suspicions = itertools.chain.from_iterable(map(self._never, said))
        if Decisions(self.solver).none_holds(list(suspicions)):
            return [PropertyProof(item, "proven") for item in said]
        return list(map(self.prove, said))

    def prove(self, item: Property) -> PropertyProof:
        """Decide one property."""
        decisions = Decisions(self.solver)
        if item.never is not None:
            found = decisions.refuted(self._never(item))
        else:
            found = self._checks[str(item.check)](item, decisions)
        findings = tuple(found)
        undecided = tuple(decisions.undecided)
        outcome: Outcome = "refuted" if findings else "undecided" if undecided else "proven"
        return PropertyProof(item, outcome, findings, undecided)

    def _never(self, item: Property) -> list[Suspicion]:
        """Return what must hold on no form, for all that must never be so together not to be so."""
        claims = item.never or Claims()
        if not claims.but_not_with:
            all_of_it = all_of(*self.claims.all_of_them(claims))
            return [Suspicion("all of it holds on this form", all_of_it)]
        given = [*self.claims.of_answers(claims)]
        return [
            Suspicion(
                f"{end} stands on this form where it does not stand with the other answers",
                all_of(*given, brought_about),
            )
            for end, brought_about in self.claims.brought_about(claims)
        ]

    def _cautious(self, item: Property, decisions: Decisions) -> Findings:
        """Compare two forms that differ in one answer: severity on either end of a ladder must not
        fall.
        """
        exempt = {entry.observable: self.claims.outside(entry) for entry in item.exempt}
        for name, observable in self.knowledge.observables.items():
            outside = exempt.get(name, True)
            if outside is not False:
                for harmless, harmful in _turns(observable, self.knowledge.answers[name]):
                    turned = self._turned(name, harmless, harmful, outside)
                    yield from itertools.islice(decisions.refuted(turned), 1)

    def _turned(self, name: str, harmless: Value, harmful: Value, outside: Any) -> list[Suspicion]:
        """Return for each end of a ladder that one turn makes it milder, on forms that are not
        exempt.
        """
        turned = self.solver.chosen[name][harmless]
        suspicions = []
        for ladder, end, formulas in self._ends:
            before = self.solver.switched(formulas, name, harmless)
            after = self.solver.switched(formulas, name, harmful)
            what = (
                f"{name} turned from {harmless} to {harmful} makes {ladder} ({end}) milder "
                "than on this form"
            )
            suspicions.append(Suspicion(what, all_of(_milder(before, after), turned, outside)))
        return suspicions

    @cached_property
    def _ends(self) -> list[tuple[str, str, list[Any]]]:
        """The ends of both ladders: the ladder, the end in words, and the formulas that it stands
        at each level.
        """
        ends = []
        for ladder in self.knowledge.ladders:
            levels = [formulas for _, formulas in self.claims.levels(ladder)]
            ends.append((ladder, "at least", [formulas.true for formulas in levels]))
            ends.append((ladder, "not ruled out", [no(formulas.false) for formulas in levels]))
        return ends

    def _whole(self, _: Property, decisions: Decisions) -> Findings:
        yield from decisions.refuted(list(self._open_all_the_same()))

    def _open_all_the_same(self) -> Iterator[Suspicion]:
        """Yield that something is open on a form on which everything is answered."""
        full = all_of(
            *(
                self._settled(name, item)
                for name, item in self.knowledge.observables.items()
                if item.default is None and item.blank == "unknown"
            )
        )
        for ladder in self.knowledge.ladders:
            for level, both in self.claims.levels(ladder):
                what = f"{ladder} {level.id} is unknown although everything is answered"
                yield Suspicion(what, all_of(both.unknown, full))
        for fault in self.knowledge.faults:
            unknown = self.solver.condition(naming.fault(fault)).unknown
            what = f"{fault} is undetermined although everything is answered"
            yield Suspicion(what, all_of(unknown, full))

    def _settled(self, name: str, item: Observable) -> Any:
        """Return the formula that an observable is readable, or not needed."""
        readable = self.solver.readable[name]
        if item.ask_when is None:
            return readable
        return any_of((readable, self.solver.condition(naming.ask(name)).false))

    def _consistent(self, _: Property, decisions: Decisions) -> Findings:
        both_ways = any_of(all_of(both.true, both.false) for both in self.solver.formulas)
        yield from decisions.refuted([Suspicion("a condition is true and false", both_ways)])

    @cached_property
    def _reachable(self) -> Reachable:
        return Reachable(self.claims)

    def _asks(self, _: Property, decisions: Decisions) -> Findings:
        """Prove by induction that an unknown condition has an unknown part, down to a blank that
        may be asked.
        """
        suspicions = []
        for position, node in enumerate(self.knowledge.network.nodes):
            what = f"condition {position} is unknown and nothing below it can be asked"
            unknown = self.solver.formulas[position].unknown
            suspicions.append(Suspicion(what, all_of(unknown, self._nothing_to_ask(node))))
        yield from decisions.refuted(suspicions)

    def _nothing_to_ask(self, node: Node) -> Any:
        """Return the formula that no part of a condition is unknown, or for an observable that it
        is not asked.
        """
        children = [self.solver.formulas[child] for child in node.children]
        if node.test is None:
            return all_of(*(no(child.unknown) for child in children))
        name = node.test.observable
        item = self.knowledge.observables[name]
        may_be_blank = item.default is None and item.blank == "unknown"
        blank = no(self.solver.readable[name]) if may_be_blank else False
        return no(all_of(blank, *(no(child.false) for child in children)))

    def _useful(self, item: Property, decisions: Decisions) -> Findings:
        exempt = {entry.observable: self.claims.outside(entry) for entry in item.exempt}
        try:
            for name in self.questions.asked:
                outside = exempt.get(name, True)
                if outside is not False:
                    yield from self._in_vain(name, outside, decisions)
        finally:
            self.lessons.keep()

    @cached_property
    def questions(self) -> UsefulQuestions:
        """The proof of each question that it can settle something."""
        return UsefulQuestions(self.solver, self.lessons)

    def _in_vain(self, name: str, outside: Any, decisions: Decisions) -> Findings:
        """Yield a form that is not exempt and on which a question is asked in vain, if any."""
        try:
            known = self.questions.in_vain(name, outside)
        except UndecidedError as error:
            decisions.note(name, error)
            return
        if known is not None:
            what = f"{name} is asked, and no answer to it can settle anything on this form"
            yield Counterexample(what, known)


def _milder(before: Sequence[Any], after: Sequence[Any]) -> Any:
    """Return the formula that a ladder stands at some level before, and at a later one after."""
    return any_of(
        all_of(stands, *(no(formula) for formula in after[: position + 1]))
        for position, stands in enumerate(before)
    )


def _turns(item: Observable, values: Sequence[Value]) -> Iterator[tuple[Value, Value]]:
    """Yield each pair of a harmless answer and a harmful one; for a number, neighbours on the way
    to the harmful end.
    """
    if item.harmful in ("higher", "lower"):
        ordered = sorted(values, key=float, reverse=item.harmful == "lower")
        yield from itertools.pairwise(ordered)
        return
    for harmless in item.harmless:
        for harmful in item.harmful:
            yield harmless, harmful
