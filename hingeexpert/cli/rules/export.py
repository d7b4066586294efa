"""The command `rules export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import ExampleFirst, knowledge_options, load, read_input
from hingeexpert.cli.output import Output, file_option, overwrite_option

if TYPE_CHECKING:
    from hingeexpert.knowledge import KnowledgeBase


@click.command(cls=ExampleFirst, example="hingeexpert rules export --to sql -o hinge.sql")
@click.option(
    "--to",
    "language",
    type=click.Choice(["clips", "sql"]),
    required=True,
    help="The language to write: clips, for CLIPS 6.4; sql, one SELECT over a table of forms.",
)
@click.option(
    "--dialect",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="Of sql: the engine that runs it.",
)
@click.option(
    "--check",
    is_flag=True,
    help="Of sql: the SELECT that finds the forms which the other one must not judge.",
)
@click.option(
    "--headings",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Of sql: a CSV file whose first line names the columns of the table; without it, all.",
)
@file_option
@overwrite_option
@knowledge_options
def export(
    language: str,
    dialect: str,
    check: bool,
    headings: Path | None,
    output: Path | None,
    overwrite: bool,
    rules: Path,
) -> None:
    """Write the whole rule base as one program for another engine.

    The program reads the plain answers of a form and reaches the same conclusions. Its first lines
    say how to use it.
    """
    if language != "sql" and (check or headings):
        raise click.UsageError("--check and --headings go with --to sql")
    inputs = (rules,) if headings is None else (rules, headings)
    target = Output(output, overwrite, inputs, private=False) if output else None
    if target is not None:
        target.check()
    text = _written(load(rules), language, dialect, check, headings)
    if target is None:
        click.echo(text, nl=False)
    else:
        target.write(text)


def _written(
    knowledge: KnowledgeBase, language: str, dialect: str, check: bool, headings: Path | None
) -> str:
    """Return the program."""
    if language == "clips":
        from hingeexpert.assurance.clips import export_clips

        return export_clips(knowledge)
    from hingeexpert.assurance.sql import export_sql
    from hingeexpert.assurance.sql_answers import headings_in
    from hingeexpert.assurance.sql_check import export_check

    there = None
    if headings is not None:
        text = read_input(str(headings)).decode("utf-8-sig", "replace")
        there = headings_in(knowledge, str(headings), text)
    return (export_check if check else export_sql)(knowledge, dialect, there)
