"""Find in a spreadsheet of LibreOffice what the reader of its cells takes for a blank or a 0, or
does not tell: cells that show an error, numbers shown with zeros before them, hidden rows and
columns.
"""

import re
import zipfile
from typing import IO, Any

from defusedxml import DefusedXmlException, ElementTree

from hingeexpert.formats.tables.excel_errors import (
    ERROR,
    MOST_COLUMNS,
    NOT_CALCULATED,
    SeenMarks,
    SheetMarks,
)
from hingeexpert.formats.tables.excel_parts import local, walked

_CELLS = ("table-cell", "covered-table-cell")
_ZEROS = re.compile(r"0\d+")


def open_document_marks(parts: zipfile.ZipFile) -> dict[str, SheetMarks]:
    """Return the marks of each sheet by its name.

    Raises:
        BadZipFile: The spreadsheet cannot be read.
    """
    try:
        with parts.open("content.xml") as text:
            sheets = _seen_sheets(text)
    except (LookupError, ValueError, ElementTree.ParseError, DefusedXmlException):
        raise zipfile.BadZipFile from None
    return {name: sheet.seen.marks() for name, sheet in sheets.items()}


def _seen_sheets(text: IO[bytes]) -> dict[str, "_SeenSheet"]:
    """Read the XML of all sheets."""
    sheets: dict[str, _SeenSheet] = {}
    sheet = _SeenSheet()
    for event, element, tag in walked(text, _CELLS):
        if event == "start" and tag == "table":
            sheet = sheets[_value(element, "name")] = _SeenSheet()
        elif event == "end" and tag == "table-column":
            sheet.take_column(element)
        elif event == "end" and tag in _CELLS:
            sheet.take_cell(element)
        elif event == "end" and tag == "table-row":
            sheet.take_row(element)
    return sheets


class _SeenSheet:
    """What was seen of a sheet so far."""

    def __init__(self) -> None:
        self.seen = SeenMarks()
        self._row = self._column = self._columns = 0

    def take_column(self, element: Any) -> None:
        """Take some columns that are alike."""
        count = min(_repeated(element, "columns"), MOST_COLUMNS - self._columns)
        if _is_hidden(element):
            self.seen.hidden_columns(range(self._columns, self._columns + count))
        self._columns += count

    def take_cell(self, element: Any) -> None:
        """Take some cells that are alike; only a blank one is often repeated."""
        self._cell(element, self._column)
        self._column += _repeated(element, "columns")

    def take_row(self, element: Any) -> None:
        """Take some rows that are alike, behind their cells; only a blank one is often repeated."""
        self._column = 0
        if _is_hidden(element):
            self.seen.hidden_row(self._row)
        self._row += _repeated(element, "rows")

    def _cell(self, cell: Any, column: int) -> None:
        shown = "".join(text for part in cell if local(part.tag) == "p" for text in part.itertext())
        wrong = _wrong(cell, shown)
        if wrong is not None:
            self.seen.wrong(self._row, column, wrong)
        elif _ZEROS.fullmatch(shown) and _value(cell, "value") == shown.lstrip("0"):
            self.seen.zeros(self._row, column, len(shown))
        if shown or _value(cell, "value-type"):
            self.seen.filled(column)


def _wrong(cell: Any, shown: str) -> str | None:
    """Return the code of what is wrong with a cell; `None` where it holds a value or nothing.

    Args:
        cell: Its element.
        shown: The text that it shows.
    """
    formula = _value(cell, "formula")
    kinds = [text for key, text in cell.items() if local(key) == "value-type"]
    if "error" in kinds or (formula and shown.startswith(("#", "Err:"))):
        return ERROR
    return NOT_CALCULATED if formula and not _value(cell, "value-type") else None


def _value(element: Any, name: str) -> str:
    """Return an attribute, whatever its namespace; empty where there is none."""
    return next((str(text) for key, text in element.items() if local(key) == name), "")


def _repeated(element: Any, what: str) -> int:
    return int(_value(element, f"number-{what}-repeated") or 1)


def _is_hidden(element: Any) -> bool:
    return _value(element, "visibility") in ("collapse", "filter")
