"""What somebody changed in a workbook of the rules: each cell that is not as it was exported.

Rows are found by their place, so that sorting, filtering, hiding and leaving out mean nothing. What
the cells may hold is not looked at here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hingeexpert.assurance.authoring.workbook.cell_text import folded
from hingeexpert.assurance.authoring.workbook.sheets import OTHER_TEXTS, SHEETS
from hingeexpert.assurance.authoring.workbook.writing import (
    EXPORTED,
    INITIALS,
    PLACE,
    READS_AS,
    TAKE_OUT,
)
from hingeexpert.errors import InputError, Problem, clean
from hingeexpert.formats.tables.refused import UnreadableError
from hingeexpert.formats.tables.workbook import Workbook

NO_VALUE = {
    "error_value": "an error of the spreadsheet stands there; type the value again",
    "not_calculated": "a formula stands there; type the value itself",
}
"""Code of a cell without a value to what is said of it."""
OUT = "take out"
OUR_SHEETS = (*SHEETS, OTHER_TEXTS)
Exported = Mapping[str, Mapping[str, str]]
"""Place to heading to text."""


@dataclass(frozen=True)
class ChangedCell:
    """A cell that is not as it was exported.

    Attributes:
        at: Where it stands, such as `Triage C7`.
        place: The place of its row.
        heading: The heading of its column.
        was: Its text as exported.
        now: Its text now, folded.
    """

    at: str
    place: str
    heading: str
    was: str
    now: str

    @property
    def takes_out(self) -> bool:
        """Whether it asks for the entry to be taken out."""
        return self.heading == TAKE_OUT


@dataclass
class ReadWorkbook:
    """What was found in a workbook.

    Attributes:
        name: Its name for messages.
        changed: The cells that were changed.
        problems: What cannot be read, each at its cell.
        notes: What was passed over.
        initials: Place to the initials beside it.
    """

    name: str
    changed: list[ChangedCell] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    initials: dict[str, str] = field(default_factory=dict)

    def refuse(self, at: str, message: str) -> None:
        """Note what is wrong with a cell."""
        self.problems.append(Problem(self.name, None, at, message))


def read_workbook(path: Path) -> ReadWorkbook:
    """Find what somebody changed in a workbook that `workbook_of` wrote.

    Raises:
        InputError: It is no such workbook.
    """
    read = ReadWorkbook(path.name)
    try:
        book = Workbook(path)
        exported = _exported(read.name, book)
        for sheet in book.sheets:
            if sheet != EXPORTED:
                frame, marks = book.read(sheet)
                _Sheet(read, sheet, exported, frame.rows(), marks.wrong).look()
    except UnreadableError as error:
        raise InputError.about(path.name, error.message) from None
    read.changed = list(_once(read))
    return read


def _exported(name: str, book: Workbook) -> Exported:
    """Return what was exported."""
    rows = book.read(EXPORTED)[0].rows() if EXPORTED in book.sheets else []
    texts: dict[str, dict[str, str]] = {}
    for place, heading, text, *_ in _three(rows[1:]):
        texts.setdefault(place, {})[heading] = text
    if not texts:
        message = (
            f"has no hidden sheet {EXPORTED}, or an empty one, so it is not one of hingeexpert "
            "rules export --to xlsx, or it was lost; export the rules again"
        )
        raise InputError.about(name, message)
    return texts


def _three(rows: Sequence[Sequence[str | None]]) -> Iterator[list[str]]:
    for row in rows:
        yield [cell or "" for cell in (*row, "", "")][:3]


class _Sheet:
    """One sheet of the workbook."""

    def __init__(
        self,
        read: ReadWorkbook,
        name: str,
        exported: Exported,
        rows: Sequence[Sequence[str | None]],
        wrong: Mapping[int, Mapping[int, str]],
    ) -> None:
        self.read, self.name, self.exported = read, name, exported
        self.rows, self.wrong = rows, wrong
        self.columns: dict[str, int] = {}
        self.first = 0

    def look(self) -> None:
        """Note each change of the sheet."""
        if not self._find_headings():
            return
        for number in range(self.first, len(self.rows)):
            self._look_at_row(number)
        self._tell_columns()

    def _find_headings(self) -> bool:
        """Find the row with the headings; a sheet without one is not ours."""
        for number, row in enumerate(self.rows):
            names = [(cell or "").strip() for cell in row]
            if PLACE in names:
                pairs = [(name, column) for column, name in enumerate(names) if name]
                self.columns = dict(reversed(pairs))
                self.first = number + 1
                return True
        if self.name in OUR_SHEETS and any(any(row) for row in self.rows):
            self.read.notes.append(f"the sheet {self.name} has no column {PLACE}; it was not read")
        return False

    def _tell_columns(self) -> None:
        """Note which columns are missing, and which were not there as exported."""
        here = {TAKE_OUT, INITIALS}
        for number in range(self.first, len(self.rows)):
            here |= self.exported.get(self._place(number), {}).keys()
        anywhere = {heading for texts in self.exported.values() for heading in texts}
        for heading in sorted(here - self.columns.keys()):
            note = f"the sheet {self.name} has no column {heading}; these cells stay"
            self.read.notes.append(note)
        for heading in sorted(self.columns.keys() - anywhere - {PLACE, TAKE_OUT, INITIALS}):
            what = f'the column "{clean(heading)}" of the sheet {self.name}'
            self.read.notes.append(f"{what} is none of ours; it was not read")

    def _look_at_row(self, number: int) -> None:
        place = self._place(number)
        texts = self.exported.get(place)
        if texts is None:
            self._look_at_stranger(number, place)
            return
        for heading, column in self.columns.items():
            if heading == INITIALS and (initials := self._text(number, column).strip()):
                self.read.initials[place] = initials
            elif heading == TAKE_OUT or heading in texts:
                self._look_at_cell(number, column, place, heading, texts.get(heading, ""))

    def _look_at_stranger(self, number: int, place: str) -> None:
        """Refuse a row that has something in it, but no place that was exported."""
        if any((cell or "").strip() for cell in self.rows[number]):
            at = self._at(number, self.columns[PLACE])
            found = f'"{clean(place)}" is no place that was exported' if place else "it is blank"
            message = f"{found}; places are locked, and a new entry is written in the file itself"
            self.read.refuse(at, message)

    def _look_at_cell(self, number: int, column: int, place: str, heading: str, was: str) -> None:
        at = self._at(number, column)
        if code := self.wrong.get(number, {}).get(column):
            self.read.refuse(at, NO_VALUE.get(code, NO_VALUE["error_value"]))
            return
        now = folded(self._text(number, column), was)
        if now == folded(was, was):
            now = was
        if heading.endswith(READS_AS) and now != was:
            source = heading.removesuffix(READS_AS)
            self.read.refuse(at, f"this is made from the column {source}; change that one")
        elif heading == TAKE_OUT and now and now.lower() != OUT:
            self.read.refuse(at, f'"{clean(now)}" is not allowed; allowed: {OUT}, or nothing')
        else:
            self.read.changed.append(ChangedCell(at, place, heading, was, now))

    def _place(self, number: int) -> str:
        return self._text(number, self.columns[PLACE]).strip()

    def _text(self, number: int, column: int) -> str:
        row = self.rows[number]
        return (row[column] or "") if column < len(row) else ""

    def _at(self, number: int, column: int) -> str:
        from xlsxwriter.utility import xl_rowcol_to_cell

        return f"{self.name} {xl_rowcol_to_cell(number, column)}"


def _once(read: ReadWorkbook) -> Iterator[ChangedCell]:
    """Yield the cells that differ from what was exported; of a row that stands there twice both
    must say the same.
    """
    seen: dict[tuple[str, str], ChangedCell] = {}
    for cell in read.changed:
        first = seen.setdefault((cell.place, cell.heading), cell)
        if first is not cell and first.now != cell.now:
            message = f'the row stands there twice, and {first.at} says "{clean(first.now)}"'
            read.refuse(cell.at, message)
            seen[cell.place, cell.heading] = ChangedCell(
                cell.at, cell.place, cell.heading, cell.was, cell.was
            )
    yield from (cell for cell in seen.values() if cell.now != cell.was)
