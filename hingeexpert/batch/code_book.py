"""The code book of the results: every column, every value that may stand in it, and its meaning."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from hingeexpert.batch import kept, words
from hingeexpert.batch.mapping import DATE
from hingeexpert.formats.csv_cells import harmless_line
from hingeexpert.formats.tables.table import PATIENT
from hingeexpert.inference.diagnosis import INCOMPLETE
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.translation import in_language

HEAD = ("column", "label", "value", "meaning", "order")
PLAIN = {
    PATIENT: "The patient's identifier",
    DATE: "The date of the form, YYYY-MM-DD",
    "file": "The table that the form stands in",
    "row": "The number of the record in it; the first one below the headings is 1",
    **words.COLUMNS,
}
"""Columns that have no values of their own."""
LADDER_PARTS = {
    "verdict": "the verdict",
    "at_least": "what is proven at least: a floor of caution, never a permission",
    "not_ruled_out": "the worst that is not ruled out",
}
OPEN = "Open: answers are missing that could change it"
MEANING_OF_STATUS = {
    "high": "Present, high confidence",
    "medium": "Present, medium confidence",
    "low": "Present, low confidence",
    "undetermined": "Not known: answers are missing; not the same as absent",
    "absent": "Absent",
}
"""Of each status of a fault or contributor, the surest first."""

Line = tuple[str, str, str, str, str]


class CodeBook:
    """Says what the columns of some results hold."""

    def __init__(self, knowledge: KnowledgeBase, language: str | None) -> None:
        """Prepare the texts.

        Args:
            knowledge: The knowledge base.
            language: Code of the language of what a person is asked; `None` for that of the rules.
        """
        code = language or knowledge.info.language
        self._knowledge = in_language(knowledge, code)

    def text(self, columns: Sequence[str]) -> str:
        """Return the code book of results with these columns as CSV."""
        lines = chain([HEAD], self.lines(columns))
        return "".join(map(harmless_line, lines))

    def lines(self, columns: Sequence[str]) -> Iterator[Line]:
        """Yield a line for each value of each column, the values in their order; one without a
        value for a column that holds anything.
        """
        for column in columns:
            label, values = self._column(column)
            if not values:
                yield column, label, "", "", ""
            for place, (value, meaning) in enumerate(values.items(), start=1):
                yield column, label, value, meaning, str(place)

    def _column(self, column: str) -> tuple[str, Mapping[str, str]]:
        """Return what a column is, and what its values mean."""
        knowledge = self._knowledge
        if column in PLAIN:
            return PLAIN[column], {}
        if column.startswith(kept.PREFIX):
            return "As it stands in the table", {}
        if column == "focus":
            return "The fault that is coached first", self._titles(knowledge.faults)
        if column == "checks":
            return "Answers that do not fit together, joined by blanks", self._checks()
        if column == "ask_next":
            return "What to ask next, joined by blanks, in this order", self._questions()
        kind, _, name = column.partition(".")
        if kind in knowledge.ladders:
            return f"{kind.capitalize()}: {LADDER_PARTS[name]}", self._levels(kind, name)
        return knowledge.conclusions[name].title, MEANING_OF_STATUS

    def _titles(self, entries: Mapping[str, object]) -> dict[str, str]:
        return {name: self._knowledge.conclusions[name].title for name in entries}

    def _checks(self) -> dict[str, str]:
        older = self._knowledge.older_form
        return {older.id: older.say, **{item.id: item.say for item in self._knowledge.checks}}

    def _questions(self) -> dict[str, str]:
        return {name: item.question for name, item in self._knowledge.observables.items()}

    def _levels(self, ladder: str, part: str) -> dict[str, str]:
        levels = {level.id: level.title for level in self._knowledge.ladders[ladder]}
        return {**levels, INCOMPLETE: OPEN} if part == "verdict" else levels
