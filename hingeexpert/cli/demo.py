"""The command `demo`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hingeexpert.cli.diagnose import FORMATS, rendered
from hingeexpert.cli.options import (
    ExampleFirst,
    knowledge_options,
    load,
    read_forms,
    template_options,
)
from hingeexpert.formats.files import DEMO, data_folder


@click.command(cls=ExampleFirst, example="hingeexpert demo")
@click.option("--format", "format_", type=FORMATS, default="text", show_default=True)
@knowledge_options
@template_options
def demo(format_: str, rules: Path, templates: Path | None) -> None:
    """Show a filled-in example form, and below it the result.

    As JSON or HTML the result is printed alone, without the form.
    """
    from hingeexpert.inference import diagnose

    own = rules / DEMO
    path = own if own.is_file() else data_folder("rules") / DEMO
    knowledge = load(rules)
    ((_, assessment),) = read_forms(knowledge, [str(path)])
    if assessment is None:
        sys.exit(1)
    if format_ == "text":
        click.echo(path.read_text(encoding="utf-8"))
    click.echo(rendered(knowledge, diagnose(knowledge, assessment), format_, templates), nl=False)
