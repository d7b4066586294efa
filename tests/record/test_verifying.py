"""What was altered is noticed, and the first visit named."""

import random
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tampering import WAYS, beheaded, bytes_edited, columns, edited, filled, rows

from hingeexpert.errors import InputError
from hingeexpert.record import Altered, Record, Verified
from hingeexpert.record.connection import connected


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "record.sqlite"
    filled(path)
    return path


@pytest.fixture
def path(sound: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "record.sqlite"
    shutil.copyfile(sound, copy)
    return copy


@pytest.fixture
def record(path: Path) -> Iterator[Record]:
    opened = Record(path)
    yield opened
    opened.close()


def change(path: Path, *statements: str) -> None:
    """Change a record as somebody does who has the key."""
    with closing(connected(path)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        kept = triggers.fetchall()
        connection.execute("PRAGMA foreign_keys = OFF")
        for name, _ in kept:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in kept:
            connection.execute(sql)


def checked(path: Path) -> Verified | Altered:
    record = Record(path)
    found = record.verify()
    record.close()
    return found


def test_a_record_that_nobody_altered_is_whole(record: Record) -> None:
    found = record.verify()

    assert isinstance(found, Verified)
    assert found.visits == len(record.visits())
    assert found.head == record.head()
    assert found.gone > 0


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE event SET data = '{}' WHERE visit = :v AND number = 4", "entry 4: what stands"),
        ("UPDATE event SET at = '2026' WHERE visit = :v AND number = 2", "entry 2: what stands"),
        ("UPDATE event SET kind = 'short' WHERE visit = :v AND number = 5", "entry 5: what"),
        ("UPDATE event SET number = 9 WHERE visit = :v AND number = 5", "entry 9: what stands"),
        ("DELETE FROM event WHERE visit = :v AND number = 5", "an entry was taken out"),
        ("DELETE FROM event WHERE visit = :v AND number = 2", "an entry was taken out"),
        ("INSERT INTO event VALUES (:v, 6, '2026', 'undo', '{}', 0, x'')", "without a link"),
        ("UPDATE visit SET date = '2026-11-30' WHERE id = :v", "was changed: date"),
        ("UPDATE visit SET clinician = 'Dr. X' WHERE id = :v", "was changed: clinician"),
        ("UPDATE visit SET person = 'x' WHERE id = :v", "was changed: person"),
        ("DELETE FROM visit WHERE id = :v", "was taken out"),
        ("UPDATE happening SET data = '{}' WHERE visit = :v AND kind = 'date'", "what stands"),
        ("DELETE FROM happening WHERE visit = :v AND kind = 'date'", "an entry was taken out"),
        ("UPDATE person SET name = 'X' WHERE id = :p", "the person was changed: name"),
        ("DELETE FROM person WHERE id = :p", "the person was taken out"),
        (
            "UPDATE link SET begun = 1 WHERE number = "
            "(SELECT min(link) FROM event WHERE visit = :v)",
            "its links were changed",
        ),
    ],
)
def test_the_visit_that_was_altered_is_named(path: Path, statement: str, told: str) -> None:
    record = Record(path)
    visit = record.visits()[0]
    record.close()
    change(path, statement.replace(":v", f"'{visit.id}'").replace(":p", f"'{visit.person}'"))
    found = checked(path)

    assert isinstance(found, Altered)
    assert visit.id in found.sentence
    assert told in found.sentence
    assert found.visit == visit.id
    assert "Person" not in found.sentence


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (["DELETE FROM link WHERE number = 9"], "its link was taken out of the chain"),
        (["UPDATE tail SET head = zeroblob(32)"], "its end is not the one that was kept"),
        (["DELETE FROM tail"], "its end is not the one that was kept"),
        (["UPDATE happening SET data = '{}' WHERE kind = 'export'"], "what stands there is not"),
        (["INSERT INTO person VALUES ('x', '', '', '2026')"], "a person without a visit was added"),
        (
            ["UPDATE link SET commitment = zeroblob(32) WHERE commitment IS NOT NULL"],
            "what stands there is not",
        ),
        (["DELETE FROM happening WHERE kind = 'deletion'"], "an entry was taken out"),
        (["UPDATE happening SET data = 'rubbish' WHERE kind = 'deletion'"], "an entry was taken"),
        (["INSERT INTO overdue VALUES ('2026-11-29')"], "still to be overwritten"),
        (
            [
                "DELETE FROM event WHERE link = (SELECT max(link) FROM event)",
                "DELETE FROM link WHERE number = (SELECT max(number) FROM link)",
            ],
            "what followed is cut off, 1 link",
        ),
    ],
)
def test_what_is_of_no_visit_is_told_too(path: Path, statements: list[str], told: str) -> None:
    change(path, *statements)
    found = checked(path)

    assert isinstance(found, Altered)
    assert told in found.sentence


