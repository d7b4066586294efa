"""The command `convert`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import (
    ExampleFirst,
    check_dash,
    knowledge_options,
    load,
    read_forms,
    read_input,
    report_problems,
)
from hingeexpert.cli.output import Output, file_option, overwrite_option
from hingeexpert.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hingeexpert.forms import Assessment
    from hingeexpert.interop.conversion import Target
    from hingeexpert.knowledge import KnowledgeBase

POCKET = "pocket"


@click.command(
    cls=ExampleFirst,
    example="""hingeexpert convert form.yaml --to fhir -o response.json
               hingeexpert convert submission.xml --to yaml -o form.yaml
               hingeexpert convert *.yaml --to csv -o forms.csv
               hingeexpert convert --from pocket - --to yaml""",
)
@click.argument(
    "forms", nargs=-1, required=True, type=click.Path(allow_dash=True), metavar="FORM..."
)
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Choice(["yaml", "json", "csv", "fhir"]),
    help="What to write.",
)
@click.option(
    "--from",
    "source",
    type=click.Choice([POCKET]),
    help="What FORM is, where that does not show: pocket is the text of a QR code.",
)
@file_option
@overwrite_option
@knowledge_options
def convert(
    forms: tuple[str, ...],
    target: Target,
    source: str | None,
    output: Path | None,
    overwrite: bool,
    rules: Path,
) -> None:
    """Write a form of any kind as another: all that `diagnose` reads, as YAML, JSON, a row of a
    table, or FHIR.

    Several forms are one JSON object a line, one row each, or a Bundle; YAML holds one form. What
    the other format cannot hold is named, and nothing is written; so it is where one of the forms
    cannot be read. Only answers are written: no default, and no blank.
    """
    check_dash(forms)
    to = Output(output, overwrite, (*forms, rules)) if output else None
    if to is not None:
        to.check()
    from hingeexpert.interop.conversion import check_held, converted

    knowledge = load(rules)
    taken = list(_pockets(knowledge, forms) if source else read_forms(knowledge, forms))
    read = [(name, form) for name, form in taken if form is not None]
    if len(read) < len(taken):
        sys.exit(InputError.exit_code)
    if target == "yaml" and len(read) > 1:
        raise click.UsageError(f"YAML holds one form, and there are {len(read)}; use --to json")
    check_held(knowledge, read, target)
    _note_older(knowledge, read, target)
    text = converted(knowledge, [form for _, form in read], target)
    if to is None:
        click.echo(text, nl=False)
    else:
        to.write(text)


def _pockets(
    knowledge: KnowledgeBase, names: Sequence[str]
) -> Iterator[tuple[str, Assessment | None]]:
    """Yield the form of each QR code, `None` for one that was rejected."""
    from hingeexpert.interop.pocket import read_pocket

    for name in names:
        try:
            yield name, read_pocket(knowledge, read_input(name).decode("utf-8", "replace"))
        except InputError as error:
            report_problems(error)
            yield name, None


def _note_older(
    knowledge: KnowledgeBase, read: Sequence[tuple[str, Assessment]], target: Target
) -> None:
    """Say which forms are written as forms of today, since their tag has no place."""
    from hingeexpert.interop.conversion import HELD_WHOLE

    for name, form in read if target not in HELD_WHOLE else ():
        if form.older_form is not None:
            today = f"a form of today, {knowledge.info.form}"
            click.echo(f"note: {name}: {form.older_form} is written as {today}", err=True)
