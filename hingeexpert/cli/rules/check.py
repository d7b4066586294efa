"""The command `rules check`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import ExampleFirst, knowledge_options, load, noun
from hingeexpert.cli.rules.entries import described_by_kind
from hingeexpert.formats.files import CASES

if TYPE_CHECKING:
    from hingeexpert.assurance.worked_cases import WorkedCase
    from hingeexpert.knowledge import KnowledgeBase


@click.command(
    cls=ExampleFirst, example="hingeexpert rules check\nhingeexpert rules check --rules my-rules"
)
@knowledge_options
def check(rules: Path) -> None:
    """Check the knowledge base, and what a reviewer should not let pass.

    Every file is read strictly and everything it refers to must exist (exit code 3). Then: every
    observable is used, every rule is true in a worked case, no rule is a copy of another, high
    confidence has a source, and every text for the person is easy to read, says nothing that
    words.yaml forbids and has a translation in every language (exit code 1).
    """
    from hingeexpert.assurance.coverage import cases_beside
    from hingeexpert.assurance.words import word_summary

    knowledge = load(rules)
    cases, unreadable = cases_beside(knowledge, rules / CASES)
    problems = [*map(str, unreadable), *_beside(knowledge, rules), *_problems(knowledge, cases)]
    for line in problems:
        click.echo(f"error: {line}", err=True)
    click.echo(word_summary(knowledge))
    sizes = [f"{len(items)} {kind}" for kind, items in described_by_kind(knowledge).items()]
    sizes.append(f"{len(cases)} cases")
    click.echo(f"{', '.join(sizes)}: {len(problems) or 'no'} {noun(len(problems), 'problem')}")
    if problems:
        sys.exit(1)


def _beside(knowledge: KnowledgeBase, rules: Path) -> Iterator[str]:
    """Yield what is wrong in the files that lie beside the knowledge."""
    from hingeexpert.assurance.shares import read_shares
    from hingeexpert.errors import KnowledgeError
    from hingeexpert.knowledge.rule_files import CROWD

    if (rules / CROWD).exists():
        try:
            read_shares(rules, knowledge)
        except KnowledgeError as error:
            yield from map(str, error.problems)


def _problems(knowledge: KnowledgeBase, cases: Sequence[WorkedCase]) -> Iterator[str]:
    """Yield what a reviewer should not let pass.

    Args:
        knowledge: The knowledge base.
        cases: Its worked cases.
    """
    from hingeexpert.assurance.coverage import coverage
    from hingeexpert.assurance.lint import lint
    from hingeexpert.assurance.words import word_problems
    from hingeexpert.interop.questionnaire import label_slips
    from hingeexpert.knowledge.translation import translation_problems

    fired = [name for name, is_true in coverage(knowledge, cases).rules.items() if is_true]
    yield from lint(knowledge, fired)
    yield from word_problems(knowledge)
    missing = list(translation_problems(knowledge))
    yield from missing or label_slips(knowledge)
