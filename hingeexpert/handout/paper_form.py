"""The blank form on paper: every question in intake order, with the codes of the table form, to be
ticked with a pen while watching.

Owns which boxes a line has; the words are those of `rules/`, the looks `reports/form.html` and
`reports/form.typ`.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal

from markupsafe import Markup
from pydantic import BaseModel, ConfigDict

from hingeexpert.formats.pdf import CrowdedError, Paper, print_pdf
from hingeexpert.formats.templates import render
from hingeexpert.forms.assessment import NOT_NOTED
from hingeexpert.knowledge import KnowledgeBase, in_language
from hingeexpert.knowledge.models.observables import Group, Observable
from hingeexpert.knowledge.translation import spoken, words_in
from hingeexpert.pictures import draw_blank

SIZES = (9, 8.7, 8.4, 8.1, 7.8, 7.5, 7.2, 7)
"""Sizes of the text in points; the largest with which the form fits on two sides is taken."""


class Part(BaseModel):
    """Base of every part of the form."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Box(Part):
    """An answer to tick: its code in a table of forms, and in words where that is another language
    than the code.
    """

    code: str
    words: str | None


class Line(Part):
    """A question.

    Attributes:
        key: Its name in a table of forms, without that of the part.
        short: What is asked.
        tip: How to look or ask.
        boxes: Answers to tick; none where a number is written down.
        range: Least and greatest number.
        sometimes: Whether it is asked only of some.
    """

    key: str
    short: str
    tip: str | None
    boxes: tuple[Box, ...]
    range: str | None
    sometimes: bool


class Shorthand(Part):
    """One box that answers all flags of a part that are left blank."""

    key: str
    code: str


class Portion(Part):
    """A part of the form; `figure` says that the drawing to mark stands here."""

    key: str
    title: str
    shorthand: Shorthand | None
    lines: tuple[Line, ...]
    figure: bool


class PaperForm(Part):
    """The whole form, on two sides of a sheet."""

    language: str
    direction: Literal["ltr", "rtl"]
    title: str
    form: str
    words: Mapping[str, str]
    sides: tuple[tuple[Portion, ...], ...]
    svg: str
    alt: str


def paper_form(knowledge: KnowledgeBase, language: str) -> PaperForm:
    """Return the form in a language.

    Args:
        knowledge: The knowledge base as loaded.
        language: Its own language, or that of a file in `languages/`.

    Raises:
        KnowledgeError: There is no such language, or it lacks a text.
    """
    own, say = in_language(knowledge, language), words_in(knowledge, language)
    file = knowledge.languages.get(language)
    same = language == knowledge.info.language

    def box(value: str) -> Box:
        words = say(spoken(value))
        return Box(code=value, words=None if same or words == value else words)

    def line(name: str, item: Observable) -> Line:
        values = (
            ()
            if item.range
            else tuple(value for value in item.values if not value == item.default == NOT_NOTED)
        )
        return Line(
            key=name.partition(".")[2],
            short=item.short or item.question,
            tip=item.tip,
            boxes=tuple(box(value) for value in values),
            range=f"{item.range.least:g}-{item.range.most:g}" if item.range else None,
            sometimes=item.ask_when is not None,
        )

    def portion(group: Group) -> Portion:
        short = group.shorthand and Shorthand(key=group.shorthand.key, code=group.shorthand.value)
        lines = tuple(_without_echo(line(name, item) for name, item in group.observables.items()))
        return Portion(
            key=group.group,
            title=group.title,
            shorthand=short,
            lines=lines,
            figure=knowledge.handout.measured.lean in group.observables,
        )

    portions = [portion(group) for group in own.groups]
    turn = next(
        place for place, group in enumerate(own.groups) if group.group == own.handout.second_side
    )
    return PaperForm(
        language=language,
        direction=file.direction if file else "ltr",
        title=own.handout.titles.form,
        form=knowledge.info.form,
        words=own.handout.paper.model_dump(),
        sides=(tuple(portions[:turn]), tuple(portions[turn:])),
        svg=draw_blank(own.poses),
        alt=own.poses.blank_alt,
    )


def _without_echo(lines: Iterable[Line]) -> Iterator[Line]:
    """Leave out a tip that says the same as the one above it."""
    above = None
    for line in lines:
        yield line.model_copy(update={"tip": None}) if line.tip == above else line
        above = line.tip


def paper_pdf(form: PaperForm, paper: Paper, templates: Path | None = None) -> bytes:
    """Print the form.

    Args:
        form: The form.
        paper: Size of the paper.
        templates: Folder whose files replace shipped templates of the same name.

    Raises:
        KnowledgeError: The template is missing or broken.
    """
    for size in SIZES:
        with suppress(CrowdedError):
            return print_pdf(
                "form.typ",
                {
                    "paper": paper,
                    "size": size,
                    "sides_allowed": len(form.sides),
                    **form.model_dump(),
                },
                templates,
            )
    return print_pdf(
        "form.typ",
        {"paper": paper, "size": SIZES[-1], "sides_allowed": None, **form.model_dump()},
        templates,
    )


def paper_html(form: PaperForm, paper: Paper, templates: Path | None = None) -> str:
    """Write the form as one page for a browser to show and print.

    Arguments and errors: see `paper_pdf`.
    """
    size = {"a4": "A4", "us-letter": "letter"}[paper]
    return render("form.html", {"form": form, "paper": size, "figure": Markup(form.svg)}, templates)  # noqa: S704 - drawing.py escapes it
