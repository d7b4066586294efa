"""What a personal attribute can change: its answer is another one, all other answers the same, over
all forms.

A blank is no answer here: what is told is what another answer changes, not what an open question
does. What cannot be decided in time counts as something that can differ.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from hingeexpert.assurance.claims import ClaimFormulas
from hingeexpert.assurance.diff import graded_formulas, ladder_stands
from hingeexpert.assurance.formulas import all_of, any_of, no, of_second
from hingeexpert.assurance.solver import Search, Solver, UndecidedError
from hingeexpert.knowledge import naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.label import AttributeEffects
from hingeexpert.knowledge.models.remarks import Remark

OF_CONCLUSIONS = {"fault": "faults", "contributor": "hypotheses"}
"""Kind of a conclusion to that of the effect on it."""
GIVEN = ("enter", "tried", "cue", "said", "meanwhile", "dose")
"""Kinds of named conditions by which is chosen what a person is given or told."""


class ComparedClaim(NamedTuple):
    """Something that is said of a person: which kind of effect it is, its name, and formulas whose
    truths say all of it.
    """

    kind: str
    name: str
    formulas: Sequence[Any]


class AttributeFlips:
    """Every pair of forms of one knowledge base that differ in one answer."""

    def __init__(self, solver: Solver) -> None:
        """Take the formulas of a knowledge base."""
        self.solver = solver
        self.knowledge = solver.knowledge
        self._claims = ClaimFormulas(solver)
        self._search = Search(solver, solver.legal)
        self._compared = [
            *self._verdicts(),
            *self._conclusions(),
            *self._reasons(),
            *self._told(),
        ]

    def effects(self, name: str) -> AttributeEffects:
        """Return what another answer to one question can change.

        Args:
            name: An observable.
        """
        found: dict[str, list[str]] = {}
        with self._search.supposing(*self._both(name)):
            for kind, conclusion, formulas in self._compared:
                if self._differs(self._pairs(name, formulas)):
                    found.setdefault(kind, []).append(conclusion)
        return AttributeEffects(**{kind: tuple(names) for kind, names in found.items()})

    def example(self, name: str, kind: str, conclusion: str) -> dict[str, Value] | None:
        """Return a form on which another answer to a question changes this; `None` where it is
        proven that there is none.

        Args:
            name: An observable.
            kind: A kind of `AttributeEffects`.
            conclusion: A name of this kind.

        Raises:
            UndecidedError: Not decided in time.
        """
        (formulas,) = (item.formulas for item in self._compared if item[:2] == (kind, conclusion))
        with self._search.supposing(*self._both(name)):
            return self._search.answers(_any_differ(self._pairs(name, formulas)))

    def _both(self, name: str) -> list[Any]:
        """Return that both forms answer a question, and that the second is a form."""
        answered = self.solver.answered[name]
        return [answered, *self._of_second([answered, self.solver.legal], name)]

    def _pairs(self, name: str, formulas: Sequence[Any]) -> list[tuple[Any, Any]]:
        """Return those formulas that read a question, each with that of the second form."""
        others = self._of_second(formulas, name)
        both = zip(formulas, others, strict=True)
        return [(formula, other) for formula, other in both if not formula.eq(other)]

    def _of_second(self, formulas: Sequence[Any], name: str) -> list[Any]:
        """Return formulas of the second form, which has an answer of its own to a question."""
        return of_second(formulas, self.solver.chosen[name].values())

    def _differs(self, pairs: Sequence[tuple[Any, Any]]) -> bool:
        if not pairs:
            return False
        try:
            return self._search.answers(_any_differ(pairs)) is not None
        except UndecidedError:
            return True

    def _verdicts(self) -> Iterator[ComparedClaim]:
        for ladder in self.knowledge.ladders:
            stands = ladder_stands(self.solver, ladder, self.knowledge.levels(ladder))
            yield ComparedClaim("verdicts", ladder, list(stands))

    def _reasons(self) -> Iterator[ComparedClaim]:
        for ladder, levels in self.knowledge.ladders.items():
            for level in levels:
                names = (naming.level_rule(ladder, level.id, rule.id) for rule in level.rules)
                for name in names:
                    yield ComparedClaim("reasons", name, [self._true(name)])

    def _conclusions(self) -> Iterator[ComparedClaim]:
        for kind, conclusions in self.knowledge.conclusions_by_kind:
            for name, item in conclusions.items():
                graded = graded_formulas(self.solver, kind, name, item)
                yield ComparedClaim(OF_CONCLUSIONS[kind], name, graded)

    def _told(self) -> Iterator[ComparedClaim]:
        """Yield remarks, checks and what chooses what a person is given."""
        for remark in self.knowledge.remarks:
            yield ComparedClaim("remarks", remark.id, [self._made(remark)])
        for check in self.knowledge.checks:
            yield ComparedClaim("checks", check.id, [self._true(naming.check(check.id))])
        for name in self.knowledge.network.names:
            if naming.kind_and_id(name)[0] in GIVEN:
                yield ComparedClaim("given", name, [self._true(name)])

    def _made(self, remark: Remark) -> Any:
        """Return the formula that a remark is made."""
        true = self._true(naming.remark(remark.id))
        return all_of(true, self._claims.verdict("readiness", remark.at)) if remark.at else true

    def _true(self, name: str) -> Any:
        return self.solver.condition(name).true


def _any_differ(pairs: Iterable[tuple[Any, Any]]) -> Any:
    return any_of(no(formula == other) for formula, other in pairs)
