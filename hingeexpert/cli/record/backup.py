"""The command `record backup`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import ExampleFirst, noun
from hingeexpert.cli.output import Output
from hingeexpert.cli.record.secret_files import secret
from hingeexpert.errors import InputError

if TYPE_CHECKING:
    from hingeexpert.record.opened import Holding

FILE = click.Path(dir_okay=False, path_type=Path)
OPENED_BY_KEYS = (
    "It opens with the record's passphrase, by {beside} that lies beside it, or with the recovery "
    "key alone."
)
OPENED_ALONE = "It opens with this passphrase alone; without it nothing opens it."


@click.command(
    cls=ExampleFirst,
    example="""hingeexpert record backup monday.age
               hingeexpert record backup /media/stick/record.age --overwrite""",
)
@click.argument("file", type=FILE)
@click.option("--record", type=FILE, help="The record.  [default: in your data folder]")
@click.option(
    "--record-passphrase-file", type=FILE, help="File with the passphrase of a protected record."
)
@click.option(
    "--passphrase-file",
    type=FILE,
    help="File with a passphrase for the backup of a record that is kept open.",
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

    The backup of a protected record needs no passphrase of its own: the record's passphrase and the
    recovery key open it. The key that the passphrase opens is written beside it; keep both files
    together. For a record that is kept open a passphrase is asked for.

    The file is opened again and counted before this says that it is done. It is an age file around
    an SQLite file: with `age -d`, first on the key beside it, it is read without this program, too.
    """
    from hingeexpert.record import Record, default_path
    from hingeexpert.record.backup import keep_backup, key_beside, make_backup, write_backup
    from hingeexpert.record.keys import RecordKey, protection, unlock

    path = record or default_path()
    kind = protection(path)
    if kind == "new":
        raise InputError.about(path, "there is no record yet, so there is nothing to keep")
    _check(file, path, overwrite)
    key: RecordKey | None = None
    passphrase = None
    if kind == "protected":
        option = "--record-passphrase-file"
        key = unlock(path, secret(record_passphrase_file, option, "Passphrase of the record"))
    else:
        prompt = "Passphrase for the backup"
        passphrase = secret(passphrase_file, "--passphrase-file", prompt, again=True)
    with closing(Record(path, key)) as kept:
        made = make_backup(kept, passphrase)
        try:
            write_backup(file, made)
        except OSError as error:
            raise InputError.about(file, f"cannot be written: {error.strerror}") from None
        keep_backup(kept, made)
    click.echo(f"{file}: a backup of {described(made.holding)}.")
    beside = key_beside(file).name
    click.echo(OPENED_BY_KEYS.format(beside=beside) if key else OPENED_ALONE)


def _check(file: Path, path: Path, overwrite: bool) -> None:
    """Stop where a backup, or the key beside it, would replace something unasked, or the record."""
    from hingeexpert.record.backup import key_beside
    from hingeexpert.record.keys import key_files

    if file.exists() and not file.is_file():
        raise InputError.about(file, "is no plain file; name one")
    for target in (file, key_beside(file)):
        Output(target, overwrite, (path, *key_files(path))).check()


def described(holding: Holding) -> str:
    """Return what a backup holds, in words."""
    people, visits = holding.people, holding.visits
    counts = f"{people} {noun(people, 'person', 'people')} with {visits} {noun(visits, 'visit')}"
    return f"{counts}, the last of {holding.last_day}" if holding.last_day else counts
