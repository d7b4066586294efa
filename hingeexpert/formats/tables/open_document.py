"""Find in a spreadsheet of LibreOffice what the reader of its cells takes for a blank or a 0, or
does not tell: cells that show an error, numbers shown with zeros before them, hidden rows and
columns.
"""

import re
import zipfile
from typing import Any

from defusedxml import DefusedXmlException, ElementTree

from hingeexpert.formats.tables.excel_errors import ERROR, NOT_CALCULATED, SheetMarks
from hingeexpert.formats.tables.excel_parts import local

_ZEROS = re.compile(r"0\d+")
MOST_COLUMNS = 1 << 14
"""Columns of a sheet that are looked at."""


def open_document_marks(parts: zipfile.ZipFile) -> dict[str, SheetMarks]:
    """Return the marks of each sheet by its name.

    Raises:
        BadZipFile: The spreadsheet cannot be read.
    """
    seen: dict[str, _SeenSheet] = {}
    sheet = _SeenSheet()
    try:
        with parts.open("content.xml") as text:
            for event, element in ElementTree.iterparse(text, events=("start", "end")):
                tag = local(element.tag)
                if event == "start" and tag == "table":
                    sheet = seen[_value(element, "name")] = _SeenSheet()
                elif event == "end" and tag == "table-column":
                    sheet.take_column(element)
                elif event == "end" and tag == "table-row":
                    sheet.take_row(element)
                    element.clear()
    except (LookupError, ValueError, ElementTree.ParseError, DefusedXmlException):
        raise zipfile.BadZipFile from None
    return {name: sheet.marks() for name, sheet in seen.items()}


class _SeenSheet:
    """What was seen of a sheet so far; columns count from the first of the sheet."""

    def __init__(self) -> None:
        self._row = self._columns = 0
        self._first_column: int | None = None
        self._marks = SheetMarks()

    def take_column(self, element: Any) -> None:
        """Take some columns that are alike."""
        count = min(_repeated(element, "columns"), MOST_COLUMNS)
        if _is_hidden(element):
            self._marks.hidden_columns |= set(range(self._columns, self._columns + count))
        self._columns += count

    def take_row(self, element: Any) -> None:
        """Take some rows that are alike; only a row without cells is often repeated."""
        column = 0
        for cell in element:
            if local(cell.tag) in ("table-cell", "covered-table-cell"):
                self._cell(cell, column)
                column += _repeated(cell, "columns")
        if _is_hidden(element):
            self._marks.hidden_rows.add(self._row)
        self._row += _repeated(element, "rows")

    def _cell(self, cell: Any, column: int) -> None:
        shown = "".join(text for part in cell if local(part.tag) == "p" for text in part.itertext())
        kind, value = _value(cell, "value-type"), _value(cell, "value")
        kinds = [text for key, text in cell.items() if local(key) == "value-type"]
        if kind or shown:
            known = self._first_column
            self._first_column = column if known is None else min(known, column)
        if "error" in kinds or (_value(cell, "formula") and shown.startswith(("#", "Err:"))):
            self._marks.wrong.setdefault(self._row, {})[column] = ERROR
        elif _value(cell, "formula") and not kind:
            self._marks.wrong.setdefault(self._row, {})[column] = NOT_CALCULATED
        elif _ZEROS.fullmatch(shown) and value == shown.lstrip("0"):
            self._marks.zeros.setdefault(self._row, {})[column] = len(shown)

    def marks(self) -> SheetMarks:
        """Return what was found, the columns counted from the first filled one."""
        first, marks = self._first_column or 0, self._marks
        return SheetMarks(
            {row: _moved(cells, first) for row, cells in marks.wrong.items()},
            {row: _moved(cells, first) for row, cells in marks.zeros.items()},
            marks.hidden_rows,
            {column - first for column in marks.hidden_columns},
        )


def _moved(cells: dict[int, Any], first: int) -> dict[int, Any]:
    return {column - first: what for column, what in cells.items()}


def _value(element: Any, name: str) -> str:
    """Return an attribute, whatever its namespace; empty where there is none."""
    return next((str(text) for key, text in element.items() if local(key) == name), "")


def _repeated(element: Any, what: str) -> int:
    return int(_value(element, f"number-{what}-repeated") or 1)


def _is_hidden(element: Any) -> bool:
    return _value(element, "visibility") in ("collapse", "filter")
