"""The shape that every table has once it is read: chunks of rows whose cells are text, whatever
file they came from.

Owns the blank cell, the headings and the common conduct of tables. Knows nothing of files or of
what the cells mean.
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hingeexpert.formats.csv_cells import csv_line
from hingeexpert.formats.tables.defects import (
    CODES,
    MOST_RAW,
    Defect,
    Flaw,
    RejectedRow,
    cut,
)

ROWS = 250_000
"""Most rows in a chunk."""

SPACES = " \t\r\n\u00a0"
"""Characters that alone leave a cell blank."""

PATIENT = "patient.id"
"""Heading of the column that says whose row it is."""

Flags = NDArray[np.bool_]
Places = NDArray[np.int64]
RawRows = Callable[[Sequence[int]], list[str]]
"""Gives the text of the rows at these positions, as it stands in the file."""


@dataclass(frozen=True)
class FlawedRow:
    """A row that is refused for some of its cells, as far as the others can be told apart.

    Attributes:
        row: Number of the record, as in a chunk.
        cells: Heading to text of the cells that can be read; `None` is a blank.
        unread: Headings of the others; an empty one where it is not known under which heading
            something stands.
        file: Name of the file of the row where it is not the table's name.
    """

    row: int
    cells: Mapping[str, str | None]
    unread: frozenset[str]
    file: str | None = None

    @classmethod
    def of(
        cls,
        row: int,
        cells: Iterable[tuple[str, str | None]],
        flaws: Iterable[Flaw],
        file: str | None = None,
    ) -> "FlawedRow":
        """Return a row without the cells that something is wrong with.

        Args:
            row: Number of the record.
            cells: Every heading with what stands below it.
            flaws: What is wrong with some of them.
            file: Name of the file of the row.
        """
        unread = frozenset(flaw.column for flaw in flaws)
        sound = {
            name: None if text is None or not text.strip(SPACES) else text
            for name, text in cells
            if name and name not in unread
        }
        return cls(row, sound, unread, file)


@dataclass(frozen=True)
class Chunk:
    """Some rows of a table, all of them structurally sound.

    Attributes:
        cells: One column for each column of the table, `String` or the words that were expected
            (`Table.words`); null is a blank cell.
        lines: `Int64`: line of the file on which the row begins, from 1; for a sheet its row; null
            where a file has no lines.
        rows: `Int64`: number of the record, from 1, the headings not counted. Rejected rows keep
            their number; blank rows have none.
        raw: The text of the rows at these positions in the chunk, as it stands in the file.
        files: Name of the file of each row where it is not the table's name.
        flawed: Rows beside these that are refused for some of their cells.
    """

    cells: pl.DataFrame
    lines: pl.Series
    rows: pl.Series
    raw: RawRows
    files: Sequence[str] | None = None
    flawed: Sequence[FlawedRow] = ()

    def where(self, keep: pl.Series) -> "Chunk":
        """Return the rows for which a flag is set."""
        places = keep.arg_true().to_list()

        def raw(kept: Sequence[int]) -> list[str]:
            return self.raw([places[place] for place in kept])

        files = None if self.files is None else [self.files[place] for place in places]
        cells, lines = self.cells.filter(keep), self.lines.filter(keep)
        return Chunk(cells, lines, self.rows.filter(keep), raw, files, self.flawed)

    def rejected_row(self, place: int, table: str, patient: str | None) -> RejectedRow:
        """Return the row at a position, as its defects name it.

        Args:
            place: Position in the chunk, from 0.
            table: Name of the table, for rows without a file of their own.
            patient: Whose row it is, where that is known.
        """
        file = self.files[place] if self.files else table
        return RejectedRow(file, self.lines[place], self.rows[place], patient, self.raw([place])[0])

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
            () if start else self.flawed,
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
        kept: What must last as long as the table: the folder that its file was unpacked to.
        words: Gives heading to the words that may be expected below it. A table may read these
            columns into them where nothing else stands there, instead of into text.
    """

    encoding: str | None = None
    delimiter: str | None = None
    decimal_comma: bool = False
    own_columns: bool = False
    share: float = 0.0
    kept: object = None
    words: Callable[[], Mapping[str, pl.Enum]] | None = None

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
        any_rows = False
        for chunk, defects in self._blocks():
            any_rows = any_rows or chunk.cells.height > 0 or bool(defects)
            for number, part in enumerate(chunk.parts(rows)):
                yield part, [] if number else defects
        if not any_rows:
            message = f"{CODES['no_rows']}; one row for each form is needed"
            yield self._nothing(), [self.defect("no_rows", message)]

    def afterwards(self) -> Iterable[str]:
        """Return what a user should know once the table was read to its end."""
        return ()

    def __iter__(self) -> Iterator[tuple[Chunk, list[Defect]]]:
        return self.chunks()

    @abstractmethod
    def _blocks(self) -> Iterator[tuple[Chunk, list[Defect]]]:
        """Read the table in pieces of any size."""

    def _nothing(self) -> Chunk:
        cells = pl.DataFrame(schema=dict.fromkeys(self.columns, pl.String))
        none = pl.Series([], dtype=pl.Int64)
        return Chunk(cells, none, none, lambda places: [])

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
        place, cell = (self.name, line, None, None), (column, cut(value))
        return Defect(*place, *cell, code, message, cut(raw, MOST_RAW))

    def _head(self, headings: Sequence[str], raw: str, line: int | None) -> list[str]:
        """Take the headings: set the columns, and the defect that makes the table unreadable.

        Returns:
            The headings without spaces around them; a blank one is empty, and the second of two
            that are the same is `Heading (2)`.
        """
        names = [heading.strip(SPACES + "\ufeff") for heading in headings]
        names = _numbered(names)
        self.columns = [name for name in names if name]
        if not self.columns:
            message = "no heading was found; the first line must hold the headings"
            self.header_defects.append(self.defect("empty_file", message))
        return names


