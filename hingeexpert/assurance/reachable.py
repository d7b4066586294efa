"""Whether every condition can be true and can be false, and whether no rule says what another says.

Most of it is shown by a person: those with a single answer come first, and whomever the solver
finds for one condition is looked at for all. It is asked only for what nobody shows.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hingeexpert.assurance.claims import ClaimFormulas
from hingeexpert.assurance.decisions import Counterexample, Decisions
from hingeexpert.assurance.formulas import all_of, no
from hingeexpert.assurance.owners import owners
from hingeexpert.assurance.solver import UndecidedError
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.knowledge import naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import UNKNOWN, Truth, Worlds, evaluate
from hingeexpert.knowledge.network import NodeKind
from hingeexpert.knowledge.wording import in_words


class Reachable:
    """The two checks over one knowledge base."""

    def __init__(self, claims: ClaimFormulas) -> None:
        """Look at everybody with a single answer."""
        self._claims, self._solver = claims, claims.solver
        self._knowledge, self._network = claims.knowledge, claims.knowledge.network
        self._people = 0
        self._shown = [UNKNOWN] * len(self._network.nodes)
        answers = self._knowledge.answers
        self._look_at([{name: value} for name in answers for value in answers[name]])

    def _look_at(self, forms: Sequence[Mapping[str, Value]]) -> None:
        """Add what is true and false for people to what is shown, a bit for each person."""
        facts = [what_is_known(self._knowledge, answers).facts for answers in forms]
        truths = evaluate(self._network, Worlds({}, facts))  # world 0 is nobody's
        for place, (true, false) in enumerate(truths):
            before = self._shown[place]
            self._shown[place] = Truth(
                before.true | true >> 1 << self._people, before.false | false >> 1 << self._people
            )
        self._people += len(facts)

    def _possible(self, decisions: Decisions, what: str, shown: int, claim: Any) -> bool:
        """Return whether a claim can hold; what cannot be decided counts as possible and is noted.

        Args:
            decisions: Where it is noted.
            what: The claim in words.
            shown: The people for whom it holds; nobody where it is not known.
            claim: The formula.
        """
        if shown:
            return True
        try:
            answers = self._solver.any_form(claim)
        except UndecidedError as error:
            decisions.note(what, error)
            return True
        if answers is not None:
            self._look_at([answers])
        return answers is not None

    def dead(self, decisions: Decisions) -> Iterator[Counterexample]:
        """Yield the conditions that can never be true, or never false though they depend on
        something; then lines of the cards and levels.
        """
        yield from self._dead_conditions(decisions)
        yield from self._dead_lines(decisions)
        yield from self._dead_levels(decisions)

    def _dead_conditions(self, decisions: Decisions) -> Iterator[Counterexample]:
        for place, (name, node) in enumerate(zip(self._named(), self._network.nodes, strict=True)):
            both, shown = self._solver.formulas[place], self._shown[place]
            if not self._possible(decisions, name, shown.true, both.true):
                yield Counterexample(f"{name} can never be true", None)
            always = node.kind is NodeKind.ALL and not node.children
            shown = self._shown[place]
            if not always and not self._possible(decisions, name, shown.false, both.false):
                yield Counterexample(f"{name} can never be false", None)

    def _dead_lines(self, decisions: Decisions) -> Iterator[Counterexample]:
        """Yield the lines of the cards that can never be true, for they would prove nothing."""
        for card in self._knowledge.handout.care:
            for line in card.conditions:
                name = f"{in_words(self._knowledge, line)} (on the card {card.id})"
                if not self._possible(decisions, name, 0, self._solver.meaning(line).true):
                    yield Counterexample(f"{name} can never be true", None)

    def _dead_levels(self, decisions: Decisions) -> Iterator[Counterexample]:
        for ladder, levels in self._knowledge.ladders.items():
            above = -1
            for level in levels:
                shown = self._shown[self._network.names[naming.level(ladder, level.id)]]
                what, verdict = f"{ladder} {level.id}", self._claims.verdict(ladder, [level.id])
                if not self._possible(decisions, what, shown.true & above, verdict):
                    yield Counterexample(f"{what} can never be the verdict", None)
                above &= shown.false

    def _named(self) -> Iterator[str]:
        """Yield for each condition its name, or its words and the first condition that contains
        it.
        """
        names_at = self._network.names_at
        for place, owner in enumerate(owners(self._knowledge, self._knowledge.conditions)):
            if place in names_at:
                yield names_at[place][0]
            else:
                yield f"{in_words(self._knowledge, owner.condition)} (in {owner.name})"

    def subsumed(self, decisions: Decisions) -> Iterator[Counterexample]:
        """Yield each rule that is implied by another of the same conclusion and confidence."""
        for rules in self._siblings():
            for name, other in itertools.permutations(rules, 2):
                if self._implied(decisions, name, other):
                    what = (
                        f"whenever {name} is true, {other} of the same conclusion and confidence "
                        "is true as well"
                    )
                    yield Counterexample(what, None)

    def _implied(self, decisions: Decisions, name: str, other: str) -> bool:
        """Return whether nobody is there for whom one rule is true and another is not."""
        rule, wider = self._network.names[name], self._network.names[other]
        formulas = self._solver.formulas
        shown = self._shown[rule].true & ~self._shown[wider].true
        claim = all_of(formulas[rule].true, no(formulas[wider].true))
        return not self._possible(decisions, f"{name} without {other}", shown, claim)

    def _siblings(self) -> Iterator[list[str]]:
        """Yield the rules of each conclusion that have the same confidence."""
        for name, conclusion in self._knowledge.conclusions.items():
            for confidence in dict.fromkeys(rule.confidence for rule in conclusion.rules):
                yield [
                    naming.rule(name, rule.id)
                    for rule in conclusion.rules
                    if rule.confidence == confidence
                ]
        for ladder, levels in self._knowledge.ladders.items():
            for level in levels:
                yield [naming.level_rule(ladder, level.id, rule.id) for rule in level.rules]
