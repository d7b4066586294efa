"""Count what a run found, a chunk at a time, in plain numbers that can be added and written
down.
"""

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from hingeexpert.batch.ask_next import left_open
from hingeexpert.batch.summary import PeopleFacts, RejectedFacts, RunFacts, Summary
from hingeexpert.formats.tables.defects import Defect
from hingeexpert.inference.columns import Columns
from hingeexpert.inference.grading import LAST
from hingeexpert.knowledge import KnowledgeBase


@dataclass
class Counts:
    """The numbers of some rows.

    Attributes:
        accepted, rejected: Rows.
        not_looked_at: Rejected rows of which no cell could be read.
        rejected_first: Rejected rows that prove all the same that their person goes first.
        results: Column of the results to its values to rows.
        open_triage: Worst level of triage not ruled out to rows whose triage is open.
        blank: Identifier to accepted rows that leave it blank, though there is a column for it.
        without_column: Identifiers for which there is no column, joined by blanks, to accepted
            rows.
        defects: Code to defects.
        refused: Of each table that could not be read its name, the code and the message; nothing
            of a patient is in them.
        together: Two faults, joined by a blank, to rows in which both are present.
        open_rows: Rows of which triage or readiness is open.
        left_open: Question to rows that its blank leaves open; `only_left` where no other does.
        first_count: People who go first; known once the whole run is read.
        left_out: People whose handout cannot show their name.
    """

    accepted: int = 0
    rejected: int = 0
    results: dict[str, Counter[str]] = field(default_factory=dict)
    open_triage: Counter[str] = field(default_factory=Counter)
    blank: Counter[str] = field(default_factory=Counter)
    defects: Counter[str] = field(default_factory=Counter)
    together: Counter[str] = field(default_factory=Counter)
    left_open: Counter[str] = field(default_factory=Counter)
    only_left: Counter[str] = field(default_factory=Counter)
    open_rows: int = 0
    first_count: int = 0
    left_out: int = 0
    not_looked_at: int = 0
    rejected_first: int = 0
    without_column: Counter[str] = field(default_factory=Counter)
    refused: list[list[str]] = field(default_factory=list)

    def add(self, other: "Counts") -> None:
        """Take over what later rows gave."""
        self.accepted += other.accepted
        self.rejected += other.rejected
        for column, values in other.results.items():
            self.results.setdefault(column, Counter()).update(values)
        self.open_triage.update(other.open_triage)
        self.blank.update(other.blank)
        self.defects.update(other.defects)
        self.together.update(other.together)
        self.left_open.update(other.left_open)
        self.only_left.update(other.only_left)
        self.open_rows += other.open_rows
        self.left_out += other.left_out
        self.not_looked_at += other.not_looked_at
        self.rejected_first += other.rejected_first
        self.without_column.update(other.without_column)
        self.refused += other.refused

    def as_data(self) -> dict[str, Any]:
        """Return plain data that `from_data` reads."""
        return dict(vars(self))

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Counts":
        """Read what `as_data` gave."""
        read: dict[str, Any] = {
            name: Counter(value) if isinstance(value, dict) else value
            for name, value in data.items()
        }
        results = {column: Counter(values) for column, values in data["results"].items()}
        return cls(**{**read, "results": results})

    def summary(
        self,
        run: RunFacts,
        knowledge: KnowledgeBase,
        people: PeopleFacts,
        rejected: RejectedFacts,
        rejects_file: str,
    ) -> Summary:
        """Return the numbers as the summary page wants them."""
        conclusions = {
            kind: {name: self.results.get(f"{kind}.{name}", Counter()) for name in names}
            for kind, names in knowledge.conclusions_by_kind
        }
        return Summary(
            run=run,
            triage=self.results.get("triage.verdict", {}),
            readiness=self.results.get("readiness.verdict", {}),
            faults=conclusions["fault"],
            contributors=conclusions["contributor"],
            together={_pair(names): count for names, count in self.together.items()},
            people=people,
            open_counts=self.open_triage,
            open_forms=self.open_rows,
            left_open=self.left_open,
            only_left=self.only_left,
            defects=self.defects,
            rejects_file=rejects_file,
            without_column=self._in_no_table(),
            rejected=rejected,
        )

    def _in_no_table(self) -> list[str]:
        """Return the questions for which no table with accepted rows has a column."""
        absent = [names.split(" ") for names in self.without_column]
        if not absent or sum(self.without_column.values()) < self.accepted:
            return []
        return [name for name in absent[0] if all(name in names for names in absent)]


