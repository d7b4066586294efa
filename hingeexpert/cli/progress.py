"""What commands show while they work for long, and how that work ends when it is broken off or
cannot be written.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from hingeexpert.cli.options import INTERRUPTED
from hingeexpert.errors import InputError


@contextmanager
def progress_bar(length: int, label: str, **looks: Any) -> Iterator[Callable[..., None]]:
    """Show a bar on standard error, where that is a terminal.

    Args:
        length: Steps of the whole bar.
        label: What is worked on.
        looks: More of what `click.progressbar` takes.

    Yields:
        What moves the bar: it takes how many steps are done, and the text beside them, if any.
    """
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr, **looks) as bar:

        def move(done: int, beside: str | None = None) -> None:
            bar.update(max(0, done - bar.pos), beside)

        yield move


@contextmanager
def writing(output: Path) -> Iterator[None]:
    """End work that is broken off, with the exit code for that.

    Raises:
        InputError: The output cannot be written.
    """
    try:
        yield
    except KeyboardInterrupt:
        click.echo("\nbroken off; the same command goes on from here", err=True)
        sys.exit(INTERRUPTED)
    except OSError as error:
        raise InputError.about(output, f"cannot be written: {error.strerror or error}") from None
