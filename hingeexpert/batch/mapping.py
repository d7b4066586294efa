"""What the headings and labels of somebody's table mean in the terms of a form.

Owns the look-up of headings and labels, and how they are compared. The file that says what they
mean is read by `mapping_file.py` and proposed by `drafting.py`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.base import HEAD_COLUMNS

DATE = "date"
_BETWEEN = re.compile(r"[\s._/\\:-]+")
"""What may stand between the words of an identifier."""


def fold(text: str) -> str:
    """Return a heading or label as it is compared: letter case, blanks at the ends and runs of
    blanks do not count.
    """
    return " ".join(text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").split()).casefold()


def spelled(text: str) -> str:
    """Return an identifier, or a heading that may be one, as it is compared whatever stands between
    its words: `stick_sacrum`, `stick/sacrum` and `Stick Sacrum` are `stick.sacrum`.
    """
    return _BETWEEN.sub(" ", fold(text)).strip()


def identifiers(knowledge: KnowledgeBase) -> tuple[str, ...]:
    """Return every identifier that a column of a table may have, in the order of the blank form."""
    names = [*HEAD_COLUMNS]
    for group in knowledge.groups:
        names += [group.shorthand_column] if group.shorthand_column else []
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
    group = knowledge.shorthands.get(identifier)
    return (group.shorthand.value,) if group and group.shorthand else ()


@dataclass(frozen=True)
class Mapping:
    """What headings and labels mean. As written in the file; `heading`, `ignores` and `value` look
    them up folded.

    Attributes:
        columns: Heading to identifier.
        ignored: Headings of columns that are to be left out.
        values: Identifier to label to value; the value is empty for a label that says that nothing
            was answered.
        date_formats: The ways in which dates are written, in the directives of `strptime`, or
            `date_format.EXCEL`; none for YYYY-MM-DD.
        blank: Words that say in every column with answers that nothing was answered.
        nobody: Words that stand for no answer where an identifier of a person is written.
        decimal_comma: Whether numbers are written with a comma, whatever the table.
    """

    columns: dict[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    date_formats: tuple[str, ...] = ()
    blank: frozenset[str] = frozenset()
    nobody: frozenset[str] = frozenset()
    decimal_comma: bool = False

    @cached_property
    def _headings(self) -> dict[str, str | None]:
        headings: dict[str, str | None] = dict.fromkeys(map(fold, self.ignored))
        for heading, name in self.columns.items():
            headings[fold(heading)] = name
        return headings

    @cached_property
    def _labels(self) -> dict[str, dict[str, str]]:
        folded: dict[str, dict[str, str]] = {}
        for name, labels in self.values.items():
            folded[name] = {fold(label): value for label, value in labels.items()}
        return folded

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

    @cached_property
    def blanks(self) -> frozenset[str]:
        """The words of `blank`, folded."""
        return frozenset(map(fold, self.blank))

    def unused(self, headings: Iterable[str]) -> tuple[str, ...]:
        """Return the headings of `columns` that a table with these headings does not have: a slip
        leaves a column unread.
        """
        in_table = {fold(heading) for heading in headings}
        return tuple(heading for heading in self.columns if fold(heading) not in in_table)
