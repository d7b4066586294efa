"""A backup is made of a record in use, and holds all of it."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from keyed import KEY, MARK, RECOVERY, marked, protected, visited

from hingeexpert.errors import InputError
from hingeexpert.record import Record, sealed
from hingeexpert.record.backup import (
    keep_backup,
    key_beside,
    make_backup,
    plain_copy,
    write_backup,
)
from hingeexpert.record.keys import passphrase_file
from hingeexpert.record.schema import MIGRATIONS

MOMENT = "2026-11-29T08:00:00+00:00"


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    with closing(protected(tmp_path / "there")) as record:
        yield record


def copied(record: Record) -> sqlite3.Connection:
    """Return the plain copy of a record, as any program for SQLite sees it."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(plain_copy(record, MOMENT)[0])
    return connection


def rows_of(connection: Any, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(query)]


def test_every_table_goes_along_with_its_rows_in_their_order(record: Record) -> None:
    record.delete(record.visit(visited(record)).person)
    with closing(copied(record)) as copy, record.apart() as source:
        people = [rows_of(one, "SELECT rowid, * FROM person") for one in (source, copy)]
        events = [rows_of(one, "SELECT * FROM event") for one in (source, copy)]
        objects = [
            sorted(rows_of(one, "SELECT type, name, sql FROM sqlite_master WHERE sql <> ''"))
            for one in (source, copy)
        ]

    assert people[0] == people[1]
    assert len(people[0]) == 3
    assert events[0] == events[1]
    assert len(events[0]) == 6
    assert objects[0] == objects[1]


def test_a_table_that_a_later_version_adds_goes_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = "CREATE TABLE later (id INTEGER PRIMARY KEY, of TEXT REFERENCES person (id));\n"
    monkeypatch.setattr("hingeexpert.record.schema.MIGRATIONS", (*MIGRATIONS, later))
    with closing(protected(tmp_path / "there", visits=1)) as record:
        with record._file.writing() as connection:
            connection.execute("INSERT INTO later SELECT 7, id FROM person")
        with closing(copied(record)) as copy:
            rows = copy.execute("SELECT later.id, name FROM later JOIN person ON of = person.id")

            assert rows.fetchall() == [(7, MARK)]
            assert copy.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS) + 1,)


def test_the_copy_is_a_plain_file_that_says_when_it_was_made(record: Record) -> None:
    raw = plain_copy(record, MOMENT)[0]
    with closing(copied(record)) as copy:
        made = copy.execute("SELECT value FROM setting WHERE name = 'backup.last'").fetchone()

    assert raw[:16] == b"SQLite format 3\0"
    assert raw[18:20] == b"\1\1", "with a log of writes no browser reads it"
    assert made == (MOMENT,)


def test_a_backup_is_of_one_moment_while_answers_are_kept(record: Record) -> None:
    """Somebody writes to two visits in turn: no copy has the second answer without the first."""
    left, right = visited(record), visited(record)
    ended = threading.Event()

    def write() -> None:
        with closing(Record(record.path, KEY)) as other:
            for number in range(2, 2000):
                if ended.is_set():
                    return
                for visit in (left, right):
                    other.add(visit, number, "undo")

    writer = threading.Thread(target=write)
    writer.start()
    query = "SELECT count(*), max(number) FROM event WHERE visit = ?"
    seen = []
    for _ in range(20):
        with closing(copied(record)) as copy:
            seen += [[copy.execute(query, (visit,)).fetchone() for visit in (left, right)]]
    ended.set()
    writer.join()

    assert all(count == last for pair in seen for count, last in pair)
    assert {before[0] - after[0] for before, after in seen} <= {0, 1}
    assert seen[-1][0][0] > seen[0][0][0], "nothing was written meanwhile"


def test_either_key_opens_it_and_the_passphrase_the_one_beside_it(
    record: Record, tmp_path: Path
) -> None:
    backup = make_backup(record)
    write_backup(tmp_path / "a.age", backup)
    plain = sealed.open_sealed(bytes(backup.raw), KEY.identity)

    assert sealed.open_sealed(bytes(backup.raw), RECOVERY) == plain
    assert key_beside(tmp_path / "a.age").read_bytes() == passphrase_file(record.path).read_bytes()


def test_no_byte_on_the_disk_tells_a_name(record: Record, tmp_path: Path) -> None:
    backup = make_backup(record)
    write_backup(tmp_path / "a.age", backup)

    assert MARK.encode() in sealed.open_sealed(bytes(backup.raw), RECOVERY)
    assert marked(tmp_path) == []
    assert {file.stat().st_mode & 0o777 for file in tmp_path.glob("a.age*")} == {0o600}


def test_it_says_what_it_holds_and_the_record_when_it_was_made(record: Record) -> None:
    assert record.last_backup() is None
    backup = make_backup(record)
    keep_backup(record, backup)

    assert backup.holding[:4] == (3, 3, 6, "2026-11-20")
    assert record.last_backup() == backup.holding.made


def test_an_open_record_needs_a_passphrase_for_it(tmp_path: Path) -> None:
    with closing(Record(tmp_path / "record.sqlite")) as record:
        with pytest.raises(InputError, match=r"kept open on this machine.*record protect"):
            make_backup(record)
        with pytest.raises(InputError, match="at least 12"):
            make_backup(record, "short")


@pytest.mark.parametrize("name", ["recipients", "passphrase.age"])
def test_a_record_without_one_of_its_key_files_says_so(tmp_path: Path, name: str) -> None:
    with closing(protected(tmp_path, visits=0)) as record:
        (tmp_path / f"record.sqlite.{name}").unlink()
        with pytest.raises(InputError, match=f"{name}: this key file of the record is gone"):
            make_backup(record)


def test_a_damaged_record_is_not_backed_up(tmp_path: Path) -> None:
    with closing(protected(tmp_path)) as record:
        record.begin(None, "2026-11-20", [{"given": {}, "passed": ["x" * 100_000]}])
    raw = bytearray(record.path.read_bytes())
    raw[-6000:-5000] = bytes(1000)
    record.path.write_bytes(raw)
    told = pytest.raises(InputError, match="cannot be read as a whole, so no backup was made")
    with closing(Record(record.path, KEY)) as damaged, told:
        make_backup(damaged)
    with closing(Record(record.path, KEY)) as again:
        assert again.last_backup() is None
