"""How full the page of a sheet is, from which a browser is told how close to set it.

The printer of PDF measures; a browser without scripts cannot. The numbers were fitted to the sheets
of the worked cases in Chromium, each with the largest height of a line at which it fits.
"""

from collections.abc import Iterator

from hingeexpert.handout.document import Handout, Section, Wishes

ROOMIEST, CLOSEST = 1.3, 0.97
"""Heights of a line, in sizes of the letters."""
LARGE, TWO_PAGES = 1.2, 1.15
"""The height of a line in large print, and beside two drills."""
EMPTY, A_LETTER = 1.88, 0.00034
"""The height for a page without a letter, and what each letter takes."""
A_LOG, A_PICTURE, SHORT_PAPER, A_HEAD, A_CODE = 0.05, 0.075, 0.052, 0.03, 0.07
"""What the log, the picture of what was seen, the shorter paper, the line with the head of the
record, and the code to scan take.
"""


def line_height(sheet: Handout, wishes: Wishes) -> float:
    """Return the height of a line at which a sheet fits its pages, in sizes of the letters."""
    ids = [section.id for section in sheet.sections]
    if wishes.large:
        return LARGE
    if ids.count("drill") > 1:
        return TWO_PAGES
    height = EMPTY - A_LETTER * sum(map(len, _texts(sheet)))
    height -= A_LOG * ("log" in ids) + A_PICTURE * _is_drawn(sheet)
    height -= SHORT_PAPER * (wishes.paper != "a4") + A_HEAD * (sheet.record is not None)
    height -= A_CODE * (sheet.pocket is not None)
    return round(min(ROOMIEST, max(CLOSEST, height)), 2)


def _is_drawn(sheet: Handout) -> bool:
    """Whether there is a picture of what was seen."""
    cue = (section for section in sheet.sections if section.id == "cue")
    return any(block.kind == "drawing" for section in cue for block in section.blocks)


def _texts(sheet: Handout) -> Iterator[str]:
    """Yield what stands on a sheet."""
    if sheet.clinic is not None:
        yield from sheet.clinic.model_dump(exclude={"logo"}, exclude_none=True).values()
    for text in (sheet.name, sheet.seen_by, sheet.date, sheet.next_visit, sheet.purpose):
        yield text or " " * 12
    yield from (sheet.title, sheet.lead)
    for section in sheet.sections:
        yield section.heading
        yield from _texts_of(section)


def _texts_of(section: Section) -> Iterator[str]:
    """Yield what stands in a part."""
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
