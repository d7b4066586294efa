"""What a table of another system says of its forms beside their answers: that a reviewer refused
one, and what the form itself concluded on the device. It changes nothing, and is told.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from hingeexpert.batch.mapping import fold
from hingeexpert.errors import shown
from hingeexpert.formats.tables.table import Chunk
from hingeexpert.interop.carried import PRESENT, RULES_SHA256
from hingeexpert.interop.recognise import Taken, concluded
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.conclusions import CONFIDENCES

MOST_ROWS = 20
"""Rows that are named in one note."""
REFUSED: Mapping[str, frozenset[str]] = {
    "reviewstate": frozenset({"rejected", "hasissues"}),
    "__system.reviewstate": frozenset({"rejected", "hasissues"}),
    "_validation_status": frozenset({"not approved", "on hold"}),
    "_validation_status.uid": frozenset(
        {"validation_status_not_approved", "validation_status_on_hold"}
    ),
    "status": frozenset({"missing encrypted form data", "not decrypted"}),
    "__system.status": frozenset({"missingencryptedformdata", "notdecrypted"}),
}
"""Columns of ODK Central and Kobo, and what in them says that a form is not as it should be; in
small letters.
"""


@dataclass
class SourceRemarks:
    """Gathers them over one table.

    Attributes:
        taken: What the table was taken for.
    """

    taken: Taken
    knowledge: KnowledgeBase
    _refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    _differing: dict[str, list[int]] = field(default_factory=dict)
    _by_other_rules: int = 0

    def __post_init__(self) -> None:
        passed = self.taken.passed_over
        self._states = {name: REFUSED[fold(name)] for name in passed if fold(name) in REFUSED}
        self._concluded = dict(concluded(passed, self.knowledge))
        self._stamps = [name for name in passed if self._is_stamp(name)]

    @staticmethod
    def _is_stamp(heading: str) -> bool:
        return fold(heading).endswith(RULES_SHA256)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the results that are compared."""
        return tuple(dict.fromkeys(self._concluded.values()))

    def add(self, chunk: Chunk, results: pl.DataFrame) -> None:
        """Take what a chunk says.

        Args:
            chunk: Its rows as text.
            results: `row` and `columns` of those that were judged.
        """
        for heading, words in self._states.items():
            for word, count in _counted(chunk, heading):
                if fold(word) in words:
                    self._refused[heading, fold(word)] += count
        for heading in self._stamps:
            others = (n for word, n in _counted(chunk, heading) if word != self.knowledge.sha256)
            self._by_other_rules += sum(others)
        for heading, column in self._concluded.items():
            if heading in chunk.cells.columns:
                rows = _differing(chunk, heading, results.select("row", column))
                self._differing.setdefault(heading, []).extend(rows)

    def notes(self) -> Iterator[str]:
        """Yield what a user should know, once the table is read; nothing of a person."""
        for (heading, word), count in sorted(self._refused.items()):
            yield f"{heading} is {word} in {count} of the rows; they were read like all others"
        if self._by_other_rules:
            what = "carry the hash of other rules; all were judged by those here"
            yield f"of the rows {self._by_other_rules} {what}"
        for heading, rows in self._differing.items():
            if rows:
                yield _told(heading, rows)


def _told(heading: str, rows: list[int]) -> str:
    """Say in which rows a column differs from the results."""
    named = ", ".join(map(str, rows[:MOST_ROWS]))
    more = f" and {len(rows) - MOST_ROWS} more" if len(rows) > MOST_ROWS else ""
    what = f"{shown(heading)} differs from the results in {len(rows)} of the rows"
    return f"{what}: the form on the device judged row {named}{more} otherwise; --keep shows it"


def _counted(chunk: Chunk, heading: str) -> Iterator[tuple[str, int]]:
    """Yield each cell of a column that is not blank, and how often it stands there."""
    if heading in chunk.cells.columns:
        cells = chunk.cells[heading].drop_nulls()
        yield from cells.value_counts().iter_rows()


def _differing(chunk: Chunk, heading: str, results: pl.DataFrame) -> list[int]:
    """Return the rows of which a column says something else than the results."""
    said = pl.DataFrame({"row": chunk.rows, "said": chunk.cells[heading].str.strip_chars()})
    both = said.drop_nulls().join(results, on="row", maintain_order="left")
    judged = pl.col(both.columns[-1]).cast(pl.String)
    in_its_words = judged.replace(dict.fromkeys(CONFIDENCES, PRESENT))
    return both.filter(pl.col("said") != in_its_words)["row"].to_list()
