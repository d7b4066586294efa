"""Hazards proven over every possible form: whether one can happen, what prevents it, and what would
have to fail.

Everything is proven of the rules as entered: not that the answers are true, not that the rules are
right.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hingeexpert.assurance.formulas import all_of, any_of, no
from hingeexpert.assurance.hazards.claims import HazardClaims
from hingeexpert.assurance.hazards.log import HazardLog
from hingeexpert.assurance.hazards.log_checks import rule_names
from hingeexpert.assurance.hazards.replay import Replay
from hingeexpert.assurance.hazards.switches import (
    OFF,
    YES,
    can_be_off,
    key_of,
    switch,
    switched,
    switches,
)
from hingeexpert.assurance.solver import Search, Solver, UndecidedError
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.hazards import Control, Hazard

Outcome = Literal["proven", "open", "empty", "undecided", "test", "words"]
"""`test` and `words` stand for a hazard that no rule can prevent."""
Effect = Literal["needed", "covered", "idle", "outside", "not tried"]
"""What becomes of a hazard without a control: it happens, others still prevent it, or nothing shows
that it prevents anything. `outside` are those that no form can prove.
"""
MOST_SETS = 24
"""Sets of two rules that are told of one hazard."""
MOST_TOGETHER = 3
"""So many others at most are looked for that cover one control together."""


@dataclass(frozen=True)
class ControlProof:
    """What becomes of a hazard where one control is taken out.

    Attributes:
        person: Who is harmed then.
        covered_by: What still prevents it: without these as well it happens.
    """

    control: Control
    effect: Effect
    person: Mapping[str, Value] | None = None
    covered_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class HazardProof:
    """What became of a hazard.

    Attributes:
        person: To whom it happens, where it is open; a plainest form.
        controls: Each control of it.
        cuts: The smallest sets of rules, up to two, without which it happens; where there are more
            than `MOST_SETS`, so many of them.
        because: Why it is empty or undecided.
        defects: Where solver and engine disagree about a person.
    """

    hazard: Hazard
    outcome: Outcome
    person: Mapping[str, Value] | None = None
    controls: tuple[ControlProof, ...] = ()
    cuts: tuple[tuple[str, ...], ...] = ()
    because: str = ""
    defects: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong with it: it is proven, or a test or words stand for it."""
        return self.outcome in ("proven", "test", "words") and not self.defects

    @property
    def single_points(self) -> tuple[str, ...]:
        """The rules on each of which alone it rests."""
        return tuple(cut[0] for cut in self.cuts if len(cut) == 1)

    @property
    def unnamed_points(self) -> tuple[str, ...]:
        """Those of them that are no control of it."""
        named = {control.rule for control in self.hazard.controls}
        return tuple(name for name in self.single_points if name not in named)

    @property
    def idle(self) -> tuple[Control, ...]:
        """Its controls of which nothing shows that they prevent anything."""
        return tuple(item.control for item in self.controls if item.effect == "idle")


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
        self.replay = Replay(knowledge, [item for item in log.hazards if item.happens is not None])
        self._rules = rule_names(knowledge)
        self._off = {key: self.solver.chosen[switch(key)][YES] for key in keys}
        self._search = Search(self.solver, self.solver.legal)
        self._claimed: dict[str, tuple[Any, Any]] = {}

    def prove(self, hazard: Hazard) -> HazardProof:
        """Decide one hazard of the log."""
        if hazard.happens is None:
            by_test = any(control.test for control in hazard.controls)
            outside = tuple(ControlProof(control, "outside") for control in hazard.controls)
            return HazardProof(hazard, "test" if by_test else "words", controls=outside)
        try:
            return self._proof(hazard)
        except UndecidedError as error:
            return HazardProof(hazard, "undecided", because=f"not decided in time: {error}")

    def prove_all(self) -> Iterator[HazardProof]:
        """Yield what becomes of each hazard of the log."""
        for hazard in self.log.hazards:
            yield self.prove(hazard)

    def quick(self, hazards: Sequence[Hazard]) -> list[tuple[Hazard, Mapping[str, Value]]]:
        """Return the hazards that happen, each with a person: all are asked as one question, singly
        only where that is no proof. Nothing is deleted.

        Raises:
            UndecidedError: Not decided in time.
        """
        claimed = [item for item in hazards if item.happens is not None]
        if not self.solver.possible(any_of(map(self._happens, claimed)), self._only_off(())):
            return []
        people = [(hazard, self._person(hazard)) for hazard in claimed]
        return [(hazard, person) for hazard, person in people if person is not None]

    def _of_hazard(self, hazard: Hazard) -> tuple[Any, Any]:
        if hazard.id not in self._claimed:
            assert hazard.happens is not None
            self._claimed[hazard.id] = self.claims.of_hazard(hazard.happens)
        return self._claimed[hazard.id]

    def _happens(self, hazard: Hazard) -> Any:
        return all_of(*self._of_hazard(hazard))

    def _only_off(self, keys: Collection[str]) -> Any:
        """Return the formula that nothing but these is switched off."""
        return all_of(*(off if key in keys else no(off) for key, off in self._off.items()))

    def _person(self, hazard: Hazard, *off: str) -> dict[str, Value] | None:
        """Return a plainest form on which a hazard happens with these switched off, or `None` where
        it is proven that there is none.
        """
        found = self.solver.form(self._happens(hazard), self._only_off(off))
        return None if found is None else _without_switches(found)

    def _proof(self, hazard: Hazard) -> HazardProof:
        person = self._person(hazard)
        if person is not None:
            controls = tuple(
                ControlProof(item, "not tried" if can_be_off(item) else "outside")
                for item in hazard.controls
            )
            defects = tuple(self._disagreements(hazard, person, ()))
            return HazardProof(hazard, "open", person, controls, defects=defects)
        because = self._empty(hazard)
        if because:
            return HazardProof(hazard, "empty", because=because)
        cuts = tuple(self._cuts(hazard))
        controls = tuple(self._control(hazard, item, cuts) for item in hazard.controls)
        defects = tuple(
            told
            for item in controls
            if item.person is not None
            for told in self._disagreements(hazard, item.person, (key_of(item.control),))
        )
        return HazardProof(hazard, "proven", None, controls, cuts, defects=defects)

    def _empty(self, hazard: Hazard) -> str:
        """Say why a hazard can never happen whatever the rules do, or return nothing."""
        answers, outcome = self._of_hazard(hazard)
        nothing_off = self._only_off(())
        if not self.solver.possible(answers, nothing_off):
            return "no form has these answers, so that everything is proven of it"
        if not self.solver.possible(outcome, nothing_off):
            return "nobody at all is told or given this, so that everything is proven of it"
        return ""

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
        return all_of(*(no(off) for key, off in self._off.items() if key not in rules))

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

    def _control(
        self, hazard: Hazard, control: Control, cuts: Sequence[tuple[str, ...]]
    ) -> ControlProof:
        """Say what becomes of a hazard that is proven, without one control."""
        if not can_be_off(control):
            return ControlProof(control, "outside")
        key = key_of(control)
        person = self._person(hazard, key)
        if person is not None:
            return ControlProof(control, "needed", person)
        partners = [other for cut in cuts if key in cut for other in cut if other != key]
        covered_by = tuple(partners) or self._covering(hazard, key, cuts)
        return ControlProof(control, "covered" if covered_by else "idle", covered_by=covered_by)

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

    def _possible_without(self, hazard: Hazard, keys: Collection[str]) -> bool:
        return self.solver.possible(self._happens(hazard), self._only_off(keys))

    def _disagreements(
        self, hazard: Hazard, person: Mapping[str, Value], off: Sequence[str]
    ) -> Iterator[str]:
        """Say where the engine does not judge a person as the solver did: nobody is harmed with all
        controls in place, and this one is without some.
        """
        if off and self.replay.happens(hazard, person):
            yield "the engine lets it happen with every control in place"
        if not self.replay.happens(hazard, person, off):
            yield f"the engine does not let it happen without {', '.join(off) or 'anything'}"


def _without_switches(answers: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in answers.items() if not name.startswith(f"{OFF}:")}
