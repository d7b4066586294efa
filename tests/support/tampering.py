"""Alters a record behind the program's back: a random edit of a table, or of bytes of the file.

Shared by the test of the chain and by `benchmarks/tamper.py`.
"""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hingeexpert.intake.events import NewAnswers
from hingeexpert.record import Record
from hingeexpert.record.driver import Connection, IntegrityError, OperationalError

TABLES = {
    "person": "id",
    "visit": "id",
    "event": "visit, number",
    "happening": "link",
    "link": "number",
    "tail": "number",
    "overdue": "since",
}
"""What is chained, and by what its rows are told apart."""
WAYS = ("change", "borrow", "swap", "remove", "cut", "add")
Rows = dict[str, list[tuple[Any, ...]]]


def filled(path: Path, people: int = 4) -> None:
    """Make a record in which each kind of entry stands, and of which one person was deleted."""
    record = Record(path)
    visits = []
    for number in range(people):
        person = None
        for day in (1, 8):
            passed = [NewAnswers(passed=["stick.sacrum"]).data()]
            visit = record.begin(person, f"2026-11-{day + number:02}", passed)
            person = record.visit(visit).person
            told = {"name": f"Person {number}", "patient_id": f"P-{number}", "clinician": "Dr. W"}
            record.describe(visit, told, {})
            for version, kind in enumerate(("undo", "redo", "answer", "finish"), start=1):
                record.add(visit, version, kind, {"said": number * day})  # type: ignore[arg-type]
            record.describe(visit, {"date": f"2026-12-{day + number:02}"}, {})
            visits.append(visit)
    record.note("unlock")
    record.delete(record.visit(visits[2]).person)
    record.note("export", {"visits": 6})
    last = record.begin(record.visit(visits[-1]).person, "2026-12-24", [])
    record.add(last, 0, "answer", {"said": "the last"})
    record.close()


def rows(connection: Connection) -> Rows:
    """Return everything that is chained."""
    return {table: [tuple(row) for row in connection.execute(_all(table))] for table in TABLES}


def _all(table: str) -> str:
    order = TABLES[table] if table == "event" else "rowid"
    return f"SELECT * FROM {table} ORDER BY {order}"


def columns(connection: Connection) -> list[tuple[str, str]]:
    """Return every chained column with its table."""
    return [
        (table, row[1])
        for table in TABLES
        for row in connection.execute(f"PRAGMA table_info({table})")
    ]


def edited(connection: Connection, chance: random.Random, place: tuple[str, str], way: str) -> bool:
    """Edit a table in one way, and return whether it is another table afterwards.

    Triggers and keys to other tables do not hold who edits so; keys of the table itself do.
    """
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    kept = triggers.fetchall()
    before = rows(connection)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("BEGIN")
    for name, _ in kept:
        connection.execute(f"DROP TRIGGER {name}")
    try:
        _edit(connection, chance, place, way)
    except (IntegrityError, OperationalError, OverflowError):
        connection.execute("ROLLBACK")
        return False
    for _, sql in kept:
        connection.execute(sql)
    connection.execute("COMMIT")
    return rows(connection) != before


def _edit(connection: Connection, chance: random.Random, place: tuple[str, str], way: str) -> None:
    table, column = place
    names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    there = [tuple(row) for row in connection.execute(_all(table))]
    at = names.index(column)
    _written(table, there, at, chance, way)
    connection.execute(f"DELETE FROM {table}")
    marks = ", ".join("?" * len(names))
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", there)


def _written(
    table: str, there: list[tuple[Any, ...]], at: int, chance: random.Random, way: str
) -> None:
    """Edit the rows of a table in their list."""
    if way == "add" or not there:
        row = list(chance.choice(there)) if there else ["2026-11-29T00:00:00+00:00"]
        key = chance.randrange(len(TABLES[table].split(", ")))
        for place in {at, key}:
            row[place] = other(row[place], chance)
        there.insert(chance.randrange(len(there) + 1), tuple(row))
        return
    first, second = chance.randrange(len(there)), chance.randrange(len(there))
    match way:
        case "change":
            there[first] = _with(there[first], at, other(there[first][at], chance))
        case "borrow":
            there[first] = _with(there[first], at, there[second][at])
        case "swap":
            one, two = there[first][at], there[second][at]
            there[first] = _with(there[first], at, two)
            there[second] = _with(there[second], at, one)
        case "remove":
            del there[first]
        case "cut":
            del there[-1]


def _with(row: Sequence[Any], at: int, value: object) -> tuple[Any, ...]:
    return (*row[:at], value, *row[at + 1 :])


def other(value: object, chance: random.Random) -> object:
    """Return another value than this one, near to it most of the time."""
    match value:
        case None:
            return chance.choice([0, 1, "", b"", "x"])
        case int():
            return chance.choice([value + 1, value - 1, -value, value * 2, None, 10**15, "x"])
        case bytes():
            return _bytes_like(value, chance)
        case str():
            return _text_like(value, chance)
    raise TypeError(value)


def _bytes_like(value: bytes, chance: random.Random) -> object:
    if not value:
        return chance.randbytes(16)
    place = chance.randrange(len(value))
    flipped = bytearray(value)
    flipped[place] ^= 1 << chance.randrange(8)
    return chance.choice([bytes(flipped), value[:-1], value + b"\0", value.hex(), None])


def _text_like(value: str, chance: random.Random) -> object:
    if not value:
        return chance.choice(["x", None, b""])
    place = chance.randrange(len(value))
    typed = value[:place] + chance.choice('0123456789abcXYZ -{}"\\\u00e9') + value[place + 1 :]
    same_to_json = value.replace(": ", ":") if ": " in value else value + " "
    return chance.choice(
        [
            typed,
            value[:place] + value[place + 1 :],
            value + "x",
            same_to_json,
            value.encode(),
            None,
            value.swapcase(),
        ]
    )


def beheaded(connection: Connection, chance: random.Random) -> bool:
    """Cut off the last links with all that hangs on them, and leave the end that is kept."""
    (count,) = connection.execute("SELECT max(number) FROM link").fetchone()
    last = count - chance.randrange(1, 6)
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for (name,) in triggers.fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for table, column in (("link", "number"), ("event", "link"), ("happening", "link")):
        connection.execute(f"DELETE FROM {table} WHERE {column} > ?", (last,))
    return True


def bytes_edited(content: bytes, chance: random.Random) -> bytes:
    """Return a file with some other bytes: one bit, a run, a page for another, or less or more."""
    place = chance.randrange(len(content))
    length = min(chance.choice([1, 16, 300]), len(content) - place)
    page, pages = 4096, len(content) // 4096
    one, two = page * chance.randrange(pages), page * chance.randrange(pages)
    match chance.randrange(6):
        case 0:
            bit = content[place] ^ 1 << chance.randrange(8)
            return content[:place] + bytes([bit]) + content[place + 1 :]
        case 1:
            return content[:place] + chance.randbytes(length) + content[place + length :]
        case 2:
            return content[:place] + bytes(length) + content[place + length :]
        case 3:
            return content[:one] + content[two : two + page] + content[one + page :]
        case 4:
            return content[: max(place, 1)]
    return content + chance.randbytes(length)
