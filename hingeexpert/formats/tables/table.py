"""The shape that every table has once it is read: chunks of rows whose cells are text, whatever
file they came from.

Owns the blank cell, the headings and the common conduct of tables. Knows nothing of files or of
what the cells mean.
"""

import csv
import io
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from hingeexpert.formats.tables.defects import CODES, Defect, cut

ROWS = 100_000
"""Most rows in a chunk."""

SPACES = " \t\r\n\u00a0"
"""Characters that alone leave a cell blank."""

PATIENT = "patient.id"
"""Heading of the column that says whose row it is."""


@dataclass(frozen=True)
class Chunk:
    """Some rows of a table, all of them structurally sound.

    Attributes:
        cells: One `String` column for each column of the table; null is a blank cell.
        lines: `Int64`: line of the file on which the row begins, from 1; for a sheet its row; null
            where a file has no lines.
        rows: `Int64`: number of the record, from 1, the headings not counted. Rejected rows keep
            their number; blank rows have none.
        raw: The text of the rows at these positions in the chunk, as it stands in the file.
        files: Name of the file of each row where it is not the table's name.
    """

    cells: pl.DataFrame
    lines: pl.Series
    rows: pl.Series
    raw: Callable[[Sequence[int]], list[str]]
    files: Sequence[str] | None = None

    def parts(self, rows: int) -> Iterator["Chunk"]:
        """Cut the chunk into parts of at most so many rows."""
        if self.cells.height <= rows:
            yield self
            return
        for start in range(0, self.cells.height, rows):
            yield self._part(start, rows)

    def _part(self, start: int, rows: int) -> "Chunk":
        def raw(places: Sequence[int]) -> list[str]:
            return self.raw([start + place for place in places])

        files = self.files and self.files[start : start + rows]
        return Chunk(
            self.cells.slice(start, rows),
            self.lines.slice(start, rows),
            self.rows.slice(start, rows),
            raw,
            files,
        )


class Table(ABC):
    """One table in a file or folder.

    Attributes:
        name: Name of the file, as defects show it.
        columns: Headings in order, without those that are blank. Where rows name their own columns,
            those of the first rows.
        encoding: Encoding of a text file, else `None`.
        delimiter: What separates the cells of a text table, else `None`.
        decimal_comma: Whether a number may be written with a comma for a point.
        notes: What a user should know of how the file was read, without anything from a cell.
        header_defects: Why the table cannot be read; with any, `chunks` gives nothing.
        own_columns: Whether each row names its columns itself, so that one that is not known is a
            slip of that row.
        share: How much of the file is read, 0 to 1; stays 0 where that is not known.
    """

    encoding: str | None = None
    delimiter: str | None = None
    decimal_comma: bool = False
    own_columns: bool = False
    share: float = 0.0

    def __init__(self, name: str, patient: str = PATIENT) -> None:
        """Make a table.

        Args:
            name: Name for defects.
            patient: Heading of the column with the patient's identifier.
        """
        self.name = name
        self.patient = patient
        self.columns: list[str] = []
        self.notes: list[str] = []
        self.header_defects: list[Defect] = []

    def chunks(self, rows: int = ROWS) -> Iterator[tuple[Chunk, list[Defect]]]:
        """Read the table from its beginning.

        Args:
            rows: Most rows in a chunk.

        Yields:
            Sound rows, and the defects of the others. The defects of a chunk lie between its own
            rows or just after the chunk before.
        """
        if self.header_defects:
            return
        found = False
        for chunk, defects in self._blocks():
            found = found or chunk.cells.height > 0 or bool(defects)
            for number, part in enumerate(chunk.parts(rows)):
                yield part, [] if number else defects
        if not found:
            yield (
                self._nothing(),
                [self.defect("no_rows", f"{CODES['no_rows']}; one row for each form is needed")],
            )

    def __iter__(self) -> Iterator[tuple[Chunk, list[Defect]]]:
        return self.chunks()

    @abstractmethod
    def _blocks(self) -> Iterator[tuple[Chunk, list[Defect]]]:
        """Read the table in pieces of any size."""

    def _nothing(self) -> Chunk:
        schema = dict.fromkeys(self.columns, pl.String)
        return Chunk(
            pl.DataFrame(schema=schema),
            pl.Series([], dtype=pl.Int64),
            pl.Series([], dtype=pl.Int64),
            lambda places: [],
        )

    def defect(
        self,
        code: str,
        message: str,
        column: str = "",
        value: str = "",
        raw: str = "",
        line: int | None = None,
    ) -> Defect:
        """Return a defect of the table as a whole."""
        return Defect(self.name, line, None, None, column, cut(value), code, message, raw)

    def _head(self, headings: Sequence[str], raw: str, line: int | None) -> list[str]:
        """Take the headings: set the columns, and the defect that makes the table unreadable.

        Returns:
            The headings without spaces around them; a blank one is empty.
        """
        names = [heading.strip(SPACES + "\ufeff") for heading in headings]
        self.columns = [name for name in names if name]
        for name in sorted(
            {name for name in self.columns if self.columns.count(name) > 1}, key=names.index
        ):
            places = " and ".join(
                str(place) for place, other in enumerate(names, 1) if other == name
            )
            message = f"columns {places} have the same heading; each heading may stand once"
            self.header_defects.append(
                self.defect("repeated_heading", message, name, raw=raw, line=line)
            )
        if not self.columns:
            self.header_defects.append(
                self.defect(
                    "empty_file", "no heading was found; the first line must hold the headings"
                )
            )
        return names


def ahead(chunks: Iterator[tuple[Chunk, list[Defect]]]) -> Iterator[tuple[Chunk, list[Defect]]]:
    """Yield chunks while the next one is read in another thread.

    Args:
        chunks: What `Table.chunks` gives; its errors are raised where their chunk would have come.
    """
    waiting: list[Any] = []

    def fetch() -> None:
        try:
            waiting.append(next(chunks, None))
        except BaseException as error:
            waiting.append(error)

    fetch()
    while True:
        found = waiting.pop()
        if found is None:
            return
        if isinstance(found, BaseException):
            raise found
        thread = threading.Thread(target=fetch)
        thread.start()
        yield found
        thread.join()


def without_blanks(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the cells with null for each that is empty or holds spaces only."""
    low = pl.all() < "!"
    spaced = (
        cells.select((low | pl.all().str.starts_with("\u00a0")).any()).row(0)
        if cells.height
        else ()
    )
    names = [name for name, any_spaced in zip(cells.columns, spaced, strict=False) if any_spaced]
    return cells.with_columns(
        pl.when(pl.col(name).str.strip_chars(SPACES) != "").then(pl.col(name)) for name in names
    )


def blank_rows(cells: pl.DataFrame) -> pl.Series | None:
    """Return which rows hold nothing, or `None` where none does."""
    if not cells.height or any(column.null_count() == 0 for column in cells):
        return None
    blank = cells.select(pl.all_horizontal(pl.all().is_null())).to_series()
    return blank if blank.any() else None


def csv_line(cells: Sequence[str | None]) -> str:
    """Write cells as one line of CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(["" if cell is None else cell for cell in cells])
    return text.getvalue()
