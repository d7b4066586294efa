"""The tables of the record, version by version. Owns their shape; what stands in them is `record.py`."""

import sqlite3
from collections.abc import Iterator

MIGRATIONS = (
    """
    CREATE TABLE person (
        id TEXT PRIMARY KEY, patient_id TEXT NOT NULL DEFAULT '', name TEXT NOT NULL DEFAULT '', begun TEXT NOT NULL
    );
    CREATE TABLE visit (
        id TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
        begun TEXT NOT NULL, date TEXT NOT NULL, clinician TEXT NOT NULL DEFAULT ''
    );
    CREATE TABLE event (
        visit TEXT NOT NULL REFERENCES visit (id) ON DELETE CASCADE, number INTEGER NOT NULL,
        at TEXT NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL,
        PRIMARY KEY (visit, number)
    ) WITHOUT ROWID;
    CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;
    CREATE TRIGGER event_goes_with_its_visit BEFORE DELETE ON event
        WHEN EXISTS (SELECT 1 FROM visit WHERE id = OLD.visit)
        BEGIN SELECT RAISE(ABORT, 'an event goes with its visit only'); END;
    """,
    """
    CREATE INDEX visit_of_person ON visit (person, begun);
    """,
    """
    CREATE TABLE overdue (since TEXT NOT NULL);
    """,
)
"""One script for each version of the schema; a file of an older version is taken through those that it lacks."""


def statements(script: str) -> Iterator[str]:
    """Yield the statements of a script; one by one they stay inside a transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
