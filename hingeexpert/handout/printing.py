"""From a `Handout` to what can be printed or sent: a page of HTML, or PDF/UA with one or more
sheets.

Owns sizes of print; the words are in the handout, the looks in `reports/handout.html` and
`reports/handout.typ`.
"""

import base64
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from hingeexpert.formats.pdf import CSS_SIZES, print_pdf
from hingeexpert.formats.templates import css_string, render
from hingeexpert.handout.document import Handout, Wishes
from hingeexpert.handout.fullness import line_height
from hingeexpert.handout.names import sheet_on_paper
from hingeexpert.handout.telephone import dialled, numbers_in, unbroken

NORMAL_SIZE, LARGE_SIZE = 12, 18
"""Size of the text in points: UKAAF G003 asks for 12 at least, and 18 at best for large print."""


def handout_pdf(sheets: Sequence[Handout], wishes: Wishes, templates: Path | None = None) -> bytes:
    """Print sheets into one PDF, each from page one on.

    Args:
        sheets: At least one, all in one language.
        wishes: What they were made with.
        templates: Folder whose files replace shipped templates of the same name.

    Raises:
        KnowledgeError: The template is missing or broken.
    """
    parts = [sheet_on_paper(sheet).model_dump(exclude={"logo"}) for sheet in sheets]
    return print_pdf("handout.typ", {**_settings(sheets, wishes), "sheets": parts}, templates)


def _settings(sheets: Sequence[Handout], wishes: Wishes) -> dict[str, Any]:
    """Return what the template needs for all sheets together."""
    logo = wishes.logo and {
        "format": wishes.logo.format,
        "bytes": list(base64.b64decode(wishes.logo.base64)),
    }
    return {
        "title": _title(sheets, wishes),
        "paper": wishes.paper,
        "size": _size(wishes),
        "grey": wishes.grey,
        "logo": logo,
    }


def _size(wishes: Wishes) -> int:
    """Return the size of the text in points."""
    return LARGE_SIZE if wishes.large else NORMAL_SIZE


def handout_html(sheet: Handout, wishes: Wishes, templates: Path | None = None) -> str:
    """Write a sheet as one self-contained page without scripts or outside requests.

    Arguments and errors: see `handout_pdf`.
    """
    context = {
        "sheet": sheet,
        "title": _title([sheet], wishes),
        "size": _size(wishes),
        "paper": CSS_SIZES[wishes.paper],
        "grey": wishes.grey,
        "drawings": _drawings(sheet),
        "page_content": Markup(_page_content(sheet.labels["page"])),  # noqa: S704 - strings of CSS
        "name_content": Markup(css_string(sheet.name or sheet.title)),  # noqa: S704
        "line": line_height(sheet, wishes),
        "linked": partial(_linked, _numbers(sheet)),
    }
    return render("handout.html", context, templates)


def _drawings(sheet: Handout) -> dict[str, Markup]:
    """Return each drawing as text that need not be escaped: `pictures` did that."""
    drawings: dict[str, Markup] = {}
    for section in sheet.sections:
        for block in section.blocks:
            svgs = [panel.svg for panel in block.panels] if block.kind == "drawing" else []
            svgs += [block.svg] if block.kind == "chart" else []
            # Drawn by the program, which escapes what stands in it.
            drawings |= {svg: Markup(svg) for svg in svgs}  # noqa: S704
    if sheet.pocket is not None:
        drawings[sheet.pocket.svg] = Markup(sheet.pocket.svg)  # noqa: S704
    return drawings


def _page_content(phrase: str) -> str:
    """Return what CSS puts at the foot of a page, such as `"Page " counter(page) " of "
    counter(pages)`.
    """
    # Every second part is the name of a counter, as it was in brackets.
    parts = re.split(r"\[(pages?)\]", phrase)
    content = (
        f"counter({part})" if number % 2 else css_string(part)
        for number, part in enumerate(parts)
        if part
    )
    return " ".join(content)


def _numbers(sheet: Handout) -> tuple[str, ...]:
    """Return the numbers of the clinic that can be dialled, the longest first."""
    clinic = sheet.clinic
    said = (clinic.phone, clinic.emergency_number) if clinic else ()
    found = {number for text in said if text for number in numbers_in(unbroken(text))}
    return tuple(sorted(found, key=len, reverse=True))


def _linked(numbers: Sequence[str], text: str) -> Markup:
    """Return a text in which each number is dialled by a press."""
    if not numbers:
        return escape(text)
    pattern = "|".join(map(re.escape, numbers))
    parts = re.split(f"({pattern})", unbroken(text))
    link = Markup('<a href="{}">{}</a>')
    pieces = (
        link.format(dialled(part), part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )
    return Markup("").join(pieces)


def _title(sheets: Sequence[Handout], wishes: Wishes) -> str:
    """Return the title that the data of a file carries; a name stands there only if that was
    wished.
    """
    first = sheets[0]
    if wishes.name_in_file and len(sheets) == 1 and first.name:
        return f"{first.title}: {first.name}"
    return first.title
