"""The record: every visit of every person in one SQLite file on this machine.

Owns what stands in the tables of the file, which are `schema.py`; the file is `connection.py`.
Events are added and never changed; only a whole person can be deleted, and is then overwritten in
the file. What events mean is `intake/events.py`. Nothing here prints or logs a name or an answer.
"""

import datetime
import json
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import platformdirs

from hingeexpert.record.connection import RecordFile
from hingeexpert.record.driver import Connection
from hingeexpert.record.entries import Deleted, RecordedPerson, StaleError
from hingeexpert.record.event import Event, EventKind
from hingeexpert.record.listing import list_person, list_visit
from hingeexpert.record.reading import RecordReader, rows_of

OF_PERSON = ("patient_id", "name")
HEAD = (*OF_PERSON, "date", "clinician")
"""What is written of a visit beside its answers."""
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


def now() -> str:
    """Return the time as the record keeps it: ISO 8601, UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


class Record(RecordReader):
    """An open record.

    Safe to use from several threads, and beside other programs that have it open.
    """

    def __init__(self, path: Path) -> None:
        """Open a record, and make or migrate it where that is needed.

        Args:
            path: The file. It is made readable by its owner only.

        Raises:
            InputError: It cannot be opened, is no record, or is of a newer program.
        """
        self.path = path
        self._file = RecordFile(path)
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
        visit, moment = secrets.token_urlsafe(12), now()
        with self._file.writing() as connection:
            if person is None:
                person = self._new_person(connection, moment)
            else:
                self.person(person)
            connection.execute(
                "INSERT INTO visit (id, person, begun, date) VALUES (?, ?, ?, ?)",
                (visit, person, moment, date),
            )
            for number, data in enumerate(changes, start=1):
                self._insert(connection, visit, Event(number, moment, "answer", data))
            list_visit(connection, visit)
            list_person(connection, person)
        return visit

    def _new_person(self, connection: Connection, begun: str) -> str:
        person = secrets.token_urlsafe(12)
        connection.execute("INSERT INTO person (id, begun) VALUES (?, ?)", (person, begun))
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
            self._insert(connection, visit, event)
            list_visit(connection, visit)
            if kind in ("finish", "reopen"):
                list_person(connection, entry.person)
        return event

    def _insert(self, connection: Connection, visit: str, event: Event) -> None:
        data = json.dumps(event.data, ensure_ascii=False)
        connection.execute(
            "INSERT INTO event (visit, number, at, kind, data) VALUES (?, ?, ?, ?, ?)",
            (visit, event.number, event.at, event.kind, data),
        )

    def describe(self, visit: str, texts: Mapping[str, str], seen: Mapping[str, str]) -> None:
        """Write who a visit is of, its day and who made it.

        Args:
            visit: Its id.
            texts: Some of `HEAD`.
            seen: What stood there when the texts were written, for those where that matters.

        Raises:
            StaleError: Something else stands there by now.
            MissingError: There is no such visit.
        """
        with self._file.writing() as connection:
            person = self.person(self.visit(visit).person)
            stands = self._head(visit, person)
            if any(stands[key] != text for key, text in seen.items() if key in texts):
                raise StaleError
            head = stands | dict(texts)
            connection.execute(
                "UPDATE person SET patient_id = ?, name = ? WHERE id = ?",
                (head["patient_id"], head["name"], person.id),
            )
            connection.execute(
                "UPDATE visit SET date = ?, clinician = ? WHERE id = ?",
                (head["date"], head["clinician"], visit),
            )
            list_person(connection, person.id)

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
        with self._file.writing() as connection:
            self.person(person)
            visits, events = connection.execute(COUNTED, (person,)).fetchone()
            connection.execute("DELETE FROM person WHERE id = ?", (person,))
            connection.execute("INSERT INTO overdue (since) VALUES (?)", (now(),))
        return Deleted(visits, events, not later and self._file.overwrite())
