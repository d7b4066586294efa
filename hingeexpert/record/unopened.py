"""Why a record cannot be opened, in words.

Owns the errors of a file that is refused. Nothing here prints or logs a name, an answer or a key.
"""

from pathlib import Path

from hingeexpert.errors import InputError
from hingeexpert.record.driver import CAN_ENCRYPT, Connection, OperationalError
from hingeexpert.record.key_content import RecordKey
from hingeexpert.record.keys import PAGE, key_files, passphrase_file, protection, recovery_file

PROTECTED = "the record is protected; its passphrase, or its recovery key, opens it"
KEYS_GONE = (
    "the record is encrypted, and the files with its key, {names}, are gone; put one of them back "
    "beside it from where you copied it: without them nothing opens it"
)
REPLACED = (
    "this record is open, and the keys of a protected one lie beside it, which it has replaced; "
    "put the protected one back or, where this one is meant, move the key files elsewhere"
)
NOT_PROTECTED = "the record is not protected; it is opened without a key"
OTHER_KEY = "the key does not open the record: its key files are of another one, or it is damaged"
GONE = (
    "the record is gone or cut off, and its keys are still beside it: put a backup in its place "
    "with 'hingeexpert record restore'; to begin a new one, move its key files ({names}) away first"
)
DAMAGED = "the record is damaged in {damaged} of its {pages} pages; put a backup in its place"
IN_USE = "the record is in use, by another window or program; end it, and try again"
NO_CIPHER = "a protected record cannot be opened here: the library sqlcipher3 is not installed"


class ProtectedError(InputError):
    """A record needs its key, and none was given."""


class DamagedError(InputError):
    """An encrypted record is not as it was written."""


def check_there(path: Path) -> None:
    """Stop where a protected record is gone or cut off, lest an empty one takes its place unseen.

    Raises:
        DamagedError: So it is, and its keys are there.
    """
    if passphrase_file(path).is_file() and _size(path) < PAGE:
        names = ", ".join(file.name for file in key_files(path))
        raise DamagedError.about(path, GONE.format(names=names))


def check_key(path: Path, key: RecordKey | None) -> None:
    """Stop before a file is touched that must not be.

    Raises:
        ProtectedError: Its keys are there: it is protected, or somebody put an open one in its
            place.
        DamagedError: It is gone; see `check_there`.
        InputError: It would be written without the encryption that was asked for.
    """
    if key is not None and not CAN_ENCRYPT:
        raise InputError.about(path, NO_CIPHER)
    check_there(path)
    if key is None and passphrase_file(path).is_file():
        replaced = protection(path) == "open"
        raise ProtectedError.about(path, REPLACED if replaced else PROTECTED)


def why_not(path: Path, key: RecordKey | None, error: Exception) -> InputError:
    """Return what to tell of a file that was not opened.

    Args:
        path: The file.
        key: What was tried.
        error: What SQLite says.
    """
    if isinstance(error, OperationalError):
        # Others of this process may have it open: to look into it would take their locks.
        why = IN_USE if "locked" in str(error) else f"the record cannot be opened: {error}"
        return InputError.about(path, why)
    kind = protection(path)
    if kind == "protected" and key is None:
        return ProtectedError.about(path, _closed(path))
    if kind == "open" and key is not None:
        return InputError.about(path, NOT_PROTECTED)
    return InputError.about(path, f"this file is no record that can be used: {error}")


def check_whole(path: Path, connection: Connection) -> None:
    """Stop at an encrypted record of which a page is not as it was written.

    Raises:
        DamagedError: So it is, or the key is another one.
    """
    damaged = len(connection.execute("PRAGMA cipher_integrity_check").fetchall())
    pages = max(1, _size(path) // PAGE)
    if damaged >= pages:
        raise DamagedError.about(path, OTHER_KEY)
    if damaged:
        raise DamagedError.about(path, DAMAGED.format(damaged=damaged, pages=pages))


def _closed(path: Path) -> str:
    files = (passphrase_file(path), recovery_file(path))
    if any(file.is_file() for file in files):
        return PROTECTED
    return KEYS_GONE.format(names=" and ".join(file.name for file in files))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
