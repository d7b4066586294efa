"""The parts of an Excel workbook that say of its sheets what the reader of cells does not: where
the XML of each lies, which are hidden, and how numbers are shown.
"""

import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from defusedxml import DefusedXmlException, ElementTree

_ZEROS = re.compile(r"0{2,}")
"""A format that shows a number with zeros before it."""


@dataclass(frozen=True)
class WorkbookParts:
    """What the parts of a workbook say.

    Attributes:
        sheets: Name of each sheet with cells to the part that holds them; charts have none.
        hidden: Names of the sheets that are hidden.
        not_calculated: Whether a program wrote it that calculates no formulas, and said so.
        zeros: Style of a cell to the digits that its number is shown with.
    """

    sheets: dict[str, str]
    hidden: frozenset[str]
    not_calculated: bool
    zeros: dict[str, int]


def workbook_parts(parts: zipfile.ZipFile) -> WorkbookParts:
    """Read them.

    Raises:
        BadZipFile: They cannot be read, or are not those of a workbook.
    """
    try:
        workbook = ElementTree.fromstring(parts.read("xl/workbook.xml"))
        targets = _targets(parts)
        styles = "xl/styles.xml"
        zeros = _zeros(parts.read(styles)) if styles in parts.namelist() else {}
    except (LookupError, ValueError, ElementTree.ParseError, DefusedXmlException):
        raise zipfile.BadZipFile from None
    sheets: dict[str, str] = {}
    hidden: set[str] = set()
    for name, is_hidden, target in _sheets(workbook, targets):
        sheets[name] = target
        if is_hidden:
            hidden.add(name)
    not_calculated = any(
        item.get("fullCalcOnLoad") in ("1", "true") for item in _all(workbook, "calcPr")
    )
    return WorkbookParts(sheets, frozenset(hidden), not_calculated, zeros)


def _sheets(workbook: Any, targets: Mapping[str, str | None]) -> Iterator[tuple[str, bool, str]]:
    """Yield the name of each sheet with cells, whether it is hidden, and the part that holds it."""
    for sheet in _all(workbook, "sheet"):
        identifier = next((value for key, value in sheet.items() if key.endswith("}id")), "")
        target = targets.get(identifier, "")
        if target is not None:
            yield sheet.get("name", ""), sheet.get("state", "visible") != "visible", target


def _targets(parts: zipfile.ZipFile) -> dict[str, str | None]:
    """Return the parts of the workbook by the identifiers that it calls them by; `None` for a part
    that shows a chart or a dialog in place of cells, empty for one that is not there.
    """
    known = set(parts.namelist())
    targets: dict[str, str | None] = {}
    for relation in _all(
        ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels")), "Relationship"
    ):
        target = relation.get("Target", "")
        names = (target.removeprefix("/"), f"xl/{target}")
        part = next((name for name in names if name in known), "")
        has_cells = not relation.get("Type", "").endswith(("/chartsheet", "/dialogsheet"))
        targets[relation.get("Id", "")] = part if has_cells else None
    return targets


def _zeros(styles: bytes) -> dict[str, int]:
    """Return the styles of cells that show zeros before a number, with their digits."""
    root = ElementTree.fromstring(styles)
    digits = {
        item.get("numFmtId"): len(item.get("formatCode", ""))
        for item in _all(root, "numFmt")
        if _ZEROS.fullmatch(item.get("formatCode", ""))
    }
    formats = [style for group in _all(root, "cellXfs") for style in group]
    return {
        str(place): digits[style.get("numFmtId")]
        for place, style in enumerate(formats)
        if style.get("numFmtId") in digits
    }


def _all(root: Any, tag: str) -> Iterator[Any]:
    """Yield the elements of this name, whatever their namespace."""
    return (element for element in root.iter() if local(element.tag) == tag)


def walked(text: IO[bytes], cells: Collection[str]) -> Iterator[tuple[str, Any, str]]:
    """Yield the start and the end of every element of a sheet, with its name, and forget each
    behind its end, so that a large sheet does not fill the memory. Only a cell keeps what stands in
    it until its own end.

    Args:
        text: The XML.
        cells: Names of elements that are cells.
    """
    around: list[Any] = []
    open_cells = 0
    for event, element in ElementTree.iterparse(text, events=("start", "end")):
        tag = local(element.tag)
        if event == "start":
            around.append(element)
            open_cells += tag in cells
            yield event, element, tag
            continue
        yield event, element, tag
        around.pop()
        open_cells -= tag in cells
        if around and not open_cells:
            del around[-1][:]


def local(tag: str) -> str:
    """Return the name of an element without its namespace."""
    return tag.rpartition("}")[2]
