"""Lists and search: kept beside the record, never behind it, and gone with whoever is deleted."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hingeexpert.record import Record, driver
from hingeexpert.record.folding import folded
from hingeexpert.record.listing import list_all
from hingeexpert.record.schema import MIGRATIONS

SECRET = "Zebedee Quagmire"


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    with closing(Record(tmp_path / "data" / "record.sqlite")) as opened:
        yield opened


def begun(record: Record, name: str = "", date: str = "2026-11-20", **head: str) -> str:
    visit = record.begin(None, date, [{"given": {}}, {"given": {"x": "y"}}])
    record.describe(visit, {"name": name, "date": date, **head}, {})
    return visit


def names(record: Record, text: str = "") -> list[str]:
    return [person.name for person in record.found(text, 0, 50)[0]]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Zoë Núñez", "zoe nunez"),
        ("Zoe Nunez", "ZOË NÚÑEZ"),
        ("Weiß", "weiss"),
        ("Weiss", "weiß"),
        ("İpek Y\u0131lmaz", "ipek yilmaz"),
        ("IPEK", "\u0131pek"),
        ("Łukasz Ørsted", "lukasz orsted"),
        ("O\u2019Brien", "o'brien"),
        ("王小明", "小明"),
        ("ガ", "ガ"),
        ("Re\u0301mi", "rémi"),
    ],
)
def test_a_search_hears_no_accents_and_no_case(record: Record, written: str, typed: str) -> None:
    begun(record, written)
    begun(record, "Somebody Else")

    assert names(record, typed) == [written]


def test_whoever_has_all_words_is_found_by_name_id_clinician_or_day(record: Record) -> None:
    begun(record, "Anna", "2026-03-01", patient_id="P-1", clinician="Dr. Gray")
    begun(record, "Bert", "2026-04-01", patient_id="P-2", clinician="Dr. Gray")
    again = record.begin(record.found("anna", 0, 1)[0][0].id, "2026-05-01", [])
    record.describe(again, {"clinician": "Dr. Ñandú"}, {})

    assert names(record, "gray") == ["Bert", "Anna"]
    assert names(record, "gray 2026-03") == ["Anna"]
    assert names(record, "p-2") == ["Bert"]
    assert names(record, "nandu 2026-05-01") == ["Anna"]
    assert names(record, "% _") == names(record, "' OR 1") == []


def test_a_page_of_a_list_follows_the_one_before(record: Record) -> None:
    for number in range(7):
        begun(record, f"N{number}")
    pages = [record.found("", first, 3) for first in (0, 3, 6, 9)]

    assert [count for _, count in pages] == [7] * 4
    assert [[person.name for person in people] for people, _ in pages] == [
        ["N6", "N5", "N4"],
        ["N3", "N2", "N1"],
        ["N0"],
        [],
    ]


def test_nobody_is_listed_before_a_name_or_a_finished_visit(record: Record) -> None:
    visit = record.begin(None, "2026-11-20", [{"given": {}}])
    assert (names(record), record.drafts(0, 9)[1]) == ([], 0)
    record.add(visit, 1, "answer", {"given": {"x": "y"}})
    assert (names(record), record.drafts(0, 9)[1]) == ([], 1)
    record.add(visit, 2, "finish", {"readiness": "fix_first"})
    assert (names(record), record.drafts(0, 9)[1]) == ([""], 0)
    stands = record.standing([record.visit(visit).person])
    assert [(entry.version, entry.finished, entry.readiness) for entry in stands] == [
        (3, True, "fix_first")
    ]
    record.add(visit, 3, "reopen")
    assert (names(record), record.drafts(0, 9)[1]) == ([], 1)


def test_a_patient_id_is_the_same_in_whatever_case(record: Record) -> None:
    begun(record, "Anna", patient_id="Straße-1")
    begun(record, "Bert", patient_id="STRASSE-1")
    begun(record, "Nobody")

    assert [person.name for person in record.same_id("strasse-1")] == ["Anna", "Bert"]
    assert record.same_id("") == []


def rows(record: Record) -> list[list[tuple[object, ...]]]:
    """Return all that is kept beside the record."""
    connection = record._file._connection
    tables = ("listed_visit", "listed_person")
    return [
        sorted(tuple(row) for row in connection.execute(f"SELECT * FROM {table}"))
        for table in tables
    ]


def test_what_is_kept_beside_the_record_is_what_would_be_made_anew(record: Record) -> None:
    for number in range(6):
        visit = begun(record, f"Núm {number}", clinician="Dr. Gray")
        record.add(visit, 2, "finish", {"readiness": "ready"})
        if number % 2:
            record.add(visit, 3, "reopen")
        if number % 3 == 0:
            record.begin(record.visit(visit).person, "2026-12-01", [])
    record.delete(record.found("num 4", 0, 1)[0][0].id)
    kept = rows(record)
    with record._file.writing() as connection:
        list_all(connection)

    assert rows(record) == kept
    assert [len(table) for table in kept] == [7, 5]


def test_a_record_of_an_older_version_gets_its_lists(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    old = driver.connect(path)
    for script in MIGRATIONS[:4]:
        assert isinstance(script, str)
        old.executescript(script)
    old.execute("INSERT INTO person VALUES ('p', 'P-1', 'Núria', '2026-01-01T00:00:00+00:00')")
    old.execute(
        "INSERT INTO visit VALUES ('v', 'p', '2026-01-01T00:00:00+00:00', '2026-01-01', 'Dr. Who')"
    )
    old.execute("INSERT INTO event VALUES ('v', 1, 'x', 'finish', '{\"readiness\": \"ready\"}')")
    old.execute("PRAGMA user_version = 4")
    old.commit()
    old.close()
    with closing(Record(path)) as record:
        assert names(record, "nuria who 2026-01-01") == ["Núria"]
        assert record.standing(["p"])[0].readiness == "ready"


def test_who_is_deleted_is_in_no_byte_of_search_and_lists(record: Record) -> None:
    """Though their rows have moved from page to page while others came."""
    words = [f"{SECRET} {number:02}." for number in range(60)]
    for word in words:
        begun(record, word, patient_id=word, clinician=word)
    for person in record.found("zebedee", 0, 60)[0][::2]:
        record.delete(person.id, later=True)
    assert record.overdue()
    left = {person.name for person in record.found("zebedee", 0, 60)[0]}
    assert record.overwrite()
    raw = b"".join(file.read_bytes() for file in record.path.parent.iterdir())
    gone = [word for word in words if word not in left]

    assert not record.overdue()
    assert (len(gone), len(left)) == (30, 30)
    assert [word for word in gone if word.encode() in raw or folded(word).encode() in raw] == []
    assert all(folded(word).encode() in raw for word in left)
