"""One run over tables of forms: read, judge, write, count; take up again what was broken off.

Owns the order of the work. Everything that is written is a function of the inputs, the rules and
the options: no clock, no number of processors.
"""

import gc
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from hingeexpert import __version__
from hingeexpert.batch.changes import Changes
from hingeexpert.batch.code_book import CodeBook
from hingeexpert.batch.counts import Counts
from hingeexpert.batch.floors import rejected_facts
from hingeexpert.batch.judging import Judging
from hingeexpert.batch.kept import check_kept, without_kept
from hingeexpert.batch.known_headings import KnownHeadings
from hingeexpert.batch.layout import Layout, layout
from hingeexpert.batch.mapping import Mapping
from hingeexpert.batch.options import Options
from hingeexpert.batch.output_folder import (
    CHANGES_FILE,
    CODE_BOOK_FILE,
    EVIDENCE_FILE,
    FORMATS,
    HANDOUTS,
    REJECTS_FILE,
    SUMMARY_FILE,
    OutputFolder,
)
from hingeexpert.batch.people import EvidenceAndHandout
from hingeexpert.batch.people_facts import people_facts
from hingeexpert.batch.results import (
    REJECTS,
    ChunkFiles,
    ChunkResults,
    for_excel,
    join,
    join_parquet,
    sha256,
    text_file,
    write_workbook,
)
from hingeexpert.batch.row_reading import ChunkReader
from hingeexpert.batch.source_remarks import SourceRemarks
from hingeexpert.batch.summary import RunFacts
from hingeexpert.batch.summary_page import render_summary
from hingeexpert.batch.taken import TableMappings
from hingeexpert.errors import InputError, shown
from hingeexpert.formats.csv_cells import harmless_line
from hingeexpert.formats.tables.by_name import exact
from hingeexpert.formats.tables.defects import CODES, Defect
from hingeexpert.formats.tables.opening import open_tables
from hingeexpert.formats.tables.table import PATIENT, Table, ahead
from hingeexpert.inference.columns import Columns
from hingeexpert.interop.rows import FormsElsewhere
from hingeexpert.knowledge import KnowledgeBase

if TYPE_CHECKING:
    pass

__all__ = ["FORMATS", "Finished", "Options", "Progress", "Run"]

