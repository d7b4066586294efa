"""What can be read of a record, in whatever state of it: as it stands now, or as it stood when
somebody began to read.

Owns the questions that are put to the tables; nothing here writes.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence

from hingeexpert.record.driver import Connection, Row
from hingeexpert.record.entries import MissingError, RecordedPerson, StandingVisit, Visit
from hingeexpert.record.event import Event
from hingeexpert.record.feedback import KEPT, CardFeedback
from hingeexpert.record.folding import folded
from hingeexpert.record.short_head import short_head

Rows = Callable[..., list[Row]]
"""Takes a query and its values, and returns what it finds."""
PERSON = "SELECT id, patient_id, name, begun FROM person"
VISIT = "SELECT id, person, begun, date, clinician FROM visit"
EVENT = "SELECT number, at, kind, data FROM event"
LISTED = """
    SELECT person.id, person.patient_id, person.name, person.begun
    FROM listed_person JOIN person ON person.id = listed_person.person
"""
LATEST = "ORDER BY listed_person.begun DESC, listed_person.rowid DESC LIMIT ? OFFSET ?"
STANDING = """
    SELECT visit.id, visit.person, visit.begun, visit.date, visit.clinician,
        listed_visit.version, listed_visit.finished, listed_visit.readiness
    FROM visit JOIN listed_visit ON listed_visit.visit = visit.id
"""
DRAFTS = """
    FROM listed_visit JOIN visit ON visit.id = listed_visit.visit
    JOIN person ON person.id = visit.person
    WHERE NOT listed_visit.finished
        AND (listed_visit.version > 1 OR person.name <> '' OR person.patient_id <> '')
"""
"""Visits that are not finished, and that somebody has begun to fill or has given a name."""


def rows_of(connection: Connection) -> Rows:
    """Return what reads by one connection."""

    def rows(query: str, *values: object) -> list[Row]:
        found: list[Row] = connection.execute(query, values).fetchall()
        return found

    return rows


class RecordReader:
    """A record, to read."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def _one(self, query: str, *values: object) -> Row:
        """Return the first row that a query finds, or raise `MissingError`."""
        rows = self._rows(query, *values)
        if not rows:
            raise MissingError
        return rows[0]

    def feedback(self) -> list[CardFeedback]:
        """Return what became of cards, the oldest first."""
        return [CardFeedback(*row) for row in self._rows(KEPT)]

    def people(self) -> list[RecordedPerson]:
        """Return everybody, the latest first."""
        rows = self._rows(f"{PERSON} ORDER BY begun DESC, rowid DESC")
        return [RecordedPerson(**row) for row in rows]

    def person(self, id_: str) -> RecordedPerson:
        """Return one person, or raise `MissingError`."""
        return RecordedPerson(**self._one(f"{PERSON} WHERE id = ?", id_))

    def same_id(self, patient_id: str) -> list[RecordedPerson]:
        """Return who has a patient id, written in whatever case; nobody has an empty one."""
        if not patient_id:
            return []
        query = f"{LISTED} WHERE same_id = ? AND same_id <> '' ORDER BY person.begun"
        return [RecordedPerson(**row) for row in self._rows(query, patient_id.casefold())]

    def visits(self, person: str | None = None) -> list[Visit]:
        """Return the visits of a person, or of everybody, by their day, and those of one day in the
        order in which they began.
        """
        order = "ORDER BY date, begun, rowid"
        if person is None:
            rows = self._rows(f"{VISIT} {order}")
        else:
            rows = self._rows(f"{VISIT} WHERE person = ? {order}", person)
        return [Visit(**row) for row in rows]

    def visit(self, id_: str) -> Visit:
        """Return one visit, or raise `MissingError`."""
        return Visit(**self._one(f"{VISIT} WHERE id = ?", id_))

    def version(self, visit: str) -> int:
        """Return the number of the last event of a visit, 0 before the first."""
        query = "SELECT coalesce(max(number), 0) FROM event WHERE visit = ?"
        return int(self._rows(query, visit)[0][0])

    def events(self, visit: str) -> list[Event]:
        """Return the log of a visit."""
        rows = self._rows(f"{EVENT} WHERE visit = ? ORDER BY number", visit)
        return [Event(number, at, kind, json.loads(data)) for number, at, kind, data in rows]

    def event_lines(self, visit: str) -> str:
        """Return the log of a visit as lines of JSON, each with the id of the visit."""
        rows = self._rows(f"{EVENT} WHERE visit = ? ORDER BY number", visit)
        return "".join(_line(visit, *row) for row in rows)

    def found(self, text: str, first: int, most: int) -> tuple[list[RecordedPerson], int]:
        """Return whom a search finds, the latest first, and how many there are.

        Args:
            text: Words of a name, an id, a clinician or a day, whole or not; of no word everybody
                is found who has a name or a finished visit.
            first: How many to leave out.
            most: How many to return.
        """
        words = folded(text).split()
        where = " ".join(["WHERE shown", *["AND instr(search, ?)"] * len(words)])
        count = self._rows(f"SELECT count(*) FROM listed_person {where}", *words)  # noqa: S608
        rows = self._rows(f"{LISTED} {where} {LATEST}", *words, most, first)
        return [RecordedPerson(**row) for row in rows], int(count[0][0])

    def drafts(self, first: int, most: int) -> tuple[list[StandingVisit], int]:
        """Return visits that are not finished, the latest first, and how many there are; of those
        that nobody has begun to fill none.

        Args:
            first: How many to leave out.
            most: How many to return.
        """
        count = self._rows(f"SELECT count(*) {DRAFTS}")
        query = f"""
            {STANDING} WHERE visit.id IN (SELECT visit.id {DRAFTS})
            ORDER BY visit.date DESC, visit.begun DESC, visit.rowid DESC LIMIT ? OFFSET ?
        """
        return list(_standing(self._rows(query, most, first))), int(count[0][0])

    def standing(self, people: Sequence[str]) -> list[StandingVisit]:
        """Return how the visits of some people stand, in the order of `visits`."""
        places = ", ".join("?" * len(people))
        query = f"{STANDING} WHERE visit.person IN ({places}) ORDER BY date, begun, visit.rowid"
        return list(_standing(self._rows(query, *people)))

    def head(self) -> str:
        """Return the short head of the chain; see `short_head`.

        Raises:
            MissingError: Somebody took the end of the chain away.
        """
        number, head = self._one("SELECT number, head FROM tail")
        return short_head(number, head)

    def last_finish(self, before: str) -> str | None:
        """Return when a visit was last finished before a moment; both ISO 8601 in UTC."""
        query = "SELECT max(at) FROM event WHERE kind = 'finish' AND at < ?"
        last: str | None = self._rows(query, before)[0][0]
        return last

    def overdue(self) -> bool:
        """Whether somebody was deleted of whom something may be left in the file."""
        return bool(self._rows("SELECT 1 FROM overdue LIMIT 1"))


def _line(visit: str, number: int, at: str, kind: str, data: str) -> str:
    """Return an event as a line of JSON; its data are JSON as they are kept."""
    event = {"visit": visit, "number": number, "at": at, "kind": kind}
    return f'{json.dumps(event)[:-1]}, "data": {data}}}\n'


def _standing(rows: Iterable[Row]) -> Iterator[StandingVisit]:
    for row in rows:
        *entry, version, finished, readiness = row
        yield StandingVisit(Visit(*entry), version, bool(finished), readiness)
