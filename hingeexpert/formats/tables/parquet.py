"""Parquet files, read in slices.

Owns how a typed cell is written as text: a date in ISO form, a whole number without a decimal part,
a truth value as a word.
"""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from hingeexpert.errors import shown
from hingeexpert.formats.csv_cells import csv_line
from hingeexpert.formats.tables.by_name import scan_parquet
from hingeexpert.formats.tables.defects import CODES, Defect
from hingeexpert.formats.tables.guard import guarded
from hingeexpert.formats.tables.headings import Recogniser
from hingeexpert.formats.tables.refused import UnreadableError
from hingeexpert.formats.tables.screening import screened
from hingeexpert.formats.tables.table import (
    PATIENT,
    ROWS,
    Chunk,
    RecordNumbers,
    Table,
    filled_rows,
    rows_as_csv,
    without_blanks,
)
from hingeexpert.formats.tables.typed_block import KnownWords

MIDNIGHT = " 00:00:00"
"""What a date ends in that is read as a point in time."""
ALWAYS_ROWS, MOST_ROWS_OF_A_BYTE = 2_000_000, 20
"""Rows that any file may have, and how many for each of its bytes: every person takes some."""
_MEND = "it must be a Parquet file"
SMALL = 20_000
"""Rows for which it is not worth to find out which words are expected."""
MOST_WHOLE = 2**53
"""From here on not every whole number can be told from the next, as a float."""


class ParquetTable(Table):
    """A Parquet file."""

    def __init__(
        self,
        path: Path,
        name: str,
        patient: str = PATIENT,
        slice_rows: int = ROWS,
        known: Recogniser | None = None,
    ) -> None:
        """Read the schema.

        Args:
            path: The file.
            name: Name for defects.
            patient: Heading of the column with the patient's identifier.
            slice_rows: Rows that are read at a time.
            known: What headings are known; another column may hold lists, and is not read then.
        """
        super().__init__(name, patient)
        self._path = path
        self._slice = slice_rows
        self._known = KnownWords()
        try:
            with guarded(_MEND):
                schema, self._height = _foot(path)
        except UnreadableError as error:
            self.header_defects.append(self.defect(error.code, error.message))
            return
        nested = [name for name, dtype in schema.items() if _is_nested(dtype)]
        read = set(known.identifiers(nested)) if known is not None else nested
        for column in nested:
            kind = schema[column].base_type()
            if column in read:
                message = f"{CODES['nested_list']}; the column has the type {kind}"
                self.header_defects.append(self.defect("nested_list", message, column))
            else:
                holds = f"holds values of the type {kind} and was not read"
                self.notes.append(f"column {shown(column)} {holds}")
        self._flat = [name for name in schema if name not in nested]
        self._names = self._head(self._flat, csv_line(self._flat), None)

    def _blocks(self) -> Iterator[tuple[Chunk, list[Defect]]]:
        numbers = RecordNumbers()
        if self.words is not None and self._height > SMALL:
            self._known = KnownWords(dict(self.words()))
        for start in range(0, self._height, self._slice):
            try:
                with guarded(f"the rows from {start + 1} on could not be read"):
                    flat = scan_parquet(self._path).select(self._flat)
                    piece = flat.slice(start, self._slice).collect()
            except UnreadableError as error:
                yield self._nothing(), [self.defect(error.code, error.message)]
                return
            cells = self._as_text(piece)
            rows = pl.Series(numbers.of(filled_rows(cells)), dtype=pl.Int64)
            lines = pl.Series([None], dtype=pl.Int64).new_from_index(0, cells.height)
            yield screened(self, Chunk(cells, lines, rows, rows_as_csv(cells)))

    def _as_text(self, piece: pl.DataFrame) -> pl.DataFrame:
        """Return the columns that have a heading, as text or as words that are expected."""
        named = zip(piece, self._names, strict=True)
        cells = [self._cells(column, name).alias(name) for column, name in named if name]
        return without_blanks(pl.DataFrame(cells))

    def _cells(self, column: pl.Series, name: str) -> pl.Series:
        """Return a column as the words that are expected in it, or else as text."""
        text = as_text(column)
        words = self._known.by_heading.get(name)
        if words is None:
            return text
        known = text.cast(words, strict=False)
        if known.null_count() == text.null_count():
            return known
        del self._known.by_heading[name]
        return text


def _foot(path: Path) -> tuple[pl.Schema, int]:
    """Return what the foot of a file says of it: its columns, and how many rows there are.

    Raises:
        UnreadableError: It says that far more is in it than can be.
    """
    with path.open("rb") as file:
        schema = pl.read_parquet_schema(file)
    rows: int = scan_parquet(path).select(pl.len()).collect().item()
    if rows > max(ALWAYS_ROWS, MOST_ROWS_OF_A_BYTE * path.stat().st_size):
        raise UnreadableError(f"it says that it holds {rows:,} rows, and is too small for them")
    return pl.Schema(schema), rows


def _is_nested(dtype: pl.DataType) -> bool:
    """Return whether the values of a column are lists, groups or the like."""
    return dtype.is_nested() or dtype == pl.Object


def as_text(column: pl.Series) -> pl.Series:
    """Write a column of any flat type as text.

    Args:
        column: Numbers, truth values, dates, text; bytes count as text in UTF-8.

    Returns:
        Text: dates in ISO form, a time only where it is not midnight, whole numbers without
        decimals; not-a-number is a blank.
    """
    dtype = column.dtype
    if dtype.is_float():
        return _float_as_text(column)
    if isinstance(dtype, pl.Datetime):
        local = column.dt.replace_time_zone(None)
        text = local.dt.strftime("%Y-%m-%d %H:%M:%S").str.strip_suffix(MIDNIGHT)
        return text.alias(column.name)
    if dtype.is_decimal():
        return column.cast(pl.String).str.replace(r"\.0+$", "")
    if dtype == pl.Binary:
        texts = [
            cell if cell is None else cell.decode("utf-8", "backslashreplace") for cell in column
        ]
        return pl.Series(column.name, texts, dtype=pl.String)
    if dtype.is_temporal() and dtype != pl.Date:  # a duration, or a time of the day
        texts = [cell if cell is None else str(cell) for cell in column]
        return pl.Series(column.name, texts, dtype=pl.String)
    return column.cast(pl.String)


def _float_as_text(column: pl.Series) -> pl.Series:
    whole = (column == column.floor()) & (column.abs() < MOST_WHOLE)
    text = column.cast(pl.String).set(column.is_nan(), None)
    return text.zip_with(~whole.fill_null(value=False), whole_text(column))


def whole_text(column: pl.Series) -> pl.Series:
    """Write the whole numbers of a column without a decimal part; the others become null."""
    return column.cast(pl.Int64, strict=False).cast(pl.String)
