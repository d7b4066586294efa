"""Find the records in a block of delimited text: where each begins and ends, and how many cells it
has.

Owns the meaning of quotation marks and line breaks. Works on whole blocks with numpy; only lines
whose quotation marks are odd are looked at one by one. A quoted line break is believed only where
the cell that holds it is closed as a cell should be, within `MOST_RECORD` bytes: so a mark that is
never closed costs its own line and not the rows behind it.
"""

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

MOST_RECORD = 1_000_000
"""Bytes in which a quoted cell must be closed."""

LF, CR, QUOTE = b'\n\r"'

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]


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
        buffer = np.frombuffer(self.data, np.uint8, self.used)
        between: Flags = buffer == self.delimiter
        if self.quotes.size:
            between &= ~_inside(self.quotes, self.used)
        return between

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

    def all_have(self, cells: int) -> bool:
        """Return whether the records have so many cells on average, which is quicker to find than
        `cells`.
        """
        return int(np.count_nonzero(self.outside)) == self.starts.size * (cells - 1)

    def raw(self, place: int) -> bytes:
        """Return a record without its line break."""
        return self.data[self.starts[place] : self.ends[place]]

    def joined(self, places: Places) -> bytes:
        """Return these records one behind the other, with their line breaks."""
        if not places.size:
            return b""
        breaks = 1 + (np.frombuffer(self.data, np.uint8)[self.ends[places]] == CR)
        starts, ends = self.starts[places], self.ends[places] + breaks
        apart = np.flatnonzero(ends[:-1] != starts[1:])
        firsts, lasts = (
            starts[np.append(0, apart + 1)].tolist(),
            ends[np.append(apart, ends.size - 1)].tolist(),
        )
        return b"".join(self.data[first:last] for first, last in zip(firsts, lasts, strict=True))

    def at(self, offset: int) -> int:
        """Return the record that holds a byte."""
        return int(np.searchsorted(self.starts, offset, side="right")) - 1


def find_records(data: bytes, delimiter: bytes, cells: int, *, last: bool) -> Records:
    """Find the records of a block.

    Args:
        data: Text in UTF-8 or another encoding that holds ASCII, from the beginning of a record.
        delimiter: One ASCII character.
        cells: How many cells a record should have; tells a quoted line break from a mark that was
            never closed.
        last: Whether the file ends here; then the last record needs no line break.

    Returns:
        The records that end in this block. Empty lines are none.
    """
    if last and data and not data.endswith((b"\n", b"\r")):
        data += b"\n"
    text = _Text(data, delimiter, cells, last=last)
    records = text.sound()
    return text.by_lines() if records is None or _doubtful(records, cells) else records


def _inside(quotes: Places, size: int) -> Flags:
    """Return which bytes stand inside quotation marks."""
    lengths = np.diff(quotes, prepend=0, append=size)
    return np.repeat((np.arange(lengths.size) & 1).astype(bool), lengths)


def _doubtful(records: Records, cells: int) -> bool:
    """Return whether a quoted line break may come from a mark that was never closed."""
    if not records.several.any():
        return False
    if int((records.ends - records.starts).max()) > MOST_RECORD:
        return True
    places = np.flatnonzero(records.several & (records.cells != cells)).tolist()
    return any(_swallows(records.raw(place), records.delimiter, cells) for place in places)


def _swallows(record: bytes, delimiter: int, cells: int) -> bool:
    """Return whether a record of several lines is no row, but holds a line that would be one: then
    its mark was never closed.
    """
    if sum(outside.count(delimiter) for outside in record.split(b'"')[::2]) == cells - 1:
        return False
    return any(line.count(delimiter) == cells - 1 for line in re.split(rb"[\r\n]+", record)[1:])


