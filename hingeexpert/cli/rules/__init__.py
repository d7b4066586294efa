"""The commands on the knowledge base."""

import click

from hingeexpert.cli.options import FailingGroup
from hingeexpert.cli.rules.book import book
from hingeexpert.cli.rules.cases import test_
from hingeexpert.cli.rules.check import check
from hingeexpert.cli.rules.copy import copy
from hingeexpert.cli.rules.coverage import coverage_command
from hingeexpert.cli.rules.diff import diff
from hingeexpert.cli.rules.entries import list_, show
from hingeexpert.cli.rules.export import export
from hingeexpert.cli.rules.hazards import hazards
from hingeexpert.cli.rules.history import history
from hingeexpert.cli.rules.import_ import import_
from hingeexpert.cli.rules.keep import keep
from hingeexpert.cli.rules.take_back import take_back
from hingeexpert.cli.rules.verify import verify
from hingeexpert.cli.rules.watch import watch

__all__ = ["rules"]


@click.group(cls=FailingGroup)
def rules() -> None:
    """Read, check and test the knowledge base."""


COMMANDS = (
    book,
    check,
    copy,
    coverage_command,
    diff,
    export,
    hazards,
    history,
    import_,
    keep,
    list_,
    show,
    take_back,
    test_,
    verify,
    watch,
)
for command in COMMANDS:
    rules.add_command(command)
