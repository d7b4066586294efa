"""Workbooks of Excel and LibreOffice: a sheet as a table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from hingeexpert.formats.csv_cells import csv_line
from hingeexpert.formats.tables.defects import CODES, Defect, Flaw, RejectedRow, cut
from hingeexpert.formats.tables.excel_errors import SheetMarks
from hingeexpert.formats.tables.headings import FIRST_ROWS, Found, Recogniser, find_headings
from hingeexpert.formats.tables.parquet import MIDNIGHT
from hingeexpert.formats.tables.refused import UnreadableError
from hingeexpert.formats.tables.screening import blank_heading, screened
from hingeexpert.formats.tables.table import (
    PATIENT,
    ROWS,
    SPACES,
    Chunk,
    FlawedRow,
    RecordNumbers,
    Table,
    filled_rows,
    rows_as_csv,
    without_blanks,
)
from hingeexpert.formats.tables.workbook import Workbook

_CLOCK = r" \d\d:\d\d:\d\d(\.\d+)?$"
"""What a date ends in that has a time."""
_MENDS = {
    "error_value": "write the value, or leave the cell empty",
    "not_calculated": "open the file in a spreadsheet and save it there, or write the value",
}
_NO_ERRORS: dict[int, str] = {}


class ExcelTable(Table):
    """A sheet of a workbook.

    A sheet is read as a whole: it has at most 1,048,576 rows.

    Attributes:
        found: Where its headings stand.
        is_damaged: Whether its cells cannot be read.
    """

    def __init__(
        self,
        book: Workbook,
        sheet: str,
        name: str,
        patient: str = PATIENT,
        known: Recogniser | None = None,
    ) -> None:
        """Read the sheet and its headings.

        Args:
            book: The workbook.
            sheet: Name of the sheet.
            name: Name for defects.
            patient: Heading of the column with the patient's identifier.
            known: What headings are known; without it they are the first row that is not blank.
        """
        super().__init__(name, patient)
        self._sheet, self._marks = pl.DataFrame(), SheetMarks()
        self._first = 0
        self.found, self.is_damaged = Found(), False
        try:
            cells, self._marks = book.read(sheet)
        except UnreadableError as error:
            self.header_defects.append(self.defect(error.code, error.message))
            self.is_damaged = True
            return
        self._sheet = _as_seen(_without_midnights(cells), self._marks)
        self._find_headings(known)
        self._tell_hidden(sheet in book.hidden)

    @property
    def is_blank(self) -> bool:
        """Whether the sheet holds nothing."""
        return not self.columns and not self.found.place

    @property
    def has_rows(self) -> bool:
        """Whether anything stands below the headings."""
        below = self._sheet.slice(self._first)
        return bool(filled_rows(without_blanks(below)).any()) or bool(self._errors_from_first())

    def _errors_from_first(self) -> list[int]:
        return [row for row in self._marks.wrong if row >= self._first]

    def _find_headings(self, known: Recogniser | None) -> None:
        places = _first_filled(self._sheet)
        rows = [[(cell or "").strip(SPACES) for cell in self._sheet.row(at)] for at in places]
        self.found = find_headings(rows, known)
        headings, line = list[str](), 1
        if rows:
            headings, line = rows[self.found.place], places[self.found.place] + 1
            self._first = places[self.found.place + self.found.below] + 1
        self._names = self._head(headings, csv_line(headings), line)
        self.notes += self.found.notes([place + 1 for place in places])

    def _tell_hidden(self, hidden_sheet: bool) -> None:
        """Note that what is hidden was read as well."""
        if hidden_sheet:
            self.notes.append("the sheet is hidden, and was read as well")
        named = [place for place, name in enumerate(self._names) if name]
        columns = len(self._marks.hidden_columns.intersection(named))
        for count, what in ((self._hidden_rows(), "row"), (columns, "column")):
            if count == 1:
                self.notes.append(f"a hidden {what} was read as well")
            elif count:
                self.notes.append(f"{count} hidden {what}s were read as well")

    def _hidden_rows(self) -> int:
        """Count the hidden rows below the headings that hold something."""
        below = range(self._first, self._sheet.height)
        rows = sorted(self._marks.hidden_rows.intersection(below))
        return int(filled_rows(without_blanks(self._sheet[rows])).sum()) if rows else 0

    def _blocks(self) -> Iterator[tuple[Chunk, list[Defect]]]:
        numbers = RecordNumbers()
        for start in range(self._first, self._sheet.height, ROWS):
            piece = without_blanks(self._sheet.slice(start, ROWS))
            errors = self._errors_between(start, start + piece.height)
            filled = filled_rows(piece)
            filled[list(errors)] = True
            rows = pl.Series(numbers.of(filled), dtype=pl.Int64)
            lines = pl.int_range(start + 1, start + 1 + piece.height, dtype=pl.Int64, eager=True)
            yield self._sound(Chunk(piece, lines, rows, rows_as_csv(piece)), errors)

    def _errors_between(self, start: int, end: int) -> dict[int, dict[int, str]]:
        """Return the errors in some rows of the sheet, with their rows counted from the first of
        these.
        """
        rows = (row for row in self._marks.wrong if start <= row < end)
        return {row - start: self._marks.wrong[row] for row in rows}

    def _sound(
        self, chunk: Chunk, errors: Mapping[int, Mapping[int, str]]
    ) -> tuple[Chunk, list[Defect]]:
        """Refuse rows that show an error, and those with something in a column without a
        heading.
        """
        wrong = self._without_heading(chunk.cells)
        wrong[list(errors)] = True
        defects: list[Defect] = []
        flawed: list[FlawedRow] = []
        for place in np.flatnonzero(wrong).tolist():
            row = chunk.cells.row(place)
            flaws = list(self._flaws(row, errors.get(place, _NO_ERRORS)))
            defects += self._rejected(chunk, place, row).defects(flaws)
            named_cells = zip(self._names, row, strict=True)
            flawed.append(FlawedRow.of(chunk.rows[place], named_cells, flaws))
        good = chunk.where(pl.Series(~wrong))
        named = replace(good, cells=self._named(good.cells), flawed=flawed)
        sound, others = screened(self, named)
        return sound, defects + others

    def _named(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Return the columns that have a heading, named by it."""
        names = dict(zip(cells.columns, self._names, strict=True))
        named = {label: name for label, name in names.items() if name}
        return cells.select(list(named)).rename(named)

    def _without_heading(self, piece: pl.DataFrame) -> np.ndarray:
        """Return which rows have something in a column without a heading."""
        wrong = np.zeros(piece.height, bool)
        for column, name in zip(piece, self._names, strict=True):
            if not name:
                wrong |= column.is_not_null().to_numpy()
        return wrong

    def _rejected(self, chunk: Chunk, place: int, cells: Sequence[str | None]) -> RejectedRow:
        patient = ""
        if self.patient in self._names:
            patient = cut((cells[self._names.index(self.patient)] or "").strip())
        return chunk.rejected_row(place, self.name, patient)

    def _flaws(self, cells: Sequence[str | None], errors: Mapping[int, str]) -> Iterator[Flaw]:
        """Yield what is wrong with a row; its errors beyond the last heading are told once."""
        for column, (name, cell) in enumerate(zip(self._names, cells, strict=True)):
            if column in errors:
                yield _without_value(name, cell or "", errors[column])
            elif not name and cell is not None:
                yield blank_heading(cell, column + 1)
        beyond = [code for column, code in errors.items() if column >= len(self._names)]
        if beyond:
            yield _without_value("", "", beyond[0])


