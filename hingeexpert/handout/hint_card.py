"""The card of hints beside the blank form on paper: how to look or ask, line by line, on one sheet.

It says what `paper_form.py` has no room for; its looks are `reports/form_hints.html` and
`reports/form_hints.typ`.
"""

from pathlib import Path

from markupsafe import Markup

from hingeexpert.formats.pdf import CSS_SIZES, Paper
from hingeexpert.formats.templates import css_string, render
from hingeexpert.handout.paper_form import ROOM, PaperForm, print_fitting

SIDES = 2
"""The card is one sheet."""


def hints_pdf(form: PaperForm, paper: Paper, templates: Path | None = None) -> bytes:
    """Print the card of a form.

    Args:
        form: The form.
        paper: Size of the paper.
        templates: Folder whose files replace shipped templates of the same name.

    Raises:
        KnowledgeError: The template is missing or broken.
    """
    data = {"paper": paper, **form.model_dump()}
    return print_fitting("form_hints.typ", data, ROOM, SIDES, templates)


def hints_html(form: PaperForm, paper: Paper, templates: Path | None = None) -> str:
    """Write the card as one page for a browser to show and print.

    Arguments and errors: see `hints_pdf`.
    """
    title = f"{form.words['hints']} · {form.form} · "
    folio = Markup(css_string(title))  # noqa: S704 - it escapes
    data = {"form": form, "paper": CSS_SIZES[paper], "folio": folio}
    return render("form_hints.html", data, templates)