def _numbered(names: Sequence[str]) -> list[str]:
    """Return the headings with a number behind each that has stood before: `Comment (2)`."""
    taken, seen = set(names), set[str]()
    numbered: list[str] = []
    for name in names:
        new, count = name, 1
        while name and new in (seen if count == 1 else taken):
            count += 1
            new = f"{name} ({count})"
        seen.add(new)
        taken.add(new)
        numbered.append(new)
    return numbered


class RecordNumbers:
    """Numbers the records of one table, piece by piece, from 1."""

    def __init__(self) -> None:
        self._last = 0

    def of(self, filled: Flags) -> Places:
        """Return the number of each row of the next piece; a row that is not filled counts for
        none, and bears the number of the row before it.
        """
        numbers: Places = self._last + np.cumsum(filled, dtype=np.int64)
        self._last = int(numbers[-1])
        return numbers


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
        chunk = waiting.pop()
        if chunk is None:
            return
        if isinstance(chunk, BaseException):
            raise chunk
        thread = threading.Thread(target=fetch)
        thread.start()
        yield chunk
        thread.join()


def frame_of_rows(columns: Sequence[str], rows: Sequence[Mapping[str, str | None]]) -> pl.DataFrame:
    """Return rows that name their columns as a frame with these columns and all of theirs."""
    names = dict.fromkeys(columns)
    for row in rows:
        names |= dict.fromkeys(row)
    schema = dict.fromkeys(names, pl.String)
    return pl.from_dicts(rows, schema) if rows else pl.DataFrame(schema=schema)


def without_blanks(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the cells with null for each that is empty or holds spaces only."""
    if not cells.height:
        return cells
    # Only a column with a cell that is empty or begins with a blank need be looked through. Below
    # "!" lie the space, what moves a cursor, and the empty text.
    text = cells.select(pl.col(pl.String))
    begins_blank = (pl.all() < "!") | pl.all().str.starts_with("\u00a0")
    any_blank = text.select(begins_blank.any()).row(0) if text.width else ()
    columns = zip(text.columns, any_blank, strict=True)
    names = [name for name, any_blank in columns if any_blank]
    return cells.with_columns(
        pl.when(pl.col(name).str.strip_chars(SPACES) != "").then(pl.col(name)) for name in names
    )


def filled_rows(cells: pl.DataFrame) -> Flags:
    """Return which rows hold anything; a blank cell must be null."""
    if not cells.height or any(column.null_count() == 0 for column in cells):
        return np.ones(cells.height, bool)  # the common case, and much quicker to see
    anything = cells.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    return anything.to_numpy(writable=True)


def rows_as_csv(cells: pl.DataFrame) -> RawRows:
    """Return what writes rows as lines of CSV, for tables that have no text of their own."""

    def raw(places: Sequence[int]) -> list[str]:
        return [csv_line(cells.row(place)) for place in places]

    return raw
