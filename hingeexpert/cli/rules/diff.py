"""The command `rules diff`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import FOLDER, ExampleFirst, load, read_forms
from hingeexpert.formats.extras import needs

if TYPE_CHECKING:
    from hingeexpert.assurance.diff import KnowledgeDiff
    from hingeexpert.forms import Assessment
    from hingeexpert.knowledge import KnowledgeBase
    from hingeexpert.knowledge.condition import Value

SUFFIXES = (".yaml", ".yml", ".json")
"""How the name of a single form ends."""


@click.command(
    cls=ExampleFirst,
    example=(
        "hingeexpert rules diff rules my-rules\nhingeexpert rules diff rules my-rules --forms "
        "archive"
    ),
)
@click.argument("old", type=FOLDER)
@click.argument("new", type=FOLDER)
@click.option(
    "--forms",
    type=click.Path(exists=True, path_type=Path),
    help="Archived forms: a form, a folder of forms, or a table.",
)
def diff(old: Path, new: Path, forms: Path | None) -> None:
    """Say what changed between two rule folders, in people.

    For each conclusion that can differ on a form that OLD reads a smallest form on which it does is
    shown, with both results; where none can, that is proven. Then come the conclusions that differ
    only through questions and values that OLD does not have, each with a smallest form of NEW; OLD
    takes such an answer as blank. With archived forms it also counts those that change, and names
    them. Needs the extra `verify`, and for a table also `batch`. Exit code 0 whether or not
    something differs; 1 where an archived form was rejected, or a conclusion could not be decided
    in time.
    """
    needs("proofs", *(("tables",) if forms is not None and _is_table(forms) else ()))
    from hingeexpert.assurance.diff import compare

    before, after = load(old), load(new)
    found = compare(before, after)
    for word, names in (("only old", found.only_old), ("only new", found.only_new)):
        for name in names:
            click.echo(f"{word}: {name}")
    for item in found.differences:
        click.echo(f"{item.name}: {item.old} becomes {item.new}, for example on")
        _show(before, item.answers)
    for name in found.undecided:
        click.echo(f"{name}: not decided in time")
    if found.same:
        click.echo("no difference: proven over all forms")
    else:
        _old_forms(before, found)
    for item in found.through_new:
        click.echo(
            f"{item.name}: {item.old} becomes {item.new}, only with an answer that OLD does not "
            "have, for example on"
        )
        _show(after, item.answers)
    rejected = forms is not None and _archive(before, after, forms)
    if rejected or found.undecided:
        sys.exit(1)


def _old_forms(before: KnowledgeBase, found: KnowledgeDiff) -> None:
    """Say what becomes of the forms that the old knowledge base reads."""
    if found.refused is not None:
        click.echo("OLD reads forms that NEW rejects, for example")
        _show(before, found.refused)
    if found.differences:
        click.echo("not all forms that OLD reads give the same result: see above")
    elif found.undecided:
        click.echo("not decided: whether all forms that OLD reads give the same result")
    else:
        forms = "that OLD reads" if found.refused is None else "that both read"
        click.echo(
            f"all forms {forms} give the same triage, readiness, faults and contributors: proven"
        )


def _show(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> None:
    from hingeexpert.forms.writing import filled_form

    click.echo(
        "".join(f"  {line}\n" for line in filled_form(knowledge, answers).splitlines()), nl=False
    )


def _is_table(forms: Path) -> bool:
    return forms.is_file() and forms.suffix not in SUFFIXES


def _archive(before: KnowledgeBase, after: KnowledgeBase, forms: Path) -> bool:
    """Print which archived forms change; return whether one was rejected."""
    from hingeexpert.assurance.diff import changed

    if _is_table(forms):
        return _table(before, after, forms)
    total = differing = 0
    rejected = False
    for name, assessment in _forms(after, forms):
        if assessment is None:
            rejected = True
            continue
        total += 1
        changes = changed(before, after, assessment)
        differing += bool(changes)
        for conclusion, (old, new) in changes.items():
            click.echo(f"{name}: {conclusion}: {old} becomes {new}")
    click.echo(f"{differing} of {total} archived forms change")
    return rejected


def _table(before: KnowledgeBase, after: KnowledgeBase, table: Path) -> bool:
    """Print which rows of an archived table change; return whether one was rejected."""
    from hingeexpert.batch.archive import changed_rows

    total = differing = rejected = 0
    for number, changes in changed_rows(before, after, table):
        rejected += changes is None
        total += changes is not None
        differing += bool(changes)
        for column, (old, new) in (changes or {}).items():
            click.echo(f"{table.name}: row {number}: {column}: {old} becomes {new}")
    click.echo(f"{differing} of {total} archived forms change")
    if rejected:
        click.echo(f"rows rejected: {rejected}; hingeexpert batch names their defects", err=True)
    return bool(rejected)


def _forms(knowledge: KnowledgeBase, forms: Path) -> Iterator[tuple[str, Assessment | None]]:
    paths = (
        [forms]
        if forms.is_file()
        else sorted(path for path in forms.rglob("*") if path.suffix in SUFFIXES)
    )
    yield from read_forms(knowledge, [str(path) for path in paths])
