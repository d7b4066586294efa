"""Find the rows whose patient and date stand in an earlier row of the same run.

Keeps 8 bytes for each row that was accepted, and nothing else that grows with the table.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from hingeexpert.formats.tables.defects import CODES, Defect, Flaw
from hingeexpert.formats.tables.table import PATIENT, Chunk, Table

SEED = 11


class Visits:
    """The visits that were seen so far, as a 64-bit hash each: one run of a million rows in thirty
    million takes two visits for one.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._sorted: list[np.ndarray] = []

    def repeated(self, rows: pl.DataFrame) -> list[int]:
        """Return the position of each row whose visit was seen before, and remember the others.

        Args:
            rows: The columns that make a visit, such as patient and date.
        """
        unsorted = rows.hash_rows(SEED).to_numpy()
        # What is sorted is looked up quickest. The order is stable: the first of several that are
        # the same stands before the others.
        order = np.argsort(unsorted, kind="stable")
        hashes = unsorted[order]
        again = np.zeros(len(hashes), bool)
        again[1:] = hashes[1:] == hashes[:-1]
        for seen in self._sorted:
            places = np.minimum(np.searchsorted(seen, hashes), len(seen) - 1)
            again |= seen[places] == hashes
        self._remember(hashes[~again])
        repeated: list[int] = np.sort(order[again]).tolist()
        return repeated

    def _remember(self, hashes: np.ndarray) -> None:
        """Keep sorted runs, each at least twice as long as the next, so that looking up stays
        cheap.
        """
        while self._sorted and len(self._sorted[-1]) <= 2 * len(hashes):
            hashes = np.concatenate([self._sorted.pop(), hashes])
            hashes.sort(kind="stable")
        if len(hashes):
            self._sorted.append(hashes)


def repeated_visits(visits: pl.DataFrame, chunk: Chunk, table: Table) -> Iterator[Defect]:
    """Yield the defects of visits that were seen before.

    Args:
        visits: Their patients and the numbers of their rows.
        chunk: The rows.
        table: Where they stand.
    """
    code = "repeated_visit"
    places = {row: place for place, row in enumerate(chunk.rows)}
    for patient, number in zip(visits[PATIENT], visits["row"], strict=True):
        row = chunk.rejected_row(places[number], table.name, patient)
        yield from row.defects([Flaw(PATIENT, patient, code, CODES[code])])
