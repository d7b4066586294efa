"""One run over tables of forms: read, judge, write, count; take up again what was broken off.

Owns the order of the work and the folder of results. Everything that is written is a function of
the inputs, the rules and the options: no clock, no number of processors.
"""

import gc
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from hingeexpert import __version__
from hingeexpert.batch.ask_next import ask_next_of_rows
from hingeexpert.batch.cells import CellReader, Layout, layout
from hingeexpert.batch.counts import Counts, counted, rejected
from hingeexpert.batch.mapping import DATE, Mapping
from hingeexpert.batch.people import Both, assessments
from hingeexpert.batch.repeats import Visits, repeated_visits
from hingeexpert.batch.results import (
    REJECTS,
    Part,
    join,
    join_parquet,
    sha256,
    text_file,
    write_sheet,
)
from hingeexpert.batch.summary import RunFacts, render_summary
from hingeexpert.errors import InputError, Problem, shown
from hingeexpert.formats.files import write_whole
from hingeexpert.formats.tables.defects import CODES, Defect
from hingeexpert.formats.tables.opening import open_table
from hingeexpert.formats.tables.table import PATIENT, Chunk, Table, ahead
from hingeexpert.handout.folder import Names, Print
from hingeexpert.inference.columns import Columns
from hingeexpert.inference.people import People
from hingeexpert.knowledge import KnowledgeBase

FORMATS = ("csv", "parquet", "xlsx")
WORK = ".unfinished"
"""Folder of the parts, inside the folder of results."""
RUN = "run.json"
REJECTS_FILE = "rejects.csv"
HANDOUTS = "handouts"
"""Folder of the sheets."""
EVERY = (*(f"results.{kind}" for kind in FORMATS), "results.jsonl", REJECTS_FILE, "summary.html")
"""Files that a run may leave; those of another run are cleared away before the first is written."""

Progress = Callable[[str, int, float], None]
"""Told the table, the rows of it that are done, and the share of the file that is read, 0 to 1."""


@dataclass(frozen=True)
class Options:
    """What a run makes.

    Attributes:
        formats: Of the results: some of `FORMATS`.
        questions: Whether the results say what to ask next.
        evidence: Whether `results.jsonl` holds the full result of every form.
        overwrite: Whether the results of another run in the folder may be replaced.
        sheets: How to print a sheet for every person to take home, where that is wanted.
    """

    formats: tuple[str, ...] = ("csv", "parquet")
    questions: bool = False
    evidence: bool = False
    overwrite: bool = False
    sheets: Print | None = None


@dataclass(frozen=True)
class Finished:
    """What came of a run.

    Attributes:
        before: Whether it had been finished before, so that nothing was done.
        taken_up: Chunks that an earlier start had left.
    """

    counts: Counts
    before: bool = False
    taken_up: int = 0


