"""One backup a day, into a folder, while a record is open.

Owns the names in that folder and how many are kept. What fails is told and tried again, and keeps
nobody from answering. Nothing here prints.
"""

import datetime
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hingeexpert.errors import InputError
from hingeexpert.record.backup import keep_backup, key_beside, make_backup, write_backup
from hingeexpert.record.driver import Error
from hingeexpert.record.opened import HEAD, seal_kind
from hingeexpert.record.store import Record

OURS = re.compile(r"hingeexpert-\d{4}-\d{2}-\d{2}\.age")
"""How the backups of days are called."""
OFTEN = 600.0
"""Seconds between two looks at the folder."""
NO_FOLDER = "there is no such folder; is the disk connected?"
STAYS_OPEN = (
    "a daily backup is not made of a record that is kept open on this machine: sealing it needs a "
    "passphrase, and nobody is there to type one. Protect the record with 'hingeexpert record "
    "protect'"
)
IN_THE_WAY = "is there already and is no backup; nothing was written"


class DailyBackup:
    """The backups of days of one record.

    What went wrong with the last try stands in `Record.backup_trouble`.
    """

    def __init__(
        self, record: Record, folder: Path, keep: int, tell: Callable[[str], None]
    ) -> None:
        """Know what to keep and where.

        Args:
            record: What is kept.
            folder: Where to; it is never made, as it may be that of a disk which is not connected.
            keep: How many days are kept, at least 1.
            tell: Takes one line for whoever started the program.
        """
        self.record, self.folder, self.keep, self.tell = record, folder, keep, tell
        self._ended = threading.Event()

    def until_ended(self) -> None:
        """Look every few minutes whether the backup of the day is there; return when the record is
        about to be closed.
        """
        self.look()
        while not self._ended.wait(OFTEN):
            self.look()

    def end(self) -> None:
        """Have it end."""
        self._ended.set()

    def look(self) -> None:
        """Make the backup of the day where it is missing; what is in the way is told once."""
        path = self.folder / f"hingeexpert-{datetime.date.today():%Y-%m-%d}.age"
        try:
            if not _is_backup(path):
                self._make(path)
            trouble = None
        except (OSError, Error, InputError, MemoryError) as error:
            trouble = _words(error, self.folder)
        if trouble is not None and trouble != self.record.backup_trouble:
            self.tell(f"warning: no backup was made: {trouble}")
        self.record.backup_trouble = trouble

    def _make(self, path: Path) -> None:
        if self.record.key is None:
            raise InputError(STAYS_OPEN)
        if not self.folder.is_dir():
            raise InputError.about(self.folder, NO_FOLDER)
        if path.exists():
            raise InputError.about(path, IN_THE_WAY)
        backup = make_backup(self.record)
        write_backup(path, backup)
        keep_backup(self.record, backup)
        for old in sorted(filter(_is_backup, self.folder.iterdir()))[: -self.keep]:
            old.unlink()
            key_beside(old).unlink(missing_ok=True)


@contextmanager
def daily_backup(
    record: Record, folder: Path, keep: int, tell: Callable[[str], None]
) -> Iterator[DailyBackup]:
    """Make the backups of days beside whatever else is done; see `DailyBackup`."""
    daily = DailyBackup(record, folder, keep, tell)
    worker = threading.Thread(target=daily.until_ended, name="daily backup")
    worker.start()
    try:
        yield daily
    finally:
        daily.end()
        worker.join()


def _is_backup(path: Path) -> bool:
    """Whether a file is one of the backups of days, by its name and how it begins."""
    if OURS.fullmatch(path.name) is None or path.is_symlink() or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            seal_kind(file.read(HEAD), path)
    except (OSError, InputError):
        return False
    return True


def _words(error: Exception, folder: Path) -> str:
    """Return what went wrong, in a sentence."""
    if isinstance(error, MemoryError):
        return "the record does not fit into the memory that is free"
    return f"{folder}: {error.strerror}" if isinstance(error, OSError) else str(error)
