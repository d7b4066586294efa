"""The record: every visit of every person in one SQLite file on this machine.

Owns what stands in the tables of the file, which are `schema.py`; the file is `connection.py`.
Events are added and never changed; only a whole person can be deleted, and is then overwritten in
the file. What events mean is `intake/events.py`. Nothing here prints or logs a name or an answer.
"""

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import platformdirs

from hingeexpert.record.chain import (
    Content,
    HappeningKind,
    NoteKind,
    add_link,
    forget,
    happen,
    happen_to,
    written,
)
from hingeexpert.record.connection import RecordFile
from hingeexpert.record.driver import Connection
from hingeexpert.record.entries import Deleted, RecordedPerson, StaleError
from hingeexpert.record.event import Event, EventKind, now
from hingeexpert.record.feedback import CardFeedback, add_feedback
from hingeexpert.record.key_content import RecordKey
from hingeexpert.record.listing import list_person, list_version, list_visit
from hingeexpert.record.reading import RecordReader, rows_of
from hingeexpert.record.replaying import Altered
from hingeexpert.record.verifying import FoundHead, Verified, find_head, verify

OF_PERSON = ("patient_id", "name")
HEAD = (*OF_PERSON, "date", "clinician")
"""What is written of a visit beside its answers."""

LAST_BACKUP = "backup.last"
"""The setting that says when the last backup was made; inside a backup, when that was."""
TOLD: dict[HappeningKind, tuple[str, ...]] = {
    "who": OF_PERSON,
    "date": ("date",),
    "clinician": ("clinician",),
}
"""What is chained of it when it changes."""

COUNTED = """
    SELECT count(DISTINCT visit.id), count(event.number)
    FROM visit LEFT JOIN event ON event.visit = visit.id
    WHERE person = ?
"""
"""How many visits a person has, and how many events."""


def default_path() -> Path:
    """Return where the record lies when nobody says otherwise: in the user's data folder of this
    platform.
    """
    return platformdirs.user_data_path("hingeexpert", appauthor=False) / "record.sqlite"


