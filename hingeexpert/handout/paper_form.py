"""The blank form on paper: every question in intake order, with the codes of the table form, to be
ticked with a pen while watching.

Owns which boxes a line has; the words are those of `rules/`, the looks `reports/form.html` and
`reports/form.typ`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from markupsafe import Markup
from pydantic import BaseModel, ConfigDict

from hingeexpert.formats.pdf import CSS_SIZES, CrowdedError, Paper, print_pdf
from hingeexpert.formats.pdf_fields import with_fields
from hingeexpert.formats.templates import css_string, render
from hingeexpert.forms.assessment import NOT_NOTED
from hingeexpert.handout.document import direction_of
from hingeexpert.knowledge import KnowledgeBase, in_language
from hingeexpert.knowledge.models.observables import Cluster, Group, Observable
from hingeexpert.knowledge.translation import spoken, words_in
from hingeexpert.pictures import draw_blank

ROOM = (4, 3, 2.4, 1.8, 1.2, 0.8, 0.4)
"""Room above and below a line in points; the most with which the form fits on its sides is taken,
as the letters are never made smaller.
"""
TickBoxes = Callable[[Observable, str], "TickBox"]
"""From a question in the language of the form and one of its codes to the box of that answer."""


class FormPart(BaseModel):
    """Base of every part of the form."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TickBox(FormPart):
    """An answer to tick: its code in a table of forms, and the same in words."""

    code: str
    words: str


class QuestionLine(FormPart):
    """A question.

    Attributes:
        name: Its name in a table of forms.
        key: The same without that of the part.
        short: What is asked.
        tip: How to look or ask.
        boxes: Answers to tick; none where a number is written down.
        flag: Whether they are yes and no.
        range: Least and greatest number.
        sometimes: Whether it is asked only of some.
    """

    name: str
    key: str
    short: str
    tip: str | None
    boxes: tuple[TickBox, ...]
    flag: bool
    range: str | None
    sometimes: bool


class ShorthandBox(FormPart):
    """One box that answers all flags of a part that are left blank."""

    name: str
    key: str
    code: str


class Portion(FormPart):
    """A part of the form.

    Attributes:
        shorthand: The box that answers all of it.
        urgent: What stands on the frame around its first lines.
        boxed: How many lines stand in that frame.
        figure: Whether the drawing to mark stands here.
    """

    key: str
    title: str
    shorthand: ShorthandBox | None
    urgent: str | None
    boxed: int
    lines: tuple[QuestionLine, ...]
    figure: bool


class PaperForm(FormPart):
    """The whole form, side by side as it is printed."""

    language: str
    direction: Literal["ltr", "rtl"]
    title: str
    form: str
    words: Mapping[str, Any]
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
    return PaperForm(
        language=language,
        direction=direction_of(knowledge, language),
        title=words.titles.form,
        form=knowledge.info.form,
        words=words.paper.model_dump(),
        sides=tuple(_sides(portions, words.further_sides)),
        svg=draw_blank(translated.poses),
        alt=translated.poses.blank_alt,
    )


def _sides(portions: Sequence[Portion], further: Collection[str]) -> Iterator[tuple[Portion, ...]]:
    """Yield the parts of each side; `further` has those with which a new one begins."""
    starts = [number for number, portion in enumerate(portions) if portion.key in further]
    for start, end in pairwise((0, *starts, len(portions))):
        yield tuple(portions[start:end])


def tick_boxes(knowledge: KnowledgeBase, language: str) -> TickBoxes:
    """Return what makes the boxes of a form in a language; errors: see `paper_form`."""
    return partial(_tick_box, say=words_in(knowledge, language))


def _portion(group: Group, box: TickBoxes, marked: str) -> Portion:
    """Return a part of the form.

    Args:
        group: The part.
        box: What makes a box of a code.
        marked: Observable beside which the drawing to mark stands.
    """
    lines = [question_line(name, item, box) for name, item in group.observables.items()]
    urgent = _urgent(group)
    return Portion(
        key=group.group,
        title=group.title,
        shorthand=_shorthand(group),
        urgent=urgent and urgent.title,
        boxed=len(urgent.asks) if urgent else 0,
        lines=tuple(_without_echo(lines)),
        figure=marked in group.observables,
    )


