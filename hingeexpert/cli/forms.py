"""Commands on forms: demo, diagnose, explain, form."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.common import (
    PAPERS,
    STANDARD_INPUT,
    ExampleFirst,
    completion,
    concluded,
    knowledge_options,
    language_code,
    load,
    read_forms,
    template_options,
    write_file,
)
from hingeexpert.errors import nearest
from hingeexpert.extras import needs
from hingeexpert.paths import DEMO, data_folder

if TYPE_CHECKING:
    from hingeexpert.diagnosis import Diagnosis
    from hingeexpert.knowledge import KnowledgeBase

FORMATS = click.Choice(["text", "json", "html"])
SUFFIX = {"text": "txt", "json": "json", "html": "html"}


@click.command(cls=ExampleFirst, example="hingeexpert demo")
@click.option("--format", "format_", type=FORMATS, default="text", show_default=True)
@knowledge_options
@template_options
def demo(format_: str, rules: Path, templates: Path | None) -> None:
    """Show a filled-in example form, and below it the result.

    As JSON or HTML the result is printed alone, without the form.
    """
    from hingeexpert.inference import diagnose

    own = rules / DEMO
    path = own if own.is_file() else data_folder("rules") / DEMO
    knowledge = load(rules)
    ((_, assessment),) = read_forms(knowledge, [str(path)])
    if assessment is None:
        sys.exit(1)
    if format_ == "text":
        click.echo(path.read_text(encoding="utf-8"))
    click.echo(_render(knowledge, diagnose(knowledge, assessment), format_, templates), nl=False)


@click.command(
    "diagnose",
    cls=ExampleFirst,
    example="""hingeexpert diagnose form.yaml
               hingeexpert diagnose --format html -o report.html form.yaml
               hingeexpert diagnose --format json - < form.json""",
)
@click.argument("forms", nargs=-1, required=True, type=click.Path(allow_dash=True), metavar="FORM...")
@click.option("--format", "format_", type=FORMATS, default="text", show_default=True)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File for one form, folder for several; standard output where it is not given."
)
@knowledge_options
@template_options
def diagnose_command(forms: tuple[str, ...], format_: str, output: Path | None, rules: Path, templates: Path | None) -> None:
    """Diagnose forms: triage, readiness, focus, faults, contributors, what to ask next.

    FORM is a YAML or JSON file, or - for standard input. One form gives one result; several give one JSON object a line, or one text
    after the other. HTML of several forms needs an output folder.
    """
    if format_ == "html" and len(forms) > 1 and output is None:
        raise click.UsageError("HTML of several forms needs a folder: add -o FOLDER.")
    if forms.count(STANDARD_INPUT) > 1:
        raise click.UsageError("Standard input (-) can be read once only.")
    from hingeexpert.inference import diagnose

    knowledge = load(rules)
    rejected = False
    for number, (_name, assessment) in enumerate(read_forms(knowledge, forms)):
        if assessment is None:
            rejected = True
            continue
        diagnosis = diagnose(knowledge, assessment)
        lines = format_ == "json" and len(forms) > 1 and output is None
        text = diagnosis.as_json() + "\n" if lines else _render(knowledge, diagnosis, format_, templates)
        if output is None:
            click.echo(("\n" if number and format_ == "text" else "") + text, nl=False)
        else:
            write_file(_target(output, number, format_, forms), text)
    if rejected:
        sys.exit(1)


def _target(output: Path, number: int, format_: str, forms: Sequence[str]) -> Path:
    """Return where the result of a form goes, making the folder for several. Forms of one name are numbered."""
    if len(forms) == 1 and not output.is_dir():
        return output
    output.mkdir(parents=True, exist_ok=True)
    stems = ["standard-input" if name == STANDARD_INPUT else Path(name).stem for name in forms]
    stem = stems[number]
    suffix = f"-{stems[: number + 1].count(stem)}" if stems.count(stem) > 1 else ""
    return output / f"{stem}{suffix}.{SUFFIX[format_]}"


def _render(knowledge: KnowledgeBase, diagnosis: Diagnosis, format_: str, templates: Path | None) -> str:
    if format_ == "json":
        return diagnosis.as_json(indent=2) + "\n"
    from hingeexpert.report import render_html, render_text

    if format_ == "html":
        return render_html(knowledge, diagnosis, templates)
    return render_text(knowledge, diagnosis, templates)


@click.command(
    cls=ExampleFirst,
    example="""hingeexpert explain form.yaml
               hingeexpert explain form.yaml lumbar_flexion
               hingeexpert explain form.yaml ready_grind""",
)
@click.argument("form", type=click.Path(allow_dash=True))
@click.argument("id_", metavar="[ID]", required=False, shell_complete=completion(concluded))
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@knowledge_options
@template_options
def explain(form: str, id_: str | None, format_: str, rules: Path, templates: Path | None) -> None:
    """Say how a conclusion was reached, why another was not, and what would change a verdict.

    ID is a fault, a contributor, a triage level or a verdict. Without it the triage level, the verdict and every present fault are
    explained. For a level or verdict that is not the one decided, the smallest set of answers that would reach it is searched,
    unless a referral comes first.
    """
    import json

    from hingeexpert.explanation import Explainer
    from hingeexpert.report import render
    from hingeexpert.what_if import what_if

    knowledge = load(rules)
    ((_, assessment),) = read_forms(knowledge, [form])
    if assessment is None:
        sys.exit(1)
    explainer = Explainer(knowledge, assessment)
    if id_ is not None and id_ not in explainer.ids():
        raise click.BadParameter(
            f"there is no fault, contributor, level or verdict '{id_}'{nearest(id_, explainer.ids())}", param_hint="ID"
        )
    explanations = [explainer.explain(name) for name in ([id_] if id_ is not None else explainer.reached())]
    wanted = [item.id for item in explanations if item.kind in knowledge.ladders and item.standing != Explainer.REACHED]
    if id_ is None:
        wanted = explainer.next_step()
    changes = [] if explainer.refer_first() else [what_if(knowledge, assessment, name) for name in wanted]
    if format_ == "json":
        result = {
            "explanations": [item.model_dump(mode="json") for item in explanations],
            "what_if": [item.model_dump() for item in changes],
        }
        click.echo(json.dumps(result, indent=2, ensure_ascii=False))
    else:
        answers = {name: explainer.answer(name) for change in changes for name in change.in_the_way}
        context = {"explanations": explanations, "changes": changes, "answers": answers}
        click.echo(render("explanation.txt", context, templates), nl=False)


@click.command(
    cls=ExampleFirst,
    example="""hingeexpert form > form.yaml
               hingeexpert form --long > form.yaml
               hingeexpert form --format csv > forms.csv""",
)
@click.option("--format", "format_", type=click.Choice(["yaml", "csv", "html", "pdf"]), default="yaml", show_default=True)
@click.option("--language", default=None, metavar="CODE", help="Of the form on paper, such as es.  [default: that of the rules]")
@click.option("--paper", type=click.Choice(list(PAPERS)), default="a4", show_default=True, help="Size of the paper (html, pdf).")
@click.option("--long", "explained", is_flag=True, help="Say for each question how to look and what each answer means (yaml only).")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File; standard output where it is not given.")
@knowledge_options
@template_options
def form(format_: str, language: str | None, paper: str, explained: bool, output: Path | None, rules: Path, templates: Path | None) -> None:
    """Print the blank form: every question with its allowed answers, the header of a table, or two sides of paper to tick with a pen.

    On paper the questions stand in intake order, with how to look and with the codes of a table of forms, so that typing it in needs no
    thought. PDF needs the extra `pdf`.
    """
    if explained and format_ != "yaml":
        raise click.UsageError("only the form as text has room for explanations: --long goes with --format yaml")
    if language is not None and format_ not in ("html", "pdf"):
        raise click.UsageError("--language is for the form on paper: --format html or pdf")
    if format_ == "pdf":
        needs("PDF")
    knowledge = load(rules)
    content: str | bytes
    if format_ in ("html", "pdf"):
        from hingeexpert.paper_form import paper_form, paper_html, paper_pdf

        sheet = paper_form(knowledge, language_code(knowledge, language))
        content = (paper_pdf if format_ == "pdf" else paper_html)(sheet, PAPERS[paper], templates)
    else:
        from hingeexpert.blank_form import csv_form, yaml_form

        content = yaml_form(knowledge, explained) if format_ == "yaml" else csv_form(knowledge)
    if output is None:
        click.echo(content, nl=False)
    else:
        write_file(output, content)
