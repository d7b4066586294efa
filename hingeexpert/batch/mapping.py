"""A file that says what the headings and labels of somebody's table mean in the terms of a form.

Owns the shape of that file, its problems, and the look-up of headings and labels. Reads no table;
proposing such a file is `drafting.py`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from hingeexpert.errors import InputError, Problem, listed, nearest, shown
from hingeexpert.formats.documents import Document, Path, read_document
from hingeexpert.knowledge import KnowledgeBase

FREE = ("patient.id", "patient.name", "date", "clinician")
"""Columns whose text is free."""
DATE = "date"
IGNORE = "ignore"
"""What stands for the identifier of a heading that is to be left out."""
BLANK = "blank"
"""What stands for the value of a label that says that nothing was answered."""
KEYS = ("columns", "date_format", "values")
DATE_PARTS = ("d", "mbB", "yY")
"""Directives of which a format of dates has one each: a day, a month, a year."""
TIME_PARTS = "HIMSpf%"
"""Directives that it may have, too."""


def fold(text: str) -> str:
    """Return a heading or label as it is compared: letter case, blanks at the ends and runs of
    blanks do not count.
    """
    return " ".join(text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").split()).casefold()


def identifiers(knowledge: KnowledgeBase) -> tuple[str, ...]:
    """Return every identifier that a column of a table may have, in the order of the blank form."""
    names = [*FREE]
    for group in knowledge.groups:
        names += [f"{group.group}.{group.shorthand.key}"] if group.shorthand else []
        names += group.observables
    return tuple(names)


def choices(knowledge: KnowledgeBase, identifier: str) -> tuple[str, ...]:
    """Return the words that may stand in a column; none for a number and for free text.

    Args:
        knowledge: The knowledge base.
        identifier: One of `identifiers`.
    """
    if identifier in knowledge.observables:
        return tuple(knowledge.observables[identifier].values)
    return tuple(
        group.shorthand.value
        for group in knowledge.groups
        if group.shorthand and f"{group.group}.{group.shorthand.key}" == identifier
    )


@dataclass(frozen=True)
class Mapping:
    """What headings and labels mean. As written in the file; `heading`, `ignores` and `value` look
    them up folded.

    Attributes:
        columns: Heading to identifier.
        ignored: Headings of columns that are to be left out.
        values: Identifier to label to value; the value is empty for a label that says that nothing
            was answered.
        date_format: How dates are written, in the directives of `strptime`; `None` for YYYY-MM-DD.
    """

    columns: dict[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    date_format: str | None = None

    @cached_property
    def _headings(self) -> dict[str, str | None]:
        return {
            **dict.fromkeys(map(fold, self.ignored)),
            **{fold(heading): name for heading, name in self.columns.items()},
        }

    @cached_property
    def _labels(self) -> dict[str, dict[str, str]]:
        return {
            name: {fold(label): value for label, value in labels.items()}
            for name, labels in self.values.items()
        }

    def heading(self, text: str) -> str | None:
        """Return the identifier that a heading stands for, or `None` where it stands for none."""
        return self._headings.get(fold(text))

    def ignores(self, text: str) -> bool:
        """Say whether the column with this heading is to be left out."""
        return self._headings.get(fold(text), text) is None

    def value(self, identifier: str, label: str) -> str | None:
        """Return the value that a label stands for, empty where it says that nothing was answered,
        or `None` for an unknown label.
        """
        return self._labels.get(identifier, {}).get(fold(label))

    def unused(self, headings: Iterable[str]) -> tuple[str, ...]:
        """Return the headings of `columns` that a table with these headings does not have: a slip
        leaves a column unread.
        """
        found = {fold(heading) for heading in headings}
        return tuple(heading for heading in self.columns if fold(heading) not in found)


def read_mapping(knowledge: KnowledgeBase, file: str, raw: bytes) -> Mapping:
    """Read the bytes of a mapping, YAML or JSON.

    Args:
        knowledge: The knowledge base whose identifiers and values it names.
        file: Name for messages.
        raw: The file.

    Raises:
        InputError: With every problem of the file.
    """
    document = read_document(file, raw)
    if not document.complete:
        raise InputError(document.problems)
    reader = _MappingReader(knowledge, document)
    mapping = reader.read()
    if document.problems or reader.problems:
        raise InputError([*document.problems, *reader.problems])
    return mapping


class _MappingReader:
    """Turns a parsed document into a `Mapping`, and gathers what is wrong with it."""

    def __init__(self, knowledge: KnowledgeBase, document: Document) -> None:
        self.knowledge = knowledge
        self.document = document
        self.problems: list[Problem] = []
        self.identifiers = identifiers(knowledge)

    def refuse(self, path: Path, message: str) -> None:
        self.problems.append(self.document.problem(path, message))

    def read(self) -> Mapping:
        data = self.document.data
        if not isinstance(data, dict):
            self.refuse((), f"a map with {' and '.join(KEYS)} is needed here; found {shown(data)}")
            return Mapping()
        for key in data:
            if key not in KEYS:
                self.refuse(
                    (key,),
                    f"unknown key {shown(key)}{nearest(key, KEYS) or f'; allowed: {listed(KEYS)}'}",
                )
        columns, ignored = self._columns(self._map(("columns",), data.get("columns", {})))
        labels = self._map(("values",), data.get("values", {}))
        values = {
            name: self._labels(name, self._map(("values", name), given))
            for name, given in labels.items()
            if self._takes_labels(name)
        }
        return Mapping(
            columns, frozenset(ignored), values, self._date_format(data.get("date_format"))
        )

    def _map(self, path: Path, data: Any) -> dict[str, Any]:
        if data is None or isinstance(data, dict):
            return data or {}
        self.refuse(path, f"a map is needed here; found {shown(data)}")
        return {}

    def _columns(self, data: dict[str, Any]) -> tuple[dict[str, str], list[str]]:
        columns: dict[str, str] = {}
        ignored: list[str] = []
        owners: dict[str, str] = {}
        self._told_apart(("columns",), data, "heading")
        for heading, name in data.items():
            path = ("columns", heading)
            if name == IGNORE:
                ignored.append(heading)
            elif name not in self.identifiers:
                hint = (
                    self._near_identifier(name)
                    or f"; allowed: {IGNORE}, or an identifier of the blank form"
                )
                self.refuse(path, f"there is no identifier {shown(name)}{hint}")
            elif name in owners:
                first = self.document.lines.get(("columns", owners[name]))
                self.refuse(
                    path,
                    (
                        f"{name} is given to two headings, first in line {first}; one column "
                        f"each, set the other to {IGNORE}"
                    ),
                )
            else:
                owners[name] = heading
                columns[heading] = name
        return columns, ignored

    def _told_apart(self, path: Path, data: dict[str, Any], what: str) -> None:
        """Refuse what differs from an earlier one in letter case and blanks only."""
        seen: dict[str, str] = {}
        for text in data:
            folded = fold(text)
            if not folded:
                self.refuse((*path, text), f"a {what} is needed here; found nothing")
            elif folded in seen:
                first = self.document.lines.get((*path, seen[folded]))
                self.refuse(
                    (*path, text),
                    (
                        f"differs from the {what} in line {first} in letter case and blanks "
                        "only; keep one"
                    ),
                )
            seen.setdefault(folded, text)

    def _near_identifier(self, name: Any) -> str:
        elsewhere = [
            known
            for known in self.identifiers
            if isinstance(name, str) and known.endswith(f".{name}")
        ]
        return (
            f"; did you mean '{elsewhere[0]}'?"
            if elsewhere
            else nearest(name, (*self.identifiers, IGNORE))
        )

    def _takes_labels(self, name: str) -> bool:
        if name in FREE:
            self.refuse(("values", name), "its text is free, so that it has no labels")
        elif name not in self.identifiers:
            hint = self._near_identifier(name)
            self.refuse(
                ("values", name),
                f"there is no identifier {shown(name)}{hint}; identifiers stand here, not headings",
            )
        return name in self.identifiers and name not in FREE

    def _labels(self, name: str, data: dict[str, Any]) -> dict[str, str]:
        labels: dict[str, str] = {}
        self._told_apart(("values", name), data, "label")
        for label, value in data.items():
            slip = None if value == BLANK else self._slip(name, value)
            if slip:
                self.refuse(
                    ("values", name, label),
                    f"{slip}; {BLANK} for a label that says that nothing was answered",
                )
            else:
                labels[label] = "" if value == BLANK else str(value)
        self._turned_around(name, labels)
        return labels

    def _slip(self, name: str, value: Any) -> str | None:
        if name in self.knowledge.observables:
            return self.knowledge.observables[name].answer.slip(value)
        allowed = choices(self.knowledge, name)
        return (
            None
            if value in allowed
            else (
                f"{shown(value)} is not allowed; allowed: "
                f"{listed(allowed)}{nearest(value, allowed)}"
            )
        )

    def _turned_around(self, name: str, labels: dict[str, str]) -> None:
        """Refuse a value that is given to another one while the other keeps its own meaning unsaid:
        two answers would become one.
        """
        said = {fold(label) for label in labels}
        for label, value in labels.items():
            if (
                fold(label) in choices(self.knowledge, name)
                and value
                and fold(label) != value
                and value not in said
            ):
                message = (
                    f"'{label}' is a value itself, here turned into '{value}'; say what the "
                    f"label '{value}' means as well"
                )
                self.refuse(("values", name, label), message)

    def _date_format(self, given: Any) -> str | None:
        if given is None:
            return None
        slip = (
            date_format_slip(given)
            if isinstance(given, str)
            else f"text is needed here; found {shown(given)}"
        )
        if slip:
            self.refuse(("date_format",), slip)
            return None
        return str(given)


def date_format_slip(given: str) -> str | None:
    """Say why a format of dates cannot be used, or return `None` where it can.

    Args:
        given: Such as `%d/%m/%Y`.
    """
    used = re.findall(r"%(.?)", given)
    odd = [part for part in used if part == "" or part not in "".join((*DATE_PARTS, TIME_PARTS))]
    if odd:
        return (
            f"'%{odd[0]}' is not known; allowed: "
            f"{listed([f'%{part}' for part in _directives()], 20)}"
        )
    if any(sum(part in parts for part in used) != 1 for parts in DATE_PARTS):
        return (
            f"{shown(given)} needs one day (%d), one month (%m, %b or %B) and one year (%Y or "
            "%y), such as %d/%m/%Y"
        )
    noon = datetime(2026, 11, 23, 12)
    try:
        same = datetime.strptime(noon.strftime(given), given).date() == noon.date()
    except ValueError:
        same = False
    return (
        None
        if same
        else (
            f"{shown(given)} does not give back a date that it has written; put a sign between "
            "the parts"
        )
    )


def _directives() -> Iterator[str]:
    yield from "".join((*DATE_PARTS, TIME_PARTS))
