"""What the lists show, kept beside the record so that no log is read for it.

Owns two tables that hold nothing of their own: how each visit stands, and how each person is found.
Whoever changes a visit or a person calls here in the same transaction; all of it can be made anew.
"""

import json
from collections.abc import Iterable

from hingeexpert.record.driver import Connection
from hingeexpert.record.folding import folded

TABLES = (
    """
    CREATE TABLE listed_visit (
        visit TEXT PRIMARY KEY REFERENCES visit (id) ON DELETE CASCADE,
        version INTEGER NOT NULL, finished INTEGER NOT NULL, readiness TEXT NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE INDEX listed_draft ON listed_visit (visit, version) WHERE NOT finished",
    """
    CREATE TABLE listed_person (
        person TEXT PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
        begun TEXT NOT NULL, shown INTEGER NOT NULL, same_id TEXT NOT NULL, search TEXT NOT NULL
    )
    """,
    "CREATE INDEX listed_latest ON listed_person (begun) WHERE shown",
    "CREATE INDEX listed_same_id ON listed_person (same_id) WHERE same_id <> ''",
)

END = """
    SELECT kind, data FROM event
    WHERE visit = ? AND kind IN ('finish', 'reopen') ORDER BY number DESC LIMIT 1
"""
WHO = "SELECT begun, patient_id, name FROM person WHERE id = ?"
VISITS = """
    SELECT visit.date, visit.clinician, listed_visit.finished
    FROM visit LEFT JOIN listed_visit ON listed_visit.visit = visit.id
    WHERE visit.person = ?
"""
PUT_VISIT = """
    INSERT INTO listed_visit (visit, version, finished, readiness) VALUES (?, ?, ?, ?)
    ON CONFLICT (visit) DO UPDATE SET
        version = excluded.version, finished = excluded.finished, readiness = excluded.readiness
"""
PUT_PERSON = """
    INSERT INTO listed_person (person, begun, shown, same_id, search) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (person) DO UPDATE SET
        shown = excluded.shown, same_id = excluded.same_id, search = excluded.search
    WHERE (shown, same_id, search) <> (excluded.shown, excluded.same_id, excluded.search)
"""


def make_lists(connection: Connection) -> None:
    """Make the tables, and fill them from what the record holds."""
    for statement in TABLES:
        connection.execute(statement)
    list_all(connection)


def list_all(connection: Connection) -> None:
    """Make both tables anew from what the record holds."""
    for table in ("listed_visit", "listed_person"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - no text of a user
    for (visit,) in connection.execute("SELECT id FROM visit").fetchall():
        list_visit(connection, visit)
    for (person,) in connection.execute("SELECT id FROM person ORDER BY rowid").fetchall():
        list_person(connection, person)


def list_visit(connection: Connection, visit: str) -> None:
    """List a visit as it stands by now; the person is listed after it."""
    query = "SELECT coalesce(max(number), 0) FROM event WHERE visit = ?"
    (version,) = connection.execute(query, (visit,)).fetchone()
    end = connection.execute(END, (visit,)).fetchone()
    finished = end is not None and end[0] == "finish"
    readiness = json.loads(end[1]).get("readiness", "") if finished else ""
    connection.execute(PUT_VISIT, (visit, version, finished, readiness))


def list_version(connection: Connection, visit: str, version: int) -> None:
    """List that a visit got an event that neither finishes nor reopens it."""
    connection.execute("UPDATE listed_visit SET version = ? WHERE visit = ?", (version, visit))


def list_person(connection: Connection, person: str) -> None:
    """List a person as a search finds them: by name, id, and the days and clinicians of their
    visits.
    """
    begun, patient_id, name = connection.execute(WHO, (person,)).fetchone()
    visits = [tuple(row) for row in connection.execute(VISITS, (person,))]
    texts = [name, patient_id, *_once(texts for *texts, _ in visits)]
    shown = bool(name or patient_id) or any(finished for *_, finished in visits)
    search = "\n".join(folded(text) for text in texts if text)
    connection.execute(PUT_PERSON, (person, begun, shown, patient_id.casefold(), search))


def _once(texts: Iterable[Iterable[str]]) -> list[str]:
    """Return all texts, each once, in their order."""
    return list(dict.fromkeys(text for several in texts for text in several))
