"""The keys of a protected record, and the files beside it that hold them.

The record is encrypted with a key that was drawn. It lies beside the record twice, sealed: by the
passphrase of the clinic, and to its recovery key, which is on paper. Both files are age files. With
that key lies the secret of the record's own pair, to which backups are sealed; the file of
recipients is public, so that a backup needs no passphrase.

Owns these files; what they hold is `key_content.py`, what a passphrase must be `passphrases.py`.
Nothing here prints or logs a secret.
"""

import secrets
from pathlib import Path
from typing import Literal

from hingeexpert.errors import InputError
from hingeexpert.formats.files import replacing
from hingeexpert.record import sealed
from hingeexpert.record.key_content import (
    NOT_OPENED,
    OTHER_RECOVERY,
    SLIP,
    SLOW,
    Created,
    MissingKeysError,
    RecordKey,
    WrongPassphraseError,
    WrongRecoveryError,
    as_identity,
    key_content,
    key_in,
    recipients_content,
    recipients_in,
)
from hingeexpert.record.passphrases import as_typed, chosen

Protection = Literal["new", "open", "protected"]
CHOICE, KEPT_OPEN = "protection", "open"
"""The setting that says that somebody chose to keep the record open."""
PLAIN = b"SQLite format 3\0"
"""How a record begins that is not encrypted."""
PAGE = 4096
"""Bytes; an encrypted record is a multiple of it."""

MEND = (
    "put it back from where you copied it, or open the record by the other one: the passphrase, or "
    "the recovery key (hingeexpert record recover)"
)
OTHER_RECIPIENTS = (
    "this file, which says who can open the backups, is damaged, or somebody else wrote it; make "
    "it anew with a new recovery key: hingeexpert record passphrase --new-recovery-key"
)


def passphrase_file(path: Path) -> Path:
    """Return the file beside a record that its passphrase opens."""
    return path.with_name(f"{path.name}.passphrase.age")


def recovery_file(path: Path) -> Path:
    """Return the file beside a record that its recovery key opens."""
    return path.with_name(f"{path.name}.recovery.age")


def recipients_file(path: Path) -> Path:
    """Return the file beside a record that says to whom its backups are sealed."""
    return path.with_name(f"{path.name}.recipients")


def key_files(path: Path) -> tuple[Path, Path, Path]:
    """Return the three files beside a record; the last one makes it a protected one."""
    return recipients_file(path), recovery_file(path), passphrase_file(path)


def protection(path: Path) -> Protection:
    """Return whether there is no record yet, or an open or a protected one.

    To be asked before a record is opened: on some systems reading a file that this process has open
    takes the locks from it.

    Args:
        path: The file. Where it is gone or empty and its keys are there, it is a protected one that
            is lost: see `unopened.check_there`.
    """
    try:
        with path.open("rb") as file:
            head = file.read(len(PLAIN))
        size = path.stat().st_size
    except FileNotFoundError:
        head, size = b"", 0
    except OSError:
        return "open"  # what is wrong with it is told when it is opened
    if head == PLAIN:
        return "open"
    if passphrase_file(path).is_file():
        return "protected"
    if not size:
        return "new"
    # What is neither is told when it is opened.
    return "protected" if recovery_file(path).is_file() or size % PAGE == 0 else "open"


def create_keys(path: Path, passphrase: str) -> Created:
    """Draw the keys of a record and write the files beside it.

    The file of the passphrase is written last: until then there are no keys.

    Args:
        path: The record, which is not yet protected.
        passphrase: What somebody chose for it.

    Raises:
        WeakPassphraseError: It can be guessed.
        InputError: There are keys already, or they cannot be written.
    """
    chosen(passphrase)
    if protection(path) == "protected":
        raise InputError.about(path, "this record has its keys already")
    identity, own = sealed.new_pair()
    recovery, recovering = sealed.new_pair()
    key = RecordKey(secrets.token_bytes(32), identity)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_recovery(path, key, own, recovering)
    renew_passphrase(path, key, passphrase)
    return Created(key, recovery)


def unlock(path: Path, passphrase: str) -> RecordKey:
    """Return the key of a record. Takes a second or two.

    Raises:
        WrongPassphraseError: It is another passphrase.
        MissingKeysError: The file with the key is gone or damaged.
    """
    file = passphrase_file(path)
    try:
        return key_in(sealed.open_by_passphrase(_bytes(file), as_typed(passphrase)))
    except sealed.SealError as error:
        if error.why == "wrong":
            raise WrongPassphraseError.about(path, NOT_OPENED) from None
        if error.why == "slow":
            raise InputError.about(file, SLOW) from None
        raise _damaged(file) from None


