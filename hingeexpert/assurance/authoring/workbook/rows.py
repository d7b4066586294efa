"""The entries of the rules as rows of sheets: the place of each, and its cells as texts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from hingeexpert.assurance.authoring.workbook.cell_kinds import SheetCellKind, kind_at
from hingeexpert.assurance.authoring.workbook.cell_text import text_of
from hingeexpert.assurance.authoring.workbook.sheets import (
    EACH,
    OTHER_TEXTS,
    SHEETS,
    Pattern,
    RowPlan,
)
from hingeexpert.formats.documents import Document, Path, read_document, value_at
from hingeexpert.knowledge.models.files import model_of
from hingeexpert.knowledge.models.traits import FOR_PERSON, ON_PAPER, with_traits
from hingeexpert.knowledge.places import names_of
from hingeexpert.knowledge.rule_files import RuleFiles
from hingeexpert.knowledge.vocabulary import Vocabulary, vocabulary_of


@dataclass(frozen=True)
class RuleCell:
    """One value of the rules in a cell.

    Attributes:
        path: Its place in the file.
        kind: What may stand there.
        text: What stands there; empty where nothing does.
        value: The same as the file has it, or `None`.
        locked: It is shown only.
    """

    path: Path
    kind: SheetCellKind
    text: str
    value: Any
    locked: bool = False


@dataclass(frozen=True)
class RuleRow:
    """One entry of the rules.

    Attributes:
        place: Its name, such as `triage.yaml#levels[urgent].rules[fall]`.
        file: The file that it stands in.
        path: Its place there.
        cells: Heading to cell.
    """

    place: str
    file: str
    path: Path
    cells: Mapping[str, RuleCell]

    @property
    def can_go(self) -> bool:
        """Whether it is an entry of a list or map, and can be taken out of it."""
        return bool(self.path)


@dataclass
class RuleTables:
    """All sheets of a folder of rules.

    Attributes:
        files: The files of the folder.
        documents: Each of them that has a model, as read.
    """

    files: RuleFiles
    documents: Mapping[str, Document] = field(init=False)

    def __post_init__(self) -> None:
        """Read the files."""
        self.documents = {
            file: read_document(file, content)
            for file, content in self.files.contents.items()
            if model_of(file) is not None
        }

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The names that conditions may use."""
        return vocabulary_of(self.documents)

    @cached_property
    def sheets(self) -> Mapping[str, list[RuleRow]]:
        """Sheet to its rows, in the order of the files."""
        sheets = {sheet: list(self._rows_of(plans)) for sheet, plans in SHEETS.items()}
        shown = {
            (row.file, cell.path)
            for rows in sheets.values()
            for row in rows
            for cell in row.cells.values()
        }
        return {**sheets, OTHER_TEXTS: list(self._other_texts(shown))}

    @cached_property
    def by_place(self) -> Mapping[str, RuleRow]:
        """The rows of all sheets by place; each entry is a row of one sheet."""
        return {row.place: row for rows in self.sheets.values() for row in rows}

    def _rows_of(self, plans: tuple[RowPlan, ...]) -> Iterator[RuleRow]:
        for plan in plans:
            for file in filter(plan.is_of, self.documents):
                for path in _matching(self.documents[file].data, plan.pattern):
                    yield self._row(file, path, plan)

    def _row(self, file: str, path: Path, plan: RowPlan) -> RuleRow:
        cells = {
            heading: self._cell(file, path, key, locked=False) for heading, key in plan.keys.items()
        }
        cells |= {
            heading: self._cell(file, path, key, locked=True)
            for heading, key in plan.beside.items()
        }
        return RuleRow(self._names[file][path], file, path, cells)

    def _cell(self, file: str, path: Path, key: str, locked: bool) -> RuleCell:
        model = model_of(file)
        assert model is not None
        below = (*path, *(key.split(".") if key else ()))
        kind, value = kind_at(model, below), value_at(self.documents[file].data, below)
        return RuleCell(below, kind, text_of(kind, value), value, locked)

    @cached_property
    def _names(self) -> Mapping[str, Mapping[Path, str]]:
        return {file: names_of(file, document) for file, document in self.documents.items()}

    def _other_texts(self, shown: set[tuple[str, Path]]) -> Iterator[RuleRow]:
        """Yield a row for each text that somebody reads or hears and that stands on no sheet."""
        plan = RowPlan("", (), {"text": ""}, {})
        for file, document in self.documents.items():
            model = model_of(file)
            assert model is not None
            for path, _, trait in with_traits(model, document.data):
                if trait in (FOR_PERSON, ON_PAPER) and (file, path) not in shown:
                    shown.add((file, path))
                    yield self._row(file, path, plan)


def _matching(data: Any, pattern: Pattern, path: Path = ()) -> Iterator[Path]:
    """Yield the places that a pattern names and that exist."""
    if not pattern:
        yield path
        return
    step, *rest = pattern
    for key in _steps(data, step):
        yield from _matching(data[key], tuple(rest), (*path, key))


def _steps(data: Any, step: str) -> list[Any]:
    if step == EACH:
        return list(data) if isinstance(data, dict) else list(range(len(data)))
    return [step] if isinstance(data, dict) and step in data else []
