"""Tables of delimited text: CSV and its kin, split row by row, also a row that is wrong."""

import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from hingeexpert.formats.tables import encodings
from hingeexpert.formats.tables.defects import CODES, Defect, cut
from hingeexpert.formats.tables.records import Flags, Places, Records, find_records
from hingeexpert.formats.tables.screening import MOST_CELL
from hingeexpert.formats.tables.table import (
    PATIENT,
    SPACES,
    Chunk,
    Table,
    blank_rows,
    without_blanks,
)


class Splitter:
    """Splits rows at one delimiter.

    Quotation marks that are not around a cell stand for themselves.
    """

    def __init__(self, delimiter: bytes) -> None:
        self.delimiter = delimiter
        mark = re.escape(delimiter)
        self._cell = re.compile(
            rb"(?:\A|" + mark + rb')("(?:[^"]|"")*+"(?=' + mark + rb"|\Z)|[^" + mark + rb"]*)"
        )

    def __call__(self, row: bytes) -> list[bytes]:
        """Split a row without its line break into cells as they stand there."""
        if b'"' not in row:
            return row.split(self.delimiter)
        return self._cell.findall(row)


def is_quoted(cell: bytes) -> bool:
    """Return whether quotation marks stand around a cell as they should."""
    return (
        len(cell) > 1
        and cell[:1] == cell[-1:] == b'"'
        and b'"' not in cell[1:-1].replace(b'""', b"")
    )


