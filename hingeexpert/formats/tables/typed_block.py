"""A block of delimited text read straight into words that are known beforehand, where nothing else
stands in it.

Whether that is so is found by counting: a block is sound if it has as many rows as lines, as many
cells in all as its rows should have, and as many nulls as empty cells. Whatever else may be the
matter, such as an unknown word or a line that is too short, makes a count differ or stops the
reader; then nothing of it is used, and the block is read as text
(`text_block.py`). So no defect can be overlooked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from hingeexpert.formats.tables.bare_lines import bare_lines
from hingeexpert.formats.tables.screening import MOST_CELL
from hingeexpert.formats.tables.splitting import is_text, text_of
from hingeexpert.formats.tables.table import (
    Chunk,
    Places,
    RecordNumbers,
    filled_rows,
    without_blanks,
)
from hingeexpert.formats.tables.text_block import ColumnHeadings

LF, CR = b"\n\r"
PIECE = 1 << 18
"""Bytes that are counted at a time: so many stay in the cache of a processor."""
MOST_MISSES = 2
"""Blocks in a row that were read in vain, with no column to blame, before no other is tried."""


@dataclass
class KnownWords:
    """The words that may stand in the columns of a table, as far as they are known.

    Attributes:
        by_heading: Heading to its words. A column in which another word was found is taken out.
        misses: Blocks in a row that were read in vain, with no column to blame.
    """

    by_heading: dict[str, pl.Enum] = field(default_factory=dict)
    misses: int = 0

    @property
    def worth_trying(self) -> bool:
        """Whether the next block should be read with them."""
        return bool(self.by_heading) and self.misses < MOST_MISSES

    def learn(self, cells: pl.DataFrame) -> None:
        """Take out the columns in which another word stands.

        Args:
            cells: The text of a block that could not be read with these words.
        """
        known = cells.select(
            pl.col(heading).cast(words, strict=False)
            for heading, words in self.by_heading.items()
            if heading in cells.columns
        )
        odd = [column.name for column in known if column.null_count() > _blanks(cells, column)]
        for heading in odd:
            del self.by_heading[heading]
        self.misses = 0 if odd else self.misses + 1


def _blanks(cells: pl.DataFrame, column: pl.Series) -> int:
    return cells.get_column(column.name).null_count()


class TypedBlock:
    """A block that is sound.

    Attributes:
        used: Bytes of the block that its lines fill.
        line_count: Their number.
    """

    def __init__(self, text: bytes, cells: pl.DataFrame, line: int) -> None:
        """Take over the cells.

        Args:
            text: The lines.
            cells: Their cells, those without a heading left out.
            line: Lines of the file before them.
        """
        self._text, self._cells, self._line = text, cells, line
        self.used, self.line_count = len(text), cells.height

    def chunk(self, numbers: RecordNumbers) -> Chunk:
        """Return the rows.

        Args:
            numbers: Numbers the records of the table.
        """
        lines = range(self._line + 1, self._line + 1 + self.line_count)
        rows = numbers.of(np.ones(self.line_count, bool))
        whole = pl.Int64
        return Chunk(self._cells, pl.Series(lines, dtype=whole), pl.Series(rows), self._raw)

    def _raw(self, places: Sequence[int]) -> list[str]:
        """Return rows as they stand in the file."""
        ends = self._breaks
        starts = (int(ends[place - 1]) + 1 if place else 0 for place in places)
        lines = (
            self._text[start : ends[place]] for start, place in zip(starts, places, strict=True)
        )
        return [text_of(line.removesuffix(b"\r")) for line in lines]

    @cached_property
    def _breaks(self) -> Places:
        """Where the lines end, which is looked for only when a row is asked for."""
        return np.flatnonzero(np.frombuffer(self._text, np.uint8) == LF)


def typed_block(
    data: bytes, headings: ColumnHeadings, known: Mapping[str, pl.Enum], line: int, *, last: bool
) -> TypedBlock | None:
    """Read the whole lines of a block; `None` where it is not sound.

    Args:
        data: Text in UTF-8, from the beginning of a record.
        headings: Those of the table.
        known: Heading to the words that may stand below it.
        line: Lines of the file before the block.
        last: Whether the file ends here; then the last line needs no line break.
    """
    if b"\0" in data:
        return None
    lines = _whole_lines(data, last=last)
    if not lines or not (lines.isascii() or is_text(lines)):
        return None
    text = bare_lines(lines, headings.split.delimiter)
    if text is None:
        return None
    count = _Count(text, headings.split.delimiter)
    width = len(headings.names)
    if count.lone_returns or count.cells != width * count.lines:
        return None
    cells = _by_polars(text, headings, known)
    if cells is None or cells.height != count.lines:
        return None
    if sum(column.null_count() for column in cells) != count.empty:
        return None
    named = _named(cells, headings)
    return None if named is None else TypedBlock(lines, named, line)


def _whole_lines(data: bytes, *, last: bool) -> bytes:
    """Return the lines that end in a block."""
    if last and data and not data.endswith((b"\n", b"\r")):
        return data + b"\n"
    return data[: data.rfind(b"\n") + 1]


class _Count:
    """What stands in a block, by counting bytes.

    Attributes:
        lines: Line breaks.
        cells: Cells, if every line is one row.
        empty: Cells between whose ends nothing stands.
        lone_returns: Carriage returns that no line feed follows.
    """

    def __init__(self, text: bytes, delimiter: bytes) -> None:
        self.lines = self.cells = self.empty = 0
        self._delimiter, buffer = delimiter[0], np.frombuffer(text, np.uint8)
        before = LF
        for start in range(0, buffer.size, PIECE):
            piece = buffer[start : start + PIECE]
            self._add(piece, before)
            before = int(piece[-1])
        returns, pairs = text.count(b"\r"), text.count(b"\r\n") if b"\r" in text else 0
        self.lone_returns = returns - pairs
        # The end of a cell that is not empty stands before a carriage return, which was taken for
        # no end: an empty one at the end of a line is counted here.
        self.empty += text.count(self._last_empty(delimiter)) if returns else 0

    def _last_empty(self, delimiter: bytes) -> bytes:
        """Return how a line ends whose last cell is empty."""
        return delimiter + b"\r\n"

    def _add(self, piece: np.ndarray, before: int) -> None:
        """Count one piece.

        Args:
            piece: Bytes.
            before: The byte before them.
        """
        breaks = piece == LF
        ends = breaks | (piece == self._delimiter)
        self.lines += int(np.count_nonzero(breaks))
        self.cells += int(np.count_nonzero(ends))
        self.empty += int(np.count_nonzero(ends[1:] & ends[:-1]))
        self.empty += bool(ends[0] and before in (LF, self._delimiter))


def _by_polars(
    text: bytes, headings: ColumnHeadings, known: Mapping[str, pl.Enum]
) -> pl.DataFrame | None:
    """Let Polars read the lines; `None` where a cell holds another word."""
    schema = {label: known.get(label, pl.String()) for label in headings.labels}
    try:
        return pl.read_csv(
            text,
            has_header=False,
            infer_schema=False,
            schema=schema,
            separator=headings.split.delimiter.decode(),
            quote_char=None,
        )
    except pl.exceptions.PolarsError:
        return None


def _named(cells: pl.DataFrame, headings: ColumnHeadings) -> pl.DataFrame | None:
    """Return the columns that have a heading; `None` where a cell must not be as it is, or a row is
    blank.
    """
    without_heading = cells.select(set(headings.labels).difference(headings.names))
    if any(column.null_count() < cells.height for column in without_heading):
        return None
    text = cells.select(pl.col(pl.String))
    if text.width and _longest(text) > MOST_CELL:
        return None
    cells = cells.with_columns(without_blanks(text)).select(name for name in headings.names if name)
    return cells if filled_rows(cells).all() else None


def _longest(text: pl.DataFrame) -> int:
    """Return the bytes of the longest cell."""
    longest = text.select(pl.max_horizontal(pl.all().str.len_bytes().max())).item()
    return int(longest or 0)
