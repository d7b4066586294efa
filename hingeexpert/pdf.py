"""Print data through a Typst template to PDF/UA; the only import of typst.

The data reaches the template as JSON, never as markup. Only the shipped fonts are used, no clock is read, so the same data gives the
same bytes on every machine.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from hingeexpert.errors import KnowledgeError, Problem
from hingeexpert.paths import data_folder

Paper = Literal["a4", "us-letter"]
STANDARD: Literal["ua-1"] = "ua-1"
"""Accessible PDF: tagged, with title, language and a text for every picture (ISO 14289-1)."""
FONTS = (
    "Noto Sans",
    *(f"Noto Sans {script}" for script in ("Arabic", "Hebrew", "Devanagari", "Bengali", "Tamil", "Thai", "Armenian", "Georgian")),
    "Droid Sans Fallback",
)
"""Families in `reports/fonts`, in the order in which they are tried."""
_CROWDED = re.compile(r"crowded (\d+)")
NO_DATE = 0
"""Moment that a template sees as today, in seconds since 1970."""


class CrowdedError(KnowledgeError):
    """A template says that something has no room: its number, which the template passes to `panic("crowded <number>")`."""

    def __init__(self, problem: Problem, number: int) -> None:
        super().__init__([problem])
        self.number = number


def print_pdf(template: str, data: Mapping[str, Any], templates: Path | None = None) -> bytes:
    """Return a PDF/UA-1.

    Args:
        template: Such as `handout.typ`.
        data: What the template reads as `json(bytes(sys.inputs.data))`; `fonts` is added.
        templates: Folder whose files replace shipped templates of the same name.

    Raises:
        CrowdedError: The template says that something has no room.
        KnowledgeError: The folder is missing, or the template cannot be printed, with what the printer says of it.
    """
    if templates is not None and not templates.is_dir():
        raise KnowledgeError([Problem(str(templates), None, "", "there is no such folder of templates")])
    own = templates is not None and (templates / template).is_file()
    path = (templates if own and templates is not None else data_folder("reports")) / template
    written = json.dumps({**data, "fonts": FONTS}, ensure_ascii=False)
    try:
        printed = _compiler(path).compile(format="pdf", pdf_standards=[STANDARD], sys_inputs={"data": written}, timestamp=NO_DATE)
    except typst.TypstError as error:
        problem = Problem(str(path), None, "", _reason(error))
        if full := _CROWDED.search(problem.message):
            raise CrowdedError(problem, int(full[1])) from None
        raise KnowledgeError([problem]) from None
    assert isinstance(printed, bytes)
    return printed


def _reason(error: "typst.TypstError") -> str:
    """Return what the printer says, without what was printed."""
    hints: Iterable[str] = getattr(error, "hints", None) or ()
    return "; ".join([str(getattr(error, "message", None) or error), *hints])


@cache
def _compiler(path: Path) -> "typst.Compiler":
    return typst.Compiler(str(path), root=str(path.parent), font_paths=[str(data_folder("reports") / "fonts")], ignore_system_fonts=True)
