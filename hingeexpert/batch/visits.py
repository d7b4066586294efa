"""Find the rows whose patient and date stand in an earlier row of the same run.

Keeps 16 bytes for each row that was accepted, and nothing else that grows with the table.
"""

import numpy as np
import polars as pl

SEED = 11


class Visits:
    """The visits that were seen so far, as a 64-bit hash each: one run of a million rows in thirty million takes two visits for one."""

    def __init__(self) -> None:
        """Begin with none."""
        self._sorted: list[tuple[np.ndarray, np.ndarray]] = []

    def repeated(self, rows: pl.DataFrame, number: pl.Series) -> list[tuple[int, int]]:
        """Return the position of each row whose visit was seen before, with the number of the row that had it, and remember the others.

        Args:
            rows: The columns that make a visit, such as patient and date.
            number: The number of each row in the run.
        """
        hashes = rows.hash_rows(SEED).to_numpy()
        numbers = number.to_numpy()
        first = np.full(len(hashes), -1, np.int64)
        for seen, where in self._sorted:
            place = np.minimum(np.searchsorted(seen, hashes), len(seen) - 1)
            first = np.where((seen[place] == hashes) & (first < 0), where[place], first)
        order = np.argsort(hashes, kind="stable")
        same = np.flatnonzero(hashes[order][1:] == hashes[order][:-1]) + 1
        for at in same.tolist():
            earlier = first[order[at - 1]]
            first[order[at]] = numbers[order[at - 1]] if earlier < 0 else earlier
        kept = order[first[order] < 0]
        self._remember(hashes[kept], numbers[kept])
        return [(at, int(first[at])) for at in np.flatnonzero(first >= 0).tolist()]

    def _remember(self, hashes: np.ndarray, numbers: np.ndarray) -> None:
        """Keep sorted runs, each at least twice as long as the next, so that looking up stays cheap."""
        while self._sorted and len(self._sorted[-1][0]) <= 2 * len(hashes):
            seen, where = self._sorted.pop()
            hashes, numbers = np.concatenate([seen, hashes]), np.concatenate([where, numbers])
            order = np.argsort(hashes, kind="stable")
            hashes, numbers = hashes[order], numbers[order]
        if len(hashes):
            self._sorted.append((hashes, numbers))
