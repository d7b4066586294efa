"""Judge the columns of a frame, whatever engine it comes from.

Owns how a column becomes answers: most values at once with Polars, the others one by one. Text is
read as it stands; to mend a table's own spellings is the work of `row_reading.py`.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

import polars as pl

from hingeexpert.batch.layout import FORM
from hingeexpert.errors import InputError, Problem, nearest, shown
from hingeexpert.forms.contradictions import impossible_while
from hingeexpert.forms.older import retired_slip, tag_slip
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.answer_kinds import Answer, Number, not_among
from hingeexpert.knowledge.condition import Value

FRAME = "frame"
"""What a problem names in place of a file."""
MOST_VALUES = 5
"""Wrong values of one column that an error shows, the most frequent first."""
TRUTHS = {True: "yes", False: "no"}
TEXTS = (pl.String, pl.Categorical, pl.Enum)
SlipCounts = Counter[str]
"""Why values of one column are refused, and how often."""


class Judge:
    """One knowledge base, ready for the columns of any frame.

    Attributes:
        schema: The columns of the results and their types.
        read: The columns of a frame that are looked into.
    """

    def __init__(self, knowledge: KnowledgeBase) -> None:
        """Compile the knowledge base.

        Args:
            knowledge: The knowledge base.
        """
        self.knowledge = knowledge
        self._columns = Columns(knowledge)
        self._types: dict[str, pl.DataType] = {**self._columns.schema, **self._columns.shorthands}
        self.read = frozenset({*self._types, FORM})
        no_rows = pl.LazyFrame(schema=self._columns.schema)
        self.schema = self._columns.conclude(no_rows).collect_schema()
        self._groups = {_folded(group.group) for group in knowledge.groups}
        self._spelled = {_folded(name) for name in self._types}

    def check(self, names: Iterable[object]) -> None:
        """Look at the headings of a frame.

        Raises:
            InputError: With every column that is not allowed.
        """
        _, problems = self._headings(names)
        if problems:
            raise InputError(problems)

    def results(
        self, names: Iterable[object], column: Callable[[str], pl.Series], rows: int
    ) -> pl.DataFrame:
        """Judge every row.

        Args:
            names: The headings of a frame.
            column: Returns the column of this name.
            rows: Number of rows of the frame.

        Returns:
            The columns of `schema`, a row for each row, in order.

        Raises:
            InputError: With every column and value that is not allowed.
        """
        answered, problems = self._headings(names)
        table, refused = self._answers(answered, column, rows)
        tags = self._tags(names, column)
        table = table.with_columns(tags) if tags is not None else table
        self._add_contradictions(table, refused)
        for name, slips in refused.items():
            problems += _problems(name, slips)
        if problems:
            raise InputError(problems)
        return self._columns.conclude(table.lazy()).collect()

    def _answers(
        self, names: Iterable[str], column: Callable[[str], pl.Series], rows: int
    ) -> tuple[pl.DataFrame, dict[str, SlipCounts]]:
        """Return the columns of answers, and why values of each are refused."""
        # One column is always there, or a frame without any answer would have no rows.
        first, dtype = next(iter(self._types.items()))
        answers = {first: pl.Series([None] * rows, dtype=dtype)}
        refused: dict[str, SlipCounts] = {}
        for name in names:
            answers[name], refused[name] = self._read(name, column(name))
        return pl.DataFrame(answers), refused

    def _tags(
        self, names: Iterable[object], column: Callable[[str], pl.Series]
    ) -> pl.Series | None:
        """Return the tags of the forms, where there is a column of them.

        Raises:
            InputError: One is the tag of no form.
        """
        if FORM not in names:
            return None
        tags = column(FORM).cast(pl.String).alias(FORM)
        given = tags.drop_nulls().unique(maintain_order=True).to_list()
        slips = [slip for tag in given if (slip := tag_slip(self.knowledge, tag))]
        if slips:
            raise InputError([Problem(FRAME, None, FORM, slip) for slip in slips[:MOST_VALUES]])
        return tags

    def _headings(self, names: Iterable[object]) -> tuple[list[str], list[Problem]]:
        """Return the columns that are answers, and what is wrong with the others."""
        answers, problems = [], []
        for name, times in Counter(name for name in names if isinstance(name, str)).items():
            slip = self._heading_slip(name, times)
            if slip is not None:
                problems.append(Problem(FRAME, None, name, slip))
            elif name in self._types:
                answers.append(name)
        return answers, problems

    def _heading_slip(self, name: str, times: int) -> str | None:
        """Say what is wrong with a heading; `None` for an answer, and for a column that is handed
        through.

        Args:
            name: The heading.
            times: How many columns have it.
        """
        if name in self.schema:
            return "is a column of the results; drop or rename the one that is there"
        if name in self._types:
            return f"{times} columns have this name" if times > 1 else None
        retired = retired_slip(self.knowledge, name)
        if retired is not None:
            return retired
        if self._seems_meant(name):
            hint = nearest(name, self._types) or "; rename or drop the column if it is no answer"
            return f"there is no observable {shown(name)}{hint}"
        return None

    def _seems_meant(self, name: str) -> bool:
        """Return whether a heading is spelled nearly like an answer, or names a group of them."""
        group, dot, _ = name.partition(".")
        return _folded(name) in self._spelled or (bool(dot) and _folded(group) in self._groups)

    def _read(self, name: str, values: pl.Series) -> tuple[pl.Series, SlipCounts]:
        """Return a column with its type, null for a blank, and why the others are refused."""
        item = self.knowledge.observables.get(name)
        answer = None if item is None else item.answer
        values = values.fill_nan(None) if values.dtype.is_float() else values
        read = _quick(answer, self._types[name], values)
        odd = values.is_not_null() & read.is_null()
        if not odd.any():
            return read, SlipCounts()
        judged = [self._judged(name, answer, value) for value in values.filter(odd).to_list()]
        answers = pl.Series([value for value, _ in judged], dtype=self._types[name])
        slips = SlipCounts(slip for _, slip in judged if slip)
        return read.scatter(odd.arg_true(), answers), slips

    def _judged(
        self, name: str, answer: Answer | None, value: Any
    ) -> tuple[Value | None, str | None]:
        """Return the answer that one value is, and why it is none.

        Args:
            name: Of the column.
            answer: The kind of its answers; `None` for a shorthand.
            value: Of Python or numpy.
        """
        value = _plain(value)
        if isinstance(value, float) and math.isnan(value):
            return None, None
        if answer is None:
            word = self._columns.shorthands[name].categories[0]
            return (word, None) if value == word else (None, not_among(value, [word]))
        value = _as_answered(answer, value)
        slip = answer.slip(value)
        if slip is None:
            return value, None
        is_text = isinstance(value, str) and answer.is_typed
        return None, f"{slip}; this is text" if is_text else slip

    def _add_contradictions(self, table: pl.DataFrame, refused: dict[str, SlipCounts]) -> None:
        """Add the answers that cannot stand beside others of their row."""
        self._add_impossible(table, refused)
        slip = "is a finding of a drill that was not done"
        mend = "leave it out, or say that the drill was done"
        wrong = self._columns.contradictions(table.lazy()).collect()
        for name in refused:
            if name in wrong.columns and wrong[name].any():
                for value in table[name].filter(wrong[name]):
                    refused[name][f"{shown(value)} {slip}; {mend}"] += 1

    def _add_impossible(self, table: pl.DataFrame, refused: dict[str, SlipCounts]) -> None:
        """Add the answers that others of their row rule out."""
        wrong = self._columns.impossible(table.lazy()).collect()
        for name in wrong.columns:
            conditions = self.knowledge.observables[name].impossible_when
            for value in table[name].filter(wrong[name]) if name in refused else ():
                why = impossible_while(self.knowledge, conditions[value])
                refused[name][f"{shown(value)} {why}; correct one of the two"] += 1


def _plain(value: Any) -> Any:
    """Return a scalar of numpy as a value of Python."""
    return value.item() if getattr(value, "ndim", None) == 0 else value


def _as_answered(answer: Answer, value: Any) -> Any:
    """Return a truth value as the word of a flag, and a whole number without a decimal part."""
    if isinstance(value, bool) and answer.is_flag:
        return TRUTHS[value]
    if isinstance(value, float | Decimal) and answer.is_typed:
        return int(value) if math.isfinite(value) and value == int(value) else float(value)
    return value


def _quick(answer: Answer | None, dtype: pl.DataType, values: pl.Series) -> pl.Series:
    """Return most values at once; what is not one of the common types, or not allowed, is null.

    Args:
        answer: The kind of the answers; `None` for a shorthand.
        dtype: Of the answers.
        values: As they stand in the frame.
    """
    if isinstance(answer, Number) and values.dtype.is_numeric():
        return _quick_numbers(answer, dtype, values)
    if isinstance(dtype, pl.Enum) and values.dtype in TEXTS:
        return values.cast(pl.String).cast(dtype, strict=False)
    if answer is not None and answer.is_flag and values.dtype == pl.Boolean:
        return values.replace_strict(list(TRUTHS), list(TRUTHS.values()), return_dtype=dtype)
    return pl.Series(values.name, [None] * len(values), dtype)


def _quick_numbers(answer: Number, dtype: pl.DataType, values: pl.Series) -> pl.Series:
    """Return the numbers that are allowed."""
    # A narrow float means the decimal that it prints as: widened as it is, 0.8 would lie above 0.8.
    narrow = values.dtype.is_float() and values.dtype != pl.Float64
    number = (values.cast(pl.String) if narrow else values).cast(pl.Float64)
    allowed = number.is_between(answer.limits.least, answer.limits.most)
    if answer.whole:
        allowed &= number.eq(number.floor())
    return number.set(~allowed, None).cast(dtype)


def _problems(name: str, slips: SlipCounts) -> Iterator[Problem]:
    """Yield the problems of one column, the most frequent first."""
    ranked = slips.most_common()
    for slip, count in ranked[:MOST_VALUES]:
        yield Problem(FRAME, None, name, f"{slip} ({_in_rows(count)})")
    others = ranked[MOST_VALUES:]
    if others:
        rows = _in_rows(sum(count for _, count in others))
        message = f"{len(others)} more values that are not allowed ({rows})"
        yield Problem(FRAME, None, name, message)


def _in_rows(count: int) -> str:
    return f"in {count} row" if count == 1 else f"in {count} rows"


def _folded(name: str) -> str:
    """Return a heading without letter case and separators: what is spelled alike is meant alike."""
    return "".join(character for character in name.casefold() if character.isalnum())
