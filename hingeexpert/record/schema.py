"""The tables of the record, version by version.

Owns the schema of the file and how an older file is taken to it. What stands in the tables is
`store.py`.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from hingeexpert.errors import InputError
from hingeexpert.record.driver import Connection, DatabaseError, complete_statement
from hingeexpert.record.joining import join_chain
from hingeexpert.record.listing import make_lists

Migration = str | Callable[[Connection], None]
"""A script, or what is done where a script cannot."""
MIGRATIONS: tuple[Migration, ...] = (
    """
    CREATE TABLE person (
        id TEXT PRIMARY KEY, patient_id TEXT NOT NULL DEFAULT '',
        name TEXT NOT NULL DEFAULT '', begun TEXT NOT NULL
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
    """
    CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    """,
    """
    CREATE TABLE link (
        number INTEGER PRIMARY KEY, head BLOB NOT NULL, begun INTEGER, commitment BLOB
    );
    CREATE TABLE tail (number INTEGER NOT NULL, head BLOB NOT NULL);
    INSERT INTO tail (number, head) VALUES (0, zeroblob(32));
    CREATE TABLE happening (
        link INTEGER PRIMARY KEY, salt BLOB NOT NULL,
        person TEXT REFERENCES person (id) ON DELETE CASCADE, visit TEXT,
        at TEXT NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL
    );
    CREATE INDEX happening_of_person ON happening (person, visit);
    CREATE TRIGGER happening_is_never_changed BEFORE UPDATE ON happening
        BEGIN SELECT RAISE(ABORT, 'a happening is never changed'); END;
    CREATE TRIGGER happening_goes_with_its_person BEFORE DELETE ON happening
        WHEN OLD.person IS NULL OR EXISTS (SELECT 1 FROM person WHERE id = OLD.person)
        BEGIN SELECT RAISE(ABORT, 'a happening goes with its person only'); END;
    CREATE TRIGGER link_is_never_taken_out BEFORE DELETE ON link
        BEGIN SELECT RAISE(ABORT, 'a link is never taken out'); END;
    ALTER TABLE event ADD COLUMN link INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE event ADD COLUMN salt BLOB NOT NULL DEFAULT x'';
    """,
    join_chain,
    make_lists,
    """
    CREATE TABLE feedback (
        number INTEGER PRIMARY KEY, at TEXT NOT NULL, card TEXT NOT NULL, topic TEXT NOT NULL,
        outcome TEXT NOT NULL, reason TEXT NOT NULL
    );
    """,
)
"""One step for each version of the schema; a file of an older version is taken through those that
it lacks.
"""


def statements(script: str) -> Iterator[str]:
    """Yield the statements of a script; one by one they stay inside a transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if complete_statement(statement):
            yield statement
            statement = ""


def check_schema(connection: Connection, path: Path) -> None:
    """Stop at a file that is not this program's to write.

    Raises:
        DatabaseError: It holds something else.
        InputError: It is of a newer program.
    """
    query = "SELECT name FROM sqlite_master WHERE type = 'table'"
    tables = {name for (name,) in connection.execute(query)}
    if tables and not tables >= {"person", "visit", "event"}:
        raise DatabaseError("it holds the data of another program")
    version = schema_version(connection)
    if version > len(MIGRATIONS):
        message = (
            f"the record is of a newer hingeexpert (version {version}; this one knows "
            f"{len(MIGRATIONS)}); install that one"
        )
        raise InputError.about(path, message)


def migrate(connection: Connection, version: int | None = None) -> None:
    """Take the schema to a version, the newest where none is named; the caller holds a transaction,
    so that all steps are done or none. A file of that version is not written to.
    """
    version = len(MIGRATIONS) if version is None else version
    steps = MIGRATIONS[schema_version(connection) : version]
    for step in steps:
        if callable(step):
            step(connection)
            continue
        for statement in statements(step):
            connection.execute(statement)
    if steps:
        connection.execute(f"PRAGMA user_version = {version}")


def newest_version() -> int:
    """Return the version that this program takes a file to."""
    return len(MIGRATIONS)


def schema_version(connection: Connection) -> int:
    """Return how many of the migrations a file has been through."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
