"""The changed cells of a workbook put into the files of the rules: each lands as exactly that
change, or is refused at its cell.

Writes no file. A cell whose value in the rules changed after the export is refused; the others
land.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hingeexpert.assurance.authoring.workbook.cell_text import CellError, folded, value_of
from hingeexpert.assurance.authoring.workbook.file_edits import FileEdit, with_edits
from hingeexpert.assurance.authoring.workbook.reading import ChangedCell, ReadWorkbook
from hingeexpert.assurance.authoring.workbook.rows import RuleCell, RuleRow, RuleTables
from hingeexpert.errors import KnowledgeError, Problem, clean
from hingeexpert.formats.documents import written
from hingeexpert.knowledge.knowledge_base import KnowledgeBase
from hingeexpert.knowledge.loading import Loader
from hingeexpert.knowledge.translation import translation_problems


@dataclass
class Landing:
    """What becomes of a workbook.

    Attributes:
        files: The files that change, with what stands in them then.
        landed: The changes that are in them.
        problems: What was refused, each at its cell.
        stale: Texts of other languages that a change left behind, or that are now missing.
        made_of: The files of the folder that they were made of.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    landed: list[FileEdit] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    made_of: Mapping[str, bytes] = field(default_factory=dict)


def landing(tables: RuleTables, read: ReadWorkbook) -> Landing:
    """Put changes into the files.

    Args:
        tables: The rules as they are now.
        read: What somebody changed.

    Returns:
        The files and all that was refused, also what the workbook itself already had.

    Raises:
        KnowledgeError: The rules are broken as they are.
    """
    lander = Lander(tables, read)
    before = lander.loader.knowledge_of(tables.files)
    edits = list(lander.edits())
    after = before
    while edits:
        files, refused = lander.applied(edits)
        found, knowledge = lander.checked(files)
        refused |= lander.blamed(found, [edit for edit in edits if edit.at not in refused])
        if not refused:
            after = knowledge or before
            break
        edits = [edit for edit in edits if edit.at not in refused]
    else:
        files = {}
    read.problems.sort(key=_place)
    stale = _stale(before, after)
    return Landing(files, edits, read.problems, stale, tables.files.contents)


def _place(problem: Problem) -> tuple[str, int, int, str]:
    """Return what sorts problems by sheet, row and column."""
    sheet, _, cell = problem.path.rpartition(" ")
    column = cell.rstrip("0123456789")
    return sheet, int(cell.removeprefix(column) or 0), len(column), column


def _stale(before: KnowledgeBase, after: KnowledgeBase) -> list[str]:
    """Return what is wrong with the other languages that was not before."""
    known = set(translation_problems(before))
    return [problem for problem in translation_problems(after) if problem not in known]


