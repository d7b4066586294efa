"""The commands on the record."""

import click

from hingeexpert.cli.options import FailingGroup
from hingeexpert.cli.record.backup import backup
from hingeexpert.cli.record.restore import restore

__all__ = ["record"]


@click.group(cls=FailingGroup)
def record() -> None:
    """Protect, check, keep and give out the record of all visits."""


for command in (backup, restore):
    record.add_command(command)
