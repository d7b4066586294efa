"""The command `rules check`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hingeexpert.cli.options import ExampleFirst, knowledge_options, load, noun
from hingeexpert.cli.rules.entries import described_by_kind
from hingeexpert.formats.files import CASES


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
    from hingeexpert.assurance.coverage import cases_beside, coverage
    from hingeexpert.assurance.lint import lint
    from hingeexpert.assurance.words import word_problems, word_summary
    from hingeexpert.knowledge.translation import translation_problems

    knowledge = load(rules)
    cases, unreadable = cases_beside(knowledge, rules / CASES)
    fired = [name for name, is_true in coverage(knowledge, cases).rules.items() if is_true]
    problems = [
        *map(str, unreadable),
        *lint(knowledge, fired),
        *word_problems(knowledge),
        *translation_problems(knowledge),
    ]
    for line in problems:
        click.echo(f"error: {line}", err=True)
    click.echo(word_summary(knowledge))
    sizes = [f"{len(items)} {kind}" for kind, items in described_by_kind(knowledge).items()]
    sizes.append(f"{len(cases)} cases")
    click.echo(f"{', '.join(sizes)}: {len(problems) or 'no'} {noun(len(problems), 'problem')}")
    if problems:
        sys.exit(1)
