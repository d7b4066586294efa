"""The file that keeps the visits: whole, private, never behind."""

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from keyed import KEY, protected

from hingeexpert.errors import InputError
from hingeexpert.intake.events import NewAnswers
from hingeexpert.record import MissingError, Record, StaleError, connection, default_path, driver
from hingeexpert.record.connection import SETTINGS
from hingeexpert.record.schema import MIGRATIONS

WRITER = """
import sys
from pathlib import Path
from hingeexpert.record import Record
from hingeexpert.record import StaleError
record = Record(Path(sys.argv[1]))
visit, count = sys.argv[2], int(sys.argv[3])
for number in range(count):
    while True:
        try:
            data = {"given": {}, "passed": [sys.argv[4]], "at_once": False}
            record.add(visit, len(record.events(visit)), "answer", data)
            break
        except StaleError:
            pass
    print(number, flush=True)
"""
OPENER = """
import sys
from pathlib import Path
from hingeexpert.record import Record
Record(Path(sys.argv[1])).begin(None, "2026-11-20", [])
"""
SECRET = "Zebedee Quagmire"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "record.sqlite"


@pytest.fixture
def record(path: Path) -> Iterator[Record]:
    opened = Record(path)
    yield opened
    opened.close()


def change(name: str) -> dict[str, object]:
    return NewAnswers(passed=[name]).data()


def begun(record: Record, name: str = SECRET, answers: int = 3) -> str:
    visit = record.begin(
        None, "2026-11-20", [change(f"{name} {number}") for number in range(answers)]
    )
    record.describe(
        visit,
        {"patient_id": "P-1", "name": name, "date": "2026-11-20", "clinician": f"Dr. {name}"},
        {},
    )
    return visit


def writer(path: Path, visit: str, count: int, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, path, visit, str(count), name],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_file_and_what_lies_beside_it_are_for_their_owner_only(
    record: Record, path: Path
) -> None:
    begun(record)

    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(list(path.parent.iterdir())) == 3


def test_a_file_that_others_could_read_is_closed_to_them(path: Path) -> None:
    Record(path).close()
    path.chmod(0o644)
    Record(path).close()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_record_is_written_ahead_and_in_full(record: Record) -> None:
    settings = {
        name: record._file._connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "secure_delete")
    }

    assert settings == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}


@pytest.mark.parametrize(
    "statement",
    ["UPDATE event SET data = '{}'", "UPDATE event SET number = number + 10", "DELETE FROM event"],
)
def test_an_event_is_never_changed_or_taken_out(record: Record, path: Path, statement: str) -> None:
    visit = begun(record)
    other = driver.connect(path)
    with pytest.raises(driver.IntegrityError, match="an event"):
        other.execute(statement)
    other.close()

    assert len(record.events(visit)) == 3


def test_who_writes_to_a_visit_as_it_was_is_told(record: Record) -> None:
    visit = begun(record)
    record.add(visit, 3, "undo")
    with pytest.raises(StaleError):
        record.add(visit, 3, "redo")

    assert [event.kind for event in record.events(visit)] == ["answer", "answer", "answer", "undo"]


def test_what_is_not_there_is_told(record: Record) -> None:
    for ask in (
        record.person,
        record.visit,
        record.delete,
        lambda id_: record.add(id_, 0, "undo"),
        lambda id_: record.begin(id_, "2026-11-20", []),
    ):
        with pytest.raises(MissingError):
            ask("nobody")

    assert record.people() == record.visits() == []


def test_a_kill_between_two_writes_loses_nothing(record: Record, path: Path) -> None:
    visit = begun(record, answers=0)
    child = writer(path, visit, 100_000, "kept")
    assert child.stdout is not None
    lines = [child.stdout.readline() for _ in range(30)]
    child.kill()
    told = len(lines) + len(child.stdout.readlines())
    child.wait()
    child.stdout.close()
    after = Record(path)
    events = after.events(visit)
    after.close()

    assert told <= len(events) <= told + 1
    assert [event.number for event in events] == list(range(1, len(events) + 1))


def test_two_programs_write_to_one_visit_and_nothing_is_lost(record: Record, path: Path) -> None:
    visit = begun(record, answers=0)
    children = [writer(path, visit, 40, name) for name in ("left", "right")]
    for child in children:
        child.communicate()
    events = record.events(visit)
    names = [event.data["passed"][0] for event in events]

    assert [child.returncode for child in children] == [0, 0]
    assert [event.number for event in events] == list(range(1, 81))
    assert (names.count("left"), names.count("right")) == (40, 40)


