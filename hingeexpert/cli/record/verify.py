"""The command `record verify`: whether the record is as it was written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import ExampleFirst, noun, record_option
from hingeexpert.cli.record.options import opening
from hingeexpert.cli.secrets import passphrase_option
from hingeexpert.errors import InputError

if TYPE_CHECKING:
    from hingeexpert.record import Record

NOT_HELD = (
    "the record does not hold the head {}: what was written up to it was altered, a backup from "
    "before it was restored, or it is of another record"
)


@click.command(
    cls=ExampleFirst,
    example="""hingeexpert record verify
               hingeexpert record verify --head 1234-ABCD-EFGH-JKMN-PQRS-3""",
)
@record_option
@passphrase_option
@click.option("--head", metavar="CODE", help="Look for the head that stands on a paper.")
def verify(record: Path | None, record_passphrase_file: Path | None, head: str | None) -> None:
    """Check that nothing in the record was changed, added, taken out, swapped or cut off.

    Everything is checked against one chain of hashes; the first visit that does not fit is named,
    by its day and id, with exit code 1. A head that stands at the foot of a sheet, a report, a
    letter or an export is the witness outside: --head says of which day it is and how many entries
    follow, or that this record does not hold it.
    """
    from hingeexpert.record import Altered, Record
    from hingeexpert.record.short_head import read_short_head

    if head is not None:
        read_short_head(head)  # a slip is told before the record is read
    at = opening(record, record_passphrase_file)
    path = at.path
    if not path.exists():
        raise InputError.about(path, "there is no record")
    opened = Record(path, at.key())
    try:
        checked = opened.verify()
        if isinstance(checked, Altered):
            raise InputError.about(path, checked.sentence)
        click.echo(
            f"The record is whole: {checked.visits} {noun(checked.visits, 'visit')}, "
            f"{checked.links} {noun(checked.links, 'entry', 'entries')} in its chain, "
            f"{checked.gone} of them of people who were deleted."
        )
        if checked.head:
            click.echo(f"Head: {checked.head}")
        if head is not None:
            _tell_head(opened, path, head)
    finally:
        opened.close()


def _tell_head(record: Record, path: Path, code: str) -> None:
    found = record.find_head(code)
    if found is None:
        raise InputError.about(path, NOT_HELD.format(code))
    day = found.day if found.exact else f"{found.day} or later"
    follow = noun(found.after, "entry follows", "entries follow")
    click.echo(f"The head {code} is of {day}; {found.after} {follow} it.")
