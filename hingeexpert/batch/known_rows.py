"""The rows of a table as worlds of the network.

A truth is a pair of bit masks over all rows, so that what is judged for one is judged for all.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl

from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import Worlds, evaluate


class Rows(Worlds):
    """Rows of a table as worlds."""

    def __init__(self, count: int, values: dict[str, list[tuple[Value, int]]]) -> None:
        """Take over what each row holds.

        Args:
            count: Number of rows.
            values: For each observable its values with the rows that have it.
        """
        self.count = count
        self.everywhere = (1 << count) - 1
        self.perhaps_blank = 0
        self._values = values

    def values(self, observable: str) -> list[tuple[Value, int]]:
        """Return the values of an observable, each with the rows that have it."""
        return self._values.get(observable, [])

    def but(self, observable: str, value: Value) -> "Rows":
        """Return rows that all have this value."""
        return Rows(self.count, {**self._values, observable: [(value, self.everywhere)]})

    def blank(self, observable: str) -> int:
        """Return the rows that have no value."""
        return self.everywhere & ~_union(mask for _, mask in self.values(observable))


def _answered(knowledge: KnowledgeBase, answers: pl.DataFrame) -> Rows:
    """Return what each row holds."""
    values: dict[str, list[tuple[Value, int]]] = {}
    for name in knowledge.observables:
        values[name] = list(_values(answers[name]))
    return Rows(answers.height, values)


def known_rows(knowledge: KnowledgeBase, answers: pl.DataFrame) -> Rows:
    """Return what each row makes known: see `assessment.what_is_known`.

    An answer that the form itself makes void counts for nothing, and a default stands in for a
    blank and for what is void.

    Args:
        knowledge: The knowledge base.
        answers: A column for every observable.
    """
    answered = _answered(knowledge, answers)
    void = _void(knowledge, answered)
    known: dict[str, list[tuple[Value, int]]] = {}
    for name, item in knowledge.observables.items():
        not_read = void.get(name, 0)
        known[name] = [(value, rows & ~not_read) for value, rows in answered.values(name)]
        if item.default is not None:
            known[name].append((item.default, answered.blank(name) | not_read))
    return Rows(answered.count, known)


def _void(knowledge: KnowledgeBase, answered: Rows) -> dict[str, int]:
    """Return for each observable that may be void the rows in which it is."""
    network = knowledge.form_network
    filled: dict[str, list[tuple[Value, int]]] = {}
    for name, item in knowledge.observables.items():
        filled[name] = answered.values(name)
        if item.default is not None:
            filled[name] = [*filled[name], (item.default, answered.blank(name))]
    truths = evaluate(network, Rows(answered.count, filled))
    places = {name: network.names.get(naming.void(name)) for name in knowledge.observables}
    return {name: truths[place].true for name, place in places.items() if place is not None}


def _values(column: pl.Series) -> Iterator[tuple[Value, int]]:
    """Yield each value of a column with the rows that have it.

    The rows are compared by NumPy: a comparison of Polars costs more than all the rest.
    """
    values = column.drop_nulls().unique()
    cells = column.to_physical().cast(pl.Float64).to_numpy()  # a blank becomes NaN, equal to none
    for value, cell in zip(values.to_list(), values.to_physical().to_list(), strict=True):
        packed = np.packbits(cells == cell, bitorder="little")
        yield value, int.from_bytes(packed.tobytes(), "little")


def _union(masks: Iterable[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union
