"""One backup a day, into a folder, while a record is open.

Owns the names in that folder and how many are kept. What fails is told and tried again, and keeps
nobody from answering. Nothing here prints.
"""

import datetime
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
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
ONE_AT_A_TIME = threading.Lock()
"""Held by who looks: a record that is closed and opened again has two who do."""
NO_FOLDER = "there is no such folder; is the disk connected?"
STAYS_OPEN = (
    "a daily backup is not made of a record that is kept open on this machine: sealing it needs a "
    "passphrase, and nobody is there to type one. Protect the record with 'hingeexpert record "
    "protect'"
)
IN_THE_WAY = "is there already and is no backup; nothing was written"


class DailyBackup:
    """The backups of days of one record.

    Each is made from the record opened once more, so that nobody waits for it, also not to close
    the record. What went wrong with the last try stands in `Record.backup_trouble`.
    """

    def __init__(
        self, record: Record, folder: Path, keep: int, tell: Callable[[str], None]
    ) -> None:
        """Know what to keep and where.

        Args:
            record: What is kept; it may be closed at any time.
            folder: Where to; it is never made, as it may be that of a disk which is not connected.
            keep: How many days are kept, at least 1.
            tell: Takes one line for whoever started the program.
        """
        self.record, self.folder, self.keep, self.tell = record, folder, keep, tell
        self._ended = threading.Event()

    def until_ended(self) -> None:
        """Look every few minutes whether the backup of the day is there."""
        self.look()
        while not self._ended.wait(OFTEN):
            self.look()

    def end(self) -> None:
        """Begin no further one; one that is being made is finished."""
        self._ended.set()

    def look(self) -> None:
        """Make the backup of the day where it is missing; what is in the way is told once."""
        try:
            with ONE_AT_A_TIME:
                self._make_where_missing()
            trouble = None
        except (OSError, Error, InputError, MemoryError) as error:
            trouble = _words(error, self.folder)
        if trouble is not None and trouble != self.record.backup_trouble:
            self.tell(f"warning: no backup was made: {trouble}")
        self.record.backup_trouble = trouble

    def _make_where_missing(self) -> None:
        path = self.folder / f"hingeexpert-{datetime.date.today():%Y-%m-%d}.age"
        if _is_backup(path):
            return
        if self.record.key is None:
            raise InputError(STAYS_OPEN)
        if not self.folder.is_dir():
            raise InputError.about(self.folder, NO_FOLDER)
        if path.exists():
            raise InputError.about(path, IN_THE_WAY)
        with closing(Record(self.record.path, self.record.key)) as record:
            backup = make_backup(record)
            write_backup(path, backup)
            keep_backup(record, backup)
        for old in sorted(filter(_is_backup, self.folder.iterdir()))[: -self.keep]:
            old.unlink()
            key_beside(old).unlink(missing_ok=True)


@contextmanager
def daily_backup(
    record: Record, folder: Path, keep: int, tell: Callable[[str], None]
) -> Iterator[DailyBackup]:
    """Make the backups of days beside whatever else is done; see `DailyBackup`.

    The end waits for nothing; the process goes on until a backup that is being made is finished.
    """
    daily = DailyBackup(record, folder, keep, tell)
    threading.Thread(target=daily.until_ended, name="daily backup").start()
    try:
        yield daily
    finally:
        daily.end()


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
