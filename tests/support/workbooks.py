"""Workbooks of the rules as people and spreadsheets change them."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl

from hingeexpert.assurance.authoring.workbook.cell_text import folded
from hingeexpert.assurance.authoring.workbook.rows import RuleCell, RuleRow, RuleTables
from hingeexpert.assurance.authoring.workbook.writing import EXPORTED, PLACE, workbook_of
from hingeexpert.knowledge import load_knowledge
from hingeexpert.knowledge.rule_files import read_rule_files


@dataclass(frozen=True)
class Target:
    """A cell that may be changed."""

    sheet: str
    row: RuleRow
    heading: str
    cell: RuleCell

    @property
    def at(self) -> tuple[str, str]:
        """Its row and its column."""
        return self.row.place, self.heading


def tables_of(folder: Path) -> RuleTables:
    return RuleTables(read_rule_files(folder))


def exported(folder: Path, to: Path) -> Path:
    """Write the workbook of a folder of rules."""
    to.write_bytes(workbook_of(tables_of(folder), load_knowledge(folder)))
    return to


def targets(tables: RuleTables, blank: bool = False) -> Iterator[Target]:
    """Yield each cell that may be changed and holds something, or nothing."""
    for sheet, rows in tables.sheets.items():
        for row in rows:
            for heading, cell in row.cells.items():
                if not cell.locked and (cell.value is None) == blank:
                    yield Target(sheet, row, heading, cell)


def other_text(target: Target, tables: RuleTables) -> str:
    """Return another text that a cell may hold."""
    cell = target.cell
    match cell.kind.kind:
        case "condition":
            return f"not ({cell.text})"
        case "number":
            return str(cell.value + 1)
        case "word":
            return next(word for word in cell.kind.words if word != cell.text)
        case "names":
            return ", ".join(_other_names(target, tables))
    return f'{cell.text} More: it\'s "so", #1.'


def _other_names(target: Target, tables: RuleTables) -> list[str]:
    """Return the names the other way round, or one more of the same column."""
    names = list(target.cell.value)
    if len(names) > 1:
        return names[::-1]
    rows = tables.sheets[target.sheet]
    cells = (row.cells[target.heading] for row in rows if target.heading in row.cells)
    others = (name for cell in cells for name in cell.value or ())
    return [*names, next((name for name in others if name not in names), f"{names[0]}_2")]


Change = Callable[[Any], None]
"""What is done to a cell of openpyxl."""


def change_cells(path: Path, changes: Mapping[tuple[str, str], Any], to: Path) -> dict[str, str]:
    """Change cells of a workbook.

    Args:
        path: The workbook.
        changes: Place and heading to what the cell shall hold, or a function that changes it.
        to: Where the changed one goes.

    Returns:
        Place and heading to the cell, as messages name it.
    """
    book = openpyxl.load_workbook(path)
    left = dict(changes)
    places: dict[Any, str] = {}
    for sheet in book:
        headings = [cell.value for cell in sheet[1]]
        if sheet.title == EXPORTED or PLACE not in headings:
            continue
        for row in sheet.iter_rows(min_row=2):
            for heading, cell in zip(headings, row, strict=True):
                key = (row[0].value, heading)
                if key in left:
                    value = left.pop(key)
                    value(cell) if callable(value) else setattr(cell, "value", value)
                    places[key] = f"{sheet.title} {cell.coordinate}"
    assert not left, left
    book.save(to)
    return places


def shuffled(path: Path, to: Path, chance: random.Random) -> Path:
    """Sort the rows of every sheet by chance, hide some and leave some out."""
    book = openpyxl.load_workbook(path)
    for sheet in book:
        if sheet.title == EXPORTED or sheet.cell(1, 1).value != PLACE:
            continue
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        chance.shuffle(rows)
        sheet.delete_rows(2, len(rows))
        for number, row in enumerate(rows[: -(len(rows) // 10) or None], start=2):
            for column, value in enumerate(row, start=1):
                sheet.cell(number, column, value)
            sheet.row_dimensions[number].hidden = chance.random() < 0.1
    book.save(to)
    return to


def _date(cell: Any) -> None:
    cell.value, cell.number_format = datetime(2024, 1, 2), "d-mmm"


def _swapped(text: str, chance: random.Random) -> str:
    place = chance.randrange(max(len(text) - 1, 1))
    return text[:place] + text[place : place + 2][::-1] + text[place + 2 :]


def _without(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    return text[:place] + text[place + 1 :]


def _word_gone(text: str, chance: random.Random) -> str:
    words = text.split()
    words.pop(chance.randrange(len(words)))
    return " ".join(words)


def _half(text: str, chance: random.Random) -> str:
    return text[: len(text) // 2]


_MUTATIONS: Sequence[Callable[[str, random.Random], Any]] = (
    lambda text, chance: text + " and more",
    _swapped,
    _without,
    _word_gone,
    _half,
    lambda text, chance: text.replace("'", "\u2019").replace(" is ", " \u201cis\u201d ", 1),
    lambda text, chance: f"\u201c{text}\u201d",
    lambda text, chance: text.replace(" ", "\u00a0"),
    lambda text, chance: text.replace(" ", "\n", 1),
    lambda text, chance: text + "\r\n",
    lambda text, chance: "  " + text.replace(" ", "  ") + " ",
    lambda text, chance: text.replace(".", ","),
    lambda text, chance: text.upper(),
    lambda text, chance: text.capitalize(),
    lambda text, chance: "=B2",
    lambda text, chance: "=1+1",
    lambda text, chance: "#REF!",
    lambda text, chance: _date,
    lambda text, chance: True,
    lambda text, chance: chance.choice((False, 0, 1, 7, 0.5, 1e9)),
    lambda text, chance: "0,5",
    lambda text, chance: "1,000",
    lambda text, chance: "\u200b" + text,
    lambda text, chance: text[:3] + "\u00ad" + text[3:],
    lambda text, chance: text + "\u202e",
    lambda text, chance: text + "\ufffd",
    lambda text, chance: (text + " words ") * (1600 // (len(text) + 7) + 1),
    lambda text, chance: "",
    lambda text, chance: "n/a",
    lambda text, chance: f"- {text}: {{x}} # [y]",
    lambda text, chance: text.replace("_", " "),
    lambda text, chance: text.replace(" and ", " or ", 1),
    lambda text, chance: text.replace(", ", ";"),
    lambda text, chance: text + ", PROPOSAL",
    lambda text, chance: text.replace("e", "\u0435", 1),
)
"""What people and spreadsheets do to a cell."""


def mutated(text: str, chance: random.Random) -> Any:
    """Return what becomes of a cell: a value, or a function that changes it."""
    return chance.choice(_MUTATIONS)(text, chance)


def meant(cell: RuleCell, text: str) -> str:
    """Return what a cell of the rules should say after a text was taken."""
    return folded(text, cell.text)
