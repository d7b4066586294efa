"""Which records of a block of delimited text Polars must not see.

It would split them amiss, or take what is no text.

The block is searched as a whole, with numpy; only records that look suspicious are looked at one by
one.
"""

from collections.abc import Callable

import numpy as np

from hingeexpert.formats.tables.encodings import MOST_ASCII
from hingeexpert.formats.tables.records import Records
from hingeexpert.formats.tables.screening import MOST_CELL
from hingeexpert.formats.tables.splitting import Splitter, is_text
from hingeexpert.formats.tables.table import Flags, Places


def not_for_polars(records: Records, columns: int, split: Splitter) -> Flags:
    """Return which records Polars must not see.

    Args:
        records: At least one.
        columns: How many cells each should have.
        split: Splits a record into cells.
    """
    refused = np.zeros(records.starts.size, bool)
    refused[list(records.faults)] = True
    for suspicious, is_bad in (
        (_with_nul(records), None),
        (_with_other_bytes(records), lambda raw: not is_text(raw)),
        (_with_long_cells(records), lambda raw: _has_long_cell(raw, split)),
    ):
        _refuse(records, refused, suspicious, is_bad)
    if refused.any() or not records.all_have(columns):
        refused |= records.cells != columns
    return refused


def _refuse(
    records: Records, refused: Flags, suspicious: Places, is_bad: Callable[[bytes], bool] | None
) -> None:
    """Refuse the suspicious records that are bad; without a test, all of them."""
    for place in np.unique(suspicious).tolist():
        refused[place] |= is_bad is None or is_bad(records.raw(place))


def _with_nul(records: Records) -> Places:
    """Return the records with a NUL character; one may stand there several times."""
    if 0 not in records.data:
        return np.empty(0, np.int64)
    return records.holding(np.flatnonzero(records.bytes_used == 0))


def _with_other_bytes(records: Records) -> Places:
    """Return the records that may hold bytes that are no UTF-8."""
    if records.data.isascii() or is_text(records.data):
        return np.empty(0, np.int64)
    return records.holding(np.flatnonzero(records.bytes_used > MOST_ASCII))


def _with_long_cells(records: Records) -> Places:
    """Return the records that may hold a cell that is too long: from one delimiter or end of a
    record to the next lie so many bytes.
    """
    if records.longest <= MOST_CELL:
        return np.empty(0, np.int64)
    delimiters = np.flatnonzero(records.outside)
    marks = np.sort(np.concatenate([delimiters, records.starts, records.ends]))
    return records.holding(marks[:-1][np.diff(marks) > MOST_CELL])


def _has_long_cell(raw: bytes, split: Splitter) -> bool:
    return any(len(value) > MOST_CELL for value in split.values(raw))
