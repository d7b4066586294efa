"""The command `form`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
from hingeexpert.cli.output import Output, file_option, overwrite_option
from hingeexpert.formats.extras import Purpose, needs
from hingeexpert.formats.pdf import PAPERS

if TYPE_CHECKING:
    from hingeexpert.knowledge import KnowledgeBase

ON_PAPER = ("html", "pdf")
OWN_FORMATS = ("yaml", "csv", *ON_PAPER)
ELSEWHERE = ("xlsform", "redcap", "codebook", "tableschema", "fhir")
"""Formats for other systems: see docs/interop.md."""
IN_ONE_LANGUAGE = (*ON_PAPER, "redcap", "codebook", "tableschema")
"""Formats in which the form is in one language; in the others it is in all of them, or has codes
alone.
"""


@dataclass(frozen=True)
class _Wanted:
    """What was asked for; `None` for an option that was not given."""

    format_: str
    language: str | None
    paper: str | None
    explained: bool
    quick: bool
    hints: bool
    fillable: bool
    live: str | None
    fhir_version: str | None
    output: Path | None

    def check(self) -> None:
        """Stop at options that do not go together, naming all of them."""
        if misfits := [*self._misfits_of_own(), *self._misfits_elsewhere()]:
            raise click.UsageError("\n".join(misfits))

    def purposes(self) -> Iterator[Purpose]:
        """Yield what goes beyond the base install."""
        if self.format_ == "xlsform":
            yield "tables"
        if self.format_ == "pdf":
            yield "PDF"
        if self.fillable:
            yield "PDF forms"

    def _misfits_of_own(self) -> Iterator[str]:
        """Yield what does not go with the form as text or on paper."""
        on_paper = self.format_ in ON_PAPER
        if self.explained and self.format_ != "yaml":
            yield "only the form as text has room for explanations: --long goes with --format yaml"
        if self.paper is not None and not on_paper:
            yield "--paper goes with --format html or pdf"
        if self.hints and (self.quick or not on_paper):
            yield (
                "the card of hints is for the whole form on paper: --hints goes with --format "
                "html or pdf, and not with --quick"
            )
        if self.fillable and (self.format_ != "pdf" or self.quick or self.hints):
            yield (
                "only the whole form has fields: --fillable goes with --format pdf, and neither "
                "with --quick nor with --hints"
            )

    def _misfits_elsewhere(self) -> Iterator[str]:
        """Yield what does not go with the form for another system."""
        if self.language is not None and self.format_ not in IN_ONE_LANGUAGE:
            *others, last = IN_ONE_LANGUAGE
            one = f"--language goes with --format {', '.join(others)} or {last}"
            yield f"{one}; xlsform and fhir have every language"
        if self.quick and self.format_ in ELSEWHERE:
            yield "--quick is for the form as text or on paper"
        if self.live is not None and self.format_ != "xlsform":
            yield "--live goes with --format xlsform"
        if self.fhir_version is not None and self.format_ != "fhir":
            yield "--fhir-version goes with --format fhir"
        if self.format_ == "xlsform" and (self.output is None or self.output.suffix != ".xlsx"):
            yield "an XLSForm is a workbook: add -o FILE.xlsx"


@click.command(
    cls=ExampleFirst,
    example="""hingeexpert form > form.yaml
               hingeexpert form --long > form.yaml
               hingeexpert form --format csv > forms.csv
               hingeexpert form --format pdf --fillable -o form.pdf
               hingeexpert form --quick --format pdf -o card.pdf
               hingeexpert form --format redcap --language es -o dictionary.csv""",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice([*OWN_FORMATS, *ELSEWHERE]),
    default="yaml",
    show_default=True,
    help="The form itself, or the same for another system.",
)
@click.option(
    "--language",
    default=None,
    metavar="CODE",
    help="Of the form, such as es (html, pdf, redcap, codebook, tableschema).",
)
@click.option(
    "--paper",
    type=click.Choice(list(PAPERS)),
    default=None,
    help="Size of the paper (html, pdf).  [default: a4]",
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
    "--live",
    type=click.Choice(["triage", "all", "none"]),
    default=None,
    help="What the form judges by itself while it is filled (xlsform).  [default: triage]",
)
@click.option(
    "--fhir-version",
    type=click.Choice(["R4", "R5"]),
    default=None,
    help="Which FHIR (fhir).  [default: R4]",
)
@file_option
@overwrite_option
@knowledge_options
@template_options
def form(
    format_: str,
    language: str | None,
    paper: str | None,
    explained: bool,
    quick: bool,
    hints: bool,
    fillable: bool,
    live: str | None,
    fhir_version: str | None,
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

    For other systems: the form of ODK and Kobo (xlsform), the data dictionary of REDCap (redcap), a
    FHIR Questionnaire (fhir), and the columns of a table of forms, described for people (codebook)
    and for programs that check one (tableschema). docs/interop.md says what each can do.
    """
    wanted = _Wanted(
        format_, language, paper, explained, quick, hints, fillable, live, fhir_version, output
    )
    wanted.check()
    needs(*wanted.purposes())
    target = Output(output, overwrite, (rules, templates), private=False) if output else None
    if target is not None:
        target.check()
    knowledge = load(rules)
    if quick and not knowledge.quick_asks:
        raise click.UsageError("these rules have no quick card; it is described in intake.yaml")
    content = _content(knowledge, wanted, templates)
    if target is None:
        click.echo(content, nl=False)
    else:
        target.write(content)


def _content(knowledge: KnowledgeBase, wanted: _Wanted, templates: Path | None) -> str | bytes:
    """Return what is printed or written."""
    if wanted.format_ in ON_PAPER:
        code = language_code(knowledge, wanted.language)
        fillable, quick, hints = wanted.fillable, wanted.quick, wanted.hints
        sheet = _fillable if fillable else _card if quick else _hints if hints else _sheet
        return sheet(knowledge, code, wanted.format_, wanted.paper or "a4", templates)
    if wanted.format_ in ELSEWHERE:
        return _elsewhere(knowledge, wanted)
    return _text(knowledge, wanted.format_, wanted.explained, wanted.quick)


def _sheet(
    knowledge: KnowledgeBase, code: str, format_: str, paper: str, templates: Path | None
) -> str | bytes:
    """Return the form on paper, as a page or as PDF."""
    from hingeexpert.handout.paper_form import paper_form, paper_html, paper_pdf

    rendered = paper_pdf if format_ == "pdf" else paper_html
    return rendered(paper_form(knowledge, code), PAPERS[paper], templates)


def _elsewhere(knowledge: KnowledgeBase, wanted: _Wanted) -> str | bytes:
    """Return the form for another system."""
    code = language_code(knowledge, wanted.language)
    match wanted.format_:
        case "xlsform":
            from hingeexpert.interop.xlsform import xlsform

            return xlsform(knowledge, wanted.live or "triage")
        case "redcap":
            from hingeexpert.interop.redcap import redcap_dictionary

            return redcap_dictionary(knowledge, code)
        case "codebook":
            from hingeexpert.interop.codebook import codebook

            return codebook(knowledge, code)
        case "tableschema":
            from hingeexpert.interop.codebook import table_schema

            return table_schema(knowledge, code)
    from hingeexpert.interop.fhir.questionnaire import questionnaire_text

    return questionnaire_text(knowledge, wanted.fhir_version or "R4")


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
