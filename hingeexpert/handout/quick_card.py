"""The quick card on paper: one side, with the questions of a short visit, to be ticked with a pen.

Owns which boxes a line has; the words are those of `rules/`, the looks `reports/form_quick.html`
and `reports/form_quick.typ`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from hingeexpert.errors import KnowledgeError
from hingeexpert.formats.pdf import CSS_SIZES, Paper
from hingeexpert.formats.templates import render
from hingeexpert.handout.document import direction_of
from hingeexpert.handout.paper_form import (
    ROOM,
    FormPart,
    QuestionLine,
    TickBoxes,
    print_fitting,
    question_line,
    tick_boxes,
)
from hingeexpert.knowledge import KnowledgeBase, in_language
from hingeexpert.knowledge.models.intake import Quick
from hingeexpert.knowledge.models.observables import Cluster, Group


class CardCluster(FormPart):
    """Questions that are read aloud together."""

    title: str
    lines: tuple[QuestionLine, ...]


class CardPortion(FormPart):
    """A part of the form on the card: its clusters, and its other questions.

    Attributes:
        typed: What is typed in a table of forms where no cluster had anything.
    """

    key: str
    title: str
    typed: str | None
    clusters: tuple[CardCluster, ...]
    lines: tuple[QuestionLine, ...]


class QuickCard(FormPart):
    """The whole card, on one side of a sheet."""

    language: str
    direction: Literal["ltr", "rtl"]
    title: str
    form: str
    intro: str
    none_of: str
    none_at_all: str
    words: Mapping[str, Any]
    portions: tuple[CardPortion, ...]


def quick_card(knowledge: KnowledgeBase, language: str) -> QuickCard:
    """Return the card in a language.

    Args:
        knowledge: The knowledge base as loaded.
        language: Its own language, or that of a file in `languages/`.

    Raises:
        KnowledgeError: The rules have no card, or there is no such language, or it lacks a text.
    """
    translated = in_language(knowledge, language)
    quick = _quick(translated)
    box = tick_boxes(knowledge, language)
    portions = (_portion(translated, group, box) for group in translated.groups)
    return QuickCard(
        language=language,
        direction=direction_of(knowledge, language),
        title=quick.title,
        form=knowledge.info.form,
        intro=quick.intro,
        none_of=quick.none_of,
        none_at_all=quick.none_at_all,
        words=translated.handout.paper.model_dump(),
        portions=tuple(portion for portion in portions if portion.clusters or portion.lines),
    )


def _quick(knowledge: KnowledgeBase) -> Quick:
    """Return what the rules say of the card.

    Raises:
        KnowledgeError: They have none.
    """
    quick = knowledge.intake.quick
    if quick is None:
        message = "quick: these rules have no quick card; it is described in intake.yaml"
        raise KnowledgeError.about("intake.yaml", message)
    return quick


def _portion(knowledge: KnowledgeBase, group: Group, box: TickBoxes) -> CardPortion:
    """Return what the card asks of a part."""
    clusters = [cluster for cluster in knowledge.quick_clusters if cluster in group.clusters]
    clustered = {name for cluster in clusters for name in cluster.asks}
    asked = [name for name in knowledge.quick_asks if name in group.observables]
    short = group.shorthand if clusters else None
    return CardPortion(
        key=group.group,
        title=group.title,
        typed=None if short is None else f"{short.key}: {short.value}",
        clusters=tuple(_cluster(group, cluster, box) for cluster in clusters),
        lines=tuple(
            question_line(name, group.observables[name], box)
            for name in asked
            if name not in clustered
        ),
    )


def _cluster(group: Group, cluster: Cluster, box: TickBoxes) -> CardCluster:
    lines = (question_line(name, group.observables[name], box) for name in cluster.asks)
    return CardCluster(title=cluster.title, lines=tuple(lines))


def quick_pdf(card: QuickCard, paper: Paper, templates: Path | None = None) -> bytes:
    """Print the card.

    Args:
        card: The card.
        paper: Size of the paper.
        templates: Folder whose files replace shipped templates of the same name.

    Raises:
        KnowledgeError: The template is missing or broken.
    """
    data = {"paper": paper, **card.model_dump()}
    return print_fitting("form_quick.typ", data, ROOM, 1, templates)


def quick_html(card: QuickCard, paper: Paper, templates: Path | None = None) -> str:
    """Write the card as one page for a browser to show and print.

    Arguments and errors: see `quick_pdf`.
    """
    return render("form_quick.html", {"card": card, "paper": CSS_SIZES[paper]}, templates)
