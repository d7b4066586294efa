"""The frozen models of `tables.yaml`: the words by which somebody's own table is understood.

Owns shapes only; how cells and headings are read by them is `batch`.
"""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from hingeexpert.knowledge.models.base import Entry, HeadColumn
from hingeexpert.knowledge.models.words import Pattern

Spelling = Annotated[str, Field(min_length=1, max_length=60)]
Spellings = Annotated[tuple[Spelling, ...], Field(min_length=1)]


class FlagSpellings(Entry):
    """How a yes and a no are written in a table."""

    yes: Spellings
    no: Spellings

    @property
    def by_value(self) -> dict[str, tuple[str, ...]]:
        """Yes and no, each with its spellings."""
        return {"yes": self.yes, "no": self.no}


class CommonWords(Entry):
    """What the columns and cells of a table are commonly called in one language.

    Attributes:
        headings: Identifier to what its column is called.
        labels: Value of any question to how it is written.
        strangers: What columns are called that are none of ours.
    """

    headings: dict[str, Spellings] = {}
    labels: dict[str, Spellings] = {}
    strangers: tuple[Spelling, ...] = ()


class TableFile(Entry):
    """`tables.yaml`.

    Attributes:
        flag: How a flag is answered.
        not_answered: How a cell says that a flag was not answered.
        headings: What the columns of free text are commonly called; one that is left out is known
            by its identifier only.
        denial: Pattern of the words that turn a question or an answer around, in any language.
        unsure: Pattern of the words of a label that says that the answer is not known.
        fillers: Words that say nothing by themselves.
        contrary: Pairs of words of contrary meaning: an answer with words of one side is never
            taken for one with words of the other.
        languages: What is common in each language, beside what the rules themselves say in it.
    """

    flag: FlagSpellings
    not_answered: tuple[Spelling, ...] = ()
    headings: dict[HeadColumn, Spellings] = {}
    denial: Pattern
    unsure: Pattern | None = None
    fillers: tuple[Spelling, ...] = ()
    contrary: tuple[tuple[Spellings, Spellings], ...] = ()
    languages: dict[Annotated[str, Field(pattern=r"^[a-z]{2}$")], CommonWords] = {}

    @model_validator(mode="after")
    def _each_spelling_once(self) -> Self:
        """Refuse a spelling that has two meanings, or stands twice."""
        problems: list[tuple[tuple[str | int, ...], str]] = []
        seen: set[str] = set()
        for path, spelling in self._spellings():
            if spelling.casefold() in seen:
                problems.append((path, f"'{spelling}' stands twice; letter case does not count"))
            seen.add(spelling.casefold())
        if problems:
            raise PydanticCustomError("condition", "spelling", {"problems": problems})
        return self

    def headings_of(self, name: str) -> Spellings:
        """Return what a column of free text is commonly called."""
        return next((texts for column, texts in self.headings.items() if column == name), ())

    def _spellings(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield every spelling of an answer, with its place."""
        for value, spellings in self.flag.by_value.items():
            for number, spelling in enumerate(spellings):
                yield ("flag", value, number), spelling
        for number, spelling in enumerate(self.not_answered):
            yield ("not_answered", number), spelling
