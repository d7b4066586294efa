"""The record as a command opens it: cleared up, unlocked, and chosen once how it is kept.

Owns what is asked for that, and what is said where nobody can be asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hingeexpert.cli.options import report_problems
from hingeexpert.cli.secrets import ask_passphrase, choose_passphrase, read_secret, show_recovery
from hingeexpert.errors import InputError
from hingeexpert.record import Record
from hingeexpert.record.key_content import WrongPassphraseError
from hingeexpert.record.keys import CHOICE, KEPT_OPEN, key_files, protection, unlock
from hingeexpert.record.protecting import protect, settle
from hingeexpert.record.unopened import check_there

if TYPE_CHECKING:
    from hingeexpert.record.key_content import RecordKey

TRIES = 3
NAME_A_FILE = (
    "the record is protected, and nobody can be asked here; name the file with its passphrase: "
    "--record-passphrase-file FILE"
)
OPEN_ALREADY = (
    "this record has no passphrase, so --record-passphrase-file does not belong to it; give it one "
    "first: hingeexpert record protect"
)
NOT_PROTECTED = "this record has no passphrase; give it one: hingeexpert record protect"
MADE_OPEN = (
    "the record is open: who has this machine can read it; give it a passphrase: "
    "hingeexpert record protect"
)
ABOUT_CHOICE = (
    "The record of visits is open: who has this machine, or its disk, can read it. With a "
    "passphrase it is encrypted. This is asked once; later, hingeexpert record protect does it."
)


@dataclass(frozen=True)
class Opening:
    """How to open a record.

    Attributes:
        path: The file.
        passphrase_file: Holds its passphrase, where nobody types it.
        may_ask: Whether somebody sits at the terminal.
    """

    path: Path
    passphrase_file: Path | None
    may_ask: bool

    @property
    def reads(self) -> tuple[Path | None, ...]:
        """The files that opening it reads; a command that writes must not write onto one."""
        return (self.path, self.passphrase_file, *key_files(self.path))

    def open(self) -> Record:
        """Open the record, or make one.

        Where somebody sits there who has not chosen yet, it is asked how the record is to be kept.

        Raises:
            InputError: It cannot be opened, or not without being asked.
        """
        key, kind = self.key(), protection(self.path)
        record = Record(self.path, key)
        if key is not None:
            record.note("unlock")
        if key is None and self.may_ask and record.setting(CHOICE) is None:
            return self._choose(record)
        if kind == "new":
            click.echo(MADE_OPEN, err=True)
        return record

    def key(self) -> RecordKey | None:
        """Return what opens the record, or `None` where it is open or new.

        Raises:
            InputError: It is protected and nobody can be asked, or the passphrase is wrong.
        """
        self.settle()
        if protection(self.path) == "protected":
            return self._unlocked()
        if self.passphrase_file is not None:
            raise InputError.about(self.path, OPEN_ALREADY)
        return None

    def settle(self) -> None:
        """Clear away what protecting the record left that broke off, and say so."""
        told = settle(self.path)
        if told:
            click.echo(told, err=True)

    def check_protected(self) -> None:
        """Stop at a record that has no passphrase."""
        self.settle()
        if protection(self.path) != "protected":
            raise InputError.about(self.path, NOT_PROTECTED)

    def protected_key(self) -> RecordKey:
        """Return what opens a protected record.

        Raises:
            InputError: It is not protected, nobody can be asked, or the passphrase is wrong.
        """
        self.check_protected()
        return self._unlocked()

    def _unlocked(self) -> RecordKey:
        check_there(self.path)
        if self.passphrase_file is not None:
            return unlock(self.path, read_secret(self.passphrase_file))
        if not self.may_ask:
            raise InputError.about(self.path, NAME_A_FILE)
        for _ in range(TRIES - 1):
            try:
                return unlock(self.path, ask_passphrase())
            except WrongPassphraseError as error:
                report_problems(error)
        return unlock(self.path, ask_passphrase())

    def _choose(self, record: Record) -> Record:
        from hingeexpert.cli.screen import wrapped

        click.echo(f"{wrapped(ABOUT_CHOICE)}\n", err=True)
        if not click.confirm("Give it a passphrase now?", err=True):
            record.choose(CHOICE, KEPT_OPEN)
            return record
        record.close()
        created = protect(self.path, choose_passphrase())
        show_recovery(created.recovery)
        click.pause("Press a key when it is noted.", err=True)
        return Record(self.path, created.key)
