"""The blank form on paper: every question in intake order, with the codes of the table form, to be
ticked with a pen while watching.

Owns which boxes a line has; the words are those of `rules/`, the looks `reports/form.html` and
`reports/form.typ`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Literal

from markupsafe import Markup
from pydantic import BaseModel, ConfigDict

from hingeexpert.formats.pdf import CSS_SIZES, CrowdedError, Paper, print_pdf
from hingeexpert.formats.templates import render
from hingeexpert.forms.assessment import NOT_NOTED
from hingeexpert.handout.document import direction_of
from hingeexpert.knowledge import KnowledgeBase, in_language
from hingeexpert.knowledge.models.observables import Group, Observable
from hingeexpert.knowledge.translation import spoken, words_in
from hingeexpert.pictures import draw_blank

SIZES = (9, 8.7, 8.4, 8.1, 7.8, 7.5, 7.2, 7)
"""Sizes of the text in points; the largest with which the form fits on two sides is taken."""


class FormPart(BaseModel):
    """Base of every part of the form."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TickBox(FormPart):
    """An answer to tick: its code in a table of forms, and in words where that is another language
    than the code.
    """

    code: str
    words: str | None


class QuestionLine(FormPart):
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
    boxes: tuple[TickBox, ...]
    range: str | None
    sometimes: bool


class ShorthandBox(FormPart):
    """One box that answers all flags of a part that are left blank."""

    key: str
    code: str


class Portion(FormPart):
    """A part of the form; `figure` says that the drawing to mark stands here."""

    key: str
    title: str
    shorthand: ShorthandBox | None
    lines: tuple[QuestionLine, ...]
    figure: bool


class PaperForm(FormPart):
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
    translated = in_language(knowledge, language)
    words = translated.handout
    box = tick_boxes(knowledge, language)
    portions = tuple(_portion(group, box, words.measured.lean) for group in translated.groups)
    turn = [portion.key for portion in portions].index(words.second_side)
    return PaperForm(
        language=language,
        direction=direction_of(knowledge, language),
        title=words.titles.form,
        form=knowledge.info.form,
        words=words.paper.model_dump(),
        sides=(portions[:turn], portions[turn:]),
        svg=draw_blank(translated.poses),
        alt=translated.poses.blank_alt,
    )


def tick_boxes(knowledge: KnowledgeBase, language: str) -> Callable[[str], TickBox]:
    """Return what makes a box of a code on a form in a language; errors: see `paper_form`."""
    foreign = language != knowledge.info.language
    return partial(_tick_box, say=words_in(knowledge, language), foreign=foreign)


def _portion(group: Group, box: Callable[[str], TickBox], marked: str) -> Portion:
    """Return a part of the form.

    Args:
        group: The part.
        box: What makes a box of a code.
        marked: Observable beside which the drawing to mark stands.
    """
    short = group.shorthand
    lines = [question_line(name, item, box) for name, item in group.observables.items()]
    return Portion(
        key=group.group,
        title=group.title,
        shorthand=short and ShorthandBox(key=short.key, code=short.value),
        lines=tuple(_without_echo(lines)),
        figure=marked in group.observables,
    )


def question_line(name: str, item: Observable, box: Callable[[str], TickBox]) -> QuestionLine:
    """Return the line of a question; `box` makes a box of a code."""
    return QuestionLine(
        key=name.partition(".")[2],
        short=item.short or item.question,
        tip=item.tip,
        boxes=tuple(box(code) for code in _codes(item)),
        range="-".join(item.answer.ends) or None,
        sometimes=item.ask_when is not None,
    )


def _codes(item: Observable) -> list[str]:
    """Return the answers to tick: not the one that a blank is taken as when nothing was noted."""
    return [code for code in item.answer.categories if not code == item.default == NOT_NOTED]


def _tick_box(code: str, say: Callable[[str], str], foreign: bool) -> TickBox:
    """Return the box of an answer; words stand beside its code only in another language."""
    words = say(spoken(code))
    return TickBox(code=code, words=words if foreign and words != code else None)


def _without_echo(lines: Iterable[QuestionLine]) -> Iterator[QuestionLine]:
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
    data = {"paper": paper, **form.model_dump()}
    return print_fitting("form.typ", data, SIZES, len(form.sides), templates)


def print_fitting(
    template: str,
    data: Mapping[str, object],
    sizes: Sequence[float],
    sides: int,
    templates: Path | None,
) -> bytes:
    """Print a form in the largest size of text with which it fits on so many sides; with none it
    fits, then it takes as many as it needs. Errors: see `paper_pdf`.
    """
    for size in sizes:
        with suppress(CrowdedError):
            return print_pdf(template, {**data, "size": size, "sides_allowed": sides}, templates)
    return print_pdf(template, {**data, "size": sizes[-1], "sides_allowed": None}, templates)


def paper_html(form: PaperForm, paper: Paper, templates: Path | None = None) -> str:
    """Write the form as one page for a browser to show and print.

    Arguments and errors: see `paper_pdf`.
    """
    figure = Markup(form.svg)  # noqa: S704 - drawing.py escapes it
    data = {"form": form, "paper": CSS_SIZES[paper], "figure": figure}
    return render("form.html", data, templates)
