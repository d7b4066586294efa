"""What the commands on the record share: which record, and what opens it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hingeexpert.cli.output import Output
from hingeexpert.cli.secrets import FILE, show_recovery
from hingeexpert.errors import HingeError

if TYPE_CHECKING:
    from hingeexpert.cli.opening import Opening

NOBODY_TO_ASK = "nobody can be asked here; name {options}"


def sheet_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--recovery-sheet` and `--overwrite`; a command gets both."""
    overwrite = click.option(
        "--overwrite", is_flag=True, help="Replace the file of the sheet, if it is there already."
    )
    return click.option(
        "--recovery-sheet",
        type=FILE,
        metavar="FILE.html",
        help="Write the recovery key to a page to print, instead of to the terminal.",
    )(overwrite(command))


def new_passphrase_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--new-passphrase-file`."""
    return click.option(
        "--new-passphrase-file",
        type=FILE,
        help="File with the new passphrase, where nobody types it.",
    )(command)


def can_ask() -> bool:
    """Whether somebody sits at the terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def need_answers(**files: Path | None) -> None:
    """Stop where something would be asked and nobody is there.

    Args:
        files: The files by their options, with `_` for `-`.
    """
    missing = ["--" + name.replace("_", "-") for name, file in files.items() if file is None]
    if missing and not can_ask():
        raise click.UsageError(NOBODY_TO_ASK.format(options=" and ".join(missing)))


def opening(record: Path | None, passphrase_file: Path | None) -> Opening:
    """Return how to open a record from the options that say so."""
    from hingeexpert.cli.opening import Opening
    from hingeexpert.record import default_path

    return Opening(record or default_path(), passphrase_file, can_ask())


def sheet_output(
    sheet: Path | None, overwrite: bool, read: Collection[Path | None]
) -> Output | None:
    """Return where a sheet is written, which must be possible: the key is shown but once.

    Args:
        sheet: The file, or `None` for no sheet.
        overwrite: Whether a file that is there may be replaced.
        read: What the command reads.
    """
    if sheet is None:
        return None
    if not sheet.parent.is_dir():
        raise click.BadParameter("there is no such folder", param_hint="--recovery-sheet")
    output = Output(sheet, overwrite, read)
    output.check()
    return output


def hand_over(recovery: str, record: Path, output: Output | None) -> None:
    """Write a new recovery key to a sheet or, where there is none, to the terminal."""
    import datetime

    from hingeexpert.record.recovery_sheet import recovery_page

    if output is None:
        show_recovery(recovery)
        return
    try:
        # The day of this machine, as the clinic counts its days.
        today = datetime.datetime.now().astimezone().date().isoformat()
        output.write(recovery_page(recovery, record, today))
    except HingeError:
        show_recovery(recovery)
        raise
    name = click.format_filename(output.path)
    click.echo(f"recovery key: {name}; print it, keep it on paper elsewhere, and delete the file")
