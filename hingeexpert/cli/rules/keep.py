"""The command `rules keep`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hingeexpert.cli.options import ExampleFirst, knowledge_options
from hingeexpert.cli.rules.signing import asked_signature, print_kept, signing_options
from hingeexpert.errors import clean
from hingeexpert.formats.extras import needs


@click.command(
    cls=ExampleFirst,
    example=(
        'hingeexpert rules keep --rules my-rules --reason "Two more degrees, as the new paper '
        'found." --source S52 --name "Ada Example"'
    ),
)
@click.option("--begin", is_flag=True, help="Take the folder as it is, as the first to keep.")
@signing_options
@knowledge_options
def keep(
    begin: bool, reason: str, sources: tuple[str, ...], name: str, second: str, rules: Path
) -> None:
    """Keep what changed in a folder of rules since the last time, with who changed it and why.

    It goes into the folder history/ there, and can be taken back. Refused while the rules are
    broken. While a hazard of the two highest severities is open, or a worked case fails, another
    person must sign, too. Needs the extra `verify`.
    """
    needs("proofs")
    from hingeexpert.assurance.authoring.history import keeping

    if begin:
        keeping.begin(rules)
        click.echo(f"{rules}: kept as it is; from now on rules keep tells what changed")
        return
    changed = keeping.not_kept(rules)
    for file, lines in changed.items():
        click.echo(f"{clean(file, len(file))}: {lines}")
    if not changed:
        click.echo("nothing changed since it was last kept")
        sys.exit(1)
    signature = asked_signature(reason, sources, name, second)
    print_kept(keeping.keep(rules, signature), "kept")
