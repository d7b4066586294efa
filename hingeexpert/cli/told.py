"""Lines about people and proofs as a terminal shows them: folded at its width, harm in red."""

from __future__ import annotations

import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from hingeexpert.assurance.authoring.seeing.change_words import ToldPart

WIDEST = 100
"""Columns that are read with ease."""
DEEPER = "  "
"""Stands before what is folded, besides the blanks of its line."""
STYLES: dict[str, dict[str, Any]] = {
    "error": {"fg": "red", "bold": True},
    "harm": {"fg": "red", "bold": True},
    "failing": {"fg": "red"},
    "people": {"bold": True},
}
"""Kind of a part to how its first line looks."""


def echo_part(part: ToldPart) -> None:
    """Print a part of what a change does."""
    style = STYLES.get(part.kind, {})
    for line in part.lines:
        echo_told(line, **style)
        style = {}


def echo_told(line: str, indent: str = "", **style: Any) -> None:
    """Print a line. In a file or a pipe it stays one line.

    Args:
        line: The line, with the blanks before it.
        indent: What stands before it where it is folded; else its own blanks and two more.
        style: See `click.style`.
    """
    folded = _folded(line, indent)
    click.echo(click.style(folded, **style) if style else folded)


def _folded(line: str, indent: str) -> str:
    if not sys.stdout.isatty():
        return line
    width = min(shutil.get_terminal_size().columns, WIDEST)
    below = indent or " " * (len(line) - len(line.lstrip())) + DEEPER
    return textwrap.fill(line, width, subsequent_indent=below, break_on_hyphens=False)
