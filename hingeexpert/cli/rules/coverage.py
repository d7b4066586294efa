"""The command `rules coverage`."""

from __future__ import annotations

import sys
import textwrap
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import ExampleFirst, knowledge_options, load, print_form
from hingeexpert.formats.extras import needs, what_to_install
from hingeexpert.formats.files import CASES
from hingeexpert.knowledge import naming

if TYPE_CHECKING:
    from hingeexpert.assurance.coverage import Branch, Coverage, Missing
    from hingeexpert.knowledge import KnowledgeBase

WIDTH = 100
GATHERED = {"ask": "questions", "finding": "findings", "check": "checks", "remark": "remarks"}
"""Beginning of a named condition to the row of the table that it stands in, for those that have no
row of their own.
"""
COLUMNS = ("rules", "true", "branches", "reached", "missing", "unreachable")
"""Of the table: rules and how many of them are true in a case; branches, and of those the reached,
the missing, the proven unreachable.
"""
NOT_PROVEN = (
    "Those without a form may be out of reach of any form. To find out, and to see the form:"
)


@click.command(
    "coverage",
    cls=ExampleFirst,
    example="hingeexpert rules coverage\nhingeexpert rules coverage my-cases --no-forms",
)
@click.argument(
    "cases", nargs=-1, metavar="[CASES...]", type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "--forms/--no-forms",
    default=None,
    help="Show a smallest form for each missing branch.  [default: where z3 is installed]",
)
@knowledge_options
def coverage_command(cases: tuple[Path, ...], forms: bool | None, rules: Path) -> None:
    """Show which rules and branches the worked cases reach, and how to reach the others.

    A branch is a condition, or a part of one, that is true, or false, or unknown. CASES are folders
    or files of worked cases, in place of those of the knowledge base. Whether a missing branch can
    be reached at all is proven, which needs the extra `verify`. Exit code 1 where a branch is
    missing that is not proven unreachable.
    """
    if forms:
        needs("proofs")
    from hingeexpert.assurance.coverage import all_cases, coverage, missing

    knowledge = load(rules)
    worked = all_cases(knowledge, cases or (rules / CASES,))
    covered = coverage(knowledge, worked)
    unreached = list(missing(knowledge, covered, forms is not False))
    _print_table(knowledge, covered, unreached)
    lacking = [item for item in unreached if item.reachable != "no"]
    for item in lacking:
        _print_missing(knowledge, covered, item)
    _print_totals(len(worked), covered, lacking)
    if lacking:
        sys.exit(1)


def _print_totals(cases: int, covered: Coverage, lacking: Sequence[Missing]) -> None:
    """Print the last lines: how much is missing in all, and how to find out more."""
    never = [name for name, is_true in covered.rules.items() if not is_true]
    click.echo(f"\n{cases} cases; rules never true: {len(never)}; branches missing: {len(lacking)}")
    if any(item.reachable == "not proven" for item in lacking):
        click.echo(f"{NOT_PROVEN}\n{what_to_install('proofs')}")


def _row(knowledge: KnowledgeBase, name: str) -> str:
    """Return the row of the table that a named condition stands in: its conclusion, or what it is
    gathered under.
    """
    kind, key = naming.kind_and_id(name)
    if key:
        return GATHERED.get(kind, f"{kind} {key}" if kind in knowledge.ladders else key)
    first, _, rest = name.partition(".")
    return f"{first} {rest.partition('.')[0]}" if first in knowledge.ladders else first


def _print_table(knowledge: KnowledgeBase, covered: Coverage, unreached: Sequence[Missing]) -> None:
    rows = _rows(knowledge, covered, unreached)
    width = max(len(row) for row in rows)
    click.echo(" " * width + "".join(f"  {column:>5}" for column in COLUMNS))
    for row, counts in rows.items():
        click.echo(f"{row:<{width}}{_figures(counts)}")


def _rows(
    knowledge: KnowledgeBase, covered: Coverage, unreached: Sequence[Missing]
) -> dict[str, Counter[str]]:
    """Return the rows of the table, each with the count of every column."""
    rows = {_row(knowledge, name): Counter[str]() for name in knowledge.conditions}
    for name, is_true in covered.rules.items():
        rows[_row(knowledge, name)].update(rules=1, true=is_true)
    for branch, is_reached in covered.reached.items():
        rows[_row_of(knowledge, covered, branch)].update(
            branches=1, reached=is_reached, missing=not is_reached
        )
    for item in unreached:
        if item.reachable == "no":
            rows[_row_of(knowledge, covered, item.branch)].update(missing=-1, unreachable=1)
    return rows


def _row_of(knowledge: KnowledgeBase, covered: Coverage, branch: Branch) -> str:
    return _row(knowledge, covered.owners[branch.position].name)


def _figures(counts: Counter[str]) -> str:
    """Return the counts of a row, each under the heading of its column."""
    return "".join(f"  {counts[column]:>{max(5, len(column))}}" for column in COLUMNS)


def _print_missing(knowledge: KnowledgeBase, covered: Coverage, item: Missing) -> None:
    sentence = described(knowledge, covered, item.branch)
    if item.reachable == "undecided":
        sentence += "; not decided in time whether a form can reach it"
    click.echo(f"\n{textwrap.fill(sentence, WIDTH, subsequent_indent='  ')}")
    if item.answers is not None:
        print_form(knowledge, item.answers, 4)


def described(knowledge: KnowledgeBase, covered: Coverage, branch: Branch) -> str:
    """Return a branch in words, such as `never unknown in fault:rock_back: wall.feet is
    toes_lift`.
    """
    from hingeexpert.inference.explained import WORDS
    from hingeexpert.knowledge.wording import in_words

    owner = covered.owners[branch.position]
    return f"never {WORDS[branch.truth]} in {owner.name}: {in_words(knowledge, owner.condition)}"
