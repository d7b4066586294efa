"""Texts as a search compares them: without case, accents and other ways to write the same letter.

Owns what counts as the same. Nothing here reads or writes.
"""

import unicodedata

ALIKE = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "\u0131": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "\u2019": "'",
        "\u2018": "'",
        "\u02bc": "'",
    }
)
"""Letters that Unicode does not take apart, and marks that keyboards confuse."""


def folded(text: str) -> str:
    """Return a text as a search compares it."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in apart if unicodedata.category(letter) != "Mn")
    return " ".join(bare.casefold().translate(ALIKE).split())
