"""The reading of a form as SQL: the answers of a table, what its shorthands answer, and what is
known once defaults are taken and what cannot be read is left out.
"""

import csv
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import product

from hingeexpert.assurance.sql_conditions import SqlConditions
from hingeexpert.assurance.sql_language import Dialect, case, joined
from hingeexpert.assurance.sql_results import OLDER_FORM
from hingeexpert.errors import InputError, Problem, nearest, shown
from hingeexpert.forms.older import retired_slip
from hingeexpert.knowledge import KnowledgeBase, naming

PATIENT, DATE, FORM = "patient.id", "date", "form"
VISIT = (PATIENT, DATE)
"""Whose form it is, and of which day."""
TRUTH_WORDS = (("'true'", "'yes'"), ("'false'", "'no'"))
"""How a truth value is written, and the answer that it is."""


class SqlAnswers:
    """What stands in the table `forms`, as answers.

    Attributes:
        shorthands: The parts of the form that have a shorthand, by its column.
    """

    def __init__(
        self, knowledge: KnowledgeBase, dialect: Dialect, headings: Collection[str] | None
    ) -> None:
        """Prepare for a table.

        Args:
            knowledge: The knowledge base.
            dialect: Of SQL.
            headings: The columns that the table has; `None` for all.
        """
        self.knowledge, self.dialect, self._headings = knowledge, dialect, headings
        observables = knowledge.observables
        self.shorthands = knowledge.shorthands
        self._defaults = {
            name: item.default for name, item in observables.items() if item.default is not None
        }
        self._with_defaults = self.form_conditions(self._or_default)

    def form_conditions(self, known: Callable[[str], str] | None = None) -> SqlConditions:
        """Return the conditions that a form itself decides.

        Args:
            known: Writes what is known of an observable; its answer unless given.
        """
        network, observables = self.knowledge.form_network, self.knowledge.observables
        return SqlConditions(network, observables, self.dialect, known or self.dialect.name)

    def given(self) -> Iterator[tuple[str, str]]:
        """Yield every column as the table has it, with its name: truth values as words, a column
        that is missing as blank.
        """
        for name in (*VISIT, FORM, *self.shorthands):
            yield self._text(name), name
        for name, item in self.knowledge.observables.items():
            if not item.answer.categories:
                yield self._there(name) or "CAST(NULL AS DOUBLE)", name
            elif item.answer.is_flag and self._there(name):
                text = self._text(name)
                words = " ".join(f"WHEN {word} THEN {answer}" for word, answer in TRUTH_WORDS)
                yield f"CASE {text} {words} ELSE {text} END", name
            else:
                yield self._text(name), name

    def _text(self, name: str) -> str:
        return f"CAST({self._there(name) or 'NULL'} AS {self.dialect.text})"

    def _there(self, name: str) -> str | None:
        """Write a column of the table; `None` where it has none of this name."""
        there = self._headings is None or name in self._headings
        return self.dialect.name(name) if there else None

    def answered(self) -> Iterator[tuple[str, str]]:
        """Yield every column with what the shorthands answer, and its name."""
        column = self.dialect.name
        for name in (*VISIT, FORM, *self.shorthands):
            yield column(name), name
        yield self._on_older_form(), OLDER_FORM
        at_once = {}
        for shorthand, group in self.shorthands.items():
            assert group.shorthand is not None
            answer = self.dialect.literal(group.shorthand.answers)
            for name in group.flags:
                at_once[name] = case([(f"{column(shorthand)} IS NOT NULL", answer)])
        for name in self.knowledge.observables:
            given = column(name)
            yield f"COALESCE({given}, {at_once[name]})" if name in at_once else given, name

    def _on_older_form(self) -> str:
        """Write whether a shorthand answers a flag that the form of a row did not have yet."""
        column, found = self.dialect.name, list[str]()
        for tag, (name, group) in product(self.knowledge.info.reads, self.shorthands.items()):
            newer = self.knowledge.newer_than(tag)
            blank = [f"{column(flag)} IS NULL" for flag in group.flags if flag in newer]
            tagged = f"{column(FORM)} = {self.dialect.literal(tag)}"
            found.append(f"({tagged} AND {column(name)} IS NOT NULL AND ({joined('OR', blank)}))")
        return f"COALESCE({joined('OR', found)}, FALSE)"

    def known(self) -> Iterator[tuple[str, str]]:
        """Yield what is known of every observable, with its name: its answer where it can be read,
        else its default.
        """
        for name in (*VISIT, OLDER_FORM):
            yield self.dialect.name(name), name
        for name in self.knowledge.observables:
            value, void = self.dialect.name(name), naming.void(name)
            if void in self.knowledge.form_network.names:
                arm = f"{self._with_defaults.whole(void)}", "NULL"
                value = case([arm], value)
            yield self._defaulted(name, value), name

    def _or_default(self, name: str) -> str:
        return self._defaulted(name, self.dialect.name(name))

    def _defaulted(self, name: str, value: str) -> str:
        """Write a value, or the default in its place."""
        if name not in self._defaults:
            return value
        return f"COALESCE({value}, {self.dialect.literal(self._defaults[name])})"


def headings_in(knowledge: KnowledgeBase, file: str, text: str) -> tuple[str, ...]:
    """Return the headings of a table.

    Args:
        knowledge: The knowledge base.
        file: Its name, for an error.
        text: What stands in it: CSV, of which the first line counts.

    Raises:
        InputError: A heading looks like a question and is none, or none is one.
    """
    headings = tuple(name.strip() for name in next(csv.reader(text.splitlines()), ()))
    problems = [Problem(file, 1, *slip) for slip in _slips_of_headings(knowledge, headings)]
    if not problems and not any(name in knowledge.observables for name in headings):
        problems.append(Problem(file, 1, "", "no heading in its first line is a question"))
    if problems:
        raise InputError(problems)
    return headings


def _slips_of_headings(
    knowledge: KnowledgeBase, headings: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Yield the headings that look like a question and are none, and what is wrong with each."""
    groups = {group.group for group in knowledge.groups}
    known = {*knowledge.observables, *knowledge.shorthands}
    for name in headings:
        if name not in known and name.partition(".")[0] in groups:
            hint = nearest(name, knowledge.observables)
            message = f"there is no observable {shown(name)}{hint}"
            yield name, retired_slip(knowledge, name) or message
