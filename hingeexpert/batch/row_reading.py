"""From the text of cells to answers of the right type, and every defect on the way.

Owns the rows that are refused, and why. Reads no file and judges nothing.
"""

import itertools
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Headings
from functools import partial
from typing import NamedTuple

import numpy as np
import polars as pl

from hingeexpert.batch.cells import CellKind, cell_kind
from hingeexpert.batch.expected_words import ExpectedWords, expected_words
from hingeexpert.batch.kept import kept_headings, without_kept
from hingeexpert.batch.layout import Layout, layout, retired_heading_slip
from hingeexpert.batch.mapping import Mapping
from hingeexpert.batch.slips import Slip
from hingeexpert.errors import shown
from hingeexpert.formats.tables.defects import Defect, Flaw
from hingeexpert.formats.tables.table import PATIENT, Chunk, Table
from hingeexpert.forms.contradictions import impossible_while
from hingeexpert.inference.columns import Columns

NO_COLUMNS: Headings[str, str] = {}
"""No column is kept."""


class Refused(NamedTuple):
    """A cell that was refused: position of its row in the chunk, identifier, text, and why."""

    place: int
    name: str
    value: str
    slip: Slip


class RejectedCells(NamedTuple):
    """Rejected rows as far as they could be read.

    Attributes:
        rows: Free columns, answers and shorthands; a cell that is no answer is null.
        refused: Every cell that was refused; the places are those in `rows`.
    """

    rows: pl.DataFrame
    refused: list[Refused]

    def beside(self, rows: pl.DataFrame) -> "RejectedCells":
        """Return these and other rows behind them, of which every cell could be read."""
        return RejectedCells(pl.concat([self.rows, rows]), self.refused)


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
        refused: list[Refused] = []
        rows = self._read(chunk, refused)
        if self._own_columns:
            refused += self._unknown(chunk)
        refused += self._contradictions(rows)
        if not refused:
            return ReadRows(rows, [], RejectedCells(rows.clear(), []))
        places = sorted({cell.place for cell in refused})
        bad = np.zeros(rows.height, bool)
        bad[places] = True
        among = {place: number for number, place in enumerate(places)}
        moved = [cell._replace(place=among[cell.place]) for cell in refused]
        rejected = RejectedCells(rows.filter(bad), moved)
        return ReadRows(rows.filter(~bad), list(self._defects(chunk, refused)), rejected)

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
        """Yield the blank identifiers of patients; without a column for them, one for each row."""
        slip = Slip("missing_id", f"{PATIENT} is blank; every row needs one")
        heading = self._table.columns.get(PATIENT)
        blank = range(len(chunk.rows))
        for place in blank if heading is None else chunk.cells[heading].is_null().arg_true():
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
            slip = Slip("unknown_identifier", f"there is no observable {shown(heading)}{hint}")
            retired = retired_heading_slip(self._columns.knowledge, heading)
            slip = slip if retired is None else Slip("retired_identifier", retired)
            cells = chunk.cells[heading]
            for place in cells.is_not_null().arg_true():
                yield Refused(place, heading, cells[place], slip)

    def _contradictions(self, rows: pl.DataFrame) -> Iterator[Refused]:
        """Yield the answers that cannot stand beside others of their row."""
        yield from self._findings_of_no_drill(rows)
        observables = self._columns.knowledge.observables
        wrong = self._columns.impossible(rows.lazy()).collect()
        for name in wrong.columns:
            for place in wrong[name].arg_true():
                value = str(rows[name][place])
                why = impossible_while(
                    self._columns.knowledge, observables[name].impossible_when[value]
                )
                slip = Slip("impossible_answer", f"{shown(value)} {why}; correct one of the two")
                yield Refused(place, name, value, slip)

    def _findings_of_no_drill(self, rows: pl.DataFrame) -> Iterator[Refused]:
        """Yield the findings of drills that were not done."""
        message = "a finding of a drill that was not done"
        slip = Slip("drill_not_done", f"{message}; leave it out, or say that the drill was done")
        wrong = self._columns.contradictions(rows.lazy()).collect()
        for name in wrong.columns:
            for place in wrong[name].arg_true():
                yield Refused(place, name, str(rows[name][place]), slip)

    def _defects(self, chunk: Chunk, refused: list[Refused]) -> Iterator[Defect]:
        """Yield the defects of the refused cells, by row and then as the columns stand."""
        columns = self._table.columns
        order = {name: number for number, name in enumerate(columns)}
        refused.sort(key=lambda cell: (cell.place, order.get(cell.name, len(order)), cell.name))
        patients = chunk.cells[columns[PATIENT]] if PATIENT in columns else None
        for place, cells in itertools.groupby(refused, lambda cell: cell.place):
            patient = None if patients is None else patients[place]
            row = chunk.rejected_row(place, self._file, patient)
            for _, name, value, slip in cells:
                flaw = Flaw(columns.get(name, name), value, slip.code, slip.message)
                yield row.defect(flaw, slip.allowed, slip.nearest)


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
    ) -> None:
        """Begin with the columns of the first rows.

        Args:
            columns: The expressions of a knowledge base.
            mapping: What other headings and labels mean.
            table: The table.
            first_layout: What its columns are, as far as they are known before it is read.
            keep: Headings of columns that stand in the rows as they are.
        """
        self._columns, self._mapping, self._table = columns, mapping, table
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
        headings = tuple(chunk.cells.columns)
        if headings not in self._readers:
            columns = layout(self._columns.knowledge, headings, self._mapping, own_columns=True)
            self._readers[headings] = self._reader(columns, headings)
        return self._readers[headings].read(chunk)
