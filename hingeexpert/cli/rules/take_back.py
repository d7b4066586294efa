"""The command `rules take-back`."""

from __future__ import annotations

from pathlib import Path

import click

from hingeexpert.cli.options import ExampleFirst, knowledge_options
from hingeexpert.cli.rules.signing import asked_signature, print_kept, signing_options
from hingeexpert.formats.extras import needs


@click.command(
    "take-back",
    cls=ExampleFirst,
    example='hingeexpert rules take-back 3 --rules my-rules --reason "It was read wrongly."',
)
@click.argument("number", metavar="N", type=click.IntRange(min=1))
@signing_options
@knowledge_options
def take_back(
    number: int, reason: str, sources: tuple[str, ...], name: str, second: str, rules: Path
) -> None:
    """Put back the lines that change N of a folder of rules replaced.

    Changes may be taken back in any order, as long as their lines still stand; where they do not
    the later change is named that is in the way. What is taken back is a change of its own, which
    can be taken back again. Refused for the same reasons as `rules keep`. Needs the extra `verify`.
    """
    needs("proofs")
    from hingeexpert.assurance.authoring.history import keeping

    change = keeping.settled(rules).change(number)
    click.echo(f"change {number} of {change.day}, {change.who}: {change.reason}")
    signature = asked_signature(reason, sources, name, second, source_needed=False)
    print_kept(keeping.take_back(rules, number, signature), f"change {number} taken back")
