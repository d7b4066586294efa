"""age by a passphrase with little work, in place of that of the library, which lets it take a
second or two and lets nobody choose: for tests of which the strength of a passphrase is no claim.

What is sealed here opens with the library and with the tool `age`. The format:
https://age-encryption.org/v1.
"""

import hashlib
import hmac
import secrets
from base64 import b64encode

import numpy as np
import numpy.typing as npt

POWER = 10
"""scrypt goes 2 to the power of it round; the library takes about 18."""
CHUNK = 65_536
BLOCK = 64
MASK = 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
PRIME = (1 << 130) - 5
LETTERS = "-----BEGIN AGE ENCRYPTED FILE-----\n{}\n-----END AGE ENCRYPTED FILE-----\n"
WIDTH = 48
"""Bytes in a line of letters."""
Words = npt.NDArray[np.uint32]


def encrypt(content: bytes, passphrase: str, armored: bool = False) -> bytes:
    """Seal as the function of this name of the library does."""
    file_key = secrets.token_bytes(16)
    sealed = _head(file_key, passphrase) + _body(file_key, content)
    return _in_letters(sealed) if armored else sealed


def _head(file_key: bytes, passphrase: str) -> bytes:
    salt = secrets.token_bytes(16)
    label = b"age-encryption.org/v1/scrypt" + salt
    wrapping = hashlib.scrypt(passphrase.encode(), salt=label, n=1 << POWER, r=8, p=1, dklen=32)
    wrapped = _closed(wrapping, bytes(12), file_key)
    lines = [b"age-encryption.org/v1", b"-> scrypt %s %d" % (_unpadded(salt), POWER)]
    text = b"\n".join([*lines, _unpadded(wrapped), b"---"])
    mac = hmac.digest(_derived(file_key, b"", b"header"), text, "sha256")
    return b"%s %s\n" % (text, _unpadded(mac))


def _body(file_key: bytes, content: bytes) -> bytes:
    salt = secrets.token_bytes(16)
    key = _derived(file_key, salt, b"payload")
    last = max(len(content) - 1, 0) // CHUNK
    chunks = [
        _closed(
            key,
            number.to_bytes(11, "big") + bytes([number == last]),
            content[number * CHUNK : (number + 1) * CHUNK],
        )
        for number in range(last + 1)
    ]
    return salt + b"".join(chunks)


def _derived(key: bytes, salt: bytes, use: bytes) -> bytes:
    """HKDF with SHA-256."""
    return hmac.digest(hmac.digest(salt, key, "sha256"), use + b"\1", "sha256")


def _unpadded(raw: bytes) -> bytes:
    return b64encode(raw).rstrip(b"=")


def _in_letters(sealed: bytes) -> bytes:
    lines = [
        b64encode(sealed[at : at + WIDTH]).decode("ascii") for at in range(0, len(sealed), WIDTH)
    ]
    return LETTERS.format("\n".join(lines)).encode("ascii")


def _closed(key: bytes, nonce: bytes, content: bytes) -> bytes:
    """ChaCha20-Poly1305."""
    stream = _stream(key, nonce, 1 + -(-len(content) // BLOCK))
    mask = np.frombuffer(stream, np.uint8, len(content), BLOCK)
    hidden = (np.frombuffer(content, np.uint8) ^ mask).tobytes()
    padded = hidden + bytes(-len(hidden) % 16)
    return hidden + _tag(stream, padded + bytes(8) + len(hidden).to_bytes(8, "little"))


def _stream(key: bytes, nonce: bytes, blocks: int) -> bytes:
    """ChaCha20: all blocks at once, four rows of four words each."""
    begun = np.empty((16, blocks), np.uint32)
    begun[:4] = np.frombuffer(b"expand 32-byte k", "<u4")[:, None]
    begun[4:12] = np.frombuffer(key, "<u4")[:, None]
    begun[12] = np.arange(blocks)
    begun[13:] = np.frombuffer(nonce, "<u4")[:, None]
    rows = [*begun.reshape(4, 4, blocks)]
    for _ in range(10):
        for turn in (-1, 1):
            rows = _mixed(*rows)
            rows = [np.roll(row, turn * number, 0) for number, row in enumerate(rows)]
    mixed = np.concatenate(rows) + begun
    return mixed.T.astype("<u4").tobytes()


def _mixed(a: Words, b: Words, c: Words, d: Words) -> list[Words]:
    for one, other in ((16, 12), (8, 7)):
        a = a + b
        d = _turned(d ^ a, one)
        c = c + d
        b = _turned(b ^ c, other)
    return [a, b, c, d]


def _turned(words: Words, bits: int) -> Words:
    return (words << np.uint32(bits)) | (words >> np.uint32(32 - bits))


def _tag(key: bytes, content: bytes) -> bytes:
    """Poly1305."""
    factor = int.from_bytes(key[:16], "little") & MASK
    total = 0
    for at in range(0, len(content), 16):
        block = content[at : at + 16] + b"\1"
        total = (total + int.from_bytes(block, "little")) * factor % PRIME
    total += int.from_bytes(key[16:32], "little")
    return (total % (1 << 128)).to_bytes(16, "little")
