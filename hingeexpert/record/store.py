"""The record: every visit of every person in one SQLite file on this machine.

Owns what stands in the tables of the file, which are `schema.py`; the file is `connection.py`.
Events are added and never changed; only a whole person can be deleted, and is then overwritten in
the file. What events mean is `intake/events.py`. Nothing here prints or logs a name or an answer.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
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
from hingeexpert.record.entries import Deleted, RecordedPerson, StaleError, Visit
from hingeexpert.record.event import Event, EventKind, now
from hingeexpert.record.keys import RecordKey
from hingeexpert.record.replaying import Altered
from hingeexpert.record.short_head import short_head
from hingeexpert.record.verifying import Found, Verified, find_head, verify

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

PERSON = "SELECT id, patient_id, name, begun FROM person"
VISIT = "SELECT id, person, begun, date, clinician FROM visit"
ENDS = """
    SELECT id,
        (SELECT coalesce(max(number), 0) FROM event WHERE event.visit = visit.id) AS version,
        (SELECT CASE kind WHEN 'finish' THEN data END FROM event
            WHERE event.visit = visit.id AND kind IN ('finish', 'reopen')
            ORDER BY number DESC LIMIT 1) AS finished
    FROM visit
"""
"""For every visit its last event, and what was kept where the last word was that it is finished."""

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


class Record:
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

    def close(self) -> None:
        """Close the file.

        Where no other program has it open, all of it then stands in the file itself.
        """
        self._file.close()

    def unchanged(self) -> AbstractContextManager[None]:
        """Read several things as they stand at one moment; this program writes nothing
        meanwhile.
        """
        return self._file.unchanged()

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
        """Read the file as it stands at one moment, by a connection of its own: nobody who writes
        meanwhile has to wait.
        """
        return self._file.apart()

    @property
    def schema(self) -> int:
        """How many migrations the file has been through."""
        return self._file.schema

    def check_whole(self) -> None:
        """Read every page of a protected record, and raise `DamagedError` where one is not as it
        was written. Of an open record nothing is known.
        """
        self._file.check_whole()

    def people(self) -> list[RecordedPerson]:
        """Return everybody, the latest first."""
        rows = self._file.rows(f"{PERSON} ORDER BY begun DESC, rowid DESC")
        return [RecordedPerson(**row) for row in rows]

    def person(self, id_: str) -> RecordedPerson:
        """Return one person, or raise `MissingError`."""
        return RecordedPerson(**self._file.one(f"{PERSON} WHERE id = ?", id_))

    def visits(self, person: str | None = None) -> list[Visit]:
        """Return the visits of a person, or of everybody, by their day, and those of one day in the
        order in which they began.
        """
        order = "ORDER BY date, begun, rowid"
        if person is None:
            rows = self._file.rows(f"{VISIT} {order}")
        else:
            rows = self._file.rows(f"{VISIT} WHERE person = ? {order}", person)
        return [Visit(**row) for row in rows]

    def visit(self, id_: str) -> Visit:
        """Return one visit, or raise `MissingError`."""
        return Visit(**self._file.one(f"{VISIT} WHERE id = ?", id_))

    def version(self, visit: str) -> int:
        """Return the number of the last event of a visit, 0 before the first."""
        query = "SELECT coalesce(max(number), 0) FROM event WHERE visit = ?"
        return int(self._file.rows(query, visit)[0][0])

    def events(self, visit: str) -> list[Event]:
        """Return the log of a visit."""
        rows = self._file.rows(
            "SELECT number, at, kind, data FROM event WHERE visit = ? ORDER BY number", visit
        )
        return [
            Event(row["number"], row["at"], row["kind"], json.loads(row["data"])) for row in rows
        ]

    def ends(self) -> dict[str, tuple[int, Mapping[str, Any] | None]]:
        """Return for every visit the number of its last event, and what was kept when it was
        finished: `None` for a draft.
        """
        return {
            row["id"]: (row["version"], json.loads(row["finished"]) if row["finished"] else None)
            for row in self._file.rows(ENDS)
        }

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
        self._file.tidy()
        with self._file.writing() as connection:
            if person is None:
                person = self._new_person(connection, moment)
            else:
                self.person(person)
            connection.execute(
                "INSERT INTO visit (id, person, begun, date) VALUES (?, ?, ?, ?)",
                (visit, person, moment, date),
            )
            data = written({"date": date})
            happen(connection, Content(person, visit, None, moment, "visit", data))
            for number, change in enumerate(changes, start=1):
                self._insert(connection, person, visit, Event(number, moment, "answer", change))
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
            person = self.visit(visit).person
            if self.version(visit) != version:
                raise StaleError
            self._insert(connection, person, visit, event)
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
            for kind, keys in TOLD.items():
                said = {key: head[key] for key in keys}
                if any(stands[key] != text for key, text in said.items()):
                    happen(connection, Content(person.id, visit, None, now(), kind, written(said)))

    def _head(self, visit: str, person: RecordedPerson) -> dict[str, str]:
        """Return what is written of a visit now; see `HEAD`."""
        entry = self.visit(visit)
        return {key: getattr(person if key in OF_PERSON else entry, key) for key in HEAD}

    def delete(self, person: str) -> Deleted:
        """Delete a person with all visits, for good: what was there is overwritten, in the file and
        in its log of writes.

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
        return Deleted(visits, events, self._file.tidy())

    def note(self, kind: NoteKind, data: Mapping[str, Any] | None = None) -> None:
        """Chain what was done with the record as a whole.

        Args:
            kind: What was done.
            data: What is kept of it, without a name and without an answer: it stays for good.
        """
        with self._file.writing() as connection:
            happen_to(connection, kind, now(), data)

    def head(self) -> str:
        """Return the short head of the chain as it stands; see `short_head`."""
        end = self._file.one("SELECT number, head FROM tail")
        return short_head(end["number"], end["head"])

    def verify(self) -> Verified | Altered:
        """Check everything against the chain; see `verifying.verify`."""
        return verify(self._file)

    def find_head(self, code: str) -> Found | None:
        """Find a short head in the chain; see `verifying.find_head`."""
        return find_head(self._file, code)
