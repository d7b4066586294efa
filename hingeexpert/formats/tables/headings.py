"""Find the row of headings among the first rows of a table.

Owns what may stand above the headings and directly below them: a title, notes, the names of groups,
codes, the wording of the questions. A row that may be somebody's answers is never left out.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

FIRST_ROWS = 20
"""Rows in which the headings are looked for."""
MOST_BELOW = 2
"""Rows directly below the headings that may say once more what the columns are."""
_SPARSE, _FULL = 0.5, 0.8
"""Share of the widest row that a title fills at most, and a row of headings at least."""

Row = Sequence[str]


class Recogniser(Protocol):
    """What is known of the headings of a table before it is read."""

    def identifiers(self, headings: Row) -> Mapping[str, str]:
        """Return the identifier of each heading that has one."""

    def is_blank_form(self, headings: Row) -> bool:
        """Return whether they are those of a file that describes the form, without answers."""

    def is_question(self, identifier: str) -> bool:
        """Return whether a column holds answers, and no free text."""

    def is_answer(self, identifier: str, cell: str) -> bool:
        """Return whether a cell in a column of answers may be one."""

    def is_person(self, identifier: str) -> bool:
        """Return whether a column says whose row it is."""


class Found(NamedTuple):
    """Where the headings stand.

    Attributes:
        place: Of their row among the first rows.
        below: Rows directly below that only say once more what the columns are.
        certain: Whether they name the person, and so are those of a table of forms.
        known: How many of the headings are known.
    """

    place: int = 0
    below: int = 0
    certain: bool = False
    known: int = 0

    def notes(self, lines: Sequence[int]) -> Iterator[str]:
        """Yield what a user should know of it.

        Args:
            lines: Line of the file of each of the first rows.
        """
        if self.place:
            yield f"the headings were found in line {lines[self.place]}"
        for line in lines[self.place + 1 : self.place + 1 + self.below]:
            yield f"line {line} was taken for a second row of headings, and not read"


def find_headings(rows: Sequence[Row], known: Recogniser | None) -> Found:
    """Find the row of headings.

    Args:
        rows: The first rows that are not blank.
        known: What headings are known; without it they are the first row.
    """
    if known is None or not rows:
        return Found()
    if known.is_blank_form(rows[0]):
        return Found(certain=True)
    names = _identifiers(rows, known)
    place = _most_known_with_person(names, known)
    if place is None:
        place = _first_full(rows)
        return Found(place, known=len(names[place]))
    columns = _columns(rows[place], names[place])
    if any(_answers(row, columns, known) for row in rows[:place]):
        return Found(known=len(names[0]))
    below = _rows_of_wording(rows[place + 1 :], columns, known)
    return Found(place, below, certain=True, known=len(names[place]))


def _identifiers(rows: Sequence[Row], known: Recogniser) -> list[Mapping[str, str]]:
    """Return the identifiers of each of the first rows as headings; of the first alone where that
    is clearly one of headings.
    """
    first = known.identifiers(rows[0])
    if len(first) > 1 and _names_people(first, known):
        return [first]
    return [first, *map(known.identifiers, rows[1:FIRST_ROWS])]


def _most_known_with_person(names: Sequence[Mapping[str, str]], known: Recogniser) -> int | None:
    """Return the row with the most known headings, one of them saying whose row it is, and the
    first of several such rows; `None` where there is none.
    """
    places = [place for place, ones in enumerate(names) if _names_people(ones, known)]
    return max(places, key=lambda place: (len(names[place]), -place), default=None)


def _names_people(names: Mapping[str, str], known: Recogniser) -> bool:
    """Return whether one of the headings says whose row it is."""
    return any(map(known.is_person, names.values()))


def _first_full(rows: Sequence[Row]) -> int:
    """Return the first row, or the first full one where it is sparse as a title is."""
    filled = [sum(map(bool, row)) for row in rows[:FIRST_ROWS]]
    widest = max(filled)
    if widest < 3 or filled[0] > _SPARSE * widest:
        return 0
    return next(place for place, count in enumerate(filled) if count >= _FULL * widest)


def _columns(row: Row, names: Mapping[str, str]) -> dict[int, str]:
    """Return place to identifier of the columns that are known."""
    return {place: names[cell] for place, cell in enumerate(row) if cell in names}


def _cells(row: Row, columns: Mapping[int, str]) -> dict[str, str]:
    """Return identifier to cell of the known columns that are filled in a row."""
    places = ((place, name) for place, name in columns.items() if place < len(row))
    return {name: row[place] for place, name in places if row[place]}


def _answers(row: Row, columns: Mapping[int, str], known: Recogniser) -> bool:
    """Return whether a row holds an answer."""
    cells = _cells(row, columns).items()
    return any(known.is_question(name) and known.is_answer(name, cell) for name, cell in cells)


def _rows_of_wording(rows: Sequence[Row], columns: Mapping[int, str], known: Recogniser) -> int:
    """Return how many of the rows below the headings are no forms, but words about the columns."""
    for count, row in enumerate(rows[:MOST_BELOW]):
        if not _is_wording(_cells(row, columns), rows[count + 1 :], columns, known):
            return count
    return min(MOST_BELOW, len(rows))


def _is_wording(
    cells: Mapping[str, str], others: Sequence[Row], columns: Mapping[int, str], known: Recogniser
) -> bool:
    """Return whether a row is no form, beyond doubt.

    Nothing in it is an answer, where rows below hold answers and are numbered; most of it are words
    that no other row repeats.
    """
    asked = {name: cell for name, cell in cells.items() if known.is_question(name)}
    if not _are_mostly_words(asked.values()):
        return False
    free = [cell for name, cell in cells.items() if name not in asked]
    if any(map(_has_number, free)) or any(map(known.is_answer, asked, asked.values())):
        return False
    return not _is_repeated(asked, others, columns) and _are_forms(others, columns, known)


def _is_repeated(cells: Mapping[str, str], rows: Sequence[Row], columns: Mapping[int, str]) -> bool:
    """Return whether a row says the same in one of these cells."""
    below = [_cells(row, columns) for row in rows]
    return any(cells[name] == row.get(name) for row in below for name in cells)


def _are_mostly_words(cells: Collection[str]) -> bool:
    """Return whether most of several cells in columns of answers are words about them."""
    worded = [cell for cell in cells if " " in cell.strip() or _is_code(cell)]
    return len(cells) > 1 and 2 * len(worded) >= len(cells)


def _are_forms(rows: Sequence[Row], columns: Mapping[int, str], known: Recogniser) -> bool:
    """Return whether rows hold answers and are those of numbered people."""
    cells = (item for row in rows for item in _cells(row, columns).items())
    people = (cell for name, cell in cells if known.is_person(name))
    answered = any(_answers(row, columns, known) for row in rows)
    return answered and any(map(_has_number, people))


def _has_number(cell: str) -> bool:
    """Return whether a cell may be a number or a date, as those of people and visits are."""
    return any(map(str.isdigit, cell)) and not _is_code(cell)


def _is_code(cell: str) -> bool:
    """Return whether a cell is what a survey tool writes below its headings for itself."""
    return cell.startswith('{"ImportId"')