class _Text:
    """A block with its line breaks and quotation marks found."""

    def __init__(self, data: bytes, delimiter: bytes, cells: int, *, last: bool) -> None:
        self.original = data
        self.last = last
        self.cells = cells
        self.delimiter = delimiter[0]
        self.lone: Places = _lone_returns(data, last=last)
        self.data = _replaced(data, self.lone)
        self.buffer: Bytes = np.frombuffer(self.data, np.uint8)
        self.breaks: Places = np.flatnonzero(self.buffer == LF)
        self.limit = int(self.breaks[-1]) + 1 if self.breaks.size else 0
        quotes = np.flatnonzero(self.buffer == QUOTE) if QUOTE in data else np.empty(0, np.int64)
        self.quotes: Places = quotes[quotes < self.limit]
        self._before = np.zeros(256, bool)
        self._before[[LF, QUOTE, self.delimiter]] = True
        self._after = self._before.copy()
        self._after[CR] = True

    def open_well(self, quotes: Places) -> Flags:
        """Return which of these quotation marks may open a cell, or be the second of two in one."""
        well: Flags = self._before[self.buffer[quotes - 1]]
        if quotes.size and quotes[0] == 0:
            well[0] = True
        return well

    def close_well(self, quotes: Places) -> Flags:
        """Return which of these quotation marks may close a cell, or be the first of two in one."""
        well: Flags = self._after[self.buffer[quotes + 1]]
        return well

    def sound(self) -> Records | None:
        """Return the records if every quotation mark of the block stands where it should."""
        quotes, breaks = self.quotes, self.breaks
        if not quotes.size:
            return self._records(breaks, np.arange(breaks.size), {}, quotes)
        if not (self.open_well(quotes[0::2]).all() and self.close_well(quotes[1::2]).all()):
            return None
        marks = np.searchsorted(quotes, breaks)
        real = np.flatnonzero(marks & 1 == 0)
        end = int(breaks[real[-1]]) + 1 if real.size else 0
        if end < self.limit and (self.last or len(self.data) - end > MOST_RECORD):
            return None
        return self._records(
            breaks[: real[-1] + 1] if real.size else breaks[:0], real, {}, quotes[quotes < end]
        )

    def by_lines(self) -> Records:
        """Return the records, judging line by line those whose quotation marks are odd."""
        lines = _Lines(self)
        firsts = lines.starts
        heads = np.ones(firsts.size, bool)
        faults: dict[int, str] = {}
        done, count = 0, firsts.size
        for line in lines.odd.tolist():
            if line < done:
                continue
            done = line + 1
            if lines.ill[line]:
                faults[line] = "stray_quote"
                continue
            closing = lines.closing(line)
            if (
                closing == _BEYOND
                and not self.last
                and len(self.data) - firsts[line] <= MOST_RECORD
            ):
                count = line
                break
            if (
                closing is None
                or closing == _BEYOND
                or self._swallows(int(firsts[line]), int(self.breaks[closing]))
            ):
                faults[line] = "unclosed_quote"
                continue
            if lines.ill_inside[closing]:
                faults[line] = "stray_quote"
            heads[line + 1 : closing + 1] = False
            done = closing + 1
        lines.drop(list(faults), np.flatnonzero(heads))
        heads, breaks = heads[:count], self.breaks[:count]
        real = np.flatnonzero(np.append(heads[1:], True)) if count else np.empty(0, np.int64)
        places = np.cumsum(heads) - 1
        end = int(breaks[-1]) + 1 if count else 0
        quotes = self.quotes[lines.kept & (self.quotes < end)]
        return self._records(
            breaks, real, {int(places[line]): code for line, code in faults.items()}, quotes
        )

    def _swallows(self, start: int, end: int) -> bool:
        return _swallows(self.data[start:end].rstrip(b"\r"), self.delimiter, self.cells)

    def _records(
        self, breaks: Places, real: Places, faults: dict[int, str], quotes: Places
    ) -> Records:
        """Put the records together.

        Args:
            breaks: The line breaks that are used.
            real: Those of them that end a record, by their place.
            faults: Code by record.
            quotes: The quotation marks of sound records.
        """
        used = int(breaks[-1]) + 1 if breaks.size else 0
        ends = breaks[real]
        starts = np.concatenate([np.zeros(min(1, real.size), np.int64), ends[:-1] + 1])
        lines = np.concatenate([np.zeros(min(1, real.size), np.int64), real[:-1] + 1])
        data = self._with_inner_returns(quotes, used)
        ends = ends - ((ends > starts) & (self.buffer[ends - 1] == CR))
        filled = ends > starts
        if not filled.all():
            places = np.cumsum(filled) - 1
            faults = {int(places[record]): code for record, code in faults.items()}
            starts, ends, lines = starts[filled], ends[filled], lines[filled]
        return Records(data, self.delimiter, starts, ends, lines, faults, used, breaks.size, quotes)

    def _with_inner_returns(self, quotes: Places, used: int) -> bytes:
        """Return the block with the carriage returns inside quotation marks as they were."""
        lone = self.lone[self.lone < used]
        if not lone.size or not quotes.size:
            return self.data
        outside = np.searchsorted(quotes, lone) & 1 == 0
        return _replaced(self.original, lone[outside])


