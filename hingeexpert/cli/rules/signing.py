"""What `rules keep` and `rules take-back` share: who signs, and what is said when it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from hingeexpert.cli.options import noun

if TYPE_CHECKING:
    from hingeexpert.assurance.authoring.history.keeping import Kept
    from hingeexpert.knowledge.models.history import Signed


def signing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--reason`, `--source`, `--name` and `--second`; what is not given is asked."""
    for option in (
        click.option("--second", default="", help="Another person who signs, too."),
        click.option("--name", default="", help="Who you are. It stands in the history."),
        click.option(
            "--source",
            "sources",
            multiple=True,
            help="Id of a source in sources.yaml; give it again for more.",
        ),
        click.option("--reason", default="", help="Why, in a sentence."),
    ):
        command = option(command)
    return command


def asked_signature(
    reason: str, sources: tuple[str, ...], name: str, second: str, source_needed: bool = True
) -> Signed:
    """Return a signature; ask for what was not given."""
    from hingeexpert.assurance.authoring.history.signing import signed

    reason = reason or click.prompt("Why, in a sentence")
    if source_needed and not sources:
        typed = click.prompt("Sources, as ids of sources.yaml with commas between")
        sources = tuple(typed.split(","))
    name = name or click.prompt("Your name")
    return signed(name, reason, sources, second)


def print_kept(kept: Kept, what: str) -> None:
    """Say what stands in the history now."""
    change = kept.change
    for file in kept.left:
        click.echo(f"note: {file} was changed while it was written, and stays as it is", err=True)
    places, files = len(change.places), len(change.files)
    click.echo(
        f"{what} as change {kept.number}: {places} {noun(places, 'place')} in {files} "
        f"{noun(files, 'file')}; {told_of_cases(change.cases)}"
    )


def told_of_cases(cases: tuple[Any, ...]) -> str:
    """Return how many worked cases are judged otherwise, in words."""
    failing = sum(case.outcome == "fails" for case in cases)
    told = f"{len(cases)} worked {noun(len(cases), 'case')} judged otherwise"
    return f"{told}; {failing} {noun(failing, 'fails', 'fail')}" if failing else told