def test_visits_that_changed_places_are_noticed(path: Path) -> None:
    """Rows that stand one for the other show visits of one second in another order."""
    with closing(connected(path)) as connection:
        (one, two) = connection.execute("SELECT rowid FROM visit ORDER BY rowid LIMIT 2").fetchall()
    change(
        path,
        f"UPDATE visit SET rowid = -1 WHERE rowid = {one[0]}",
        f"UPDATE visit SET rowid = {one[0]} WHERE rowid = {two[0]}",
        f"UPDATE visit SET rowid = {two[0]} WHERE rowid = -1",
    )
    found = checked(path)

    assert isinstance(found, Altered)
    assert "stands in the place of another" in found.sentence


def test_what_a_visit_says_of_itself_moves_no_cursor(path: Path) -> None:
    spell = "char(27) || '[2J'"
    change(path, f"UPDATE visit SET date = {spell}, id = {spell} WHERE rowid = 1")
    found = checked(path)

    assert isinstance(found, Altered)
    assert "\x1b" not in found.sentence


def test_a_head_on_paper_is_found_until_the_record_is_altered(record: Record) -> None:
    paper = record.head()
    record.note("unlock")
    record.begin(None, "2026-12-30", [])
    found = record.find_head(paper.lower().replace("-", " "))

    assert found is not None
    assert (found.exact, found.after) == (True, 3)
    assert record.find_head("1234-000G-40R4-0M30-E209-V") is None


def test_a_chain_that_is_made_anew_is_whole_but_paper_knows(path: Path, tmp_path: Path) -> None:
    """Who holds key and program can write another past; the head on paper is not in it."""
    paper = checked(path)
    filled(tmp_path / "forged.sqlite")
    forged = Record(tmp_path / "forged.sqlite")

    assert isinstance(paper, Verified)
    assert isinstance(forged.verify(), Verified)
    assert forged.find_head(paper.head) is None
    forged.close()


def test_the_head_of_somebody_who_was_deleted_is_still_found(record: Record) -> None:
    visit = record.begin(None, "2026-12-30", [{"said": 1}])
    paper = record.head()
    record.delete(record.visit(visit).person)
    found = record.find_head(paper)

    assert found is not None
    assert (found.exact, found.after) == (False, 2)


EDITS = 100


def noticed(path: Path) -> bool:
    try:
        record = Record(path)
    except InputError:
        return True
    found = record.verify()
    record.close()
    return isinstance(found, Altered)


def test_random_edits_of_the_tables_are_noticed(sound: Path, path: Path) -> None:
    """`benchmarks/tamper.py` tries ten thousand."""
    chance = random.Random(1)
    with closing(connected(sound)) as connection:
        places = columns(connection)
    missed = []
    for number in range(EDITS):
        place, way = places[number % len(places)], chance.choice([*WAYS, "behead"])
        counted = False
        while not counted:
            shutil.copyfile(sound, path)
            with closing(connected(path)) as connection:
                connection.execute("PRAGMA synchronous = OFF")
                counted = (
                    beheaded(connection, chance)
                    if way == "behead"
                    else edited(connection, chance, place, way)
                )
            way = chance.choice(WAYS)
        if not noticed(path):
            missed.append((place, way))

    assert missed == []


def test_random_edits_of_the_bytes_are_noticed_or_change_nothing(sound: Path, path: Path) -> None:
    chance, content, missed = random.Random(2), sound.read_bytes(), []
    with closing(connected(sound)) as connection:
        stands = rows(connection)
    for number in range(EDITS // 2):
        altered = bytes_edited(content, chance)
        path.write_bytes(altered)
        if not noticed(path):
            with closing(connected(path)) as connection:
                if rows(connection) != stands:
                    missed.append(number)

    assert missed == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "CREATE TRIGGER t AFTER INSERT ON event BEGIN SELECT 1; END",
            "the trigger 't'",
        ),
        ("CREATE VIEW v AS SELECT name FROM person", "the view 'v'"),
        ("DROP TRIGGER event_is_never_changed", "the trigger 'event_is_never_changed'"),
        ("DROP INDEX visit_of_person", "the index 'visit_of_person'"),
    ],
)
def test_what_the_program_has_not_made_is_named(path: Path, statement: str, told: str) -> None:
    with closing(connected(path)) as connection:
        connection.execute(statement)
    found = checked(path)

    assert isinstance(found, Altered)
    assert found.sentence.endswith(f"not as this program makes it: {told}.")
