"""Split one row of delimited text into cells, also a row that is wrong."""

import re


class Splitter:
    """Splits rows at one delimiter. Quotation marks that are not around a cell stand for themselves."""

    def __init__(self, delimiter: bytes) -> None:
        self.delimiter = delimiter
        mark = re.escape(delimiter)
        self._cell = re.compile(rb"(?:\A|" + mark + rb')("(?:[^"]|"")*+"(?=' + mark + rb"|\Z)|[^" + mark + rb"]*)")

    def __call__(self, row: bytes) -> list[bytes]:
        """Split a row without its line break into cells as they stand there."""
        if b'"' not in row:
            return row.split(self.delimiter)
        return self._cell.findall(row)


def is_quoted(cell: bytes) -> bool:
    """Return whether quotation marks stand around a cell as they should."""
    return len(cell) > 1 and cell[:1] == cell[-1:] == b'"' and b'"' not in cell[1:-1].replace(b'""', b"")


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
