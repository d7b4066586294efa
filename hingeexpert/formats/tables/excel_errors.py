"""Find in the XML of a sheet what the reader of its cells takes for a blank or does not tell: cells
that show an error, such as `#DIV/0!`, formulas that were never calculated, numbers shown with zeros
before them, rows and columns that are hidden.
"""

import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO, Any, TypeVar

from defusedxml import DefusedXmlException, ElementTree

from hingeexpert.formats.tables.excel_parts import WorkbookParts, local, walked

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
_ADDRESS = re.compile(r"([A-Z]{1,3})[0-9]+")
"""Where a cell stands: the letters of its column, the number of its row."""
_HIDDEN = re.compile(rb"\bhidden\s*=\s*[\"'](?:1|true)[\"']")
_Marks = list[tuple[tuple[bytes, ...], re.Pattern[bytes]]]
"""Texts, and what is looked for where one of them stands; a text is found much sooner."""

ERROR, NOT_CALCULATED = "error_value", "not_calculated"
MOST_COLUMNS = 1 << 14
"""Columns of a sheet that are looked at."""
_What = TypeVar("_What")


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

    def counted_from(self, first: int) -> "SheetMarks":
        """Return them with the columns counted from one of them."""
        return SheetMarks(
            {row: _moved(cells, first) for row, cells in self.wrong.items()},
            {row: _moved(cells, first) for row, cells in self.zeros.items()},
            self.hidden_rows,
            {column - first for column in self.hidden_columns},
        )


def _moved(cells: dict[int, _What], first: int) -> dict[int, _What]:
    return {column - first: what for column, what in cells.items()}


class SeenMarks:
    """The marks of a sheet that were seen so far; columns count from the first of the sheet."""

    def __init__(self) -> None:
        """Begin with none."""
        self._marks = SheetMarks()
        self._first_filled: int | None = None

    def filled(self, column: int) -> None:
        """Take in that a cell of a column holds something."""
        known = self._first_filled
        self._first_filled = column if known is None else min(known, column)

    def wrong(self, row: int, column: int, code: str) -> None:
        """Take in that a cell holds no value."""
        self._marks.wrong.setdefault(row, {})[column] = code

    def zeros(self, row: int, column: int, digits: int) -> None:
        """Take in that a number is shown with zeros."""
        self._marks.zeros.setdefault(row, {})[column] = digits

    def hidden_row(self, row: int) -> None:
        """Take in that a row is hidden."""
        self._marks.hidden_rows.add(row)

    def hidden_columns(self, columns: Iterable[int]) -> None:
        """Take in that columns are hidden."""
        self._marks.hidden_columns.update(columns)

    def marks(self) -> SheetMarks:
        """Return what was seen, the columns counted from the first filled one."""
        return self._marks.counted_from(self._first_filled or 0)


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
    cells = _SeenCells(workbook)
    try:
        with parts.open(part) as text:
            for event, element, tag in walked(text, ["c"]):
                cells.take(event, element, tag)
    except (LookupError, ValueError, ElementTree.ParseError, DefusedXmlException):
        raise zipfile.BadZipFile from None
    return cells.seen.marks()


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
    """What was seen of the cells of a sheet so far. Rows and cells need not say where they stand;
    then they follow those before them.
    """

    def __init__(self, workbook: WorkbookParts) -> None:
        self._workbook = workbook
        self.seen = SeenMarks()
        self._row = self._column = -1
        self._hidden = 0

    def take(self, event: str, element: Any, tag: str) -> None:
        """Take the start or the end of an element of this name."""
        if event == "start" and tag == "row":
            self._row, self._column = int(element.get("r", self._row + 2)) - 1, -1
            if _is_hidden(element):
                self.seen.hidden_row(self._row)
        elif event == "end" and tag == "col" and _is_hidden(element):
            first, last = int(element.get("min", 1)), int(element.get("max", 1))
            self._hide(range(max(first, 1) - 1, min(last, MOST_COLUMNS)))
        elif event == "end" and tag == "c":
            self._cell(element)

    def _hide(self, columns: range) -> None:
        """Take in that columns are hidden, as many as there can be."""
        self._hidden += len(columns)
        if self._hidden <= MOST_COLUMNS:
            self.seen.hidden_columns(columns)

    def _cell(self, element: Any) -> None:
        address = _ADDRESS.fullmatch(element.get("r", ""))
        self._column = _column(address[1]) if address else self._column + 1
        children = {local(part.tag): part for part in element}
        value = children["v"].text if "v" in children else None
        kind, digits = element.get("t"), self._workbook.zeros.get(element.get("s", ""))
        wrong = self._wrong(kind, value, has_formula="f" in children)
        if wrong is not None:
            self.seen.wrong(self._row, self._column, wrong)
        elif kind in (None, "n") and digits is not None:
            self.seen.zeros(self._row, self._column, digits)
        if kind == "e" or value or "is" in children:
            self.seen.filled(self._column)

    def _wrong(self, kind: str | None, value: str | None, *, has_formula: bool) -> str | None:
        """Return the code of what is wrong with a cell; `None` where it holds a value or nothing.

        Args:
            kind: The type that it says of itself.
            value: What stands in it.
            has_formula: Whether that came of a formula.
        """
        if kind == "e":
            return ERROR
        if has_formula and kind != "str" and self._is_not_calculated(value):
            return NOT_CALCULATED
        return None

    def _is_not_calculated(self, value: str | None) -> bool:
        """Return whether the value of a formula is none, or the 0 that stands in for it."""
        return not value or (self._workbook.not_calculated and value == "0")


def _is_hidden(element: Any) -> bool:
    return element.get("hidden") in ("1", "true")


def _column(letters: str) -> int:
    """Return the place from 0 of a column named by letters."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
