"""The frozen models of `languages/`: what the texts of the rules are in another language.

Owns shapes only. Which texts a translation must have, and putting them in place, is
`translation.py`.
"""

from typing import Annotated, Literal

from pydantic import Field

from hingeexpert.knowledge.models.base import Entry, Sentence
from hingeexpert.knowledge.models.traits import NamesFile


class Translation(Entry):
    """A text of the rules, and what it is in another language."""

    from_: Sentence = Field(alias="from")
    to: Sentence


class LanguageFile(Entry):
    """`languages/<code>.yaml`."""

    language: Annotated[str, Field(pattern=r"^[a-z]{2}$"), NamesFile()]
    direction: Literal["ltr", "rtl"]
    texts: tuple[Translation, ...]
