"""The command `record restore`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import ExampleFirst, noun, record_option
from hingeexpert.cli.record.backup import described
from hingeexpert.cli.record.options import (
    hand_over,
    need_answers,
    new_passphrase_option,
    opening,
    sheet_output,
)
from hingeexpert.cli.secrets import FILE, ask_passphrase, choose_passphrase, read_secret

if TYPE_CHECKING:
    from hingeexpert.record.opened import Holding, SealKind
    from hingeexpert.record.restoring import Place, Secrets

STAYS_PROTECTED = "--open: this is the backup of a protected record, which stays one"
NO_RECOVERY = "this is the backup of an open record: a passphrase opens it, and no recovery key"
NEW_KEYS = (
    "The record has new keys, and a new recovery key. Keep the old one for the backups from before."
)
SAME_KEYS = (
    "Its passphrase and its recovery key are those of the record that was here. Where nobody has "
    "noted the recovery key: hingeexpert record passphrase --new-recovery-key"
)
KEPT_OPEN = "It is open: who has this machine can read it."


@click.command(
    cls=ExampleFirst,
    example="""hingeexpert record restore monday.age
               hingeexpert record restore monday.age --recovery
               hingeexpert record restore monday.age --record to-look-at.sqlite""",
)
@click.argument("file", type=FILE)
@record_option
@click.option(
    "--passphrase-file", type=FILE, help="File with what opens the backup, where nobody types it."
)
@click.option("--recovery", is_flag=True, help="Open it with the recovery key, which is asked for.")
@click.option(
    "--recovery-file", type=FILE, help="File with the recovery key, where nobody types it."
)
@new_passphrase_option
@click.option(
    "--recovery-sheet",
    type=FILE,
    metavar="FILE.html",
    help="Write a new recovery key to a page to print, instead of to the terminal.",
)
@click.option(
    "--open",
    "stays_open",
    is_flag=True,
    help="Leave the record open, as the one of the backup was.",
)
@click.option(
    "--overwrite",
    is_flag=True,
    help="Replace a record that holds more than the backup, and the file of the sheet.",
)
def restore(
    file: Path,
    record: Path | None,
    passphrase_file: Path | None,
    recovery: bool,
    recovery_file: Path | None,
    new_passphrase_file: Path | None,
    recovery_sheet: Path | None,
    stays_open: bool,
    overwrite: bool,
) -> None:
    """Make a record of a backup, on a new machine or in place of one that is lost or damaged.

    The passphrase opens the backup by the key file beside it, the recovery key opens it alone. A
    record that is here is replaced only where the backup holds all of its visits, and keeps its
    keys. Elsewhere the record gets new keys, under the passphrase of the backup or a new one, and a
    new recovery key is shown. It is never written unprotected, unless the backup is of an open
    record and --open is given.

    All of it is restored, or nothing is changed. Who was deleted after the backup was made comes
    back with it.
    """
    from hingeexpert.record.opened import holding, opened, read_sealed
    from hingeexpert.record.restoring import Place

    at = opening(record, None)
    at.settle()
    raw, kind = read_sealed(file)
    if stays_open and kind == "keys":
        raise click.UsageError(STAYS_PROTECTED)
    secrets = _secrets(kind, passphrase_file, recovery, recovery_file)
    read = (*at.reads, file, passphrase_file, recovery_file, new_passphrase_file)
    sheet = sheet_output(recovery_sheet, overwrite, read)
    with opened(secrets.open(raw, kind, file, at.path), file) as backup:
        click.echo(f"{click.format_filename(file)}: {_told(holding(backup))}.")
        place = Place(at.path, secrets.key_of(at.path))
        returning = place.check(backup, overwrite)
        needs_keys = place.key is None and not stays_open
        new = _new_passphrase(new_passphrase_file, secrets) if needs_keys else None
        made = place.restore(backup, new)
    _tell_done(place, returning)
    if made is not None:
        click.echo(NEW_KEYS)
        hand_over(made, at.path, sheet)
    else:
        click.echo(KEPT_OPEN if place.key is None else SAME_KEYS)


def _tell_done(place: Place, returning: int) -> None:
    click.echo(f"{click.format_filename(place.path)}: restored.")
    if returning:
        are = noun(returning, "person is", "people are")
        click.echo(f"{returning} {are} in it again who had been deleted here, or were never here.")


def _secrets(
    kind: SealKind, passphrase_file: Path | None, recovery: bool, recovery_file: Path | None
) -> Secrets:
    """Return what somebody has to open a backup with."""
    from hingeexpert.record.restoring import Secrets

    by_recovery = recovery or recovery_file is not None
    if by_recovery and kind == "passphrase":
        raise click.UsageError(NO_RECOVERY)
    if by_recovery and passphrase_file is not None:
        raise click.UsageError("--passphrase-file and the recovery key: give one of them")
    if not by_recovery:
        need_answers(passphrase_file=passphrase_file)
        asked = "Passphrase of the backup"
        return Secrets(read_secret(passphrase_file) if passphrase_file else ask_passphrase(asked))
    need_answers(recovery_file=recovery_file)
    if recovery_file is not None:
        return Secrets(recovery=read_secret(recovery_file))
    # Shown: nobody types so many letters unseen, and a slip must be found.
    return Secrets(recovery=str(click.prompt("Recovery key, as it is printed", err=True)))


def _new_passphrase(file: Path | None, secrets: Secrets) -> str:
    """Return the passphrase of new keys: a new one, else that of the backup."""
    if file is not None:
        return read_secret(file)
    if secrets.passphrase is not None:
        return secrets.passphrase
    need_answers(new_passphrase_file=file)
    return choose_passphrase()


def _told(held: Holding) -> str:
    """Return what a backup holds, and when it was made by the clock of this machine."""
    if held.made is None:
        return described(held)
    return (
        f"{described(held)}; made {datetime.fromisoformat(held.made).astimezone():%Y-%m-%d %H:%M}"
    )
