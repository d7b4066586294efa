"""From a `Diagnosis` to text and HTML. The same diagnosis always gives the same bytes."""

from dataclasses import replace
from pathlib import Path

from markupsafe import Markup

from hingeexpert.formats.templates import render
from hingeexpert.inference import Diagnosis
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.for_templates import for_templates
from hingeexpert.reporting.fitting import Room
from hingeexpert.reporting.view import view

SCREEN = Room(lines=24, columns=78, margin=11)
"""One screen of a terminal."""
NOTE = Room(lines=8, columns=78, indent=2)
"""What goes into the record."""


def render_short(
    knowledge: KnowledgeBase,
    diagnosis: Diagnosis,
    more: str = "",
    templates: Path | None = None,
    columns: int = SCREEN.columns,
    head: str | None = None,
) -> str:
    """Write what a clinician acts on, on one screen: 24 lines of 78 columns at the most.

    Args:
        knowledge: The knowledge base that gave the diagnosis.
        diagnosis: The result for one form.
        more: The command that shows all of it; told in the last line.
        templates: Folder whose files replace shipped templates of the same name.
        columns: The width of a narrower terminal, which then gets as many lines more.
        head: Short head of the record that it comes from.

    Raises:
        KnowledgeError: When the folder is missing or a template is broken.
    """
    context = {**_context(knowledge, diagnosis), "more": more, "head": head}
    lines = SCREEN.lines * SCREEN.columns // columns
    return replace(SCREEN, lines=lines, columns=columns).fit(
        render("short.txt", context, templates)
    )


def render_note(
    knowledge: KnowledgeBase, diagnosis: Diagnosis, templates: Path | None = None
) -> str:
    """Write what goes into the record: three to eight lines of 78 columns at the most, nothing
    assumed. While a referral comes first it is the handover.

    Arguments and errors: see `render_short`.
    """
    return NOTE.fit(render("note.txt", _context(knowledge, diagnosis), templates))


def render_text(
    knowledge: KnowledgeBase,
    diagnosis: Diagnosis,
    templates: Path | None = None,
    head: str | None = None,
) -> str:
    """Write all of a diagnosis for the terminal: at most 78 columns, no trailing blanks, one
    newline at the end.

    Args:
        knowledge: The knowledge base that gave the diagnosis.
        diagnosis: The result for one form.
        templates: Folder whose files replace shipped templates of the same name.
        head: Short head of the record that it comes from.

    Raises:
        KnowledgeError: When the folder is missing or a template is broken.
    """
    context = {**_context(knowledge, diagnosis), "head": head}
    text = render("diagnosis.txt", context, templates)
    lines = [line.rstrip() for line in text.strip("\n").split("\n")]
    return (
        "\n".join(line for line, before in zip(lines, ["", *lines], strict=False) if line or before)
        + "\n"
    )


def render_html(
    knowledge: KnowledgeBase,
    diagnosis: Diagnosis,
    templates: Path | None = None,
    chart: Markup | None = None,
    head: str | None = None,
    app: str | None = None,
) -> str:
    """Write a diagnosis as one self-contained page without scripts or outside requests.

    Args:
        knowledge: The knowledge base that gave the diagnosis.
        diagnosis: The result for one form.
        templates: Folder whose files replace shipped templates of the same name.
        chart: The person over time, as SVG, where earlier visits are known.
        head: Short head of the record that it comes from.
        app: Hash of all files of the app that it was made in; `None` where that was no app.

    Raises:
        KnowledgeError: When the folder is missing or a template is broken.
    """
    context = {**_context(knowledge, diagnosis), "chart": chart, "head": head, "app": app}
    return render("diagnosis.html", context, templates)


def _context(knowledge: KnowledgeBase, diagnosis: Diagnosis) -> dict[str, object]:
    return {"report": view(knowledge, diagnosis), **for_templates(knowledge)}
