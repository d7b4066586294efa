"""Open a table of forms, whatever file it stands in.

Owns the choice by the file's name. Everything about one kind of file stands in its own module.
"""

from pathlib import Path

from hingeexpert.errors import InputError, Problem, listed
from hingeexpert.formats.files import FORM_ENDINGS, form_files
from hingeexpert.formats.tables.defects import Defect
from hingeexpert.formats.tables.delimited import BLOCK, DelimitedTable
from hingeexpert.formats.tables.excel import ExcelTable
from hingeexpert.formats.tables.parquet import ParquetTable
from hingeexpert.formats.tables.single_forms import FolderTable, JsonLinesTable
from hingeexpert.formats.tables.table import PATIENT, Chunk, Table

__all__ = ["Chunk", "Defect", "Table", "open_table"]

_TEXT = (".csv", ".tsv", ".txt")
_LINES = (".jsonl", ".ndjson")
_EXCEL, _EXCEL_START = (".xlsx", ".xlsm"), b"PK\x03\x04"
_PARQUET, _PARQUET_START = (".parquet", ".pq"), b"PAR1"


def open_table(path: Path, *, patient: str = PATIENT, block: int = BLOCK) -> Table:
    """Open a table and read its headings.

    Args:
        path: A file, or a folder of single forms. Excel and Parquet are known by their first bytes,
            whatever their name.
        patient: Heading of the column with the patient's identifier, for the defects of rows.
        block: Bytes of a text file that are read at a time.

    Raises:
        InputError: The name's ending is not one of a table.
        OSError: The file is not there or may not be read.
    """
    if path.is_dir():
        return FolderTable(form_files(path), path.name, patient)
    with path.open("rb") as file:
        start, suffix = file.read(4), path.suffix.lower()
    if start == _PARQUET_START or suffix in _PARQUET:
        return ParquetTable(path, path.name, patient)
    if start == _EXCEL_START or suffix in _EXCEL:
        return ExcelTable(path, path.name, patient)
    if suffix in _LINES:
        return JsonLinesTable(path, path.name, patient)
    if suffix in FORM_ENDINGS:
        return FolderTable([path], path.name, patient)
    if suffix in _TEXT:
        return DelimitedTable(path, path.name, patient, block)
    raise InputError([_no_table(path)])


def _no_table(path: Path) -> Problem:
    endings = listed([*_TEXT, *_LINES, *_EXCEL[:1], *_PARQUET[:1], *FORM_ENDINGS])
    message = f"a table is a folder of forms, or a file that ends in {endings}"
    return Problem(path.name, None, "", message)
