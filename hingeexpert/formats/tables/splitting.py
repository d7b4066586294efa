"""One row of delimited text: split into cells, each with what it says.

Owns the meaning of quotation marks inside a row, and the choice of the delimiter.
"""

import re

from hingeexpert.formats.tables.record_search import find_records

DELIMITERS = (b",", b";", b"\t", b"|")
_SAMPLE_LINES = 50
"""Lines whose cells are counted to find the delimiter."""
_LONE_COLUMN = 0.01
"""What a delimiter is given for each column although no line agrees with the headings."""


class Splitter:
    """Splits rows at one delimiter.

    Quotation marks that are not around a cell stand for themselves.
    """

    def __init__(self, delimiter: bytes) -> None:
        self.delimiter = delimiter
        mark = re.escape(delimiter)
        # Either quotation marks around a cell, up to a delimiter or the end, or whatever stands
        # before the next delimiter. The first is possessive (`*+`): it never tries a shorter cell,
        # so that a row takes no more time than its length asks for.
        quoted, plain = rb'"(?:[^"]|"")*+"(?=' + mark + rb"|\Z)", rb"[^" + mark + rb"]*"
        self._cell = re.compile(rb"(?:\A|" + mark + rb")(" + quoted + rb"|" + plain + rb")")

    def __call__(self, row: bytes) -> list[bytes]:
        """Split a row without its line break into cells as they stand there."""
        if b'"' not in row:
            return row.split(self.delimiter)
        return self._cell.findall(row)

    def values(self, row: bytes) -> list[str]:
        """Return what the cells of a row say."""
        return [value_of(cell) for cell in self(row)]


def is_quoted(cell: bytes) -> bool:
    """Return whether quotation marks stand around a cell as they should."""
    if len(cell) < 2 or not cell[:1] == cell[-1:] == b'"':
        return False
    return b'"' not in cell[1:-1].replace(b'""', b"")


def is_text(data: bytes) -> bool:
    """Return whether bytes are UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def text_of(data: bytes) -> str:
    """Return bytes as text; those that are none are written as escapes."""
    return data.decode("utf-8", "backslashreplace")


def value_of(cell: bytes) -> str:
    """Return what a cell says, without the quotation marks around it."""
    return text_of(cell[1:-1].replace(b'""', b'"') if is_quoted(cell) else cell)


def best_delimiter(start: bytes, *, last: bool) -> bytes:
    """Return the delimiter that gives most headings and, in the lines below, as many cells.

    Args:
        start: The first lines of a file.
        last: Whether they are the whole file.
    """

    def score(delimiter: bytes) -> float:
        counts = find_records(start, delimiter, 0, last=last).cells[:_SAMPLE_LINES]
        if not counts.size:
            return 0.0
        agreed = float((counts[1:] == counts[0]).mean()) if counts.size > 1 else 1.0
        return (agreed + _LONE_COLUMN) * float(counts[0] - 1)

    return max(DELIMITERS, key=score)
