"""What to ask next, for every row of a table at once: the same questions in the same order as
`questions.ask_next` gives for one form.

A row is a world: a truth of the network is a pair of bit masks over all rows, so trying an answer
costs one pass, not one for each row.
"""

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import polars as pl

from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.network import NodeKind, Truth, Worlds, evaluate

ROWS = 20_000
"""Rows that are judged together, to bound the memory."""


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


def ask_next_of_rows(columns: Columns, answers: pl.DataFrame) -> list[str]:
    """Return for each row the observables to ask next, joined by a blank.

    Args:
        columns: The expressions of a knowledge base.
        answers: A table as `Columns.conclude` takes it.
    """
    knowledge, asked = columns.knowledge, list[str]()
    answers = columns.complete(answers.lazy()).collect()
    for start in range(0, answers.height, ROWS):
        asked += _Asking(knowledge, _known(knowledge, answers.slice(start, ROWS))).listed()
    return asked


def _known(knowledge: KnowledgeBase, answers: pl.DataFrame) -> Rows:
    """Return what each row makes known: see `assessment.what_is_known`."""
    given = Rows(
        answers.height,
        {
            name: [
                (value, _mask(answers[name] == value))
                for value in answers[name].drop_nulls().unique().to_list()
            ]
            for name in answers.columns
            if name in knowledge.observables
        },
    )
    defaults = {
        name: item.default
        for name, item in knowledge.observables.items()
        if item.default is not None
    }
    full = {
        name: [*given.values(name), (value, given.blank(name))] for name, value in defaults.items()
    }
    network = knowledge.form_network
    form = evaluate(
        network,
        Rows(given.count, {**{name: given.values(name) for name in answers.columns}, **full}),
    )
    known: dict[str, list[tuple[Value, int]]] = {}
    for name in knowledge.observables:
        void = (
            form[network.names[naming.void(name)]].true if naming.void(name) in network.names else 0
        )
        known[name] = [(value, mask & ~void) for value, mask in given.values(name)]
        if name in defaults:
            known[name].append((defaults[name], given.blank(name) | void))
    return Rows(given.count, known)


class _Asking:
    """The questions of some rows."""

    def __init__(self, knowledge: KnowledgeBase, rows: Rows) -> None:
        self.knowledge, self.rows = knowledge, rows
        self.network = knowledge.network
        self.truths = evaluate(self.network, rows)
        names = self.network.names
        self.ladders = [
            [names[naming.level(ladder, level.id)] for level in levels]
            for ladder, levels in knowledge.ladders.items()
        ]
        self.faults = [names[naming.fault(fault)] for fault in knowledge.faults]
        self.parts = math.lcm(*(len(values) for values in knowledge.answers.values()))

    def listed(self) -> list[str]:
        """Return for each row its questions, in order."""
        ladder = self._hanging(self._open_levels())
        every = self._hanging([(place, self.rows.everywhere) for place in self.faults])
        asked = {
            name: ladder.get(name, 0) | every.get(name, 0) for name in self.knowledge.observables
        }
        names = [name for name, mask in asked.items() if mask]
        if not names:
            return [""] * self.rows.count
        keys = np.stack(
            [
                self._keys(name, number, asked[name], ladder.get(name, 0))
                for number, name in enumerate(names)
            ],
            axis=1,
        )
        counts = (keys < _NEVER).sum(axis=1)
        order = np.argsort(keys, axis=1)
        return [
            " ".join(names[place] for place in row[:count])
            for row, count in zip(order.tolist(), counts.tolist(), strict=True)
        ]

    def _open_levels(self) -> Iterator[tuple[int, int]]:
        """Yield each level of a ladder with the rows in which nothing more severe is proven."""
        for places in self.ladders:
            rest = self.rows.everywhere
            for place in places:
                yield place, rest
                rest &= ~self.truths[place].true

    def _hanging(self, starts: Iterable[tuple[int, int]]) -> dict[str, int]:
        """Return for each observable the rows in which a chain of unknown conditions leads to it
        from a start.
        """
        everywhere = self.rows.everywhere
        hanging = [0] * len(self.network.nodes)
        for place, mask in starts:
            hanging[place] |= mask
        found: dict[str, int] = {}
        for place in reversed(range(len(hanging))):
            truth, node = self.truths[place], self.network.nodes[place]
            reached = hanging[place] & everywhere & ~(truth.true | truth.false)
            if reached:
                if node.kind is NodeKind.IS and node.test is not None:
                    found[node.test.observable] = found.get(node.test.observable, 0) | reached
                for child in node.children:
                    hanging[child] |= reached
        return found

    def _keys(self, name: str, number: int, asked: int, ladder: int) -> np.ndarray:
        """Return for each row what a question is sorted by, as one number; see `questions.ask_next`
        for the order.
        """
        first = {
            item
            for group in self.knowledge.groups
            if group.asked_first
            for item in group.observables
        }
        needed = (
            self.truths[self.network.ask_when[name]].true
            if name in self.network.ask_when
            else self.rows.everywhere
        )
        best, mean, faults = self._decisiveness(name)
        key = np.full(self.rows.count, int(name not in first), np.int64)
        rank = (
            (1 - self._bits(ladder), 1),
            (1 - self._bits(needed), 1),
            (32 - best, 6),
            ((1 << 35) - mean, 36),
            (32 - faults, 6),
        )
        for value, bits in (*rank, (number, 8)):
            key = (key << bits) + value
        return np.where(self._bits(asked) == 1, key, _NEVER)

    def _decisiveness(self, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weigh a question in each row: see `questions._decisiveness`; the mean in parts of
        `self.parts`.
        """
        before, unknown = self._open(self.truths)
        gains, settled = [], []
        for value in self.knowledge.answers[name]:
            width, faults = self._open(evaluate(self.network, self.rows.but(name, value)))
            gains.append(before - width)
            settled.append(unknown - faults)
        return (
            np.max(gains, axis=0),
            np.sum(gains, axis=0) * (self.parts // len(gains)),
            np.max(settled, axis=0),
        )

    def _open(self, truths: Sequence[Truth]) -> tuple[np.ndarray, np.ndarray]:
        """Return for each row how many ladder entries are open, and how many faults
        undetermined.
        """
        width = np.zeros(self.rows.count, np.int64)
        for places in self.ladders:
            unproven = excluded = self.rows.everywhere
            for place in places:
                unproven &= ~truths[place].true
                excluded &= truths[place].false
                width += self._bits(unproven & ~excluded)
        faults = np.zeros(self.rows.count, np.int64)
        for place in self.faults:
            faults += self._bits(self.rows.everywhere & ~(truths[place].true | truths[place].false))
        return width, faults

    def _bits(self, mask: int) -> np.ndarray:
        """Return a mask as zeros and ones."""
        raw = np.frombuffer(mask.to_bytes(self.rows.count // 8 + 1, "little"), np.uint8)
        return np.unpackbits(raw, count=self.rows.count, bitorder="little").astype(np.int64)


_NEVER: int = np.iinfo(np.int64).max


def _mask(held: pl.Series) -> int:
    """Return the rows in which a column is true."""
    return int.from_bytes(
        np.packbits(held.fill_null(False).to_numpy(), bitorder="little").tobytes(), "little"
    )


def _union(masks: Iterable[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union
