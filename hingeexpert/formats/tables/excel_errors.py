"""Find in the XML of a sheet what the reader of its cells takes for a blank or does not tell: cells
that show an error, such as `#DIV/0!`, formulas that were never calculated, numbers shown with zeros
before them, rows and columns that are hidden.
"""

import re
import zipfile
from dataclasses import dataclass, field
from typing import IO, Any

from defusedxml import DefusedXmlException, ElementTree

from hingeexpert.formats.tables.excel_parts import WorkbookParts, local

_PIECE = 1 << 20
"""Bytes that are searched at a time."""
_OVERLAP = 200
"""Bytes of one piece that are searched again with the next: a mark may lie across both."""
_ERROR_TYPE = re.compile(rb"\bt\s*=\s*[\"']e[\"']")
"""The attribute that says of a cell that it shows an error."""
_NO_VALUE = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^<>]*/>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
"""The end of a cell whose formula has no value."""
_FORMULA = re.compile(rb"[<:]f[\s/>]")
_HIDDEN = re.compile(rb"\bhidden\s*=\s*[\"'](?:1|true)[\"']")
_Marks = list[tuple[tuple[bytes, ...], re.Pattern[bytes]]]
"""Texts, and what is looked for where one of them stands; a text is found much sooner."""

ERROR, NOT_CALCULATED = "error_value", "not_calculated"


@dataclass
class SheetMarks:
    """What was found.

    Attributes:
        wrong: Row to columns, both from 0, of the cells that hold no value, with the code of the
            defect. Columns are counted from the first that holds anything, as the sheet is read.
        zeros: Row to columns of the numbers that are shown with zeros, with their digits.
        hidden_rows: The rows that are hidden.
        hidden_columns: The columns that are.
    """

    wrong: dict[int, dict[int, str]] = field(default_factory=dict)
    zeros: dict[int, dict[int, int]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def sheet_marks(parts: zipfile.ZipFile, workbook: WorkbookParts, sheet: str) -> SheetMarks:
    """Return what the XML of a sheet says beside its values.

    Args:
        parts: The workbook.
        workbook: What its parts say.
        sheet: Name of the sheet.

    Raises:
        BadZipFile: The sheet cannot be found or read.
    """
    part = workbook.sheets.get(sheet)
    if not part:
        raise zipfile.BadZipFile
    with parts.open(part) as text:
        if not _may_hold_marks(text, _marks(workbook)):
            return SheetMarks()
    seen = _SeenCells(workbook)
    try:
        with parts.open(part) as text:
            for event, element in ElementTree.iterparse(text, events=("start", "end")):
                seen.take(event, element)
    except (LookupError, ValueError, ElementTree.ParseError, DefusedXmlException):
        raise zipfile.BadZipFile from None
    return seen.marks()


def _marks(workbook: WorkbookParts) -> _Marks:
    """Return what a sheet is searched for before it is read as XML."""
    formula = _FORMULA if workbook.not_calculated else _NO_VALUE
    marks: _Marks = [
        ((b'"e"', b"'e'"), _ERROR_TYPE),
        ((b"hidden",), _HIDDEN),
        ((b"f>", b"<f ", b":f "), formula),
    ]
    if workbook.zeros:
        styles = "|".join(workbook.zeros).encode()
        marks.append(((b"s=", b"s ="), re.compile(rb"\bs\s*=\s*[\"'](?:" + styles + rb")[\"']")))
    return marks


def _may_hold_marks(text: IO[bytes], marks: _Marks) -> bool:
    """Return whether a sheet may hold a mark, which is quicker to find out than where."""
    rest = b""
    while piece := text.read(_PIECE):
        piece, rest = rest + piece, piece[-_OVERLAP:]
        for texts, pattern in marks:
            if any(text in piece for text in texts) and pattern.search(piece):
                return True
    return False


class _SeenCells:
    """What was seen of a sheet so far. Rows and cells need not say where they stand; then they
    follow those before them.
    """

    def __init__(self, workbook: WorkbookParts) -> None:
        self._workbook = workbook
        self._row = self._column = -1
        self._first_column: int | None = None
        self._wrong: list[tuple[int, int, str]] = []
        self._zeros: list[tuple[int, int, int]] = []
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()

    def take(self, event: str, element: Any) -> None:
        """Take the start or the end of an element."""
        tag = local(element.tag)
        if event == "start" and tag == "row":
            self._row, self._column = int(element.get("r", self._row + 2)) - 1, -1
            if _is_hidden(element):
                self._hidden_rows.add(self._row)
        elif event == "end" and tag == "col" and _is_hidden(element):
            first, last = int(element.get("min", 1)), int(element.get("max", 1))
            self._hidden_columns |= set(range(first - 1, min(last, 1 << 14)))
        elif event == "end" and tag == "c":
            self._cell(element)
        elif event == "end" and tag == "row":
            element.clear()  # or a large sheet fills the memory

    def _cell(self, element: Any) -> None:
        letters = element.get("r", "").rstrip("0123456789")
        self._column = _column(letters) if letters else self._column + 1
        children = {local(part.tag): part for part in element}
        value = children["v"].text if "v" in children else None
        kind = element.get("t")
        if kind == "e":
            self._wrong.append((self._row, self._column, ERROR))
        elif "f" in children and kind != "str" and self._is_not_calculated(value):
            self._wrong.append((self._row, self._column, NOT_CALCULATED))
        elif kind in (None, "n") and element.get("s") in self._workbook.zeros:
            self._zeros.append((self._row, self._column, self._workbook.zeros[element.get("s")]))
        if kind == "e" or value or "is" in children:
            known = self._first_column
            self._first_column = self._column if known is None else min(known, self._column)

    def _is_not_calculated(self, value: str | None) -> bool:
        """Return whether the value of a formula is none, or the 0 that stands in for it."""
        return not value or (self._workbook.not_calculated and value == "0")

    def marks(self) -> SheetMarks:
        """Return what was found, the columns counted from the first filled one."""
        first = self._first_column or 0
        marks = SheetMarks(hidden_rows=self._hidden_rows)
        for row, column, code in self._wrong:
            marks.wrong.setdefault(row, {})[column - first] = code
        for row, column, digits in self._zeros:
            marks.zeros.setdefault(row, {})[column - first] = digits
        marks.hidden_columns = {column - first for column in self._hidden_columns}
        return marks


def _is_hidden(element: Any) -> bool:
    return element.get("hidden") in ("1", "true")


def _column(letters: str) -> int:
    """Return the place from 0 of a column named by letters."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
