"""The results of a run on disk: a part for each chunk, which a later start can build on, and the
whole files once all parts are there.

A file has its final name only when it is complete: everything is written beside it first and
renamed.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from hingeexpert.batch.counts import Counts
from hingeexpert.batch.mapping import DATE
from hingeexpert.errors import InputError
from hingeexpert.formats.files import replacing
from hingeexpert.formats.tables.defects import Defect
from hingeexpert.formats.tables.table import PATIENT, csv_line

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would take for a formula (OWASP, CSV Injection)."""
VISIT = (PATIENT, DATE)
"""Columns that make a visit; they alone of the results hold free text."""
SHEET_ROWS = 1_000_000
"""Most rows on a sheet; Excel holds 1,048,576."""
PIECE = 50_000
"""Rows that are read at a time for a sheet."""
ROW_GROUP = 250_000
"""Rows that a Parquet file holds together."""
REJECTS = tuple("patient.id" if item.name == "patient" else item.name for item in fields(Defect))
"""Columns of the table of rejects."""


def harmless(text: str) -> str:
    """Return a cell as a spreadsheet takes it for text."""
    return f"'{text}" if text.startswith(FORMULA) else text


@dataclass(frozen=True)
class ChunkResults:
    """What came of a chunk.

    Attributes:
        results: The results of the accepted rows.
        forms: What they leave for the facts about people.
        defects: What was wrong with the others.
        people: For each accepted row a line of JSON, if that is wanted.
        counts: The numbers of the chunk.
    """

    results: pl.DataFrame
    forms: pl.DataFrame
    defects: Sequence[Defect]
    people: Iterable[str] | None
    counts: Counts


@dataclass(frozen=True)
class ChunkFiles:
    """The files of one chunk."""

    folder: Path
    name: str

    def path(self, kind: str) -> Path:
        """Return the file of this kind: `ipc`, `forms`, `csv`, `rejects`, `jsonl` or `json`."""
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
        return pl.read_ipc(self.path("ipc"), columns=list(VISIT))

    def write(self, chunk: ChunkResults, *, as_csv: bool) -> None:
        """Write a chunk.

        Args:
            chunk: What came of it.
            as_csv: Whether the results are wanted as text.
        """
        with _full_disk_as_os_error():
            chunk.results.write_ipc(self.path("ipc"), compression="lz4")
            chunk.forms.write_ipc(self.path("forms"))
            if as_csv:
                harmless_cells(chunk.results).write_csv(self.path("csv"), include_header=False)
        rejects = "".join(map(reject_line, chunk.defects))
        self.path("rejects").write_text(rejects, encoding="utf-8", newline="")
        if chunk.people is not None:
            with self.path("jsonl").open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(f"{person}\n" for person in chunk.people)
        with replacing(self.path("json")) as file:
            file.write(json.dumps(chunk.counts.as_data()).encode())


@contextmanager
def _full_disk_as_os_error() -> Iterator[None]:
    """Turn what Polars says of a full disk into an `OSError`, as everything else says it."""
    try:
        yield
    except pl.exceptions.ComputeError as error:
        raise OSError("the disk is full or not writable") from error


def harmless_cells(results: pl.DataFrame) -> pl.DataFrame:
    """Return results whose free text no spreadsheet takes for a formula."""
    return results.with_columns(map(_harmless_column, VISIT))


def _harmless_column(name: str) -> pl.Expr:
    column = pl.col(name)
    formula = pl.any_horizontal(column.str.starts_with(sign) for sign in FORMULA)
    return pl.when(formula).then("'" + column).otherwise(column).alias(name)


def reject_line(defect: Defect) -> str:
    """Return a defect as a line of the table of rejects; the raw row keeps its text, behind an
    apostrophe where it needs one.
    """
    cells = (getattr(defect, item.name) for item in fields(Defect))
    return csv_line(("" if cell is None else harmless(str(cell)) for cell in cells), "\n")


def join(paths: list[Path], to: Path, head: str = "") -> None:
    """Write files one behind the other under one name."""
    with replacing(to) as whole:
        whole.write(head.encode())
        for path in paths:
            with path.open("rb") as part:
                shutil.copyfileobj(part, whole, 1 << 20)


def join_parquet(paths: list[Path], to: Path) -> None:
    """Write parts as one Parquet file, in their order."""
    beside = to.with_name(f".{to.name}.unfinished")
    with _full_disk_as_os_error():
        pl.scan_ipc(paths).sink_parquet(
            beside, compression="zstd", row_group_size=ROW_GROUP, maintain_order=True
        )
    beside.replace(to)


def write_workbook(paths: list[Path], to: Path) -> None:
    """Write parts as an Excel file, with a new sheet for each million rows."""
    import xlsxwriter  # costs a start 60 ms, and few runs write a workbook

    beside = to.with_name(f".{to.name}.unfinished")
    with xlsxwriter.Workbook(
        beside, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # or the clock would be in the bytes
        bold = book.add_format({"bold": True})
        for start in _first_rows(paths):
            sheet = book.add_worksheet(f"Results {start // SHEET_ROWS + 1}" if start else "Results")
            sheet.freeze_panes(1, 1)
            _fill(sheet, _rows(paths, start), bold)
    beside.replace(to)


def _first_rows(paths: list[Path]) -> range:
    """Return the row with which each sheet begins; without any rows there is one sheet."""
    total = pl.scan_ipc(paths).select(pl.len()).collect().item()
    return range(0, max(total, 1), SHEET_ROWS)


def _fill(sheet: Any, rows: Iterator[Sequence[Any]], bold: Any) -> None:
    """Write headings and rows on a sheet."""
    sheet.write_row(0, 0, next(rows), bold)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if cell is not None:
                sheet.write_string(number, column, harmless(cell))


def _rows(paths: list[Path], start: int) -> Iterator[Sequence[Any]]:
    """Yield the headings, then a sheet's rows."""
    table = pl.scan_ipc(paths)
    yield table.collect_schema().names()
    for piece in range(start, start + SHEET_ROWS, PIECE):
        rows = table.slice(piece, min(PIECE, start + SHEET_ROWS - piece)).collect()
        if not rows.height:
            return
        yield from rows.iter_rows()


def text_file(path: Path, text: str) -> None:
    """Write a text under its name once it is whole."""
    with replacing(path) as file:
        file.write(text.encode())


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
        whole.update(f"{file.relative_to(folder).as_posix()}\0{sha256(file)}\n".encode())
    return whole.hexdigest()
