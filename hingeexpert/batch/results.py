"""The results of a run on disk: a part for each chunk, which a later start can build on, and the
whole files once all parts are there.

A file has its final name only when it is complete, the parts too: a later start builds on them.
"""

import csv
import hashlib
import io
import itertools
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import polars as pl

from hingeexpert.batch.counts import Counts
from hingeexpert.batch.floors import FLOOR, VISIT
from hingeexpert.batch.written_cells import add_lines
from hingeexpert.errors import InputError
from hingeexpert.formats.csv_cells import csv_line, harmless, harmless_line
from hingeexpert.formats.files import replacing, write_whole
from hingeexpert.formats.tables.by_name import exact, scan_parts
from hingeexpert.formats.tables.defects import Defect

SHEET_ROWS = 1_000_000
"""Most rows on a sheet; Excel holds 1,048,576."""
MOST_IN_CELL = 32_767
"""Characters that a cell of a sheet can hold."""
FULL = "the disk is full or not writable"
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Says at the beginning of a text how it is encoded."""
PIECE = 50_000
"""Rows that are read at a time for a sheet."""
ROW_GROUP = 250_000
"""Rows that a Parquet file holds together."""
REJECTS = (
    *("patient.id" if item.name == "patient" else item.name for item in fields(Defect)),
    FLOOR,
)
"""Columns of the table of rejects."""


@dataclass(frozen=True)
class ChunkResults:
    """What came of a chunk.

    Attributes:
        results: The results of the accepted rows.
        forms: What they leave for the facts about people.
        defects: What was wrong with the others.
        floors: What the others prove all the same; see `floors.SCHEMA`.
        people: For each accepted row a line of JSON, if that is wanted.
        counts: The numbers of the chunk.
    """

    results: pl.DataFrame
    forms: pl.DataFrame
    defects: Sequence[Defect]
    floors: pl.DataFrame
    people: Iterable[str] | None
    counts: Counts


@dataclass(frozen=True)
class ChunkFiles:
    """The files of one chunk."""

    folder: Path
    name: str

    def path(self, kind: str) -> Path:
        """Return the file of this kind: `ipc`, `forms`, `floors`, `csv`, `rejects`, `jsonl` or
        `json`.
        """
        return self.folder / f"{self.name}.{kind}"

    @property
    def done(self) -> bool:
        """Whether everything of the chunk is on disk: its counts are written last."""
        return self.path("json").exists()

    def counts(self) -> Counts:
        """Read the counts."""
        return Counts.from_data(json.loads(self.path("json").read_bytes()))

    def visits(self) -> pl.DataFrame:
        """Read the columns that make a visit."""
        return self.columns(*VISIT)

    def columns(self, *names: str) -> pl.DataFrame:
        """Read some columns of the results."""
        return pl.read_ipc(exact(self.path("ipc")), columns=list(names))

    def write(self, chunk: ChunkResults, *, as_csv: bool) -> None:
        """Write a chunk.

        Args:
            chunk: What came of it.
            as_csv: Whether the results are wanted as text.
        """
        with self._new("ipc") as file:
            chunk.results.write_ipc(file, compression="lz4")
        with self._new("forms") as file:
            chunk.forms.write_ipc(file)
        with self._new("floors") as file:
            chunk.floors.filter("stopped").write_ipc(file)
        if as_csv:
            with self._new("csv") as file:
                add_lines(chunk.results, file)
        text_file(self.path("rejects"), reject_lines(chunk.defects, chunk.floors))
        if chunk.people is not None:
            with self._new("jsonl") as file:
                file.writelines(f"{person}\n".encode() for person in chunk.people)
        text_file(self.path("json"), json.dumps(chunk.counts.as_data()))

    def _new(self, kind: str) -> replacing:
        return replacing(self.path(kind))


@contextmanager
def _full_disk_as_os_error() -> Iterator[None]:
    """Turn what Polars says of a full disk into an `OSError`, as everything else says it."""
    try:
        yield
    except pl.exceptions.ComputeError as error:
        raise OSError(FULL) from error


class _Archive:
    """The file of a workbook. Where it cannot be written, the library leaves its archive open, and
    that closes itself at any later time: then it writes nowhere.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


def reject_lines(defects: Sequence[Defect], floors: pl.DataFrame) -> str:
    """Return defects as lines of the table of rejects; the raw row keeps its text, behind an
    apostrophe where it needs one.

    Args:
        defects: What is wrong.
        floors: What the rows prove all the same.
    """
    proven = {(file, row): level for file, row, level in floors.select("file", "row", FLOOR).rows()}
    names, lines = [item.name for item in fields(Defect)], list[str]()
    for defect in defects:
        cells = [getattr(defect, name) for name in names]
        cells.append(proven.get((defect.file, defect.row)))
        lines.append(harmless_line(None if cell is None else str(cell) for cell in cells))
    return "".join(lines)


