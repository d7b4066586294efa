"""The door to judging a table: its columns, what each row makes known, and the result of each row.

How a condition becomes a column is `conditions.py`, what follows from all of them `results.py`.
"""

import operator
from collections.abc import Collection, Mapping
from functools import cached_property

import polars as pl

from hingeexpert.forms.assessment import NOT_NOTED
from hingeexpert.inference.columns.conditions import ConditionColumns, known_column, together
from hingeexpert.inference.columns.results import OLDER_FORM, ResultColumns
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.answer_kinds import Answer
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.observables import Group

COLUMN_TYPES: dict[type, pl.DataType] = {int: pl.Int32(), float: pl.Float64()}
"""Type of a value that is no word to that of its column."""


class Columns:
    """The knowledge base as expressions over the columns of a table. A column is named by its
    observable; null is a blank.

    Attributes:
        schema: Type of every column of answers: an `Enum` of the allowed values, or a number.
        shorthands: Columns such as `safety.screen` that answer the flags of a group which have no
            answer of their own, and their type.
    """

    def __init__(self, knowledge: KnowledgeBase) -> None:
        """Compile the knowledge base."""
        self.knowledge = knowledge
        observables = knowledge.observables
        self.schema = {name: _column_type(item.answer) for name, item in observables.items()}
        self.shorthands = _shorthands(knowledge)
        self._defaults = {
            name: item.default for name, item in observables.items() if item.default is not None
        }
        self._form = ConditionColumns(knowledge.form_network, "f", observables)
        self._form_layers = list(self._form.layers())
        self._conditions = ConditionColumns(knowledge.network, "c", observables)
        self._condition_layers = list(self._conditions.layers())
        results = ResultColumns(knowledge, self._conditions.truth)
        self._statuses, self._results = list(results.statuses()), list(results.results())

    def conclude(self, answers: pl.LazyFrame, *named: str) -> pl.LazyFrame:
        """Judge every row.

        Args:
            answers: Columns named by observables and shorthands, with the types of `schema` and
                `shorthands`; those that are missing count as blank. `form` may hold the tags of the
                forms. Others are ignored.
            named: Conditions whose truths are wanted too; they stand behind the results.

        Returns:
            For each ladder `<ladder>.verdict`, `.at_least` and `.not_ruled_out`, then `focus` (null
            where there is none), `checks` (ids joined by a blank; null where none is true), and
            `fault.<id>` and `contributor.<id>` with one of `diagnosis.STATUSES`; a row for each
            row, in order.
        """
        truths = [self._conditions.truth(name).alias(name) for name in named]
        judged = self._judged(answers).with_columns(self._statuses)
        return judged.select([*self._results, *truths])

    def truths(self, answers: pl.LazyFrame) -> pl.LazyFrame:
        """Return the truth of every named condition in every row: true, false, or null for
        unknown.
        """
        names = self.knowledge.network.names
        return self._judged(answers).select(
            self._conditions.truth(name).alias(name) for name in names
        )

    def contradictions(self, answers: pl.LazyFrame) -> pl.LazyFrame:
        """Return for each observable whether its answer contradicts the form, as a finding of a
        drill that was not done does.
        """
        frame = self._with_forms(self.complete(answers), self._answered)
        contradicting = []
        for group in self.knowledge.drills_of_form:
            not_done = self._form.truth(naming.not_done(group.group))
            for name in group.drill_findings:
                noted = self._is_noted(name)
                contradicting.append((not_done & noted).fill_null(False).alias(name))
        return frame.select(contradicting)

    def _is_noted(self, name: str) -> pl.Expr:
        """Return whether a finding was noted; null for a blank."""
        if NOT_NOTED in self.knowledge.observables[name].answer.categories:
            return self._coded(pl.col(name), name) != self._code(name, NOT_NOTED)
        return pl.col(name).is_not_null()

    def impossible(self, answers: pl.LazyFrame) -> pl.LazyFrame:
        """Return for each observable that has such answers whether its answer is one that others of
        its form rule out.
        """
        frame = self._with_forms(self.complete(answers), self._answered)
        wrong = []
        for name, item in self.knowledge.observables.items():
            ruled_out = [
                pl.col(name).eq(pl.lit(value, self.schema[name]))
                & self._form.truth(naming.impossible(name, value))
                for value in item.impossible_when
            ]
            if ruled_out:
                wrong.append(pl.any_horizontal(ruled_out).fill_null(False).alias(name))
        return frame.select(wrong)

    def complete(self, answers: pl.LazyFrame, *kept: str) -> pl.LazyFrame:
        """Return a column for every observable: the missing ones blank, and with what the
        shorthands say; `kept` are columns that stay as they are.
        """
        present = answers.collect_schema().names()
        columns = {
            name: pl.col(name) if name in present else blank for name, blank in self._blanks.items()
        }
        for group in self.knowledge.groups:
            if group.shorthand and _shorthand_column(group) in present:
                columns |= self._flags_at_once(group, columns)
        # Blanks alone would be one row, however many there are.
        return answers.with_columns(*columns.values()).select(*columns, *kept)

    # What depends on no table is made once: an expression takes Polars longer than its work does.

    @cached_property
    def _blanks(self) -> dict[str, pl.Expr]:
        """A column of blanks for every observable."""
        return {name: pl.lit(None, dtype).alias(name) for name, dtype in self.schema.items()}

    @cached_property
    def _at_once(self) -> dict[str, pl.Expr]:
        """For each flag what the shorthand of its part of the form answers, where that is given."""
        found: dict[str, pl.Expr] = {}
        for group in self.knowledge.groups:
            if group.shorthand is not None:
                answered = pl.col(_shorthand_column(group)).is_not_null()
                for name in _flags(group):
                    answer = pl.lit(group.shorthand.answers, self.schema[name])
                    found[name] = pl.when(answered).then(answer)
        return found

    @cached_property
    def _answered(self) -> list[pl.Expr]:
        """What every observable is answered by."""
        return [self._coded(pl.col(name), name).alias(known_column(name)) for name in self.schema]

    @cached_property
    def _answered_or_default(self) -> list[pl.Expr]:
        """What every observable is answered by, or its default."""
        return [self._or_default(self._coded(pl.col(name), name), name) for name in self.schema]

    @cached_property
    def _known(self) -> list[pl.Expr]:
        """What is known of every observable."""
        return [self._known_of(name) for name in self.schema]

    def _on_older_form(self, answers: pl.LazyFrame) -> pl.Expr:
        """Return whether a shorthand answers a flag that the form of a row did not have yet."""
        present = answers.collect_schema().names()
        found = []
        for tag in self.knowledge.info.reads if "form" in present else ():
            tagged, newer = pl.col("form") == tag, self.knowledge.newer_than(tag)
            for group in self.knowledge.groups:
                if group.shorthand and _shorthand_column(group) in present:
                    at_once = pl.col(_shorthand_column(group)).is_not_null()
                    blank = [_is_blank(name, present) for name in _flags(group) if name in newer]
                    found.append(tagged & at_once & together(operator.or_, blank, pl.lit(False)))
        return together(operator.or_, found, pl.lit(False)).fill_null(False)

    def _flags_at_once(self, group: Group, columns: Mapping[str, pl.Expr]) -> dict[str, pl.Expr]:
        """Return the flags of a part of the form, the blank ones as its shorthand answers them."""
        return {
            name: columns[name].fill_null(self._at_once[name]).alias(name) for name in _flags(group)
        }

    def _with_forms(self, frame: pl.LazyFrame, answered: list[pl.Expr]) -> pl.LazyFrame:
        """Judge what a form itself decides, over some answers."""
        frame = frame.with_columns(answered)
        for layer in self._form_layers:
            frame = frame.with_columns(layer)
        return frame

    def _judged(self, answers: pl.LazyFrame) -> pl.LazyFrame:
        """Return a table with a column for each condition."""
        answers = answers.with_columns(self._on_older_form(answers).alias(OLDER_FORM))
        frame = self._with_forms(self.complete(answers, OLDER_FORM), self._answered_or_default)
        frame = frame.select(pl.col(OLDER_FORM), *self._known)
        for layer in self._condition_layers:
            frame = frame.with_columns(layer)
        return frame

    def _known_of(self, name: str) -> pl.Expr:
        """Return what is known of an observable: its answer where it can be read, else its
        default.
        """
        value = self._coded(pl.col(name), name)
        void = naming.void(name)
        if void in self._form.network.names:
            unreadable = self._form.truth(void).fill_null(False)
            value = pl.when(unreadable).then(None).otherwise(value)
        return self._or_default(value, name)

    def _or_default(self, value: pl.Expr, name: str) -> pl.Expr:
        """Return a coded value with its default in place of a blank."""
        if name in self._defaults:
            value = value.fill_null(pl.lit(self._code(name, self._defaults[name])))
        return value.alias(known_column(name))

    def _coded(self, column: pl.Expr, name: str) -> pl.Expr:
        """Return a choice as the position of its value; a number as it is."""
        is_choice = self.knowledge.observables[name].answer.categories
        return column.to_physical() if is_choice else column

    def _code(self, name: str, value: Value) -> Value:
        """Return what `_coded` makes of one value."""
        categories = self.knowledge.observables[name].answer.categories
        return categories.index(str(value)) if categories else value


def _column_type(answer: Answer) -> pl.DataType:
    return pl.Enum(answer.categories) if answer.categories else COLUMN_TYPES[answer.value_type]


def _shorthands(knowledge: KnowledgeBase) -> dict[str, pl.Enum]:
    """Return the type of the column of each shorthand, which has one word."""
    return {
        _shorthand_column(group): pl.Enum([group.shorthand.value])
        for group in knowledge.groups
        if group.shorthand
    }


def _flags(group: Group) -> list[str]:
    """Return the flags of a part of the form."""
    return [name for name, item in group.observables.items() if item.answer.is_flag]


def _is_blank(name: str, present: Collection[str]) -> pl.Expr:
    """Return whether an observable has no answer of its own."""
    return pl.col(name).is_null() if name in present else pl.lit(True)


def _shorthand_column(group: Group) -> str:
    """Name the column of the shorthand of a part of the form."""
    assert group.shorthand is not None
    return f"{group.group}.{group.shorthand.key}"
