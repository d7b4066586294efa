"""How full the page of a sheet is: its letters, from which a browser is told how close to set it.

The printer of PDF measures; a browser without scripts cannot.
"""

from collections.abc import Iterator

from hingeexpert.handout.document import Handout, Section, Wishes

ROOMIEST, CLOSEST = 1.3, 1.03
"""Heights of a line, in sizes of the letters."""


def line_height(sheet: Handout, wishes: Wishes) -> float:
    """Return the height of a line at which a sheet fits its pages."""
    letters = sum(map(len, _texts(sheet)))
    if wishes.large:
        return 1.2
    most = 2000
    return round(min(ROOMIEST, max(CLOSEST, ROOMIEST - (letters - most) / 4000)), 2)


def _texts(sheet: Handout) -> Iterator[str]:
    """Yield what stands on a sheet."""
    yield sheet.title
    yield sheet.purpose or ""
    yield sheet.lead
    for section in sheet.sections:
        yield section.heading
        yield from _texts_of(section)


def _texts_of(section: Section) -> Iterator[str]:
    for block in section.blocks:
        match block.kind:
            case "text" | "cue":
                yield block.text
            case "labelled":
                yield f"{block.label} {block.text}"
            case "steps" | "points":
                yield from block.items
            case "care":
                for card in block.cards:
                    yield from (card.heading, *card.items)
