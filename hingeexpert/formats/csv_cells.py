"""The cells of every CSV that is written: a program reads back what was written, and a spreadsheet
takes none of them for a formula.
"""

import csv
from collections.abc import Iterable

FORMULA = (
    *("=", "+", "-", "@", "\t", "\r", "\n"),
    *("\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}"),
    *("\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}"),
)
"""How a cell begins that a spreadsheet would take for a formula (OWASP, CSV Injection)."""
_BREAK = "\r\n"
"""Both characters, so that a cell with either of them is put in quotation marks."""


class _Given:
    """Gives the writer of lines what it wrote."""

    @staticmethod
    def write(line: str) -> str:
        return line


def harmless(text: str) -> str:
    """Return a cell as a spreadsheet takes it for text."""
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_line(cells: Iterable[str | None], end: str = "", delimiter: str = ",") -> str:
    """Write cells as one line of CSV. One that holds a line break of any kind is put in quotes.

    Args:
        cells: Text, or `None` for a blank.
        end: What ends the line.
        delimiter: What separates the cells.
    """
    lines = csv.writer(_Given(), delimiter=delimiter, lineterminator=_BREAK)
    line: str = lines.writerow(["" if cell is None else cell for cell in cells])
    return line.removesuffix(_BREAK) + end


def harmless_line(cells: Iterable[str | None]) -> str:
    """Write cells as one line of a table of ours."""
    return csv_line(("" if cell is None else harmless(cell) for cell in cells), "\n")
