"""The command `record protect`."""

from __future__ import annotations

from pathlib import Path

import click

from hingeexpert.cli.options import ExampleFirst, record_option
from hingeexpert.cli.record.options import (
    hand_over,
    need_answers,
    opening,
    sheet_option,
    sheet_output,
)
from hingeexpert.cli.secrets import choose_passphrase, passphrase_option, read_secret


@click.command(
    cls=ExampleFirst,
    example="""hingeexpert record protect
               hingeexpert record protect --recovery-sheet sheet.html""",
)
@record_option
@passphrase_option
@sheet_option
def protect(
    record: Path | None,
    record_passphrase_file: Path | None,
    recovery_sheet: Path | None,
    overwrite: bool,
) -> None:
    """Encrypt the record under a passphrase.

    An open record becomes a protected one; where there is none a new one is made.

    The passphrase is asked for, or read from --record-passphrase-file, a file that nobody else can
    read. The recovery key, which opens the record when the passphrase is lost, is shown this once.
    Nobody else may have the record open. What was there is overwritten.
    """
    need_answers(record_passphrase_file=record_passphrase_file)
    from hingeexpert.errors import InputError
    from hingeexpert.record import protecting
    from hingeexpert.record.keys import protection

    at = opening(record, record_passphrase_file)
    output = sheet_output(recovery_sheet, overwrite, at.reads)
    at.settle()
    if protection(at.path) == "protected":
        raise InputError.about(at.path, protecting.ALREADY)
    if record_passphrase_file is not None:
        passphrase = read_secret(record_passphrase_file)
    else:
        passphrase = choose_passphrase()
    created = protecting.protect(at.path, passphrase)
    click.echo(f"The record is protected: {click.format_filename(at.path)}")
    hand_over(created.recovery, at.path, output)
