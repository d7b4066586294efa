"""What changed from each dated form of a person to the next: the step on the ladder of readiness,
and which faults are gone, new, or cannot be told.

An open verdict makes no step. A fault that is present on one of two forms and undetermined on the
other is undecided: not known to be gone, and not known to be new.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from hingeexpert.batch.mapping import DATE
from hingeexpert.batch.written_cells import add_lines
from hingeexpert.formats.csv_cells import harmless_line
from hingeexpert.formats.files import write_whole
from hingeexpert.formats.tables.table import PATIENT
from hingeexpert.inference.diagnosis import UNDETERMINED
from hingeexpert.inference.grading import LAST
from hingeexpert.knowledge import KnowledgeBase

COLUMNS = {
    PATIENT: "The patient's identifier",
    "from": "Date of the earlier form",
    "to": "Date of the next form of the same person",
    "readiness.from": "Verdict of readiness on the earlier form",
    "readiness.to": "Verdict of readiness on the next",
    "step": "Steps on the ladder, below 0 for down; blank where one of the two is open",
    "faults.gone": "Faults that are present on the first and absent on the next",
    "faults.new": "Faults that are absent on the first and present on the next",
    "faults.undecided": "Faults that are present on one and undetermined on the other",
}
"""Columns of the table of changes, and what each is."""
KINDS = ("gone", "new", "undecided")
"""What may become of a fault."""


class Changes:
    """Writes the changes of some people after those of others, and counts them.

    Attributes:
        pairs: Forms that have an earlier one of the same person.
        faults: What became of a fault, and the fault, to pairs of forms.
    """

    def __init__(self, knowledge: KnowledgeBase, path: Path) -> None:
        """Begin a file.

        Args:
            knowledge: The knowledge base.
            path: Where the lines go; what is there is replaced.
        """
        self._knowledge, self._path = knowledge, path
        self.pairs = 0
        self.faults: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
        write_whole(path, harmless_line(COLUMNS).encode())

    def add(self, forms: pl.DataFrame) -> None:
        """Take in all forms of some people.

        Args:
            forms: Their `place` in the input, patient, date, verdict of readiness and faults, and
                whether a person has `several`.
        """
        pairs = _pairs(self._knowledge, forms)
        if not pairs.height:
            return
        self.pairs += pairs.height
        names = list(self._knowledge.faults)
        became = {kind: {name: _became(kind, name) for name in names} for kind in KINDS}
        for kind, flags in became.items():
            self.faults[kind].update(_counted(pairs, flags))
        self._write(
            pairs, [_listed(flags).alias(f"faults.{kind}") for kind, flags in became.items()]
        )

    def _write(self, pairs: pl.DataFrame, lists: list[pl.Expr]) -> None:
        """Write a line for each pair of forms.

        Args:
            pairs: The pairs.
            lists: For each of `KINDS` the faults that it became of.
        """
        with self._path.open("ab") as file:
            add_lines(pairs.select(*list(COLUMNS)[: -len(KINDS)], *lists), file)


def _pairs(knowledge: KnowledgeBase, forms: pl.DataFrame) -> pl.DataFrame:
    """Return each dated form that has an earlier one of the same person, beside that."""
    verdict = pl.col("readiness.verdict")
    return (
        _in_time(forms)
        .select(
            PATIENT,
            pl.col(DATE).shift(1).alias("from"),
            pl.col(DATE).alias("to"),
            verdict.shift(1).cast(pl.String).alias("readiness.from"),
            verdict.cast(pl.String).alias("readiness.to"),
            _step(len(knowledge.readiness)).alias("step"),
            *_statuses(f"fault.{name}" for name in knowledge.faults),
            (pl.col(PATIENT) == pl.col(PATIENT).shift(1)).alias("same"),
        )
        .filter("same")
    )


def _statuses(faults: Iterable[str]) -> Iterator[pl.Expr]:
    """Yield the status of each fault as its place, on the form before and on this one."""
    for name in faults:
        status = pl.col(name).to_physical()
        yield status.shift(1).alias(f"before.{name}")
        yield status


def _in_time(forms: pl.DataFrame) -> pl.DataFrame:
    """Return the dated forms of people with several: the people in the order of their first form,
    each by date.
    """
    dated = forms.filter(pl.col(DATE).is_not_null() & pl.col("several"))
    dated = dated.with_columns(pl.col("place").min().over(PATIENT).alias("first"))
    return dated.sort("first", DATE, "place")


def _step(opened: int) -> pl.Expr:
    """Return the steps on the ladder.

    Args:
        opened: The place of the verdict that is open.
    """
    now = pl.col("readiness.verdict").to_physical().cast(pl.Int16)
    before = now.shift(1)
    return pl.when((now != opened) & (before != opened)).then(now - before)


def _became(kind: str, name: str) -> pl.Expr:
    """Return whether this became of a fault."""
    before, now = pl.col(f"before.fault.{name}"), pl.col(f"fault.{name}")
    match kind:
        case "gone":
            return (before <= LAST) & (now > UNDETERMINED)
        case "new":
            return (before > UNDETERMINED) & (now <= LAST)
    return (before <= LAST) & (now == UNDETERMINED) | (before == UNDETERMINED) & (now <= LAST)


def _counted(pairs: pl.DataFrame, flags: dict[str, pl.Expr]) -> dict[str, int]:
    """Return for how many pairs each flag is set."""
    return pairs.select(flag.sum().alias(name) for name, flag in flags.items()).row(0, named=True)


def _listed(flags: dict[str, pl.Expr]) -> pl.Expr:
    """Return the names whose flag is set, joined by a blank; null where none is."""
    found = [pl.when(flag).then(pl.lit(name)) for name, flag in flags.items()]
    joined = pl.concat_str(found, separator=" ", ignore_nulls=True)
    return pl.when(joined != "").then(joined)
