"""Print data through a Typst template to PDF/UA; the only import of typst.

The data reaches the template as JSON, never as markup. Only the shipped fonts are used, no clock is
read, so the same data gives the same bytes on every machine.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from hingeexpert.errors import KnowledgeError, Problem, shown
from hingeexpert.formats.extras import needs
from hingeexpert.formats.files import data_folder

if TYPE_CHECKING:
    import typst

Paper = Literal["a4", "us-letter"]
"""A size of paper, as Typst names it."""
PAPERS: Mapping[str, Paper] = {"a4": "a4", "letter": "us-letter"}
"""Size of paper as people write it to its name for the printer."""
CSS_SIZES: Mapping[Paper, str] = {"a4": "A4", "us-letter": "letter"}
"""Size of paper to its name in a style sheet."""
STANDARD: Literal["ua-1"] = "ua-1"
"""Accessible PDF: tagged, with title, language and a text for every picture (ISO 14289-1)."""
FONTS = (
    "Noto Sans",
    *(
        f"Noto Sans {script}"
        for script in (
            "Arabic",
            "Hebrew",
            "Devanagari",
            "Bengali",
            "Tamil",
            "Thai",
            "Armenian",
            "Georgian",
            "Gujarati",
            "Gurmukhi",
            "Oriya",
            "Kannada",
            "Telugu",
            "Malayalam",
            "Sinhala",
            "Lao",
            "Khmer",
            "Myanmar",
            "Ethiopic",
            "Cherokee",
            "Syriac",
            "Thaana",
            "Tifinagh",
            "NKo",
            "Adlam",
            "CanAborig",
            "Ol Chiki",
            "MeeteiMayek",
        )
    ),
    "Noto Serif Tibetan",
    "Droid Sans Fallback",
    "Noto Sans CJK JP",
)
"""Families in `reports/fonts`, in the order in which they are tried."""
UNSHOWN = "\N{REPLACEMENT CHARACTER}"
"""Stands for a character that no shipped font has."""
_CROWDED = re.compile(r"crowded (\d+)")
_NO_GLYPH = re.compile(r'(?:the text|disallowed codepoint) `"(.+?)"`', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_LINE = re.compile(
    r"\N{BOX DRAWINGS LIGHT DOWN AND RIGHT}\N{BOX DRAWINGS LIGHT HORIZONTAL} (.+):(\d+):\d+"
)
_OWN_WORDS = re.compile(r"[^:\"`(]+")
NO_DATE = 0
"""Moment that a template sees as today, in seconds since 1970."""


class CrowdedError(KnowledgeError):
    """A template says that something has no room: its number, which the template passes to
    `panic("crowded <number>")`.
    """

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
        KnowledgeError: The folder is missing, or the template cannot be printed, with what the
            printer says of it.
        ExtraError: The printer is not installed.
    """
    needs("PDF")
    import typst

    if templates is not None and not templates.is_dir():
        raise KnowledgeError.about(templates, "there is no such folder of templates")
    own = templates is not None and (templates / template).is_file()
    path = (templates if own and templates is not None else data_folder("reports")) / template
    without: dict[str, str] = {}
    while True:
        written = json.dumps({**_without(data, without), "fonts": FONTS}, ensure_ascii=False)
        try:
            printed = _compiler(path).compile(
                format="pdf",
                pdf_standards=[STANDARD],
                sys_inputs={"data": written},
                timestamp=NO_DATE,
            )
        except typst.TypstError as error:
            if missing := _missing(error, written, without):
                without |= missing
                continue
            if full := _CROWDED.search(str(error)):
                raise CrowdedError(_problem(path, error), int(full[1])) from None
            raise KnowledgeError([_problem(path, error)]) from None
        assert isinstance(printed, bytes)
        return printed


@lru_cache(maxsize=4096)
def is_printable(text: str) -> bool:
    """Return whether the shipped fonts have everything that a text needs, so that nothing in it is
    replaced.

    The printer is asked, as it alone knows which marks go with which letter.

    Raises:
        ExtraError: The printer is not installed.
    """
    if text.isascii():
        return text.isprintable()
    needs("PDF")
    import typst

    data = json.dumps({"text": text, "fonts": FONTS}, ensure_ascii=False)
    try:
        _compiler(data_folder("reports") / "name.typ").compile(
            format="pdf", pdf_standards=[STANDARD], sys_inputs={"data": data}, timestamp=NO_DATE
        )
    except typst.TypstError:
        return False
    return UNSHOWN not in text


def _missing(error: "typst.TypstError", written: str, known: Mapping[str, str]) -> dict[str, str]:
    """Return what cannot be printed and was not known before, if that is what the printer stopped
    at, and what stands there instead.

    First the characters that no font has; then the marks that bind a character to one that another
    font has.
    """
    found = _NO_GLYPH.search(str(error))
    if found is None:
        return {}
    text = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), found[1])
    missing = {
        character: UNSHOWN
        for character in text
        if not (character.isascii() and character.isprintable())
    }
    marks = {
        character: ""
        for character in written
        if unicodedata.category(character) in ("Cf", "Cn", "Mc", "Me", "Mn")
    }
    new = {
        character: instead
        for character, instead in missing.items()
        if character not in (*known, UNSHOWN)
    }
    return new or {character: "" for character in marks if known.get(character) != ""}


def _without(value: Any, instead: Mapping[str, str]) -> Any:
    """Return data with some characters replaced."""
    if not instead:
        return value
    if isinstance(value, str):
        return "".join(instead.get(character, character) for character in value)
    if isinstance(value, Mapping):
        return {key: _without(part, instead) for key, part in value.items()}
    return [_without(part, instead) for part in value] if isinstance(value, list | tuple) else value


def _problem(path: Path, error: "typst.TypstError") -> Problem:
    """Return what the printer says in its own words, and the line of the template; never what was
    printed.
    """
    standard, colon, rest = str(error).rpartition("error: ")
    found = _OWN_WORDS.match(rest)
    message = standard + colon + (found[0].strip() if found else "the template fails")
    place = _LINE.search(str(getattr(error, "diagnostic", "")))
    if place is None or Path(place[1]).name != path.name:
        return Problem(str(path), None, "", message)
    number = int(place[2])
    return Problem(
        str(path),
        number,
        "",
        f"{message}: {shown(path.read_text(encoding='utf-8').splitlines()[number - 1].strip())}",
    )


@cache
def _compiler(path: Path) -> "typst.Compiler":
    import typst

    return typst.Compiler(
        str(path),
        root=str(path.parent),
        font_paths=[str(data_folder("reports") / "fonts")],
        ignore_system_fonts=True,
    )
