"""Backups: one sealed file that holds a whole record.

An age file around a plain SQLite file, so that it can be opened without this program, and in a
browser. A protected record's is sealed to its own key and to its recovery key; an open record's
with a passphrase. Unsealed it exists in memory only. How one is opened again is `opened.py`.
"""

import errno
from pathlib import Path
from typing import NamedTuple

from hingeexpert.errors import InputError
from hingeexpert.formats.files import replacing, write_whole
from hingeexpert.record import sealed
from hingeexpert.record.copying import copy_all, in_memory
from hingeexpert.record.driver import Error, PlainDatabaseError
from hingeexpert.record.event import now
from hingeexpert.record.keys import passphrase_file, recipients, wrapped_key
from hingeexpert.record.opened import Holding, check_copy, holding
from hingeexpert.record.passphrases import chosen
from hingeexpert.record.store import LAST_BACKUP, Record

KEEP_MOMENT = "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)"
NO_KEY = (
    "this record is kept open on this machine, so there is no key to seal its backup to: give a "
    "passphrase, or protect the record with 'hingeexpert record protect' first"
)
NOT_SAME = "the backup did not open again as it was sealed, so it was not written; try again"
NOT_READ = "cannot be read as a whole, so no backup was made: {error}"


class Backup(NamedTuple):
    """A backup that was made and opened again, and is still to be written.

    Attributes:
        raw: The sealed file.
        beside: What the record's passphrase opens the key of the backup with; `None` where the
            passphrase opens the backup itself.
    """

    raw: bytes | bytearray
    beside: bytes | None
    holding: Holding


def make_backup(record: Record, passphrase: str | None = None) -> Backup:
    """Return a backup of a record as it stands now, which may be in use.

    Args:
        record: What is kept.
        passphrase: Seals that of an open record; a protected record needs none.

    Raises:
        InputError: It cannot be sealed, or did not open again.
        WeakPassphraseError: The passphrase can be guessed.
    """
    if record.key is None and passphrase is None:
        raise InputError.about(record.path, NO_KEY)
    plain, held = plain_copy(record, now())
    if record.key is None:
        wanted = chosen(passphrase or "")
        raw = sealed.seal_by_passphrase(plain, wanted, letters=False)
        is_whole = sealed.open_by_passphrase(raw, wanted) == plain
        backup = Backup(raw, None, held)
    else:
        large = sealed.seal_large(plain, recipients(record.path, record.key))
        is_whole = sealed.opens_as(large, record.key.identity, plain)
        backup = Backup(large, wrapped_key(record.path), held)
    if not is_whole:
        raise InputError.about(record.path, NOT_SAME)
    return backup


def plain_copy(record: Record, moment: str) -> tuple[bytes, Holding]:
    """Return a record as a plain SQLite file, as it stands at one moment, and what that holds.

    Args:
        record: What is copied.
        moment: What the copy says of when it was made.

    Raises:
        InputError: It cannot be read as a whole.
    """
    try:
        with in_memory() as copy, record.apart() as source:
            copy.execute("BEGIN")
            copy_all(source, copy)
            copy.execute(KEEP_MOMENT, (LAST_BACKUP, moment))
            copy.execute("COMMIT")
            check_copy(copy, record.path)
            return copy.serialize(), holding(copy)
    except (Error, PlainDatabaseError) as error:
        raise InputError.about(record.path, NOT_READ.format(error=error)) from None


def write_backup(path: Path, backup: Backup) -> None:
    """Write a backup with the key beside it, each whole or not at all, the backup last.

    Raises:
        OSError: It cannot be written.
    """
    if backup.beside is not None:
        write_whole(key_beside(path), backup.beside)
    with replacing(path) as file:
        file.write(backup.raw)
    if path.is_file() and path.read_bytes() != backup.raw:
        raise OSError(errno.EIO, "the disk does not give back what was written")


def keep_backup(record: Record, backup: Backup) -> None:
    """Keep in the record that a backup was written."""
    made = backup.holding.made or now()
    record.choose(LAST_BACKUP, made)
    record.note("backup", {"made": made})


def key_beside(path: Path) -> Path:
    """Return the file beside a backup that holds its key, wrapped by the record's passphrase."""
    return passphrase_file(path)
