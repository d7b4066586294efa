"""How a record from before the chain joins it: all that stands there is chained, in order.

A step of `schema.py`, which has made the tables.
"""

from collections.abc import Iterator
from typing import Any

from hingeexpert.record.chain import Content, add_link, happen, happen_to, written
from hingeexpert.record.driver import Connection
from hingeexpert.record.event import now

NEVER_CHANGED = """
    CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END
"""


def join_chain(connection: Connection) -> None:
    """Chain what a record holds, person by person and visit by visit in the order in which they
    began, behind a link that says so. Nothing is added where there is nothing.
    """
    connection.execute("DROP TRIGGER event_is_never_changed")
    people = connection.execute("SELECT id, patient_id, name, begun FROM person ORDER BY rowid")
    overdue = connection.execute("SELECT since FROM overdue ORDER BY rowid").fetchall()
    found = people.fetchall()
    if found or overdue:
        happen_to(connection, "migrated", now())
    for person in found:
        for content in _of_person(*person):
            happen(connection, content)
    visits = "SELECT person, id, begun, date, clinician FROM visit ORDER BY rowid"
    for visit in connection.execute(visits).fetchall():
        for content in _of_visit(*visit):
            happen(connection, content)
        _join_events(connection, visit[0], visit[1])
    for (since,) in overdue:
        happen_to(connection, "deletion", since, {"links": []})
    connection.execute(NEVER_CHANGED)


def _of_person(person: str, patient_id: str, name: str, begun: str) -> Iterator[Content]:
    yield Content(person, None, None, begun, "person")
    if patient_id or name:
        data = written({"patient_id": patient_id, "name": name})
        yield Content(person, None, None, begun, "who", data)


def _of_visit(person: str, visit: str, begun: str, date: str, clinician: str) -> Iterator[Content]:
    yield Content(person, visit, None, begun, "visit", written({"date": date}))
    if clinician:
        data = written({"clinician": clinician})
        yield Content(person, visit, None, begun, "clinician", data)


def _join_events(connection: Connection, person: str, visit: str) -> None:
    query = "SELECT number, at, kind, data FROM event WHERE visit = ? ORDER BY number"
    events: list[Any] = connection.execute(query, (visit,)).fetchall()
    for number, *said in events:
        link = add_link(connection, Content(person, visit, number, *said))
        connection.execute(
            "UPDATE event SET link = ?, salt = ? WHERE visit = ? AND number = ?",
            (*link, visit, number),
        )
