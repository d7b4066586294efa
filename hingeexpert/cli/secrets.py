"""Secrets at the command line: read from a file that is the user's alone, or typed without being
shown.

Nothing here prints a secret but the recovery key, and the words that are offered.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from hingeexpert.cli.secret_file import secret_slips
from hingeexpert.errors import InputError

FILE = click.Path(dir_okay=False, path_type=Path)
KEEP_IT = (
    "Print it or write it down, and keep it on paper, away from this machine: it opens the record "
    "when the passphrase is lost. Without either of them nobody can open the record, ever."
)
MOST = 4096
"""Bytes of a secret in a file."""


def passphrase_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--record-passphrase-file`."""
    return click.option(
        "--record-passphrase-file",
        type=FILE,
        help="File with the passphrase of the record, where nobody types it.",
    )(command)


def read_secret(path: Path) -> str:
    """Return the passphrase, or the recovery key, in a file that is its owner's alone.

    Raises:
        InputError: Others can read it, or it holds no text.
    """
    try:
        slips = list(secret_slips(path))
        with path.open("rb") as file:
            text = file.read(MOST + 1).decode("utf-8-sig").strip()
    except OSError as error:
        raise InputError.about(path, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError.about(path, "is no text in UTF-8") from None
    if slips:
        raise InputError("\n".join(slips))
    if not text or len(text) > MOST:
        raise InputError.about(path, f"holds no secret of 1 to {MOST} characters")
    return text


def ask_passphrase(question: str = "Passphrase of the record") -> str:
    """Ask for a passphrase, without showing it."""
    return str(click.prompt(question, hide_input=True, err=True))


def choose_passphrase() -> str:
    """Have somebody choose a passphrase: four drawn words, or one of their own, typed twice."""
    from hingeexpert.record.passphrases import WeakPassphraseError, chosen, drawn_passphrase

    drawn = drawn_passphrase()
    click.echo(f"Four words, drawn for you:\n\n    {drawn}\n", err=True)
    while True:
        question = "Enter takes the four words; or type a passphrase of your own"
        typed = click.prompt(question, "", hide_input=True, show_default=False, err=True)
        try:
            passphrase = chosen(typed or drawn)
        except WeakPassphraseError as error:
            click.echo(str(error), err=True)
            continue
        if _typed_again(passphrase):
            return passphrase
        click.echo("The two are not the same.", err=True)


def _typed_again(passphrase: str) -> bool:
    """Have a new passphrase typed once more, the drawn words too: so they are noted."""
    from hingeexpert.record.passphrases import same

    again = click.prompt("Type it once more", "", hide_input=True, show_default=False, err=True)
    return same(again, passphrase)


def show_recovery(recovery: str) -> None:
    """Print a new recovery key, once, with what it is for."""
    from hingeexpert.cli.screen import wrapped
    from hingeexpert.record.recovery_sheet import in_groups

    click.echo("\nThe recovery key of the record, shown this once:\n")
    for line in in_groups(recovery):
        click.echo(f"    {line}")
    click.echo(f"\n{wrapped(KEEP_IT)}\n")
