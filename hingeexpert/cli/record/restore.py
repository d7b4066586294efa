"""The command `record restore`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from hingeexpert.cli.options import ExampleFirst, noun
from hingeexpert.cli.record.backup import described
from hingeexpert.cli.record.secret_files import secret

FILE = click.Path(dir_okay=False, path_type=Path)
NEW_KEY = (
    "The record has new keys. Its new recovery key, which is shown this once and kept nowhere:"
)
PUT_AWAY = (
    "Print it or write it down, and put it where the old one lies. Keep the old one as long as you "
    "keep backups from before."
)
SAME_KEYS = "Its passphrase and its recovery key are those that the record here had."
KEPT_OPEN = "It is kept open on this machine: whoever has the machine can read it."


@click.command(
    cls=ExampleFirst,
    example="""hingeexpert record restore monday.age
               hingeexpert record restore monday.age --record to-look-at.sqlite
               hingeexpert record restore monday.age --recovery-file recovery.txt""",
)
@click.argument("file", type=FILE)
@click.option("--record", type=FILE, help="Where to.  [default: in your data folder]")
@click.option(
    "--passphrase-file",
    type=FILE,
    help="File with the passphrase that opens the backup; with --recovery, a new one.",
)
@click.option("--recovery", is_flag=True, help="Open it with the recovery key, which is asked for.")
@click.option("--recovery-file", type=FILE, help="File with the recovery key, which opens it.")
@click.option(
    "--open",
    "stays_open",
    is_flag=True,
    help="Leave the record open on this machine, as the one was that the backup is of.",
)
@click.option(
    "--overwrite", is_flag=True, help="Replace a record that holds more than the backup, too."
)
def restore(
    file: Path,
    record: Path | None,
    passphrase_file: Path | None,
    recovery: bool,
    recovery_file: Path | None,
    stays_open: bool,
    overwrite: bool,
) -> None:
    """Make a record of a backup: on a new machine, or in place of one that is lost or damaged.

    The passphrase opens the backup by the key file beside it, the recovery key opens it alone. A
    record that is there is replaced only when the backup holds all of it, and keeps its keys.
    Elsewhere the record gets new keys under the passphrase that you give, and a new recovery key is
    shown. It is never written unprotected, unless the backup is of an open record and you say
    --open.

    All of it is restored, or nothing is changed. Who was deleted after the backup was made comes
    back with it.
    """
    from hingeexpert.record import default_path
    from hingeexpert.record.opened import holding, opened, read_sealed
    from hingeexpert.record.restoring import Place, Secrets

    target = record or default_path()
    raw, kind = read_sealed(file)
    if stays_open and kind == "keys":
        raise click.UsageError("--open: this is a backup of a protected record, and stays one")
    by_recovery = recovery or recovery_file is not None
    if by_recovery and kind == "passphrase":
        raise click.UsageError("a backup of an open record has no recovery key, only a passphrase")
    if by_recovery:
        secrets = Secrets(recovery=secret(recovery_file, "--recovery-file", "Recovery key"))
    else:
        prompt = "Passphrase of the backup"
        secrets = Secrets(passphrase=secret(passphrase_file, "--passphrase-file", prompt))
    with opened(secrets.open(raw, kind, file, target), file) as backup:
        held = holding(backup)
        click.echo(f"{file}: {described(held)}; made {_local(held.made)}.")
        place = Place(target, secrets.key_of(target))
        returning = place.check(backup, overwrite)
        new = None
        if place.key is None and not stays_open:
            new = secrets.passphrase or _new_passphrase(passphrase_file)
        shown = place.restore(backup, new)
    _tell(target, returning, shown, place.key is not None)


def _new_passphrase(file: Path | None) -> str:
    return secret(file, "--passphrase-file", "New passphrase for the record", again=True)


def _local(made: str | None) -> str:
    """Return a moment as the clock of this machine shows it."""
    if made is None:
        return "at a time that it does not say"
    return f"{datetime.fromisoformat(made).astimezone():%Y-%m-%d %H:%M}"


def _tell(target: Path, returning: int, recovery: str | None, has_same_keys: bool) -> None:
    click.echo(f"{target}: restored.")
    if returning:
        were = noun(returning, "person is", "people are")
        click.echo(f"{returning} {were} in it again who had been deleted, or came from elsewhere.")
    if recovery is not None:
        click.echo(f"{NEW_KEY}\n\n    {recovery}\n\n{PUT_AWAY}")
    else:
        click.echo(SAME_KEYS if has_same_keys else KEPT_OPEN)
