"""Formulas of z3 and how they are put together: with `solver.py` the only import of z3."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import z3
import z3.z3

from hingeexpert.knowledge.network import Node, NodeKind

z3.z3.Z3_DEBUG = False
"""Python's part of z3 else looks at the sort of every argument: a quarter of a proof. All are truth
values here.
"""


@dataclass(frozen=True)
class TruthFormulas:
    """The two formulas of a condition."""

    true: Any
    false: Any

    @property
    def unknown(self) -> Any:
        """The formula of neither."""
        return z3.And(z3.Not(self.true), z3.Not(self.false))


def no(formula: Any) -> Any:
    """Return the negation of a formula."""
    return z3.Not(formula)


def variable(name: str) -> Any:
    """Return a claim of its own, true or false."""
    return z3.Bool(name)


def implies(condition: Any, formula: Any) -> Any:
    """Return that a formula holds where a condition does."""
    return z3.Implies(condition, formula)


def all_of(*formulas: Any) -> Any:
    """Return that all formulas hold."""
    return z3.And(*formulas)


def any_of(formulas: Iterable[Any]) -> Any:
    """Return that at least one of the formulas holds."""
    return z3.Or(*formulas)


def combined(node: Node, parts: Sequence[TruthFormulas]) -> TruthFormulas:
    """Return the two formulas of a condition with parts: no observable."""
    true, false = [part.true for part in parts], [part.false for part in parts]
    match node.kind:
        case NodeKind.NOT:
            return TruthFormulas(*false, *true)
        case NodeKind.ALL:
            return TruthFormulas(z3.And(*true), z3.Or(*false))
        case NodeKind.ANY:
            return TruthFormulas(z3.Or(*true), z3.And(*false))
    # Counted over the parts: a node that stands in no network has no children to count.
    too_few_left = len(parts) - node.count + 1
    return TruthFormulas(_at_least(true, node.count), _at_least(false, too_few_left))


def _at_least(formulas: Sequence[Any], count: int) -> Any:
    """Return that at least `count` of the formulas hold."""
    if count <= 0:
        return z3.BoolVal(True)
    return z3.AtLeast(*formulas, count)
