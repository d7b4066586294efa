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

from hingeexpert.cli.ending import GOES_ON, Stop
from hingeexpert.errors import InputError
from hingeexpert.formats.holding import holding


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
def filling(folder: Path) -> Iterator[None]:
    """Fill a folder that no other run fills; what is broken off goes on with the next run.

    Raises:
        InputError: Another run fills it, or it cannot be written.
    """
    try:
        with writing(folder), holding(folder):
            yield
    except Stop as stop:
        stop.add_note(GOES_ON)
        raise


@contextmanager
def writing(output: Path) -> Iterator[None]:
    """Say what cannot be written.

    Raises:
        InputError: The output cannot.
    """
    try:
        yield
    except OSError as error:
        raise InputError.about(output, f"cannot be written: {error.strerror or error}") from None
