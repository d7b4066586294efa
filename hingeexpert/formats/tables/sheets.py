"""Which sheets of a workbook are read: those that are named, else all that hold a table of
forms.
"""

from collections.abc import Sequence
from pathlib import Path

from hingeexpert.errors import listed, shown
from hingeexpert.formats.tables.excel import ExcelTable
from hingeexpert.formats.tables.headings import Recogniser
from hingeexpert.formats.tables.refused import UnreadableError
from hingeexpert.formats.tables.table import PATIENT, Table
from hingeexpert.formats.tables.workbook import Workbook

_ENOUGH_KNOWN = 3
"""Known headings with which a sheet is one of forms, although it does not say whose they are."""


def sheet_tables(
    path: Path,
    name: str,
    patient: str = PATIENT,
    known: Recogniser | None = None,
    wanted: Sequence[str] = (),
) -> list[Table]:
    """Open the sheets of a workbook as tables.

    Args:
        path: The workbook.
        name: Its name for defects; that of a sheet is added where there are several.
        patient: Heading of the column with the patient's identifier.
        known: What headings are known, by which a table of forms is told from other sheets.
        wanted: Names of the sheets to read, whatever they hold.

    Raises:
        UnreadableError: It is no workbook that can be read, or lacks a sheet that is wanted.
    """
    book = Workbook(path)
    _check_wanted(book, wanted)
    if known is None and not wanted:
        return _first(book, name, patient)
    names = list(dict.fromkeys(wanted)) or book.sheets
    several = len(book.sheets) > 1
    tables = [
        ExcelTable(book, sheet, f"{name}[{sheet}]" if several else name, patient, known)
        for sheet in names
    ]
    return list(tables) if wanted else _of_forms(dict(zip(names, tables, strict=True)))


def _check_wanted(book: Workbook, wanted: Sequence[str]) -> None:
    """Refuse a workbook that lacks a sheet.

    Raises:
        UnreadableError: It does.
    """
    lacking = [shown(sheet) for sheet in wanted if sheet not in book.sheets]
    if lacking:
        there = listed([shown(sheet) for sheet in book.sheets])
        raise UnreadableError(f"{lacking[0]}; it has {there}", "missing_sheet")


def _first(book: Workbook, name: str, patient: str) -> list[Table]:
    """Return the first sheet alone."""
    table = ExcelTable(book, book.sheets[0], name, patient)
    if len(book.sheets) > 1:
        table.notes.append(f"the workbook has {len(book.sheets)} sheets; the first was read")
    return [table]


def _of_forms(tables: dict[str, ExcelTable]) -> list[Table]:
    """Return the tables of forms among the sheets, and note which others there are.

    Args:
        tables: Name of each sheet to it.
    """
    forms = [table for table in tables.values() if _is_of_forms(table)]
    filled = [table for table in forms if table.header_defects or table.has_rows]
    read = filled or forms[:1] or [max(tables.values(), key=_likeness)]
    for sheet, table in tables.items():
        if table in forms and table not in read:
            read[0].notes.append(f"the sheet {shown(sheet)} has headings and no row")
        elif table not in read and not table.is_blank:
            what = "holds no table of forms and was not read"
            read[0].notes.append(f"the sheet {shown(sheet)} {what}")
    return list(read)


def _is_of_forms(table: ExcelTable) -> bool:
    found = table.found
    return found.certain or found.known >= _ENOUGH_KNOWN or table.is_damaged


def _likeness(table: ExcelTable) -> tuple[int, int]:
    """Return how like a table of forms a sheet is that is none as it stands."""
    return table.found.known, len(table.columns)
