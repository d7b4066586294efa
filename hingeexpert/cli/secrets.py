"""Secrets at the command line: read from a file that is the user's alone, or typed without being
shown.

Nothing here prints a secret but the recovery key, and the words that are offered.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from hingeexpert.errors import InputError

FILE = click.Path(dir_okay=False, path_type=Path)
MOST = 4096
"""Bytes of a passphrase in a file."""
TRIES = 3
OTHERS_READ = "other users of this machine can read it; let its owner alone do so: chmod 600 {name}"


def passphrase_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--record-passphrase-file`."""
    return click.option(
        "--record-passphrase-file",
        type=FILE,
        help="File with the passphrase of the record, where nobody types it.",
    )(command)


def check_private(path: Path) -> None:
    """Stop at a file with a secret that others than its owner can read.

    Windows keeps that elsewhere: there nothing is looked at.

    Raises:
        InputError: So it is, or it cannot be read.
    """
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise InputError.about(path, f"cannot be read: {error.strerror}") from None
    if os.name == "posix" and stat.S_ISREG(mode) and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise InputError.about(path, OTHERS_READ.format(name=path.name))


def read_passphrase(path: Path) -> str:
    """Return the passphrase in a file that is its owner's alone.

    Raises:
        InputError: Others can read it, or it holds no text.
    """
    check_private(path)
    try:
        with path.open("rb") as file:
            text = file.read(MOST + 1).decode("utf-8-sig").strip()
    except OSError as error:
        raise InputError.about(path, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError.about(path, "is no text in UTF-8") from None
    if not text or len(text) > MOST:
        raise InputError.about(path, f"holds no passphrase of at most {MOST} characters")
    return text


def ask_passphrase(question: str = "Passphrase of the record") -> str:
    """Ask for a passphrase, without showing it."""
    return str(click.prompt(question, hide_input=True, err=True))


def choose_passphrase() -> str:
    """Have somebody choose a passphrase: four drawn words, or one of their own, typed twice."""
    from hingeexpert.record.keys import WeakPassphraseError, chosen, drawn_passphrase

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
        if chosen_again(passphrase):
            return passphrase
        click.echo("The two are not the same.", err=True)


def chosen_again(passphrase: str) -> bool:
    """Have a new passphrase typed once more, the drawn words too: so they are noted."""
    from hingeexpert.record.keys import same

    again = click.prompt("Type it once more", "", hide_input=True, show_default=False, err=True)
    return same(again, passphrase)
