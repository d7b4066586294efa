"""A workbook of Excel or LibreOffice: its sheets, with what stands in their cells and what is
marked there.
"""

import re
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import polars as pl

from hingeexpert.formats.tables.apart import LOCKED, BookApart
from hingeexpert.formats.tables.excel_errors import SheetMarks, sheet_marks
from hingeexpert.formats.tables.excel_parts import WorkbookParts, workbook_parts
from hingeexpert.formats.tables.guard import guarded
from hingeexpert.formats.tables.open_document import open_document_marks
from hingeexpert.formats.tables.refused import UnreadableError
from hingeexpert.formats.tables.unpacking import check_workbook

OLD_START = b"\xd0\xcf\x11\xe0"
"""The first bytes of a workbook as Excel wrote it until 2003, and of one that has a password."""
SAVE_IT = "save it as an Excel workbook (.xlsx) or as CSV"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_CODES = rb"[\x00\x07\x0f\x17\x1d\x24\x2a]"
_OLD_ERROR = re.compile(
    rb"\x05\x02\x08\x00.{6}" + _CODES + rb"\x01"  # a cell that holds an error
    rb"|\x06\x00.{8}\x02\x00" + _CODES + rb".{3}\xff\xff",  # a formula that comes to one
    re.DOTALL,
)
"""A cell of an old workbook that shows an error. What reads its cells takes it for a blank."""


class Workbook:
    """A workbook.

    Attributes:
        sheets: The names of its sheets with cells.
        hidden: Those of them that are hidden.
    """

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            UnreadableError: It is locked, damaged or none.
        """
        self._marks: Callable[[str], SheetMarks]
        self._with_cells: frozenset[str] | None = None
        self.hidden: frozenset[str] = frozenset()
        self._book = BookApart(path, SAVE_IT)
        with path.open("rb") as file:
            is_old = file.read(len(OLD_START)) == OLD_START
        with guarded(SAVE_IT):
            if is_old:
                self._marks = _look_at_old(path.read_bytes())
            else:
                self._look_at_parts(path)
        names, cells = self._book.sheets(), self._with_cells
        self.sheets = [name for name in names if cells is None or name in cells]
        if not self.sheets:
            raise UnreadableError("it must hold a sheet with headings", "empty_file")

    def _look_at_parts(self, path: Path) -> None:
        """Find the parts of a workbook that is a zip archive."""
        with zipfile.ZipFile(path) as parts:
            check_workbook(parts)
            if "content.xml" in parts.namelist():
                marks = open_document_marks(parts)
                self._marks = lambda sheet: marks.get(sheet, SheetMarks())
                return
            known = workbook_parts(parts)
        self.hidden, self._with_cells = known.hidden, frozenset(known.sheets)
        self._marks = partial(_marks_of, path, known)

    def read(self, sheet: str) -> tuple[pl.DataFrame, SheetMarks]:
        """Read the cells of a sheet as text, and what is marked there.

        Raises:
            UnreadableError: They cannot be read.
        """
        self._book.ask(sheet)
        with guarded(SAVE_IT):
            marks = self._marks(sheet)
        return self._book.cells(), marks


def _marks_of(path: Path, known: WorkbookParts, sheet: str) -> SheetMarks:
    with zipfile.ZipFile(path) as parts:
        return sheet_marks(parts, known, sheet)


def _look_at_old(content: bytes) -> Callable[[str], SheetMarks]:
    """Refuse an old workbook with a password, and one with an error in a cell.

    Raises:
        UnreadableError: It is one of these.
    """
    if _LOCKED in content:
        raise UnreadableError(LOCKED, alone=True)
    if _OLD_ERROR.search(content):
        more = "in a workbook of the old kind it cannot be said where; save it as .xlsx"
        raise UnreadableError(more, "error_value")
    return lambda sheet: SheetMarks()
