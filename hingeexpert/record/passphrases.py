"""What a passphrase must be, and how one is drawn.

Owns no file. Nothing here prints or logs a secret.
"""

import secrets
import unicodedata
from functools import cache

from hingeexpert.errors import InputError
from hingeexpert.formats.files import data_folder

LEAST = 12
"""Characters of a passphrase. Who has the files can try a few hundred thousand a day on a machine,
and shorter ones are soon all tried.
"""
DRAWN = 4
"""Words of a drawn passphrase: of 2,048 words each, 2^44 to try."""


class WeakPassphraseError(InputError):
    """The passphrase that somebody chose can be guessed."""


def chosen(passphrase: str) -> str:
    """Return a new passphrase as it is kept: NFC, without blanks around.

    Raises:
        WeakPassphraseError: It is too short.
    """
    text = as_typed(passphrase)
    if len(text) < LEAST:
        message = (
            f"the passphrase has {len(text)} characters; at least {LEAST} are needed, as who has "
            "the files can try all shorter ones. Several words are easy to keep."
        )
        raise WeakPassphraseError(message)
    return text


def same(passphrase: str, other: str) -> bool:
    """Whether two passphrases are one, however they were typed."""
    return as_typed(passphrase) == as_typed(other)


def as_typed(passphrase: str) -> str:
    """Return a passphrase in the one way of writing it: NFC, without blanks around."""
    return unicodedata.normalize("NFC", passphrase).strip()


def drawn_passphrase() -> str:
    """Return four words, drawn from a list of 2,048."""
    return " ".join(secrets.choice(_words()) for _ in range(DRAWN))


@cache
def _words() -> tuple[str, ...]:
    words = (data_folder("reports") / "record" / "words.txt").read_text("ascii")
    return tuple(words.split())
