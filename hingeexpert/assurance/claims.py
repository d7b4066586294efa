"""What a property claims of a form, as formulas.

Owns what each key of `never` means, and when something is given to do; whether there is a form on
which the claims hold is `proofs.py`.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from hingeexpert.assurance.formulas import TruthFormulas, all_of, any_of, no
from hingeexpert.assurance.solver import Solver
from hingeexpert.knowledge import naming
from hingeexpert.knowledge.models.ladders import Level
from hingeexpert.knowledge.models.properties import Claims, Exempt, OfAnswers


class ClaimFormulas:
    """The claims about the forms of one knowledge base."""

    def __init__(self, solver: Solver) -> None:
        """Take the formulas of the knowledge base."""
        self.solver = solver
        self.knowledge = solver.knowledge

    def levels(self, ladder: str) -> list[tuple[Level, TruthFormulas]]:
        """Return the levels of a ladder with their formulas, the most severe first."""
        return [
            (level, self.solver.condition(naming.level(ladder, level.id)))
            for level in self.knowledge.ladders[ladder]
        ]

    def verdict(self, ladder: str, names: Sequence[str]) -> Any:
        """Return the formula that the decided verdict is one of these."""
        verdicts = []
        above: list[Any] = []
        for level, formulas in self.levels(ladder):
            if level.id in names:
                verdicts.append(all_of(*above, formulas.true))
            above.append(formulas.false)
        return any_of(verdicts)

    def coached(self) -> Any:
        """Return the formula that a report, a page or a sheet may show a cue, a drill, a dose or a
        step up.
        """
        return any_of((self._cue(), self._opened(), self.at_home()))

    def _cue(self) -> Any:
        """Return the formula that nothing withholds cues, and a fault is present."""
        faults = [self.solver.condition(naming.fault(name)).true for name in self.knowledge.faults]
        return all_of(self.cues_free(), any_of(faults))

    def cues_free(self) -> Any:
        """Return the formula that nothing withholds cues: see `cues_withheld`."""
        return all_of(*(self.lets_cue(*level) for level in self.levels("readiness")))

    def lets_cue(self, level: Level, formulas: TruthFormulas) -> Any:
        """Return the formula that a verdict withholds no cue."""
        if level.withholds_cues == "until_ruled_out":
            return formulas.false
        return no(formulas.true) if level.withholds_cues == "while_true" else True

    def _opened(self) -> Any:
        """Return the formula that the verdict is one that opens something or gives advice."""
        opening = [level.id for level in self.knowledge.readiness if level.unlocks or level.advice]
        return self.verdict("readiness", opening)

    def _opens(self, wanted: Sequence[str]) -> Any:
        """Return the formula that the verdict opens a drill of these names or rungs."""
        opened = []
        for verdict in self.knowledge.readiness:
            drills = [
                name
                for name in verdict.drills
                if name in wanted or self.knowledge.drills[name].rung in wanted
            ]
            suits = any_of(map(self.suits, drills))
            opened.append(all_of(self.verdict("readiness", [verdict.id]), suits))
        return any_of(opened)

    @cache  # noqa: B019 - it lives as long as the prover
    def suits(self, name: str) -> Any:
        """Return the formula that a drill suits: see `Suited.suits`."""
        entered = True
        if self.knowledge.drills[name].enter:
            entered = self.solver.condition(naming.enter(name)).true
        return all_of(entered, no(self.forbidden(name)))

    def forbidden(self, name: str) -> Any:
        """Return the formula that something is present beside which a drill is not given."""
        return any_of(self.present(other) for other in self.knowledge.drills[name].not_with)

    def present(self, name: str) -> Any:
        """Return the formula that a fault or contributor is present."""
        return self.solver.condition(self.knowledge.present(name)).true

    def at_home(self) -> Any:
        """Return the formula that a drill goes home with its dose: see `Situation.drills`."""
        return any_of(self.at_home_of(lambda level: True))

    def at_home_of(self, counts: Callable[[Level], bool]) -> Iterator[Any]:
        """Yield for each level that counts the formula that it is proven and its sheet has a
        drill.
        """
        levels = self.levels("readiness")
        for place, (level, proven) in enumerate(levels):
            if level.homework == "none" or not counts(level):
                continue
            above = levels[:place]
            open_ = [no(formulas.true) for _, formulas in above]
            speaking = [i for i, (other, _) in enumerate(above) if other.homework is not None]
            ruled_out = place if level.homework else max(speaking, default=-1) + 1
            settled = [formulas.false for _, formulas in above[:ruled_out]]
            yield all_of(proven.true, *open_, *settled)

    def all_of_them(self, claims: Claims) -> Iterator[Any]:
        """Yield each claim."""
        yield from self.of_answers(claims)
        for ladder, names in claims.ladders.items():
            yield self.verdict(ladder, names)
        if claims.coached:
            yield self.coached()
        if claims.opens:
            yield self._opens(claims.opens)

    def of_answers(self, claims: Claims) -> Iterator[Any]:
        """Yield the claims about the answers themselves and what holds with them."""
        yield from self.of_form(claims)
        if claims.care:
            lines = [self.solver.meaning(line).true for line in self.knowledge.handout.promised]
            yield any_of(lines)

    def of_form(self, claims: OfAnswers) -> Iterator[Any]:
        """Yield what is claimed by conditions, and of blanks."""
        if claims.true is not None:
            yield self.solver.meaning(claims.true).true
        if claims.possible is not None:
            yield no(self.solver.meaning(claims.possible).false)
        if claims.not_true is not None:
            yield no(self.solver.meaning(claims.not_true).true)
        if claims.blank:
            yield any_of(no(self.solver.answered[name]) for name in self._blanks(claims.blank))

    def outside(self, entry: Exempt) -> Any:
        """Return the formula that a form is not one that is exempt."""
        return False if entry.possible is None else self.solver.meaning(entry.possible).false

    def _blanks(self, names: Sequence[str]) -> Iterator[str]:
        for name, item in self.knowledge.observables.items():
            if item.default is None and (name in names or name.partition(".")[0] in names):
                yield name

    def brought_about(self, claims: Claims) -> Iterator[tuple[str, Any]]:
        """Yield for each end of each ladder, in words and as a formula, that it stands at a claimed
        level, and would not with the answers of `but_not_with` instead.
        """
        instead = {
            name: self.knowledge.same_effect(name, value)
            for name, value in claims.but_not_with.items()
        }
        for ladder, names in claims.ladders.items():
            for end, stands in self._ends(ladder, names):
                (otherwise,) = self.solver.fixed([stands], instead)
                yield f"{ladder} ({end})", all_of(stands, no(otherwise))

    def at_either_end(self, ladder: str, names: Sequence[str]) -> Any:
        """Return the formula that one of these levels is proven, or is the most severe that is not
        ruled out, be it decided or not.
        """
        return any_of(stands for _, stands in self._ends(ladder, names))

    def _ends(self, ladder: str, names: Sequence[str]) -> Iterator[tuple[str, Any]]:
        """Yield either end of a ladder with the formula that it stands at one of these levels."""
        levels = self.levels(ladder)
        for end, reached in (
            ("at least", [formulas.true for _, formulas in levels]),
            ("not ruled out", [no(formulas.false) for _, formulas in levels]),
        ):
            yield (
                end,
                any_of(
                    all_of(reached[place], *map(no, reached[:place]))
                    for place, (level, _) in enumerate(levels)
                    if level.id in names
                ),
            )
