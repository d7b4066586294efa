"""Which drills are given to a person in any way: `Suited` as formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from hingeexpert.assurance.formulas import all_of, any_of, no
from hingeexpert.assurance.hazards.practised import Practised
from hingeexpert.knowledge.models.conclusions import Fault

if TYPE_CHECKING:
    from hingeexpert.assurance.hazards.claims import HazardClaims


class GivenDrills:
    """The formulas of the drills that a result gives."""

    def __init__(self, claims: HazardClaims) -> None:
        self.claims = claims
        self.knowledge = claims.knowledge

    @cached_property
    def free(self) -> Any:
        """The formula that nothing withholds cues."""
        return self.claims.cues_free()

    @cached_property
    def _practised(self) -> Practised:
        return Practised(self)

    def any_of_these(self, wanted: tuple[str, ...]) -> Any:
        """Return the formula that one of these drills is given, or one of these rungs."""
        drills = self.knowledge.drills
        meant = [name for name in drills if name in wanted or drills[name].rung in wanted]
        return any_of(map(self._given, meant))

    def _given(self, name: str) -> Any:
        """Return the formula that a drill is given in any way."""
        faults = self._for_faults(name)
        contributors = self._for_contributors(name)
        behind = self._practised.after_others(name)
        return any_of((self.opened(name), *faults, *contributors, behind))

    @cache  # noqa: B019 - it lives as long as the prover
    def opened(self, name: str) -> Any:
        """Return the formula that the verdict opens a drill: see `Suited.opened`."""
        return any_of(self._openings(name, first=False))

    @cache  # noqa: B019 - it lives as long as the prover
    def opened_first(self, name: str) -> Any:
        """Return the formula that a drill is the first that the verdict opens."""
        return any_of(self._openings(name, first=True))

    def _openings(self, name: str, first: bool) -> Iterator[Any]:
        """Yield for each verdict the formula that it opens a drill."""
        general = self.knowledge.handout.drills
        for level in self.knowledge.readiness:
            if level.withholds_cues is None:
                own = self._of_list(name, level.drills, first)
                rest = all_of(
                    no(any_of(map(self.claims.suits, level.drills))),
                    self._of_list(name, general, first),
                )
                yield all_of(self.claims.verdict("readiness", [level.id]), any_of((own, rest)))

    def _of_list(self, name: str, drills: tuple[str, ...], first: bool) -> Any:
        """Return the formula that a drill of a list suits, as the first of it where that is
        asked.
        """
        if name not in drills:
            return False
        earlier = drills[: drills.index(name)] if first else ()
        return all_of(self.claims.suits(name), *(no(self.claims.suits(other)) for other in earlier))

    @cache  # noqa: B019 - it lives as long as the prover
    def may(self, name: str) -> Any:
        """Return the formula that a drill may be given apart from the verdict: see
        `Suited._given`.
        """
        if self.knowledge.drills[name].rung is None:
            return self.claims.suits(name)
        return all_of(self.claims.suits(name), self.opened(name))

    def for_fault(self, item: Fault, name: str) -> Any:
        """Return the formula that a drill is one of those of a fault: see `Suited.drills`."""
        ways = [self.may(name)] if name in item.drills else []
        if name in self.knowledge.handout.drills:
            ways.append(_last_resort(name, item.drills, self.may))
        return any_of(ways)

    def _for_faults(self, name: str) -> Iterator[Any]:
        for fault, item in self.knowledge.faults.items():
            yield all_of(self.free, self.claims.present(fault), self.for_fault(item, name))

    def _for_contributors(self, name: str) -> Iterator[Any]:
        for contributor, item in self.knowledge.contributors.items():
            if item.exercise is not None and item.exercise.drill == name:
                yield all_of(self.free, self.claims.present(contributor), self.may(name))


def _last_resort(name: str, own: tuple[str, ...], fits: Callable[[str], Any]) -> Any:
    """Return the formula that a drill for everybody is given as none of these fits."""
    return all_of(no(any_of(map(fits, own))), fits(name))
