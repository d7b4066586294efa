"""The commands on the record."""

import click

from hingeexpert.cli.options import FailingGroup
from hingeexpert.cli.record.backup import backup
from hingeexpert.cli.record.export import export
from hingeexpert.cli.record.passphrase import passphrase
from hingeexpert.cli.record.protect import protect
from hingeexpert.cli.record.recover import recover
from hingeexpert.cli.record.restore import restore
from hingeexpert.cli.record.status import status
from hingeexpert.cli.record.verify import verify

__all__ = ["record"]


@click.group(cls=FailingGroup)
def record() -> None:
    """Protect, check, keep and give out the record of all visits."""


for command in (backup, export, passphrase, protect, recover, restore, status, verify):
    record.add_command(command)
