"""What the keys of `happens` claim, as formulas over a knowledge base with switches.

Owns what of a control stands in no condition: `withholds_cues` and `not_with`.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from hingeexpert.assurance.claims import ClaimFormulas
from hingeexpert.assurance.formulas import TruthFormulas, all_of, any_of, no
from hingeexpert.assurance.hazards.given import GivenDrills
from hingeexpert.assurance.hazards.switches import YES, switch
from hingeexpert.assurance.hazards.told import ToldFormulas
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
            yield self._drills.any_of_these(happens.drill)
        if happens.fault:
            yield any_of(map(self.present, happens.fault))
        yield from self._on_ladders(happens)
        yield from map(self._told, happens.together)
        if happens.told:
            yield ToldFormulas(self).any_of_these(happens.told)

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
    def _drills(self) -> GivenDrills:
        return GivenDrills(self)

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

    def _told(self, text: str) -> Any:
        """Return the formula that a conclusion is present, or that a cue may be said."""
        if text in self.knowledge.conclusions:
            return self.present(text)
        return all_of(self._drills.free, any_of(self._ways_to_say(text)))

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
