"""The command `rules label`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import ExampleFirst, knowledge_options, load, template_options
from hingeexpert.cli.output import Output, file_option, overwrite_option
from hingeexpert.errors import OutputError
from hingeexpert.formats.extras import needs
from hingeexpert.formats.files import is_installed
from hingeexpert.formats.pdf import PAPERS

if TYPE_CHECKING:
    from hingeexpert.assurance.label.prepared import RulesLabel
    from hingeexpert.formats.pdf import Paper

FORMATS = {"text": ".txt", "html": ".html", "pdf": ".pdf", "json": ".json", "chai": ".xml"}
"""Format to the ending by which it is known."""


@click.command(
    cls=ExampleFirst,
    example=(
        "hingeexpert rules label\n"
        "hingeexpert rules label -o label.pdf --paper letter\n"
        "hingeexpert rules label --prove --rules my-rules"
    ),
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(FORMATS)),
    help="What to write; chai is the Applied Model Card of the Coalition for Health AI, as XML.  "
    "[default: by the ending of -o, else text]",
)
@click.option(
    "--paper",
    type=click.Choice(list(PAPERS)),
    default="a4",
    show_default=True,
    help="Size of the paper (html, pdf).",
)
@click.option(
    "--prove",
    is_flag=True,
    help="Prove first what the label says of the rules, and keep it beside them in proven.yaml.",
)
@file_option
@overwrite_option
@knowledge_options
@template_options
def label(
    format_: str | None,
    paper: str,
    prove: bool,
    output: Path | None,
    overwrite: bool,
    rules: Path,
    templates: Path | None,
) -> None:
    """Write the label: what the product is for, what it rests on, what was proven of it, and what
    is not known.

    It is self-declared. Every field is counted, written by hand in label.yaml beside the rules, or
    not known. What was proven counts for rules with the same hash alone; --prove proves it again
    (half a minute; needs the extra `verify`).
    """
    chosen = _format(format_, output)
    target = Output(output, overwrite, (rules, templates), private=False) if output else None
    if target is not None:
        target.check()
    if prove:
        _prove(rules)
    written = _written(rules, chosen, PAPERS[paper], templates)
    if target is None:
        click.echo(written, nl=False)
    else:
        target.write(written)


def _format(format_: str | None, output: Path | None) -> str:
    """Return the format that is wished, or that the ending of the file names."""
    by_ending = {ending: name for name, ending in FORMATS.items()}
    suffix = output.suffix.lower() if output else ""
    if format_ is None and suffix and suffix not in by_ending:
        message = f"the ending '{suffix}' says no format; use {', '.join(by_ending)}, or --format"
        raise click.UsageError(message)
    chosen = format_ or by_ending.get(suffix, "text")
    if chosen == "pdf" and output is None:
        raise click.UsageError("a PDF needs a file: give -o")
    return chosen


def _prove(rules: Path) -> None:
    """Prove what the label says, and keep it beside the rules.

    Raises:
        OutputError: The rules are those of an installed program.
    """
    needs("proofs")
    from hingeexpert.assurance.label.prepared import written_by_hand
    from hingeexpert.assurance.label.proving import prove, proven_in_yaml
    from hingeexpert.formats.together import OUTSIDE, leading_out
    from hingeexpert.knowledge.rule_files import PROVEN

    if is_installed(rules):
        message = "these rules came with the program and are never written to; copy them first"
        raise OutputError.about(rules, message)
    if leading_out(rules, [PROVEN]):
        raise OutputError.about(rules / PROVEN, OUTSIDE)
    knowledge = load(rules)
    attributes = written_by_hand(rules).attributes
    proven = prove(rules, knowledge, attributes, _tell)
    Output(rules / PROVEN, overwrite=True, private=False).write(proven_in_yaml(proven))


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _written(rules: Path, format_: str, paper: Paper, templates: Path | None) -> str | bytes:
    """Return the label in a format."""
    from hingeexpert.assurance.label.chai import chai_card
    from hingeexpert.assurance.label.pages import label_html, label_json, label_pdf, label_text
    from hingeexpert.assurance.label.prepared import label_of

    writers: dict[str, Callable[[RulesLabel], str | bytes]] = {
        "text": lambda label: label_text(label, templates),
        "html": lambda label: label_html(label, paper, templates),
        "pdf": lambda label: label_pdf(label, paper, templates),
        "json": label_json,
        "chai": chai_card,
    }
    return writers[format_](label_of(rules, load(rules)))