def _shorthand(group: Group) -> ShorthandBox | None:
    """Return the box that answers all flags of a part, if it has one."""
    short = group.shorthand
    if short is None:
        return None
    return ShorthandBox(name=f"{group.group}.{short.key}", key=short.key, code=short.value)


def _urgent(group: Group) -> Cluster | None:
    """Return the first cluster of a part that one box may answer, if the part begins with it: its
    lines must not be passed over.
    """
    first = next(iter(group.clusters), None)
    if group.shorthand is None or first is None:
        return None
    return first if [*group.observables][: len(first.asks)] == [*first.asks] else None


def question_line(name: str, item: Observable, box: TickBoxes) -> QuestionLine:
    """Return the line of a question; `box` makes the box of an answer."""
    return QuestionLine(
        name=name,
        key=name.partition(".")[2],
        short=item.short or item.question,
        tip=item.tip,
        boxes=tuple(box(item, code) for code in _codes(item)),
        flag=item.answer.is_flag,
        range="-".join(item.answer.ends) or None,
        sometimes=item.ask_when is not None,
    )


def _codes(item: Observable) -> list[str]:
    """Return the answers to tick: not the one that a blank is taken as when nothing was noted."""
    return [code for code in item.answer.categories if not code == item.default == NOT_NOTED]


def _tick_box(item: Observable, code: str, say: Callable[[str], str]) -> TickBox:
    """Return the box of an answer: in the words that its question has for it, else in its own."""
    return TickBox(code=code, words=item.say.get(code) or say(spoken(code)))


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
    data = {"paper": paper, "fillable": False, **form.model_dump()}
    return print_fitting("form.typ", data, ROOM, len(form.sides), templates)


def fillable_pdf(form: PaperForm, paper: Paper, templates: Path | None = None) -> bytes:
    """Print the form with fields, to be filled in on a screen.

    Arguments: see `paper_pdf`.

    Raises:
        KnowledgeError: The template is missing or broken.
        ExtraError: What makes fields is not installed.
    """
    data = {"paper": paper, "fillable": True, **form.model_dump()}
    printed = print_fitting("form.typ", data, ROOM, len(form.sides), templates)
    return with_fields(printed, _field_words(form), {"form": form.form})


def _field_words(form: PaperForm) -> dict[str, str]:
    """Return what every field and every box is called, for whoever hears the form."""
    words = form.words
    called = {
        "patient.name": words["name"],
        "patient.id": words["patient_id"],
        "date": words["date"],
        "clinician": words["clinician"],
    }
    for portion in (portion for side in form.sides for portion in side):
        if portion.shorthand is not None:
            short = portion.shorthand
            called |= dict.fromkeys((short.name, f"{short.name}={short.code}"), words["shorthand"])
        for line in portion.lines:
            asked = f"{portion.title}. {line.short}"
            called[line.name] = f"{asked}, {line.range}" if line.range else asked
            called |= {f"{line.name}={box.code}": f"{asked}: {box.words}" for box in line.boxes}
    return called


def print_fitting(
    template: str,
    data: Mapping[str, object],
    most: Sequence[float],
    sides: int,
    templates: Path | None,
    *,
    of: str = "room",
) -> bytes:
    """Print a form with the most of something, such as room between its lines, with which it fits
    on so many sides; with none it fits, then it takes as many as it needs. Errors: see `paper_pdf`.
    """
    for much in most:
        with suppress(CrowdedError):
            return print_pdf(template, {**data, of: much, "sides_allowed": sides}, templates)
    return print_pdf(template, {**data, of: most[-1], "sides_allowed": None}, templates)


def paper_html(form: PaperForm, paper: Paper, templates: Path | None = None) -> str:
    """Write the form as one page for a browser to show and print.

    Arguments and errors: see `paper_pdf`.
    """
    figure = Markup(form.svg)  # noqa: S704 - drawing.py escapes it
    folio = Markup(css_string(f"{form.title} · {form.form} · "))  # noqa: S704 - it escapes
    data = {"form": form, "paper": CSS_SIZES[paper], "figure": figure, "folio": folio}
    return render("form.html", data, templates)
