"""The option `--calendar` of `handout`: the next visit as a file beside the sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hingeexpert.cli.output import Output
from hingeexpert.cli.progress import writing

if TYPE_CHECKING:
    from hingeexpert.forms import Assessment
    from hingeexpert.knowledge import KnowledgeBase


def calendar_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--calendar`."""
    return click.option(
        "--calendar",
        type=click.Path(path_type=Path),
        metavar="FILE.ics",
        help="Also write the next visit as a file for the person's calendar.",
    )(command)


def calendar_target(
    calendar: Path | None, sheet: Output, next_visit: object, forms: Sequence[str], *, letter: bool
) -> Output | None:
    """Return where the file for a calendar is written; `None` where none is wanted.

    Args:
        calendar: As the user named it.
        sheet: Where the sheet is written, by the same rules.
        next_visit: The day, or `None`.
        forms: The forms.
        letter: Whether a letter is written in place of the sheet.

    Raises:
        UsageError: It does not go with the other options.
        OutputError: It must not be written.
    """
    if calendar is None:
        return None
    if next_visit is None:
        raise click.UsageError("--calendar writes the next visit: add --next-visit YYYY-MM-DD")
    if letter:
        raise click.UsageError("--calendar goes with a sheet: leave out --letter")
    if calendar.suffix.lower() != ".ics":
        raise click.UsageError("--calendar names a file that ends in .ics")
    if len(forms) != 1:
        raise click.UsageError("--calendar writes the next visit of one person: name one form")
    target = Output(calendar, sheet.overwrite, sheet.inputs)
    target.check()
    return target


def write_calendar(
    knowledge: KnowledgeBase, people: Sequence[Assessment], target: Output | None, write: Any
) -> None:
    """Write the next visit of a person, in the language and by the wishes of the sheet, where that
    is wanted.

    Args:
        knowledge: The knowledge base as loaded.
        people: The person, or nobody where the form cannot be used.
        target: Where.
        write: What writes the sheet.
    """
    from hingeexpert.handout.calendar_entry import calendar_entry
    from hingeexpert.knowledge import in_language

    if target is None:
        return
    translated, wishes = in_language(knowledge, write.language), write.wishes
    for person in people:
        with writing(target.path):
            target.write(calendar_entry(translated, person, wishes.next_visit, wishes))
