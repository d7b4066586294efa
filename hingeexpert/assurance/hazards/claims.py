"""What the keys of `happens` claim, as formulas over a knowledge base with switches.

Owns what of a control stands in no condition: `withholds_cues` and `not_with`.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from hingeexpert.assurance.claims import ClaimFormulas
from hingeexpert.assurance.formulas import TruthFormulas, all_of, any_of, no
from hingeexpert.assurance.hazards.switches import YES, switch
from hingeexpert.knowledge import naming
from hingeexpert.knowledge.models.conclusions import Fault
from hingeexpert.knowledge.models.hazards import Happens
from hingeexpert.knowledge.models.ladders import Level


class HazardClaims(ClaimFormulas):
    """The claims of hazards about the forms of a knowledge base with switches."""

    def off(self, key: str) -> Any:
        """Return the formula that something is switched off; never where it has no switch."""
        chosen = self.solver.chosen.get(switch(key))
        return False if chosen is None else chosen[YES]

    def lets_cue(self, level: Level, formulas: TruthFormulas) -> Any:
        """Return the formula that a verdict withholds no cue, or no longer."""
        off = self.off(f"level:readiness.{level.id}:withholds_cues")
        return any_of((off, super().lets_cue(level, formulas)))

    def forbidden(self, name: str) -> Any:
        """Return the formula that something present still forbids a drill."""
        return all_of(no(self.off(f"drill:{name}:not_with")), super().forbidden(name))

    def of_hazard(self, happens: Happens) -> tuple[Any, Any]:
        """Return the formulas of what is claimed of the answers, and of the outcome."""
        return all_of(*self.of_form(happens)), all_of(*self._outcomes(happens))

    def _outcomes(self, happens: Happens) -> Iterator[Any]:
        """Yield what is claimed of what the program says or gives."""
        if happens.coached:
            yield self._coached
        if happens.dose:
            yield self.at_home()
        if happens.loaded:
            yield self._loaded
        if happens.drill:
            yield any_of(map(self._given, self._drills(happens.drill)))
        if happens.fault:
            yield any_of(map(self.present, happens.fault))
        yield from self._on_ladders(happens)
        yield from map(self._told, happens.together)

    def _on_ladders(self, happens: Happens) -> Iterator[Any]:
        for ladder, names in happens.ladders.items():
            yield self.verdict(ladder, names)
        for ladder, name in happens.milder.items():
            yield no(any_of(self._down_to(ladder, name, 1)))
        for ladder, name in happens.severer.items():
            yield any_of(self._down_to(ladder, name, 0))

    @cached_property
    def _coached(self) -> Any:
        return self.coached()

    @cached_property
    def _free(self) -> Any:
        return self.cues_free()

    @cached_property
    def _loaded(self) -> Any:
        """The formula that the decided verdict is a step beyond the first rung."""
        steps = [level.id for level in self.knowledge.readiness if (level.rung or 1) > 1]
        return self.verdict("readiness", steps)

    def _down_to(self, ladder: str, name: str, more: int) -> list[Any]:
        """Return the formulas that the levels above one are true, and so many more."""
        levels = self.levels(ladder)
        place = [level.id for level, _ in levels].index(name)
        return [formulas.true for _, formulas in levels[: place + more]]

    def _drills(self, wanted: tuple[str, ...]) -> list[str]:
        """Return the drills of these names or rungs."""
        drills = self.knowledge.drills
        return [name for name in drills if name in wanted or drills[name].rung in wanted]

    def _given(self, name: str) -> Any:
        """Return the formula that a drill is given in any way: see `Suited`. Of what goes home as a
        second drill, and of the easier one, it holds on some forms more.
        """
        return any_of(
            (
                self._opened_drill(name),
                *self._given_for_faults(name),
                *self._given_for_contributors(name),
                self._given_at_home(name),
            )
        )

    def _opened_drill(self, name: str) -> Any:
        """Return the formula that the verdict opens a drill: see `Suited.opened`."""
        general = self.knowledge.handout.drills
        opened = []
        for level in self.knowledge.readiness:
            if level.withholds_cues is not None:
                continue
            ways = []
            if name in level.drills:
                ways.append(self.suits(name))
            if name in general:
                ways.append(self._last_resort(name, level.drills, self.suits))
            opened.append(all_of(self.verdict("readiness", [level.id]), any_of(ways)))
        return any_of(opened)

    def _last_resort(self, name: str, own: tuple[str, ...], fits: Callable[[str], Any]) -> Any:
        """Return the formula that a drill for everybody is given as none of these fits."""
        return all_of(no(any_of(map(fits, own))), fits(name))

    def _may(self, name: str) -> Any:
        """Return the formula that a drill may be given apart from the verdict: see
        `Suited._given`.
        """
        if self.knowledge.drills[name].rung is None:
            return self.suits(name)
        return all_of(self.suits(name), self._opened_drill(name))

    def _given_for_faults(self, name: str) -> Iterator[Any]:
        for fault, item in self.knowledge.faults.items():
            ways = [self._may(name)] if name in item.drills else []
            if name in self.knowledge.handout.drills:
                ways.append(self._last_resort(name, item.drills, self._may))
            if ways:
                yield all_of(self._free, self.present(fault), any_of(ways))

    def _given_for_contributors(self, name: str) -> Iterator[Any]:
        for contributor, item in self.knowledge.contributors.items():
            if item.exercise is not None and item.exercise.drill == name:
                yield all_of(self._free, self.present(contributor), self._may(name))

    def _given_at_home(self, name: str) -> Any:
        """Return the formula that a drill goes home, or is practised, for no reason of its own."""
        handout, ways = self.knowledge.handout, []
        if name in handout.drills:
            ways.append(all_of(self.at_home(), self._free, self._may(name)))
        if name == handout.easier_drill:
            faults = any_of(map(self.present, self.knowledge.faults))
            ways.append(all_of(self._free, any_of((faults, self.at_home())), self._stands_easier()))
        return any_of(ways)

    def _stands_easier(self) -> Any:
        """Return the formula that the proven level asks for easier drills."""
        stands: list[Any] = []
        above: list[Any] = []
        for level, formulas in self.levels("readiness"):
            if level.homework == "easier":
                stands.append(all_of(formulas.true, *map(no, above)))
            above.append(formulas.true)
        return any_of(stands)

    def _told(self, text: str) -> Any:
        """Return the formula that a conclusion is present, or that a cue may be said."""
        if text in self.knowledge.conclusions:
            return self.present(text)
        return all_of(self._free, any_of(self._ways_to_say(text)))

    def _ways_to_say(self, text: str) -> Iterator[Any]:
        for fault, item in self.knowledge.faults.items():
            for number, cue in enumerate(item.cues, start=1):
                if cue.say == text:
                    yield self._may_be_said(fault, item, number)

    def _may_be_said(self, fault: str, item: Fault, number: int) -> Any:
        """Return the formula that a cue of a fault may be said: see `Suited.cues`."""
        cue = item.cues[number - 1]
        said = self.solver.condition(naming.cue(fault, number)).true if cue.when else True
        return all_of(self.present(fault), said, *(no(self.present(name)) for name in cue.not_with))
