"""A record from before the chain."""

from pathlib import Path

from hingeexpert.record import Record, Verified, driver
from hingeexpert.record.schema import MIGRATIONS

BEFORE = 4
"""Version of the last schema without a chain."""
AT = "2026-01-0{}T00:00:00+00:00"


def old(path: Path) -> None:
    """Make a record of the last version without a chain, with two people and a deletion that is
    still to be overwritten.
    """
    connection = driver.connect(path)
    for step in MIGRATIONS[:BEFORE]:
        assert isinstance(step, str)
        connection.executescript(step)
    connection.execute("INSERT INTO person VALUES ('p', 'P-1', 'Sam', ?)", (AT.format(1),))
    connection.execute("INSERT INTO person VALUES ('q', '', '', ?)", (AT.format(2),))
    for visit, person, clinician in (("v", "p", "Dr. Who"), ("w", "q", ""), ("x", "p", "")):
        connection.execute(
            "INSERT INTO visit VALUES (?, ?, ?, '2026-01-03', ?)",
            (visit, person, AT.format(3), clinician),
        )
        for number in (1, 2):
            connection.execute(
                "INSERT INTO event VALUES (?, ?, ?, 'answer', '{\"passed\": []}')",
                (visit, number, AT.format(4)),
            )
    connection.execute("INSERT INTO overdue VALUES (?)", (AT.format(5),))
    connection.execute(f"PRAGMA user_version = {BEFORE}")
    connection.commit()
    connection.close()


def test_all_that_it_holds_is_chained_behind_a_link_that_says_so(tmp_path: Path) -> None:
    old(tmp_path / "record.sqlite")
    record = Record(tmp_path / "record.sqlite")
    kinds = record._file.rows(
        "SELECT link, kind FROM event UNION ALL SELECT link, kind FROM happening ORDER BY 1"
    )
    checked = record.verify()

    people, visit = ["person", "who", "person"], ["visit", "answer", "answer"]
    visits = ["visit", "clinician", "answer", "answer", *visit, *visit]
    assert [row["kind"] for row in kinds] == [
        "migrated",
        *people,
        *visits,
        "deletion",
        "overwritten",
    ]
    assert isinstance(checked, Verified)
    assert (checked.visits, checked.links) == (3, 16)
    assert [event.at for event in record.events("w")] == [AT.format(4)] * 2
    record.close()


def test_an_empty_one_has_an_empty_chain(tmp_path: Path) -> None:
    record = Record(tmp_path / "record.sqlite")

    assert record.verify() == Verified(0, 0, 0, "")
    record.close()
