"""Open a table of forms, whatever file it stands in.

Owns the choice by the file's first bytes and its name. Everything about one kind of file stands in
its own module.
"""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hingeexpert.errors import clean, listed
from hingeexpert.formats.files import FORM_ENDINGS, PDF_ENDING, XML_ENDING, form_files
from hingeexpert.formats.tables.defects import Defect
from hingeexpert.formats.tables.delimited import BLOCK, DelimitedTable
from hingeexpert.formats.tables.envelopes import is_envelope
from hingeexpert.formats.tables.excel import ExcelTable
from hingeexpert.formats.tables.form_rows import BYTE_ORDER_MARK
from hingeexpert.formats.tables.guard import guarded
from hingeexpert.formats.tables.headings import Recogniser
from hingeexpert.formats.tables.other_forms import OtherForms
from hingeexpert.formats.tables.parquet import ParquetTable
from hingeexpert.formats.tables.refused import RefusedTable, UnreadableError
from hingeexpert.formats.tables.sheets import sheet_tables
from hingeexpert.formats.tables.single_forms import FolderTable, JsonLinesTable, JsonTable
from hingeexpert.formats.tables.table import PATIENT, Chunk, Table
from hingeexpert.formats.tables.unpacking import from_gzip, from_zip
from hingeexpert.formats.tables.workbook import OLD_START, SAVE_IT

__all__ = ["Chunk", "Defect", "Table", "open_table", "open_tables"]

_TEXT = (".csv", ".tsv", ".txt")
_LINES = (".jsonl", ".ndjson")
_EXCEL, _OLD_EXCEL, _ZIP_START = (".xlsx", ".xlsm", ".ods"), (".xls",), b"PK\x03\x04"
_PARQUET, _PARQUET_START = (".parquet", ".pq"), b"PAR1"
_PACKED, _GZIP_START = (".gz", ".zip"), b"\x1f\x8b"
_JSON = ".json"
_LEFT_TO_NAME = ""
"""The ending of a file that is known by its first bytes alone, such as standard input."""

_NUMBERS = "Numbers wrote it; there, export it as Excel or CSV (File, Export To)"
_BINARY_EXCEL = f"a workbook of the binary kind (.xlsb) is not read; {SAVE_IT}"
_PAGE = f"it is a web page or XML, whatever its name says; open it in a spreadsheet and {SAVE_IT}"
_MOST_DEEP = 3
"""How often a table may be packed in another."""


def open_table(path: Path, *, patient: str = PATIENT, block: int = BLOCK) -> Table:
    """Open the one table of a file, or the first: see `open_tables`."""
    return open_tables(path, patient=patient, block=block)[0]


def open_tables(
    path: Path,
    *,
    known: Recogniser | None = None,
    sheets: Sequence[str] = (),
    patient: str = PATIENT,
    block: int = BLOCK,
    others: OtherForms | None = None,
) -> list[Table]:
    """Open the tables of a file and read their headings; several are the sheets of a workbook.

    A path is a name and never a pattern. A file that is no table at all gives one that says why.

    Args:
        path: A file, or a folder of single forms. What is not text is known by its first bytes,
            whatever its name.
        known: What headings are known; without it they are the first row, and the first sheet of a
            workbook is read.
        sheets: Names of the sheets of a workbook to read.
        patient: Heading of the column with the patient's identifier, for the defects of rows.
        block: Bytes of a text file that are read at a time.
        others: Reads the forms of other systems; without it there are none.

    Raises:
        OSError: The file is not there or may not be read.
    """
    tables = _Opening(known, tuple(sheets), patient, block, others).tables(path, path.name)
    for table in tables if sheets else ():
        if not isinstance(table, ExcelTable | RefusedTable):
            table.notes.append("it is no workbook, so that no sheet was looked for")
    return tables


