"""The words that are expected in the cells of one column, with the answer that each stands for:
what lets a table be read straight into answers.

A word means what the reader of cells says of it, so that nothing is judged twice.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

import polars as pl

from hingeexpert.formats.tables.table import SPACES

ReadWords = Callable[[pl.Series], tuple[pl.Series, Collection[int]]]
"""Gives the answers that some words stand for, and the places of those that are refused."""


@dataclass(frozen=True)
class ExpectedWords:
    """The words of a column.

    Attributes:
        dtype: Of a column that holds these words.
        by_code: The answer that each stands for, in their order.
        plain: Whether the first words are the answers themselves, in their order.
    """

    dtype: pl.Enum
    by_code: pl.Series
    plain: bool

    def answers(self, cells: pl.Series) -> pl.Series:
        """Return the answers of cells that hold nothing but these words."""
        codes = cells.to_physical()
        if self.plain and (codes < self._answer_count).all():
            return codes.cast(self.by_code.to_physical().dtype).cat.to(self.by_code.dtype)
        return self.by_code.gather(codes)

    @property
    def _answer_count(self) -> int:
        assert isinstance(self.by_code.dtype, pl.Enum)
        return len(self.by_code.dtype.categories)


def expected_words(
    likely: Iterable[str], read: ReadWords, dtype: pl.DataType, heading: str
) -> ExpectedWords | None:
    """Return the words of a column that can be read, `None` where there are none.

    Args:
        likely: Words in one spelling; capital letters are tried as well.
        read: Reads words.
        dtype: Of the answers.
        heading: That of the column. Where it is a word itself, none is expected: nothing would tell
            a row that repeats the headings.
    """
    answers = dtype.categories.to_list() if isinstance(dtype, pl.Enum) else []
    words = list(dict.fromkeys([*answers, *_spelt(likely)]))
    words = [word for word in words if word.strip(SPACES)]
    if not words or heading in [word.strip(SPACES) for word in words]:
        return None
    by_code, refused = read(pl.Series(words, dtype=pl.String))
    words = [word for place, word in enumerate(words) if place not in refused]
    by_code = by_code.filter([place not in refused for place in range(len(by_code))])
    return ExpectedWords(
        pl.Enum(words), by_code, bool(answers) and words[: len(answers)] == answers
    )


def _spelt(words: Iterable[str]) -> Iterable[str]:
    """Yield words in the spellings that are common."""
    for word in words:
        yield from (word, word.lower(), word.capitalize(), word.upper(), word.title())