def is_text(data: bytes) -> bool:
    """Return whether bytes are UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def text_of(data: bytes) -> str:
    """Return bytes as text; those that are none are written as escapes."""
    return data.decode("utf-8", "backslashreplace")


def value_of(cell: bytes) -> str:
    """Return what a cell says, without the quotation marks around it."""
    return text_of(cell[1:-1].replace(b'""', b'"') if is_quoted(cell) else cell)


BLOCK = 16 << 20
"""Bytes that are read at a time."""
MOST_LINE = 64 << 20
"""Bytes after which a line is broken off, so that a file without line breaks does not fill the
memory.
"""

Finding = tuple[str, str, str, str]
"""Column, value, code and message of one thing that is wrong with a row."""

DELIMITERS = (b",", b";", b"\t", b"|")
_SAMPLE = 1 << 16
_SAMPLE_LINES = 50
_EXCEL_HINT = re.compile(rb"sep=([^\r\n])(\r\n|\r|\n)", re.IGNORECASE)


class DelimitedTable(Table):
    """A CSV or TSV file."""

    def __init__(self, path: Path, name: str, patient: str = PATIENT, block: int = BLOCK) -> None:
        """Read the headings, and find out encoding and delimiter.

        Args:
            path: The file.
            name: Name for defects.
            patient: Heading of the column with the patient's identifier.
            block: Bytes that are read at a time.
        """
        super().__init__(name, patient)
        self._path = path
        self._block = block
        self.encoding, self._mark = encodings.detect(path)
        if self.encoding == encodings.WESTERN:
            self.notes.append("the file is not UTF-8; it was read as Windows-1252 (Latin-1)")
        self._names: list[str] = []
        self._head_size = self._head_lines = 0
        self._read_head()
        self.decimal_comma = self.delimiter == ";"

    def _read_head(self) -> None:
        """Find the delimiter and read the first record."""
        start, last = b"", True
        for text, at_end in self._text(_SAMPLE):
            start, last = start + text, at_end
            if len(start) >= _SAMPLE and (
                b"\n" in start or b"\r" in start or len(start) > MOST_LINE
            ):
                break
        hint = _EXCEL_HINT.match(start)
        size = hint.end() if hint else 0
        delimiter = hint[1] if hint else _delimiter(start, last=last)
        self.delimiter = delimiter.decode()
        self._split = Splitter(delimiter)
        head = find_records(start[size:], delimiter, 0, last=last)
        if not head.starts.size:
            self.header_defects.append(
                self.defect(
                    "empty_file", f"{CODES['empty_file']}; the first line must hold the headings"
                )
            )
            return
        self._head_lines = int(head.lines[1]) if head.starts.size > 1 else head.line_count
        self._head_size = size + (int(head.starts[1]) if head.starts.size > 1 else head.used)
        raw, line = head.raw(0), int(head.lines[0]) + 1 + bool(hint)
        self._head_lines += bool(hint)
        self._names = self._head([value_of(cell) for cell in self._split(raw)], text_of(raw), line)
        if head.faults.get(0) == "unclosed_quote":
            self.header_defects.append(
                self.defect("unclosed_quote", CODES["unclosed_quote"], raw=text_of(raw), line=line)
            )

    def _text(self, size: int) -> Iterator[tuple[bytes, bool]]:
        """Read the file in blocks of UTF-8, and say of each whether it is the last."""
        block = b""
        for following in encodings.blocks(
            self._path, self.encoding or encodings.UTF_8, self._mark, size
        ):
            if block:
                yield block, False
            block = following
        yield block, True

    def _blocks(self) -> Iterator[tuple[Chunk, list[Defect]]]:
        data, skip, line, row = b"", self._head_size, self._head_lines, 0
        done, size = 0, max(self._path.stat().st_size, 1)
        for block, last in self._text(self._block):
            data += block
            done += len(block)
            self.share = min(done / size, 1)
            if not last and len(data) <= skip:
                continue
            data, skip = data[skip:], 0
            last_or_broken = last or len(data) > MOST_LINE
            records = find_records(
                data, self._split.delimiter, len(self._names), last=last_or_broken
            )
            if records.starts.size:
                reader = _Block(
                    self, records, line, row, cut_off=last and not data.endswith((b"\n", b"\r"))
                )
                yield reader.chunk(), reader.defects()
                row = reader.last_row
            data = data[records.used :]
            line += records.line_count

    @property
    def names(self) -> list[str]:
        """All headings; a blank one is empty."""
        return self._names

    @property
    def split(self) -> Splitter:
        """What splits a row into cells."""
        return self._split


class _Block:
    """The records of one block on their way into a chunk and defects."""

    def __init__(
        self, table: DelimitedTable, records: Records, line: int, row: int, *, cut_off: bool
    ) -> None:
        self._table = table
        self._records = records
        self._line = line
        self._cut_off = cut_off
        self._patient = (
            table.names.index(table.patient) if table.patient in table.names else records.used
        )
        self._labels = [name or f"\0{place}" for place, name in enumerate(table.names)]
        self._wrong: Flags = np.zeros(records.starts.size, bool)
        self._wrong[list(records.faults)] = True
        self._mark_wrong()
        cells = self._parsed()
        kept = np.flatnonzero(~self._wrong)
        numbered = ~self._wrong
        for place in np.flatnonzero(self._wrong).tolist():
            numbered[place] = bool(records.raw(place).strip())
        if (blank := blank_rows(cells)) is not None:
            numbered[kept[blank.to_numpy()]] = False
            cells, kept = cells.filter(~blank), kept[~blank.to_numpy()]
        if (late := self._found_late(cells)) is not None:
            self._wrong[kept[late.to_numpy()]] = True
            cells, kept = cells.filter(~late), kept[~late.to_numpy()]
        self._wrong &= numbered
        self._cells, self._kept = cells.select(table.columns), kept
        self._numbers: Places = row + np.cumsum(numbered)
        self.last_row = int(self._numbers[-1])

    def chunk(self) -> Chunk:
        """Return the sound rows."""
        records, kept = self._records, self._kept

        def raw(places: Sequence[int]) -> list[str]:
            return [text_of(records.raw(int(kept[place]))) for place in places]

        lines = self._line + 1 + records.lines[kept]
        return Chunk(
            self._cells,
            pl.Series(lines, dtype=pl.Int64),
            pl.Series(self._numbers[kept], dtype=pl.Int64),
            raw,
        )

    def _mark_wrong(self) -> None:
        """Mark the records that Polars must not see."""
        records, wrong = self._records, self._wrong
        if 0 in records.data:
            places = np.flatnonzero(np.frombuffer(records.data, np.uint8, records.used) == 0)
            wrong[np.searchsorted(records.starts, places, side="right") - 1] = True
        if not records.data.isascii() and not is_text(records.data):
            places = np.flatnonzero(
                np.frombuffer(records.data, np.uint8, records.used) > encodings.MOST_ASCII
            )
            for place in np.unique(
                np.searchsorted(records.starts, places, side="right") - 1
            ).tolist():
                wrong[place] |= not is_text(records.raw(place))
        if int((records.ends - records.starts).max()) > MOST_CELL:
            marks = np.sort(
                np.concatenate([np.flatnonzero(records.outside), records.starts, records.ends])
            )
            for mark in marks[:-1][np.diff(marks) > MOST_CELL].tolist():
                place = records.at(mark)
                wrong[place] |= any(
                    len(value_of(cell)) > MOST_CELL
                    for cell in self._table.split(records.raw(place))
                )
        if wrong.any() or not records.all_have(len(self._labels)):
            self._mark_counts()

    def _mark_counts(self) -> None:
        self._wrong |= self._records.cells != len(self._labels)

    def _parsed(self) -> pl.DataFrame:
        """Return the cells of the records that are not marked as wrong."""
        records = self._records
        cells = self._by_polars()
        if cells is None:
            self._mark_counts()
            cells = self._by_polars()
        if cells is None:
            cells = self._by_splitting()
        return (
            without_blanks(cells)
            if _may_have_blanks(self._body, records.delimiter, cells.height)
            else cells
        )

    def _by_polars(self) -> pl.DataFrame | None:
        """Let Polars read the records; `None` where it sees other rows than we do."""
        records = self._records
        self._body = body = records.joined(np.flatnonzero(~self._wrong))
        if not body:
            return pl.DataFrame(schema=dict.fromkeys(self._labels, pl.String))
        try:
            cells = pl.read_csv(
                body,
                has_header=False,
                infer_schema=False,
                schema=dict.fromkeys(self._labels, pl.String),
                separator=chr(records.delimiter),
                quote_char='"' if records.quotes.size else None,
            )
        except pl.exceptions.PolarsError:
            return None
        return cells if cells.height == np.count_nonzero(~self._wrong) else None

    def _by_splitting(self) -> pl.DataFrame:
        """Read the records one by one."""
        rows = [
            [value_of(cell) for cell in self._table.split(self._records.raw(place))]
            for place in np.flatnonzero(~self._wrong).tolist()
        ]
        return pl.DataFrame(rows, schema=dict.fromkeys(self._labels, pl.String), orient="row")

    def _found_late(self, cells: pl.DataFrame) -> pl.Series | None:
        """Return which rows repeat the headings, or have something in a column without a
        heading.
        """
        place = self._table.names.index(self._table.columns[0])
        wrong = (
            cells.get_column(self._labels[place])
            .eq(self._table.names[place])
            .fill_null(value=False)
        )
        if wrong.any():
            same = (
                pl.col(label).str.strip_chars(SPACES).eq_missing(pl.lit(name or None))
                for label, name in self._named()
            )
            wrong &= cells.select(pl.all_horizontal(same)).to_series()
        for label, name in self._named():
            if not name:
                wrong |= cells.get_column(label).is_not_null()
        return wrong if wrong.any() else None

    def _named(self) -> Iterator[tuple[str, str]]:
        return zip(self._labels, self._table.names, strict=True)

    def defects(self) -> list[Defect]:
        """Return the defects of the other rows, in order."""
        return [
            defect
            for place in np.flatnonzero(self._wrong).tolist()
            for defect in self._defects_of(place)
        ]

    def _defects_of(self, place: int) -> Iterator[Defect]:
        table, raw = self._table, self._records.raw(place)
        cells = table.split(raw)
        where = self._patient
        patient = (
            cut(value_of(cells[where])).strip()
            if where < len(cells) and is_text(cells[where])
            else ""
        )
        line, number = self._line + 1 + int(self._records.lines[place]), int(self._numbers[place])
        text = text_of(raw)
        for column, value, code, message in itertools.chain(
            self._row_findings(place, cells), self._cell_findings(raw, cells)
        ):
            yield Defect(table.name, line, number, patient, column, cut(value), code, message, text)

    def _row_findings(self, place: int, cells: list[bytes]) -> Iterator[Finding]:
        """Yield what is wrong with the shape of a row."""
        names, fault = self._table.names, self._records.faults.get(place)
        if fault:
            at = next(
                (spot for spot, cell in enumerate(cells) if b'"' in cell and not is_quoted(cell)), 0
            )
            message = (
                f"{CODES[fault]}; put the cell in quotation marks and write each mark inside it "
                "twice"
            )
            yield names[at] if at < len(names) else "", value_of(cells[at]), fault, message
        elif len(cells) < len(names):
            code = (
                "truncated"
                if self._cut_off and place == self._records.starts.size - 1
                else "short_row"
            )
            yield (
                names[len(cells)],
                "",
                code,
                f"{CODES[code]}: {len(cells)} instead of {len(names)}",
            )
        elif len(cells) > len(names):
            yield (
                "",
                value_of(cells[len(names)]),
                "extra_cell",
                f"{CODES['extra_cell']}: {len(cells)} instead of {len(names)}",
            )
        elif (
            names[0] in text_of(cells[0])
            and [value_of(cell).strip(SPACES) for cell in cells] == names
        ):
            yield "", "", "repeated_header", f"{CODES['repeated_header']}; take it out"
        elif "" in names:
            for spot, (name, cell) in enumerate(zip(names, cells, strict=True), 1):
                if not name and (value := value_of(cell)).strip(SPACES):
                    yield (
                        "",
                        value,
                        "blank_heading",
                        f"{CODES['blank_heading']}; column {spot} needs one, or must be empty",
                    )

    def _cell_findings(self, raw: bytes, cells: list[bytes]) -> Iterator[Finding]:
        """Yield what is wrong with the cells of a row, each by itself."""
        names = self._table.names
        has_nul, has_others, is_long = 0 in raw, not is_text(raw), len(raw) > MOST_CELL
        if not (has_nul or has_others or is_long):
            return
        for spot, cell in enumerate(cells):
            name = names[spot] if spot < len(names) else ""
            if has_nul and 0 in cell:
                yield name, value_of(cell), "nul_byte", f"{CODES['nul_byte']}; take it out"
            if has_others and not cell.isascii() and not is_text(cell):
                yield (
                    name,
                    value_of(cell),
                    "bad_encoding",
                    f"{CODES['bad_encoding']}; save the file as UTF-8 text",
                )
            if is_long and len(cell) > MOST_CELL and (length := len(value_of(cell))) > MOST_CELL:
                yield (
                    name,
                    value_of(cell),
                    "long_cell",
                    f"the cell has {length} characters; at most {MOST_CELL} are read",
                )


def _may_have_blanks(data: bytes, delimiter: int, rows: int) -> bool:
    """Return whether a cell may be blank without being empty; quick where there are no spaces."""
    if (
        b"\xa0" in data
        or (b"\t" in data and delimiter != ord("\t"))
        or (b'"' in data and b'""' in data)
    ):
        return True
    if b'"' in data and (data.count(b"\n") > rows or data.count(b"\r") != data.count(b"\r\n")):
        return True
    if b" " not in data:
        return False
    buffer = np.frombuffer(data, np.uint8)
    before = buffer[np.flatnonzero(buffer == ord(" ")) - 1]
    return bool(
        (before == delimiter).any() or np.isin(before, np.frombuffer(b'\n"', np.uint8)).any()
    )


def _delimiter(start: bytes, *, last: bool) -> bytes:
    """Return the delimiter that gives most headings and, in the lines below, as many cells."""

    def score(delimiter: bytes) -> float:
        counts = find_records(start, delimiter, 0, last=last).cells[:_SAMPLE_LINES]
        if not counts.size:
            return 0.0
        agreed = float((counts[1:] == counts[0]).mean()) if counts.size > 1 else 1.0
        return (agreed + 0.01) * float(counts[0] - 1)

    return max(DELIMITERS, key=score)
