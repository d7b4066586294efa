"""The command `form`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import (
    ExampleFirst,
    knowledge_options,
    language_code,
    load,
    template_options,
)
from hingeexpert.cli.output import Output, overwrite_option
from hingeexpert.formats.extras import needs
from hingeexpert.formats.pdf import PAPERS

if TYPE_CHECKING:
    from hingeexpert.knowledge import KnowledgeBase


@click.command(
    cls=ExampleFirst,
    example="""hingeexpert form > form.yaml
               hingeexpert form --long > form.yaml
               hingeexpert form --format csv > forms.csv
               hingeexpert form --format pdf --fillable -o form.pdf
               hingeexpert form --quick --format pdf -o card.pdf""",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["yaml", "csv", "html", "pdf"]),
    default="yaml",
    show_default=True,
)
@click.option(
    "--language",
    default=None,
    metavar="CODE",
    help="Of the form on paper, such as es.  [default: that of the rules]",
)
@click.option(
    "--paper",
    type=click.Choice(list(PAPERS)),
    default="a4",
    show_default=True,
    help="Size of the paper (html, pdf).",
)
@click.option(
    "--long",
    "explained",
    is_flag=True,
    help="Say for each question how to look and what each answer means (yaml only).",
)
@click.option(
    "--quick",
    is_flag=True,
    help="Only the quick card: safety in groups, the main signs of both drills, and pain.",
)
@click.option(
    "--hints",
    is_flag=True,
    help="The card of hints beside the form: how to look or ask, line by line (html, pdf).",
)
@click.option(
    "--fillable",
    is_flag=True,
    help="With fields, to fill in on a screen and to be read like any other form (pdf).",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File; standard output where it is not given.",
)
@overwrite_option
@knowledge_options
@template_options
def form(
    format_: str,
    language: str | None,
    paper: str,
    explained: bool,
    quick: bool,
    hints: bool,
    fillable: bool,
    output: Path | None,
    overwrite: bool,
    rules: Path,
    templates: Path | None,
) -> None:
    """Print the blank form: every question with its allowed answers, the header of a table, or four
    sides of paper to tick with a pen. With --quick it is the quick card, on one side.

    On paper the questions stand in intake order, with answers in words and the codes of a table of
    forms, so that typing it in needs no thought. Hints stand where there is room; all of them are
    on a card of their own (--hints). A PDF with fields (--fillable) is filled in on a screen, and
    given to `diagnose` and the other commands as it is. PDF needs the extra `pdf`.
    """
    on_paper = format_ in ("html", "pdf")
    if explained and format_ != "yaml":
        raise click.UsageError(
            "only the form as text has room for explanations: --long goes with --format yaml"
        )
    if language is not None and not on_paper:
        raise click.UsageError("--language is for the form on paper: --format html or pdf")
    _check_sheet(format_, quick, hints, fillable)
    if format_ == "pdf":
        needs(*(("PDF", "PDF forms") if fillable else ("PDF",)))
    target = Output(output, overwrite, (rules, templates), private=False) if output else None
    if target is not None:
        target.check()
    knowledge = load(rules)
    if quick and not knowledge.quick_asks:
        raise click.UsageError("these rules have no quick card; it is described in intake.yaml")
    content: str | bytes
    if on_paper:
        code = language_code(knowledge, language)
        sheet = _fillable if fillable else _card if quick else _hints if hints else _sheet
        content = sheet(knowledge, code, format_, paper, templates)
    else:
        content = _text(knowledge, format_, explained, quick)
    if target is None:
        click.echo(content, nl=False)
    else:
        target.write(content)


def _sheet(
    knowledge: KnowledgeBase, code: str, format_: str, paper: str, templates: Path | None
) -> str | bytes:
    """Return the form on paper, as a page or as PDF."""
    from hingeexpert.handout.paper_form import paper_form, paper_html, paper_pdf

    rendered = paper_pdf if format_ == "pdf" else paper_html
    return rendered(paper_form(knowledge, code), PAPERS[paper], templates)


def _check_sheet(format_: str, quick: bool, hints: bool, fillable: bool) -> None:
    """Stop where there is no such sheet of paper."""
    if hints and (quick or format_ not in ("html", "pdf")):
        raise click.UsageError(
            "the card of hints is for the whole form on paper: --hints goes with --format html or "
            "pdf, and not with --quick"
        )
    if fillable and (format_ != "pdf" or quick or hints):
        raise click.UsageError(
            "only the whole form has fields: --fillable goes with --format pdf, and neither with "
            "--quick nor with --hints"
        )


def _fillable(
    knowledge: KnowledgeBase, code: str, _: str, paper: str, templates: Path | None
) -> bytes:
    """Return the form as PDF with fields."""
    from hingeexpert.handout.paper_form import fillable_pdf, paper_form

    return fillable_pdf(paper_form(knowledge, code), PAPERS[paper], templates)


def _hints(
    knowledge: KnowledgeBase, code: str, format_: str, paper: str, templates: Path | None
) -> str | bytes:
    """Return the card of hints on paper, as a page or as PDF."""
    from hingeexpert.handout.hint_card import hints_html, hints_pdf
    from hingeexpert.handout.paper_form import paper_form

    rendered = hints_pdf if format_ == "pdf" else hints_html
    return rendered(paper_form(knowledge, code), PAPERS[paper], templates)


def _card(
    knowledge: KnowledgeBase, code: str, format_: str, paper: str, templates: Path | None
) -> str | bytes:
    """Return the quick card on paper, as a page or as PDF."""
    from hingeexpert.handout.quick_card import quick_card, quick_html, quick_pdf

    rendered = quick_pdf if format_ == "pdf" else quick_html
    return rendered(quick_card(knowledge, code), PAPERS[paper], templates)


def _text(knowledge: KnowledgeBase, format_: str, explained: bool, quick: bool) -> str:
    """Return the form to fill, as YAML or as the header of a table."""
    from hingeexpert.forms.writing import csv_form, yaml_form

    if format_ == "csv":
        return csv_form(knowledge, quick)
    return yaml_form(knowledge, explained, quick)