_BEYOND = -1


class _Lines:
    """The lines of a block, each judged as if it began outside quotation marks, and as if it began
    inside.
    """

    def __init__(self, text: _Text) -> None:
        quotes, breaks = text.quotes, text.breaks
        self.quotes = quotes
        self.starts: Places = np.concatenate(
            [np.zeros(min(1, breaks.size), np.int64), breaks[:-1] + 1]
        )
        self.first = np.searchsorted(quotes, self.starts)
        self.counts = np.searchsorted(quotes, breaks) - self.first
        line_of = np.repeat(np.arange(breaks.size), self.counts)
        even = (np.arange(quotes.size) - self.first[line_of]) & 1 == 0
        opens, closes = text.open_well(quotes), text.close_well(quotes)
        self.ill: Flags = self._any(line_of, ~np.where(even, opens, closes))
        self.wrong_inside: Flags = ~np.where(even, closes, opens)
        self.ill_inside: Flags = self._any(line_of, self.wrong_inside)
        self.with_quotes: Places = np.flatnonzero(self.counts)
        self.odd: Places = np.flatnonzero(self.ill | (self.counts & 1 == 1))
        self.kept: Flags = np.ones(quotes.size, bool)

    def _any(self, line_of: Places, wrong: Flags) -> Flags:
        flags: Flags = np.bincount(line_of[wrong], minlength=self.starts.size) > 0
        return flags

    def closing(self, line: int) -> int | None:
        """Return the line that closes the cell that a line leaves open; `_BEYOND` for none yet,
        `None` where it is closed amiss.
        """
        place = int(np.searchsorted(self.with_quotes, line, side="right"))
        while place < self.with_quotes.size:
            other = int(self.with_quotes[place])
            if self.starts[other] - self.starts[line] > MOST_RECORD:
                return None
            if self.ill_inside[other]:
                marks = slice(self.first[other], self.first[other] + self.counts[other])
                return other if int(np.argmax(self.wrong_inside[marks])) & 1 else None
            if self.counts[other] & 1:
                return other
            place += 1
        return _BEYOND

    def drop(self, faults: list[int], heads: Places) -> None:
        """Count the quotation marks of these records no more.

        Args:
            faults: The lines on which they begin.
            heads: The lines on which records begin.
        """
        firsts = np.append(self.first, self.quotes.size)
        nexts = np.append(heads, self.starts.size)[np.searchsorted(heads, faults) + 1]
        for begin, end in zip(firsts[faults].tolist(), firsts[nexts].tolist(), strict=True):
            self.kept[begin:end] = False


def _lone_returns(data: bytes, *, last: bool) -> Places:
    """Return the carriage returns that no line feed follows; one at the very end counts only where
    the file ends.
    """
    if b"\r" not in data or data.count(b"\r") == data.count(b"\r\n"):
        return np.empty(0, np.int64)
    buffer = np.frombuffer(data, np.uint8)
    places = np.flatnonzero(buffer == CR)
    if not last and places[-1] == buffer.size - 1:
        places = places[:-1]
    follows = np.append(buffer[1:], 0)[places]
    lone: Places = places[follows != LF]
    return lone


def _replaced(data: bytes, returns: Places) -> bytes:
    """Return the block with line feeds in these places."""
    if not returns.size:
        return data
    changed = np.frombuffer(data, np.uint8).copy()
    changed[returns] = LF
    return changed.tobytes()
