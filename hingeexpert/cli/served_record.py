"""The record that a server keeps visits in: the options that name it, and its pages."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hingeexpert.cli.daily_option import backed_up, backup_options
from hingeexpert.cli.options import record_option
from hingeexpert.cli.secrets import passphrase_option

if TYPE_CHECKING:
    from hingeexpert.handout.clinic import Clinic, Logo
    from hingeexpert.record.key_content import RecordKey
    from hingeexpert.web.settings import Settings

FILE = click.Path(dir_okay=False, path_type=Path)


@dataclass(frozen=True)
class ServedRecord:
    """The record of a server, as it was named.

    Attributes:
        path: Its file, or `None` for the usual one.
        passphrase_file: Holds what unlocks it from the start.
        minutes: Without a press, after which a browser is locked.
        backup: Folder for a backup a day.
        keep: How many of them stay.
    """

    path: Path | None
    passphrase_file: Path | None
    minutes: float
    backup: Path | None
    keep: int

    def check_unnamed(self) -> None:
        """Stop where something was named that an example does not have."""
        if self.backup is not None:
            raise click.UsageError("--example keeps nothing; leave --backup out")
        if self.path is not None or self.passphrase_file is not None:
            message = "--example has a record of its own; leave --record and its passphrase out"
            raise click.UsageError(message)

    def routes(
        self,
        settings: Settings,
        clinic: tuple[Clinic | None, Logo | None],
        at_end: ExitStack,
    ) -> list[Any]:
        """Return the pages over it; it is closed at the end.

        Raises:
            InputError: It cannot be opened, the passphrase is wrong, or it has none.
        """
        from hingeexpert.record import default_path
        from hingeexpert.web.application import locked_routes

        path = self.path or default_path()
        beside = functools.partial(
            backed_up, folder=self.backup, keep=self.keep, tell=settings.tell
        )
        vault, routes = locked_routes(settings, path, self._key(path), clinic, beside)
        at_end.callback(vault.close)
        return routes

    def _key(self, path: Path) -> RecordKey | None:
        """Return what unlocks it from the start, if there is such a thing."""
        from hingeexpert.cli.opening import Opening

        if self.passphrase_file is None:
            return None
        return Opening(path, self.passphrase_file, may_ask=False).key()


def record_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of the record; a command gets them as `kept`."""

    @functools.wraps(command)
    def collected(
        record: Path | None,
        record_passphrase_file: Path | None,
        lock_after: float,
        backup: Path | None,
        keep: int,
        **more: Any,
    ) -> Any:
        kept = ServedRecord(record, record_passphrase_file, lock_after, backup, keep)
        return command(kept=kept, **more)

    lock = click.option(
        "--lock-after",
        type=click.FloatRange(0, 1440),
        default=15,
        show_default=True,
        metavar="MINUTES",
        help="Lock a protected record when nothing was pressed for so long; 0 for never.",
    )
    return record_option(passphrase_option(lock(backup_options(collected))))
