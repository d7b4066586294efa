"""From the rows of a chunk to everything that is written of them.

Owns what is carried from chunk to chunk: which visits were seen, which names of handouts are given.
"""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from hingeexpert.batch.ask_next import ask_next_of_rows
from hingeexpert.batch.counts import Counts, counted, rejected
from hingeexpert.batch.floors import VISIT, floors_of, no_floors
from hingeexpert.batch.kept import PREFIX
from hingeexpert.batch.mapping import DATE
from hingeexpert.batch.options import Options
from hingeexpert.batch.people import NAME, EvidenceAndHandout, assessments
from hingeexpert.batch.people_facts import left_by_forms
from hingeexpert.batch.repeats import Visits, repeated_visits
from hingeexpert.batch.results import ChunkResults
from hingeexpert.batch.row_reading import ReadRows
from hingeexpert.batch.slips import RejectedCells
from hingeexpert.batch.who_goes_first import rules_of_triage
from hingeexpert.batch.words import Words
from hingeexpert.formats.files import write_whole
from hingeexpert.formats.pdf import is_printable
from hingeexpert.formats.tables.defects import Defect
from hingeexpert.formats.tables.table import PATIENT, Chunk, Table
from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import plain
from hingeexpert.inference.columns import Columns

if TYPE_CHECKING:
    from hingeexpert.handout.folder import Names
    from hingeexpert.inference.people import People

NO_DATE = pl.lit(None, pl.String).alias(DATE)
"""The column of the dates where a table has none."""


class Judging:
    """Judges chunk after chunk of the tables of one run."""

    def __init__(
        self,
        columns: Columns,
        wanted: EvidenceAndHandout,
        people: "People | None",
        handouts: Path,
        options: Options,
    ) -> None:
        """Begin with nothing seen.

        Args:
            columns: The expressions of a knowledge base.
            wanted: What is made of each person.
            people: Processes that make it; `None` where nothing is wanted of a person.
            handouts: Folder of the handouts.
            options: Which columns the results have beside those that are always there.
        """
        self._columns = columns
        self._wanted = wanted
        self._people = people
        self._handouts = handouts
        self._options = options
        self._words = Words(columns, options.words) if options.words else None
        self._visits = Visits()

    @cached_property
    def _names(self) -> "Names":
        from hingeexpert.handout.folder import Names  # costs a start 180 ms

        return Names()

    def take_up(self, visits: pl.DataFrame) -> None:
        """Remember the visits of a chunk that an earlier start has judged."""
        self._visits.repeated(visits)
        if self._wanted.handout is not None:
            for patient, date in visits.iter_rows():
                self._names.new(patient, date)

    def nothing(self, table: Table, defects: list[Defect]) -> ChunkResults:
        """Return the results of a table that cannot be read."""
        rows = pl.DataFrame(schema={"row": pl.Int64, PATIENT: pl.String, DATE: pl.String})
        return self._results(table, rows, defects, no_floors())

    def judged(
        self, table: Table, chunk: Chunk, read: ReadRows, defects: list[Defect]
    ) -> ChunkResults:
        """Judge the sound rows of a chunk, and what the others prove.

        Args:
            table: Where the chunk stands.
            chunk: Its rows as text.
            read: What was read of them.
            defects: What is wrong with rows that do not stand in the chunk.
        """
        rows, rejected_ = read.rows, read.rejected
        defects = [*defects, *read.defects]
        visits = rows if DATE in rows.columns else rows.with_columns(NO_DATE)
        repeats = self._visits.repeated(visits.select(VISIT))
        if repeats:
            defects += repeated_visits(rows[repeats], chunk, table)
            rejected_ = rejected_.beside(RejectedCells(rows[repeats], []))
            visits = _without(visits, repeats)
        floors = floors_of(self._columns, rejected_, table.name)
        return self._results(table, visits, defects, floors)

    def _results(
        self, table: Table, rows: pl.DataFrame, defects: list[Defect], floors: pl.DataFrame
    ) -> ChunkResults:
        """Judge rows, and put together what is written of them and of those with defects."""
        defects.sort(key=lambda defect: defect.row or 0)
        visits = rows.select(VISIT)
        complete, results, forms = self._concluded(rows, table.name)
        counts = self._counted(rows, complete, results)
        counts.add(rejected(defects, floors))
        results = self._beside(rows, pl.concat([visits, results], how="horizontal"), table)
        people = self._each_person(self._people, rows) if self._people else None
        return ChunkResults(results, forms, defects, floors, people, counts)

    def _counted(self, rows: pl.DataFrame, complete: pl.DataFrame, results: pl.DataFrame) -> Counts:
        """Return the numbers of rows that were judged."""
        counts = counted(self._columns, rows.columns, complete, results)
        counts.left_out = self._left_out(rows)
        return counts

    def _beside(self, rows: pl.DataFrame, results: pl.DataFrame, table: Table) -> pl.DataFrame:
        """Return results with what stands beside them: what to ask, their place in the input, its
        columns that are kept, words.
        """
        if self._options.questions:
            questions = ask_next_of_rows(self._columns, rows)
            results = results.with_columns(pl.Series("ask_next", questions, pl.String))
        results = results.with_columns(*_place(rows, table.name), *self._kept(rows))
        if self._words is not None:
            results = results.with_columns(self._words.of(rows, results))
        return results

    def _concluded(
        self, rows: pl.DataFrame, table: str
    ) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """Return all answers, the results, and what the forms leave for the facts about people."""
        answers, rules = rows.lazy(), list(rules_of_triage(self._columns.knowledge))
        complete, results = pl.collect_all(
            [self._columns.complete(answers), self._columns.conclude(answers, *rules)]
        )
        forms = left_by_forms(self._columns, rows, results, table)
        return complete, results.drop(rules), forms

    def _kept(self, rows: pl.DataFrame) -> Iterator[pl.Series]:
        """Yield the columns of the input that the results keep."""
        for name in self._options.keep:
            column = f"{PREFIX}{name}"
            blank = pl.Series(column, [None] * rows.height, pl.String)
            yield rows[column] if column in rows.columns else blank

    def _left_out(self, rows: pl.DataFrame) -> int:
        """Count the people whose handout, where that is wanted, cannot show their name."""
        if self._wanted.handout is None or NAME not in rows.columns:
            return 0
        names = rows[NAME].drop_nulls()
        return sum(not is_printable(plain(name)) for name in names)

    def _each_person(self, people: "People", rows: pl.DataFrame) -> Iterator[str]:
        """Write the handout of each person, where that is wanted; yield the evidence, or nothing in
        its place.
        """
        everyone = list(assessments(self._columns, rows))
        made = people.each(everyone, self._wanted)
        for person, (evidence, handout) in zip(everyone, made, strict=True):
            self._write_handout(person, handout)
            yield evidence

    def _write_handout(self, person: Assessment, handout: bytes) -> None:
        print_ = self._wanted.handout
        if print_ is not None:
            patient = person.patient.get("name") if print_.write.wishes.name_in_file else None
            name = self._names.new(person.patient.get("id"), person.date, patient)
            write_whole(self._handouts / f"{name}.{print_.ending}", handout)


def _without(rows: pl.DataFrame, places: list[int]) -> pl.DataFrame:
    return rows.with_row_index("?").filter(~pl.col("?").is_in(places)).drop("?")


def _place(rows: pl.DataFrame, table: str) -> list[pl.Series]:
    """Return the file and the number of each row, to join the results with the input."""
    file = rows["file"] if "file" in rows.columns else pl.repeat(table, rows.height, eager=True)
    return [file.cast(pl.String).alias("file"), rows["row"].cast(pl.Int64)]