MOST_TOLD = 20
"""Notes on one table, columns that are not known, and defects of a table as a whole that are told
one by one.
"""
Progress = Callable[[str, int, float], None]
"""Told the table, the rows of it that are done, and the share of the file that is read, 0 to 1."""


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
        self._knowledge, self._rules, self._mapping = knowledge, rules, mapping
        self._inputs, self._options, self._templates = list(inputs), options, templates
        self._mappings = TableMappings(knowledge, mapping, options.taken_for)
        self._taken: dict[str, str] = {}
        _refuse_inside_forms(output, inputs)
        self._check_kept()
        self._columns = Columns(knowledge)
        self._hashes = [sha256(path) for path in inputs]
        self._folder = OutputFolder(output, self._facts(), overwrite=options.overwrite)

    def _check_kept(self) -> None:
        """Look whether every table that can be read has the columns to keep.

        Raises:
            InputError: One does not.
        """
        for table in self._tables() if self._options.keep else ():
            if not _unreadable(table, self._layout(table)):
                check_kept(self._options.keep, table.name, table.columns)

    def _layout(self, table: Table) -> Layout:
        """Return what the columns of a table are."""
        headings, own = table.columns, table.own_columns
        mapping = self._mapping_of(table)
        found = layout(self._knowledge, headings, mapping, own_columns=own)
        keep = self._options.keep
        return without_kept(self._mappings.told(found, headings, keep), keep)

    def _mapping_of(self, table: Table) -> Mapping:
        """Return what the headings and labels of a table mean."""
        if table.own_columns:
            return self._mappings.of_rows(table.columns)(table.columns)
        return self._mappings.mapping(table.columns)

    def _facts(self) -> dict[str, Any]:
        """Return everything that the results depend on."""
        mapping = json.dumps(asdict(self._mapping), sort_keys=True, default=sorted)
        info, hashes = self._knowledge.info, zip(self._inputs, self._hashes, strict=True)
        return {
            "program": __version__,
            "polars": pl.__version__,
            "knowledge": {"version": info.version, "sha256": self._knowledge.sha256},
            "inputs": [{"name": path.name, "sha256": digest} for path, digest in hashes],
            "mapping": hashlib.sha256(mapping.encode()).hexdigest(),
            **self._options.facts(),
        }

    def execute(self, progress: Progress, warn: Callable[[str], None]) -> Finished:
        """Do the work, or what is left of it.

        Args:
            progress: Told how far it has come.
            warn: Told what a user should know, without anything from a cell.
        """
        if self._folder.finished:
            return Finished(self._folder.counts(), before=True)
        self._folder.begin(handouts=self._options.handouts is not None)
        total, taken_up, parts = Counts(), 0, []
        with ExitStack() as stack:
            judging = self._judging(stack)
            for files, is_new in self._parts(judging, progress, warn):
                parts.append(files)
                total.add(files.counts())
                taken_up += not is_new
        self._finish(parts, total)
        return Finished(total, taken_up=taken_up)

    def _judging(self, stack: ExitStack) -> Judging:
        """Return what judges the chunks; processes are started only where each person's own result
        is wanted, and end with the stack.
        """
        wanted = EvidenceAndHandout(self._options.evidence, self._options.handouts)
        people = None
        if wanted.evidence or wanted.handout is not None:
            from hingeexpert.inference.people import People  # brings the engine

            people = stack.enter_context(People(self._knowledge, self._rules))
        handouts = self._folder.path / HANDOUTS
        return Judging(self._columns, wanted, people, handouts, self._options)

    def _parts(
        self, judging: Judging, progress: Progress, warn: Callable[[str], None]
    ) -> Iterator[tuple[ChunkFiles, bool]]:
        """Work on every table; yield the files of each chunk, and whether they were made now."""
        for number, table in enumerate(self._tables()):
            for note in _first_of(table.notes, "notes on it"):
                warn(f"{table.name}: {note}")
            columns = self._layout(table)
            defects = _unreadable(table, columns)
            if defects:
                yield self._written(f"{number:04}-refused", judging.nothing(table, defects)), True
                continue
            for note in _first_of(columns.notes, "notes on its columns"):
                warn(f"{table.name}: {note}")
            unknown = [] if table.own_columns else _unknown(columns)
            for note in _first_of(unknown, "columns are not known"):
                warn(f"{table.name}: {note}")
            table.patient = columns.columns.get(PATIENT, PATIENT)
            reader = self._reader(table, columns)
            remarks = self._mappings.remarks(table.columns)
            if remarks is not None:
                self._taken[table.name] = remarks.taken.title
            yield from self._chunks(number, table, reader, judging, progress, remarks)
            said = _first_of(tuple(remarks.notes()), "notes of the kind") if remarks else ()
            for note in (*table.afterwards(), *said):
                warn(f"{table.name}: {note}")

    def _reader(self, table: Table, columns: Layout) -> ChunkReader:
        """Return what reads the rows of a table."""
        mapping, anew = self._mapping_of(table), self._mappings.of_rows(table.columns)
        return ChunkReader(self._columns, mapping, table, columns, self._options.keep, anew)

    def _tables(self) -> Iterator[Table]:
        """Open every table of the inputs."""
        known = KnownHeadings(self._knowledge, self._mapping, self._mappings)
        others, sheets = FormsElsewhere(self._knowledge), self._options.sheets
        for path in self._inputs:
            yield from open_tables(path, known=known, sheets=sheets, others=others)

    def _chunks(
        self,
        number: int,
        table: Table,
        reader: ChunkReader,
        judging: Judging,
        progress: Progress,
        remarks: SourceRemarks | None,
    ) -> Iterator[tuple[ChunkFiles, bool]]:
        """Work on one table, while its next chunk is read."""
        done = 0
        gc.freeze()  # what is there by now need not be looked at again after each chunk
        for place, (chunk, defects) in enumerate(ahead(table.chunks())):
            files = self._files(f"{number:04}-{place:06}")
            is_new = not files.done
            if is_new:
                read = reader.read(chunk)
                results = judging.judged(table, chunk, read, defects)
                self._written(files.name, results)
                del read, results
            else:
                judging.take_up(files.visits())
            if remarks is not None:
                remarks.add(chunk, files.columns("row", *remarks.columns))
            done += chunk.cells.height
            progress(table.name, done, table.share)
            yield files, is_new
            del chunk, defects
            # A chunk and the reader of its raw rows hold each other; left to itself that grows by
            # chunks
            gc.collect()
        gc.unfreeze()

    def _files(self, name: str) -> ChunkFiles:
        return ChunkFiles(self._folder.work, name)

    def _written(self, name: str, results: ChunkResults) -> ChunkFiles:
        """Write what came of a chunk."""
        files = self._files(name)
        files.write(results, as_csv="csv" in self._options.formats)
        return files

    def _finish(self, parts: Sequence[ChunkFiles], total: Counts) -> None:
        """Write the whole files, the account of the run last, and clear the parts away."""
        page = self._summary_page(parts, total)
        folder, work = self._folder.path, self._folder.work
        columns = list(pl.read_ipc_schema(exact(parts[0].path("ipc"))))
        book = CodeBook(self._knowledge, self._options.words)
        self._folder.clear()
        join(_paths(parts, "rejects"), folder / REJECTS_FILE, harmless_line(REJECTS))
        join([work / CHANGES_FILE], folder / CHANGES_FILE)
        text_file(folder / CODE_BOOK_FILE, book.text(columns))
        self._join_results(parts, columns)
        text_file(folder / SUMMARY_FILE, page)
        for name in self._options.tables() if self._options.excel else ():
            for_excel(folder / name)
        self._folder.close(self._options.outputs(), total)

    def _summary_page(self, parts: Sequence[ChunkFiles], total: Counts) -> str:
        """Return the summary, and leave the changes over time beside the parts."""
        knowledge = self._knowledge
        changes = Changes(knowledge, self._folder.work / CHANGES_FILE)
        people = people_facts(knowledge, _paths(parts, "forms"), total.accepted, changes)
        total.first_count = sum(people.first_by_level.values())
        floors = _paths(parts, "floors")
        rejected = rejected_facts(knowledge, floors, total.not_looked_at, total.refused)
        run = self._run_facts(total)
        summary = total.summary(run, knowledge, people, rejected, REJECTS_FILE)
        return render_summary(knowledge, summary, CODES, self._templates)

    def _join_results(self, parts: Sequence[ChunkFiles], columns: Sequence[str]) -> None:
        """Write the results of all parts in each format that is wanted, the rejects and the code
        book written before.
        """
        folder, formats = self._folder.path, self._options.formats
        tables = _paths(parts, "ipc")
        if "parquet" in formats:
            join_parquet(tables, folder / "results.parquet")
        if "csv" in formats:
            join(_paths(parts, "csv"), folder / "results.csv", harmless_line(columns))
        if "xlsx" in formats:
            sheets = {"Rejects": folder / REJECTS_FILE, "Code book": folder / CODE_BOOK_FILE}
            write_workbook(tables, folder / "results.xlsx", sheets)
        if self._options.evidence:
            join(_paths(parts, "jsonl"), folder / EVIDENCE_FILE)

    def _run_facts(self, total: Counts) -> RunFacts:
        return RunFacts(
            files=[path.name for path in self._inputs],
            inputs=self._hashes,
            rows=total.accepted + total.rejected,
            accepted=total.accepted,
            rejected=total.rejected,
            knowledge_version=self._knowledge.info.version,
            knowledge_sha256=self._knowledge.sha256,
            program_version=__version__,
            taken=list(self._taken.items()),
        )


