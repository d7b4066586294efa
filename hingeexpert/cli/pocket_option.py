"""The option `--pocket` of `handout`: the answers as a code to scan at the foot of the sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from hingeexpert.formats.extras import needs

if TYPE_CHECKING:
    from hingeexpert.forms import Assessment
    from hingeexpert.knowledge import KnowledgeBase

    CodeOf: TypeAlias = Callable[[KnowledgeBase, Assessment], str]
    """Makes the answers of a form the text of a code."""


def pocket_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--pocket`; a command gets what makes the codes, or `None` where none are wished."""
    return click.option(
        "--pocket",
        is_flag=True,
        callback=_code_of,
        help="All answers, without name, number and date, as a small QR code for whoever treats "
        "the person next. A referral has none.",
    )(command)


def _code_of(_: click.Context, __: click.Parameter, wished: bool) -> CodeOf | None:
    """Return what makes the codes.

    Raises:
        ExtraError: What draws them is not installed.
    """
    if not wished:
        return None
    needs("QR codes")
    from hingeexpert.interop.pocket import pocket_text

    return pocket_text


def check_pocket(code_of: CodeOf | None) -> None:
    """Stop where codes are wished for a letter, which has none."""
    if code_of is not None:
        raise click.UsageError("--pocket goes with a sheet: leave out --letter")


def check_codes(
    code_of: CodeOf | None,
    knowledge: KnowledgeBase,
    people: Iterable[tuple[str, Assessment | None]],
) -> None:
    """Stop before anything is written where answers do not go into a code.

    Args:
        code_of: What makes the codes, where they are wished.
        knowledge: The knowledge base.
        people: All of whom a sheet is made, by the names of their forms; `None` for one that was
            rejected.

    Raises:
        InputError: With everything that does not go into a code.
    """
    if code_of is None:
        return
    from hingeexpert.errors import InputError, Problem

    problems: list[Problem] = []
    for name, person in people:
        try:
            if person is not None:
                code_of(knowledge, person)
        except InputError as error:
            problems += [replace(problem, file=name) for problem in error.problems]
    if problems:
        raise InputError(problems)
