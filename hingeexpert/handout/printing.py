"""From a `Handout` to what can be printed or sent: a page of HTML, or PDF/UA with one or more
sheets.

Owns sizes of print; the words are in the handout, the looks in `reports/handout.html` and
`reports/handout.typ`.
"""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from hingeexpert.formats.pdf import CrowdedError, print_pdf
from hingeexpert.formats.templates import render
from hingeexpert.handout.document import Handout, Wishes

FULLEST = 3
"""How often the template may say that a sheet has no room: it is set closer, then closer still,
then on two pages.
"""
TOGETHER = 8
"""Sheets that are tried together before all are printed: one that has no room makes the others of
its lot wait, not all of them.
"""
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
    logo = wishes.logo
    data = {
        "title": _title(sheets, wishes),
        "paper": wishes.paper,
        "size": LARGE_SIZE if wishes.large else NORMAL_SIZE,
        "grey": wishes.grey,
        "logo": None
        if logo is None
        else {"format": logo.format, "bytes": list(base64.b64decode(logo.base64))},
    }
    parts = [sheet.model_dump(exclude={"logo"}) for sheet in sheets]
    crowded: list[int] = []
    for first in range(0, len(parts), TOGETHER) if len(parts) > TOGETHER else ():
        _, found = _printed(data, parts[first : first + TOGETHER], [], templates)
        crowded += (first + number for number in found)
    return _printed(data, parts, crowded, templates)[0]


def _printed(
    data: Mapping[str, Any], parts: Sequence[Any], crowded: Sequence[int], templates: Path | None
) -> tuple[bytes, list[int]]:
    """Return the PDF, and the number of each sheet that has no room, as often as the template says
    so.
    """
    found = list(crowded)
    while True:
        try:
            return print_pdf(
                "handout.typ", {**data, "sheets": parts, "crowded": found}, templates
            ), found
        except CrowdedError as error:
            if found.count(error.number) == FULLEST:
                raise
            found.append(error.number)


def handout_html(sheet: Handout, wishes: Wishes, templates: Path | None = None) -> str:
    """Write a sheet as one self-contained page without scripts or outside requests.

    Arguments and errors: see `handout_pdf`.
    """
    drawings = {
        block.svg: Markup(block.svg)  # noqa: S704
        for part in sheet.sections
        for block in part.blocks
        if block.kind == "drawing"
    }
    context = {
        "sheet": sheet,
        "title": _title([sheet], wishes),
        "size": LARGE_SIZE if wishes.large else NORMAL_SIZE,
        "paper": {"a4": "A4", "us-letter": "letter"}[wishes.paper],
        "grey": wishes.grey,
        "drawings": drawings,
        "page_content": Markup(_page_content(sheet.labels["page"])),  # noqa: S704 - the words of the rules, as strings of CSS
    }
    return render("handout.html", context, templates)


def _page_content(phrase: str) -> str:
    """Return what CSS puts at the foot of a page, such as `"Page " counter(page) " of "
    counter(pages)`.
    """
    parts = re.split(r"\[(pages?)\]", phrase)
    return " ".join(
        f"counter({part})" if number % 2 else json.dumps(part)
        for number, part in enumerate(parts)
        if part
    )


def _title(sheets: Sequence[Handout], wishes: Wishes) -> str:
    """Return the title that the data of a file carries; a name stands there only if that was
    wished.
    """
    first = sheets[0]
    return (
        f"{first.title}: {first.name}"
        if wishes.name_in_file and len(sheets) == 1 and first.name
        else first.title
    )
