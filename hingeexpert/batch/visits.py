"""Find the rows whose patient and date stand in an earlier row of the same run.

Keeps 8 bytes for each row that was accepted, and nothing else that grows with the table.
"""

import numpy as np
import polars as pl

SEED = 11


class Visits:
    """The visits that were seen so far, as a 64-bit hash each: one run of a million rows in thirty million takes two visits for one."""

    def __init__(self) -> None:
        """Begin with none."""
        self._sorted: list[np.ndarray] = []

    def repeated(self, rows: pl.DataFrame) -> list[int]:
        """Return the position of each row whose visit was seen before, and remember the others.

        Args:
            rows: The columns that make a visit, such as patient and date.
        """
        hashes = rows.hash_rows(SEED).to_numpy()
        again = np.ones(len(hashes), bool)
        again[np.unique(hashes, return_index=True)[1]] = False
        for seen in self._sorted:
            again |= seen[np.minimum(np.searchsorted(seen, hashes), len(seen) - 1)] == hashes
        self._remember(np.sort(hashes[~again]))
        return np.flatnonzero(again).tolist()

    def _remember(self, hashes: np.ndarray) -> None:
        """Keep sorted runs, each at least twice as long as the next, so that looking up stays cheap."""
        while self._sorted and len(self._sorted[-1]) <= 2 * len(hashes):
            hashes = np.concatenate([self._sorted.pop(), hashes])
            hashes.sort(kind="stable")
        if len(hashes):
            self._sorted.append(hashes)
