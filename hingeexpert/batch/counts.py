"""Count what a run found, a chunk at a time, in plain numbers that can be added and written
down.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from hingeexpert.batch.summary import MOST_LISTED, PersonRow, RunFacts, Summary
from hingeexpert.formats.tables.defects import Defect
from hingeexpert.formats.tables.table import PATIENT
from hingeexpert.knowledge import KnowledgeBase


@dataclass
class Counts:
    """The numbers of some rows.

    Attributes:
        accepted, rejected: Rows.
        results: Column of the results to its values to rows.
        open_triage: Worst level of triage not ruled out to rows whose triage is open.
        blank: Identifier to accepted rows that leave it blank.
        defects: Code to defects.
        first: People who go first, as far as they are listed: the most severe, in the order of the
            input.
        first_count: All of them.
        left_out: People whose handout cannot show their name.
    """

    accepted: int = 0
    rejected: int = 0
    results: dict[str, Counter[str]] = field(default_factory=dict)
    open_triage: Counter[str] = field(default_factory=Counter)
    blank: Counter[str] = field(default_factory=Counter)
    defects: Counter[str] = field(default_factory=Counter)
    first: list[dict[str, Any]] = field(default_factory=list)
    first_count: int = 0
    left_out: int = 0

    def add(self, other: "Counts") -> None:
        """Take over what later rows gave."""
        self.accepted += other.accepted
        self.rejected += other.rejected
        for column, values in other.results.items():
            self.results.setdefault(column, Counter()).update(values)
        self.open_triage.update(other.open_triage)
        self.blank.update(other.blank)
        self.defects.update(other.defects)
        everybody = sorted([*self.first, *other.first], key=lambda person: person["severity"])
        self.first = everybody[:MOST_LISTED]
        self.first_count += other.first_count
        self.left_out += other.left_out

    def as_data(self) -> dict[str, Any]:
        """Return plain data that `from_data` reads."""
        return dict(vars(self))

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Counts":
        """Read what `as_data` gave."""
        return cls(
            data["accepted"],
            data["rejected"],
            {column: Counter(values) for column, values in data["results"].items()},
            Counter(data["open_triage"]),
            Counter(data["blank"]),
            Counter(data["defects"]),
            data["first"],
            data["first_count"],
            data["left_out"],
        )

    def summary(self, run: RunFacts, knowledge: KnowledgeBase, rejects_file: str) -> Summary:
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
            first=[_without_severity(person) for person in self.first],
            first_left_out=self.first_count - len(self.first),
            open_counts=self.open_triage,
            missing=self.blank,
            defects=self.defects,
            rejects_file=rejects_file,
        )


def _without_severity(person: dict[str, Any]) -> PersonRow:
    return PersonRow(**{key: value for key, value in person.items() if key != "severity"})


def counted(
    knowledge: KnowledgeBase,
    answers: pl.DataFrame,
    rows: pl.DataFrame,
    results: pl.DataFrame,
    file: str,
) -> Counts:
    """Count accepted rows.

    Everything is counted by column, for all rows at once; only the people who are listed by name
    are looked at one by one.

    Args:
        knowledge: The knowledge base.
        answers: A column for every observable.
        rows: The same rows with patient, date and number, and the file where each has its own.
        results: What followed from them.
        file: Name of the table, for rows without a file of their own.
    """
    counts = Counts(accepted=results.height)
    counts.results = {column: _values(results[column]) for column in _counted_columns(results)}
    counts.open_triage = _values(_open_triage(results))
    blanks = answers.null_count().row(0, named=True)
    counts.blank = Counter({name: count for name, count in blanks.items() if count})
    stopped = _stopped(knowledge, rows, results)
    counts.first_count = stopped.height
    # A stable sort: among people of one severity the order of the input stays.
    severity = pl.col("triage.at_least").to_physical().alias("severity")
    listed = stopped.with_columns(severity).sort("severity", maintain_order=True).head(MOST_LISTED)
    counts.first = [_listed(person, file) for person in listed.iter_rows(named=True)]
    return counts


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


def _stopped(knowledge: KnowledgeBase, rows: pl.DataFrame, results: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose person must be seen first: a verdict of readiness is proven that keeps
    back every cue until something is ruled out.
    """
    stopping = [
        level.id for level in knowledge.readiness if level.withholds_cues == "until_ruled_out"
    ]
    together = pl.concat([rows, results], how="horizontal")
    return together.filter(pl.col("readiness.at_least").cast(pl.String).is_in(stopping))


def _listed(row: dict[str, Any], file: str) -> dict[str, Any]:
    """Return what is written down of a person who must be seen first."""
    decided = row["triage.at_least"] == row["triage.not_ruled_out"]
    return {
        "patient": row[PATIENT],
        "date": row["date"],
        "triage": row["triage.at_least"],
        "not_ruled_out": None if decided else row["triage.not_ruled_out"],
        "readiness": row["readiness.verdict"],
        "file": row.get("file", file),
        "row": row["row"],
        "severity": row["severity"],
    }


def _values(column: pl.Series) -> Counter[str]:
    """Count the values of a column, in the order of its labels."""
    return Counter(dict(column.drop_nulls().value_counts().sort(column.name).iter_rows()))


def rejected(defects: Iterable[Defect]) -> Counts:
    """Count rejected rows."""
    counts, places = Counts(), set()
    for defect in defects:
        counts.defects[defect.code] += 1
        if defect.row is not None:
            places.add((defect.file, defect.row))
    counts.rejected = len(places)
    return counts
