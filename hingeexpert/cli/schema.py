"""The command `schema`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hingeexpert.cli.options import ExampleFirst, knowledge_options, load


@click.command(cls=ExampleFirst, example="hingeexpert schema result > result.schema.json")
@click.argument("what", type=click.Choice(["result", "form", "rules"]))
@knowledge_options
def schema(what: str, rules: Path) -> None:
    """Print the JSON Schema of the result, of a form, or of the files of a knowledge base."""
    import json

    from hingeexpert.reporting.schemas import form_schema, result_schema, rules_schema

    made: dict[str, Any] = (
        result_schema()
        if what == "result"
        else rules_schema()
        if what == "rules"
        else form_schema(load(rules))
    )
    click.echo(json.dumps(made, indent=2, ensure_ascii=False))
