"""The command `rules export`."""

from pathlib import Path

import click

from hingeexpert.cli.options import ExampleFirst, knowledge_options, load
from hingeexpert.cli.output import Output, overwrite_option


@click.command(cls=ExampleFirst, example="hingeexpert rules export --to clips -o hinge.clp")
@click.option(
    "--to",
    "language",
    type=click.Choice(["clips"]),
    required=True,
    help="The language to write: clips, for CLIPS 6.4.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File; standard output where it is not given.",
)
@overwrite_option
@knowledge_options
def export(language: str, output: Path | None, overwrite: bool, rules: Path) -> None:
    """Write the whole rule base as one program for another rule engine.

    The program reads the plain answers of a form and reaches the same conclusions. Its first lines
    say how to use it.
    """
    from hingeexpert.assurance.clips import export_clips

    target = Output(output, overwrite, (rules,)) if output else None
    if target is not None:
        target.check()
    text = {"clips": export_clips}[language](load(rules))
    if target is None:
        click.echo(text, nl=False)
    else:
        target.write(text)
