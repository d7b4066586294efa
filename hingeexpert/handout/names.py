"""Names on paper: what stands in place of one that the shipped fonts cannot draw, and where a long
word breaks.

Owns nothing of a page for a browser, which has its own fonts. No message shows a name.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from hingeexpert.formats.pdf import is_printable
from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import plain
from hingeexpert.handout.document import Block, Fact, Facts, Handout, Letter

LONGEST_WORD = 24
"""Letters of a word that is never broken; it fits on a line of every paper and size."""
PIECE = 20
"""Letters after which a longer word may break."""
BREAK = "\N{ZERO WIDTH SPACE}"
VIRAMA = 9
"""Combining class of a sign that binds the next letter to the one before."""


def is_left_out(person: Assessment) -> bool:
    """Return whether the name of a person cannot be drawn on paper."""
    return not is_printable(plain(person.patient.get("name", "")))


def left_out_of(count: int) -> str:
    """Say that so many people have no name on their paper, and why."""
    papers = "1 paper shows" if count == 1 else f"{count:,} papers show"
    return (
        f"{papers} no name: the shipped fonts cannot draw every character of it; the patient's "
        "number stands in its place, or a line to write on"
    )


def sheet_on_paper(sheet: Handout) -> Handout:
    """Return a sheet with the name as it can be drawn, or else the number, or a line to write
    on.
    """
    sections = (
        part.model_copy(update={"blocks": tuple(_drawn(part.blocks))}) for part in sheet.sections
    )
    name = sheet.name and (_shown(sheet.name) or _shown(sheet.number))
    return sheet.model_copy(update={"name": name, "sections": tuple(sections)})


def letter_on_paper(made: Letter) -> Letter:
    """Return a letter with a line to write on for each name that cannot be drawn; the number has
    its own line.
    """
    return made.model_copy(update={"head": _facts(made.head), "foot": _facts(made.foot)})


def _drawn(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks, the facts among them as they can be drawn: who saw the person is a name."""
    for block in blocks:
        yield Facts(items=_facts(block.items)) if isinstance(block, Facts) else block


def _facts(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple(Fact(label=fact.label, text=_shown(fact.text)) for fact in facts)


def _shown(text: str | None) -> str | None:
    """Return a text with places to break where it can be drawn."""
    return breakable(text) if text and is_printable(text) else None


def breakable(text: str) -> str:
    """Return a text with places to break in each word that is too long for a line."""
    longer = rf"\S{{{LONGEST_WORD + 1},}}"
    return re.sub(longer, lambda word: "".join(_in_pieces(word[0])), text)


def _in_pieces(word: str) -> Iterator[str]:
    """Yield the characters of a word, and where it may break: never before a mark, or where a sign
    binds two letters.
    """
    letters, before = 0, ""
    for character in word:
        bound = unicodedata.category(character)[0] in "MC" or (
            before and unicodedata.combining(before) == VIRAMA
        )
        if letters >= PIECE and not bound:
            yield BREAK
            letters = 0
        letters += not bound
        before = character
        yield character
