"""How the cells of one column are read: from text to an answer of the right type, or why not.

Letter case and outer blanks do not count in a choice, flags know a few more spellings
(`tables.yaml`), and everything else is strict. Each kind reads a column twice: most cells at once
with Polars, and the few that are left one by one.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

import polars as pl

from hingeexpert.batch.mapping import DATE, FREE, Mapping, fold
from hingeexpert.batch.slips import Slip
from hingeexpert.errors import listed, nearest_name, shown
from hingeexpert.forms.assessment import MOST_TEXT
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge.answer_kinds import Number
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.observables import Observable
from hingeexpert.knowledge.models.tables import TableFile

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
ISO_DATE = "%Y-%m-%d"
ISO_LENGTH = len("2026-11-20")
MOST_DECIMALS = 2
MOST_LISTED = 1000
"""Most numbers that are listed as likely cells."""

Labels = Callable[[str], str | None]
"""Gives the value that a mapping says a label stands for; see `Mapping.value`."""


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
    knowledge, labels = columns.knowledge, partial(mapping.value, name)
    if name in knowledge.observables:
        item, dtype = knowledge.observables[name], columns.schema[name]
        if item.answer.categories:
            has_labels = bool(mapping.values.get(name))
            return ChoiceCells(item, dtype, labels if has_labels else None, knowledge.tables)
        assert isinstance(item.answer, Number)
        return NumberCells(item.answer, dtype, decimal_comma=decimal_comma)
    if name == DATE:
        return DateCells(mapping.date_format)
    if name in FREE:
        return FreeCells()
    shorthand = columns.shorthands.get(name)
    if shorthand is None:
        return WordCells(knowledge.info.tags[::-1], pl.String(), labels)
    return WordCells(shorthand.categories[:1].to_list(), shorthand, labels)


class ChoiceCells(CellKind):
    """One of several words."""

    def __init__(
        self, item: Observable, dtype: pl.DataType, labels: Labels | None, words: TableFile
    ) -> None:
        """Prepare for a column.

        Args:
            item: The question.
            dtype: Of its answers.
            labels: What a mapping says of this column; with it, the common spellings of a flag
                have no meaning of their own.
            words: How a flag is commonly written.
        """
        self.dtype = dtype
        self._item = item
        self._labels = labels
        self._spellings: dict[str, str | None] = {fold(value): value for value in item.values}
        if item.answer.is_flag and labels is None:
            self._spellings = flag_spellings(words) | self._spellings

    def spellings(self) -> Iterable[str]:
        """Return the words, and those by which a flag is commonly written."""
        return (*self._item.values, *self._spellings)

    def quick(self, text: pl.Series) -> pl.Series:
        """Read the words as they are; where labels have a meaning, none."""
        plain = text if self._labels is None else text.clear(len(text))
        return plain.cast(self.dtype, strict=False)

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

    def __init__(self, answer: Number, dtype: pl.DataType, *, decimal_comma: bool) -> None:
        self.dtype = dtype
        self._answer = answer
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
        """Read the numbers that lie within the limits."""
        number, limits = text.cast(self.dtype, strict=False), self._answer.limits
        return number.set(~number.is_between(limits.least, limits.most), None)

    def judge(self, text: str) -> Value | Slip | None:
        """Read a number that is written otherwise."""
        answer = self._answer
        written = text.strip().replace(",", ".") if self._decimal_comma else text.strip()
        if not NUMBER.fullmatch(written):
            return Slip("wrong_type", answer.slip(text) or "", answer.allowed)
        number = float(written)
        value = int(number) if answer.whole and number.is_integer() else number
        slip = answer.slip(value)
        if slip is None:
            return value
        code = "wrong_type" if answer.whole and isinstance(value, float) else "out_of_range"
        return Slip(code, slip, answer.allowed)


class DateCells(CellKind):
    """A date."""

    dtype = pl.String()

    def __init__(self, date_format: str | None) -> None:
        """Prepare for a column.

        Args:
            date_format: How dates are written, in the directives of `strptime`; `None` for
                YYYY-MM-DD. That is allowed beside another format that does not begin with a year.
        """
        self._format = date_format
        self._formats = [date_format or ISO_DATE]
        if date_format and not date_format.startswith(ISO_DATE[:2]):
            self._formats.append(ISO_DATE)

    def quick(self, text: pl.Series) -> pl.Series:
        """Read the dates written YYYY-MM-DD; with a format of their own, none."""
        is_date = text.str.to_date(ISO_DATE, strict=False).is_not_null()
        right = text.str.len_chars().eq(ISO_LENGTH) & is_date
        return text.set(~right | (self._format is not None), None)

    def judge(self, text: str) -> Value | Slip | None:
        """Read a date in one of the formats."""
        for format_ in self._formats:
            try:
                return datetime.strptime(text.strip(), format_).date().isoformat()
            except ValueError:
                continue
        allowed = self._format or "YYYY-MM-DD"
        hint = "" if self._format else "; other ways of writing a date need date_format in a map"
        return Slip("bad_date", f"{shown(text)} is not a date as {allowed}{hint}", allowed)


class FreeCells(CellKind):
    """A name or an identifier."""

    dtype = pl.String()

    def quick(self, text: pl.Series) -> pl.Series:
        """Return text without outer blanks, null where it cannot be a name or an identifier."""
        text = text.str.strip_chars()
        too_long = text.str.len_chars().gt(MOST_TEXT)
        return text.set(too_long | text.str.contains(r"\p{Cc}"), None)

    def judge(self, text: str) -> Value | Slip | None:
        """Refuse what is left."""
        return Slip("bad_text", f"a control character, or over {MOST_TEXT} characters")


class WordCells(CellKind):
    """The few words that may stand in a column: that of a shorthand, or the tags of forms."""

    def __init__(self, words: Sequence[str], dtype: pl.DataType, labels: Labels) -> None:
        self.dtype = dtype
        self._words = {fold(word): word for word in words}
        self._labels = labels

    def spellings(self) -> Iterable[str]:
        """Return the words."""
        return self._words.values()

    def quick(self, text: pl.Series) -> pl.Series:
        """Read the words as they are."""
        return text.set(~text.is_in(list(self._words.values())), None).cast(self.dtype)

    def judge(self, text: str) -> Value | Slip | None:
        """Read a word in another spelling, or a label that stands for it."""
        for spelling in (fold(text), fold(self._labels(text) or "")):
            if spelling in self._words:
                return self._words[spelling]
        words = list(self._words.values())
        allowed = listed(words)
        message = f"{shown(text)} is not allowed; allowed: {allowed}"
        return Slip("unknown_choice", message, allowed, nearest_name(text, words) or "")
