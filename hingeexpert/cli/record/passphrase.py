"""The command `record passphrase`."""

from __future__ import annotations

from pathlib import Path

import click

from hingeexpert.cli.options import ExampleFirst, record_option
from hingeexpert.cli.record.options import (
    hand_over,
    need_answers,
    new_passphrase_option,
    opening,
    sheet_option,
    sheet_output,
)
from hingeexpert.cli.secrets import choose_passphrase, passphrase_option, read_secret


@click.command(
    cls=ExampleFirst,
    example="""hingeexpert record passphrase
               hingeexpert record passphrase --new-recovery-key --recovery-sheet sheet.html""",
)
@click.option(
    "--new-recovery-key",
    is_flag=True,
    help="Leave the passphrase, and draw a new recovery key in place of a lost one.",
)
@record_option
@passphrase_option
@new_passphrase_option
@sheet_option
def passphrase(
    new_recovery_key: bool,
    record: Path | None,
    record_passphrase_file: Path | None,
    new_passphrase_file: Path | None,
    recovery_sheet: Path | None,
    overwrite: bool,
) -> None:
    """Change the passphrase, or the recovery key.

    The record itself is not written anew, so copies of its key files that are older still open it
    with the old passphrase: replace them.
    """
    if new_recovery_key and new_passphrase_file is not None:
        raise click.UsageError("--new-recovery-key leaves the passphrase; give one of them")
    if recovery_sheet is not None and not new_recovery_key:
        raise click.UsageError("--recovery-sheet goes with --new-recovery-key")
    files = {"record_passphrase_file": record_passphrase_file}
    if not new_recovery_key:
        files["new_passphrase_file"] = new_passphrase_file
    need_answers(**files)
    from hingeexpert.record.keys import renew_passphrase, renew_recovery

    at = opening(record, record_passphrase_file)
    output = sheet_output(recovery_sheet, overwrite, at.reads)
    key = at.protected_key()
    if new_recovery_key:
        hand_over(renew_recovery(at.path, key), at.path, output)
        return
    new = read_secret(new_passphrase_file) if new_passphrase_file else choose_passphrase()
    renew_passphrase(at.path, key, new)
    click.echo("The record has a new passphrase. Its recovery key stays as it is.")
