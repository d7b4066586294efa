"""What to ask next, for every row of a table at once: the same questions in the same order as
`questions.ask_next` gives for one form.

A row is a world (`known_rows.py`), so trying an answer costs one pass, not one for each row.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import polars as pl

from hingeexpert.batch.known_rows import Rows, known_rows
from hingeexpert.inference.columns import Columns
from hingeexpert.inference.offered import Offered
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.evaluation import Truth, evaluate
from hingeexpert.knowledge.network import NodeKind

ROWS = 20_000
"""Rows that are judged together, to bound the memory."""
MANY_ROWS = 250_000
"""The same where no answer is tried."""
DEPTH_BITS, OPEN_BITS, MEAN_BITS, NUMBER_BITS = 3, 6, 36, 8
"""Bits of a key for how many questions one waits for, for what is closed or settled, for a mean of
it, and for the place of a question. They hold 256 questions, each of which waits for 7 at most, and
an answer that closes 32 entries of ladders or settles 32 faults.
"""
MOST_OPEN, MOST_MEAN = 1 << OPEN_BITS - 1, 1 << MEAN_BITS - 1
NEVER: int = np.iinfo(np.int64).max
"""The key of a question that is not asked in a row."""


def ask_next_of_rows(columns: Columns, answers: pl.DataFrame) -> list[str]:
    """Return for each row the observables to ask next, joined by a blank.

    Args:
        columns: The expressions of a knowledge base.
        answers: A table as `Columns.conclude` takes it.
    """
    knowledge, questions = columns.knowledge, list[str]()
    answers = columns.complete(answers.lazy()).collect()
    for start in range(0, answers.height, ROWS):
        rows = known_rows(knowledge, answers.slice(start, ROWS))
        questions += _Asking(knowledge, rows).questions()
    return questions


def left_open(columns: Columns, answers: pl.DataFrame) -> tuple[Counter[str], Counter[str]]:
    """Count for each question the rows whose triage or readiness its blank leaves open, and those
    in which it is the only one left: there its answer decides.

    Args:
        columns: The expressions of a knowledge base.
        answers: A column for every observable.
    """
    open_, only = Counter[str](), Counter[str]()
    for start in range(0, answers.height, MANY_ROWS):
        rows = known_rows(columns.knowledge, answers.slice(start, MANY_ROWS))
        asked = _Asking(columns.knowledge, rows).for_ladders()
        several = _in_several(asked.values())
        for name, mask in asked.items():
            open_[name] += mask.bit_count()
            only[name] += (mask & ~several).bit_count()
    return +open_, +only


def _in_several(masks: Iterable[int]) -> int:
    """Return the rows that stand in more than one mask."""
    once = again = 0
    for mask in masks:
        again |= once & mask
        once |= mask
    return again


class _Asking:
    """The questions of some rows."""

    def __init__(self, knowledge: KnowledgeBase, rows: Rows) -> None:
        self._knowledge, self._rows = knowledge, rows
        self._network = knowledge.network
        self._truths = evaluate(self._network, rows)
        self._offered = Offered(knowledge, self._truths, rows.everywhere)
        names = self._network.names
        self._ladders = [
            [names[naming.level(ladder, level)] for level in knowledge.levels(ladder)]
            for ladder in knowledge.ladders
        ]
        self._faults = [names[naming.fault(fault)] for fault in knowledge.faults]
        self._asked_first: set[str] = set()
        for group in knowledge.groups:
            if group.asked_first:
                self._asked_first.update(group.observables)
        # A mean over 2, 3 or 5 answers is counted in parts that all of these divide, so that means
        # are whole numbers and compare exactly.
        self._parts = math.lcm(*(len(values) for values in knowledge.answers.values()))

    def questions(self) -> list[str]:
        """Return for each row its questions, in order."""
        coached = self._offered.coached
        for_ladders = self._hanging(self._open_levels())
        for_faults = self._hanging([(place, coached) for place in self._faults])
        keys: dict[str, np.ndarray] = {}
        for name in self._knowledge.observables:
            ladder = for_ladders.get(name, 0)
            asked = (ladder | for_faults.get(name, 0)) & self._offered.may_be_needed(name)
            if asked:
                keys[name] = self._keys(name, len(keys), asked, ladder)
        if not keys:
            return [""] * self._rows.count
        return _sorted_names(list(keys), np.stack(list(keys.values()), axis=1))

    def for_ladders(self) -> dict[str, int]:
        """Return for each question the rows in which a ladder hangs on it."""
        hanging = self._hanging(self._open_levels())
        return {name: mask & self._offered.may_be_needed(name) for name, mask in hanging.items()}

    def _open_levels(self) -> Iterator[tuple[int, int]]:
        """Yield each level of a ladder with the rows in which nothing more severe is proven."""
        for places in self._ladders:
            rest = self._rows.everywhere
            for place in places:
                yield place, rest
                rest &= ~self._truths[place].true

    def _hanging(self, starts: Iterable[tuple[int, int]]) -> dict[str, int]:
        """Return for each observable the rows in which a chain of unknown conditions leads to it
        from a start.

        A node stands behind its children in the network. So one walk from its end to its beginning
        meets every node after all that lead to it.

        Args:
            starts: Nodes with the rows in which a chain may begin there.
        """
        hanging = [0] * len(self._network.nodes)
        for place, rows in starts:
            hanging[place] |= rows
        observables: dict[str, int] = {}
        for place in reversed(range(len(hanging))):
            truth, node = self._truths[place], self._network.nodes[place]
            unknown = self._rows.everywhere & ~(truth.true | truth.false)
            reached = hanging[place] & unknown
            if not reached:
                continue
            if node.kind is NodeKind.IS and node.test is not None:
                name = node.test.observable
                observables[name] = observables.get(name, 0) | reached
            for child in node.children:
                hanging[child] |= reached
        return observables

    def _keys(self, name: str, number: int, asked: int, ladder: int) -> np.ndarray:
        """Return for each row what a question is sorted by, as one number; see `questions.ask_next`
        for the order.

        What comes first in the order stands in the highest bits. What is sorted downwards is taken
        from the most that fits its bits.

        Args:
            name: The question.
            number: Its place among the questions, which decides last.
            asked: The rows in which it is asked.
            ladder: Those of them in which it could change a ladder.
        """
        best, mean, faults = self._decisiveness(name)
        key = np.full(self._rows.count, int(name not in self._asked_first), np.int64)
        for value, bits in (
            (1 - self._bits(ladder), 1),
            (self._waits_for(name), DEPTH_BITS),
            (MOST_OPEN - best, OPEN_BITS),
            (MOST_MEAN - mean, MEAN_BITS),
            (MOST_OPEN - faults, OPEN_BITS),
            (number, NUMBER_BITS),
        ):
            key = (key << bits) + value
        return np.where(self._bits(asked) == 1, key, NEVER)

    def _waits_for(self, name: str) -> np.ndarray:
        """Return for each row how many questions one may have to wait for: none where it is
        certainly needed.
        """
        return self._network.depths[name] * (1 - self._bits(self._offered.needed(name)))

    def _decisiveness(self, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weigh a question in each row: see `questions._decisiveness`.

        Returns:
            How many ladder entries the best answer closes, how many its answers close on average,
            in parts of which `_parts` make one, and how many faults the best answer settles.
        """
        open_before, unknown_before = self._open(self._truths)
        closed, settled = [], []
        for value in self._knowledge.answers[name]:
            truths = evaluate(self._network, self._rows.but(name, value))
            still_open, still_unknown = self._open(truths)
            closed.append(open_before - still_open)
            settled.append(unknown_before - still_unknown)
        mean = np.sum(closed, axis=0) * (self._parts // len(closed))
        return np.max(closed, axis=0), mean, np.max(settled, axis=0)

    def _open(self, truths: Sequence[Truth]) -> tuple[np.ndarray, np.ndarray]:
        """Return for each row how many ladder entries are open, and how many faults
        undetermined.
        """
        everywhere = self._rows.everywhere
        entries = np.zeros(self._rows.count, np.int64)
        for places in self._ladders:
            unproven = excluded = everywhere
            for place in places:
                unproven &= ~truths[place].true
                excluded &= truths[place].false
                entries += self._bits(unproven & ~excluded)
        faults = np.zeros(self._rows.count, np.int64)
        for place in self._faults:
            faults += self._bits(everywhere & ~(truths[place].true | truths[place].false))
        return entries, faults

    def _bits(self, mask: int) -> np.ndarray:
        """Return a mask as zeros and ones."""
        raw = np.frombuffer(mask.to_bytes(self._rows.count // 8 + 1, "little"), np.uint8)
        return np.unpackbits(raw, count=self._rows.count, bitorder="little").astype(np.int64)


def _sorted_names(names: Sequence[str], keys: np.ndarray) -> list[str]:
    """Return for each row the names that are asked in it, by their keys.

    Args:
        names: The questions.
        keys: A row for each row, a column for each question.
    """
    counts = (keys < NEVER).sum(axis=1).tolist()
    lines = []
    for order, count in zip(np.argsort(keys, axis=1).tolist(), counts, strict=True):
        lines.append(" ".join(names[place] for place in order[:count]))
    return lines
