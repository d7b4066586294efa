"""Hazards proven over every possible form: whether one can happen, what prevents it, and what would
have to fail.

Everything is proven of the rules as entered: not that the answers are true, not that the rules are
right.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from hingeexpert.assurance.formulas import all_of, no
from hingeexpert.assurance.hazards.claims import HazardClaims
from hingeexpert.assurance.hazards.log import HazardLog
from hingeexpert.assurance.hazards.log_checks import rule_names
from hingeexpert.assurance.hazards.proof import ControlProof, HazardProof
from hingeexpert.assurance.hazards.replay import HazardReplay
from hingeexpert.assurance.hazards.switches import (
    OFF,
    YES,
    can_be_off,
    key_of,
    switch,
    switched,
    switches,
)
from hingeexpert.assurance.people import is_out_of_order, out_of_order
from hingeexpert.assurance.solver import Search, Solver, UndecidedError
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.hazards import Hazard

MOST_SETS = 24
"""Sets of two rules that are told of one hazard."""
MOST_TOGETHER = 3
"""So many others at most are looked for that cover one control together."""


class HazardProver:
    """Proves the hazards of a log over all forms of one knowledge base."""

    def __init__(self, knowledge: KnowledgeBase, log: HazardLog) -> None:
        """Encode the knowledge base, with a switch at everything that can be switched off."""
        self.knowledge, self.log = knowledge, log
        controls = [control for hazard in log.hazards for control in hazard.controls]
        keys = switches(knowledge, controls)
        chosen = {**log.answers(knowledge), **{switch(key): (YES,) for key in keys}}
        self.solver = Solver(switched(knowledge, controls), chosen)
        self.claims = HazardClaims(self.solver)
        self.replay = HazardReplay(
            knowledge, [item for item in log.hazards if item.happens is not None]
        )
        self._rules = rule_names(knowledge)
        self._off = {key: self.solver.chosen[switch(key)][YES] for key in keys}
        self._on = {key: no(off) for key, off in self._off.items()}
        self._search = Search(self.solver, self.solver.legal)
        self._search.prefer_blank()
        self._wrong = [
            self.solver.chosen[name][value]
            for name in knowledge.observables
            for value in self.solver.chosen[name]
            if is_out_of_order(knowledge, name, value)
        ]
        self._claimed: dict[str, tuple[Any, Any]] = {}

    def prove(self, hazard: Hazard) -> HazardProof:
        """Decide one hazard of the log, and what becomes of it without each control."""
        proof = self.check(hazard)
        if proof.outcome != "proven":
            return proof
        try:
            return self._with_deletions(hazard)
        except UndecidedError as error:
            return _undecided(hazard, error)

    def check(self, hazard: Hazard) -> HazardProof:
        """Decide one hazard of the log; nothing is deleted."""
        if hazard.happens is None:
            by_test = any(control.test for control in hazard.controls)
            return HazardProof(hazard, "test" if by_test else "words", controls=_untried(hazard))
        try:
            return self._open_or_empty(hazard) or HazardProof(hazard, "proven")
        except UndecidedError as error:
            return _undecided(hazard, error)

    def prove_all(self) -> Iterator[HazardProof]:
        """Yield what becomes of each hazard of the log, and without each control."""
        for hazard in self.log.hazards:
            yield self.prove(hazard)

    def _of_hazard(self, hazard: Hazard) -> tuple[Any, Any]:
        if hazard.id not in self._claimed:
            assert hazard.happens is not None
            self._claimed[hazard.id] = self.claims.of_hazard(hazard.happens)
        return self._claimed[hazard.id]

    def _happens(self, hazard: Hazard) -> Any:
        return all_of(*self._of_hazard(hazard))

    def _only_off(self, keys: Collection[str]) -> Any:
        """Return the formula that nothing but these is switched off."""
        on = (other for key, other in self._on.items() if key not in keys)
        return all_of(*(self._off[key] for key in self._off if key in keys), *on)

    def _person(self, hazard: Hazard, *off: str) -> dict[str, Value] | None:
        """Return a form on which a hazard happens with these switched off, with the fewest answers
        out of order and few others, or `None` where it is proven that there is none.
        """
        with self._search.supposing(self._happens(hazard), self._only_off(off)):
            found = fewer = self._answers()
            while fewer is not None:
                found = fewer
                wrong = len(out_of_order(self.knowledge, found))
                fewer = (
                    self._answers(self.solver.at_most(self._wrong, wrong - 1)) if wrong else None
                )
        return found

    def _answers(self, *claims: Any) -> dict[str, Value] | None:
        """Return the answers of a form that is searched for, without switches."""
        found = self._search.answers(*claims)
        return None if found is None else _without_switches(found)

    def _open_or_empty(self, hazard: Hazard) -> HazardProof | None:
        """Return why a hazard is not proven, or `None` where it is."""
        person = self._person(hazard)
        if person is not None:
            defects = tuple(self._disagreements(hazard, person))
            return HazardProof(hazard, "open", person, _untried(hazard), defects=defects)
        because = self._empty(hazard)
        return HazardProof(hazard, "empty", because=because) if because else None

    def _empty(self, hazard: Hazard) -> str:
        """Say why a hazard can never happen whatever the rules do, or return nothing."""
        answers, outcome = self._of_hazard(hazard)
        if not self.solver.possible(answers, self._only_off(())):
            return "no form has these answers, so that everything is proven of it"
        if not self.solver.possible(outcome):
            return "whatever is deleted, nobody is told or given this"
        return ""

    def _with_deletions(self, hazard: Hazard) -> HazardProof:
        """Say of a hazard that is proven what it rests on."""
        cuts = tuple(self._cuts(hazard))
        controls = tuple(self._controls(hazard, cuts))
        defects = tuple(
            told
            for item in controls
            if item.person is not None
            for told in self._disagreements(hazard, item.person, key_of(item.control))
        )
        return HazardProof(hazard, "proven", None, controls, cuts, defects=defects)

    def _cuts(self, hazard: Hazard) -> Iterator[tuple[str, ...]]:
        """Yield the smallest sets of rules, up to two, without which a hazard happens."""
        with self._search.supposing(self._happens(hazard), self._rules_alone_off()):
            singles = [*self._sets(self._rules, 1)]
            yield from singles
            self._search.add(*(no(self._off[name]) for (name,) in singles))
            yield from self._sets(self._rules, 2)

    def _rules_alone_off(self, *but: str) -> Any:
        """Return the formula that no control besides rules and these is switched off."""
        rules = {*self._rules, *but}
        return all_of(*(other for key, other in self._on.items() if key not in rules))

    def _sets(self, keys: Collection[str], most: int) -> Iterator[tuple[str, ...]]:
        """Yield sets of so many that are switched off on a form that is searched for, and forbid
        each that was found.
        """
        offs = [self._off[key] for key in keys]
        with self._search.supposing(Solver.at_most(offs, most)):
            for _ in range(MOST_SETS):
                answers = self._search.answers()
                if answers is None:
                    return
                found = tuple(key for key in keys if switch(key) in answers)
                self._search.add(no(all_of(*(self._off[key] for key in found))))
                yield found

    def _controls(self, hazard: Hazard, cuts: Sequence[tuple[str, ...]]) -> Iterator[ControlProof]:
        """Say what becomes of a hazard that is proven, without each control alone."""
        people: list[Mapping[str, Value]] = []
        for control in hazard.controls:
            if not can_be_off(control):
                yield ControlProof(control, "outside")
                continue
            key = key_of(control)
            person = self._same_person(hazard, key, people) or self._person(hazard, key)
            if person is not None:
                people.append(person)
                yield ControlProof(control, "needed", person)
                continue
            partners = [other for cut in cuts if key in cut for other in cut if other != key]
            covered_by = tuple(partners) or self._covering(hazard, key, cuts)
            yield ControlProof(control, "covered" if covered_by else "idle", None, covered_by)

    def _same_person(
        self, hazard: Hazard, key: str, people: Sequence[Mapping[str, Value]]
    ) -> Mapping[str, Value] | None:
        """Return one of these people to whom a hazard happens without a control, if there is one:
        fewer people are easier to follow, and are found sooner.
        """
        happens = all_of(self._happens(hazard), self._only_off((key,)))
        with self._search.supposing(happens):
            for person in people:
                if self._search.answers(*self._exactly(person)) is not None:
                    return person
        return None

    def _exactly(self, person: Mapping[str, Value]) -> Iterator[Any]:
        """Yield that a form has these answers and no others."""
        for name in self.knowledge.observables:
            for value, chosen in self.solver.chosen[name].items():
                yield chosen if person.get(name) == value else no(chosen)

    def _covering(
        self, hazard: Hazard, key: str, cuts: Sequence[tuple[str, ...]]
    ) -> tuple[str, ...]:
        """Return other rules without which, and without this control, a hazard happens, though it
        does not without them alone; nothing where there are none, up to a few together.
        """
        others = [name for name in self._rules if name != key]
        known = [no(all_of(*(self._off[name] for name in cut))) for cut in cuts]
        happens, off = self._happens(hazard), self._off[key]
        for most in range(1, MOST_TOGETHER + 1):
            with self._search.supposing(happens, off, self._rules_alone_off(key), *known):
                for found in self._sets(others, most):
                    if not self._possible_without(hazard, found):
                        return found
        return ()

    def _possible_without(self, hazard: Hazard, keys: Collection[str], *claims: Any) -> bool:
        return self.solver.possible(self._happens(hazard), self._only_off(keys), *claims)

    def _disagreements(
        self, hazard: Hazard, person: Mapping[str, Value], *off: str
    ) -> Iterator[str]:
        """Say where the engine does not judge a person as the solver did: nobody is harmed with all
        controls in place, and this one is without some.
        """
        if off and self.replay.happens(hazard, person):
            yield "the engine lets it happen with every control in place"
        if not self.replay.happens(hazard, person, off):
            yield f"the engine does not let it happen without {', '.join(off) or 'anything'}"


def _undecided(hazard: Hazard, error: UndecidedError) -> HazardProof:
    return HazardProof(hazard, "undecided", because=f"not decided in time: {error}")


def _untried(hazard: Hazard) -> tuple[ControlProof, ...]:
    """Return the controls of a hazard, none of which was taken out."""
    return tuple(
        ControlProof(control, "not tried" if can_be_off(control) else "outside")
        for control in hazard.controls
    )


def _without_switches(answers: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in answers.items() if not name.startswith(f"{OFF}:")}
