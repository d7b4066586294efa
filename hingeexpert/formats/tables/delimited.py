"""Tables of delimited text: CSV and its kin, read block by block.

Owns the headings and the way through the file; the records of one block are `text_block.py`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from hingeexpert.formats.tables import encodings
from hingeexpert.formats.tables.defects import CODES, Defect
from hingeexpert.formats.tables.headings import FIRST_ROWS, Found, Recogniser, find_headings
from hingeexpert.formats.tables.record_search import find_records
from hingeexpert.formats.tables.records import Records
from hingeexpert.formats.tables.splitting import DELIMITERS, Splitter, best_delimiter, text_of
from hingeexpert.formats.tables.table import (
    PATIENT,
    SPACES,
    Chunk,
    Places,
    RecordNumbers,
    Table,
)
from hingeexpert.formats.tables.text_block import ColumnHeadings, TextBlock
from hingeexpert.formats.tables.typed_block import KnownWords, TypedBlock, typed_block

BLOCK = 48 << 20
"""Bytes that are read at a time."""
MOST_LINE = 64 << 20
"""Bytes after which a line is broken off, so that a file without line breaks does not fill the
memory.
"""
SMALL = 1 << 20
"""Bytes of a block for which it is not worth to find out which words are expected."""

_FIRST = Found()
_SAMPLE = 1 << 16
"""Bytes in which the headings are looked for, and more where they have no end there."""
_EXCEL_HINT = re.compile(rb"sep=([^\r\n])(\r\n|\r|\n)", re.IGNORECASE)
"""A first line that says for Excel what the delimiter is."""


@dataclass(frozen=True)
class _Head:
    """The beginning of a file.

    Attributes:
        records: The first records; one of them holds the headings.
        split: What splits a record into cells.
        hint: Bytes of a line before them that only names the delimiter.
        found: Which of the records holds the headings.
    """

    records: Records
    split: Splitter
    hint: int
    found: Found = _FIRST

    @property
    def _first_row(self) -> int:
        """Place of the record below the headings."""
        return self.found.place + self.found.below + 1

    @property
    def size(self) -> int:
        """Bytes before the first row."""
        records, first = self.records, self._first_row
        several = records.starts.size > first
        return self.hint + (int(records.starts[first]) if several else records.used)

    @property
    def lines(self) -> int:
        """Lines before the first row."""
        records, first = self.records, self._first_row
        several = records.starts.size > first
        return bool(self.hint) + (int(records.lines[first]) if several else records.line_count)

    @property
    def first_lines(self) -> list[int]:
        """Line of each of the first records, from 1."""
        lines: Places = self.records.lines[:FIRST_ROWS] + 1 + bool(self.hint)
        return [int(line) for line in lines]

    def looked_through(self, known: Recogniser) -> "_Head":
        """Return it with the headings found that are known."""
        count = min(self.records.starts.size, FIRST_ROWS)
        rows = [self.split.values(self.records.raw(place)) for place in range(count)]
        cells = [[cell.strip(SPACES + "\ufeff") for cell in row] for row in rows]
        return replace(self, found=find_headings(cells, known))


class DelimitedTable(Table):
    """A CSV or TSV file."""

    def __init__(
        self,
        path: Path,
        name: str,
        patient: str = PATIENT,
        block: int = BLOCK,
        known: Recogniser | None = None,
    ) -> None:
        """Read the headings, and find out encoding and delimiter.

        Args:
            path: The file.
            name: Name for defects.
            patient: Heading of the column with the patient's identifier.
            block: Bytes that are read at a time.
            known: What headings are known; without it they are the first row.
        """
        super().__init__(name, patient)
        self._path = path
        self._block = block
        self.encoding, self._mark = encodings.detect(path)
        if self.encoding == encodings.WESTERN:
            self.notes.append("the file is not UTF-8; it was read as Windows-1252 (Latin-1)")
        head = self._read_head(known)
        self.delimiter = head.split.delimiter.decode()
        self.decimal_comma = self.delimiter == ";"
        self._names: list[str] = []
        self._head_size = self._head_lines = 0
        self._known: KnownWords | None = None
        self._split = head.split
        if head.records.starts.size:
            self._take_head(head)
        else:
            message = f"{CODES['empty_file']}; the first line must hold the headings"
            self.header_defects.append(self.defect("empty_file", message))

    def _read_head(self, known: Recogniser | None) -> _Head:
        """Find the delimiter, the first records and the headings."""
        start, last = b"", True
        for text, at_end in self._text(_SAMPLE):
            start, last = start + text, at_end
            ends = b"\n" in start or b"\r" in start or len(start) > MOST_LINE
            if len(start) >= _SAMPLE and ends:
                break
        hint = _EXCEL_HINT.match(start)
        size = hint.end() if hint else 0

        def head(delimiter: bytes) -> _Head:
            records = find_records(start[size:], delimiter, 0, last=last)
            return _Head(records, Splitter(delimiter), size)

        if known is None:
            return head(hint[1] if hint else best_delimiter(start, last=last))
        return _best_head(start, hint[1] if hint else None, known, head, last=last)

    def _take_head(self, head: _Head) -> None:
        """Take the headings from their record."""
        self._head_size, self._head_lines = head.size, head.lines
        place, lines = head.found.place, head.first_lines
        raw = head.records.raw(place)
        self._names = self._head(self._split.values(raw), text_of(raw), lines[place])
        self.notes += head.found.notes(lines)
        if head.records.faults.get(place) == "unclosed_quote":
            message = CODES["unclosed_quote"]
            defect = self.defect("unclosed_quote", message, raw=text_of(raw), line=lines[place])
            self.header_defects.append(defect)

    def _text(self, size: int) -> Iterator[tuple[bytes, bool]]:
        """Read the file in blocks of UTF-8, and say of each whether it is the last."""
        block, encoding = b"", self.encoding or encodings.UTF_8
        for following in encodings.blocks(self._path, encoding, self._mark, size):
            if block:
                yield block, False
            block = following
        yield block, True

    def _blocks(self) -> Iterator[tuple[Chunk, list[Defect]]]:
        headings = ColumnHeadings(self.name, self._names, self.patient, self._split)
        numbers, line, rest = RecordNumbers(), self._head_lines, b""
        for text, last in self._rows():
            data = rest + text
            typed = self._typed(data, headings, line, last=last)
            if typed is not None:
                rest, line = data[typed.used :], line + typed.line_count
                yield typed.chunk(numbers), []
                continue
            records = self._records(data, last=last)
            rest = data[records.used :]
            if records.starts.size:
                cut_off = last and not data.endswith((b"\n", b"\r"))
                block = TextBlock(headings, records, line, numbers, cut_off=cut_off)
                chunk = block.chunk()
                self._learn(chunk)
                yield chunk, list(block.defects())
            line += records.line_count

    def _typed(
        self, data: bytes, headings: ColumnHeadings, line: int, *, last: bool
    ) -> TypedBlock | None:
        """Read a block into the words that are expected; `None` where something else stands
        there.
        """
        if (
            self._known is None
            and self.words is not None
            and len(data) > min(SMALL, self._block // 2)
        ):
            self._known = KnownWords(dict(self.words()))
        if self._known is None or not self._known.worth_trying:
            return None
        block = typed_block(data, headings, self._known.by_heading, line, last=last)
        if block is not None:
            self._known.misses = 0
        return block

    def _learn(self, chunk: Chunk) -> None:
        """Learn from a block that was read as text which columns hold other words."""
        if self._known is not None and self._known.worth_trying:
            self._known.learn(chunk.cells)

    def _rows(self) -> Iterator[tuple[bytes, bool]]:
        """Read what stands below the headings in blocks, and say of each whether it is the last."""
        done, size = 0, max(self._path.stat().st_size, 1)
        for block, last in self._text(self._block):
            below = block[max(self._head_size - done, 0) :]
            done += len(block)
            self.share = min(done / size, 1)
            if below or last:
                yield below, last

    def _records(self, data: bytes, *, last: bool) -> Records:
        last_or_broken = last or len(data) > MOST_LINE
        delimiter = self._split.delimiter
        return find_records(data, delimiter, len(self._names), last=last_or_broken)


def _best_head(
    start: bytes,
    hinted: bytes | None,
    known: Recogniser,
    head: Callable[[bytes], _Head],
    *,
    last: bool,
) -> _Head:
    """Return the beginning of a file by the delimiter with which its headings are known.

    A title above the headings hides the delimiter; then each is tried.

    Args:
        start: The first lines of the file.
        hinted: The delimiter that the file itself names.
        known: What headings are known.
        head: Returns the beginning by a delimiter.
        last: Whether these lines are the whole file.
    """
    first = head(hinted or best_delimiter(start, last=last)).looked_through(known)
    if hinted or (first.found.certain and first.found.known > 1):
        return first
    others = [head(delimiter).looked_through(known) for delimiter in DELIMITERS]
    return max([first, *others], key=lambda one: (one.found.certain, one.found.known))
