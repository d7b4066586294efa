"""Excel workbooks: the first sheet as a table."""

import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import fastexcel
import numpy as np
import polars as pl

from hingeexpert.formats.tables.defects import CODES, Defect, Flaw, cut
from hingeexpert.formats.tables.excel_errors import error_cells
from hingeexpert.formats.tables.parquet import MIDNIGHT
from hingeexpert.formats.tables.screening import blank_heading, screened
from hingeexpert.formats.tables.table import (
    PATIENT,
    ROWS,
    SPACES,
    Chunk,
    RecordNumbers,
    Table,
    csv_line,
    filled_rows,
    rows_as_csv,
    without_blanks,
)


class ExcelTable(Table):
    """The first sheet of an Excel workbook.

    A sheet is read as a whole: it has at most 1,048,576 rows.
    """

    def __init__(self, path: Path, name: str, patient: str = PATIENT) -> None:
        """Read the sheet and its headings: the first row that is not blank.

        Args:
            path: The workbook.
            name: Name for defects.
            patient: Heading of the column with the patient's identifier.
        """
        super().__init__(name, patient)
        self._sheet = pl.DataFrame()
        self._errors: dict[int, list[int]] = {}
        self._start = 0
        try:
            self._load(path)
        except (fastexcel.FastExcelError, zipfile.BadZipFile, pl.exceptions.PolarsError):
            message = f"{CODES['unreadable_file']}; save it as an Excel workbook (.xlsx)"
            self.header_defects.append(self.defect("unreadable_file", message))
            return
        self._start = _first_filled(self._sheet)
        cells = self._sheet.row(self._start) if self._sheet.height else ()
        headings = [cell or "" for cell in cells]
        self._names = self._head(headings, csv_line(headings), self._start + 1)

    def _load(self, path: Path) -> None:
        """Read the cells of the sheet, and which of them show an error."""
        workbook = fastexcel.read_excel(path.read_bytes())
        sheet = workbook.load_sheet(0, header_row=None, skip_rows=0, dtypes="string")
        self._sheet = sheet.to_polars()
        self._errors = error_cells(path)
        sheets = len(workbook.sheet_names)
        if sheets > 1:
            self.notes.append(f"the workbook has {sheets} sheets; the first was read")

    def _blocks(self) -> Iterator[tuple[Chunk, list[Defect]]]:
        numbers = RecordNumbers()
        for start in range(self._start + 1, self._sheet.height, ROWS):
            piece = self._sheet.slice(start, ROWS)
            piece = without_blanks(piece.with_columns(pl.all().str.strip_suffix(MIDNIGHT)))
            errors = self._errors_between(start, start + piece.height)
            filled = filled_rows(piece)
            filled[list(errors)] = True
            rows = pl.Series(numbers.of(filled), dtype=pl.Int64)
            lines = pl.int_range(start + 1, start + 1 + piece.height, dtype=pl.Int64, eager=True)
            yield self._sound(Chunk(piece, lines, rows, rows_as_csv(piece)), errors)

    def _errors_between(self, start: int, end: int) -> dict[int, list[int]]:
        """Return the errors in some rows of the sheet, with their rows counted from the first of
        these.
        """
        rows = (row for row in self._errors if start <= row < end)
        return {row - start: self._errors[row] for row in rows}

    def _sound(
        self, chunk: Chunk, errors: Mapping[int, Sequence[int]]
    ) -> tuple[Chunk, list[Defect]]:
        """Refuse rows that show an error, and those with something in a column without a
        heading.
        """
        wrong = self._without_heading(chunk.cells)
        wrong[list(errors)] = True
        defects: list[Defect] = []
        for place in np.flatnonzero(wrong).tolist():
            defects += self._defects(chunk, place, errors.get(place, ()))
        good = chunk.where(pl.Series(~wrong))
        labels = zip(chunk.cells.columns, self._names, strict=True)
        named = {label: name for label, name in labels if name}
        cells = good.cells.select(list(named)).rename(named)
        sound, others = screened(self, Chunk(cells, good.lines, good.rows, good.raw))
        return sound, defects + others

    def _without_heading(self, piece: pl.DataFrame) -> np.ndarray:
        """Return which rows have something in a column without a heading."""
        wrong = np.zeros(piece.height, bool)
        for column, name in zip(piece, self._names, strict=True):
            if not name:
                wrong |= column.is_not_null().to_numpy()
        return wrong

    def _defects(self, chunk: Chunk, place: int, errors: Sequence[int]) -> Iterator[Defect]:
        cells = chunk.cells.row(place)
        patient = ""
        if self.patient in self._names:
            patient = cut((cells[self._names.index(self.patient)] or "").strip())
        row = chunk.rejected_row(place, self.name, patient)
        return row.defects(self._flaws(cells, errors))

    def _flaws(self, cells: Sequence[str | None], errors: Collection[int]) -> Iterator[Flaw]:
        """Yield what is wrong with a row; its errors beyond the last heading are told once."""
        message = f"{CODES['error_value']}; write the value, or leave the cell empty"
        for column, (name, cell) in enumerate(zip(self._names, cells, strict=True)):
            if column in errors:
                yield Flaw(name, cell or "", "error_value", message)
            elif not name and cell is not None:
                yield blank_heading(cell, column + 1)
        if any(column >= len(self._names) for column in errors):
            yield Flaw("", "", "error_value", message)


def _first_filled(sheet: pl.DataFrame) -> int:
    """Return the place of the first row that is not blank; 0 where there is none."""
    if not sheet.width:
        return 0
    filled = sheet.select(pl.any_horizontal(pl.all().str.strip_chars(SPACES) != "")).to_series()
    return int(filled.fill_null(value=False).arg_max() or 0)
