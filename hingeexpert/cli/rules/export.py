"""The command `rules export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import ExampleFirst, knowledge_options, load, read_input
from hingeexpert.cli.output import Output, file_option, overwrite_option
from hingeexpert.formats.extras import needs

if TYPE_CHECKING:
    from hingeexpert.knowledge import KnowledgeBase


@click.command(
    cls=ExampleFirst,
    example=(
        "hingeexpert rules export --to sql -o hinge.sql\n"
        "hingeexpert rules export --to xlsx -o rules.xlsx"
    ),
)
@click.option(
    "--to",
    "language",
    type=click.Choice(["clips", "sql", "xlsx"]),
    required=True,
    help="What to write: clips, for CLIPS 6.4; sql, one SELECT over a table of forms; xlsx, a "
    "workbook whose cells may be changed and imported again.",
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
    """Write the whole rule base as one program for another engine, or as a workbook.

    A program reads the plain answers of a form and reaches the same conclusions. Its first lines
    say how to use it. A workbook holds what may be changed, an entry a row; `rules import` reads it
    back.
    """
    if language == "xlsx" and output is None:
        raise click.UsageError("--to xlsx needs -o, the file to write")
    if language != "sql" and (check or headings):
        raise click.UsageError("--check and --headings go with --to sql")
    inputs = (rules,) if headings is None else (rules, headings)
    target = Output(output, overwrite, inputs, private=False) if output else None
    if target is not None:
        target.check()
    if language == "xlsx":
        needs("tables")
        assert target is not None
        target.write(_workbook(rules))
        return
    text = _written(load(rules), language, dialect, check, headings)
    if target is None:
        click.echo(text, nl=False)
    else:
        target.write(text)


def _workbook(rules: Path) -> bytes:
    """Return the workbook."""
    from hingeexpert.assurance.authoring.workbook.rows import RuleTables
    from hingeexpert.assurance.authoring.workbook.writing import workbook_of
    from hingeexpert.knowledge.rule_files import read_rule_files

    return workbook_of(RuleTables(read_rule_files(rules)), load(rules))


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