def _without_value(column: str, cell: str, code: str) -> Flaw:
    """Say that a cell shows no value that could be read."""
    return Flaw(column, cell, code, f"{CODES[code]}; {_MENDS[code]}")


def _first_filled(sheet: pl.DataFrame) -> list[int]:
    """Return the places of the first rows that are not blank."""
    if not sheet.width:
        return []
    filled = sheet.select(pl.any_horizontal(pl.all().str.strip_chars(SPACES) != "")).to_series()
    return filled.fill_null(value=False).arg_true().head(FIRST_ROWS).to_list()


def _without_midnights(cells: pl.DataFrame) -> pl.DataFrame:
    """Return dates without a time, in columns that hold no other time of the day."""
    if not cells.height:
        return cells
    at_midnight = pl.all().str.ends_with(MIDNIGHT)
    names = _columns_with(cells, at_midnight)
    timed = _columns_with(cells.select(names), pl.all().str.contains(_CLOCK) & ~at_midnight)
    only = [name for name in names if name not in timed]
    return cells.with_columns(pl.col(only).str.strip_suffix(MIDNIGHT)) if only else cells


def _columns_with(cells: pl.DataFrame, flag: pl.Expr) -> list[str]:
    """Return the columns of which a cell has a flag set."""
    if not cells.width:
        return []
    return [name for name, any_ in cells.select(flag.any()).to_dicts()[0].items() if any_]


def _as_seen(cells: pl.DataFrame, marks: SheetMarks) -> pl.DataFrame:
    """Return numbers with the zeros before them that the sheet shows."""
    for column, digits_by_row in _by_column(marks.zeros).items():
        if column < cells.width:
            texts = cells.to_series(column)
            seen = [
                cell.zfill(digits_by_row.get(row, 0)) if cell and cell.isdecimal() else cell
                for row, cell in enumerate(texts)
            ]
            cells = cells.with_columns(pl.Series(texts.name, seen, dtype=pl.String))
    return cells


def _by_column(by_row: Mapping[int, Mapping[int, int]]) -> dict[int, dict[int, int]]:
    """Return column to row to digits, given row to column to digits."""
    by_column: dict[int, dict[int, int]] = {}
    for row, columns in by_row.items():
        for column, digits in columns.items():
            by_column.setdefault(column, {})[row] = digits
    return by_column
