"""The command `demo`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from hingeexpert.cli.diagnose import kind_of, rendered, result_options
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
def demo(rules: Path, templates: Path | None, **asked: Any) -> None:
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
    kind = kind_of(**asked)
    if kind == "full":
        click.echo(path.read_text(encoding="utf-8"))
    diagnosis = diagnose(knowledge, assessment)
    more = "hingeexpert demo --full"
    click.echo(rendered(knowledge, assessment, diagnosis, kind, templates, more), nl=False)