def key_by_recovery(path: Path, recovery: str) -> RecordKey:
    """Return the key of a record by its recovery key.

    Args:
        path: The record.
        recovery: As it is printed; blanks and small letters do not matter, nor does its first line.

    Raises:
        WrongRecoveryError: It is mistyped, or of another record.
        MissingKeysError: The file with the key is gone or damaged.
    """
    file, identity = recovery_file(path), recovery_identity(recovery)
    try:
        return key_in(sealed.open_sealed(_bytes(file), identity))
    except sealed.SealError as error:
        if error.why == "wrong":
            raise WrongRecoveryError.about(path, OTHER_RECOVERY) from None
        raise _damaged(file) from None


def recovery_identity(recovery: str) -> str:
    """Return a recovery key as age knows it, from how it is printed.

    Raises:
        WrongRecoveryError: It is mistyped.
    """
    identity = as_identity(recovery)
    if not sealed.is_identity(identity):
        raise WrongRecoveryError(SLIP)
    return identity


def recover(path: Path, recovery: str, passphrase: str) -> RecordKey:
    """Give a record a new passphrase by its recovery key, which stays as it is.

    Raises:
        WrongRecoveryError: See `key_by_recovery`.
        WeakPassphraseError: The new passphrase can be guessed.
        MissingKeysError: The file with the key is gone or damaged.
    """
    chosen(passphrase)
    key = key_by_recovery(path, recovery)
    renew_passphrase(path, key, passphrase)
    return key


def change_passphrase(path: Path, old: str, new: str) -> RecordKey:
    """Give a record a new passphrase by the old one; its key stays as it is.

    Raises:
        WrongPassphraseError: The old one is another.
        WeakPassphraseError: The new one can be guessed.
        MissingKeysError: The file with the key is gone or damaged.
    """
    chosen(new)
    key = unlock(path, old)
    renew_passphrase(path, key, new)
    return key


def renew_passphrase(path: Path, key: RecordKey, passphrase: str) -> None:
    """Give a record whose key is at hand a new passphrase, or raise `WeakPassphraseError`."""
    wanted = chosen(passphrase)
    _write(passphrase_file(path), sealed.seal_by_passphrase(key_content(key), wanted))


def renew_recovery(path: Path, key: RecordKey) -> str:
    """Return a new recovery key, for a sheet that is lost; the old one then opens nothing any more
    but old backups.
    """
    own = sealed.recipient_of(key.identity)
    recovery, recovering = sealed.new_pair()
    _write_recovery(path, key, own, recovering)
    return recovery


def belongs(path: Path, key: RecordKey) -> bool:
    """Whether a key is that of the record at a place, by what lies beside it."""
    return recipients_file(path).is_file() and _recipients(path, key) is not None


def recipients(path: Path, key: RecordKey) -> tuple[str, ...]:
    """Return to whom the backups of a record are sealed: its own pair, and its recovery key.

    Raises:
        MissingKeysError: The file that says so is gone, or is not as who had the key wrote it:
            somebody else may want to read the backups.
    """
    found = _recipients(path, key)
    if found is None:
        raise MissingKeysError.about(recipients_file(path), OTHER_RECIPIENTS)
    return found


def _recipients(path: Path, key: RecordKey) -> tuple[str, ...] | None:
    """Return who stands in the file of recipients, or `None` where who had the key did not write
    it.
    """
    return recipients_in(_bytes(recipients_file(path)), key)


def wrapped_key(path: Path) -> bytes:
    """Return the key of a record as its passphrase opens it, to lie beside a backup.

    Raises:
        MissingKeysError: The file that holds it is gone.
    """
    return _bytes(passphrase_file(path))


def _write_recovery(path: Path, key: RecordKey, own: str, recovering: str) -> None:
    _write(recovery_file(path), sealed.seal(key_content(key), [recovering]))
    _write(recipients_file(path), recipients_content(key, own, recovering))


def _write(path: Path, content: bytes) -> None:
    try:
        with replacing(path) as file:
            file.write(content)
    except OSError as error:
        raise InputError.about(path, f"cannot be written: {error.strerror}") from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise MissingKeysError.about(path, f"this key file of the record is gone; {MEND}") from None
    except OSError as error:
        raise InputError.about(path, f"cannot be read: {error.strerror}") from None


def _damaged(path: Path) -> MissingKeysError:
    return MissingKeysError.about(path, f"this key file of the record is damaged; {MEND}")
