"""Backups of the record of a browser: made and opened again, and a backup put in its place.

A backup is the file that `record/backup.py` describes, so that the program reads it and the other
way. Owns the order of things; age is the device's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hingeexpert.app.device import wish
from hingeexpert.app.device_keys import recovery_identity
from hingeexpert.app.keeper import Keeper
from hingeexpert.errors import InputError
from hingeexpert.record.backup import NOT_SAME, Backup, plain_copy
from hingeexpert.record.copying import copy_all, in_memory
from hingeexpert.record.driver import PlainConnection
from hingeexpert.record.event import now
from hingeexpert.record.key_content import key_in
from hingeexpert.record.opened import refusal, seal_kind
from hingeexpert.record.passphrases import as_typed, chosen
from hingeexpert.record.sealed import SealError
from hingeexpert.web.door_forms import told

NOT_IN_LETTERS = False
"""How a backup is sealed: as text it would be a third longer."""
BACKUP = Path("backup.age")
"""What a backup that was given is called in messages."""
NO_FILE = "no backup was chosen; choose the file"
NOTHING_OPENS = "the passphrase, or the recovery key, is missing"
NO_KEY_FILE = (
    "the passphrase opens this backup by its key file, whose name ends in .passphrase.age; choose "
    "that file, too, or type the recovery key"
)


@dataclass(frozen=True)
class Given:
    """A backup that somebody gave, and what opens it.

    Attributes:
        beside: The key file beside it; empty where there is none.
        secret: A passphrase or a recovery key.
    """

    raw: bytes = field(repr=False)
    beside: bytes = field(repr=False)
    secret: str = field(repr=False)

    @classmethod
    def of(cls, fields: Mapping[str, str], files: Mapping[str, bytes]) -> "Given":
        """Return what a form gives, or raise `InputError` where no file was chosen."""
        if "backup" not in files:
            raise InputError(NO_FILE)
        return cls(files["backup"], files.get("key", b""), fields.get("secret", ""))


async def made_backup(keeper: Keeper, passphrase: str = "") -> Backup:
    """Return a backup of the record as it stands, which was opened again and compared.

    Args:
        keeper: The record, which is open.
        passphrase: Seals that of a record that is not sealed itself.

    Raises:
        InputError: It cannot be read or sealed as a whole.
        WeakPassphraseError: The passphrase can be guessed.
    """
    assert keeper.record is not None
    plain, held = plain_copy(keeper.record, now())
    if keeper.key is None:
        wanted, beside = chosen(passphrase), None
        raw = await wish("seal_by_passphrase", plain, wanted, NOT_IN_LETTERS)
        again = await wish("open_by_passphrase", raw, wanted)
    else:
        beside = await keeper.keys.wrapped()
        recipients = await keeper.keys.recipients(keeper.key)
        raw = await wish("seal", plain, recipients, NOT_IN_LETTERS)
        again = await wish("open_by_identity", raw, keeper.key.identity)
    if again != plain:
        raise InputError.about(keeper.path, NOT_SAME)
    return Backup(raw, beside, held)


async def unsealed(keeper: Keeper, given: Given) -> bytes:
    """Return what is sealed in a backup.

    Raises:
        InputError: It is no backup, is damaged, or nothing that was given opens it.
    """
    secret = as_typed(given.secret)
    if seal_kind(given.raw, BACKUP) == "passphrase":
        return _checked(await wish("open_by_passphrase", given.raw, _needed(secret)), "passphrase")
    if keeper.key is not None:
        content = await wish("open_by_identity", given.raw, keeper.key.identity)
        if content != "wrong":
            return _checked(content, "key")
    identity = await _identity(given, _needed(secret))
    return _checked(await wish("open_by_identity", given.raw, identity), "key")


async def _identity(given: Given, secret: str) -> str:
    """Return what opens a backup: by its key file, or the recovery key."""
    try:
        return await recovery_identity(secret)
    except InputError:
        if not given.beside:
            raise InputError(NO_KEY_FILE) from None
    content = await wish("open_by_passphrase", given.beside, secret)
    return key_in(_checked(content, "passphrase")).identity


def _needed(secret: str) -> str:
    if not secret:
        raise InputError(NOTHING_OPENS)
    return secret


def _checked(content: Any, key: str) -> bytes:
    """Return what was opened, or raise why it was not."""
    if isinstance(content, bytes):
        return content
    raise refusal(SealError(content), BACKUP, key)


def told_of_backup(error: InputError) -> str:
    """Return in words what is to be mended; of the file itself with it as the subject."""
    of_backup = any(problem.file == str(BACKUP) for problem in error.problems)
    text = told(error)
    return f"The file {text[:1].lower()}{text[1:]}" if of_backup else text


def plain_file(backup: PlainConnection) -> bytes:
    """Return an opened backup as a plain SQLite file, written anew."""
    with in_memory() as copy:
        copy.execute("BEGIN")
        copy_all(backup, copy)
        copy.execute("COMMIT")
        return copy.serialize()


def restored(keeper: Keeper, content: bytes, moment: str | None) -> None:
    """Put a backup in the place of the record, and chain that it was.

    Args:
        keeper: The record, which is open.
        content: The plain SQLite file.
        moment: When the backup was made.
    """
    keeper.replace(content)
    assert keeper.record is not None
    keeper.record.note("restore", {"made": moment})
