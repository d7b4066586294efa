"""Find the records in a block of delimited text.

Owns the meaning of quotation marks and line breaks. Works on whole blocks with numpy; only lines
whose quotation marks are odd are looked at one by one. A quoted line break is believed only where
the cell that holds it is closed as a cell should be, within `MOST_RECORD` bytes: so a mark that is
never closed costs its own line and not the rows behind it.

There are two ways. `_sound` pairs off the marks of the whole block, the first opening a cell, the
second closing it, and so on. That is quick, and right wherever every mark stands beside a
delimiter, a line break or another mark, as it should. Where one does not, or a record that was
found so looks as if two rows had run together, the lines are judged one by one (`quoted_lines.py`).
"""

import re

import numpy as np

from hingeexpert.formats.tables.quoted_lines import MOST_RECORD, BlockText, judged_lines
from hingeexpert.formats.tables.records import CR, Records
from hingeexpert.formats.tables.table import Flags, Places

LEAST_CELLS = 3
"""Cells that a line needs to look like a row: in a narrower table any line of a text might."""


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
    text = BlockText(data, delimiter, last=last)
    records = _sound(text)
    return _by_lines(text, cells) if records is None or _doubtful(records, cells) else records


def _sound(text: BlockText) -> Records | None:
    """Return the records if every quotation mark of the block stands where it should."""
    quotes, breaks = text.quotes, text.breaks
    if not quotes.size:
        return _records(text, breaks, np.arange(breaks.size), {}, quotes)
    if not (text.open_well(quotes[0::2]).all() and text.close_well(quotes[1::2]).all()):
        return None
    # A line break ends a record where an even number of marks stands before it.
    marks_before = np.searchsorted(quotes, breaks)
    real = np.flatnonzero(marks_before & 1 == 0)
    end = int(breaks[real[-1]]) + 1 if real.size else 0
    if end < text.limit and (text.last or len(text.data) - end > MOST_RECORD):
        return None
    used = breaks[: real[-1] + 1] if real.size else breaks[:0]
    return _records(text, used, real, {}, quotes[quotes < end])


def _by_lines(text: BlockText, cells: int) -> Records:
    """Return the records, judging line by line those whose quotation marks are odd."""

    def swallows(first: int, last: int) -> bool:
        return _swallows(text.data[first:last].rstrip(b"\r"), text.delimiter, cells)

    lines = judged_lines(text, swallows)
    heads, breaks = lines.heads, text.breaks[: lines.heads.size]
    # A line break ends a record where the next line begins one, and at the end.
    real = np.flatnonzero(np.append(heads[1:], True)) if heads.size else np.empty(0, np.int64)
    faults = _renumbered(lines.faults, heads)
    end = int(breaks[-1]) + 1 if heads.size else 0
    quotes = text.quotes[lines.kept_quotes & (text.quotes < end)]
    return _records(text, breaks, real, faults, quotes)


def _doubtful(records: Records, cells: int) -> bool:
    """Return whether a quoted line break may come from a mark that was never closed."""
    if not records.several.any():
        return False
    if records.longest > MOST_RECORD:
        return True
    places = np.flatnonzero(records.several).tolist()
    return any(_swallows(records.raw(place), records.delimiter, cells) for place in places)


def _swallows(record: bytes, delimiter: int, cells: int) -> bool:
    """Return whether a record of several lines is no row, but holds a line that would be one: then
    its mark was never closed. Where it would be a row itself, two lines must look like one: two
    marks that were never closed stand in different rows, and those between would be lost.
    """
    outside_quotes = record.split(b'"')[::2]
    is_row = sum(text.count(delimiter) for text in outside_quotes) == cells - 1
    lines = re.split(rb"[\r\n]+", record)
    if is_row:
        like_rows = sum(line.count(delimiter) == cells - 1 for line in lines)
        return cells >= LEAST_CELLS and like_rows > 1
    return any(line.count(delimiter) == cells - 1 for line in lines[1:])


def _records(
    text: BlockText, breaks: Places, real: Places, faults: dict[int, str], quotes: Places
) -> Records:
    """Put the records together.

    Args:
        text: The block.
        breaks: The line breaks that are used.
        real: Those of them that end a record, by their place.
        faults: Code by record.
        quotes: The quotation marks of sound records.
    """
    used = int(breaks[-1]) + 1 if breaks.size else 0
    ends = breaks[real]
    first = np.zeros(min(1, real.size), np.int64)
    starts = np.concatenate([first, ends[:-1] + 1])
    lines = np.concatenate([first, real[:-1] + 1])
    # The carriage return before a line feed belongs to the line break.
    ends = ends - ((ends > starts) & (text.buffer[ends - 1] == CR))
    filled = ends > starts
    if not filled.all():
        faults = _renumbered(faults, filled)
        starts, ends, lines = starts[filled], ends[filled], lines[filled]
    data = text.with_inner_returns(quotes, used)
    return Records(data, text.delimiter, starts, ends, lines, faults, used, breaks.size, quotes)


def _renumbered(faults: dict[int, str], kept: Flags) -> dict[int, str]:
    """Return faults by their place among those that are kept.

    Args:
        faults: Code by line or record; each of them is kept.
        kept: Which lines or records are.
    """
    places = np.cumsum(kept) - 1
    return {int(places[record]): code for record, code in faults.items()}
