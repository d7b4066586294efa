"""The worked cases of one state of the rules after the other: read and checked again only where
that may come out otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hingeexpert.assurance.case_files import WrittenCase, written_cases
from hingeexpert.assurance.worked_cases import (
    WorkedCase,
    allowed_names,
    checked_cases,
    repeated_names,
)
from hingeexpert.errors import HingeError, Problem
from hingeexpert.formats.documents import read_document
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.base import Entry


@dataclass(frozen=True)
class CaseSet:
    """All worked cases of a folder.

    Attributes:
        cases: The good ones by file, those of one file in its order.
        problems: What is wrong with the others.
    """

    cases: tuple[WorkedCase, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _File:
    """One file of cases as it was read, and as it was checked against some forms."""

    content: bytes
    written: tuple[WrittenCase, ...]
    problems: tuple[Problem, ...]
    checked: CaseSet | None = None


class CaseReader:
    """Reads cases; what it read last is kept, by the bytes of each file."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._files: dict[str, _File] = {}
        self._forms: object = None

    def read(self, knowledge: KnowledgeBase, contents: Mapping[str, bytes]) -> CaseSet:
        """Return every case, and the problems of those that cannot be read.

        Args:
            knowledge: The knowledge base that the forms are checked against.
            contents: File, below the folder of the cases, to its bytes.
        """
        same_forms = self._takes_same_forms(knowledge)
        cases: list[WorkedCase] = []
        problems: list[Problem] = []
        names: dict[str, str] = {}
        kept: dict[str, _File] = {}
        for name in sorted(contents, key=lambda name: name.split("/")):
            file = self._file(name, contents[name])
            checked = file.checked
            if checked is None or checked.problems or not same_forms:
                checked = _checked(knowledge, file)
            kept[name] = _File(file.content, file.written, file.problems, checked)
            problems += [*file.problems, *repeated_names([*file.written], names)]
            problems += checked.problems
            cases += checked.cases
        self._files = kept
        return CaseSet(tuple(cases), tuple(problems))

    def _takes_same_forms(self, knowledge: KnowledgeBase) -> bool:
        """Return whether forms that were good are good, and mean the same, as at the last call."""
        names = {key: [*known] for key, known in allowed_names(knowledge).items()}
        forms = (_but_texts(knowledge.info), _but_texts(knowledge.groups), names)
        same, self._forms = forms == self._forms, forms
        return same

    def _file(self, name: str, content: bytes) -> _File:
        """Return a file as it was read last, if it has the same bytes; else read it."""
        known = self._files.get(name)
        if known is not None and known.content == content:
            return known
        try:
            return _File(content, tuple(written_cases(read_document(name, content))), ())
        except HingeError as error:
            return _File(content, (), error.problems)


def _but_texts(value: Any) -> Any:
    """Return a value of the rules without its sentences, on which no form depends."""
    if isinstance(value, str):
        return value if " " not in value else None
    if isinstance(value, Entry):
        return [_but_texts(getattr(value, name)) for name in type(value).model_fields]
    if isinstance(value, dict):
        return {key: _but_texts(part) for key, part in value.items()}
    return [_but_texts(part) for part in value] if isinstance(value, tuple) else value


def _checked(knowledge: KnowledgeBase, file: _File) -> CaseSet:
    """Check the forms and names of a file."""
    if not file.written:
        return CaseSet((), ())
    cases, problems = checked_cases(knowledge, [*file.written])
    return CaseSet(tuple(cases), tuple(problems))
