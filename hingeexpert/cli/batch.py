"""The command `batch`."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hingeexpert.cli.options import (
    STANDARD_INPUT,
    ExampleFirst,
    knowledge_options,
    language_code,
    load,
    noun,
    read_input,
    template_options,
)
from hingeexpert.cli.output import check_folder, overwrite_option
from hingeexpert.cli.progress import filling, progress_bar
from hingeexpert.cli.sheet_options import chosen_wishes, sheet_options
from hingeexpert.errors import InputError
from hingeexpert.formats.extras import needs
from hingeexpert.interop.systems import KINDS, PLAIN

if TYPE_CHECKING:
    from hingeexpert.batch.counts import Counts
    from hingeexpert.batch.mapping import Mapping
    from hingeexpert.batch.options import Options
    from hingeexpert.batch.run import Finished, Run
    from hingeexpert.formats.tables.opening import Table
    from hingeexpert.handout.folder import Print
    from hingeexpert.knowledge import KnowledgeBase

STEPS = 1000
SAMPLE = 1000
"""Rows that a draft is made from."""


@click.command(
    cls=ExampleFirst,
    example="""hingeexpert batch forms.csv -o results
               hingeexpert batch --draft-map export.xlsx > map.yaml
               hingeexpert batch export.xlsx --map map.yaml -o results
               hingeexpert batch forms.csv -o results --handouts --clinic clinic.yaml""",
)
@click.argument(
    "tables",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, allow_dash=True, path_type=Path),
    metavar="TABLE...",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the results.",
)
@click.option(
    "--map",
    "map_",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File that says what other headings and labels mean.",
)
@click.option(
    "--from",
    "taken_for",
    type=click.Choice([*KINDS, PLAIN]),
    help="What the tables are, where their headings do not say it; plain has identifiers.",
)
@click.option(
    "--draft-map",
    is_flag=True,
    help="Propose such a file for a table, on standard output, for you to correct.",
)
@click.option(
    "--sheet",
    "sheets",
    multiple=True,
    metavar="NAME",
    help="A sheet of a workbook to read (all with a table of forms, if none is named).",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(["csv", "parquet", "xlsx"]),
    help="A format beside CSV and Parquet.",
)
@click.option(
    "--only",
    type=click.Choice(["csv", "parquet", "xlsx"]),
    help="Write the results in this format alone.",
)
@click.option("--questions", is_flag=True, help="Say for each form what to ask next.")
@click.option(
    "--keep",
    multiple=True,
    metavar="COLUMN",
    help="Also write this column of the tables into the results, as keep.COLUMN.",
)
@click.option(
    "--words",
    is_flag=True,
    help="Also say the results in words: verdicts, cue, drill and reasons, in --language.",
)
@click.option(
    "--excel",
    is_flag=True,
    help="Write the .csv files so that Excel opens them in any country: UTF-16 with tabs.",
)
@click.option(
    "--evidence",
    is_flag=True,
    help="Also write results.jsonl: every result whole, with its reasons, by the engine (slower).",
)
@click.option(
    "--handouts",
    is_flag=True,
    help="Also print the sheet of each person to take home, as PDF, into the folder handouts.",
)
@sheet_options
@overwrite_option
@knowledge_options
@template_options
def batch(
    tables: tuple[Path, ...],
    output: Path | None,
    map_: Path | None,
    taken_for: str | None,
    draft_map: bool,
    sheets: tuple[str, ...],
    rules: Path,
    templates: Path | None,
    **choices: Any,
) -> None:
    """Judge tables of forms: results, rejects and a summary in one folder.

    A table is CSV, TSV, Excel, Parquet or JSON with a column for each identifier, also packed (.gz,
    .zip), an export of ODK Central, KoboToolbox or REDCap as it comes, or a folder of single forms;
    - is standard input. A bad row never stops the good ones: each of its defects is named in
    rejects.csv. A run that was broken off goes on where it was when it is started again. Needs the
    extra `batch`, and for handouts also `pdf`.
    """
    needs("tables", *(("PDF",) if choices["handouts"] else ()))
    knowledge = load(rules)
    tables = _without_dash(tables)
    if draft_map:
        _refuse_with_map(taken_for, "--draft-map goes by likeness")
        _show_draft(knowledge, tables, output, sheets)
        return
    if output is None:
        raise click.UsageError("name a folder for the results: -o FOLDER")
    if map_ is not None:
        _refuse_with_map(taken_for, "--map says what the headings are")
    from hingeexpert.batch.output_folder import RUN, WORK
    from hingeexpert.batch.run import Run

    check_folder(output, (RUN, WORK), (*tables, map_))
    mapping = _mapping(knowledge, map_)
    options = _options(knowledge, templates, sheets=sheets, taken_for=taken_for, **choices)
    with filling(output):
        run = Run(knowledge, rules, tables, output, mapping, options, templates)
        finished = _executed(run, len(tables))
    _report(finished, output)


def _refuse_with_map(taken_for: str | None, why: str) -> None:
    """Refuse to be told what the tables are where a map is read or made."""
    if taken_for is not None:
        raise click.UsageError(f"{why}; leave out --from")


def _without_dash(tables: Sequence[Path]) -> tuple[Path, ...]:
    """Return the tables with a copy of standard input in place of `-`, for as long as the command
    runs: a table is read more than once.
    """
    dash = Path(STANDARD_INPUT)
    if dash not in tables:
        return tuple(tables)
    if tables.count(dash) > 1:
        raise click.UsageError("standard input can be read once")
    folder = tempfile.TemporaryDirectory(prefix="hingeexpert-")
    copy = Path(click.get_current_context().with_resource(folder)) / "standard input"
    with copy.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return tuple(copy if table == dash else table for table in tables)


def _options(
    knowledge: KnowledgeBase,
    templates: Path | None,
    *,
    formats: Sequence[str],
    only: str | None,
    questions: bool,
    keep: Sequence[str],
    words: bool,
    excel: bool,
    evidence: bool,
    overwrite: bool,
    handouts: bool,
    language: str | None,
    sheets: Sequence[str],
    taken_for: str | None,
    **choices: Any,
) -> Options:
    """Return what the run is to make."""
    from hingeexpert.batch.options import Options

    printing = _printing(knowledge, language, templates, choices) if handouts else None
    in_words = language_code(knowledge, language) if words else None
    kept, kinds = _kept(keep), _kinds(only, formats)
    made = kinds, questions, evidence, overwrite, printing, kept, in_words, excel
    return Options(*made, tuple(sheets), taken_for)


def _mapping(knowledge: KnowledgeBase, file: Path | None) -> Mapping:
    """Return what headings and labels mean: what a file says, or what the rules say."""
    from hingeexpert.batch.mapping import Mapping
    from hingeexpert.batch.mapping_file import read_mapping

    if file is None:
        return Mapping()
    return read_mapping(knowledge, str(file), read_input(str(file)))


def _kept(keep: Sequence[str]) -> tuple[str, ...]:
    """Return the columns to keep, each once."""
    names = (" ".join(name.split()) for name in keep)
    return tuple({name.casefold(): name for name in names}.values())


def _kinds(only: str | None, formats: Sequence[str]) -> tuple[str, ...]:
    """Return the formats to write, in their usual order."""
    from hingeexpert.batch.run import FORMATS

    if only:
        return (only,)
    return tuple(kind for kind in FORMATS if kind in ("csv", "parquet", *formats))


def _printing(
    knowledge: KnowledgeBase, language: str | None, templates: Path | None, choices: dict[str, Any]
) -> Print:
    """Return what prints the sheet of each person."""
    from hingeexpert.handout.folder import Print, Write

    write = Write(chosen_wishes(**choices), language_code(knowledge, language))
    return Print(write, "pdf", templates)


def _executed(run: Run, tables: int) -> Finished:
    """Judge all tables, under a bar. Notes go to standard error."""
    bar = progress_bar(STEPS, "forms", show_eta=True, item_show_func=lambda rate: rate)
    with bar as move:
        return run.execute(_Shown(move, tables), lambda text: click.echo(f"note: {text}", err=True))


def _show_draft(
    knowledge: KnowledgeBase, tables: Sequence[Path], output: Path | None, sheets: Sequence[str]
) -> None:
    """Print the draft of a map for a table."""
    if len(tables) != 1 or output is not None:
        raise click.UsageError("--draft-map takes one table and no other option")
    click.echo(_draft(knowledge, tables[0], sheets), nl=False)


def _draft(knowledge: KnowledgeBase, table: Path, sheets: Sequence[str]) -> str:
    from hingeexpert.batch.drafting import draft_mapping
    from hingeexpert.batch.known_headings import KnownHeadings
    from hingeexpert.batch.mapping import Mapping
    from hingeexpert.formats.tables.opening import open_tables

    known = KnownHeadings(knowledge, Mapping())
    opened = open_tables(table, known=known, sheets=sheets)[0]
    for note in opened.notes:
        click.echo(f"note: {opened.name}: {note}", err=True)
    if opened.header_defects:
        raise InputError.about(table, opened.header_defects[0].message)
    return draft_mapping(knowledge, opened.columns, _first_cells(opened))


def _first_cells(table: Table) -> dict[str, list[str]]:
    """Return heading to the different cells among the first rows of a table; blanks left out."""
    chunk = next(table.chunks(SAMPLE), None)
    if chunk is None:
        return {}
    columns = chunk[0].cells
    return {
        name: list(columns[name].drop_nulls().unique(maintain_order=True)) for name in table.columns
    }


class _Shown:
    """Moves the bar while tables are judged, and shows the rate."""

    def __init__(self, move: Callable[..., None], tables: int) -> None:
        self.move, self.tables = move, tables
        self.start = time.monotonic()
        self.tables_done = self.rows_of_done = self.rows = 0
        self.table = ""

    def __call__(self, table: str, rows: int, share: float) -> None:
        """Take how many rows of a table are done, and which share of it that is."""
        if table != self.table:
            self.tables_done += bool(self.table)
            self.rows_of_done += self.rows
            self.table = table
        self.rows = rows
        seconds = max(time.monotonic() - self.start, 0.001)
        rate = (self.rows_of_done + rows) / seconds
        done = min((self.tables_done + share) / self.tables, 1)
        self.move(round(STEPS * done), f"{rate:,.0f} a second")


def _report(finished: Finished, output: Path) -> None:
    """Say what came of the run, without anything of a patient."""
    counts = finished.counts
    _report_earlier(finished)
    click.echo(f"{_many(counts.accepted, 'form')} judged: {output}")
    if counts.first_count:
        first = _many(counts.first_count, "person", "people")
        click.echo(f"{first} must be seen first: {output / 'summary.html'}")
    if counts.left_out:
        from hingeexpert.handout.names import left_out_of

        click.echo(left_out_of(counts.left_out), err=True)
    for name, _, message in counts.refused:
        click.echo(f"{name} was not read: {message}", err=True)
    if counts.rejected:
        _report_defects(counts, output)
    if counts.defects or counts.left_out:
        sys.exit(1)


def _report_earlier(finished: Finished) -> None:
    """Note what an earlier start had done already."""
    if finished.before:
        click.echo("note: these results were finished before; nothing was done again", err=True)
    if finished.taken_up:
        click.echo(f"note: took up {finished.taken_up} parts of an earlier start", err=True)


def _report_defects(counts: Counts, output: Path) -> None:
    """Say how many rows were rejected, for which defects, and who of them goes first."""
    rejects = output / "rejects.csv"
    of_tables = Counter(code for _, code, _ in counts.refused)
    found = Counter(counts.defects) - of_tables
    rows, defects = _many(counts.rejected, "row"), _many(found.total(), "defect")
    click.echo(f"{rows} rejected, {defects}: {rejects}", err=True)
    for code, number in found.most_common():
        click.echo(f"  {number:>7} {code}", err=True)
    if counts.rejected_first:
        proven = f"already {'proves' if counts.rejected_first == 1 else 'prove'}"
        of_them = f"{counts.rejected_first:,} of the rejected rows {proven}"
        click.echo(f"{of_them}: must be seen first: {output / 'summary.html'}", err=True)
    if counts.not_looked_at:
        were = "was" if counts.not_looked_at == 1 else "were"
        looked = f"{counts.not_looked_at:,} of the rejected rows {were} not looked at"
        click.echo(f"{looked}, as no cell could be read; mend them: {rejects}", err=True)


def _many(count: int, one: str, several: str = "") -> str:
    return f"{count:,} {noun(count, one, several)}"
