"""The records of a block of delimited text: where each begins and ends, and how many cells it has.

Works on whole blocks with numpy. What marks the records is `record_search.py`.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hingeexpert.formats.tables.table import Flags, Places

CR = b"\r"[0]


@dataclass(frozen=True)
class Records:
    """The records of a block.

    Attributes:
        data: The block, with a line feed for each line break that is one carriage return.
        delimiter: The byte between cells.
        starts: Where each record begins.
        ends: Where each ends, before its line break.
        lines: Line on which each begins, from 0 at the start of the block.
        faults: Code of the defect of a record whose quotation marks are wrong.
        used: Length of the part of the block that these records fill; the rest belongs to the next
            block.
        line_count: Line breaks in that part.
        quotes: Where the quotation marks of the sound records stand.
    """

    data: bytes
    delimiter: int
    starts: Places
    ends: Places
    lines: Places
    faults: dict[int, str]
    used: int
    line_count: int
    quotes: Places

    @property
    def outside(self) -> Flags:
        """Which bytes are delimiters between cells."""
        between: Flags = self.bytes_used == self.delimiter
        if self.quotes.size:
            between &= ~_inside(self.quotes, self.used)
        return between

    @property
    def bytes_used(self) -> np.ndarray:
        """The bytes that the records fill, as numbers."""
        return np.frombuffer(self.data, np.uint8, self.used)

    @cached_property
    def cells(self) -> Places:
        """How many cells each record has."""
        if not self.starts.size:
            return self.starts
        between = np.flatnonzero(self.outside)
        counts: Places = np.diff(np.searchsorted(between, self.starts), append=between.size)
        return counts + 1

    @cached_property
    def several(self) -> Flags:
        """Which records may fill more than one line: those with a quoted line break, and those
        before an empty line.
        """
        if not self.quotes.size:
            return np.zeros(self.starts.size, bool)
        return np.diff(self.lines, append=self.line_count) > 1

    @property
    def longest(self) -> int:
        """Bytes of the longest record; 0 where there is none."""
        return int((self.ends - self.starts).max(initial=0))

    def all_have(self, cells: int) -> bool:
        """Return whether the records have so many cells on average, which is quicker to find than
        `cells`.
        """
        return int(np.count_nonzero(self.outside)) == self.starts.size * (cells - 1)

    def raw(self, place: int) -> bytes:
        """Return a record without its line break."""
        return self.data[self.starts[place] : self.ends[place]]

    def joined(self, places: Places) -> bytes:
        """Return these records one behind the other, with their line breaks.

        Records that lie side by side are copied in one piece.
        """
        if not places.size:
            return b""
        breaks = 1 + (np.frombuffer(self.data, np.uint8)[self.ends[places]] == CR)
        starts, ends = self.starts[places], self.ends[places] + breaks
        gaps = np.flatnonzero(ends[:-1] != starts[1:])
        firsts = starts[np.append(0, gaps + 1)].tolist()
        lasts = ends[np.append(gaps, ends.size - 1)].tolist()
        return b"".join(self.data[first:last] for first, last in zip(firsts, lasts, strict=True))

    def holding(self, offsets: Places) -> Places:
        """Return for each byte at these offsets the record that holds it."""
        places: Places = np.searchsorted(self.starts, offsets, side="right") - 1
        return places


def _inside(quotes: Places, size: int) -> Flags:
    """Return which bytes stand inside quotation marks.

    The marks cut the block into pieces that lie by turns outside and inside: the first outside.
    """
    lengths = np.diff(quotes, prepend=0, append=size)
    return np.repeat((np.arange(lengths.size) & 1).astype(bool), lengths)