class Lander:
    """Turns cells into changes of files, and refuses what cannot be."""

    def __init__(self, tables: RuleTables, read: ReadWorkbook) -> None:
        self.tables, self.read = tables, read
        self.loader = Loader()

    def edits(self) -> Iterator[FileEdit]:
        """Yield what is wanted of the rules, as far as each cell by itself can be taken."""
        for changed in self.read.changed:
            row = self.tables.by_place.get(changed.place)
            if row is None:
                self.read.refuse(changed.at, "there is no such entry in the rules any more")
            elif changed.takes_out:
                yield from self._taken_out(changed, row)
            else:
                yield from self._changed(changed, row)

    def _taken_out(self, changed: ChangedCell, row: RuleRow) -> Iterator[FileEdit]:
        if row.can_go:
            yield FileEdit(changed.at, row.place, row.file, row.path, None, None, takes_out=True)
        else:
            self.read.refuse(changed.at, "this is a file, not an entry of one; it stays")

    def _changed(self, changed: ChangedCell, row: RuleRow) -> Iterator[FileEdit]:
        cell = row.cells.get(changed.heading)
        if cell is None:
            self.read.refuse(changed.at, "an entry of this kind has no such value; it stays blank")
        elif cell.locked:
            self.read.refuse(changed.at, "this cell is locked: it says what the row is about")
        elif not self._clashes(changed, cell):
            yield from self._valued(changed, row, cell)

    def _clashes(self, changed: ChangedCell, cell: RuleCell) -> bool:
        """Refuse a cell whose rules changed meanwhile; one that says what stands there by now is
        no change.
        """
        stands = folded(cell.text, cell.text)
        if stands == folded(changed.was, changed.was):
            return False
        if stands != changed.now:
            now = f'"{clean(stands)}"' if stands else "nothing"
            was = f'"{clean(changed.was)}"' if changed.was else "nothing"
            self.read.refuse(changed.at, f"{now} stands there now; {was} stood there as exported")
        return True

    def _valued(self, changed: ChangedCell, row: RuleRow, cell: RuleCell) -> Iterator[FileEdit]:
        try:
            value = value_of(cell.kind, changed.now, self.tables.vocabulary)
        except CellError as error:
            for message in error.messages:
                self.read.refuse(changed.at, message)
            return
        if value != cell.value or (value is None) != (cell.value is None):
            name = f"{row.place}: {changed.heading}"
            yield FileEdit(changed.at, name, row.file, cell.path, cell.value, value)

    def applied(self, edits: Sequence[FileEdit]) -> tuple[dict[str, bytes], set[str]]:
        """Return the files with the edits in them, and the cells of those that cannot be."""
        files: dict[str, bytes] = {}
        refused: set[str] = set()
        for file in dict.fromkeys(edit.file for edit in edits):
            wanted = [edit for edit in edits if edit.file == file]
            content = self.tables.files.contents[file]
            files[file], problems = with_edits(file, content, wanted)
            for edit, message in problems:
                self._refuse(edit, message, refused)
        return files, refused

    def checked(
        self, files: Mapping[str, bytes]
    ) -> tuple[tuple[Problem, ...], KnowledgeBase | None]:
        """Check the rules with some files changed; return what is wrong, or the knowledge base."""
        contents = {**self.tables.files.contents, **files}
        try:
            return (), self.loader.knowledge_of(replace(self.tables.files, contents=contents))
        except KnowledgeError as error:
            return error.problems, None

    def blamed(self, problems: Sequence[Problem], edits: Sequence[FileEdit]) -> set[str]:
        """Return the cells that made the rules break, each refused with what is wrong.

        A problem at the place of a change is its own; for another one each change is tried alone.
        What comes of several together refuses them all.
        """
        refused: set[str] = set()
        strange: list[Problem] = []
        for problem in problems:
            edit = edit_at_fault(problem, edits)
            if edit is None:
                strange.append(problem)
            else:
                self._refuse(edit, problem.message, refused)
        if strange and not refused:
            self._blame_some(strange, edits, refused)
        return refused

    def _blame_some(
        self, problems: Sequence[Problem], edits: Sequence[FileEdit], refused: set[str]
    ) -> None:
        """Halve the changes until those are found that break the rules somewhere else."""
        if len(edits) == 1:
            for problem in problems:
                self._refuse(edits[0], f"then {_elsewhere(problem)}", refused)
            return
        middle = len(edits) // 2
        halves = [(half, self._problems(half)) for half in (edits[:middle], edits[middle:])]
        for half, found in halves:
            if found:
                self._blame_some(found, half, refused)
        if not any(found for _, found in halves):
            for edit in edits:
                message = f"together with other changes, then {_elsewhere(problems[0])}"
                self._refuse(edit, message, refused)

    def _problems(self, edits: Sequence[FileEdit]) -> tuple[Problem, ...]:
        files, _ = self.applied(edits)
        return self.checked(files)[0]

    def _refuse(self, edit: FileEdit, message: str, refused: set[str]) -> None:
        refused.add(edit.at)
        self.read.refuse(edit.at, message)


def _elsewhere(problem: Problem) -> str:
    """Say what would be wrong in another place; lines of files say nothing to who reads tables."""
    return str(replace(problem, line=None))


def edit_at_fault(problem: Problem, edits: Sequence[FileEdit]) -> FileEdit | None:
    """Return the change at whose place a problem is."""
    at = [edit for edit in edits if edit.file == problem.file and _is_in(problem.path, edit)]
    return max(at, key=lambda edit: len(edit.path), default=None)


def _is_in(path: str, edit: FileEdit) -> bool:
    place = written(edit.path)
    return path == place or path.startswith((f"{place}.", f"{place}["))
