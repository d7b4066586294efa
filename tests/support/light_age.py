"""age by a passphrase with little work, in place of that of the library, which lets it take a
second or two and lets nobody choose: for tests of which the strength of a passphrase is no claim.

What is sealed here opens with the library and with the tool `age`. The format:
https://age-encryption.org/v1.
"""

import hmac
import secrets
from base64 import b64encode

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

POWER = 10
"""scrypt goes 2 to the power of it round; the library takes about 18."""
CHUNK = 65_536
LETTERS = "-----BEGIN AGE ENCRYPTED FILE-----\n{}\n-----END AGE ENCRYPTED FILE-----\n"
WIDTH = 48
"""Bytes in a line of letters."""


def encrypt(content: bytes, passphrase: str, armored: bool = False) -> bytes:
    """Seal as the function of this name of the library does."""
    file_key = secrets.token_bytes(16)
    sealed = _head(file_key, passphrase) + _body(file_key, content)
    return _in_letters(sealed) if armored else sealed


def _head(file_key: bytes, passphrase: str) -> bytes:
    salt = secrets.token_bytes(16)
    label = b"age-encryption.org/v1/scrypt" + salt
    wrapping = Scrypt(label, length=32, n=1 << POWER, r=8, p=1).derive(passphrase.encode())
    wrapped = ChaCha20Poly1305(wrapping).encrypt(bytes(12), file_key, None)
    lines = [b"age-encryption.org/v1", b"-> scrypt %s %d" % (_unpadded(salt), POWER)]
    text = b"\n".join([*lines, _unpadded(wrapped), b"---"])
    mac = hmac.digest(_derived(file_key, b"", b"header"), text, "sha256")
    return b"%s %s\n" % (text, _unpadded(mac))


def _body(file_key: bytes, content: bytes) -> bytes:
    salt = secrets.token_bytes(16)
    cipher = ChaCha20Poly1305(_derived(file_key, salt, b"payload"))
    starts = range(0, max(len(content), 1), CHUNK)
    sealed = salt
    for number, start in enumerate(starts):
        nonce = number.to_bytes(11, "big") + bytes([number == len(starts) - 1])
        sealed += cipher.encrypt(nonce, content[start : start + CHUNK], None)
    return sealed


def _derived(key: bytes, salt: bytes, use: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=salt, info=use).derive(key)


def _unpadded(raw: bytes) -> bytes:
    return b64encode(raw).rstrip(b"=")


def _in_letters(sealed: bytes) -> bytes:
    lines = [
        b64encode(sealed[at : at + WIDTH]).decode("ascii") for at in range(0, len(sealed), WIDTH)
    ]
    return LETTERS.format("\n".join(lines)).encode("ascii")
