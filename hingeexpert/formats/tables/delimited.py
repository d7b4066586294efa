"""Tables of delimited text: CSV and its kin, read block by block.

Owns the headings and the way through the file; the records of one block are `text_block.py`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hingeexpert.formats.tables import encodings
from hingeexpert.formats.tables.defects import CODES, Defect
from hingeexpert.formats.tables.record_search import find_records
from hingeexpert.formats.tables.records import Records
from hingeexpert.formats.tables.splitting import Splitter, best_delimiter, text_of
from hingeexpert.formats.tables.table import PATIENT, Chunk, RecordNumbers, Table
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

_SAMPLE = 1 << 16
"""Bytes in which the headings are looked for, and more where they have no end there."""
_EXCEL_HINT = re.compile(rb"sep=([^\r\n])(\r\n|\r|\n)", re.IGNORECASE)
"""A first line that says for Excel what the delimiter is."""


@dataclass(frozen=True)
class _Head:
    """The beginning of a file.

    Attributes:
        records: The first records; the first of them holds the headings.
        hint: Bytes of a line before them that only names the delimiter.
    """

    records: Records
    delimiter: bytes
    hint: int

    @property
    def size(self) -> int:
        """Bytes before the first row."""
        records = self.records
        return self.hint + (int(records.starts[1]) if records.starts.size > 1 else records.used)

    @property
    def lines(self) -> int:
        """Lines before the first row."""
        records = self.records
        several = records.starts.size > 1
        return bool(self.hint) + (int(records.lines[1]) if several else records.line_count)

    @property
    def line(self) -> int:
        """Line of the headings, from 1."""
        return int(self.records.lines[0]) + 1 + bool(self.hint)


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
        head = self._read_head()
        self.delimiter = head.delimiter.decode()
        self.decimal_comma = self.delimiter == ";"
        self._names: list[str] = []
        self._head_size = self._head_lines = 0
        self._known: KnownWords | None = None
        self._split = Splitter(head.delimiter)
        if head.records.starts.size:
            self._take_head(head)
        else:
            message = f"{CODES['empty_file']}; the first line must hold the headings"
            self.header_defects.append(self.defect("empty_file", message))

    def _read_head(self) -> _Head:
        """Find the delimiter and the first records."""
        start, last = b"", True
        for text, at_end in self._text(_SAMPLE):
            start, last = start + text, at_end
            ends = b"\n" in start or b"\r" in start or len(start) > MOST_LINE
            if len(start) >= _SAMPLE and ends:
                break
        hint = _EXCEL_HINT.match(start)
        size = hint.end() if hint else 0
        delimiter = hint[1] if hint else best_delimiter(start, last=last)
        return _Head(find_records(start[size:], delimiter, 0, last=last), delimiter, size)

    def _take_head(self, head: _Head) -> None:
        """Take the headings from the first record."""
        self._head_size, self._head_lines = head.size, head.lines
        raw = head.records.raw(0)
        self._names = self._head(self._split.values(raw), text_of(raw), head.line)
        if head.records.faults.get(0) == "unclosed_quote":
            message = CODES["unclosed_quote"]
            defect = self.defect("unclosed_quote", message, raw=text_of(raw), line=head.line)
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
