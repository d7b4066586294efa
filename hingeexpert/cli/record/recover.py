"""The command `record recover`."""

from __future__ import annotations

from pathlib import Path

import click

from hingeexpert.cli.options import ExampleFirst, record_option
from hingeexpert.cli.record.options import need_answers, new_passphrase_option, opening
from hingeexpert.cli.secrets import FILE, choose_passphrase, read_secret


@click.command(
    cls=ExampleFirst,
    example="""hingeexpert record recover
               hingeexpert record recover --recovery-file key.txt --new-passphrase-file new.txt""",
)
@click.option(
    "--recovery-file", type=FILE, help="File with the recovery key, where nobody types it."
)
@record_option
@new_passphrase_option
def recover(
    recovery_file: Path | None, record: Path | None, new_passphrase_file: Path | None
) -> None:
    """Replace a lost passphrase by the recovery key.

    The key stands on the sheet that was printed when the record was protected, and stays valid.
    Blanks and small letters do not matter.
    """
    need_answers(recovery_file=recovery_file, new_passphrase_file=new_passphrase_file)
    from hingeexpert.record import keys

    at = opening(record, None)
    at.check_protected()
    if recovery_file is not None:
        typed = read_secret(recovery_file)
    else:
        # Shown: nobody types so many letters unseen, and a slip must be found.
        typed = str(click.prompt("Recovery key, as it is printed", err=True))
    key = keys.key_by_recovery(at.path, typed)
    new = read_secret(new_passphrase_file) if new_passphrase_file else choose_passphrase()
    keys.renew_passphrase(at.path, key, new)
    click.echo("The record has a new passphrase. Its recovery key stays as it is.")
