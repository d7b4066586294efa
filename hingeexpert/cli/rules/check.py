"""The command `rules check`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import ExampleFirst, knowledge_options, load
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
    from hingeexpert.assurance import read_cases
    from hingeexpert.assurance.lint import lint
    from hingeexpert.assurance.words import word_problems, word_summary
    from hingeexpert.knowledge.translation import translation_problems

    knowledge = load(rules)
    cases, problems = read_cases(knowledge, rules / CASES) if (rules / CASES).is_dir() else ([], [])
    found = [
        *map(str, problems),
        *lint(knowledge, _fired(knowledge, cases)),
        *word_problems(knowledge),
        *translation_problems(knowledge),
    ]
    for line in found:
        click.echo(f"error: {line}", err=True)
    click.echo(word_summary(knowledge))
    counts = ", ".join(
        f"{len(items)} {kind}" for kind, items in described_by_kind(knowledge).items()
    )
    click.echo(
        f"{counts}, {len(cases)} cases: {len(found) or 'no'} "
        f"{'problem' if len(found) == 1 else 'problems'}"
    )
    if found:
        sys.exit(1)


def _fired(knowledge: KnowledgeBase, cases: list[WorkedCase]) -> set[str]:
    """Return the named conditions that are true in at least one case."""
    from hingeexpert.forms.assessment import what_is_known
    from hingeexpert.knowledge.network import Worlds, evaluate

    fired: set[str] = set()
    for case in cases:
        truths = evaluate(
            knowledge.network, Worlds(what_is_known(knowledge, case.assessment.answers).facts)
        )
        fired |= {
            name for name, position in knowledge.network.names.items() if truths[position].true
        }
    return fired
