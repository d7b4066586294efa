"""The chain: what is hashed, and what stays of who was deleted."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from hingeexpert.record import Record, Verified
from hingeexpert.record.chain import Content, commitment, next_head, ranges
from hingeexpert.record.driver import DatabaseError

SECRET = "Zebedee Quagmire"


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    opened = Record(tmp_path / "record.sqlite")
    yield opened
    opened.close()


def kinds(record: Record) -> list[str]:
    """Return what stands in the chain, link by link."""
    rows = record._file.rows(
        "SELECT link, kind FROM event UNION ALL SELECT link, kind FROM happening ORDER BY 1"
    )
    return [row["kind"] for row in rows]


def begun(record: Record, name: str = SECRET) -> str:
    visit = record.begin(None, "2026-11-20", [{"passed": ["x"]}])
    record.describe(visit, {"name": name, "date": "2026-11-21", "clinician": f"Dr. {name}"}, {})
    return visit


def test_the_hashes_are_those_that_the_docstring_says() -> None:
    salt, content = bytes(range(16)), Content("p", "v", 2, "2026-11-20T10:00:00+00:00", "undo")
    said = b'["p","v",2,"2026-11-20T10:00:00+00:00","undo","{}"]'
    committed = hashlib.sha256(salt + said).digest()
    head = hashlib.sha256(bytes(32) + (1).to_bytes(8, "big") + committed).digest()

    assert commitment(salt, content) == committed
    assert next_head(bytes(32), 1, committed) == head


def test_no_two_contents_are_hashed_alike() -> None:
    alike = [
        Content("a", "bc", 1, "t", "k"),
        Content("ab", "c", 1, "t", "k"),
        Content(None, "bc", 1, "t", "k"),
        Content("a", "bc", None, "t", "k"),
        Content("a", 'bc","', 1, "t", "k"),
    ]

    assert len({commitment(bytes(16), content) for content in alike}) == len(alike)


def test_everything_that_happens_is_one_link(record: Record) -> None:
    visit = begun(record)
    record.add(visit, 1, "undo")
    record.describe(visit, {"name": SECRET}, {})
    record.note("unlock")
    record.begin(record.visit(visit).person, "2026-12-01", [])
    record.note("export", {"visits": 2})

    first = ["person", "visit", "answer", "who", "date", "clinician", "undo"]
    assert kinds(record) == [*first, "unlock", "visit", "export"]
    assert record.head().startswith("10-")
    assert record._file.rows("SELECT max(number) FROM link")[0][0] == 10


def test_of_who_is_deleted_only_hashes_stay(record: Record) -> None:
    others, visit = begun(record, "Somebody Else"), begun(record)
    record.delete(record.visit(visit).person)
    left = record._file.rows("SELECT * FROM link WHERE number BETWEEN 7 AND 12")

    assert kinds(record)[6:] == ["deletion", "overwritten"]
    assert all(row["begun"] is None and len(row["commitment"]) == 32 for row in left)
    assert record._file.rows("SELECT data FROM happening WHERE kind = 'deletion'")[0][0] == (
        '{"links": [[7, 12]]}'
    )
    assert len(record.events(others)) == 1
    assert isinstance(record.verify(), Verified)


def test_numbers_become_ranges() -> None:
    assert list(ranges([])) == []
    assert list(ranges([3])) == [(3, 3)]
    assert list(ranges([1, 2, 3, 7, 9, 10])) == [(1, 3), (7, 7), (9, 10)]


def test_two_programs_write_to_one_chain(record: Record) -> None:
    beside = Record(record.path)
    visit = begun(record)
    for number in range(1, 21, 2):
        record.add(visit, number, "undo")
        beside.add(visit, number + 1, "redo")

    assert beside.head() == record.head()
    assert isinstance(beside.verify(), Verified)
    beside.close()


def test_nothing_is_chained_where_the_end_of_the_chain_is_gone(record: Record) -> None:
    visit = begun(record)
    with record._file.writing() as connection:
        connection.execute("DELETE FROM tail")
    with pytest.raises(DatabaseError, match="record verify"):
        record.add(visit, 1, "undo")

    assert record.version(visit) == 1
