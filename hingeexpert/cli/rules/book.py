"""The command `rules book`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import (
    ExampleFirst,
    knowledge_options,
    load,
    template_options,
)
from hingeexpert.cli.output import Output, overwrite_option
from hingeexpert.errors import InputError
from hingeexpert.formats.extras import has, needs, what_to_install
from hingeexpert.formats.files import CASES

if TYPE_CHECKING:
    from hingeexpert.assurance.worked_cases import Outcome
    from hingeexpert.knowledge import KnowledgeBase


@click.command(
    cls=ExampleFirst,
    example=(
        "hingeexpert rules book -o book.html\n"
        "hingeexpert rules book --sign -o sign.html\n"
        "hingeexpert rules book --rules my-rules -o book.html"
    ),
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write.",
)
@click.option(
    "--proofs/--no-proofs",
    default=None,
    help="Prove the declared properties first.  [default: where z3 is installed]",
)
@click.option(
    "--sign",
    is_flag=True,
    help="Write the book to sign in an hour: tables, and every sentence that a person is told.",
)
@overwrite_option
@knowledge_options
@template_options
def book(
    output: Path,
    proofs: bool | None,
    sign: bool,
    overwrite: bool,
    rules: Path,
    templates: Path | None,
) -> None:
    """Write the whole knowledge base as one page to read, print and sign.

    It holds every question, rule, number, drill and source in words made from the rules themselves,
    every worked case, run, and what was proven (about a minute; needs the extra `verify`). The page
    stands for itself: it has no scripts and asks for nothing outside.

    With --sign it is one to read and sign in an hour, without proofs; the rest stands in its annex.
    """
    if sign and proofs:
        raise click.UsageError("the book to sign has no proofs: leave out --proofs or --sign")
    target = Output(output, overwrite, (rules, templates), private=False)
    target.check()
    if proofs:
        needs("proofs")
    knowledge = load(rules)
    if sign:
        target.write(_to_sign(knowledge, rules, templates))
        return
    from hingeexpert.assurance.book import book as bound
    from hingeexpert.assurance.book import render_book

    outcomes = _outcomes(knowledge, rules / CASES)
    proven = _proofs(knowledge) if proofs is not False and has("proofs") else None
    target.write(render_book(bound(knowledge, outcomes, proven), templates))
    if proofs is None and proven is None:
        click.echo(f"note: nothing was proven; {what_to_install('proofs')}", err=True)


def _to_sign(knowledge: KnowledgeBase, rules: Path, templates: Path | None) -> str:
    """Return the book to sign as a page."""
    from hingeexpert.assurance.book import book as bound
    from hingeexpert.assurance.book_to_sign import book_to_sign, render_book_to_sign
    from hingeexpert.knowledge.loading import model_documents
    from hingeexpert.knowledge.places import names_of

    outcomes = _outcomes(knowledge, rules / CASES)
    documents = model_documents(rules).items()
    places = {file: names_of(file, document) for file, document in documents}
    return render_book_to_sign(book_to_sign(bound(knowledge, outcomes), places), templates)


def _proofs(knowledge: KnowledgeBase) -> list[tuple[str, str, str]]:
    """Prove every property; return its id, its sentence and what became of it."""
    from hingeexpert.assurance.lessons import KeptLessons
    from hingeexpert.assurance.proofs import Prover

    proofs = Prover(knowledge, KeptLessons(knowledge)).proofs()
    return [(proof.property.id, proof.property.sentence, proof.outcome) for proof in proofs]


def _outcomes(knowledge: KnowledgeBase, folder: Path) -> list[Outcome]:
    """Run the worked cases beside a knowledge base, if there are any.

    Raises:
        InputError: One of them cannot be read.
    """
    from hingeexpert.assurance import run_case
    from hingeexpert.assurance.coverage import cases_beside

    cases, problems = cases_beside(knowledge, folder)
    if problems:
        raise InputError(problems)
    return [run_case(knowledge, case) for case in cases]