def _paths(parts: Sequence[ChunkFiles], kind: str) -> list[Path]:
    """Return the files of one kind of all parts."""
    return [part.path(kind) for part in parts]


def _refuse_inside_forms(output: Path, inputs: Sequence[Path]) -> None:
    """Refuse a folder of results inside a folder of forms: its files would be taken for forms.

    Raises:
        InputError: It lies there.
    """
    for path in inputs:
        if path.is_dir() and output.resolve().is_relative_to(path.resolve()):
            message = "lies inside a folder of forms; name another folder for the results"
            raise InputError.about(output, message)


def _unreadable(table: Table, columns: Layout) -> list[Defect]:
    """Return why a table cannot be read: its file, or else its columns."""
    if table.header_defects:
        return list(table.header_defects[:MOST_TOLD])
    problems = columns.problems[:MOST_TOLD]
    return [table.defect(slip.code, slip.message, line=1) for slip in problems]


def _unknown(columns: Layout) -> list[str]:
    """Say of each column that is not known that it was not read."""
    return [
        f"column {shown(heading)} is not known and was not read{hint}"
        for heading, hint in columns.unknown
    ]


def _first_of(notes: Sequence[str], what: str) -> Iterator[str]:
    """Yield the first of some notes, and how many more there are."""
    yield from notes[:MOST_TOLD]
    if len(notes) > MOST_TOLD:
        yield f"{len(notes) - MOST_TOLD} more {what}"
