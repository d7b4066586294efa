"""The lines of a block of delimited text, judged one by one where their quotation marks are odd.

Owns which mark opens a cell and which closes it. A mark may open a cell behind a delimiter, a line
break or another mark, and close one before these; two marks side by side in a cell stand for one,
and the same two rules hold for them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from hingeexpert.formats.tables.records import CR
from hingeexpert.formats.tables.table import Flags, Places

MOST_RECORD = 1_000_000
"""Bytes in which a quoted cell must be closed."""

LF, QUOTE = b'\n"'
_BEYOND = -1
"""In place of a line: it was not found in this block."""


class BlockText:
    """A block with its line breaks and quotation marks found.

    Attributes:
        data: The block, with a line feed for each line break that is one carriage return.
        buffer: Its bytes, as numbers.
        breaks: Where the line breaks stand.
        limit: Where the last line ends that has a line break.
        quotes: Where the quotation marks stand, up to there.
        last: Whether the file ends here.
    """

    def __init__(self, data: bytes, delimiter: bytes, *, last: bool) -> None:
        self._original = data
        self._lone: Places = _lone_returns(data, last=last)
        self.last = last
        self.delimiter = delimiter[0]
        self.data = _replaced(data, self._lone)
        self.buffer = np.frombuffer(self.data, np.uint8)
        self.breaks: Places = np.flatnonzero(self.buffer == LF)
        self.limit = int(self.breaks[-1]) + 1 if self.breaks.size else 0
        quotes = np.flatnonzero(self.buffer == QUOTE) if QUOTE in data else np.empty(0, np.int64)
        self.quotes: Places = quotes[quotes < self.limit]
        # Tables of all 256 bytes: may it stand before a mark that opens, behind one that closes?
        self._before = np.zeros(256, bool)
        self._before[[LF, QUOTE, self.delimiter]] = True
        self._behind = self._before.copy()
        self._behind[CR] = True

    def open_well(self, quotes: Places) -> Flags:
        """Return which of these quotation marks may open a cell, or be the second of two in one."""
        well: Flags = self._before[self.buffer[quotes - 1]]
        if quotes.size and quotes[0] == 0:
            well[0] = True
        return well

    def close_well(self, quotes: Places) -> Flags:
        """Return which of these quotation marks may close a cell, or be the first of two in one."""
        well: Flags = self._behind[self.buffer[quotes + 1]]
        return well

    def with_inner_returns(self, quotes: Places, used: int) -> bytes:
        """Return the block with the carriage returns inside quotation marks as they were."""
        lone = self._lone[self._lone < used]
        if not lone.size or not quotes.size:
            return self.data
        outside = np.searchsorted(quotes, lone) & 1 == 0
        return _replaced(self._original, lone[outside])


@dataclass
class JudgedLines:
    """What came of the lines.

    Attributes:
        heads: For each line that is used, whether a record begins there.
        faults: Code of the defect, by the line on which its record begins.
        kept_quotes: For each quotation mark of the block, whether a sound record holds it.
    """

    heads: Flags
    faults: dict[int, str] = field(default_factory=dict)
    kept_quotes: Flags = field(default_factory=lambda: np.empty(0, bool))


def judged_lines(text: BlockText, swallows: Callable[[int, int], bool]) -> JudgedLines:
    """Judge the lines of a block.

    Args:
        text: The block.
        swallows: Says of the text between two offsets, a record of several lines, whether it has
            swallowed a row.
    """
    lines = _Lines(text)
    judged = JudgedLines(np.ones(lines.starts.size, bool))
    count, done = lines.starts.size, 0
    for line in lines.odd.tolist():
        if line < done:  # inside the record of an earlier line
            continue
        end = lines.record_end(line, judged.faults, swallows)
        if end is None:
            count = line
            break
        judged.heads[line + 1 : end + 1] = False
        done = end + 1
    judged.kept_quotes = lines.quotes_kept(list(judged.faults), np.flatnonzero(judged.heads))
    judged.heads = judged.heads[:count]
    return judged


class _Lines:
    """The lines of a block, each judged as if it began outside quotation marks, and as if it began
    inside.

    Attributes:
        starts: Where each line begins.
        odd: Lines that are no whole record by themselves: a mark stands where it may not, or their
            number is odd.
    """

    def __init__(self, text: BlockText) -> None:
        quotes, breaks = text.quotes, text.breaks
        self._text = text
        first_start = np.zeros(min(1, breaks.size), np.int64)
        self.starts: Places = np.concatenate([first_start, breaks[:-1] + 1])
        self._first_quote = np.searchsorted(quotes, self.starts)
        self._counts = np.searchsorted(quotes, breaks) - self._first_quote
        self._with_quotes: Places = np.flatnonzero(self._counts)
        self._judge_marks()
        self.odd: Places = np.flatnonzero(self._ill | (self._counts & 1 == 1))

    def _judge_marks(self) -> None:
        """Find the marks that stand where they may not, and the lines that have one.

        The first, third and fifth mark of a line open a cell if the line begins outside of one, and
        close one if it begins inside.
        """
        quotes = self._text.quotes
        line_of_quote = np.repeat(np.arange(self.starts.size), self._counts)
        even = (np.arange(quotes.size) - self._first_quote[line_of_quote]) & 1 == 0
        opens, closes = self._text.open_well(quotes), self._text.close_well(quotes)
        self._wrong_inside: Flags = ~np.where(even, closes, opens)
        self._ill: Flags = self._any(line_of_quote, ~np.where(even, opens, closes))
        self._ill_inside: Flags = self._any(line_of_quote, self._wrong_inside)

    def _any(self, line_of_quote: Places, wrong: Flags) -> Flags:
        """Return which lines have a mark that is wrong."""
        flags: Flags = np.bincount(line_of_quote[wrong], minlength=self.starts.size) > 0
        return flags

    def record_end(
        self, line: int, faults: dict[int, str], swallows: Callable[[int, int], bool]
    ) -> int | None:
        """Return the last line of the record that begins on an odd line, and note its fault.

        A record whose marks are wrong ends on its own line, so that the rows behind it are kept.

        Args:
            line: An odd line that begins a record.
            faults: Takes the code of a fault.
            swallows: As `judged_lines` takes it.

        Returns:
            `None` where the record may go on in the next block.
        """
        if self._ill[line]:
            faults[line] = "stray_quote"
            return line
        closing = self._closing(line)
        start = int(self.starts[line])
        if closing == _BEYOND and not self._text.last and self._is_short(start):
            return None
        if (
            closing is None
            or closing == _BEYOND
            or swallows(start, int(self._text.breaks[closing]))
        ):
            faults[line] = "unclosed_quote"
            return line
        if self._ill_inside[closing]:
            faults[line] = "stray_quote"
        return closing

    def _is_short(self, start: int) -> bool:
        """Return whether a cell that opens behind this place may still be closed in time."""
        return len(self._text.data) - start <= MOST_RECORD

    def _closing(self, line: int) -> int | None:
        """Return the line that closes the cell that a line leaves open; `_BEYOND` for none yet,
        `None` where it is closed amiss.
        """
        place = int(np.searchsorted(self._with_quotes, line, side="right"))
        for other in map(int, self._with_quotes[place:]):
            if self.starts[other] - self.starts[line] > MOST_RECORD:
                return None
            if self._ill_inside[other]:
                return other if self._closes_before_it_errs(other) else None
            if self._counts[other] & 1:
                return other
        return _BEYOND

    def _closes_before_it_errs(self, line: int) -> bool:
        """Return whether a line that begins inside a cell closes it before its first wrong mark."""
        first = self._first_quote[line]
        marks = slice(first, first + self._counts[line])
        return bool(int(np.argmax(self._wrong_inside[marks])) & 1)

    def quotes_kept(self, faults: list[int], heads: Places) -> Flags:
        """Return which quotation marks count: all but those of faulty records.

        Args:
            faults: The lines on which faulty records begin.
            heads: The lines on which records begin.
        """
        kept: Flags = np.ones(self._text.quotes.size, bool)
        firsts = np.append(self._first_quote, kept.size)
        next_heads = np.append(heads, self.starts.size)[np.searchsorted(heads, faults) + 1]
        ranges = zip(firsts[faults].tolist(), firsts[next_heads].tolist(), strict=True)
        for begin, end in ranges:
            kept[begin:end] = False
        return kept


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
