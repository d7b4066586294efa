"""The results of a run on disk: a part for each chunk, which a later start can build on, and the
whole files once all parts are there.

A file has its final name only when it is complete: everything is written beside it first and
renamed.
"""

import csv
import hashlib
import io
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
import xlsxwriter

from hingeexpert.batch.counts import Counts
from hingeexpert.batch.mapping import DATE
from hingeexpert.errors import InputError, Problem
from hingeexpert.formats.files import replacing
from hingeexpert.formats.tables.defects import Defect
from hingeexpert.formats.tables.table import PATIENT

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would take for a formula (OWASP, CSV Injection)."""
FREE = (PATIENT, DATE)
SHEET_ROWS = 1_000_000
"""Most rows on a sheet; Excel holds 1,048,576."""
ROW_GROUP = 250_000
REJECTS = tuple("patient.id" if item.name == "patient" else item.name for item in fields(Defect))
"""Columns of the table of rejects."""


def harmless(text: str) -> str:
    """Return a cell as a spreadsheet takes it for text."""
    return f"'{text}" if text.startswith(FORMULA) else text


@dataclass(frozen=True)
class Part:
    """The files of one chunk."""

    folder: Path
    name: str

    def path(self, kind: str) -> Path:
        """Return the file of this kind: `parquet`, `csv`, `rejects`, `jsonl` or `json`."""
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
        return pl.read_ipc(self.path("visits"))

    def write(
        self,
        results: pl.DataFrame,
        visits: pl.DataFrame,
        defects: Sequence[Defect],
        people: Iterable[str] | None,
        counts: Counts,
        *,
        as_csv: bool,
    ) -> None:
        """Write a chunk.

        Args:
            results: The results of the accepted rows.
            visits: Patient and date of the accepted rows.
            defects: What was wrong with the others.
            people: For each accepted row a line of JSON, if that is wanted.
            counts: The numbers of the chunk.
            as_csv: Whether the results are wanted as text.
        """
        with _told():
            results.write_parquet(self.path("parquet"), compression="lz4")
            visits.write_ipc(self.path("visits"))
            if as_csv:
                harmless_cells(results).write_csv(self.path("csv"), include_header=False)
        self.path("rejects").write_text(
            "".join(map(reject_line, defects)), encoding="utf-8", newline=""
        )
        if people is not None:
            with self.path("jsonl").open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(f"{person}\n" for person in people)
        with replacing(self.path("json")) as file:
            file.write(json.dumps(counts.as_data()).encode())


@contextmanager
def _told() -> Iterator[None]:
    """Turn what Polars says of a full disk into an `OSError`, as everything else says it."""
    try:
        yield
    except pl.exceptions.ComputeError as error:
        raise OSError("the disk is full or not writable") from error


def harmless_cells(results: pl.DataFrame) -> pl.DataFrame:
    """Return results whose free text no spreadsheet takes for a formula."""
    begins = [
        pl.any_horizontal(pl.col(name).str.starts_with(sign) for sign in FORMULA) for name in FREE
    ]
    return results.with_columns(
        pl.when(formula).then("'" + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name, formula in zip(FREE, begins, strict=True)
    )


def reject_line(defect: Defect) -> str:
    """Return a defect as a line of the table of rejects; the raw row keeps its text, behind an
    apostrophe where it needs one.
    """
    return _csv_line(
        "" if value is None else harmless(str(value))
        for value in (getattr(defect, item.name) for item in fields(Defect))
    )


def _csv_line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


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
    with _told():
        pl.scan_parquet(paths).sink_parquet(
            beside, compression="zstd", row_group_size=ROW_GROUP, maintain_order=True
        )
    beside.replace(to)


def write_sheet(paths: list[Path], to: Path) -> None:
    """Write parts as an Excel file, with a new sheet for each million rows."""
    beside = to.with_name(f".{to.name}.unfinished")
    with xlsxwriter.Workbook(
        beside, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})
        bold = book.add_format({"bold": True})
        for start in _pages(paths):
            sheet = book.add_worksheet(f"Results {start // SHEET_ROWS + 1}" if start else "Results")
            sheet.freeze_panes(1, 1)
            rows = _rows(paths, start)
            sheet.write_row(0, 0, next(rows), bold)
            for number, row in enumerate(rows, start=1):
                for column, cell in enumerate(row):
                    if cell is not None:
                        sheet.write_string(number, column, harmless(cell))
    beside.replace(to)


def _pages(paths: list[Path]) -> range:
    total = pl.scan_parquet(paths).select(pl.len()).collect().item()
    return range(0, max(total, 1), SHEET_ROWS)


def _rows(paths: list[Path], start: int) -> Iterator[Sequence[Any]]:
    """Yield the headings, then a sheet's rows."""
    table = pl.scan_parquet(paths)
    yield table.collect_schema().names()
    for piece in range(start, start + SHEET_ROWS, 50_000):
        rows = table.slice(piece, min(50_000, start + SHEET_ROWS - piece)).collect()
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
            whole = hashlib.sha256()
            for file in sorted(file for file in path.rglob("*") if file.is_file()):
                whole.update(f"{file.relative_to(path).as_posix()}\0{sha256(file)}\n".encode())
            return whole.hexdigest()
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise InputError(
            [Problem(os.fspath(path), None, "", f"cannot be read: {error.strerror}")]
        ) from None
