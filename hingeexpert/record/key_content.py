"""What the key files of a protected record hold, whoever seals them and wherever they lie.

Owns their content, and the errors of a key that does not open. Nothing here reads a file, seals,
prints or logs a secret.
"""

import hmac
from dataclasses import dataclass, field

from hingeexpert.errors import InputError

KEY_LINE, COMMENT = "# sqlcipher key: ", "#"
PRINTED_FIRST = "AGE-SECRET-KEY-1"
"""How every recovery key begins; whoever types one may leave it out."""
MISREAD = str.maketrans("OBI1", "08LL")
"""Letters that stand in no recovery key, and what they were read for."""
SLIP = "this is no recovery key; there is a slip in it: a letter is wrong, missing or too many"
WITNESS = b"# not altered: "
HEAD_LINE = (
    "# The key of a record of hingeexpert. Who has it can read the record and its backups.\n"
)
NOT_OPENED = "this passphrase does not open it"
OTHER_RECOVERY = "this recovery key is of another record, or a newer one has replaced it"
SLOW = (
    "was sealed on a machine that is many times as fast, and this one would try its passphrase for "
    "minutes; open it there, or with the recovery key"
)


class WrongPassphraseError(InputError):
    """The passphrase does not open the record."""


class WrongRecoveryError(InputError):
    """The recovery key does not open the record."""


class MissingKeysError(InputError):
    """A key file is gone or damaged."""


@dataclass(frozen=True)
class RecordKey:
    """What opens a record.

    Attributes:
        raw: 32 bytes, the key of the encrypted file.
        identity: Secret of the record's own pair; it opens its backups.
    """

    raw: bytes = field(repr=False)
    identity: str = field(repr=False)


@dataclass(frozen=True)
class Created:
    """New keys, and the recovery key, which is shown once and kept nowhere."""

    key: RecordKey
    recovery: str = field(repr=False)


def key_content(key: RecordKey) -> bytes:
    """Return a key as its files hold it: what `age -i` takes, with a remark."""
    return f"{HEAD_LINE}{KEY_LINE}{key.raw.hex()}\n{key.identity}\n".encode("ascii")


def key_in(content: bytes) -> RecordKey:
    """Return the key in what a key file holds."""
    _, line, identity = content.decode("ascii").splitlines()
    return RecordKey(bytes.fromhex(line.removeprefix(KEY_LINE)), identity)


def recipients_content(key: RecordKey, own: str, recovering: str) -> bytes:
    """Return the file of recipients, with what only who has the key can say of it."""
    text = f"# the record's own\n{own}\n# its recovery key\n{recovering}\n".encode("ascii")
    return text + WITNESS + _witness(text, key) + b"\n"


def recipients_in(content: bytes, key: RecordKey) -> tuple[str, ...] | None:
    """Return who stands in a file of recipients, or `None` where who had the key did not write
    it.
    """
    text, _, witness = content.rpartition(WITNESS)
    if not hmac.compare_digest(witness.strip(), _witness(text, key)):
        return None
    lines = text.decode("ascii").splitlines()
    return tuple(line for line in lines if not line.startswith(COMMENT))


def as_identity(recovery: str) -> str:
    """Return a recovery key as age knows it, from how it is printed and typed; whether there is a
    slip in it is not looked at.
    """
    letters = "".join(recovery.split()).upper().removeprefix(PRINTED_FIRST)
    return PRINTED_FIRST + letters.translate(MISREAD)


def _witness(text: bytes, key: RecordKey) -> bytes:
    return hmac.digest(key.raw, text, "sha256").hex().encode("ascii")
