"""The command `diagnose`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import (
    STANDARD_INPUT,
    ExampleFirst,
    knowledge_options,
    load,
    read_forms,
    template_options,
    write_file,
)

if TYPE_CHECKING:
    from hingeexpert.inference import Diagnosis
    from hingeexpert.knowledge import KnowledgeBase

SUFFIXES = {"text": "txt", "json": "json", "html": "html"}
"""Format of a result to the ending of its file."""
FORMATS = click.Choice([*SUFFIXES])


@click.command(
    "diagnose",
    cls=ExampleFirst,
    example="""hingeexpert diagnose form.yaml
               hingeexpert diagnose --format html -o report.html form.yaml
               hingeexpert diagnose --format json - < form.json""",
)
@click.argument(
    "forms", nargs=-1, required=True, type=click.Path(allow_dash=True), metavar="FORM..."
)
@click.option("--format", "format_", type=FORMATS, default="text", show_default=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File for one form, folder for several; standard output where it is not given.",
)
@knowledge_options
@template_options
def diagnose_command(
    forms: tuple[str, ...], format_: str, output: Path | None, rules: Path, templates: Path | None
) -> None:
    """Diagnose forms: triage, readiness, focus, faults, contributors, what to ask next.

    FORM is a YAML or JSON file, or - for standard input. One form gives one result; several give
    one JSON object a line, or one text after the other. HTML of several forms needs an output
    folder.
    """
    if format_ == "html" and len(forms) > 1 and output is None:
        raise click.UsageError("HTML of several forms needs a folder: add -o FOLDER.")
    if forms.count(STANDARD_INPUT) > 1:
        raise click.UsageError("Standard input (-) can be read once only.")
    from hingeexpert.inference import diagnose

    knowledge = load(rules)
    rejected = False
    for number, (_, assessment) in enumerate(read_forms(knowledge, forms)):
        if assessment is None:
            rejected = True
            continue
        diagnosis = diagnose(knowledge, assessment)
        if output is None and format_ == "json" and len(forms) > 1:
            click.echo(diagnosis.as_json())
            continue
        text = rendered(knowledge, diagnosis, format_, templates)
        if output is not None:
            write_file(_target(output, number, format_, forms), text)
        else:
            click.echo("\n" if number and format_ == "text" else "", nl=False)
            click.echo(text, nl=False)
    if rejected:
        sys.exit(1)


def _target(output: Path, number: int, format_: str, forms: Sequence[str]) -> Path:
    """Return where the result of a form goes, making the folder for several.

    Forms of one name are numbered.
    """
    if len(forms) == 1 and not output.is_dir():
        return output
    output.mkdir(parents=True, exist_ok=True)
    stems = ["standard-input" if name == STANDARD_INPUT else Path(name).stem for name in forms]
    stem = stems[number]
    suffix = f"-{stems[: number + 1].count(stem)}" if stems.count(stem) > 1 else ""
    return output / f"{stem}{suffix}.{SUFFIXES[format_]}"


def rendered(
    knowledge: KnowledgeBase, diagnosis: Diagnosis, format_: str, templates: Path | None
) -> str:
    """Return a diagnosis as text, JSON or a page."""
    if format_ == "json":
        return diagnosis.as_json(indent=2) + "\n"
    from hingeexpert.reporting import render_html, render_text

    if format_ == "html":
        return render_html(knowledge, diagnosis, templates)
    return render_text(knowledge, diagnosis, templates)
