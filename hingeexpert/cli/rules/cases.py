"""The command `rules test`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import ExampleFirst, knowledge_options, load
from hingeexpert.errors import InputError
from hingeexpert.formats.files import CASES

if TYPE_CHECKING:
    from hingeexpert.assurance.worked_cases import Outcome
    from hingeexpert.knowledge import KnowledgeBase


@click.command(
    "test", cls=ExampleFirst, example="hingeexpert rules test\nhingeexpert rules test my-cases"
)
@click.argument(
    "folders", nargs=-1, metavar="[FOLDER...]", type=click.Path(exists=True, path_type=Path)
)
@knowledge_options
def test_(folders: tuple[Path, ...], rules: Path) -> None:
    """Run the worked cases of the knowledge base, and of every FOLDER given, and print what
    differed.
    """
    knowledge = load(rules)
    failed = total = 0
    for outcome in _outcomes(knowledge, (rules / CASES, *folders)):
        total += 1
        if isinstance(outcome, str) or outcome.differences:
            failed += 1
            _print_failure(outcome)
    click.echo(f"{total} cases, {failed} failed")
    if failed:
        sys.exit(1)


def _outcomes(knowledge: KnowledgeBase, folders: Sequence[Path]) -> Iterator[Outcome | str]:
    """Yield the problem of every case that cannot be read, and the outcome of every other."""
    from hingeexpert.assurance import read_cases, run_case

    for folder in folders:
        try:
            cases, problems = read_cases(knowledge, folder)
        except InputError as error:
            yield str(error)
            continue
        yield from map(str, problems)
        for case in cases:
            yield run_case(knowledge, case)


def _print_failure(outcome: Outcome | str) -> None:
    if isinstance(outcome, str):
        click.echo(f"FAILED {outcome}")
        return
    click.echo(f"FAILED {outcome.case.file}: {outcome.case.name}")
    for difference in outcome.differences:
        click.echo(f"  {difference}")
