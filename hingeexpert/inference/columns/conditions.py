"""A network of conditions as expressions: for each condition a column that is true, false, or null
for unknown.

Reads a column `?<observable>` for what is known of each observable. A choice stands there as the
position of its value, which compares faster than the word.
"""

import functools
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from hingeexpert.knowledge.condition import Between, Is, OneOf
from hingeexpert.knowledge.models.observables import Observable
from hingeexpert.knowledge.network import Network, Node, NodeKind


def known_column(observable: str) -> str:
    """Name the column of what is known of an observable."""
    return f"?{observable}"


@dataclass(frozen=True)
class ConditionColumns:
    """A network as expressions.

    Attributes:
        prefix: What the columns of its conditions begin with, before their position.
    """

    network: Network
    prefix: str
    observables: Mapping[str, Observable]

    def truth(self, name: str) -> pl.Expr:
        """Return the column of a named condition."""
        return self._column(self.network.names[name])

    def _column(self, position: int) -> pl.Expr:
        return pl.col(f"{self.prefix}{position}")

    def layers(self) -> Iterator[list[pl.Expr]]:
        """Yield the conditions that depend on earlier ones only, together."""
        depths: list[int] = []
        for node in self.network.nodes:
            depths.append(1 + max((depths[child] for child in node.children), default=-1))
        for layer in range(max(depths, default=-1) + 1):
            yield [
                self._condition(self.network.nodes[position]).alias(f"{self.prefix}{position}")
                for position, depth in enumerate(depths)
                if depth == layer
            ]

    def _condition(self, node: Node) -> pl.Expr:
        parts = [self._column(child) for child in node.children]
        match node.kind:
            case NodeKind.IS:
                assert node.test is not None
                return self._observable(node.test, parts)
            case NodeKind.NOT:
                return ~parts[0]
            case NodeKind.ALL:
                return together(operator.and_, parts, pl.lit(True))
            case NodeKind.ANY:
                return together(operator.or_, parts, pl.lit(False))
            case NodeKind.AT_LEAST:
                return _at_least(node.count, parts)

    def _observable(self, leaf: Is, asked: Sequence[pl.Expr]) -> pl.Expr:
        """Judge an observable: by its value where there is one; blank, false where it is not
        needed, else unknown.
        """
        column = pl.col(known_column(leaf.observable))
        if isinstance(leaf.test, OneOf):
            passes = _is_one_of(column, list(self.observables[leaf.observable].values), leaf.test)
        else:
            passes = _is_between(column, leaf.test)
        if leaf.observable in self.network.optional:
            return passes.fill_null(False)
        return passes.fill_null(pl.when(~asked[0]).then(False)) if asked else passes


def _is_one_of(column: pl.Expr, values: Sequence[str], test: OneOf) -> pl.Expr:
    """Compare with the values that pass or with those that do not, whichever are fewer."""
    passing = [code for code, value in enumerate(values) if test.accepts(value)]
    failing = [code for code, value in enumerate(values) if not test.accepts(value)]
    if not failing:
        return _true_where_known(column)
    if len(passing) <= len(failing):
        # No position is below 0: where nothing passes it is false, and null for a blank.
        return together(operator.or_, [column == code for code in passing], column < 0)
    return together(operator.and_, [column != code for code in failing], column >= 0)


def _is_between(column: pl.Expr, test: Between) -> pl.Expr:
    ends = []
    if test.least is not None:
        ends.append(column >= test.least if test.least_included else column > test.least)
    if test.most is not None:
        ends.append(column <= test.most if test.most_included else column < test.most)
    return together(operator.and_, ends, _true_where_known(column))


def _true_where_known(column: pl.Expr) -> pl.Expr:
    """Return true for every value and null for a blank: false or unknown is unknown."""
    return column.is_not_null() | pl.lit(None, pl.Boolean)


def _at_least(count: int, parts: Sequence[pl.Expr]) -> pl.Expr:
    """Return true where enough are true, false where they are not even if the unknown were."""
    enough = _number(part.fill_null(False) for part in parts) >= count
    possible = _number(part.fill_null(True) for part in parts) >= count
    return pl.when(enough).then(True).when(~possible).then(False)


def _number(parts: Iterable[pl.Expr]) -> pl.Expr:
    """Return how many are true; none is null."""
    return pl.sum_horizontal(part.cast(pl.UInt8) for part in parts)


def together(
    operation: Callable[[pl.Expr, pl.Expr], pl.Expr], parts: Iterable[pl.Expr], empty: pl.Expr
) -> pl.Expr:
    """Return parts joined by `&` or `|`, which are the Kleene tables; without parts what is given
    for that.
    """
    parts = list(parts)
    return functools.reduce(operation, parts) if parts else empty