def join(paths: list[Path], to: Path, head: str = "") -> None:
    """Write files one behind the other under one name."""
    with replacing(to) as whole:
        whole.write(head.encode())
        for path in paths:
            with path.open("rb") as part:
                shutil.copyfileobj(part, whole, 1 << 20)


def join_parquet(paths: list[Path], to: Path) -> None:
    """Write parts as one Parquet file, in their order."""
    with replacing(to) as whole, _full_disk_as_os_error():
        scan_parts(paths).sink_parquet(
            whole, compression="zstd", row_group_size=ROW_GROUP, maintain_order=True
        )


def write_workbook(paths: list[Path], to: Path, others: Mapping[str, Path]) -> None:
    """Write parts as an Excel file, with a new sheet for each million rows.

    Args:
        paths: The parts.
        to: The file.
        others: Other sheets: name to a table of text.
    """
    looks = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "tmpdir": str(paths[0].parent),  # what a kill leaves there the next run clears away
    }
    with replacing(to) as whole, _book(_Archive(whole), looks) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # or the clock would be in the bytes
        bold = book.add_format({"bold": True})
        for start in _first_rows(paths):
            sheet = book.add_worksheet(f"Results {start // SHEET_ROWS + 1}" if start else "Results")
            sheet.freeze_panes(1, 1)
            _fill(sheet, _rows(paths, start), bold)
        for name, path in others.items():
            _add_table(book, name, path, bold)


@contextmanager
def _book(archive: _Archive, looks: Mapping[str, Any]) -> Iterator[Any]:
    import xlsxwriter  # costs a start 60 ms, and few runs write a workbook

    try:
        with xlsxwriter.Workbook(archive, looks) as book:
            yield book
    except xlsxwriter.exceptions.FileCreateError as error:
        archive.file = BytesIO()
        raise OSError(FULL) from error


def _add_table(book: Any, name: str, path: Path, bold: Any) -> None:
    """Add a table of text, with a new sheet for each million rows."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        head = next(lines)
        for number in itertools.count(1):
            rows = list(itertools.islice(lines, SHEET_ROWS))
            if not rows and number > 1:
                return
            sheet = book.add_worksheet(name if number == 1 else f"{name} {number}")
            sheet.freeze_panes(1, 1)
            _fill(sheet, iter([head, *rows]), bold)


def _first_rows(paths: list[Path]) -> range:
    """Return the row with which each sheet begins; without any rows there is one sheet."""
    total = scan_parts(paths).select(pl.len()).collect().item()
    return range(0, max(total, 1), SHEET_ROWS)


def _fill(sheet: Any, rows: Iterator[Sequence[Any]], bold: Any) -> None:
    """Write headings and rows on a sheet."""
    sheet.write_row(0, 0, next(rows), bold)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(number, column, cell)
            elif cell:
                sheet.write_string(number, column, harmless(cell)[:MOST_IN_CELL])


def _rows(paths: list[Path], start: int) -> Iterator[Sequence[Any]]:
    """Yield the headings, then a sheet's rows."""
    table = scan_parts(paths)
    yield table.collect_schema().names()
    for piece in range(start, start + SHEET_ROWS, PIECE):
        rows = table.slice(piece, min(PIECE, start + SHEET_ROWS - piece)).collect()
        if not rows.height:
            return
        yield from rows.iter_rows()


def for_excel(path: Path) -> None:
    """Write a table of text so that Excel opens it rightly in any country: UTF-16 with its mark,
    and tabs between the cells. Which of comma and semicolon Excel takes hangs on the country, and
    without a mark it takes UTF-8 for another encoding.
    """
    with path.open(encoding="utf-8", newline="") as file, replacing(path) as whole:
        written = io.TextIOWrapper(whole, "utf-16-le", newline="")
        written.write(MARK)
        written.writelines(csv_line(cells, "\r\n", "\t") for cells in csv.reader(file))
        written.detach()


def text_file(path: Path, text: str) -> None:
    """Write a text under its name once it is whole."""
    write_whole(path, text.encode())


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, or of the names and bytes of the files in a folder.

    Raises:
        InputError: It cannot be read.
    """
    try:
        if path.is_dir():
            return _sha256_of_folder(path)
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise InputError.about(os.fspath(path), f"cannot be read: {error.strerror}") from None


def _sha256_of_folder(folder: Path) -> str:
    whole = hashlib.sha256()
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        try:
            digest = sha256(file)
        except InputError:  # its row says so, and the other forms are judged
            digest = "unreadable"
        name = os.fsencode(file.relative_to(folder).as_posix())
        whole.update(name + f"\0{digest}\n".encode())
    return whole.hexdigest()
