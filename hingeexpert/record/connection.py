"""The connection to the record's file: how it is opened, written and kept tidy.

Owns the file, its settings and its lock. What stands in the tables is `store.py`. Nothing here
prints or logs a name or an answer.
"""

import contextlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hingeexpert.errors import InputError
from hingeexpert.record.chain import happen_to
from hingeexpert.record.driver import (
    Connection,
    DatabaseError,
    Error,
    OperationalError,
    Row,
    connect,
)
from hingeexpert.record.entries import MissingError
from hingeexpert.record.event import now
from hingeexpert.record.keys import RecordKey, protection
from hingeexpert.record.schema import check_schema, migrate, schema_version
from hingeexpert.record.unopened import check_key, check_whole, why_not

PATIENCE = 5000
"""Milliseconds to wait for another program that writes to the file."""
SETTINGS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "temp_store = MEMORY",
)
"""How SQLite works on the file: an answer that is kept survives a power cut, what is deleted is
overwritten, and nothing is laid down beside the file and its log.
"""


class RecordFile:
    """The open file of a record.

    Safe to use from several threads, and beside other programs that have it open.
    """

    def __init__(self, path: Path, key: RecordKey | None = None) -> None:
        """Open a record, and make or migrate it where that is needed.

        Args:
            path: The file. It is made readable by its owner only.
            key: What opens a protected one, or makes a new one protected.

        Raises:
            ProtectedError: It is a protected one, and there is no key.
            DamagedError: It is not as it was written, or the key is another one.
            InputError: It cannot be opened, is no record, or is of a newer program.
        """
        self.path, self._key = path, key
        self._lock = threading.RLock()
        try:
            check_key(path, key)
            self._connection = connected(path, key)
            self._prepare()
        except OSError as error:
            raise InputError.about(path, f"the record cannot be opened: {error.strerror}") from None
        except (DatabaseError, UnicodeDecodeError) as error:
            raise why_not(path, key, error) from None

    def _prepare(self) -> None:
        """Make the file ready, unless it is somebody else's: then nothing of it is touched."""
        try:
            check_schema(self._connection, self.path)
            self.path.chmod(0o600)
            for setting in SETTINGS:
                self._connection.execute(f"PRAGMA {setting}")
            self._connection.row_factory = Row
            with self.writing() as connection:
                migrate(connection)
            self.tidy()
        except BaseException as error:
            try:
                if isinstance(error, DatabaseError) and protection(self.path) == "protected":
                    self.check_whole()
            finally:
                self._connection.close()
            raise

    @property
    def schema(self) -> int:
        """How many migrations the file has been through."""
        with self._lock:
            return schema_version(self._connection)

    def check_whole(self) -> None:
        """Read every page of a protected record, and raise `DamagedError` where one is not as it
        was written. Of an open record nothing is known.
        """
        if self._key is not None:
            with self._lock:
                check_whole(self.path, self._connection)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Hold the file for writing; what fails half way leaves nothing."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                # A full disk has undone it already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Read several things as they stand at one moment; this program writes nothing
        meanwhile.
        """
        with self._lock:
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._connection.execute("COMMIT")

    @contextmanager
    def apart(self) -> Iterator[Connection]:
        """Read the file as it stands at one moment, by a connection of its own: nobody who writes
        meanwhile has to wait.
        """
        with contextlib.closing(connected(self.path, self._key)) as connection:
            connection.execute("BEGIN")
            yield connection

    def rows(self, query: str, *values: object) -> list[Row]:
        """Return what a query finds."""
        with self._lock:
            found: list[Row] = self._connection.execute(query, values).fetchall()
        return found

    def one(self, query: str, *values: object) -> Row:
        """Return the first row that a query finds, or raise `MissingError`."""
        rows = self.rows(query, *values)
        if not rows:
            raise MissingError
        return rows[0]

    def close(self) -> None:
        """Close the file.

        Where no other program has it open, all of it then stands in the file itself.
        """
        with self._lock:
            with contextlib.suppress(Error):
                self.tidy()
            self._connection.close()

    def tidy(self) -> bool:
        """Overwrite what was deleted, and empty the log of writes. Return whether nothing that was
        deleted is left.

        Another program that reads, or a full disk, may be in the way; nobody waits for either.
        """
        with self._lock:
            overdue = bool(self.rows("SELECT 1 FROM overdue LIMIT 1"))
            self._connection.execute("PRAGMA busy_timeout = 0")
            try:
                if overdue:
                    self._connection.execute("VACUUM")
                if self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()["busy"]:
                    return not overdue
                if overdue:
                    self._note_overwritten()
            except OperationalError:
                return not overdue
            finally:
                self._connection.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        return True

    def _note_overwritten(self) -> None:
        with self.writing() as connection:
            since = [row["since"] for row in connection.execute("SELECT since FROM overdue")]
            connection.execute("DELETE FROM overdue")
            if since:
                happen_to(connection, "overwritten", now(), {"since": since})

    def each(self, query: str) -> Iterator[Row]:
        """Yield what a query finds, row by row; who calls this keeps the file `unchanged`."""
        yield from self._connection.execute(query)


def connected(path: Path, key: RecordKey | None = None) -> Connection:
    """Return a connection to a file, which is made, for its owner only, where there is none.

    A file that is there is left to SQLite: opening and closing it here would take away the locks
    that this process has on it.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    # Every use is inside the lock, so threads may share it; transactions are begun by hand.
    connection = connect(
        path, check_same_thread=False, isolation_level=None, timeout=PATIENCE / 1000
    )
    if key is not None:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.raw.hex()}'\"")
    return connection
