"""The keys of a sealed record on a device: drawn, wrapped and unwrapped there.

Owns which key file is written when; what they hold is `record/key_content.py`, as for the program.
No secret is kept here.
"""

import secrets
from pathlib import Path

from hingeexpert.app.device import wish
from hingeexpert.errors import InputError
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

PASSPHRASE, RECOVERY, RECIPIENTS = "passphrase", "recovery", "recipients"
"""What the device calls the key files."""
GONE = "the keys of this record are gone from this browser, or damaged; restore a backup"
OTHER_RECIPIENTS = (
    "what says who can open the backups is damaged, or somebody else wrote it; make a new recovery "
    "key"
)


class DeviceKeys:
    """The key files of one record."""

    def __init__(self, path: Path) -> None:
        """Make them.

        Args:
            path: The record, for messages.
        """
        self.path = path

    async def create(self, passphrase: str) -> Created:
        """Draw the keys of a record and write its key files, or raise `WeakPassphraseError`."""
        chosen(passphrase)
        identity, own = await wish("pair")
        recovery, recovering = await wish("pair")
        key = RecordKey(secrets.token_bytes(32), identity)
        await self._write_recovery(key, own, recovering)
        await self.renew_passphrase(key, passphrase)
        return Created(key, recovery)

    async def unlock(self, passphrase: str) -> RecordKey:
        """Return the key of the record.

        Raises:
            WrongPassphraseError: It is another passphrase.
            MissingKeysError: The file with the key is gone or damaged.
        """
        content = await wish("open_by_passphrase", await self.wrapped(), as_typed(passphrase))
        match content:
            case bytes():
                return key_in(content)
            case "wrong":
                raise WrongPassphraseError.about(self.path, NOT_OPENED)
            case "slow":
                raise InputError.about(self.path, SLOW)
        raise MissingKeysError.about(self.path, GONE)

    async def by_recovery(self, recovery: str) -> RecordKey:
        """Return the key of the record by its recovery key.

        Raises:
            WrongRecoveryError: It is mistyped, or of another record.
            MissingKeysError: The file with the key is gone or damaged.
        """
        identity = await recovery_identity(recovery)
        content = await wish("open_by_identity", await self._file(RECOVERY), identity)
        match content:
            case bytes():
                return key_in(content)
            case "wrong":
                raise WrongRecoveryError.about(self.path, OTHER_RECOVERY)
        raise MissingKeysError.about(self.path, GONE)

    async def renew_passphrase(self, key: RecordKey, passphrase: str) -> None:
        """Give the record another passphrase, or raise `WeakPassphraseError`."""
        wanted = chosen(passphrase)
        sealed = await wish("seal_by_passphrase", key_content(key), wanted)
        await wish("write_key_file", PASSPHRASE, sealed)

    async def renew_recovery(self, key: RecordKey) -> str:
        """Return a new recovery key; the old one then opens nothing any more but old backups."""
        own = await wish("recipient_of", key.identity)
        recovery, recovering = await wish("pair")
        await self._write_recovery(key, own, recovering)
        return str(recovery)

    async def recipients(self, key: RecordKey) -> list[str]:
        """Return to whom the backups are sealed.

        Raises:
            MissingKeysError: The file that says so is gone, or is not as who had the key wrote it.
        """
        found = recipients_in(await self._file(RECIPIENTS), key)
        if found is None:
            raise MissingKeysError.about(self.path, OTHER_RECIPIENTS)
        return [*found]

    async def wrapped(self) -> bytes:
        """Return the key as the passphrase opens it, or raise `MissingKeysError`."""
        return await self._file(PASSPHRASE)

    async def _write_recovery(self, key: RecordKey, own: str, recovering: str) -> None:
        sealed = await wish("seal", key_content(key), [recovering])
        await wish("write_key_file", RECOVERY, sealed)
        await wish("write_key_file", RECIPIENTS, recipients_content(key, own, recovering))

    async def _file(self, name: str) -> bytes:
        content = await wish("key_file", name)
        if content is None:
            raise MissingKeysError.about(self.path, GONE)
        return bytes(content)


async def recovery_identity(recovery: str) -> str:
    """Return a recovery key as age knows it, from how it is printed.

    Raises:
        WrongRecoveryError: It is mistyped.
    """
    identity = as_identity(recovery)
    if await wish("recipient_of", identity) is None:
        raise WrongRecoveryError(SLIP)
    return identity
