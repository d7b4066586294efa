"""Formulas of z3 and how they are put together: with `solver.py` the only import of z3."""

from collections.abc import Callable, Iterable, Sequence
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
        return all_of(z3.Not(self.true), z3.Not(self.false))


def no(formula: Any) -> Any:
    """Return the negation of a formula."""
    return z3.Not(formula)


def variable(name: str) -> Any:
    """Return a claim of its own, true or false."""
    return z3.Bool(name)


def implies(condition: Any, formula: Any) -> Any:
    """Return that a formula holds where a condition does."""
    return z3.Implies(condition, formula)


def of_second(formulas: Sequence[Any], variables: Iterable[Any]) -> list[Any]:
    """Return formulas of a second form, for which some variables are others of its own."""
    own = [(item, z3.Bool(f"{item} of the second form")) for item in variables]
    return [z3.substitute(formula, *own) for formula in formulas]


def all_of(*formulas: Any) -> Any:
    """Return that all formulas hold."""
    return _joined(z3.Z3_mk_and, formulas)


def any_of(formulas: Iterable[Any]) -> Any:
    """Return that at least one of the formulas holds."""
    return _joined(z3.Z3_mk_or, formulas)


def _joined(make: Callable[..., Any], formulas: Iterable[Any]) -> Any:
    """Return what z3 makes of formulas; its own `And` and `Or` look at the sort of each, which
    takes most of their time.
    """
    parts = [z3.BoolVal(item) if isinstance(item, bool) else item for item in formulas]
    context = z3.main_ctx()
    trees = (z3.Ast * len(parts))(*(part.as_ast() for part in parts))
    return z3.BoolRef(make(context.ref(), len(parts), trees), context)


def combined(node: Node, parts: Sequence[TruthFormulas]) -> TruthFormulas:
    """Return the two formulas of a condition with parts: no observable."""
    true, false = [part.true for part in parts], [part.false for part in parts]
    match node.kind:
        case NodeKind.NOT:
            return TruthFormulas(*false, *true)
        case NodeKind.ALL:
            return TruthFormulas(all_of(*true), any_of(false))
        case NodeKind.ANY:
            return TruthFormulas(any_of(true), all_of(*false))
    # Counted over the parts: a node that stands in no network has no children to count.
    too_few_left = len(parts) - node.count + 1
    return TruthFormulas(_at_least(true, node.count), _at_least(false, too_few_left))


def _at_least(formulas: Sequence[Any], count: int) -> Any:
    """Return that at least `count` of the formulas hold."""
    if count <= 0:
        return z3.BoolVal(True)
    return z3.AtLeast(*formulas, count)
