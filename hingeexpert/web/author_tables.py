"""The tables of the rules as the author's page shows them.

Owns what a page needs to know of a cell; what may stand in one is `authoring/cell_text.py`.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from hingeexpert.assurance.authoring.draft import RulesDraft
from hingeexpert.assurance.authoring.workbook.rows import RuleCell, RuleRow
from hingeexpert.assurance.book_words import in_plain_words
from hingeexpert.knowledge.condition_lines import LineError, condition_of
from hingeexpert.knowledge.grammar import Reader

COLUMN = 38
"""Letters on a line of a cell."""
MOST_LINES = 8


@dataclass(frozen=True)
class AuthorCell:
    """A cell on the page.

    Attributes:
        key: Its name: of its slips, and of its change in the draft.
        heading: Its column.
        kind: What may stand in it.
        words: Of a word: those that are allowed.
        needed: It must not be blank.
        text: What stands there, in the draft where it is changed.
        locked: It is shown only.
        sent: What is sent along with the text, as JSON.
        reads_as: Of a condition: the same in words.
        slips: What is wrong with it.
    """

    key: str
    heading: str
    kind: str
    words: tuple[str, ...]
    needed: bool
    text: str
    locked: bool
    sent: str
    reads_as: str
    slips: Sequence[str]

    @property
    def lines(self) -> int:
        """How many lines it is high."""
        return min(MOST_LINES, ceil(max(1, len(self.text)) / COLUMN))


@dataclass(frozen=True)
class AuthorRow:
    """A row on the page.

    Attributes:
        place: Its place by ids.
        file: The part of the place that is a file.
        entry: The rest of it.
        cells: Heading to cell.
    """

    place: str
    file: str
    entry: str
    cells: Mapping[str, AuthorCell]

    @property
    def name(self) -> str:
        """What tells it from its neighbours: the last id of its place, in words."""
        entry = self.entry
        mark = "[" if entry.endswith("]") else "."
        return (entry.rpartition(mark)[2].rstrip("]") or self.file).replace("_", " ")


def slug_of(sheet: str) -> str:
    """Return the name of a sheet as it stands in an address."""
    return sheet.lower().replace(" ", "-")


def key_of_cell(place: str, heading: str) -> str:
    """Return the name of a cell: letters and digits, the same for the same cell."""
    return "c" + hashlib.sha256(f"{place}\0{heading}".encode()).hexdigest()[:16]


class AuthorTables:
    """The tables of a draft."""

    def __init__(self, draft: RulesDraft, slips: Mapping[str, Sequence[str]]) -> None:
        """Take a draft, and what is wrong with its cells.

        Raises:
            KnowledgeError: The rules in the folder cannot be used.
        """
        self.draft, self.slips = draft, slips
        self.tables = draft.tables
        self.reader = Reader(self.tables.vocabulary)

    @cached_property
    def slugs(self) -> Mapping[str, str]:
        """The sheet of each place, as an address has it."""
        sheets = self.tables.sheets.items()
        return {row.place: slug_of(name) for name, rows in sheets for row in rows}

    def sheet(self, slug: str) -> str | None:
        """Return the name of a sheet as it stands in an address, or `None` where there is none."""
        return next((name for name in self.tables.sheets if slug_of(name) == slug), None)

    def rows(self, sheet: str) -> list[AuthorRow]:
        """Return the rows of a sheet."""
        return [self._row(row) for row in self.tables.sheets[sheet]]

    def _row(self, row: RuleRow) -> AuthorRow:
        file, _, entry = row.place.partition("#")
        cells = {heading: self._cell(row, heading, cell) for heading, cell in row.cells.items()}
        return AuthorRow(row.place, file, entry, cells)

    def cell(self, place: str, heading: str) -> AuthorCell | None:
        """Return one cell, or `None` where there is none."""
        row = self.tables.by_place.get(place)
        if row is None or heading not in row.cells:
            return None
        return self._cell(row, heading, row.cells[heading])

    def _cell(self, row: RuleRow, heading: str, cell: RuleCell) -> AuthorCell:
        key = key_of_cell(row.place, heading)
        changed = self.draft.cells.get(key)
        text = cell.text if changed is None else changed.now
        sent = {"place": row.place, "heading": heading, "seen": cell.text}
        return AuthorCell(
            key=key,
            heading=heading,
            kind=cell.kind.kind,
            words=cell.kind.words,
            needed=cell.kind.needed,
            text=text,
            locked=cell.locked,
            sent=json.dumps(sent, ensure_ascii=False),
            reads_as=self._reads_as(text) if cell.kind.kind == "condition" else "",
            slips=self.slips.get(key, ()),
        )

    def _reads_as(self, text: str) -> str:
        """Return a condition in words; nothing where it is none."""
        try:
            raw = condition_of(text, self.tables.vocabulary)
        except LineError:
            return ""
        condition, problems = self.reader.read(raw)
        return "" if problems else in_plain_words(self.draft.before.knowledge, condition)
