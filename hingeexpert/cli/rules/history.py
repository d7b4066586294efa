"""The command `rules history`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import ExampleFirst, knowledge_options
from hingeexpert.cli.rules.signing import told_of_cases
from hingeexpert.errors import clean

if TYPE_CHECKING:
    from hingeexpert.knowledge.models.history import KeptChange


@click.command(
    cls=ExampleFirst,
    example="hingeexpert rules history --rules my-rules\nhingeexpert rules history 3 --rules "
    "my-rules",
)
@click.argument("number", metavar="[N]", required=False, type=click.IntRange(min=1))
@knowledge_options
def history(number: int | None, rules: Path) -> None:
    """List the changes that were kept in a folder of rules, or show change N: who, why, on which
    sources, each value before and after, each line, and whom it moved.
    """
    from hingeexpert.assurance.authoring.history import keeping

    found = keeping.settled(rules)
    if number is not None:
        for line in _told(number, found.change(number)):
            click.echo(line)
        return
    for one, change in found.changes.items():
        by = found.taken_back.get(one)
        back = f"  (taken back by {by})" if by else ""
        click.echo(f"{one:>4}  {change.day}  {_names(change)}: {change.reason}{back}")
    if not found.changes:
        click.echo("nothing was kept yet")
    for file, lines in keeping.not_kept(rules).items():
        click.echo(f"not kept yet: {clean(file, len(file))}: {lines}")


def _names(change: KeptChange) -> str:
    return change.who if change.second is None else f"{change.who} with {change.second}"


def _told(number: int, change: KeptChange) -> Iterator[str]:
    """Yield the lines that tell a change."""
    from hingeexpert.assurance.authoring.history.lines import numbered

    yield f"change {number} of {change.day}, {_names(change)}"
    yield change.reason
    if change.takes_back is not None:
        yield f"takes back: change {change.takes_back}"
    if change.sources:
        yield f"sources: {', '.join(change.sources)}"
    yield f"rules: {change.knowledge.before[:12]} becomes {change.knowledge.after[:12]}"
    yield from _effects(change)
    for place in change.places:
        yield f"{place.place}"
        yield f"  was {_value(place.was)}"
        yield f"  now {_value(place.now)}"
    for file, replaced in change.files.items():
        yield clean(file, len(file))
        yield from (f"  {line}" for line in numbered(replaced))


def _value(text: str | None) -> str:
    return "nothing" if text is None else text


def _effects(change: KeptChange) -> Iterator[str]:
    """Yield whom a change moved, and what it left open."""
    if change.people is not None:
        people = change.people
        yield f"{people.moved:,} of {people.invented:,} invented people judged otherwise"
        yield from (f"  {line}" for line in people.told)
    yield told_of_cases(change.cases)
    for case in change.cases:
        rewritten = " (rewritten with the change)" if case.rewritten else ""
        yield f"  {case.outcome}: {case.case}{rewritten}"
        yield f"    was {case.was}"
        yield f"    now {case.now}"
    for hazard in change.hazards:
        yield f"by the rules after it: {hazard}"