@dataclass(frozen=True)
class _Opening:
    """How tables are opened; see `open_tables`."""

    known: Recogniser | None
    sheets: tuple[str, ...]
    patient: str
    block: int
    others: OtherForms | None

    def tables(self, path: Path, name: str, depth: int = 0) -> list[Table]:
        """Open the tables of a file.

        Args:
            path: The file.
            name: Its name for defects.
            depth: How often it was unpacked.
        """
        try:
            return [self._folder(path, name)] if path.is_dir() else self._file(path, name, depth)
        except UnreadableError as error:
            return [RefusedTable(name, error)]

    def _file(self, path: Path, name: str, depth: int) -> list[Table]:
        """Open what is no folder, by its first bytes."""
        with path.open("rb") as file:
            start = file.read(1 << 12)
        if not start:
            raise UnreadableError("a table with headings is needed", "empty_file")
        if start.startswith(_GZIP_START):
            _check_depth(depth)
            unpacked = from_gzip(path)
            return unpacked.keep_for(self.tables(unpacked.path, name, depth + 1))
        if start.startswith(_ZIP_START):
            return self._zip(path, name, depth)
        return self._of_kind(path, name, start)

    def _folder(self, path: Path, name: str) -> Table:
        if path.suffix.lower() == ".numbers":
            raise UnreadableError(_NUMBERS)
        forms = form_files(path)
        if not forms and any(item.suffix.lower() in (*_TEXT, *_EXCEL) for item in path.iterdir()):
            message = "a folder is read as single forms, and holds none; name the tables in it"
            raise UnreadableError(message, "empty_file", alone=True)
        return FolderTable(forms, name, self.patient, self.others)

    def _zip(self, path: Path, name: str, depth: int) -> list[Table]:
        """Open a zip archive: a workbook, or a packed table."""
        mend = SAVE_IT if _suffix(path) != ".zip" else "pack it again"
        with guarded(mend), zipfile.ZipFile(path) as archive:
            is_workbook = _is_workbook(archive.namelist())
            if not is_workbook:
                _check_depth(depth)
                unpacked, inner = from_zip(archive)
        if is_workbook:
            return sheet_tables(path, name, self.patient, self.known, self.sheets)
        full = f"{name}[{clean(inner)}]"
        return unpacked.keep_for(self.tables(unpacked.path, full, depth + 1))

    def _of_kind(self, path: Path, name: str, start: bytes) -> list[Table]:
        """Open a file that is not packed, by its first bytes or else its ending."""
        suffix = _suffix(path)
        if start.startswith(_PARQUET_START) or suffix in _PARQUET:
            return [ParquetTable(path, name, self.patient, known=self.known)]
        if start.startswith(OLD_START) or suffix in _EXCEL:
            return sheet_tables(path, name, self.patient, self.known, self.sheets)
        return [self._of_text(path, name, suffix, start.removeprefix(BYTE_ORDER_MARK).lstrip())]

    def _of_text(self, path: Path, name: str, suffix: str, start: bytes) -> Table:
        """Open a file of text.

        Args:
            path: The file.
            name: Its name for defects.
            suffix: Its ending.
            start: Its first bytes that are not blank.
        """
        by_bytes = suffix == _LEFT_TO_NAME
        forms = self._of_forms(path, name, suffix, start)
        if forms is not None:
            return forms
        if start.startswith(b"<") and (by_bytes or suffix in _OLD_EXCEL):
            raise UnreadableError(_PAGE)
        if by_bytes or suffix in (*_TEXT, *_OLD_EXCEL):
            return DelimitedTable(path, name, self.patient, self.block, self.known)
        raise UnreadableError(_no_table(suffix))

    def _of_forms(self, path: Path, name: str, suffix: str, start: bytes) -> Table | None:
        """Open a file of forms as they are filled singly, one or several; `None` for any other."""
        by_bytes = suffix == _LEFT_TO_NAME
        if (suffix == _JSON or by_bytes) and is_envelope(start):
            return JsonTable(path, name, self.patient)
        if suffix in _LINES or (by_bytes and start.startswith(b"{") and _ends_form(start)):
            return JsonLinesTable(path, name, self.patient, others=self.others)
        is_json = suffix == _JSON and start.startswith(b"[")
        if is_json or (by_bytes and start.startswith((b"{", b"["))):
            return JsonTable(path, name, self.patient, self.others)
        is_other = suffix in (_LEFT_TO_NAME, XML_ENDING) and self._is_other(start)
        if is_other or suffix in (*FORM_ENDINGS, PDF_ENDING):
            return FolderTable([path], name, self.patient, self.others)
        return None

    def _is_other(self, start: bytes) -> bool:
        """Return whether a file begins as a form of another system."""
        return self.others is not None and self.others.are_in(start)


def _suffix(path: Path) -> str:
    return path.suffix.lower()


def _is_workbook(names: Sequence[str]) -> bool:
    """Return whether the files in an archive are the parts of a workbook.

    Raises:
        UnreadableError: They are those of one that is not read.
    """
    if "xl/workbook.bin" in names:
        raise UnreadableError(_BINARY_EXCEL)
    if any(item.endswith(".iwa") or item == "Index.zip" for item in names):
        raise UnreadableError(_NUMBERS)
    return not {"xl/workbook.xml", "content.xml", "[Content_Types].xml"}.isdisjoint(names)


def _ends_form(start: bytes) -> bool:
    """Return whether the first line of a file is one form as a whole, as far as that is read."""
    line, line_break, _ = start.strip().partition(b"\n")
    return not line_break or line.rstrip().endswith(b"}")


def _check_depth(depth: int) -> None:
    """Refuse what is packed again and again.

    Raises:
        UnreadableError: It is.
    """
    if depth >= _MOST_DEEP:
        raise UnreadableError("it is packed several times over; unpack it first")


def _no_table(suffix: str) -> str:
    """Say what a table is, and what to do with a file of another kind that holds one."""
    if suffix == ".numbers":
        return _NUMBERS
    if suffix == ".xlsb":
        return _BINARY_EXCEL
    forms = (*FORM_ENDINGS, PDF_ENDING, XML_ENDING)
    kinds = (*_TEXT, *_LINES, *_EXCEL, *_OLD_EXCEL, *_PARQUET[:1], *forms, *_PACKED)
    return f"a table is a folder of forms, or a file that ends in {listed(kinds, most=20)}"
