"""The command `demo`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hingeexpert.cli.diagnose import rendered, result_options
from hingeexpert.cli.options import (
    ExampleFirst,
    knowledge_options,
    load,
    read_forms,
    template_options,
)
from hingeexpert.formats.files import DEMO, data_folder


@click.command(cls=ExampleFirst, example="hingeexpert demo\nhingeexpert demo --full")
@result_options
@knowledge_options
@template_options
def demo(format_: str, full: bool, rules: Path, templates: Path | None) -> None:
    """Show the result for an example form, on one screen.

    With --full the form itself comes first, and below it all of the result.
    """
    from hingeexpert.inference import diagnose

    own = rules / DEMO
    path = own if own.is_file() else data_folder("rules") / DEMO
    knowledge = load(rules)
    ((_, assessment),) = read_forms(knowledge, [str(path)])
    if assessment is None:
        sys.exit(1)
    if full:
        click.echo(path.read_text(encoding="utf-8"))
    kind = "full" if full else format_
    diagnosis = diagnose(knowledge, assessment)
    click.echo(rendered(knowledge, diagnosis, kind, templates, "hingeexpert demo --full"), nl=False)
