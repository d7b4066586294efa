"""A workbook of Excel or LibreOffice: its sheets, with what stands in their cells and what is
marked there.
"""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import fastexcel
import polars as pl

from hingeexpert.formats.tables.excel_errors import SheetMarks, sheet_marks
from hingeexpert.formats.tables.excel_parts import workbook_parts
from hingeexpert.formats.tables.open_document import open_document_marks
from hingeexpert.formats.tables.refused import UnreadableError
from hingeexpert.formats.tables.unpacking import check_sizes

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
        content = path.read_bytes()
        if not content:
            raise UnreadableError("it must hold a sheet with headings", "empty_file")
        self._marks: Callable[[str], SheetMarks]
        self._with_cells: frozenset[str] | None = None
        self.hidden: frozenset[str] = frozenset()
        if content.startswith(OLD_START):
            self._marks = _look_at_old(content)
        else:
            self._look_at_parts(path)
        self._book = _opened(content)
        names, cells = self._book.sheet_names, self._with_cells
        self.sheets = [name for name in names if cells is None or name in cells]
        if not self.sheets:
            raise UnreadableError("it must hold a sheet with headings", "empty_file")

    def _look_at_parts(self, path: Path) -> None:
        """Find the parts of a workbook that is a zip archive."""
        try:
            with zipfile.ZipFile(path) as parts:
                check_sizes(parts)
                if "content.xml" in parts.namelist():
                    marks = open_document_marks(parts)
                    self._marks = lambda sheet: marks.get(sheet, SheetMarks())
                    return
                known = workbook_parts(parts)
        except zipfile.BadZipFile:
            raise UnreadableError(SAVE_IT) from None
        self.hidden, self._with_cells = known.hidden, frozenset(known.sheets)

        def marks_of(sheet: str) -> SheetMarks:
            with zipfile.ZipFile(path) as parts:
                return sheet_marks(parts, known, sheet)

        self._marks = marks_of

    def read(self, sheet: str) -> tuple[pl.DataFrame, SheetMarks]:
        """Read the cells of a sheet as text, and what is marked there.

        Raises:
            UnreadableError: They cannot be read.
        """
        try:
            cells = self._book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
            return cells.to_polars(), self._marks(sheet)
        except (fastexcel.FastExcelError, zipfile.BadZipFile, pl.exceptions.PolarsError):
            raise UnreadableError(SAVE_IT) from None


def _opened(content: bytes) -> fastexcel.ExcelReader:
    """Open a workbook with the reader of cells.

    Raises:
        UnreadableError: It is locked, damaged or none.
    """
    try:
        return fastexcel.read_excel(content)
    except fastexcel.FastExcelError as error:
        locked = "password" in str(error).lower()
        raise UnreadableError(_locked() if locked else SAVE_IT, alone=locked) from None


def _look_at_old(content: bytes) -> Callable[[str], SheetMarks]:
    """Refuse an old workbook with a password, and one with an error in a cell.

    Raises:
        UnreadableError: It is one of these.
    """
    if _LOCKED in content:
        raise UnreadableError(_locked(), alone=True)
    if _OLD_ERROR.search(content):
        more = "in a workbook of the old kind it cannot be said where; save it as .xlsx"
        raise UnreadableError(more, "error_value")
    return lambda sheet: SheetMarks()


def _locked() -> str:
    return "the workbook has a password; save a copy without one"
