"""The command `intake`: its options, and which of them go together."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from hingeexpert.cli.options import ExampleFirst, knowledge_options, record_option, template_options
from hingeexpert.cli.output import Output, overwrite_option
from hingeexpert.cli.secrets import passphrase_option

FILE = click.Path(dir_okay=False, path_type=Path)
NEEDS_FORM = (
    "Nobody can be asked here: this is no terminal, or --no-input was given. Name a form with "
    "--from FORM, or - for standard input."
)
KEPT_AS_ANSWERED = (
    "--no-record goes with --no-input; what is asked at the terminal is kept as it is answered"
)


@click.command(
    cls=ExampleFirst,
    example="""hingeexpert intake -o form.yaml
               hingeexpert intake --resume
               hingeexpert intake --from form.yaml --no-input""",
)
@click.option("-o", "--output", type=FILE, help="File for the form at the end.")
@overwrite_option
@record_option
@passphrase_option
@click.option("--resume", is_flag=True, help="Go on with a visit that is not finished.")
@click.option("--quick", is_flag=True, help="Ask only what the quick card asks: a short visit.")
@click.option(
    "--from",
    "form",
    type=click.Path(allow_dash=True),
    metavar="FORM",
    help="Begin with the answers of a form; - is standard input.",
)
@click.option("--no-input", is_flag=True, help="Ask nothing: take the form, and print the result.")
@click.option("--no-record", is_flag=True, help="Keep nothing; only where nothing is asked.")
@knowledge_options
@template_options
def intake(
    output: Path | None,
    overwrite: bool,
    record: Path | None,
    record_passphrase_file: Path | None,
    resume: bool,
    quick: bool,
    form: str | None,
    no_input: bool,
    no_record: bool,
    rules: Path,
    templates: Path | None,
) -> None:
    """Fill the form with the person in the room, one key a question, and see the result grow.

    Each answer is kept in the record as it is given. What breaks off, by Ctrl-C or by a power cut,
    goes on with --resume. At the end the form is written to -o, and the result is printed.

    Where this is no terminal, or with --no-input, nothing is asked: the answers come with --from,
    and are kept as an unfinished visit unless --no-record is given.

    A protected record asks for its passphrase. A new one asks once whether it shall have one; made
    where nothing is asked, it is open, and that is said.
    """
    silent = no_input or not (sys.stdin.isatty() and sys.stdout.isatty())
    _check(silent, form, resume, quick, no_record)
    # Asked before the first question: nobody should fill a form that cannot be written.
    if output is not None and not _can_be_written(output):
        raise click.BadParameter("there is no such folder to write to", param_hint="--output")
    from hingeexpert.cli.opening import Opening
    from hingeexpert.cli.visit import AtTerminal
    from hingeexpert.record import default_path

    at = Opening(record or default_path(), record_passphrase_file, may_ask=False)
    inputs = (form, *at.reads, rules, templates)
    target = Output(output, overwrite, inputs) if output else None
    if target is not None:
        target.check()
    visit = AtTerminal(rules, target, record, templates, record_passphrase_file)
    if silent and form is not None:
        visit.take(form, no_record)
    else:
        visit.ask(form, resume, quick)


def _check(silent: bool, form: str | None, resume: bool, quick: bool, no_record: bool) -> None:
    """Stop at options that do not go together."""
    if silent and (form is None or resume):
        raise click.UsageError(NEEDS_FORM)
    if resume and form is not None:
        raise click.UsageError("--resume goes on with a visit, --from begins one; give one of them")
    if quick and silent:
        raise click.UsageError(
            "--quick says what is asked at the terminal; --no-input asks nothing"
        )
    if no_record and not silent:
        raise click.UsageError(KEPT_AS_ANSWERED)


def _can_be_written(output: Path) -> bool:
    if output.exists() and not output.is_file():
        return True
    return output.parent.is_dir() and os.access(output.parent, os.W_OK)
