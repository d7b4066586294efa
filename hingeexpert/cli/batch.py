"""The command `batch`."""

from __future__ import annotations

import sys
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hingeexpert.cli.handout import sheet_options, wished
from hingeexpert.cli.options import (
    INTERRUPTED,
    ExampleFirst,
    knowledge_options,
    language_code,
    load,
    read_input,
    template_options,
)
from hingeexpert.errors import InputError, Problem
from hingeexpert.formats.extras import needs

if TYPE_CHECKING:
    from hingeexpert.batch.run import Finished
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
    type=click.Path(exists=True, path_type=Path),
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
    "--draft-map",
    is_flag=True,
    help="Propose such a file for a table, on standard output, for you to correct.",
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
@click.option("--overwrite", is_flag=True, help="Replace the results of another run in the folder.")
@knowledge_options
@template_options
def batch(
    tables: tuple[Path, ...],
    output: Path | None,
    map_: Path | None,
    draft_map: bool,
    formats: tuple[str, ...],
    only: str | None,
    questions: bool,
    evidence: bool,
    overwrite: bool,
    handouts: bool,
    language: str | None,
    rules: Path,
    templates: Path | None,
    **choices: Any,
) -> None:
    """Judge tables of forms: results, rejects and a summary in one folder.

    A table is CSV, TSV, Excel, Parquet or JSON Lines with a column for each identifier, or a folder
    of single forms. A bad row never stops the good ones: each of its defects is named in
    rejects.csv. A run that was broken off goes on where it was when it is started again. Needs the
    extra `batch`, and for handouts also `pdf`.
    """
    needs("tables", *(("PDF",) if handouts else ()))
    knowledge = load(rules)
    if draft_map:
        if len(tables) != 1 or output is not None:
            raise click.UsageError("--draft-map takes one table and no other option")
        click.echo(_draft(knowledge, tables[0]), nl=False)
        return
    if output is None:
        raise click.UsageError("name a folder for the results: -o FOLDER")
    from hingeexpert.batch.mapping import Mapping
    from hingeexpert.batch.mapping_file import read_mapping
    from hingeexpert.batch.run import FORMATS, Options, Run
    from hingeexpert.handout.folder import Print, Write

    mapping = (
        Mapping() if map_ is None else read_mapping(knowledge, str(map_), read_input(str(map_)))
    )
    wanted = (
        (only,) if only else tuple(kind for kind in FORMATS if kind in ("csv", "parquet", *formats))
    )
    sheets = (
        Print(Write(wished(**choices), language_code(knowledge, language)), "pdf", templates)
        if handouts
        else None
    )
    run = Run(
        knowledge,
        rules,
        tables,
        output,
        mapping,
        Options(wanted, questions, evidence, overwrite, sheets),
        templates,
    )
    with _progress() as bar:
        try:
            finished = run.execute(
                _Shown(bar, len(tables)) if bar else lambda *_: None,
                lambda text: click.echo(f"note: {text}", err=True),
            )
        except KeyboardInterrupt:
            click.echo("\nbroken off; the same command goes on from here", err=True)
            sys.exit(INTERRUPTED)
        except OSError as error:
            raise InputError(
                [Problem(str(output), None, "", f"cannot be written: {error.strerror or error}")]
            ) from None
    _report(finished, output)


def _draft(knowledge: KnowledgeBase, table: Path) -> str:
    from hingeexpert.batch.drafting import draft_mapping
    from hingeexpert.formats.tables.opening import open_table

    opened = open_table(table)
    chunk = next(opened.chunks(SAMPLE), None)
    cells = (
        {}
        if chunk is None
        else {
            name: list(chunk[0].cells[name].drop_nulls().unique(maintain_order=True))
            for name in opened.columns
        }
    )
    return draft_mapping(knowledge, opened.columns, cells)


def _progress() -> AbstractContextManager[Any]:
    """Return a bar on standard error, or nothing where that is not a terminal."""
    if not sys.stderr.isatty():
        return nullcontext()
    return click.progressbar(
        length=STEPS,
        label="forms",
        file=sys.stderr,
        show_eta=True,
        item_show_func=lambda rate: rate,
    )


class _Shown:
    """Moves the bar, and shows the rate."""

    def __init__(self, bar: Any, tables: int) -> None:
        self.bar, self.tables = bar, tables
        self.start, self.before, self.finished, self.rows, self.name = time.monotonic(), 0, 0, 0, ""

    def __call__(self, name: str, rows: int, share: float) -> None:
        if name != self.name:
            self.finished += bool(self.name)
            self.before, self.name = self.rows + self.before, name
        self.rows = rows
        rate = (self.before + rows) / max(time.monotonic() - self.start, 0.001)
        place = round(STEPS * (self.finished + share) / self.tables)
        self.bar.update(max(0, place - self.bar.pos), f"{rate:,.0f} a second")


def _report(finished: Finished, output: Path) -> None:
    """Say what came of the run, without anything of a patient."""
    counts = finished.counts
    if finished.before:
        click.echo("note: these results were finished before; nothing was done again", err=True)
    if finished.taken_up:
        click.echo(f"note: took up {finished.taken_up} parts of an earlier start", err=True)
    click.echo(f"{_many(counts.accepted, 'form')} judged: {output}")
    if counts.first_count:
        click.echo(
            f"{_many(counts.first_count, 'person', 'people')} must be seen first: "
            f"{output / 'summary.html'}"
        )
    if counts.defects:
        defects = _many(sum(counts.defects.values()), "defect")
        click.echo(
            f"{_many(counts.rejected, 'row')} rejected, {defects}: {output / 'rejects.csv'}",
            err=True,
        )
        for code, number in counts.defects.most_common():
            click.echo(f"  {number:>7} {code}", err=True)
        sys.exit(1)


def _many(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"
