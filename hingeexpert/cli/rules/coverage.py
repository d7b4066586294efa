"""The command `rules coverage`."""

from __future__ import annotations

import sys
import textwrap
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import ExampleFirst, knowledge_options, load
from hingeexpert.errors import InputError
from hingeexpert.formats.extras import needs, what_to_install
from hingeexpert.formats.files import CASES
from hingeexpert.knowledge import naming

if TYPE_CHECKING:
    from hingeexpert.assurance.coverage import Branch, Coverage, Missing
    from hingeexpert.assurance.worked_cases import WorkedCase
    from hingeexpert.knowledge import KnowledgeBase

WIDTH = 100
GATHERED = {"ask": "questions", "finding": "findings", "remark": "remarks"}
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
    from hingeexpert.assurance.coverage import coverage, missing

    knowledge = load(rules)
    worked = _read(knowledge, cases or (rules / CASES,))
    covered = coverage(knowledge, worked)
    lacking = list(missing(knowledge, covered, forms is not False))
    _print_table(knowledge, covered, lacking)
    wanted = [item for item in lacking if item.reachable != "no"]
    for item in wanted:
        _print_missing(knowledge, covered, item)
    never = [name for name, true in covered.rules.items() if not true]
    click.echo(
        f"\n{len(worked)} cases; rules never true: {len(never)}; branches missing: {len(wanted)}"
    )
    if any(item.reachable == "not proven" for item in lacking):
        click.echo(f"{NOT_PROVEN}\n{what_to_install('proofs')}")
    if wanted:
        sys.exit(1)


def _read(knowledge: KnowledgeBase, folders: Sequence[Path]) -> list[WorkedCase]:
    """Return the cases of all folders.

    Raises:
        InputError: Some cannot be read.
    """
    from hingeexpert.assurance import read_cases

    read = [read_cases(knowledge, folder) for folder in folders]
    problems = [problem for _, found in read for problem in found]
    if problems:
        raise InputError(problems)
    return [case for cases, _ in read for case in cases]


def _row(knowledge: KnowledgeBase, name: str) -> str:
    """Return the row of the table that a named condition stands in: its conclusion, or what it is
    gathered under.
    """
    kind, key = naming.kind_and_id(name)
    if key:
        return GATHERED.get(kind, f"{kind} {key}" if kind in knowledge.ladders else key)
    first, _, rest = name.partition(".")
    return f"{first} {rest.partition('.')[0]}" if first in knowledge.ladders else first


def _print_table(knowledge: KnowledgeBase, covered: Coverage, lacking: Sequence[Missing]) -> None:
    unreachable = {item.branch for item in lacking if item.reachable == "no"}
    rules, true, every, reached, dead = (Counter[str]() for _ in range(5))
    for name, is_true in covered.rules.items():
        rules[_row(knowledge, name)] += 1
        true[_row(knowledge, name)] += is_true
    for branch, is_reached in covered.reached.items():
        row = _row(knowledge, covered.owners[branch.position].name)
        every[row] += 1
        reached[row] += is_reached
        dead[row] += branch in unreachable
    named = dict.fromkeys(_row(knowledge, name) for name in knowledge.conditions)
    width = max(len(row) for row in named)
    click.echo(" " * width + "".join(f"  {column:>5}" for column in COLUMNS))
    for row in named:
        figures = (
            rules[row],
            true[row],
            every[row],
            reached[row],
            every[row] - reached[row] - dead[row],
            dead[row],
        )
        click.echo(
            f"{row:<{width}}"
            + "".join(
                f"  {figure:>{max(5, len(column))}}"
                for figure, column in zip(figures, COLUMNS, strict=True)
            )
        )


def _print_missing(knowledge: KnowledgeBase, covered: Coverage, item: Missing) -> None:
    from hingeexpert.forms.writing import filled_form

    doubt = (
        "; not decided in time whether a form can reach it" if item.reachable == "undecided" else ""
    )
    click.echo(
        "\n"
        + textwrap.fill(
            f"{described(knowledge, covered, item.branch)}{doubt}", WIDTH, subsequent_indent="  "
        )
    )
    if item.answers is not None:
        click.echo(textwrap.indent(filled_form(knowledge, item.answers), "    "), nl=False)


def described(knowledge: KnowledgeBase, covered: Coverage, branch: Branch) -> str:
    """Return a branch in words, such as `never unknown in fault:rock_back: wall.feet is
    toes_lift`.
    """
    from hingeexpert.inference.explained import WORDS
    from hingeexpert.knowledge.wording import in_words

    owner = covered.owners[branch.position]
    return f"never {WORDS[branch.truth]} in {owner.name}: {in_words(knowledge, owner.condition)}"
