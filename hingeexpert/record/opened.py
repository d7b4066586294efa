"""A backup opened: what its file is, what opens it, and whether what is inside can be used.

Owns the words for a file that is damaged, cut off, foreign, or another one's. Nothing here prints
or logs a secret, a name or an answer, and nothing of it is written to a disk.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from hingeexpert.errors import InputError
from hingeexpert.record import sealed
from hingeexpert.record.copying import foreign, in_memory
from hingeexpert.record.driver import Connection, PlainConnection, PlainDatabaseError
from hingeexpert.record.key_content import SLOW
from hingeexpert.record.keys import PLAIN
from hingeexpert.record.schema import migrate, newest_version, schema_version
from hingeexpert.record.store import LAST_BACKUP

AGE = b"age-encryption.org/v1\n"
BY_PASSPHRASE = AGE + b"-> scrypt "
SealKind = Literal["keys", "passphrase"]
"""What opens a backup."""
HEAD = 64
"""Bytes that tell what a file is."""
PLAIN_FILE = (
    "is a plain SQLite file, not a sealed backup, and is not taken; any program for SQLite reads it"
)
NO_BACKUP = "is no backup; name a file that 'hingeexpert record backup', or the app, has written"
OTHER_KEY = "is not opened by this {key}: it was sealed with another one, or its head is damaged"
DAMAGED = "is damaged or cut off, and nothing of it was used; take another backup"
FOREIGN = "was opened, and is no backup of a record of hingeexpert; nothing of it was used"
NEWER = (
    "is of a newer hingeexpert (version {version} of the record; this one knows {known}); install "
    "that one"
)
HOLDS = """
    SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM visit),
        (SELECT count(*) FROM event), (SELECT max(date) FROM visit),
        (SELECT value FROM setting WHERE name = ?)
"""


class OtherKeyError(InputError):
    """A backup is not opened by a key that may well be right for another."""


class Holding(NamedTuple):
    """What a backup holds.

    Attributes:
        last_day: Day of its latest visit, `None` where there is no visit.
        made: When it was made, ISO 8601 in UTC; `None` where it does not say.
    """

    people: int
    visits: int
    events: int
    last_day: str | None
    made: str | None


def read_sealed(path: Path) -> tuple[bytes, SealKind]:
    """Return a backup as it lies on the disk, and what opens it.

    Raises:
        InputError: It cannot be read, or is no backup.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
            kind = seal_kind(head, path)
            return head + file.read(), kind
    except OSError as error:
        raise InputError.about(path, f"cannot be read: {error.strerror}") from None


def seal_kind(head: bytes, path: Path) -> SealKind:
    """Return what opens a file that begins like this.

    Raises:
        InputError: It is no backup.
    """
    if head.startswith(PLAIN):
        raise InputError.about(path, PLAIN_FILE)
    if not head.startswith(AGE):
        raise InputError.about(path, NO_BACKUP)
    return "passphrase" if head.startswith(BY_PASSPHRASE) else "keys"


def by_passphrase(raw: bytes, passphrase: str, path: Path) -> bytes:
    """Return what a passphrase opens.

    Raises:
        OtherKeyError: It is another one.
        InputError: The file is damaged.
    """
    try:
        return sealed.open_by_passphrase(raw, passphrase)
    except sealed.SealError as error:
        raise refusal(error, path, "passphrase") from None


def by_identity(raw: bytes, identity: str, path: Path) -> bytes:
    """Return what a key opens.

    Raises:
        OtherKeyError: It is another one.
        InputError: The file is damaged.
    """
    try:
        return sealed.open_sealed(raw, identity)
    except sealed.SealError as error:
        raise refusal(error, path, "key") from None


def refusal(error: sealed.SealError, path: Path, key: str) -> InputError:
    """Return what to tell of a backup that did not open.

    Args:
        error: Why.
        path: The backup, for messages.
        key: What was tried, in words.
    """
    if error.why == "wrong":
        return OtherKeyError.about(path, OTHER_KEY.format(key=key))
    if error.why == "slow":
        return InputError.about(path, SLOW)
    return InputError.about(path, DAMAGED)


@contextmanager
def opened(plain: bytes, path: Path) -> Iterator[PlainConnection]:
    """Open what was sealed in a backup, in memory; an older one is migrated there.

    Args:
        plain: The SQLite file.
        path: The backup, for messages.

    Raises:
        InputError: It is no record, is damaged, or is of a newer program.
    """
    if not plain.startswith(PLAIN):
        raise InputError.about(path, FOREIGN)
    with in_memory(plain) as connection:
        try:
            check_copy(connection, path)
            connection.execute("BEGIN")
            migrate(connection)
            connection.execute("COMMIT")
            holding(connection)
        except (PlainDatabaseError, ValueError):
            raise InputError.about(path, DAMAGED) from None
        yield connection


def holding(connection: Connection | PlainConnection) -> Holding:
    """Return what a backup, or a record, holds."""
    return Holding(*connection.execute(HOLDS, (LAST_BACKUP,)).fetchone())


def check_copy(connection: PlainConnection, path: Path) -> None:
    """Stop at what this program has not made, or could not have left so.

    Args:
        connection: The copy in memory.
        path: The backup, for messages.

    Raises:
        InputError: It is no record, is damaged, or is of a newer program.
    """
    version = schema_version(connection)
    if version > newest_version():
        raise InputError.about(path, NEWER.format(version=version, known=newest_version()))
    if not version or foreign(connection):
        raise InputError.about(path, FOREIGN)
    whole = connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    if not whole or connection.execute("PRAGMA foreign_key_check").fetchall():
        raise InputError.about(path, DAMAGED)