def _pair(names: str) -> tuple[str, str]:
    one, other = names.split(" ")
    return one, other


def counted(
    columns: Columns, given: Collection[str], answers: pl.DataFrame, results: pl.DataFrame
) -> Counts:
    """Count accepted rows, everything by column, for all rows at once.

    Args:
        columns: The expressions of a knowledge base.
        given: The columns that the table has.
        answers: A column for every observable.
        results: What followed from them.
    """
    counts = Counts(accepted=results.height)
    counts.results = {column: _values(results[column]) for column in _counted_columns(results)}
    counts.open_triage = _values(_open_triage(results))
    blanks = answers.null_count().row(0, named=True)
    absent = [
        name for name, count in blanks.items() if name not in given and count == results.height
    ]
    for name, count in blanks.items():
        if count and name not in absent:
            counts.blank[name] = count
    if absent and results.height:
        counts.without_column[" ".join(absent)] = results.height
    counts.together = _together(columns.knowledge, results)
    still_open = results.select(_is_open(columns.knowledge)).to_series()
    counts.open_rows = int(still_open.sum())
    counts.left_open, counts.only_left = left_open(columns, answers.filter(still_open))
    return counts


def _is_open(knowledge: KnowledgeBase) -> pl.Expr:
    """Return whether a ladder of a row is open."""
    return pl.any_horizontal(
        pl.col(f"{ladder}.at_least").to_physical()
        != pl.col(f"{ladder}.not_ruled_out").to_physical()
        for ladder in knowledge.ladders
    )


def _together(knowledge: KnowledgeBase, results: pl.DataFrame) -> Counter[str]:
    """Count the rows in which two faults are present, for all pairs at once."""
    names = list(knowledge.faults)
    columns = [pl.col(f"fault.{name}").to_physical() <= LAST for name in names]
    present = results.select(columns)
    masks = [int.from_bytes(np.packbits(column.to_numpy()).tobytes()) for column in present]
    pairs = {
        f"{one} {other}": (mask & other_mask).bit_count()
        for (one, mask), (other, other_mask) in itertools.combinations(
            zip(names, masks, strict=False), 2
        )
    }
    return +Counter(pairs)


def _counted_columns(results: pl.DataFrame) -> Iterator[str]:
    """Yield the columns whose values are counted: verdicts, the focus, faults and contributors."""
    for column, dtype in results.schema.items():
        bound = column.endswith((".at_least", ".not_ruled_out"))
        if dtype == pl.Enum and not bound:
            yield column


def _open_triage(results: pl.DataFrame) -> pl.Series:
    """Return the worst level not ruled out of each row whose triage is open."""
    at_least, not_ruled_out = pl.col("triage.at_least"), pl.col("triage.not_ruled_out")
    opened = results.filter(at_least.to_physical() != not_ruled_out.to_physical())
    return opened["triage.not_ruled_out"]


def _values(column: pl.Series) -> Counter[str]:
    """Count the values of a column, in the order of its labels."""
    labels = _labels(column)
    counts = np.bincount(column.drop_nulls().to_physical().to_numpy(), minlength=len(labels))
    return +Counter(dict(zip(labels, counts.tolist(), strict=True)))


def _labels(column: pl.Series) -> list[str]:
    assert isinstance(column.dtype, pl.Enum)
    return column.dtype.categories.to_list()


def rejected(defects: Iterable[Defect], floors: pl.DataFrame) -> Counts:
    """Count rejected rows.

    Args:
        defects: What is wrong with them, or with a table as a whole.
        floors: What those of them prove of which cells could be read.
    """
    counts, places = Counts(), set()
    for defect in defects:
        counts.defects[defect.code] += 1
        if defect.row is not None:
            places.add((defect.file, defect.row))
        else:
            counts.refused.append([defect.file, defect.code, defect.message])
    counts.rejected = len(places)
    counts.not_looked_at = len(places) - floors.height
    counts.rejected_first = int(floors["stopped"].sum())
    return counts
