"""A backup back in its place: which keys open it, whether it may replace what is there, and a
record made of it, whole or not at all.

What is in a backup is `opened.py`. Nothing here prints or logs a secret, a name or an answer, and
nothing of a protected record is ever written plain.
"""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hingeexpert.errors import InputError, OutputError
from hingeexpert.formats.files import PRIVATE_FOLDER, keep_names, private_folder, write_whole
from hingeexpert.formats.holding import holding as one_at_a_time
from hingeexpert.record.connection import connected
from hingeexpert.record.copying import copy_all
from hingeexpert.record.difference import difference
from hingeexpert.record.driver import (
    DatabaseError,
    Error,
    OperationalError,
    PlainConnection,
    PlainDatabaseError,
)
from hingeexpert.record.key_content import RecordKey
from hingeexpert.record.keys import (
    belongs,
    create_keys,
    key_by_recovery,
    key_files,
    passphrase_file,
    protection,
    recovery_identity,
    unlock,
)
from hingeexpert.record.opened import DAMAGED, SealKind, by_identity, by_passphrase, holding
from hingeexpert.record.protecting import alone, check_no_keys, replace_overwritten
from hingeexpert.record.store import Record

NO_KEY_BESIDE = (
    "the key that a passphrase opens is missing; put {name} beside the backup, or open it with the "
    "recovery key"
)
NO_KEYS = "was made of a record without keys; the passphrase that it was made with opens it"
OTHER_THERE = (
    "the record that is there has other keys, which this {key} does not open; move it away with "
    "its key files ({names}), or restore to another place"
)
LOGS = ("-wal", "-shm", "-journal")
"""Endings of the logs of writes beside a record."""
HAS_MORE = (
    "holds {visits} visits and {events} entries of visits that the backup lacks; they would be "
    "lost. Restore to another place, or give --overwrite to replace it all the same"
)
NOT_READ = (
    "cannot be read as a record, so nobody knows whether it holds more than the backup; restore to "
    "another place, or give --overwrite to replace it"
)


@dataclass
class Secrets:
    """What somebody has to open a backup with, and the record that is there already."""

    passphrase: str | None = field(default=None, repr=False)
    recovery: str | None = field(default=None, repr=False)
    _known: dict[bytes, RecordKey] = field(default_factory=dict, repr=False)

    def open(self, raw: bytes, kind: SealKind, backup: Path, target: Path) -> bytes:
        """Return what is sealed in a backup.

        Args:
            raw: Its file.
            kind: What opens it.
            backup: Where it lies; the key that a passphrase opens lies beside it.
            target: The record, whose own keys open its backups as well.

        Raises:
            InputError: Nothing opens it, or it is damaged.
        """
        if kind == "passphrase":
            if self.passphrase is None:
                raise InputError.about(backup, NO_KEYS)
            return by_passphrase(raw, self.passphrase, backup)
        if self.recovery is not None:
            return by_identity(raw, recovery_identity(self.recovery), backup)
        for place in (backup, target):
            if passphrase_file(place).is_file():
                return by_identity(raw, self._unlocked(place).identity, backup)
        name = passphrase_file(backup).name
        raise InputError.about(backup, NO_KEY_BESIDE.format(name=name))

    def key_of(self, target: Path) -> RecordKey | None:
        """Return the key of the protected record at a place; `None` where none is there.

        Raises:
            InputError: These secrets do not open it.
        """
        if protection(target) != "protected":
            return None
        try:
            if self.recovery is not None:
                return key_by_recovery(target, self.recovery)
            return self._unlocked(target)
        except InputError:
            for key in self._known.values():
                if belongs(target, key):
                    return key  # its passphrase was changed after the backup was made
            names = ", ".join(file.name for file in key_files(target))
            given = "passphrase" if self.recovery is None else "recovery key"
            raise InputError.about(target, OTHER_THERE.format(key=given, names=names)) from None

    def _unlocked(self, place: Path) -> RecordKey:
        """Return the key beside a file; the same key is unlocked once, as that takes seconds."""
        wrapped = passphrase_file(place).read_bytes()
        if wrapped not in self._known:
            self._known[wrapped] = unlock(place, self.passphrase or "")
        return self._known[wrapped]


