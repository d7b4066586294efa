"""The door to age: what is sealed here opens with a passphrase or with a key, and with the ordinary
`age` tool as well.

Owns no file. Nothing here prints or logs what is sealed. Where nothing is sealed, as in a browser,
the library need not be installed.
"""

from collections.abc import Iterable
from typing import Any, Literal

Why = Literal["wrong", "slow", "damaged"]
"""Why it does not open: with another key; for a machine as fast as the one that sealed it alone;
not at all.
"""
SAYS: dict[str, Why] = {
    "Decryption failed": "wrong",
    "No matching keys found": "wrong",
    "Excessive work parameter": "slow",
}
"""How begins what the library says of it; of all else it is damaged."""


TRIES = 3
"""The library measures how fast the machine is each time, and takes one that is busy for a moment
for a slow one: it is asked again.
"""


class SealError(Exception):
    """It does not open with what was given.

    Attributes:
        why: Nothing secret.
    """

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def new_pair() -> tuple[str, str]:
    """Return a new identity, which is secret, and its recipient, which is not: whoever has the one
    opens what was sealed to the other.
    """
    from pyrage import x25519

    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def recipient_of(identity: str) -> str:
    """Return the recipient of an identity."""
    from pyrage import x25519

    return str(x25519.Identity.from_str(identity).to_public())


def is_identity(text: str) -> bool:
    """Whether a text is an identity without a slip; a part of it is a checksum."""
    from pyrage import IdentityError, x25519

    try:
        x25519.Identity.from_str(text)
    except IdentityError:
        return False
    return True


def seal_by_passphrase(content: bytes, passphrase: str, *, letters: bool = True) -> bytes:
    """Seal with a passphrase. Takes a second or two, which is what slows a guesser.

    Args:
        content: What is sealed.
        passphrase: What opens it.
        letters: Write it in letters, which mail and notes carry unharmed; a third longer.
    """
    from pyrage import passphrase as by_passphrase

    sealed: bytes = by_passphrase.encrypt(content, passphrase, armored=letters)
    return sealed


def open_by_passphrase(sealed: bytes, passphrase: str) -> bytes:
    """Open what was sealed with a passphrase, or raise `SealError`."""
    for _ in range(TRIES - 1):
        try:
            return _open_by_passphrase(sealed, passphrase)
        except SealError as error:
            if error.why != "slow":
                raise
    return _open_by_passphrase(sealed, passphrase)


def _open_by_passphrase(sealed: bytes, passphrase: str) -> bytes:
    """Try once."""
    from pyrage import DecryptError
    from pyrage import passphrase as by_passphrase

    try:
        content: bytes = by_passphrase.decrypt(sealed, passphrase)
    except DecryptError as error:
        raise _told(error) from None
    return content


def seal(content: bytes, recipients: Iterable[str]) -> bytes:
    """Seal to recipients, each of whom can open it alone; nothing secret is needed."""
    import pyrage

    sealed: bytes = pyrage.encrypt(content, _keys(recipients), armored=True)
    return sealed


def seal_large(content: bytes, recipients: Iterable[str]) -> bytearray:
    """Seal what is large, not in letters, piece by piece: other threads go on meanwhile."""
    import pyrage

    sealed = _Into()
    pyrage.encrypt_io(_From(content), sealed, _keys(recipients))
    return sealed.content


def opens_as(sealed: bytearray, identity: str, content: bytes) -> bool:
    """Whether what was sealed opens, and as this content, piece by piece; see `seal_large`."""
    import pyrage

    compared = _Compared(content)
    try:
        pyrage.decrypt_io(_From(sealed), compared, [pyrage.x25519.Identity.from_str(identity)])
    except pyrage.DecryptError:
        return False
    return compared.is_same and compared.at == len(content)


def _keys(recipients: Iterable[str]) -> list[Any]:
    from pyrage import x25519

    return [x25519.Recipient.from_str(recipient) for recipient in recipients]


class _From:
    """Bytes read piece by piece."""

    def __init__(self, content: bytes | bytearray) -> None:
        self.content, self.at = memoryview(content), 0

    def read(self, most: int) -> bytes:
        piece = self.content[self.at : self.at + most]
        self.at += len(piece)
        return bytes(piece)


class _Into:
    """Bytes written piece by piece."""

    def __init__(self) -> None:
        self.content = bytearray()

    def write(self, piece: bytes) -> int:
        self.content += piece
        return len(piece)

    def flush(self) -> None:
        """Nothing waits."""


class _Compared:
    """Bytes compared with others as they come."""

    def __init__(self, other: bytes) -> None:
        self.other, self.at, self.is_same = memoryview(other), 0, True

    def write(self, piece: bytes) -> int:
        self.is_same &= self.other[self.at : self.at + len(piece)] == piece
        self.at += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing waits."""


def open_sealed(sealed: bytes, identity: str) -> bytes:
    """Open what was sealed to the recipient of an identity, or raise `SealError`."""
    import pyrage

    try:
        content: bytes = pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity)])
    except pyrage.DecryptError as error:
        raise _told(error) from None
    return content


def _told(error: Exception) -> SealError:
    """Return the error without the one of the library."""
    said = str(error)
    return SealError(
        next((why for begin, why in SAYS.items() if said.startswith(begin)), "damaged")
    )
