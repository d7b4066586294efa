"""From a `Diagnosis` to text and HTML. The same diagnosis always gives the same bytes."""

from pathlib import Path

from hingeexpert.formats.templates import render
from hingeexpert.inference import Diagnosis
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.for_templates import for_templates
from hingeexpert.reporting.view import view


def render_text(
    knowledge: KnowledgeBase, diagnosis: Diagnosis, templates: Path | None = None
) -> str:
    """Write a diagnosis for the terminal: at most 78 columns, no trailing blanks, one newline at
    the end.

    Args:
        knowledge: The knowledge base that gave the diagnosis.
        diagnosis: The result for one form.
        templates: Folder whose files replace shipped templates of the same name.

    Raises:
        KnowledgeError: When the folder is missing or a template is broken.
    """
    text = render("diagnosis.txt", _context(knowledge, diagnosis), templates)
    lines = [line.rstrip() for line in text.strip("\n").split("\n")]
    return (
        "\n".join(line for line, before in zip(lines, ["", *lines], strict=False) if line or before)
        + "\n"
    )


def render_html(
    knowledge: KnowledgeBase, diagnosis: Diagnosis, templates: Path | None = None
) -> str:
    """Write a diagnosis as one self-contained page without scripts or outside requests.

    Arguments and errors: see `render_text`.
    """
    return render("diagnosis.html", _context(knowledge, diagnosis), templates)


def _context(knowledge: KnowledgeBase, diagnosis: Diagnosis) -> dict[str, object]:
    return {"report": view(knowledge, diagnosis), **for_templates(knowledge)}