@dataclass(frozen=True)
class Place:
    """Where a record is restored to.

    Attributes:
        key: Opens the protected record that is there, and stays; `None` where there is none.
    """

    path: Path
    key: RecordKey | None

    def check(self, backup: PlainConnection, overwrite: bool) -> int:
        """Stop where the record that is there holds more than a backup. Return how many people come
        back who are no longer in it.

        Raises:
            OutputError: So it is, or it cannot be read, and it may not be replaced.
        """
        if not self.path.exists() or not self.path.stat().st_size:
            return 0
        try:
            with contextlib.closing(connected(self.path, self.key)) as there:
                differ = difference(backup, there)
        except DatabaseError:
            if overwrite:
                return 0
            raise OutputError.about(self.path, NOT_READ) from None
        if differ.loses and not overwrite:
            message = HAS_MORE.format(visits=differ.visits, events=differ.events)
            raise OutputError.about(self.path, message)
        return differ.returning

    def restore(self, backup: PlainConnection, passphrase: str | None) -> str | None:
        """Make a record of a backup, and put it in its place when all of it stands.

        Args:
            backup: What is restored.
            passphrase: Protects the record where there is no key yet; without either it is open.

        Returns:
            The recovery key, where new keys were made: it is kept nowhere.

        Raises:
            InputError: It cannot be written, or the record is in use.
        """
        try:
            with self._room() as made:
                created = None
                if self.key is None:
                    check_no_keys(self.path)
                if self.key is None and passphrase is not None:
                    created = create_keys(made, passphrase)
                _write(backup, made, created.key if created else self.key)
                self._take_place(made)
        except PlainDatabaseError:
            raise InputError.about(self.path, f"the backup {DAMAGED}") from None
        except (OSError, Error) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise InputError.about(self.path, f"cannot be written: {reason}") from None
        return created.recovery if created else None

    @contextlib.contextmanager
    def _room(self) -> Iterator[Path]:
        """Lend a name for a record that is being made: in a folder beside its place, which one
        restoring at a time has, and which is gone at the end.
        """
        beside = self.path.with_name(f".{self.path.name}.restoring")
        made = beside / "made" / self.path.name
        private_folder(self.path.parent)
        with one_at_a_time(beside):
            self._take_back(made)
            shutil.rmtree(made.parent, ignore_errors=True)
            try:
                made.parent.mkdir(mode=PRIVATE_FOLDER)
                yield made
            finally:
                shutil.rmtree(made.parent, ignore_errors=True)
        with contextlib.suppress(OSError):  # the next one has it
            beside.rmdir()

    def _take_back(self, made: Path) -> None:
        """Take back new keys that got their place before their record did: it broke off there."""
        if self.key is not None or not made.exists():
            return
        for file, final in zip(key_files(made), key_files(self.path), strict=True):
            if file.exists() and final.exists() and file.read_bytes() == final.read_bytes():
                final.unlink()

    def _take_place(self, made: Path) -> None:
        """Put a record and its keys in their place, the record last: before that nothing that is
        there has changed.

        Raises:
            InputError: Another program has open what is there.
        """
        with contextlib.ExitStack() as held:
            if self.path.exists():
                _hold(held, self.path, self.key)
            for ending in LOGS:
                # One that a crash left must not be read into the new record.
                self.path.with_name(f"{self.path.name}{ending}").unlink(missing_ok=True)
            for file, final in zip(key_files(made), key_files(self.path), strict=True):
                if file.exists():
                    write_whole(final, file.read_bytes())
            if self.path.exists():
                replace_overwritten(made, self.path)
            else:
                made.replace(self.path)
                keep_names(self.path.parent)


def _hold(held: contextlib.ExitStack, path: Path, key: RecordKey | None) -> None:
    """Hold what is there, unless it is so damaged that nobody can have it open."""
    try:
        held.enter_context(alone(path, key))
    except OperationalError:
        raise
    except DatabaseError:
        return


def _write(backup: PlainConnection, path: Path, key: RecordKey | None) -> None:
    """Write a new record and open it once, which says whether all of it stands."""
    with contextlib.closing(connected(path, key)) as connection:
        connection.execute("BEGIN")
        copy_all(backup, connection)
        connection.execute("COMMIT")
    with contextlib.closing(Record(path, key)) as record:
        record.check_whole()
        with record.apart() as connection:
            stands = holding(connection)
        if stands != holding(backup):
            raise InputError.about(path, "the backup was not written as it is; try again")
        record.note("restore", {"made": stands.made})
