"""Prove the properties of a knowledge base over every possible form, or show a plainest form that
refutes one.

Owns the built-in checks; what a property claims otherwise is `claims.py`, the formulas are
`solver.py`. What cannot be decided in time is said.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hingeexpert.assurance.claims import ClaimFormulas
from hingeexpert.assurance.formulas import all_of, any_of, no
from hingeexpert.assurance.owners import owners
from hingeexpert.assurance.solver import Solver, UndecidedError
from hingeexpert.assurance.useful_questions import UsefulQuestions
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import Worlds, evaluate
from hingeexpert.knowledge.models.observables import Observable
from hingeexpert.knowledge.models.properties import Claims, Property
from hingeexpert.knowledge.network import Node, NodeKind
from hingeexpert.knowledge.wording import in_words

Outcome = Literal["proven", "refuted", "undecided"]


@dataclass(frozen=True)
class Counterexample:
    """Something that speaks against a property.

    Attributes:
        what: In words.
        answers: A plainest form that shows it, or `None` where there is none to show.
    """

    what: str
    answers: Mapping[str, Value] | None


@dataclass(frozen=True)
class PropertyProof:
    """What became of a property."""

    property: Property
    outcome: Outcome
    findings: tuple[Counterexample, ...] = ()
    undecided: tuple[str, ...] = ()


class Prover:
    """Proves the properties of one knowledge base."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        """Encode the knowledge base."""
        self.knowledge = knowledge
        self.solver = Solver(knowledge)
        self.claims = ClaimFormulas(self.solver)
        self.undecided: list[str] = []
        self._checks: dict[str, Callable[[Property], Iterator[Counterexample]]] = {
            "cautious": self._cautious,
            "whole": self._whole,
            "consistent": self._consistent,
            "alive": self._alive,
            "not_subsumed": self._not_subsumed,
            "asks": self._asks,
            "useful": self._useful,
        }

    def prove(self, item: Property) -> PropertyProof:
        """Decide one property."""
        self.undecided = []
        findings = tuple(
            self._never(item.never)
            if item.never is not None
            else self._checks[str(item.check)](item)
        )
        outcome: Outcome = "refuted" if findings else "undecided" if self.undecided else "proven"
        return PropertyProof(item, outcome, findings, tuple(self.undecided))

    def _form(self, what: str, *claims: Any) -> Iterator[Counterexample]:
        """Yield a finding where there is a form on which the claims hold; note what could not be
        decided.
        """
        try:
            answers = self.solver.form(*claims)
        except UndecidedError as error:
            self.undecided.append(f"{what}: {error}")
            return
        if answers is not None:
            yield Counterexample(what, answers)

    def _possible(self, what: str, *claims: Any) -> bool:
        """Return whether the claims can hold; what cannot be decided counts as possible and is
        noted.
        """
        try:
            return self.solver.possible(*claims)
        except UndecidedError as error:
            self.undecided.append(f"{what}: {error}")
            return True

    def _never(self, claims: Claims) -> Iterator[Counterexample]:
        """Look for a form on which all that must never be so together is so."""
        if not claims.but_not_with:
            yield from self._form("all of it holds on this form", *self.claims.all_of_them(claims))
            return
        given = [*self.claims.of_answers(claims)]
        for end, brought_about in self.claims.brought_about(claims):
            what = f"{end} stands on this form where it does not stand with the other answers"
            yield from self._form(what, *given, brought_about)

    def _cautious(self, item: Property) -> Iterator[Counterexample]:
        """Compare two forms that differ in one answer: severity on either end of a ladder must not
        fall.
        """
        exempt = {entry.observable: self.claims.outside(entry) for entry in item.exempt}
        for name, observable in self.knowledge.observables.items():
            outside = exempt.get(name, True)
            if outside is not False:
                for harmless, harmful in _turns(observable, self.knowledge.answers[name]):
                    yield from self._turned(name, harmless, harmful, outside)

    def _turned(
        self, name: str, harmless: Value, harmful: Value, outside: Any
    ) -> Iterator[Counterexample]:
        """Yield the first end of a ladder that one turn makes milder, if there is one, on forms
        that are not exempt.
        """
        for ladder in self.knowledge.ladders:
            levels = [formulas for _, formulas in self.claims.levels(ladder)]
            ends = {
                "at least": [formulas.true for formulas in levels],
                "not ruled out": [no(formulas.false) for formulas in levels],
            }
            for end, formulas in ends.items():
                before = self.solver.switched(formulas, name, harmless)
                after = self.solver.switched(formulas, name, harmful)
                what = (
                    f"{name} turned from {harmless} to {harmful} makes {ladder} ({end}) milder "
                    "than on this form"
                )
                turned = self.solver.chosen[name][harmless]
                for refuted in self._form(what, _milder(before, after), turned, outside):
                    yield refuted
                    return

    def _whole(self, _: Property) -> Iterator[Counterexample]:
        needed = {
            name: item
            for name, item in self.knowledge.observables.items()
            if item.default is None and item.blank == "unknown"
        }
        full = [self._settled(name, item) for name, item in needed.items()]
        for ladder in self.knowledge.ladders:
            for level, both in self.claims.levels(ladder):
                yield from self._form(
                    f"{ladder} {level.id} is unknown although everything is answered",
                    both.unknown,
                    *full,
                )
        for fault in self.knowledge.faults:
            unknown = self.solver.condition(naming.fault(fault)).unknown
            yield from self._form(
                f"{fault} is undetermined although everything is answered", unknown, *full
            )

    def _settled(self, name: str, item: Observable) -> Any:
        """Return the formula that an observable is readable, or not needed."""
        readable = self.solver.readable[name]
        if item.ask_when is None:
            return readable
        return any_of((readable, self.solver.condition(naming.ask(name)).false))

    def _consistent(self, _: Property) -> Iterator[Counterexample]:
        both_ways = any_of(all_of(both.true, both.false) for both in self.solver.formulas)
        yield from self._form("a condition is true and false", both_ways)

    def _alive(self, _: Property) -> Iterator[Counterexample]:
        yield from self._conditions_alive()
        yield from self._lines_alive()
        for ladder, levels in self.knowledge.ladders.items():
            for level in levels:
                if not self._possible(
                    f"{ladder} {level.id}", self.claims.verdict(ladder, [level.id])
                ):
                    yield Counterexample(f"{ladder} {level.id} can never be the verdict", None)

    def _conditions_alive(self) -> Iterator[Counterexample]:
        """Yield the conditions that can never be true, or never false though they depend on
        something.
        """
        names = self._named()
        for position, (true_seen, false_seen) in enumerate(self._seen()):
            formulas, node = self.solver.formulas[position], self.knowledge.network.nodes[position]
            always = node.kind is NodeKind.ALL and not node.children
            for word, seen, formula in (
                ("true", true_seen, formulas.true),
                ("false", false_seen or always, formulas.false),
            ):
                if not seen and not self._possible(names[position], formula):
                    yield Counterexample(f"{names[position]} can never be {word}", None)

    def _lines_alive(self) -> Iterator[Counterexample]:
        """Yield the lines of the cards that can never be true, for they would prove nothing."""
        for card in self.knowledge.handout.care:
            for line in card.conditions:
                name = f"{in_words(self.knowledge, line)} (on the card {card.id})"
                if not self._possible(name, self.solver.meaning(line).true):
                    yield Counterexample(f"{name} can never be true", None)

    def _named(self) -> list[str]:
        """Return for each condition its name, or its words and the first condition that contains
        it.
        """
        names_at = self.knowledge.network.names_at
        names = []
        for position, owner in enumerate(owners(self.knowledge, self.knowledge.conditions)):
            if position in names_at:
                names.append(names_at[position][0])
            else:
                words = in_words(self.knowledge, owner.condition)
                names.append(f"{words} (in {owner.name})")
        return names

    def _seen(self) -> list[tuple[bool, bool]]:
        """Return for each condition whether simple forms already make it true, and false, which
        spares the solver.
        """
        base = {name: values[0] for name, values in self.knowledge.answers.items()}
        changes = [
            {name: value} for name, values in self.knowledge.answers.items() for value in values
        ]
        truths = evaluate(self.knowledge.network, Worlds(base, changes))
        return [(bool(truth.true), bool(truth.false)) for truth in truths]

    def _not_subsumed(self, _: Property) -> Iterator[Counterexample]:
        for rules in self._siblings():
            for name, other in itertools.permutations(rules, 2):
                if self._implied(name, other):
                    what = (
                        f"whenever {name} is true, {other} of the same conclusion and confidence "
                        "is true as well"
                    )
                    yield Counterexample(what, None)

    def _implied(self, name: str, other: str) -> bool:
        rule, wider = self.solver.condition(name).true, self.solver.condition(other).true
        return not self._possible(f"{name} without {other}", rule, no(wider))

    def _siblings(self) -> Iterator[list[str]]:
        """Yield the rules of each conclusion that have the same confidence."""
        for name, conclusion in self.knowledge.conclusions.items():
            for confidence in dict.fromkeys(rule.confidence for rule in conclusion.rules):
                yield [
                    naming.rule(name, rule.id)
                    for rule in conclusion.rules
                    if rule.confidence == confidence
                ]
        for ladder, levels in self.knowledge.ladders.items():
            for level in levels:
                yield [naming.level_rule(ladder, level.id, rule.id) for rule in level.rules]

    def _asks(self, _: Property) -> Iterator[Counterexample]:
        """Prove by induction that an unknown condition has an unknown part, down to a blank that
        may be asked.
        """
        for position, node in enumerate(self.knowledge.network.nodes):
            yield from self._form(
                f"condition {position} is unknown and nothing below it can be asked",
                self.solver.formulas[position].unknown,
                self._nothing_to_ask(node),
            )

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

    def _useful(self, item: Property) -> Iterator[Counterexample]:
        exempt = {entry.observable: self.claims.outside(entry) for entry in item.exempt}
        questions = UsefulQuestions(self.solver)
        for name in questions.asked:
            outside = exempt.get(name, True)
            if outside is False:
                continue
            try:
                known = questions.in_vain(name, outside)
            except UndecidedError as error:
                self.undecided.append(f"{name}: {error}")
                continue
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
