"""The rows of a table as worlds of the network.

A truth is a pair of bit masks over all rows, so that what is judged for one is judged for all.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl
import polars.selectors as cs

from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import Worlds, evaluate, union

NOWHERE: Mapping[str, int] = {}
"""Every answer can be read."""
NO_WORD = 255
"""A code that no word of a choice has."""


class Rows(Worlds):
    """Rows of a table as worlds."""

    def __init__(
        self,
        count: int,
        values: dict[str, list[tuple[Value, int]]],
        hidden: Mapping[str, int] = NOWHERE,
    ) -> None:
        """Take over what each row holds.

        Args:
            count: Number of rows.
            values: For each observable its values with the rows that have it.
            hidden: For an observable the rows in which its answer cannot be read; they have none
                of its values.
        """
        self.count = count
        self.everywhere = (1 << count) - 1
        self._values = values
        self._hidden = hidden

    def values(self, observable: str) -> list[tuple[Value, int]]:
        """Return the values of an observable, each with the rows that have it."""
        return self._values.get(observable, [])

    def but(self, observable: str, value: Value) -> "Rows":
        """Return rows that all have this value."""
        return Rows(self.count, {**self._values, observable: [(value, self.everywhere)]})

    def blank(self, observable: str) -> int:
        """Return the rows that are known to have no value."""
        valued = union(mask for _, mask in self.values(observable))
        return self.everywhere & ~(valued | self.hidden(observable))

    def hidden(self, observable: str) -> int:
        """Return the rows in which the answer cannot be read."""
        return self._hidden.get(observable, 0)


def _answered(knowledge: KnowledgeBase, answers: pl.DataFrame, hidden: Mapping[str, int]) -> Rows:
    """Return what each row holds."""
    filled = answers.select(column for column in answers if column.null_count() < answers.height)
    # A blank becomes a code that no word has; and NaN, which is equal to no number. All at once, as
    # a call of Polars costs more than the work.
    codes = filled.select(
        cs.enum().to_physical().cast(pl.UInt8).fill_null(NO_WORD), cs.numeric().cast(pl.Float64)
    )
    values: dict[str, list[tuple[Value, int]]] = {}
    for name in knowledge.observables:
        readable = ~hidden.get(name, 0)
        if name in codes.columns:
            found = _values(filled[name], codes[name].to_numpy())
            values[name] = [(value, rows & readable) for value, rows in found]
    return Rows(answers.height, values, hidden)


def known_rows(
    knowledge: KnowledgeBase, answers: pl.DataFrame, hidden: Mapping[str, int] = NOWHERE
) -> Rows:
    """Return what each row makes known: see `assessment.what_is_known`.

    An answer that the form itself makes void counts for nothing, and a default stands in for a
    blank and for what is void.

    Args:
        knowledge: The knowledge base.
        answers: A column for every observable.
        hidden: For an observable the rows in which its answer cannot be read, whatever stands in
            its column. No default stands in for it, nor for an answer that it may make void.
    """
    answered = _answered(knowledge, answers, hidden)
    void = _void(knowledge, answered)
    known: dict[str, list[tuple[Value, int]]] = {}
    not_known = dict(hidden)
    for name, item in knowledge.observables.items():
        is_void, may_be = void.get(name, (0, 0))
        unsure = not_known[name] = hidden.get(name, 0) | may_be
        readable = ~(is_void | unsure)
        known[name] = [(value, rows & readable) for value, rows in answered.values(name)]
        if item.default is not None:
            known[name].append((item.default, (answered.blank(name) | is_void) & ~unsure))
    return Rows(answered.count, known, not_known)


def _void(knowledge: KnowledgeBase, answered: Rows) -> dict[str, tuple[int, int]]:
    """Return for each observable that may be void the rows in which it is, and those in which that
    hangs on an answer that cannot be read.
    """
    network = knowledge.form_network
    truths = evaluate(network, _with_defaults(knowledge, answered))
    void: dict[str, tuple[int, int]] = {}
    for name in knowledge.observables:
        place = network.names.get(naming.void(name))
        if place is not None:
            truth = truths[place]
            below = union(map(answered.hidden, network.observables_below(place)))
            void[name] = truth.true, below & ~(truth.true | truth.false)
    return void


def _with_defaults(knowledge: KnowledgeBase, answered: Rows) -> Rows:
    """Return what each row holds, with the default in place of each blank."""
    filled: dict[str, list[tuple[Value, int]]] = {}
    hidden: dict[str, int] = {}
    for name, item in knowledge.observables.items():
        filled[name] = answered.values(name)
        hidden[name] = answered.hidden(name)
        if item.default is not None:
            filled[name] = [*filled[name], (item.default, answered.blank(name))]
    return Rows(answered.count, filled, hidden)


def _values(column: pl.Series, cells: np.ndarray) -> Iterator[tuple[Value, int]]:
    """Yield each value of a column with the rows that have it.

    Args:
        column: The answers.
        cells: Their codes, or the numbers.
    """
    is_choice = isinstance(column.dtype, pl.Enum)
    if isinstance(column.dtype, pl.Enum):
        values = column.dtype.categories
    else:
        values = column.drop_nulls().unique()
    for code, value in enumerate(values):
        same = cells == (code if is_choice else value)
        if same.any():
            yield value, bit_mask(same)


def bit_mask(flags: np.ndarray) -> int:
    """Return flags as a bit mask over rows."""
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")
