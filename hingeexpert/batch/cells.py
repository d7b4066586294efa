"""How the cells of one column are read: from text to an answer of the right type, or why not.

Letter case and outer blanks do not count in a choice, flags know a few more spellings
(`tables.yaml`), and everything else is strict. Each kind reads a column twice: most cells at once
with Polars, and the few that are left one by one.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import polars as pl

from hingeexpert.batch.date_format import EXCEL, day_of_excel, read_date
from hingeexpert.batch.mapping import DATE, Mapping, fold
from hingeexpert.batch.slips import Slip
from hingeexpert.errors import listed, nearest_name, shown
from hingeexpert.forms.assessment import MOST_TEXT, text_slip
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge.answer_kinds import Number
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.base import HEAD_COLUMNS
from hingeexpert.knowledge.models.observables import Observable
from hingeexpert.knowledge.models.tables import TableFile

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
COMMA_NUMBER = re.compile(r"\s*[+-]?[0-9]+,[0-9]+\s*")
COMMA_HINT = "; is that a decimal comma? decimal: comma in a map reads it"
LINE_BREAKS = re.compile(r"\s*[\t\n\v\f\r\x85\u2028\u2029]\s*")
ISO_DATE = "%Y-%m-%d"
ISO_LENGTH = len("2026-11-20")
MOST_DECIMALS = 2
MOST_LISTED = 1000
"""Most numbers that are listed as likely cells."""

Labels = Callable[[str], str | None]
"""Gives the value that a mapping says a label stands for; see `Mapping.value`."""
Blanks = frozenset[str]
"""The words that a mapping says are a blank in every column, folded; none of them is an answer."""


class CellKind(ABC):
    """How the cells of one column are read.

    Attributes:
        dtype: Type of the column.
    """

    dtype: pl.DataType

    def spellings(self) -> Iterable[str]:
        """Return how cells are likely to be written, as far as that can be listed."""
        return ()

    @abstractmethod
    def quick(self, text: pl.Series) -> pl.Series:
        """Read most cells at once; what it cannot read is null."""

    @abstractmethod
    def judge(self, text: str) -> Value | Slip | None:
        """Read one other cell: its value, `None` for a blank, or why it is refused."""


def cell_kind(columns: Columns, name: str, mapping: Mapping, *, decimal_comma: bool) -> CellKind:
    """Return how the cells of a column are read.

    Args:
        columns: The expressions of a knowledge base, for the types of answers.
        name: Identifier of the column, or `form`.
        mapping: What other labels mean, and how dates are written.
        decimal_comma: Whether numbers may be written with a comma.
    """
    if name in columns.knowledge.observables:
        return _kind_of_answer(columns, name, mapping, decimal_comma or mapping.decimal_comma)
    if name == DATE:
        return DateCells(mapping.date_formats, mapping.blanks)
    if name in HEAD_COLUMNS:
        return FreeCells()
    shorthand = columns.shorthands.get(name)
    if shorthand is None:
        return WordCells(columns.knowledge.info.tags[::-1], pl.String())
    words = shorthand.categories[:1].to_list()
    return WordCells(words, shorthand, _labels(mapping, name), mapping.blanks)


def _kind_of_answer(
    columns: Columns, name: str, mapping: Mapping, decimal_comma: bool
) -> "ChoiceCells | NumberCells":
    """Return how the answers to a question are read."""
    item, dtype = columns.knowledge.observables[name], columns.schema[name]
    labels, blanks = _labels(mapping, name), mapping.blanks
    if item.answer.categories:
        written = tuple(mapping.values.get(name, ()))
        return ChoiceCells(item, dtype, labels, columns.knowledge.tables, blanks, written)
    assert isinstance(item.answer, Number)
    return NumberCells(item.answer, dtype, labels, blanks, decimal_comma=decimal_comma)


def _labels(mapping: Mapping, name: str) -> Labels | None:
    """Return what a mapping says of the labels of a column; `None` where it says nothing."""
    return partial(mapping.value, name) if mapping.values.get(name) else None


class ChoiceCells(CellKind):
    """One of several words."""

    def __init__(
        self,
        item: Observable,
        dtype: pl.DataType,
        labels: Labels | None,
        words: TableFile,
        blanks: Blanks = frozenset(),
        written: Sequence[str] = (),
    ) -> None:
        """Prepare for a column.

        Args:
            item: The question.
            dtype: Of its answers.
            labels: What a mapping says of this column; with it, the common spellings of a flag
                have no meaning of their own.
            words: How a flag is commonly written.
            blanks: Words for a blank.
            written: The labels that have a meaning, as they are likely to be written.
        """
        self.dtype = dtype
        self._item = item
        self._labels = labels
        self._spellings: dict[str, str | None] = dict.fromkeys(blanks)
        self._spellings |= {fold(value): value for value in item.values}
        if item.answer.is_flag and labels is None:
            self._spellings = flag_spellings(words) | self._spellings
        means = {word: labels(word) for word in written} if labels else {}
        answers = {word: value for word, value in means.items() if value in item.values}
        self._labelled = pl.Enum(list(answers))
        self._meant = pl.Series(list(answers.values()), dtype=dtype)

    def spellings(self) -> Iterable[str]:
        """Return the words, and those by which a flag is commonly written."""
        return (*self._item.values, *self._spellings)

    def quick(self, text: pl.Series) -> pl.Series:
        """Read the words as they are; where labels have a meaning, those alone."""
        if self._labels is None:
            return text.cast(self.dtype, strict=False)
        return self._meant.gather(text.cast(self._labelled, strict=False).to_physical())

    def judge(self, text: str) -> Value | Slip | None:
        """Read a label, or a word in another spelling."""
        label = self._labels(text) if self._labels else None
        if label is not None:
            return label or None
        if fold(text) in self._spellings:
            return self._spellings[fold(text)]
        answer, near = self._item.answer, nearest_name(text, self._item.values)
        return Slip("unknown_choice", answer.slip(text) or "", answer.allowed, near or "")


def flag_spellings(words: TableFile) -> dict[str, str | None]:
    """Return what the common spellings of a flag mean, folded; `None` for a blank."""
    spellings: dict[str, str | None] = dict.fromkeys(map(fold, words.not_answered))
    for value, written in words.flag.by_value.items():
        spellings |= dict.fromkeys(map(fold, written), value)
    return spellings


class NumberCells(CellKind):
    """A number within limits."""

    def __init__(
        self,
        answer: Number,
        dtype: pl.DataType,
        labels: Labels | None = None,
        blanks: Blanks = frozenset(),
        *,
        decimal_comma: bool,
    ) -> None:
        """Prepare for a column.

        Args:
            answer: What may stand there.
            dtype: Of its answers.
            labels: What a mapping says of this column.
            blanks: Words for a blank.
            decimal_comma: Whether a number may be written with a comma.
        """
        self.dtype = dtype
        self._answer = answer
        self._labels = labels
        self._blanks = blanks
        self._decimal_comma = decimal_comma

    def spellings(self) -> Iterable[str]:
        """Return the numbers within the limits, with as many decimals as can be listed."""
        limits = self._answer.limits
        decimals = 0 if self._answer.whole else MOST_DECIMALS
        while decimals and (limits.most - limits.least) * 10**decimals > MOST_LISTED:
            decimals -= 1
        steps = range(int((limits.most - limits.least) * 10**decimals) + 1)
        numbers = [limits.least + step / 10**decimals for step in steps[:MOST_LISTED]]
        written = [f"{number:.{places}f}" for places in range(decimals + 1) for number in numbers]
        return [*written, *(f"{number:g}" for number in numbers)]

    def quick(self, text: pl.Series) -> pl.Series:
        """Read the numbers that lie within the limits; where labels have a meaning, none."""
        plain = text if self._labels is None else text.clear(len(text))
        number, limits = plain.cast(self.dtype, strict=False), self._answer.limits
        return number.set(~number.is_between(limits.least, limits.most), None)

    def judge(self, text: str) -> Value | Slip | None:
        """Read a label, or a number that is written otherwise."""
        label = self._labels(text) if self._labels else None
        if label is not None:
            return self._number(label, label) if label else None
        written = text.strip().replace(",", ".") if self._decimal_comma else text.strip()
        if fold(text) in self._blanks or _whole(written) in self._blanks:
            return None
        return self._number(text, written)

    def _number(self, text: str, written: str) -> Value | Slip:
        """Return the number that stands in a cell, or why it is none.

        Args:
            text: The cell.
            written: The same with a decimal point.
        """
        answer = self._answer
        if not NUMBER.fullmatch(written):
            hint = COMMA_HINT if COMMA_NUMBER.fullmatch(text) else ""
            return Slip("wrong_type", f"{answer.slip(text) or ''}{hint}", answer.allowed)
        number = float(written)
        value = int(number) if answer.whole and number.is_integer() else number
        slip = answer.slip(value)
        if slip is None:
            return value
        code = "wrong_type" if answer.whole and isinstance(value, float) else "out_of_range"
        return Slip(code, slip, answer.allowed)


def _whole(written: str) -> str:
    """Return a whole number as one: `999.0` as `999`."""
    return re.sub(r"\.0+$", "", written)


class DateCells(CellKind):
    """A date."""

    dtype = pl.String()

    def __init__(self, formats: Sequence[str], blanks: Blanks = frozenset()) -> None:
        """Prepare for a column.

        Args:
            formats: How dates are written, as in `Mapping`; none for YYYY-MM-DD.
            blanks: Words for a blank.
        """
        self._formats = formats
        self._blanks = blanks

    def quick(self, text: pl.Series) -> pl.Series:
        """Read the dates written YYYY-MM-DD; with a format of their own, none."""
        is_date = text.str.to_date(ISO_DATE, strict=False).is_not_null()
        right = text.str.len_chars().eq(ISO_LENGTH) & is_date
        return text.set(~right | bool(self._formats), None)

    def judge(self, text: str) -> Value | Slip | None:
        """Read a date in one of the formats, or a date with a time."""
        found = read_date(text, self._formats)
        if found is not None:
            return found.isoformat()
        if fold(text) in self._blanks:
            return None
        allowed = listed([*self._formats]) if self._formats else "YYYY-MM-DD"
        message = f"{shown(text)} is not a date as {allowed}{self._hint(text)}"
        return Slip("bad_date", message, allowed)

    def _hint(self, text: str) -> str:
        """Say what would read a date."""
        day = day_of_excel(text)
        if day is not None:
            return (
                f"; it looks like the number of a day in Excel, {day}; "
                f"date_format: {EXCEL} in a map reads those"
            )
        return "" if self._formats else "; other ways of writing a date need date_format in a map"


class FreeCells(CellKind):
    """A name or an identifier."""

    dtype = pl.String()

    def quick(self, text: pl.Series) -> pl.Series:
        """Return text without outer blanks, null where it is to be looked at."""
        text = text.str.strip_chars()
        odd_length = ~text.str.len_chars().is_between(1, MOST_TEXT)
        return text.set(odd_length | text.str.contains(r"[\p{Cc}\x{2028}\x{2029}]"), None)

    def judge(self, text: str) -> Value | Slip | None:
        """Read text with line breaks and tabs as one line, and refuse what else is left."""
        folded = LINE_BREAKS.sub(" ", text.strip())
        if folded and text_slip(folded) is None:
            return folded
        return Slip("bad_text", f"a control character, or over {MOST_TEXT} characters")


class WordCells(CellKind):
    """The few words that may stand in a column: that of a shorthand, or the tags of forms."""

    def __init__(
        self,
        words: Sequence[str],
        dtype: pl.DataType,
        labels: Labels | None = None,
        blanks: Blanks = frozenset(),
    ) -> None:
        """Prepare for a column.

        Args:
            words: Those that may stand there.
            dtype: Of the column.
            labels: What a mapping says of this column.
            blanks: Words for a blank.
        """
        self.dtype = dtype
        self._words = {fold(word): word for word in words}
        self._labels = labels
        self._blanks = blanks

    def spellings(self) -> Iterable[str]:
        """Return the words, and those for a blank."""
        return (*self._words.values(), *self._blanks)

    def quick(self, text: pl.Series) -> pl.Series:
        """Read the words as they are; where labels have a meaning, none."""
        plain = text if self._labels is None else text.clear(len(text))
        return plain.set(~plain.is_in(list(self._words.values())), None).cast(self.dtype)

    def judge(self, text: str) -> Value | Slip | None:
        """Read a label, or a word in another spelling."""
        label = self._labels(text) if self._labels else None
        if label is not None:
            return label or None
        if fold(text) in self._words:
            return self._words[fold(text)]
        if fold(text) in self._blanks:
            return None
        words = list(self._words.values())
        allowed = listed(words)
        message = f"{shown(text)} is not allowed; allowed: {allowed}"
        return Slip("unknown_choice", message, allowed, nearest_name(text, words) or "")
