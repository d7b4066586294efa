"""Tables whose cells have types: Excel workbooks and Parquet files.

Owns how a typed cell is written as text: a date in ISO form, a whole number without a decimal part,
a truth value as a word.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import fastexcel
import polars as pl
from defusedxml import DefusedXmlException, ElementTree

from hingeexpert.formats.tables.defects import CODES, Defect, cut
from hingeexpert.formats.tables.screening import kept, screened
from hingeexpert.formats.tables.table import (
    PATIENT,
    ROWS,
    SPACES,
    Chunk,
    Table,
    blank_rows,
    csv_line,
    without_blanks,
)

_MIDNIGHT = " 00:00:00"
_PIECE = 1 << 20
_OVERLAP = 20
_ERROR_TYPE = re.compile(rb"\bt\s*=\s*[\"']e[\"']")


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
        self._errors: list[tuple[int, int]] = []
        self._start = 0
        try:
            workbook = fastexcel.read_excel(path.read_bytes())
            self._sheet = workbook.load_sheet(
                0, header_row=None, skip_rows=0, dtypes="string"
            ).to_polars()
            self._errors = _error_cells(path)
        except (fastexcel.FastExcelError, zipfile.BadZipFile, pl.exceptions.PolarsError):
            self.header_defects.append(
                self.defect(
                    "unreadable_file",
                    f"{CODES['unreadable_file']}; save it as an Excel workbook (.xlsx)",
                )
            )
            return
        if len(workbook.sheet_names) > 1:
            self.notes.append(
                f"the workbook has {len(workbook.sheet_names)} sheets; the first was read"
            )
        filled = (
            self._sheet.select(
                pl.any_horizontal(pl.all().str.strip_chars(SPACES) != "")
            ).to_series()
            if self._sheet.width
            else pl.Series()
        )
        self._start = int(filled.fill_null(value=False).arg_max() or 0) if filled.len() else 0
        cells = self._sheet.row(self._start) if self._sheet.height else ()
        headings = [cell or "" for cell in cells]
        self._names = self._head(headings, csv_line(headings), self._start + 1)

    def _blocks(self) -> Iterator[tuple[Chunk, list[Defect]]]:
        row = 0
        for start in range(self._start + 1, self._sheet.height, ROWS):
            piece = without_blanks(
                self._sheet.slice(start, ROWS).with_columns(pl.all().str.strip_suffix(_MIDNIGHT))
            )
            blank = blank_rows(piece)
            filled = pl.Series([True]).new_from_index(0, piece.height) if blank is None else ~blank
            errors = {
                place: spots
                for place, spots in self._errors_by_row().items()
                if start <= place < start + piece.height
            }
            filled = (
                filled
                | pl.Series(
                    [start + place in errors for place in range(piece.height)], dtype=pl.Boolean
                )
                if errors
                else filled
            )
            rows = filled.cast(pl.Int64).cum_sum() + row
            row = int(rows[-1])
            lines = pl.int_range(start + 1, start + 1 + piece.height, dtype=pl.Int64, eager=True)
            yield self._sound(Chunk(piece, lines, rows, _raw_of(piece)), errors, start)

    def _errors_by_row(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for row, column in self._errors:
            found.setdefault(row, []).append(column)
        return found

    def _sound(
        self, chunk: Chunk, errors: dict[int, list[int]], start: int
    ) -> tuple[Chunk, list[Defect]]:
        """Refuse rows that show an error, and those with something in a column without a
        heading.
        """
        piece, labels = chunk.cells, chunk.cells.columns
        wrong = pl.Series([False]).new_from_index(0, piece.height)
        for label, name in zip(labels, self._names, strict=True):
            if not name:
                wrong |= piece.get_column(label).is_not_null()
        wrong |= pl.Series(
            [start + place in errors for place in range(piece.height)], dtype=pl.Boolean
        )
        defects = [
            found
            for place in wrong.arg_true().to_list()
            for found in self._defects(chunk, place, errors.get(start + place, []))
        ]
        good = kept(chunk, piece, ~wrong)
        named = {label: name for label, name in zip(labels, self._names, strict=True) if name}
        good = Chunk(good.cells.select(list(named)).rename(named), good.lines, good.rows, good.raw)
        screened_chunk, others = screened(self, good)
        return screened_chunk, defects + others

    def _defects(self, chunk: Chunk, place: int, errors: Sequence[int]) -> Iterator[Defect]:
        cells = chunk.cells.row(place)
        where = self._names.index(self.patient) if self.patient in self._names else -1
        patient = cut((cells[where] or "").strip()) if where >= 0 else ""
        beyond = [spot for spot in errors if spot >= len(self._names)]
        for spot, (name, cell) in enumerate(
            [*zip(self._names, cells, strict=True), *(("", None) for _ in beyond[:1])]
        ):
            if spot in errors or spot == len(self._names):
                code, message = (
                    "error_value",
                    f"{CODES['error_value']}; write the value, or leave the cell empty",
                )
            elif not name and cell is not None:
                code, message = (
                    "blank_heading",
                    f"{CODES['blank_heading']}; column {spot + 1} needs one, or must be empty",
                )
            else:
                continue
            yield Defect(
                self.name,
                chunk.lines[place],
                chunk.rows[place],
                patient,
                name,
                cut(cell or ""),
                code,
                message,
                chunk.raw([place])[0],
            )


class ParquetTable(Table):
    """A Parquet file, read in slices."""

    def __init__(
        self, path: Path, name: str, patient: str = PATIENT, slice_rows: int = ROWS
    ) -> None:
        """Read the schema.

        Args:
            path: The file.
            name: Name for defects.
            patient: Heading of the column with the patient's identifier.
            slice_rows: Rows that are read at a time.
        """
        super().__init__(name, patient)
        self._path = path
        self._slice = slice_rows
        try:
            schema = pl.read_parquet_schema(path)
            self._height = pl.scan_parquet(path).select(pl.len()).collect().item()
        except pl.exceptions.PolarsError:
            self.header_defects.append(
                self.defect(
                    "unreadable_file", f"{CODES['unreadable_file']}; it must be a Parquet file"
                )
            )
            return
        headings = list(schema)
        self._names = self._head(headings, csv_line(headings), None)
        for column, dtype in schema.items():
            if dtype.is_nested() or dtype == pl.Object:
                message = f"{CODES['nested_list']}; the column has the type {dtype.base_type()}"
                self.header_defects.append(self.defect("nested_list", message, column))

    def _blocks(self) -> Iterator[tuple[Chunk, list[Defect]]]:
        row = 0
        for start in range(0, self._height, self._slice):
            try:
                piece = pl.scan_parquet(self._path).slice(start, self._slice).collect()
            except pl.exceptions.PolarsError:
                message = (
                    f"{CODES['unreadable_file']}; the rows from {start + 1} on could not be read"
                )
                yield self._nothing(), [self.defect("unreadable_file", message)]
                return
            cells = without_blanks(piece.select(as_text(column) for column in piece))
            cells = cells.select(
                pl.col(label).alias(name)
                for label, name in zip(cells.columns, self._names, strict=True)
                if name
            )
            blank = blank_rows(cells)
            filled = pl.Series([True]).new_from_index(0, cells.height) if blank is None else ~blank
            rows = filled.cast(pl.Int64).cum_sum() + row
            row = int(rows[-1])
            lines = pl.Series([None], dtype=pl.Int64).new_from_index(0, cells.height)
            yield screened(self, Chunk(cells, lines, rows, _raw_of(cells)))


def as_text(column: pl.Series) -> pl.Series:
    """Write a column of any flat type as text.

    Args:
        column: Numbers, truth values, dates, text; bytes count as text in UTF-8.

    Returns:
        Text: dates in ISO form, a time only where it is not midnight, whole numbers without
        decimals; not-a-number is a blank.
    """
    kind = column.dtype
    if kind.is_float():
        whole = (column == column.floor()) & (column.abs() < 2**53)
        return (
            column.cast(pl.String)
            .set(column.is_nan(), None)
            .zip_with(~whole.fill_null(value=False), whole_text(column))
        )
    if isinstance(kind, pl.Datetime):
        return (
            column.dt.replace_time_zone(None)
            .dt.strftime("%Y-%m-%d %H:%M:%S")
            .str.strip_suffix(_MIDNIGHT)
            .alias(column.name)
        )
    if kind.is_decimal():
        return column.cast(pl.String).str.replace(r"\.0+$", "")
    if kind == pl.Binary:
        return pl.Series(
            column.name,
            [cell if cell is None else cell.decode("utf-8", "backslashreplace") for cell in column],
            dtype=pl.String,
        )
    if kind.is_temporal() and kind != pl.Date:
        return pl.Series(
            column.name, [cell if cell is None else str(cell) for cell in column], dtype=pl.String
        )
    return column.cast(pl.String)


def whole_text(column: pl.Series) -> pl.Series:
    """Write the whole numbers of a column without a decimal part; the others become null."""
    return column.cast(pl.Int64, strict=False).cast(pl.String)


def _raw_of(cells: pl.DataFrame) -> "_Raw":
    return _Raw(cells)


class _Raw:
    """Writes rows as CSV lines, for tables that have no text of their own."""

    def __init__(self, cells: pl.DataFrame) -> None:
        self._cells = cells

    def __call__(self, places: Sequence[int]) -> list[str]:
        return [csv_line(self._cells.row(place)) for place in places]


def _error_cells(path: Path) -> list[tuple[int, int]]:
    """Return row and column, from 0, of the cells of the first sheet that show an error; these are
    read as blanks otherwise.

    Columns are counted from the first that holds anything, as the sheet is read.

    Raises:
        BadZipFile: The sheet cannot be found or read.
    """
    with zipfile.ZipFile(path) as parts:
        sheet = _first_sheet(parts)
        with parts.open(sheet) as text:
            if not _holds_error(text):
                return []
        found, filled, row, column = [], [], -1, -1
        try:
            with parts.open(sheet) as text:
                for event, element in ElementTree.iterparse(text, events=("start", "end")):
                    tag = _local(element.tag)
                    if event == "start" and tag == "row":
                        row, column = int(element.get("r", row + 2)) - 1, -1
                    elif event == "end" and tag == "c":
                        letters = element.get("r", "").rstrip("0123456789")
                        column = _column(letters) if letters else column + 1
                        if any(_local(part.tag) in ("v", "is") for part in element):
                            filled.append(column)
                            filled = [min(filled)]
                        if element.get("t") == "e":
                            found.append((row, column))
                    elif event == "end" and tag == "row":
                        element.clear()
        except (ElementTree.ParseError, DefusedXmlException):
            raise zipfile.BadZipFile from None
        first = min([*filled, *(column for _, column in found)])
        return [(row, column - first) for row, column in found]


def _holds_error(text: IO[bytes]) -> bool:
    """Return whether a sheet may hold an error, which is quicker to find out than where."""
    rest = b""
    while piece := text.read(_PIECE):
        if _ERROR_TYPE.search(rest + piece):
            return True
        rest = piece[-_OVERLAP:]
    return False


def _first_sheet(parts: zipfile.ZipFile) -> str:
    """Return the name of the part that holds the first sheet.

    Raises:
        BadZipFile: There is none.
    """
    try:
        sheets = ElementTree.fromstring(parts.read("xl/workbook.xml")).iter()
        first = next(element for element in sheets if _local(element.tag) == "sheet")
        identifier = next(value for key, value in first.items() if key.endswith("}id"))
        relations = ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels")).iter()
        target = next(
            relation.get("Target", "") for relation in relations if relation.get("Id") == identifier
        )
        return next(
            name for name in (target.removeprefix("/"), f"xl/{target}") if name in parts.namelist()
        )
    except (KeyError, StopIteration, ElementTree.ParseError, DefusedXmlException):
        raise zipfile.BadZipFile from None


def _local(tag: str) -> str:
    """Return the name of an element without its namespace."""
    return tag.rpartition("}")[2]


def _column(letters: str) -> int:
    """Return the place from 0 of a column named by letters."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
