"""`--backup` and `--keep`: a backup a day beside a server."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hingeexpert.cli.options import FOLDER

if TYPE_CHECKING:
    from hingeexpert.record import Record


def backup_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add both; a command gets them as keywords for `backed_up`."""
    keep = click.option(
        "--keep",
        type=click.IntRange(1),
        default=14,
        show_default=True,
        help="How many of these backups stay in the folder.",
    )
    folder = click.option(
        "--backup",
        type=FOLDER,
        help="Folder for a backup a day while the server runs, of a protected record.",
    )
    return folder(keep(command))


def backed_up(
    record: Record, folder: Path | None, keep: int, tell: Callable[[str], None]
) -> AbstractContextManager[Any]:
    """Make a backup a day until the block ends, where a folder is named."""
    from hingeexpert.record.daily import daily_backup

    return nullcontext() if folder is None else daily_backup(record, folder, keep, tell)
