"""Cells of the tables that somebody changes on a page, and what they would do to whom.

The draft lies in a hidden file of the folder, so that it outlives the program. Only keeping it
writes the rules.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hingeexpert.assurance.authoring.history.effects import Effects, effects_of_change
from hingeexpert.assurance.authoring.history.history import KEPT
from hingeexpert.assurance.authoring.history.keeping import Draft, Kept, keep, settled, take_back
from hingeexpert.assurance.authoring.seeing.change import RulesChange, changed
from hingeexpert.assurance.authoring.seeing.states import RulesState, Snapshot, StateReader
from hingeexpert.assurance.authoring.workbook.cell_text import folded
from hingeexpert.assurance.authoring.workbook.file_edits import FileEdit
from hingeexpert.assurance.authoring.workbook.landing import Lander, edit_at_fault
from hingeexpert.assurance.authoring.workbook.reading import ChangedCell, ReadWorkbook
from hingeexpert.assurance.authoring.workbook.rows import RuleTables
from hingeexpert.assurance.invented import crowd_of
from hingeexpert.errors import InputError, Problem
from hingeexpert.formats.files import read_plain, write_whole
from hingeexpert.inference.crowd import Crowd
from hingeexpert.knowledge.models.history import Signed

FILE = ".draft.json"
"""The file of a draft, in the folder of rules."""
PAGE = "the page"


@dataclass(frozen=True)
class DraftLook:
    """What a draft does as it stands.

    Attributes:
        number: Counts the looks.
        change: What it changes from what was last kept, with all that was changed by hand.
        files: The files that it would write.
        made_of: The files of the folder that they were made of.
        slips: What is wrong with its cells: key of a cell to messages.
    """

    number: int
    change: RulesChange
    files: Mapping[str, bytes]
    made_of: Mapping[str, bytes]
    slips: Mapping[str, list[str]]


class RulesDraft:
    """Changed cells over a folder of rules with a history.

    Attributes:
        folder: The folder.
        crowd: The invented people who are judged.
        cells: The changed cells by their keys.
    """

    def __init__(self, folder: Path, people: int) -> None:
        """Read the folder, and the draft that an earlier run left there.

        Args:
            folder: A folder of rules with a history.
            people: How many invented people are judged, from 1.

        Raises:
            InputError: It has no history, or the draft is no draft.
            KnowledgeError: The rules as they were last kept cannot be used.
        """
        self.folder = folder
        settled(folder)
        self._reader = StateReader()
        self.before = self._kept()
        self.crowd: Crowd = crowd_of(folder / KEPT, self.before.knowledge, people)
        self.cells = _read(folder / FILE)
        self._tables: RuleTables | None = None
        self._last: RulesChange | None = None
        self._looks = 0

    def _kept(self) -> RulesState:
        """Return the rules as they were last kept."""
        return self._reader.read(Snapshot.of(self.folder / KEPT))

    @property
    def tables(self) -> RuleTables:
        """The tables of the folder as it lies there now.

        Raises:
            KnowledgeError: The rules there cannot be used.
        """
        snapshot = Snapshot.of(self.folder)
        if self._tables is None or self._tables.files.contents != snapshot.files.contents:
            self._reader.read(snapshot)
            self._tables = RuleTables(snapshot.files)
        return self._tables

    def put(self, key: str, place: str, heading: str, text: str, seen: str) -> None:
        """Change a cell.

        Args:
            key: A name of the cell, for messages.
            place: The place of its row.
            heading: Its column.
            text: What shall stand there.
            seen: What stood there before, as the page showed it.
        """
        now = folded(text, seen)
        self.cells.pop(key, None)
        if now != folded(seen, seen):
            self.cells[key] = ChangedCell(key, place, heading, seen, now)
        self._write()

    def drop(self, key: str) -> None:
        """Forget the change of a cell."""
        self.cells.pop(key, None)
        self._write()

    def _write(self) -> None:
        """Keep the draft as it is, or no file where it holds nothing."""
        if self.cells:
            cells = [asdict(cell) for cell in self.cells.values()]
            write_whole(self.folder / FILE, json.dumps(cells).encode(), private=False)
        else:
            (self.folder / FILE).unlink(missing_ok=True)

    def look(self) -> DraftLook:
        """Return what it does now.

        Raises:
            KnowledgeError: The rules in the folder cannot be used.
        """
        read = ReadWorkbook(PAGE, [*self.cells.values()])
        tables = self.tables
        lander = Lander(tables, read)
        edits = list(lander.edits())
        files, _ = lander.applied(edits)
        after = Snapshot.of(self.folder).written(files)
        change = self._last = changed(self._reader, self.before, after, self.crowd)
        slips: dict[str, list[str]] = {}
        for problem in (*read.problems, *_at_cells(change, edits)):
            slips.setdefault(problem.path, []).append(problem.message)
        self._looks += 1
        return DraftLook(self._looks, change, files, tables.files.contents, slips)

    def keep(self, signature: Signed) -> Kept:
        """Write the draft, and keep it with all that was changed by hand.

        Raises:
            InputError: A cell is refused; see also `keeping.keep`.
            KnowledgeError: The rules would be broken.
        """
        look = self.look()
        if look.slips:
            raise InputError(
                Problem(PAGE, None, f"{self.cells[key].place} {self.cells[key].heading}", message)
                for key, messages in look.slips.items()
                for message in messages
            )
        kept = keep(self.folder, signature, Draft(look.files, look.made_of), self._judge)
        self.cells = {}
        self._write()
        self._begin_anew()
        return kept

    def _begin_anew(self) -> None:
        """Compare with what is kept now."""
        self.before, self._last = self._kept(), None

    def _judge(self, _: Path, after: Path) -> Effects:
        """Return what comes of a change; of the last one looked at, what is known already."""
        snapshot = Snapshot.of(after)
        last = self._last
        if last is None or last.snapshot.differing(snapshot):
            last = self._last = changed(self._reader, self.before, snapshot, self.crowd)
        return effects_of_change(last)

    def take_back(self, number: int, signature: Signed) -> Kept:
        """Take a change back; see `keeping.take_back`.

        Raises:
            InputError: Something else is changed and not kept yet.
        """
        if self.cells:
            message = "holds changes that are not kept yet; keep them or forget them first"
            raise InputError.about(PAGE, message)
        kept = take_back(self.folder, number, signature, self._judge)
        self._begin_anew()
        return kept


def _at_cells(change: RulesChange, edits: list[FileEdit]) -> list[Problem]:
    """Return what is wrong with the rules at the cells that are to blame."""
    found = []
    for problem in change.problems:
        edit = edit_at_fault(problem, edits)
        if edit is not None:
            found.append(Problem(PAGE, None, edit.at, problem.message))
    return found


def _read(path: Path) -> dict[str, ChangedCell]:
    """Return the draft that lies in a file; none where there is no file.

    Raises:
        InputError: It is no draft.
    """
    strange = InputError.about(path, "is no draft of this program; take it away, then try again")
    if path.is_symlink():
        raise strange
    if not path.exists():
        return {}
    try:
        cells = [_cell(item) for item in json.loads(read_plain(path))]
    except (ValueError, TypeError, RecursionError):
        raise strange from None
    return {cell.at: cell for cell in cells}


def _cell(item: Any) -> ChangedCell:
    """Return a cell of a draft."""
    if not isinstance(item, dict) or not all(isinstance(text, str) for text in item.values()):
        raise TypeError
    return ChangedCell(**item)