def test_programs_that_make_the_record_at_the_same_moment_all_get_it(path: Path) -> None:
    children = [
        subprocess.Popen([sys.executable, "-c", OPENER, path], stderr=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    told = [child.communicate()[1] for child in children]
    record = Record(path)

    assert told == [""] * 6
    assert len(record.people()) == 6
    record.close()


def test_a_record_of_the_first_version_is_taken_along_with_its_data(path: Path) -> None:
    path.parent.mkdir()
    old = driver.connect(path)
    old.executescript(MIGRATIONS[0])
    old.execute("INSERT INTO person VALUES ('p', 'P-1', 'Sam', '2026-01-01T00:00:00+00:00')")
    old.execute(
        "INSERT INTO visit VALUES ('v', 'p', '2026-01-01T00:00:00+00:00', '2026-01-01', 'Dr. Who')"
    )
    old.execute(
        "INSERT INTO event VALUES ('v', 1, '2026-01-01T00:00:00+00:00', 'answer', ?)",
        ('{"given": {}, "passed": ["x"]}',),
    )
    old.execute("PRAGMA user_version = 1")
    old.commit()
    old.close()
    record = Record(path)

    assert record.person("p").patient == {"id": "P-1", "name": "Sam"}
    assert record.visits("p")[0].clinician == "Dr. Who"
    assert record.events("v")[0].data["passed"] == ["x"]
    assert record._file._connection.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
    assert (
        record._file._connection.execute(
            "SELECT count(*) FROM sqlite_master WHERE name = 'visit_of_person'"
        ).fetchone()[0]
        == 1
    )
    record.close()


def test_a_record_that_is_opened_and_closed_is_not_written_to(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "SETTINGS", connection.IN_A_BROWSER)
    with closing(Record(path)) as record:
        begun(record)
    before = path.read_bytes()
    with closing(Record(path)) as record:
        assert len(record.visits()) == 1
    assert path.read_bytes() == before


def test_a_migration_that_breaks_off_leaves_the_file_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Record(path).close()
    monkeypatch.setattr(
        "hingeexpert.record.schema.MIGRATIONS",
        (*MIGRATIONS, "CREATE TABLE more (id TEXT);\nINSERT INTO nowhere VALUES (1);\n"),
    )
    with pytest.raises(InputError, match="cannot be opened: no such table"):
        Record(path)
    monkeypatch.undo()
    record = Record(path)

    assert (
        record._file._connection.execute(
            "SELECT count(*) FROM sqlite_master WHERE name = 'more'"
        ).fetchone()[0]
        == 0
    )
    record.close()


def test_a_record_of_a_newer_program_is_left_alone(path: Path) -> None:
    Record(path).close()
    newer = driver.connect(path)
    newer.execute("PRAGMA user_version = 99")
    newer.close()

    with pytest.raises(InputError, match="of a newer hingeexpert"):
        Record(path)


@pytest.mark.parametrize(
    "content", [b"form: hinge/1\nstick: {sacrum: lost}\n" * 40, os.urandom(5000)]
)
def test_a_file_that_is_no_record_is_told_and_left_alone(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(InputError, match="no record that can be used"):
        Record(path)

    assert path.read_bytes() == content


def test_the_data_of_another_program_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    other = driver.connect(path)
    other.execute("CREATE TABLE bookmarks (id TEXT)")
    other.commit()
    other.close()
    before = path.read_bytes()
    with pytest.raises(InputError, match="no record that can be used"):
        Record(path)

    assert path.read_bytes() == before


def test_a_folder_is_no_record(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be opened"):
        Record(tmp_path)


def test_who_is_deleted_is_gone_from_every_byte(record: Record, path: Path) -> None:
    others = begun(record, "Somebody Else")
    visit = begun(record, answers=200)
    record.begin(record.visit(visit).person, "2026-12-01", [change(SECRET)])
    beside = Record(path)
    deleted = record.delete(record.visit(visit).person)

    assert (deleted.visits, deleted.events, deleted.overwritten) == (2, 201, True)
    assert [
        file.name for file in path.parent.iterdir() if SECRET.encode() in file.read_bytes()
    ] == []
    assert len(beside.events(others)) == 3
    assert [person.name for person in beside.people()] == ["Somebody Else"]
    beside.close()


def test_a_program_in_the_way_of_overwriting_is_told_and_its_end_overwrites(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hingeexpert.record.connection.PATIENCE", 10)
    record = Record(path)
    visit = begun(record)
    reader = driver.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM person").fetchall()
    deleted = record.delete(record.visit(visit).person)
    record.close()
    reader.close()

    assert not deleted.overwritten
    assert not any(SECRET.encode() in file.read_bytes() for file in path.parent.iterdir())


def test_a_write_that_finds_no_room_keeps_what_was_there_and_the_next_one_works(
    record: Record,
) -> None:
    visit = begun(record)
    pages = record._file._connection.execute("PRAGMA page_count").fetchone()[0]
    record._file._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(driver.OperationalError, match="full"):
        record.add(visit, 3, "answer", change("x" * 100_000))
    record._file._connection.execute("PRAGMA max_page_count = 100000")
    record.add(visit, 3, "answer", change("small"))

    assert [event.number for event in record.events(visit)] == [1, 2, 3, 4]


def test_a_name_never_shows_in_what_a_traceback_would_print(record: Record) -> None:
    visit = begun(record)

    assert SECRET not in repr((record.people(), record.visits(), record.events(visit)))


def test_people_come_latest_first_and_visits_in_their_order(record: Record) -> None:
    first, second = begun(record, "First"), begun(record, "Second")
    person = record.visit(first).person
    third = record.begin(person, "2026-12-01", [])

    assert [person.name for person in record.people()] == ["Second", "First"]
    assert [visit.id for visit in record.visits()] == [first, second, third]
    assert [visit.id for visit in record.visits(person)] == [first, third]


def test_the_record_lies_in_the_data_folder_of_the_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    if sys.platform == "linux":
        assert default_path() == tmp_path / "hingeexpert" / "record.sqlite"


def test_what_could_not_be_overwritten_is_when_it_is_tried_again(path: Path) -> None:
    record = Record(path)
    visit = begun(record)
    reader = driver.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM person").fetchall()
    assert not record.delete(record.visit(visit).person).overwritten
    assert [file.name for file in path.parent.iterdir() if SECRET.encode() in file.read_bytes()]
    reader.close()

    assert record.overwrite()
    assert not record.overdue()
    assert [
        file.name for file in path.parent.iterdir() if SECRET.encode() in file.read_bytes()
    ] == []
    record.close()


def test_who_writes_while_somebody_is_overwritten_loses_nothing(record: Record, path: Path) -> None:
    others = begun(record, "Somebody Else", 50)
    for _ in range(5):
        record.delete(record.visit(begun(record, answers=200)).person, later=True)
    ended = threading.Event()

    def overwrite() -> None:
        while not ended.is_set():
            record.overwrite()

    beside = threading.Thread(target=overwrite)
    beside.start()
    for number in range(50, 80):
        record.add(others, number, "answer", change(f"{number}"))
    ended.set()
    beside.join()

    assert record.overwrite()
    assert [event.number for event in record.events(others)] == list(range(1, 81))
    assert not any(SECRET.encode() in file.read_bytes() for file in path.parent.iterdir())


def test_what_is_read_at_one_moment_stays_while_others_write(record: Record) -> None:
    visit = begun(record)
    with record.unchanged() as reader:
        record.add(visit, 3, "undo")
        record.delete(record.visit(begun(record, "Somebody Else")).person)
        told = [person.name for person in reader.people()], len(reader.events(visit))
        now = len(record.events(visit))

    assert (told, now) == (([SECRET], 3), 4)


def test_where_nothing_can_be_written_ahead_all_share_one_connection(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "hingeexpert.record.connection.SETTINGS", ("journal_mode = DELETE", *SETTINGS[1:])
    )
    record = Record(path)
    others, visit = begun(record, "Somebody Else"), begun(record)
    with record.unchanged() as reader:
        told = [person.name for person in reader.people()]
    deleted = record.delete(record.visit(visit).person)

    assert told == [SECRET, "Somebody Else"]
    assert deleted.overwritten
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert SECRET.encode() not in path.read_bytes()
    assert len(record.events(others)) == 3
    record.close()


def test_a_closed_record_opens_nothing_again(record: Record, path: Path) -> None:
    record.close()
    path.unlink()
    with pytest.raises(driver.Error, match="closed"):
        record.people()

    assert not path.exists()
    assert not record.overwrite()


def test_a_closed_record_is_one_file(path: Path) -> None:
    record = Record(path)
    begun(record, "Somebody Else", 50)
    record.close()

    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert b"Somebody Else" in path.read_bytes()


def test_two_texts_of_one_visit_do_not_undo_each_other(record: Record) -> None:
    visit = begun(record, "Anna Alpha", 1)
    record.describe(visit, {"clinician": "Dr. Late"}, {})
    with pytest.raises(StaleError):
        record.describe(visit, {"name": "Bert Beta"}, {"name": "Somebody"})
    for _ in range(2):
        record.describe(visit, {"name": "Anna Beta"}, {"name": "Anna Alpha"})

    person = record.person(record.visit(visit).person)
    assert (person.name, person.patient_id, record.visit(visit).clinician) == (
        "Anna Beta",
        "P-1",
        "Dr. Late",
    )


def test_a_damaged_page_keeps_nobody_from_what_is_whole(tmp_path: Path) -> None:
    with closing(protected(tmp_path, visits=2)) as record:
        record.begin(None, "2026-11-20", [{"given": {}, "passed": ["x" * 100_000]}])
    content = bytearray(record.path.read_bytes())
    content[len(content) // 2] ^= 1
    record.path.write_bytes(content)
    with closing(Record(record.path, KEY)) as damaged:
        long = damaged.visits()[-1].id
        for _ in range(2):
            with pytest.raises(driver.DatabaseError, match="malformed"):
                damaged.events(long)
            assert len(damaged.people()) == 3


def test_a_record_that_stays_locked_is_said_to_be_in_use(
    record: Record, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it is not looked into, which would take the locks that this process has on it."""
    monkeypatch.setattr(connection, "PATIENCE", 10)
    with closing(driver.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(InputError, match="is in use, by another window"):
            Record(path)
        assert locks_on(path)


def locks_on(path: Path) -> int:
    """Return how many locks this process has on a file."""
    inode = f":{path.stat().st_ino} "
    lines = Path("/proc/locks").read_text("ascii").splitlines()
    return sum(inode in line and f" {os.getpid()} " in line for line in lines)
