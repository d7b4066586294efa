"""A table that cannot be read at all, and the reason, as one defect of it."""

from collections.abc import Iterator

from hingeexpert.formats.tables.defects import CODES, Defect
from hingeexpert.formats.tables.table import Chunk, Table


class UnreadableError(Exception):
    """A file cannot be read as a table.

    Attributes:
        code: One of `CODES`.
        message: What was found, and what to do.
    """

    def __init__(self, more: str, code: str = "unreadable_file", *, alone: bool = False) -> None:
        """Take the reason.

        Args:
            more: What to do, or what was found.
            code: One of `CODES`.
            alone: Whether `more` says it all, without the meaning of the code.
        """
        self.code = code
        self.message = more if alone else f"{CODES[code]}; {more}"
        super().__init__(self.message)


class RefusedTable(Table):
    """A table of which nothing can be read."""

    def __init__(self, name: str, error: UnreadableError) -> None:
        """Take the reason."""
        super().__init__(name)
        self.header_defects.append(self.defect(error.code, error.message))

    def _blocks(self) -> Iterator[tuple[Chunk, list[Defect]]]:
        yield from ()
