"""The connection to the record's file: how it is opened, written and kept tidy.

Owns the file, its settings and its lock. What stands in the tables is `store.py`. Nothing here
prints or logs a name or an answer.
"""

import contextlib
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hingeexpert.errors import InputError
from hingeexpert.record.chain import settle_overdue
from hingeexpert.record.driver import (
    Connection,
    DatabaseError,
    Error,
    OperationalError,
    Row,
    connect,
)
from hingeexpert.record.key_content import RecordKey
from hingeexpert.record.keys import protection
from hingeexpert.record.reading import rows_of
from hingeexpert.record.schema import check_schema, migrate, schema_version
from hingeexpert.record.unopened import check_key, check_whole, why_not

PATIENCE = 5000
"""Milliseconds to wait for another program that writes to the file."""
SETTINGS: tuple[str, ...] = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "temp_store = MEMORY",
)
"""How SQLite works on the file: an answer that is kept survives a power cut, what is deleted is
overwritten, and nothing is laid down beside the file and its log.
"""
IN_A_BROWSER = (
    "locking_mode = EXCLUSIVE",
    "journal_mode = MEMORY",
    "foreign_keys = ON",
    "secure_delete = ON",
    "temp_store = MEMORY",
)
"""The same where the file lies in memory, and whoever keeps it takes what is written as a whole or
not at all.
"""
if sys.platform == "emscripten":
    SETTINGS = IN_A_BROWSER
OF_READERS = ("query_only = ON", "cache_size = -8000")
MOST_FREE = 4
"""Readers that stay open when nobody needs them."""


class RecordFile:
    """The open file of a record: one connection that writes, and others that read beside it.

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
        self._overwriting = threading.Lock()
        self._free: deque[Connection] = deque()
        self._writer: int | None = None
        self._overwriter: Connection | None = None
        self._alone = self.closed = False
        self.written = time.monotonic()
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
            # Where nothing can be written ahead, as in a browser, who reads would be in the way of
            # who writes: all share one connection.
            mode = self._connection.execute("PRAGMA journal_mode").fetchone()[0]
            self._alone = mode != "wal"
            with self.writing() as connection:
                migrate(connection)
            self._overwrite_alone()
        except BaseException as error:
            try:
                if _tells_of_damage(error) and protection(self.path) == "protected":
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
        """Hold the file for writing; what fails half way leaves nothing.

        What the same thread reads meanwhile is what it has written.
        """
        with self._lock:
            self._interrupt()
            self._connection.execute("BEGIN IMMEDIATE")
            self._writer = threading.get_ident()
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                # A full disk has undone it already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self._writer = None
                self.written = time.monotonic()

    @contextmanager
    def unchanged(self) -> Iterator[Connection]:
        """Lend a connection that reads the file as it stands at one moment; others may write
        meanwhile, but for where all share one connection.
        """
        with self._reading() as connection:
            connection.execute("BEGIN")
            try:
                # The moment is that of the first look.
                connection.execute("SELECT 1 FROM person LIMIT 1").fetchall()
                yield connection
            finally:
                connection.execute("COMMIT")

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """Lend a connection that reads beside whoever writes."""
        if self._alone:
            with self._lock:
                yield self._connection
            return
        try:
            connection = self._free.pop()
        except IndexError:
            connection = self._another(OF_READERS)
        try:
            yield connection
        except BaseException:
            # One that met a damaged page finds no other page whole any more.
            connection.close()
            raise
        if self.closed or len(self._free) >= MOST_FREE:
            connection.close()
        else:
            self._free.append(connection)

    def _another(self, settings: tuple[str, ...]) -> Connection:
        """Open the file once more; once it is closed nobody can."""
        if self.closed:
            raise OperationalError("the record is closed")
        connection = connected(self.path, self._key)
        for setting in settings:
            connection.execute(f"PRAGMA {setting}")
        connection.row_factory = Row
        return connection

    def rows(self, query: str, *values: object) -> list[Row]:
        """Return what a query finds."""
        if self._writer == threading.get_ident():
            return rows_of(self._connection)(query, *values)
        with self._reading() as connection:
            return rows_of(connection)(query, *values)

    def close(self) -> None:
        """Close the file.

        Where no other program has it open, all of it then stands in the file itself.
        """
        self.closed = True
        self._interrupt()
        while self._free:
            self._free.pop().close()
        with self._overwriting, self._lock:
            with contextlib.suppress(Error):
                self._overwrite_alone()
            self._connection.close()

    def overwrite(self) -> bool:
        """Overwrite what was deleted, and empty the log of writes. Return whether nothing that was
        deleted is left.

        Who reads is not disturbed, and who writes interrupts it. Another program that reads, or a
        full disk, may be in the way, too; nobody waits for either.
        """
        with self._overwriting:
            if self._alone or self.closed:
                return not self.closed and self._overwrite_alone()
            connection = self._another(SETTINGS)
            self._overwriter = connection
            try:
                connection.execute("PRAGMA busy_timeout = 0")
                return _overwritten(connection)
            except OperationalError:
                # Interrupted before it had begun.
                return False
            finally:
                self._overwriter = None
                connection.close()

    def _overwrite_alone(self) -> bool:
        """Overwrite by the connection that writes."""
        with self._lock:
            self._connection.execute("PRAGMA busy_timeout = 0")
            try:
                return _overwritten(self._connection)
            finally:
                self._connection.execute(f"PRAGMA busy_timeout = {PATIENCE}")

    def _interrupt(self) -> None:
        """Let whoever overwrites give way to whoever writes."""
        overwriter = self._overwriter
        if overwriter is not None:
            with contextlib.suppress(Error):
                overwriter.interrupt()


def connected(path: Path, key: RecordKey | None = None) -> Connection:
    """Return a connection to a file, which is made, for its owner only, where there is none.

    A file that is there is left to SQLite: opening and closing it here would take away the locks
    that this process has on it.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    # No two threads use it at once, so they may share it; transactions are begun by hand.
    connection = connect(
        path, check_same_thread=False, isolation_level=None, timeout=PATIENCE / 1000
    )
    if key is not None:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.raw.hex()}'\"")
    return connection


def _tells_of_damage(error: BaseException) -> bool:
    """Whether it is of what stands in the file, and not of who else has it open."""
    return isinstance(error, DatabaseError) and not isinstance(error, OperationalError)


def _overwritten(connection: Connection) -> bool:
    """Overwrite what was deleted, by a connection that waits for nobody; see `overwrite`."""
    overdue = connection.execute("SELECT count(*) FROM overdue").fetchone()[0]
    try:
        # Who reads an older state would keep all that follows out of the file itself.
        if _busy(connection, "TRUNCATE"):
            return not overdue
        if overdue:
            # Rows that move to another page leave their bytes behind, also before they are deleted;
            # only to write all pages anew leaves nothing.
            connection.execute("VACUUM")
            # What was written anew goes to its place without the lock of who writes.
            _busy(connection, "PASSIVE")
            if _busy(connection, "TRUNCATE"):
                return False
            settle_overdue(connection, overdue)
    except OperationalError:
        return not overdue
    return True


def _busy(connection: Connection, mode: str) -> bool:
    """Bring the log of writes into the file, and return whether somebody was in the way."""
    row = connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
    return bool(row["busy"])
