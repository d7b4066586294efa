"""From the text of cells to answers of the right type, and every defect on the way.

Owns the rows that are refused, and why. Reads no file and judges nothing.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Headings
from functools import partial
from typing import NamedTuple

import numpy as np
import polars as pl

from hingeexpert.batch.cells import CellKind, cell_kind
from hingeexpert.batch.contradicting import contradicting
from hingeexpert.batch.expected_words import ExpectedWords, expected_words
from hingeexpert.batch.kept import kept_headings, without_kept
from hingeexpert.batch.layout import Layout, layout, retired_heading_slip
from hingeexpert.batch.mapping import Mapping, identifiers
from hingeexpert.batch.slips import Refused, RejectedCells, Slip
from hingeexpert.errors import shown
from hingeexpert.formats.tables.defects import FEW_OF_A_ROW, MANY, MOST_OF_A_ROW, Defect, Flaw
from hingeexpert.formats.tables.table import (
    PATIENT,
    Chunk,
    FlawedRow,
    Table,
    frame_of_rows,
)
from hingeexpert.inference.columns import Columns

UNKNOWN = "unknown_identifier"
"""Code of what stands below a name that is not known."""
NO_COLUMNS: Headings[str, str] = {}
"""No column is kept."""


class ReadRows(NamedTuple):
    """Rows that were read.

    Attributes:
        rows: Those without a defect: `row`, `file` where each has its own, the free columns that
            the table has, and the answers with the types that `Columns` asks for.
        defects: Every defect of the others, by row and then by column.
        rejected: The others.
    """

    rows: pl.DataFrame
    defects: list[Defect]
    rejected: RejectedCells


class CellReader:
    """Reads the cells of one table."""

    def __init__(
        self,
        columns: Columns,
        table: Layout,
        mapping: Mapping,
        file: str,
        *,
        decimal_comma: bool = False,
        own_columns: bool = False,
        kept: Headings[str, str] = NO_COLUMNS,
    ) -> None:
        """Prepare for a table.

        Args:
            columns: The expressions of a knowledge base, for the types of answers and for findings
                that contradict their form.
            table: What the columns of the table are.
            mapping: What other labels mean, and how dates are written.
            file: Name of the table for defects.
            decimal_comma: Whether numbers may be written with a comma.
            own_columns: Whether a row names its columns itself, so that one that is not known is a
                slip of that row.
            kept: Columns that stand in the rows as they are, and their headings.
        """
        self._kept = kept
        self._columns = columns
        self._table = table
        self._file = file
        self._own_columns = own_columns
        self._mapping = mapping
        self._expected: dict[str, ExpectedWords] = {}
        self._kinds: dict[str, CellKind] = {
            name: cell_kind(columns, name, mapping, decimal_comma=decimal_comma)
            for name in table.columns
        }

    def read(self, chunk: Chunk) -> ReadRows:
        """Read some rows.

        Args:
            chunk: The rows as text.
        """
        rows, refused = self._told(chunk)
        if not refused:
            return ReadRows(rows, [], RejectedCells(rows.clear(), []))
        places = sorted({cell.place for cell in refused})
        bad = np.zeros(rows.height, bool)
        bad[places] = True
        defects = list(self._defects(chunk, refused))
        if not bad.all():
            among = {place: number for number, place in enumerate(places)}
            refused = [cell._replace(place=among[cell.place]) for cell in refused]
        return ReadRows(rows.filter(~bad), defects, RejectedCells(rows.filter(bad), refused))

    def flawed(self, flawed: Sequence[FlawedRow], cells: pl.DataFrame) -> RejectedCells:
        """Read what can be read of rows that are refused already.

        Args:
            flawed: The rows.
            cells: Their cells, one column for each of the table.
        """
        numbers = pl.Series([row.row for row in flawed], dtype=pl.Int64)
        own = any(row.file for row in flawed)
        files = [row.file or self._file for row in flawed] if own else None
        rows, refused = self._told(Chunk(cells, numbers, numbers, lambda _: [], files))
        return RejectedCells(rows, [*refused, *self._unread(flawed)])

    def _unread(self, flawed: Sequence[FlawedRow]) -> Iterator[Refused]:
        """Yield the cells of refused rows that cannot be read. What stands below no heading of a
        table is no answer; on a form it may be one to any question.
        """
        names = {heading: name for name, heading in self._table.columns.items()}
        for place, row in enumerate(flawed):
            for heading in row.unread:
                if self._own_columns:
                    yield from (Refused(place, *cell) for cell in self._meant(heading))
                elif heading in names:
                    yield Refused(place, names[heading], "", Slip("unread", ""))

    def _meant(self, key: str) -> Iterator[tuple[str, str, Slip]]:
        """Yield the questions that a key of a form may answer: itself, those of its part, or that
        which it lies below; none of them known, any question.
        """
        known = identifiers(self._columns.knowledge)
        meant = [name for name in known if f"{name}.".startswith(f"{key}.")]
        meant += [name for name in known if key.startswith(f"{name}.")]
        yield from ((name, "", Slip("unread", "")) for name in meant if key)
        if not key or not meant:
            yield key, "", Slip(UNKNOWN, "")

    def _told(self, chunk: Chunk) -> tuple[pl.DataFrame, list[Refused]]:
        """Return every row with its types, and every cell that is refused; it is null."""
        refused: list[Refused] = []
        rows = self._read(chunk, refused)
        if self._own_columns:
            refused += self._unknown(chunk)
        refused += contradicting(self._columns, rows)
        return rows, refused

    def _read(self, chunk: Chunk, refused: list[Refused]) -> pl.DataFrame:
        """Return every row with its types; a cell that is refused is null, and added to these."""
        read: dict[str, pl.Series] = {"row": chunk.rows}
        if chunk.files:
            read["file"] = pl.Series("file", chunk.files, pl.String)
        for name, heading in self._table.columns.items():
            column = chunk.cells[heading]
            if isinstance(column.dtype, pl.Enum):
                read[name] = self._expected[name].answers(column).alias(name)
                continue
            read[name], cells = _read_column(name, column, self._kinds[name])
            refused += cells
        for name, heading in self._kept.items():
            read[name] = chunk.cells[heading].alias(name)
        refused += self._not_asked(chunk, read)
        if PATIENT not in read:
            read[PATIENT] = pl.Series(PATIENT, [None] * len(chunk.rows), pl.String)
        refused += self._without_id(chunk)
        return pl.DataFrame(read)

    def words(self) -> dict[str, pl.Enum]:
        """Return heading to the words that are expected below it: those that stand for answers."""
        for name, heading in self._table.columns.items():
            kind, labels = self._kinds[name], self._mapping.values.get(name, {})
            read = partial(_read_words, kind)
            words = expected_words([*labels, *kind.spellings()], read, kind.dtype, heading)
            if words is not None:
                self._expected[name] = words
        columns = self._table.columns
        return {columns[name]: words.dtype for name, words in self._expected.items()}

    def _without_id(self, chunk: Chunk) -> Iterator[Refused]:
        """Yield the blank identifiers of patients; without a column for them, one for each row.

        A word of the table's system for no answer is no identifier: all whom it stands for would
        become one person.
        """
        slip = Slip("missing_id", f"{PATIENT} is blank; every row needs one")
        heading = self._table.columns.get(PATIENT)
        if heading is None:
            yield from (Refused(place, PATIENT, "", slip) for place in range(len(chunk.rows)))
            return
        cells = chunk.cells[heading]
        nobody = cells.is_in(list(self._mapping.nobody))
        for place in (cells.is_null() | nobody).arg_true():
            yield Refused(place, PATIENT, "", slip)

    def _not_asked(self, chunk: Chunk, read: dict[str, pl.Series]) -> Iterator[Refused]:
        """Yield the flags that say they were not asked while a shorthand answers all of their
        group.
        """
        for group in self._columns.knowledge.groups:
            if group.shorthand is None:
                continue
            column = f"{group.group}.{group.shorthand.key}"
            if column not in read:
                continue
            message = f"not asked, while {column} is {group.shorthand.value}"
            slip = Slip("not_asked", f"{message}; answer it, or answer each on its own")
            for name in group.observables:
                if name in read:
                    yield from self._blank_spellings(chunk, name, read[name], read[column], slip)

    def _blank_spellings(
        self, chunk: Chunk, name: str, answers: pl.Series, shorthand: pl.Series, slip: Slip
    ) -> Iterator[Refused]:
        """Yield the cells of a flag that are written and yet say nothing, where the shorthand is
        given.
        """
        text = chunk.cells[self._table.columns[name]]
        without_answer = text.is_not_null() & answers.is_null() & shorthand.is_not_null()
        for place in without_answer.arg_true():
            is_refused = isinstance(self._kinds[name].judge(text[place]), Slip)
            if not is_refused:
                yield Refused(place, name, text[place], slip)

    def _unknown(self, chunk: Chunk) -> Iterator[Refused]:
        """Yield the cells that stand under a name that is not known."""
        for heading, hint in self._table.unknown:
            slip = Slip(UNKNOWN, f"there is no observable {shown(heading)}{hint}")
            retired = retired_heading_slip(self._columns.knowledge, heading)
            slip = slip if retired is None else Slip("retired_identifier", retired)
            cells = chunk.cells[heading]
            for place in cells.is_not_null().arg_true():
                yield Refused(place, heading, cells[place], slip)

    def _defects(self, chunk: Chunk, refused: list[Refused]) -> Iterator[Defect]:
        """Yield the defects of the refused cells, by row and then as the columns stand; few of each
        row where there are very many.
        """
        columns = self._table.columns
        order = {name: number for number, name in enumerate(columns)}
        refused.sort(key=lambda cell: (cell.place, order.get(cell.name, len(order)), cell.name))
        patients = chunk.cells[columns[PATIENT]] if PATIENT in columns else None
        told = 0
        for place, cells in itertools.groupby(refused, lambda cell: cell.place):
            patient = None if patients is None else patients[place]
            row = chunk.rejected_row(place, self._file, patient)
            most = MOST_OF_A_ROW if told < MANY else FEW_OF_A_ROW
            flaws = (Flaw(columns.get(name, name), value, *slip) for _, name, value, slip in cells)
            for defect in row.defects(flaws, most):
                told += 1
                yield defect


def _read_column(name: str, text: pl.Series, kind: CellKind) -> tuple[pl.Series, list[Refused]]:
    """Return a column with its type, and the cells that were refused.

    Args:
        name: Its identifier.
        text: Its cells.
        kind: Reads them.
    """
    read = kind.quick(text).alias(name)
    odd = text.is_not_null() & read.is_null()
    if not odd.any():
        return read, []
    places, texts = odd.arg_true(), text.filter(odd)
    # Each spelling is judged once, however often it stands there.
    judged = {one: kind.judge(one) for one in texts.unique()}
    values = {one: value for one, value in judged.items() if not isinstance(value, Slip)}
    if values:
        mended = texts.replace_strict(
            list(values), list(values.values()), default=None, return_dtype=kind.dtype
        )
        read = read.scatter(places, mended)
    slips = {one: slip for one, slip in judged.items() if isinstance(slip, Slip)}
    pairs = zip(places, texts, strict=True)
    return read, [Refused(place, name, one, slips[one]) for place, one in pairs if one in slips]


def _read_words(kind: CellKind, words: pl.Series) -> tuple[pl.Series, set[int]]:
    """Return the answers that some words stand for, and the places of those that are refused."""
    answers, refused = _read_column("", words, kind)
    return answers, {cell.place for cell in refused}


class ChunkReader:
    """Reads the chunks of one table: with a reader for each set of columns, which differ from chunk
    to chunk where rows name their own.
    """

    def __init__(
        self,
        columns: Columns,
        mapping: Mapping,
        table: Table,
        first_layout: Layout,
        keep: Sequence[str] = (),
        anew: Callable[[Sequence[str]], Mapping] | None = None,
    ) -> None:
        """Begin with the columns of the first rows.

        Args:
            columns: The expressions of a knowledge base.
            mapping: What other headings and labels mean.
            table: The table.
            first_layout: What its columns are, as far as they are known before it is read.
            keep: Headings of columns that stand in the rows as they are.
            anew: Gives what other headings than the first mean, where that is not in the mapping.
        """
        self._columns, self._mapping, self._table = columns, mapping, table
        self._anew = anew or (lambda _: mapping)
        self._keep = keep
        first = self._reader(first_layout, table.columns)
        self._readers = {tuple(table.columns): first}
        table.words = first.words

    def _reader(self, columns: Layout, headings: Sequence[str]) -> CellReader:
        table = self._table
        return CellReader(
            self._columns,
            without_kept(columns, self._keep),
            self._mapping,
            table.name,
            decimal_comma=table.decimal_comma,
            own_columns=table.own_columns,
            kept=kept_headings(self._keep, headings),
        )

    def read(self, chunk: Chunk) -> ReadRows:
        """Read a chunk with the reader of its columns; see `CellReader.read`."""
        read = self._reader_of(chunk.cells).read(chunk)
        if not chunk.flawed:
            return read
        cells = frame_of_rows(self._table.columns, [row.cells for row in chunk.flawed])
        flawed = self._reader_of(cells).flawed(chunk.flawed, cells)
        return read._replace(rejected=read.rejected.beside(flawed))

    def _reader_of(self, cells: pl.DataFrame) -> CellReader:
        """Return the reader of some columns."""
        headings = tuple(cells.columns)
        if headings not in self._readers:
            mapping = self._anew(headings)
            columns = layout(self._columns.knowledge, headings, mapping, own_columns=True)
            self._readers[headings] = self._reader(columns, headings)
        return self._readers[headings]