class Run:
    """One run."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        rules: Path,
        inputs: Sequence[Path],
        output: Path,
        mapping: Mapping,
        options: Options,
        templates: Path | None = None,
    ) -> None:
        """Look at the inputs and at what is in the folder.

        Args:
            knowledge: The knowledge base.
            rules: Its folder, for other processes.
            inputs: Tables, or folders of forms, in order.
            output: Folder for the results; made if it is not there.
            mapping: What other headings and labels mean.
            options: What to make.
            templates: Folder whose templates replace shipped ones of the same name.

        Raises:
            InputError: An input cannot be read, or the folder holds something else.
        """
        self.knowledge, self.rules, self.options, self.mapping = knowledge, rules, options, mapping
        self.inputs, self.output, self.templates = list(inputs), output, templates
        for path in inputs:
            if path.is_dir() and output.resolve().is_relative_to(path.resolve()):
                raise InputError(
                    [
                        Problem(
                            str(output),
                            None,
                            "",
                            "lies inside a folder of forms; name another folder for the results",
                        )
                    ]
                )
        self.columns = Columns(knowledge)
        self.hashes = [sha256(path) for path in inputs]
        self.facts = self._facts()
        self.key = hashlib.sha256(json.dumps(self.facts, sort_keys=True).encode()).hexdigest()
        self.work = output / WORK
        self.visits = Visits()
        self.names = Names()
        self.stale_sheets = False
        self.finished_before = self._look()

    def _facts(self) -> dict[str, Any]:
        """Return everything that the results depend on."""
        mapping = json.dumps(asdict(self.mapping), sort_keys=True, default=sorted)
        return {
            "program": __version__,
            "polars": pl.__version__,
            "knowledge": {"version": self.knowledge.info.version, "sha256": self.knowledge.sha256},
            "inputs": [
                {"name": path.name, "sha256": digest}
                for path, digest in zip(self.inputs, self.hashes, strict=True)
            ],
            "mapping": hashlib.sha256(mapping.encode()).hexdigest(),
            "formats": list(self.options.formats),
            "questions": self.options.questions,
            "evidence": self.options.evidence,
            "handouts": self.options.sheets
            and json.loads(json.dumps(self.options.sheets.facts(), default=str)),
        }

    def _look(self) -> bool:
        """Return whether the folder holds the finished results of this very run.

        Raises:
            InputError: It holds those of another run.
        """
        held = self.output / RUN
        if held.exists() and not self.options.overwrite:
            if _key_of(held) != self.key:
                self._refuse("holds the results of another run")
            return self._whole(held)
        self.stale_sheets = held.exists() and HANDOUTS in json.loads(held.read_bytes()).get(
            "outputs", {}
        )
        begun = self.work / "key"
        if begun.exists() and begun.read_text(encoding="utf-8") != self.key:
            if not self.options.overwrite:
                self._refuse("holds the beginning of another run (other input, rules or options)")
            self.stale_sheets |= (self.work / HANDOUTS).exists()
            shutil.rmtree(self.work)
        return False

    def _whole(self, held: Path) -> bool:
        """Return whether every file that an account names is there as it was written."""
        outputs = json.loads(held.read_bytes())["outputs"]
        return all(
            (self.output / name).exists() and sha256(self.output / name) == digest
            for name, digest in outputs.items()
        )

    def _refuse(self, what: str) -> None:
        message = f"{what}; name another folder, or give --overwrite to replace them"
        raise InputError([Problem(str(self.output), None, "", message)])

    def _names(self) -> list[str]:
        """Return the names of the files that a finished run has."""
        names = [f"results.{kind}" for kind in self.options.formats]
        names += ["results.jsonl"] if self.options.evidence else []
        return [*names, REJECTS_FILE, "summary.html", *([HANDOUTS] if self.options.sheets else [])]

    def execute(self, progress: Progress, warn: Callable[[str], None]) -> Finished:
        """Do the work, or what is left of it.

        Args:
            progress: Told how far it has come.
            warn: Told what a user should know, without anything from a cell.
        """
        if self.finished_before:
            return Finished(
                Counts.from_data(json.loads((self.output / RUN).read_bytes())["counts"]),
                before=True,
            )
        self.work.mkdir(parents=True, exist_ok=True)
        if self.stale_sheets:
            shutil.rmtree(self.output / HANDOUTS, ignore_errors=True)
        if self.options.sheets:
            (self.output / HANDOUTS).mkdir(exist_ok=True)
            (self.work / HANDOUTS).touch()
        (self.work / "key").write_text(self.key, encoding="utf-8")
        total, taken_up, parts = Counts(), 0, []
        with ExitStack() as stack:
            wanted = self.options.evidence or self.options.sheets
            people = stack.enter_context(People(self.rules)) if wanted else None
            for number, path in enumerate(self.inputs):
                for part, new in self._table(number, path, people, progress, warn):
                    parts.append(part)
                    total.add(part.counts())
                    taken_up += not new
        self._finish(parts, total)
        return Finished(total, taken_up=taken_up)

    def _table(
        self,
        number: int,
        path: Path,
        people: People | None,
        progress: Progress,
        warn: Callable[[str], None],
    ) -> Iterator[tuple[Part, bool]]:
        """Work on one table; yield each part, and whether it was made now."""
        table = open_table(path)
        for note in table.notes:
            warn(f"{table.name}: {note}")
        found = layout(self.knowledge, table.columns, self.mapping, own_columns=table.own_columns)
        refused = list(table.header_defects) or [
            table.defect(problem.code, problem.message, line=1) for problem in found.problems
        ]
        if refused:
            yield (
                self._write(
                    Part(self.work, f"{number:04}-refused"), self._empty(), refused, people
                ),
                True,
            )
            return
        for heading, hint in () if table.own_columns else found.unknown:
            warn(f"{table.name}: column {shown(heading)} is not known and was not read{hint}")
        table.patient = found.columns.get(PATIENT, PATIENT)
        readers = Readers(self, table, found)
        done = 0
        for place, (chunk, defects) in enumerate(ahead(table.chunks())):
            part = Part(self.work, f"{number:04}-{place:06}")
            new = not part.done
            if new:
                rows, slips = readers.read(chunk)
                self._write(part, rows, [*defects, *slips], people, chunk, table)
            else:
                self.visits.repeated(part.visits())
                for patient, date in part.visits().iter_rows() if self.options.sheets else ():
                    self.names.new(patient, date)
            done += chunk.cells.height
            progress(table.name, done, table.share)
            yield part, new
            del chunk, defects
            # A chunk and the reader of its raw rows hold each other; left to itself that grows by
            # chunks
            gc.collect()

    def _empty(self) -> pl.DataFrame:
        return pl.DataFrame(schema={"row": pl.Int64, PATIENT: pl.String})

    def _write(
        self,
        part: Part,
        rows: pl.DataFrame,
        defects: list[Defect],
        people: People | None,
        chunk: Chunk | None = None,
        table: Table | None = None,
    ) -> Part:
        """Judge the sound rows of a chunk and write its part."""
        if DATE not in rows.columns:
            rows = rows.with_columns(pl.lit(None, pl.String).alias(DATE))
        again = self.visits.repeated(rows.select(PATIENT, DATE))
        if again and chunk is not None and table is not None:
            defects += repeated_visits(rows[again], chunk, table)
            rows = rows.with_row_index("?").filter(~pl.col("?").is_in(again)).drop("?")
        defects.sort(key=lambda defect: defect.row or 0)
        answers = rows.lazy()
        complete, results = pl.collect_all(
            [self.columns.complete(answers), self.columns.conclude(answers)]
        )
        results = pl.concat([rows.select(PATIENT, DATE), results], how="horizontal")
        if self.options.questions:
            results = results.with_columns(
                pl.Series("ask_next", ask_next_of_rows(self.columns, rows), pl.String)
            )
        counts = counted(
            self.knowledge,
            complete,
            rows.select(name for name in (PATIENT, DATE, "row", "file") if name in rows.columns),
            results.drop(PATIENT, DATE),
            table.name if table else "",
        )
        counts.add(rejected(defects))
        lines = self._each(people, rows) if people else None
        part.write(
            results,
            rows.select(PATIENT, DATE),
            defects,
            lines,
            counts,
            as_csv="csv" in self.options.formats,
        )
        return part

    def _each(self, people: People, rows: pl.DataFrame) -> Iterator[str]:
        """Write the sheet of each person, where that is wanted; yield the evidence, or nothing in
        its place.
        """
        sheets = self.options.sheets
        everyone = list(assessments(self.columns, rows))
        for person, (line, sheet) in zip(
            everyone, people.each(everyone, Both(self.options.evidence, sheets)), strict=True
        ):
            if sheets is not None:
                own = person.patient.get("name") if sheets.write.wishes.name_in_file else None
                name = self.names.new(person.patient.get("id"), person.date, own)
                write_whole(self.output / HANDOUTS / f"{name}.{sheets.ending}", sheet)
            yield line

    def _finish(self, parts: Sequence[Part], total: Counts) -> None:
        """Write the whole files, the account of the run last, and clear the parts away."""
        summary = total.summary(self._run_facts(total), self.knowledge, REJECTS_FILE)
        page = render_summary(self.knowledge, summary, CODES, self.templates)
        for name in (RUN, *EVERY):
            (self.output / name).unlink(missing_ok=True)
        tables = [part.path("parquet") for part in parts]
        if "parquet" in self.options.formats:
            join_parquet(tables, self.output / "results.parquet")
        if "csv" in self.options.formats:
            head = ",".join(pl.read_parquet_schema(tables[0])) + "\n"
            join([part.path("csv") for part in parts], self.output / "results.csv", head)
        if "xlsx" in self.options.formats:
            write_sheet(tables, self.output / "results.xlsx")
        if self.options.evidence:
            join([part.path("jsonl") for part in parts], self.output / "results.jsonl")
        join(
            [part.path("rejects") for part in parts],
            self.output / REJECTS_FILE,
            ",".join(REJECTS) + "\n",
        )
        text_file(self.output / "summary.html", page)
        outputs = {name: sha256(self.output / name) for name in self._names()}
        account = {
            "key": self.key,
            **self.facts,
            "counts": {**total.as_data(), "first": []},
            "outputs": outputs,
        }
        text_file(self.output / RUN, json.dumps(account, indent=2, ensure_ascii=False) + "\n")
        shutil.rmtree(self.work)

    def _run_facts(self, total: Counts) -> RunFacts:
        return RunFacts(
            files=[path.name for path in self.inputs],
            inputs=self.hashes,
            rows=total.accepted + total.rejected,
            accepted=total.accepted,
            rejected=total.rejected,
            knowledge_version=self.knowledge.info.version,
            knowledge_sha256=self.knowledge.sha256,
            program_version=__version__,
        )


class Readers:
    """The readers of one table: one for each set of columns, which differ from chunk to chunk where
    rows name their own.
    """

    def __init__(self, run: Run, table: Table, found: Layout) -> None:
        """Begin with the columns of the first rows."""
        self.run, self.table = run, table
        self.known = {tuple(table.columns): self._reader(found)}

    def _reader(self, found: Layout) -> CellReader:
        table = self.table
        how = {"decimal_comma": table.decimal_comma, "own_columns": table.own_columns}
        return CellReader(self.run.columns, found, self.run.mapping, table.name, **how)

    def read(self, chunk: Chunk) -> tuple[pl.DataFrame, list[Defect]]:
        """Read a chunk with the reader of its columns."""
        columns = tuple(chunk.cells.columns)
        if columns not in self.known:
            self.known[columns] = self._reader(
                layout(self.run.knowledge, columns, self.run.mapping, own_columns=True)
            )
        return self.known[columns].read(chunk)


def _key_of(run: Path) -> str | None:
    try:
        return str(json.loads(run.read_bytes())["key"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
