"""The commands on the record."""

import click

from hingeexpert.cli.options import FailingGroup
from hingeexpert.cli.record.export import export

__all__ = ["record"]


@click.group(cls=FailingGroup)
def record() -> None:
    """Protect, check, keep and give out the record of all visits."""


record.add_command(export)
