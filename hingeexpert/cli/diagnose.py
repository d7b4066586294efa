"""The command `diagnose`."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hingeexpert.cli.options import (
    STANDARD_INPUT,
    ExampleFirst,
    check_dash,
    knowledge_options,
    load,
    read_forms,
    template_options,
)
from hingeexpert.cli.output import OWN_RESULTS, Output, check_folder, overwrite_option
from hingeexpert.cli.progress import filling
from hingeexpert.errors import Problem
from hingeexpert.formats.files import LONGEST_NAME, fitting

if TYPE_CHECKING:
    from hingeexpert.forms import Assessment
    from hingeexpert.inference import Diagnosis
    from hingeexpert.knowledge import KnowledgeBase

SUFFIXES = {"text": "txt", "json": "json", "html": "html", "note": "note.txt", "fhir": "fhir.json"}
"""Format of a result to the ending of its file."""
BUNDLES = ("fhir", "transaction")
"""Kinds of result that are a Bundle: one to keep, and one that a server stores."""
LONGEST_END = 20
"""Bytes that a number and an ending may add to the name of a result."""
WIDTH = 78
"""Columns of the short text."""
ALL_OF_IT = "hingeexpert diagnose --full"


def result_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of what is wanted; a command gets them as keywords for `kind_of`."""
    full = click.option(
        "--full", is_flag=True, help="All of the text, with reasons and sources.", callback=_full
    )
    transaction = click.option(
        "--transaction",
        is_flag=True,
        help="A Bundle that a FHIR server stores (fhir).",
        callback=_transaction,
    )
    kind = click.option(
        "--format",
        "format_",
        type=click.Choice([*SUFFIXES]),
        default="text",
        show_default=True,
        is_eager=True,
        help="text is short, one screen; note is what goes into the record; fhir is a Bundle.",
    )
    return kind(full(transaction(command)))


def _full(ctx: click.Context, _: click.Parameter, full: bool) -> bool:
    if full and ctx.params["format_"] != "text":
        raise click.UsageError("--full goes with --format text; the other formats are whole as is")
    return full


def _transaction(ctx: click.Context, _: click.Parameter, transaction: bool) -> bool:
    if transaction and ctx.params["format_"] != "fhir":
        raise click.UsageError("--transaction goes with --format fhir")
    return transaction


def kind_of(*, format_: str, full: bool, transaction: bool) -> str:
    """Return the kind of result that `result_options` ask for: a format, `full` or
    `transaction`.
    """
    return "full" if full else "transaction" if transaction else format_


@click.command(
    "diagnose",
    cls=ExampleFirst,
    example="""hingeexpert diagnose form.yaml
               hingeexpert diagnose --full form.yaml
               hingeexpert diagnose --format note form.yaml
               hingeexpert diagnose --format html -o report.html form.yaml
               hingeexpert diagnose --format json - < form.json""",
)
@click.argument(
    "forms", nargs=-1, required=True, type=click.Path(allow_dash=True), metavar="FORM..."
)
@result_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File for one form, folder for several; standard output where it is not given.",
)
@overwrite_option
@knowledge_options
@template_options
def diagnose_command(
    forms: tuple[str, ...],
    output: Path | None,
    overwrite: bool,
    rules: Path,
    templates: Path | None,
    **asked: Any,
) -> None:
    """Diagnose forms: triage, readiness, focus, faults, contributors, what to ask next.

    FORM is a form as YAML, JSON or filled PDF, a FHIR QuestionnaireResponse or a Bundle of them, an
    ODK or Kobo submission, or - for standard input; what it is shows in what stands in it. The text
    of a form is short, one screen; --full gives all of it. One form gives one result; several give
    one JSON object a line, or one text after the other. HTML of several forms needs an output
    folder. With --format fhir a result is a Bundle: answers, conclusions and proposals.
    """
    format_, kind = asked["format_"], kind_of(**asked)
    check_dash(forms)
    places = partial(_targets, output, format_, overwrite, (*forms, rules, templates))
    targets = places(forms)
    knowledge = load(rules)
    taken = list(read_forms(knowledge, forms))
    if len(taken) != len(forms):  # a file held several
        forms = tuple(name for name, _ in taken)
        targets = places(forms)
    indent = None if output is None and len(forms) > 1 else 2
    with _folder(output, forms):
        for number, (name, assessment) in enumerate(taken):
            if assessment is None:
                continue
            text = _result(knowledge, name, assessment, kind, templates, indent)
            if output is None:
                _print(text, apart=number > 0 and format_ in ("text", "note"))
            else:
                _mark(output, forms)
                targets[number].write(text)
    if any(assessment is None for _, assessment in taken):
        sys.exit(1)


