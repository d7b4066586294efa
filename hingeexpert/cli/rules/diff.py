"""The command `rules diff`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import (
    FOLDER,
    ExampleFirst,
    full_option,
    load,
    print_person,
    read_forms,
)
from hingeexpert.formats.extras import needs
from hingeexpert.formats.files import FORM_ENDINGS, form_files

if TYPE_CHECKING:
    from hingeexpert.assurance.diff import KnowledgeDiff
    from hingeexpert.knowledge import KnowledgeBase

Changes = tuple[str, Mapping[str, tuple[str, str]] | None]
"""A form, and each conclusion that changes, with what it was and what it is now."""


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
@full_option
def diff(old: Path, new: Path, forms: Path | None, full: bool) -> None:
    """Say what changed between two rule folders, in people.

    For each conclusion that can differ on a form that OLD reads a person of whom it does is shown,
    with both results: what is out of order by name, the rest as a number. Where none can differ,
    that is proven. Then come the conclusions that differ only through questions and values that OLD
    does not have, each with a person of NEW; OLD takes such an answer as blank. With archived forms
    it also counts those that change, and names them. Needs the extra `verify`, and for a table also
    `batch`. Exit code 0 whether or not something differs; 1 where an archived form was rejected, or
    a conclusion could not be decided in time.
    """
    needs("proofs", *(("tables",) if forms is not None and _is_table(forms) else ()))
    from hingeexpert.assurance.diff import compare

    before, after = load(old), load(new)
    comparison = compare(before, after)
    _print_comparison(before, after, comparison, full)
    rejected = forms is not None and _archive(before, after, forms)
    if rejected or comparison.undecided:
        sys.exit(1)


def _print_comparison(
    before: KnowledgeBase, after: KnowledgeBase, comparison: KnowledgeDiff, full: bool
) -> None:
    """Say what changed, and what was proven not to."""
    for name in comparison.only_old:
        click.echo(f"only old: {name}")
    for name in comparison.only_new:
        click.echo(f"only new: {name}")
    for item in comparison.differences:
        click.echo(f"{item.name}: {item.old} becomes {item.new}, for example")
        print_person(before, item.answers, 2, full)
    for name in comparison.undecided:
        click.echo(f"{name}: not decided in time")
    if comparison.same:
        click.echo("no difference: proven over all forms")
    else:
        _print_old_forms(before, after, comparison, full)
    for item in comparison.through_new:
        click.echo(
            f"{item.name}: {item.old} becomes {item.new}, only with an answer that OLD does not "
            "have, for example"
        )
        print_person(after, item.answers, 2, full)


def _print_old_forms(
    before: KnowledgeBase, after: KnowledgeBase, comparison: KnowledgeDiff, full: bool
) -> None:
    """Say what becomes of the forms that the old knowledge base reads."""
    if comparison.refused is not None:
        click.echo("OLD reads forms that NEW rejects, for example")
        not_read = [
            name for name, value in comparison.refused.items() if not after.accepts(name, value)
        ]
        print_person(before, comparison.refused, 2, full, not_read)
    if comparison.differences:
        click.echo("not all forms that OLD reads give the same result: see above")
    elif comparison.undecided:
        click.echo("not decided: whether all forms that OLD reads give the same result")
    else:
        forms = "that OLD reads" if comparison.refused is None else "that both read"
        click.echo(
            f"all forms {forms} give the same triage, readiness, faults and contributors: proven"
        )


def _is_table(forms: Path) -> bool:
    return forms.is_file() and forms.suffix.lower() not in FORM_ENDINGS


def _archive(before: KnowledgeBase, after: KnowledgeBase, forms: Path) -> bool:
    """Print which archived forms change; return whether one was rejected."""
    total = differing = rejected = 0
    for place, changes in _changes(before, after, forms):
        if changes is None:
            rejected += 1
            continue
        total += 1
        differing += bool(changes)
        for conclusion, (old, new) in changes.items():
            click.echo(f"{place}: {conclusion}: {old} becomes {new}")
    click.echo(f"{differing} of {total} archived forms change")
    if rejected and _is_table(forms):
        click.echo(f"rows rejected: {rejected}; hingeexpert batch names their defects", err=True)
    return bool(rejected)


def _changes(before: KnowledgeBase, after: KnowledgeBase, forms: Path) -> Iterator[Changes]:
    """Yield what changes for each archived form; `None` for one that was rejected."""
    if _is_table(forms):
        from hingeexpert.batch.archive import changed_rows

        for number, row_changes in changed_rows(before, after, forms):
            yield f"{forms.name}: row {number}", row_changes
        return
    from hingeexpert.assurance.diff import changed

    paths = [forms] if forms.is_file() else form_files(forms, below=True)
    for name, assessment in read_forms(after, [str(path) for path in paths]):
        yield name, None if assessment is None else changed(before, after, assessment)