class Record(RecordReader):
    """An open record.

    Safe to use from several threads, and beside other programs that have it open.

    Attributes:
        key: What opens it; `None` where it is not protected.
        backup_trouble: Why the last daily backup could not be made; `None` where it could.
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
        self.path = path
        self.key, self.is_protected = key, key is not None
        self.backup_trouble: str | None = None
        self._file = RecordFile(path, key)
        super().__init__(self._file.rows)

    def close(self) -> None:
        """Close the file.

        Where no other program has it open, all of it then stands in the file itself.
        """
        self._file.close()

    @contextmanager
    def unchanged(self) -> Iterator[RecordReader]:
        """Read several things as they stand at one moment, however long it takes; others may write
        meanwhile.
        """
        with self._file.unchanged() as connection:
            yield RecordReader(rows_of(connection))

    def setting(self, name: str) -> str | None:
        """Return what was chosen for this record, or `None` where nothing was."""
        rows = self._file.rows("SELECT value FROM setting WHERE name = ?", name)
        return rows[0]["value"] if rows else None

    def choose(self, name: str, value: str) -> None:
        """Keep what was chosen for this record."""
        with self._file.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

    def last_backup(self) -> str | None:
        """Return when the last backup was made, ISO 8601 in UTC; `None` before the first."""
        return self.setting(LAST_BACKUP)

    def apart(self) -> AbstractContextManager[Connection]:
        """Read the file as it stands at one moment; nobody who writes meanwhile has to wait."""
        return self._file.unchanged()

    @property
    def schema(self) -> int:
        """How many migrations the file has been through."""
        return self._file.schema

    def check_whole(self) -> None:
        """Read every page of a protected record, and raise `DamagedError` where one is not as it
        was written. Of an open record nothing is known.
        """
        self._file.check_whole()

    def overwrite(self) -> bool:
        """Overwrite who was deleted, and return whether nothing is left of them.

        Others read meanwhile, and who writes does not wait: then, as when another program reads or
        the disk is full, it has to be tried again. Opening and closing the record try it, too.
        """
        return self._file.overwrite()

    @property
    def closed(self) -> bool:
        """Whether it is closed; nobody can read it any more."""
        return self._file.closed

    def quiet_for(self) -> float:
        """Return for how many seconds this program has written nothing."""
        return time.monotonic() - self._file.written

    def begin(self, person: str | None, date: str, changes: Sequence[Mapping[str, Any]]) -> str:
        """Begin a visit, of somebody new where no person is named, and return its id.

        Args:
            person: Whose visit it is; `None` for somebody new.
            date: The day, YYYY-MM-DD.
            changes: The first changes, as events keep them.

        Raises:
            MissingError: There is no such person.
        """
        moment = now()
        with self._file.writing() as connection:
            if person is None:
                person = self._new_person(connection, moment)
            else:
                self.person(person)
            visit = self._new_visit(connection, person, moment, date)
            for number, change in enumerate(changes, start=1):
                self._insert(connection, person, visit, Event(number, moment, "answer", change))
            list_visit(connection, visit)
            list_person(connection, person)
        return visit

    def _new_visit(self, connection: Connection, person: str, begun: str, date: str) -> str:
        visit = secrets.token_urlsafe(12)
        connection.execute(
            "INSERT INTO visit (id, person, begun, date) VALUES (?, ?, ?, ?)",
            (visit, person, begun, date),
        )
        happen(connection, Content(person, visit, None, begun, "visit", written({"date": date})))
        return visit

    def _new_person(self, connection: Connection, begun: str) -> str:
        person = secrets.token_urlsafe(12)
        connection.execute("INSERT INTO person (id, begun) VALUES (?, ?)", (person, begun))
        happen(connection, Content(person, None, None, begun, "person"))
        return person

    def add(
        self, visit: str, version: int, kind: EventKind, data: Mapping[str, Any] | None = None
    ) -> Event:
        """Add an event to a visit that is still as it was read.

        Args:
            visit: Its id.
            version: Number of its last event when it was read.
            kind: What happened.
            data: See `Event`.

        Raises:
            StaleError: Somebody else has written to it since.
            MissingError: There is no such visit.
        """
        event = Event(version + 1, now(), kind, data or {})
        with self._file.writing() as connection:
            entry = self.visit(visit)
            if self.version(visit) != version:
                raise StaleError
            self._insert(connection, entry.person, visit, event)
            if kind in ("finish", "reopen"):
                list_visit(connection, visit)
                list_person(connection, entry.person)
            else:
                list_version(connection, visit, event.number)
        return event

    def _insert(self, connection: Connection, person: str, visit: str, event: Event) -> None:
        said = (visit, event.number, event.at, event.kind, written(event.data))
        link = add_link(connection, Content(person, *said))
        connection.execute(
            "INSERT INTO event (visit, number, at, kind, data, link, salt) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*said, *link),
        )

    def describe(self, visit: str, texts: Mapping[str, str], seen: Mapping[str, str]) -> None:
        """Write who a visit is of, its day and who made it.

        Args:
            visit: Its id.
            texts: Some of `HEAD`.
            seen: What stood there when the texts were written, for those where that matters.

        Raises:
            StaleError: Something else stands there by now, and not this text either.
            MissingError: There is no such visit.
        """
        with self._file.writing() as connection:
            person = self.person(self.visit(visit).person)
            stands = self._head(visit, person)
            kept = {key: {seen[key], text} for key, text in texts.items() if key in seen}
            if any(stands[key] not in either for key, either in kept.items()):
                raise StaleError
            self._write_head(connection, person.id, visit, stands, texts)
            list_person(connection, person.id)

    def _write_head(
        self,
        connection: Connection,
        person: str,
        visit: str,
        stands: Mapping[str, str],
        texts: Mapping[str, str],
    ) -> None:
        head = {**stands, **texts}
        connection.execute(
            "UPDATE person SET patient_id = ?, name = ? WHERE id = ?",
            (head["patient_id"], head["name"], person),
        )
        connection.execute(
            "UPDATE visit SET date = ?, clinician = ? WHERE id = ?",
            (head["date"], head["clinician"], visit),
        )
        for kind, keys in TOLD.items():
            said = {key: head[key] for key in keys}
            if any(stands[key] != text for key, text in said.items()):
                happen(connection, Content(person, visit, None, now(), kind, written(said)))

    def _head(self, visit: str, person: RecordedPerson) -> dict[str, str]:
        """Return what is written of a visit now; see `HEAD`."""
        entry = self.visit(visit)
        return {key: getattr(person if key in OF_PERSON else entry, key) for key in HEAD}

    def delete(self, person: str, later: bool = False) -> Deleted:
        """Delete a person with all visits, for good: what was there is overwritten, in the file and
        in its log of writes.

        Args:
            person: Who.
            later: Whether the caller overwrites it afterwards: see `overwrite`.

        Raises:
            MissingError: There is no such person.
        """
        moment = now()
        with self._file.writing() as connection:
            self.person(person)
            visits, events = connection.execute(COUNTED, (person,)).fetchone()
            forget(connection, person, moment)
            connection.execute("DELETE FROM person WHERE id = ?", (person,))
            connection.execute("INSERT INTO overdue (since) VALUES (?)", (moment,))
        return Deleted(visits, events, not later and self._file.overwrite())

    def note(self, kind: NoteKind, data: Mapping[str, Any] | None = None) -> None:
        """Chain what was done with the record as a whole.

        Args:
            kind: What was done.
            data: What is kept of it, without a name and without an answer: it stays for good.
        """
        with self._file.writing() as connection:
            happen_to(connection, kind, now(), data)

    def keep_feedback(self, feedback: Sequence[CardFeedback]) -> None:
        """Keep what became of cards."""
        with self._file.writing() as connection:
            add_feedback(connection, feedback)

    def verify(self) -> Verified | Altered:
        """Check everything against the chain; see `verifying.verify`."""
        return verify(self._file)

    def find_head(self, code: str) -> FoundHead | None:
        """Find a short head in the chain; see `verifying.find_head`."""
        return find_head(self._file, code)