def _result(
    knowledge: KnowledgeBase,
    name: str,
    assessment: Assessment,
    kind: str,
    templates: Path | None,
    indent: int | None,
) -> str:
    """Return the result for a form."""
    from hingeexpert.inference import diagnose

    if kind in BUNDLES:
        _tell_what_is_left_out(knowledge, name, assessment)
    diagnosis = diagnose(knowledge, assessment)
    return rendered(knowledge, assessment, diagnosis, kind, templates, command_for(name), indent)


def _print(text: str, *, apart: bool) -> None:
    """Print a result, apart from the one before it."""
    click.echo("\n" if apart else "", nl=False)
    click.echo(text, nl=False)


def _folder(output: Path | None, forms: Sequence[str]) -> AbstractContextManager[None]:
    """Return what holds the folder for several results."""
    return nullcontext() if output is None or not _is_folder(output, forms) else filling(output)


def _targets(
    output: Path | None,
    format_: str,
    overwrite: bool,
    inputs: Sequence[str | Path | None],
    forms: Sequence[str],
) -> list[Output]:
    """Return where to write the result of each form, after each place was checked."""
    if format_ == "html" and len(forms) > 1 and output is None:
        raise click.UsageError("HTML of several forms needs a folder: add -o FOLDER.")
    paths = _paths(output, format_, forms)
    targets = [Output(path, overwrite, inputs) for path in paths]
    for target in targets:
        target.check()
    return targets


def _paths(output: Path | None, format_: str, forms: Sequence[str]) -> list[Path]:
    """Return where the result of each form goes; in a folder, forms of one name are numbered.

    Raises:
        OutputError: The folder holds something else.
    """
    if output is None:
        return []
    if not _is_folder(output, forms):
        return [output]
    check_folder(output, (OWN_RESULTS,))
    stems = ["standard-input" if name == STANDARD_INPUT else Path(name).stem for name in forms]
    return [output / f"{name}.{SUFFIXES[format_]}" for name in _names(stems)]


def _names(stems: Sequence[str]) -> Iterator[str]:
    """Yield a name for each result, which a disk takes and no command takes for an option."""
    for number, stem in enumerate(stems, 1):
        suffix = f"-{stems[:number].count(stem)}" if stems.count(stem) > 1 else ""
        name = f"_{stem}" if stem.startswith("-") else stem
        yield fitting(name, LONGEST_NAME - LONGEST_END) + suffix


def _is_folder(output: Path, forms: Sequence[str]) -> bool:
    return len(forms) > 1 or output.is_dir()


def _mark(output: Path, forms: Sequence[str]) -> None:
    """Say in a folder for several results whose it is."""
    if _is_folder(output, forms):
        (output / OWN_RESULTS).touch()


def command_for(form: str, width: int = WIDTH) -> str:
    """Return the command that shows all of a result; where the name of the form leaves no room on a
    line of so many columns, with FORM in its place.
    """
    command = f"{ALL_OF_IT} {shlex.quote(form)}"
    return command if len(command) <= width and form.isprintable() else f"{ALL_OF_IT} FORM"


def _tell_what_is_left_out(knowledge: KnowledgeBase, name: str, assessment: Assessment) -> None:
    """Say which entries of a form have no place in FHIR."""
    from hingeexpert.interop.fhir.response import not_in_response

    for slip in not_in_response(knowledge, assessment):
        problem = Problem(name, None, slip.place, slip.message)
        click.echo(f"warning: {problem}; the Bundle is without it", err=True)


def rendered(
    knowledge: KnowledgeBase,
    assessment: Assessment,
    diagnosis: Diagnosis,
    kind: str,
    templates: Path | None,
    more: str,
    indent: int | None = 2,
) -> str:
    """Return a diagnosis as it was asked for.

    Args:
        knowledge: The knowledge base that gave it.
        assessment: The form.
        diagnosis: The result for it.
        kind: See `kind_of`.
        templates: Folder whose templates replace shipped ones.
        more: The command that shows all of it, for the short text.
        indent: Blanks that structured data is indented by; `None` for one line.
    """
    if kind == "json":
        return diagnosis.as_json(indent) + "\n"
    if kind in BUNDLES:
        from hingeexpert.interop.fhir.bundle import bundle_text, result_bundle

        bundle = result_bundle(
            knowledge,
            assessment,
            diagnosis,
            is_transaction=kind == "transaction",
            templates=templates,
        )
        return bundle_text(bundle, indent) + "\n"
    from hingeexpert.reporting import render_html, render_note, render_short, render_text

    match kind:
        case "html":
            return render_html(knowledge, diagnosis, templates)
        case "note":
            return render_note(knowledge, diagnosis, templates)
        case "full":
            return render_text(knowledge, diagnosis, templates)
    return render_short(knowledge, diagnosis, more, templates)
