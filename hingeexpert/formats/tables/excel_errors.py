"""Find the cells of an Excel workbook that show an error, such as `#DIV/0!`.

What reads the cells of a sheet takes an error for a blank, so that it must be looked for in the XML
of the workbook.
"""

import re
import zipfile
from pathlib import Path
from typing import IO, Any

from defusedxml import DefusedXmlException, ElementTree

_PIECE = 1 << 20
"""Bytes that are searched at a time."""
_OVERLAP = 20
"""Bytes of one piece that are searched again with the next: a type may lie across both."""
_ERROR_TYPE = re.compile(rb"\bt\s*=\s*[\"']e[\"']")
"""The attribute that says of a cell that it shows an error."""


def error_cells(path: Path) -> dict[int, list[int]]:
    """Return the cells of the first sheet that show an error: row to columns, both from 0.

    Columns are counted from the first that holds anything, as the sheet is read.

    Raises:
        BadZipFile: The sheet cannot be found or read.
    """
    with zipfile.ZipFile(path) as parts:
        sheet = _first_sheet(parts)
        with parts.open(sheet) as text:
            if not _may_hold_error(text):
                return {}
        seen = _SeenCells()
        try:
            with parts.open(sheet) as text:
                for event, element in ElementTree.iterparse(text, events=("start", "end")):
                    seen.take(event, element)
        except (ElementTree.ParseError, DefusedXmlException):
            raise zipfile.BadZipFile from None
    return seen.errors()


def _may_hold_error(text: IO[bytes]) -> bool:
    """Return whether a sheet may hold an error, which is quicker to find out than where."""
    rest = b""
    while piece := text.read(_PIECE):
        searched = rest + piece
        if _may_be_type(searched) and _ERROR_TYPE.search(searched):
            return True
        rest = piece[-_OVERLAP:]
    return False


def _may_be_type(text: bytes) -> bool:
    """Return whether a value `e` stands in quotation marks, which is found faster than its name."""
    return b'"e"' in text or b"'e'" in text


class _SeenCells:
    """What was seen of a sheet so far. Rows and cells need not say where they stand; then they
    follow those before them.
    """

    def __init__(self) -> None:
        self._row = self._column = -1
        self._first_column: int | None = None
        self._errors: list[tuple[int, int]] = []

    def take(self, event: str, element: Any) -> None:
        """Take the start or the end of an element."""
        tag = _local(element.tag)
        if event == "start" and tag == "row":
            self._row, self._column = int(element.get("r", self._row + 2)) - 1, -1
        elif event == "end" and tag == "c":
            self._cell(element)
        elif event == "end" and tag == "row":
            element.clear()  # or a large sheet fills the memory

    def _cell(self, element: Any) -> None:
        letters = element.get("r", "").rstrip("0123456789")
        self._column = _column(letters) if letters else self._column + 1
        is_error = element.get("t") == "e"
        if is_error:
            self._errors.append((self._row, self._column))
        if is_error or any(_local(part.tag) in ("v", "is") for part in element):
            known = self._first_column
            self._first_column = self._column if known is None else min(known, self._column)

    def errors(self) -> dict[int, list[int]]:
        """Return row to columns of the errors, the columns counted from the first filled one."""
        by_row: dict[int, list[int]] = {}
        for row, column in self._errors:
            by_row.setdefault(row, []).append(column - (self._first_column or 0))
        return by_row


def _first_sheet(parts: zipfile.ZipFile) -> str:
    """Return the name of the part that holds the first sheet.

    Raises:
        BadZipFile: There is none.
    """
    try:
        sheets = ElementTree.fromstring(parts.read("xl/workbook.xml")).iter()
        first = next(element for element in sheets if _local(element.tag) == "sheet")
        identifier = next(value for key, value in first.items() if key.endswith("}id"))
        target = _target(parts, identifier)
        names = (target.removeprefix("/"), f"xl/{target}")
        return next(name for name in names if name in parts.namelist())
    except (KeyError, StopIteration, ElementTree.ParseError, DefusedXmlException):
        raise zipfile.BadZipFile from None


def _target(parts: zipfile.ZipFile, identifier: str) -> str:
    """Return where a relation of the workbook leads."""
    relations = ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels")).iter()
    relation = next(relation for relation in relations if relation.get("Id") == identifier)
    return str(relation.get("Target", ""))


def _local(tag: str) -> str:
    """Return the name of an element without its namespace."""
    return tag.rpartition("}")[2]


def _column(letters: str) -> int:
    """Return the place from 0 of a column named by letters."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
