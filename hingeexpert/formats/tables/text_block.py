"""The records of one block of delimited text on their way into a chunk, and the defects of those
that are refused.

Polars splits the sound records, all at once. It must see none that it would take amiss: those are
marked first (`refused_records.py`), and looked at one by one afterwards (`row_flaws.py`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from hingeexpert.formats.tables.defects import Defect, RejectedRow, cut
from hingeexpert.formats.tables.records import Records
from hingeexpert.formats.tables.refused_records import not_for_polars
from hingeexpert.formats.tables.row_flaws import REPEATED_HEADINGS, flaws
from hingeexpert.formats.tables.splitting import Splitter, is_text, text_of, value_of
from hingeexpert.formats.tables.table import (
    SPACES,
    Chunk,
    Flags,
    FlawedRow,
    Places,
    RecordNumbers,
    filled_rows,
    without_blanks,
)


@dataclass(frozen=True)
class ColumnHeadings:
    """What every block of a table knows of it.

    Attributes:
        table: Name of the table, for defects.
        names: All headings; a blank one is empty.
        patient: Heading of the column with the patient's identifier.
        split: What splits a row into cells.
    """

    table: str
    names: list[str]
    patient: str
    split: Splitter

    @cached_property
    def labels(self) -> list[str]:
        """A different name for each column, also where the heading is blank."""
        return [name or f"\0{place}" for place, name in enumerate(self.names)]

    @cached_property
    def schema(self) -> dict[str, pl.DataType]:
        """Text in every column."""
        return dict.fromkeys(self.labels, pl.String())

    def patient_of(self, cells: Sequence[bytes]) -> str:
        """Return whose row it is, as far as that can be read."""
        if self.patient not in self.names:
            return ""
        place = self.names.index(self.patient)
        if place >= len(cells) or not is_text(cells[place]):
            return ""
        return cut(value_of(cells[place])).strip()


class TextBlock:
    """The records of one block."""

    def __init__(
        self,
        headings: ColumnHeadings,
        records: Records,
        line: int,
        numbers: RecordNumbers,
        *,
        cut_off: bool,
    ) -> None:
        """Tell the sound records from the others.

        Args:
            headings: Those of the table.
            records: At least one.
            line: Lines of the file before the block.
            numbers: Numbers the records of the table.
            cut_off: Whether the file ends inside the last record.
        """
        self._headings = headings
        self._records = records
        self._line = line
        self._cut_off = cut_off
        refused = not_for_polars(records, len(headings.names), headings.split)
        cells = _parsed(records, headings, refused)
        places = np.flatnonzero(~refused)
        filled = filled_rows(cells)
        counted = _with_text(records, refused)
        counted[places[~filled]] = False
        sound = filled & ~_not_rows(cells, headings)
        refused[places[~sound]] = True
        if not sound.all():
            cells, places = cells.filter(pl.Series(sound)), places[sound]
        self._refused: Flags = refused & counted
        self._numbers: Places = numbers.of(counted)
        self._cells = cells.select(name for name in headings.names if name)
        self._kept = places

    def chunk(self) -> Chunk:
        """Return the sound rows."""
        records, kept = self._records, self._kept

        def raw(places: Sequence[int]) -> list[str]:
            return [text_of(records.raw(int(kept[place]))) for place in places]

        lines = pl.Series(self._line + 1 + records.lines[kept], dtype=pl.Int64)
        numbers = pl.Series(self._numbers[kept], dtype=pl.Int64)
        return Chunk(self._cells, lines, numbers, raw, flawed=list(self._flawed()))

    def _flawed(self) -> Iterator[FlawedRow]:
        """Yield the refused rows of which each cell stands below its heading."""
        records, headings = self._records, self._headings
        for place in np.flatnonzero(self._refused).tolist():
            raw = records.raw(place)
            cells = headings.split(raw)
            if place in records.faults or len(cells) != len(headings.names):
                continue
            found = list(flaws(headings.names, raw, cells, None, cut_off=False))
            if not any(flaw.code == REPEATED_HEADINGS for flaw in found):
                texts = zip(headings.names, map(value_of, cells), strict=True)
                yield FlawedRow.of(int(self._numbers[place]), texts, found)

    def defects(self) -> Iterator[Defect]:
        """Yield the defects of the other rows, in order."""
        records, headings = self._records, self._headings
        for place in np.flatnonzero(self._refused).tolist():
            raw = records.raw(place)
            cells = headings.split(raw)
            line, number = self._line + 1 + int(records.lines[place]), int(self._numbers[place])
            patient = headings.patient_of(cells)
            row = RejectedRow(headings.table, line, number, patient, text_of(raw))
            cut_off = self._cut_off and place == records.starts.size - 1
            fault = records.faults.get(place)
            yield from row.defects(flaws(headings.names, raw, cells, fault, cut_off=cut_off))


def _with_text(records: Records, refused: Flags) -> Flags:
    """Return which records count: all but the refused ones that hold blanks only."""
    counted = ~refused
    for place in np.flatnonzero(refused).tolist():
        counted[place] = bool(records.raw(place).strip())
    return counted


def _parsed(records: Records, headings: ColumnHeadings, refused: Flags) -> pl.DataFrame:
    """Return the cells of the records that are not refused.

    Where Polars sees other rows than we do, the records with another number of cells than there
    are headings are refused as well, and then those that are left are split one by one.
    """
    body = records.joined(np.flatnonzero(~refused))
    cells = _by_polars(body, records, headings, int((~refused).sum()))
    if cells is None:
        refused |= records.cells != len(headings.names)
        body = records.joined(np.flatnonzero(~refused))
        cells = _by_polars(body, records, headings, int((~refused).sum()))
    if cells is None:
        places = np.flatnonzero(~refused).tolist()
        rows = [headings.split.values(records.raw(place)) for place in places]
        cells = pl.DataFrame(rows, schema=headings.schema, orient="row")
    may_have_blanks = _may_have_blanks(body, records.delimiter, cells.height)
    return without_blanks(cells) if may_have_blanks else cells


def _by_polars(
    body: bytes, records: Records, headings: ColumnHeadings, rows: int
) -> pl.DataFrame | None:
    """Let Polars read records; `None` where it does not see so many rows."""
    if not body:
        return pl.DataFrame(schema=headings.schema)
    try:
        cells = pl.read_csv(
            body,
            has_header=False,
            infer_schema=False,
            schema=headings.schema,
            separator=chr(records.delimiter),
            quote_char='"' if records.quotes.size else None,
        )
    except pl.exceptions.PolarsError:
        return None
    return cells if cells.height == rows else None


def _may_have_blanks(body: bytes, delimiter: int, rows: int) -> bool:
    """Return whether a cell may be blank without being empty.

    A cell that is not quoted can only begin with a blank behind a delimiter or a line break; so it
    mostly costs no more than a search for the characters that matter.
    """
    has_quotes = b'"' in body
    if b"\xa0" in body or (b"\t" in body and delimiter != ord("\t")):
        return True
    if has_quotes and b'""' in body:
        return True
    if has_quotes and (body.count(b"\n") > rows or body.count(b"\r") != body.count(b"\r\n")):
        return True
    if b" " not in body:
        return False
    buffer = np.frombuffer(body, np.uint8)
    before = buffer[np.flatnonzero(buffer == ord(" ")) - 1]
    begins = np.isin(before, np.frombuffer(b'\n"', np.uint8))
    return bool((before == delimiter).any() or begins.any())


def _not_rows(cells: pl.DataFrame, headings: ColumnHeadings) -> Flags:
    """Return which rows repeat the headings, or have something in a column without a heading."""
    columns = list(zip(headings.labels, headings.names, strict=True))
    wrong = _repeats(cells, columns)
    for label, name in columns:
        if not name:
            wrong |= cells.get_column(label).is_not_null()
    return wrong.to_numpy()


def _repeats(cells: pl.DataFrame, columns: Sequence[tuple[str, str]]) -> pl.Series:
    """Return which rows repeat the headings; the first named column tells whether to look at all.

    Args:
        cells: The rows.
        columns: Label and heading of each column.
    """
    label, name = next((label, name) for label, name in columns if name)
    wrong = cells.get_column(label).eq(name).fill_null(value=False)
    if not wrong.any():
        return wrong
    same = [
        pl.col(label).str.strip_chars(SPACES).eq_missing(pl.lit(name or None))
        for label, name in columns
    ]
    return wrong & cells.select(pl.all_horizontal(same)).to_series()
