"""The command `record backup`."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import ExampleFirst, noun, record_option
from hingeexpert.cli.output import Output
from hingeexpert.cli.record.options import need_answers, opening
from hingeexpert.cli.secrets import FILE, choose_passphrase, passphrase_option, read_secret
from hingeexpert.errors import InputError, OutputError

if TYPE_CHECKING:
    from hingeexpert.record.opened import Holding

NOTHING = "there is no record yet, so there is nothing to keep"
OPENED_BY_KEYS = (
    "The record's passphrase opens it, by {beside} that lies beside it; the recovery key opens it "
    "alone."
)
OPENED_ALONE = "Its passphrase alone opens it: without that nobody can."


@click.command(
    cls=ExampleFirst,
    example="""hingeexpert record backup monday.age
               hingeexpert record backup /media/stick/record.age --overwrite""",
)
@click.argument("file", type=FILE)
@record_option
@passphrase_option
@click.option(
    "--passphrase-file",
    type=FILE,
    help="File with a passphrase for the backup of an open record, where nobody types it.",
)
@click.option("--overwrite", is_flag=True, help="Replace FILE, if it is there already.")
def backup(
    file: Path,
    record: Path | None,
    record_passphrase_file: Path | None,
    passphrase_file: Path | None,
    overwrite: bool,
) -> None:
    """Write the whole record into one sealed FILE, also while it is in use.

    The record's passphrase and its recovery key open the backup of a protected record. The key that
    the passphrase opens is written beside it: keep both files together. For an open record a
    passphrase is asked for.

    The file is opened again and counted before this says that it is done. It is an age file around
    an SQLite file: with `age -d`, first on the key beside it, it is read without this program, too.
    """
    from hingeexpert.record import Record
    from hingeexpert.record.backup import keep_backup, key_beside, make_backup, write_backup
    from hingeexpert.record.keys import protection

    at = opening(record, record_passphrase_file)
    at.settle()
    if protection(at.path) == "new":
        raise InputError.about(at.path, NOTHING)
    _check(file, (*at.reads, passphrase_file), overwrite)
    key = at.key()
    passphrase = None if key else _own_passphrase(passphrase_file)
    with closing(Record(at.path, key)) as kept:
        made = make_backup(kept, passphrase)
        try:
            write_backup(file, made)
        except OSError as error:
            raise InputError.about(file, f"cannot be written: {error.strerror}") from None
        keep_backup(kept, made)
    click.echo(f"{click.format_filename(file)}: a backup of {described(made.holding)}.")
    beside = key_beside(file).name
    click.echo(OPENED_BY_KEYS.format(beside=beside) if key else OPENED_ALONE)


def _check(file: Path, read: Collection[Path | None], overwrite: bool) -> None:
    """Stop where a backup, or the key beside it, would replace something unasked, or what is
    read.
    """
    from hingeexpert.record.backup import key_beside

    if file.exists() and not file.is_file():
        raise OutputError.about(file, "is no plain file; name one")
    for target in (file, key_beside(file)):
        Output(target, overwrite, read).check()


def _own_passphrase(file: Path | None) -> str:
    if file is not None:
        return read_secret(file)
    need_answers(passphrase_file=file)
    return choose_passphrase()


def described(holding: Holding) -> str:
    """Return what a backup holds, in words."""
    people, visits = holding.people, holding.visits
    counts = f"{people} {noun(people, 'person', 'people')}, {visits} {noun(visits, 'visit')}"
    return f"{counts}, the last on {holding.last_day}" if holding.last_day else counts
