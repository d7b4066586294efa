"""Which drill is given to be practised, or goes home, for no reason of its own: the second one, and
the easier one.

It is `Suited.practised` as formulas, with the fault in focus that it hangs on (`first_to_coach`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from hingeexpert.assurance.diff import confident
from hingeexpert.assurance.formulas import all_of, any_of, no
from hingeexpert.inference.grading import LAST
from hingeexpert.knowledge.models.conclusions import ByConfidence

if TYPE_CHECKING:
    from hingeexpert.assurance.hazards.given import GivenDrills


class Practised:
    """The drills that come behind those of the focus and of the verdict."""

    def __init__(self, given: GivenDrills) -> None:
        """Take the formulas of the drills that are given for a reason of their own."""
        self.given, self.claims = given, given.claims
        self.knowledge = given.claims.knowledge
        self.focus = FocusFormulas(given)

    def after_others(self, name: str) -> Any:
        """Return the formula that a drill is practised without a reason of its own."""
        ways = []
        if name in self.knowledge.handout.drills and self._is_brief(name):
            ways.append(self._second(name))
        if name == self.knowledge.handout.easier_drill:
            ways.append(self._easier())
        return any_of(ways)

    def _is_brief(self, name: str) -> bool:
        return self.knowledge.drills[name].brief is not None

    def _second(self, name: str) -> Any:
        """Return the formula that a drill for everybody goes home as one of two, or is the one to
        practise with the cue of the focus as the drills of that are for no sheet.
        """
        general = self.knowledge.handout.drills
        earlier = {other: self.given.may(other) for other in general[: general.index(name)]}
        home = any_of(self.claims.at_home_of(lambda level: level.homework != "easier"))
        ways = []
        for fault, item in self.knowledge.faults.items():
            before = {**earlier, **{other: self.given.may(other) for other in item.drills}}
            first = all_of(no(self._stands_easier), self._place(name, before, 0))
            at_home = all_of(home, self._place(name, before, 1))
            ways.append(all_of(self.focus.on(fault), any_of((first, at_home))))
        opened = {
            other: any_of((earlier.get(other, False), self.given.opened_first(other)))
            for other in self.knowledge.drills
        }
        ways.append(all_of(self.focus.nobody, home, self._place(name, opened, 1)))
        return all_of(self.given.free, self.given.may(name), any_of(ways))

    def _place(self, name: str, before: Mapping[str, Any], most: int) -> Any:
        """Return the formula that at most so many drills of a sheet stand before one for everybody;
        what is done for a contributor stands behind the first of all.

        Args:
            name: The drill.
            before: The other drills to the formulas that they stand before it.
            most: How many.
        """
        others = {other: formula for other, formula in before.items() if other != name}
        briefly = [
            any_of((self._exercise(other), others.get(other, False)))
            for other in self.knowledge.drills
            if other != name and self._is_brief(other)
        ]
        very_first = no(any_of(others.values()))
        return any_of((very_first, self.claims.solver.at_most(briefly, most)))

    @cache  # noqa: B019 - it lives as long as the prover
    def _exercise(self, name: str) -> Any:
        """Return the formula that a drill is done for a contributor that is more than a guess."""
        sure = [
            all_of(
                self.claims.present(contributor),
                confident(self.claims.solver, contributor, item, LAST - 1),
            )
            for contributor, item in self.knowledge.contributors.items()
            if item.exercise is not None and item.exercise.drill == name
        ]
        return all_of(any_of(sure), self.given.may(name))

    def _easier(self) -> Any:
        """Return the formula that the easier drill is practised as nothing else is easy enough."""
        drills = self.knowledge.drills
        easy = [name for name in drills if drills[name].easier]
        opened = any_of(self.given.opened(name) for name in easy)
        ways = []
        for fault, item in self.knowledge.faults.items():
            own = any_of(self.given.for_fault(item, name) for name in easy)
            ways.append(all_of(self.focus.on(fault), no(own)))
        home = any_of(self.claims.at_home_of(lambda level: level.homework == "easier"))
        ways.append(all_of(self.focus.nobody, home))
        return all_of(self._stands_easier, self.given.free, no(opened), any_of(ways))

    @cached_property
    def _stands_easier(self) -> Any:
        """The formula that the proven level asks for easier drills."""
        stands: list[Any] = []
        above: list[Any] = []
        for level, formulas in self.claims.levels("readiness"):
            if level.homework == "easier":
                stands.append(all_of(formulas.true, *map(no, above)))
            above.append(formulas.true)
        return any_of(stands)


class FocusFormulas:
    """Which fault is in focus: see `first_to_coach`."""

    def __init__(self, given: GivenDrills) -> None:
        self.claims = given.claims
        self.knowledge = given.claims.knowledge
        self._free = given.free

    @cached_property
    def nobody(self) -> Any:
        """The formula that no fault is in focus."""
        return no(any_of(map(self.on, self.knowledge.faults)))

    @cache  # noqa: B019 - it lives as long as the prover
    def on(self, fault: str) -> Any:
        """Return the formula that a fault is in focus: it is present, and nothing goes before."""
        others = [name for name in self.knowledge.faults if name != fault]
        first = (
            no(all_of(self.claims.present(name), self._before(name, fault))) for name in others
        )
        return all_of(self._free, self.claims.present(fault), *first)

    def _before(self, one: str, other: str) -> Any:
        """Return the formula that one of two faults that are present is coached first."""
        faults, sure_first = self.knowledge.faults, self.knowledge.sure_first
        goes, stays = (faults[name].kind in sure_first for name in (one, other))
        if goes != stays:
            return goes
        if not goes:
            return self._in_order(one, other)
        sure, other_sure = self._sure(one, LAST - 1), self._sure(other, LAST - 1)
        return any_of(
            (all_of(sure, no(other_sure)), all_of(sure == other_sure, self._in_order(one, other)))
        )

    @cache  # noqa: B019 - it lives as long as the prover
    def _sure(self, fault: str, position: int) -> Any:
        """Return the formula that a fault has at least this confidence."""
        return confident(self.claims.solver, fault, self.knowledge.faults[fault], position)

    def _in_order(self, one: str, other: str) -> Any:
        """Return the formula that one of two faults stands first in the coaching order."""
        turns = self._turns
        if turns[one] != turns[other]:
            return turns[one] < turns[other]
        names = list(self.knowledge.faults)
        if names.index(one) < names.index(other):
            return no(any_of(self._surer(other, one)))
        return any_of(self._surer(one, other))

    def _surer(self, one: str, other: str) -> Iterator[Any]:
        for position in range(LAST):
            yield all_of(self._sure(one, position), no(self._sure(other, position)))

    @cached_property
    def _turns(self) -> dict[str, int]:
        turns: dict[str, int] = {}
        for turn, item in enumerate(self.knowledge.coaching):
            names = item.by_confidence if isinstance(item, ByConfidence) else (item,)
            turns |= dict.fromkeys(names, turn)
        return turns
