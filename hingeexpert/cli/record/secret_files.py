"""Where a command gets a passphrase or a key from: a file, or who sits at the terminal. It is never
an argument, which other programs see, and never shown.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hingeexpert.errors import InputError


def secret(file: Path | None, option: str, prompt: str, *, again: bool = False) -> str:
    """Return what stands in a file, else what is typed.

    Args:
        file: Where it stands; `None` to ask.
        option: What names such a file.
        prompt: The question.
        again: Ask twice, as a slip would shut everybody out.

    Raises:
        click.UsageError: There is no file, and nobody to ask.
        InputError: The file cannot be read.
    """
    if file is not None:
        return _content(file)
    if not sys.stdin.isatty():
        raise click.UsageError(f"{prompt}: nobody can be asked here; name a file with {option}")
    typed: str = click.prompt(prompt, hide_input=True, confirmation_prompt=again, err=True)
    return typed.strip()


def _content(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig").strip()
    except OSError as error:
        raise InputError.about(file, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError.about(file, "is not UTF-8 text") from None
