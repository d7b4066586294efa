"""The command `record status`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import ExampleFirst, print_rows, record_option
from hingeexpert.cli.record.options import opening
from hingeexpert.cli.secrets import passphrase_option

if TYPE_CHECKING:
    from hingeexpert.record import Record
    from hingeexpert.record.keys import Protection

IN_WORDS = {
    "new": "none yet",
    "open": "open: who has this machine can read it",
    "protected": "protected: encrypted, under a passphrase",
}
LOCKED = "not counted; --record-passphrase-file FILE opens it"


@click.command(
    cls=ExampleFirst,
    example="""hingeexpert record status
               hingeexpert record status --record-passphrase-file passphrase.txt""",
)
@record_option
@passphrase_option
def status(record: Path | None, record_passphrase_file: Path | None) -> None:
    """Show how the record is kept, and what it holds.

    Asks nothing. Of a protected record the visits are counted, and every page is checked, where the
    file with its passphrase is named.
    """
    from hingeexpert.record.keys import protection

    at = opening(record, record_passphrase_file)
    at.settle()
    kind = protection(at.path)
    rows = [("record", click.format_filename(at.path)), ("protection", IN_WORDS[kind])]
    print_rows([*rows, *_inside(at.path, kind, record_passphrase_file)])


def _inside(
    path: Path, kind: Protection, passphrase_file: Path | None
) -> Iterator[tuple[str, str]]:
    """Yield what can be told of what is inside."""
    from contextlib import closing

    from hingeexpert.cli.opening import Opening
    from hingeexpert.record import Record
    from hingeexpert.record.unopened import check_there

    if kind == "new":
        return
    check_there(path)
    if kind == "protected" and passphrase_file is None:
        yield "visits", LOCKED
        return
    key = Opening(path, passphrase_file, may_ask=False).key()
    with closing(Record(path, key)) as record:
        record.check_whole()
        yield from _counted(record)


def _counted(record: Record) -> Iterator[tuple[str, str]]:
    yield "people", str(len(record.people()))
    yield "visits", str(len(record.visits()))
    yield "last backup", record.setting("backup.last") or "never"
    yield "version", str(record.schema)
