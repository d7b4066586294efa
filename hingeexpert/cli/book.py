"""The command `rules book`."""

from pathlib import Path

import click

from hingeexpert.book import book as bound
from hingeexpert.cli.common import ExampleFirst, knowledge_options, load, template_options, write_file
from hingeexpert.errors import InputError
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.loading import CASES
from hingeexpert.report import render_book
from hingeexpert.worked_cases import Outcome, read_cases, run_case


@click.command(cls=ExampleFirst, example="hingeexpert rules book -o book.html\nhingeexpert rules book --rules my-rules -o book.html")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@knowledge_options
@template_options
def book(output: Path, rules: Path, templates: Path | None) -> None:
    """Write the whole knowledge base as one page to read, print and sign.

    It holds every question, rule, number, drill and source in words made from the rules themselves, and every worked case, run. The page
    stands for itself: it has no scripts and asks for nothing outside.
    """
    knowledge = load(rules)
    write_file(output, render_book(bound(knowledge, _outcomes(knowledge, rules / CASES)), templates))


def _outcomes(knowledge: KnowledgeBase, folder: Path) -> list[Outcome]:
    """Run the worked cases beside a knowledge base, if there are any.

    Raises:
        InputError: One of them cannot be read.
    """
    cases, problems = read_cases(knowledge, folder) if folder.is_dir() else ([], [])
    if problems:
        raise InputError(problems)
    return [run_case(knowledge, case) for case in cases]
