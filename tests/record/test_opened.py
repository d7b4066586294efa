"""What is no backup, or no longer one, is refused in words and used in no part."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from counts import count
from keyed import KEY, MARK, protected

from hingeexpert.errors import InputError
from hingeexpert.record import Record, sealed
from hingeexpert.record.backup import make_backup, plain_copy
from hingeexpert.record.opened import OtherKeyError, by_identity, holding, opened, read_sealed
from hingeexpert.record.schema import MIGRATIONS, migrate

NAME = Path("monday.age")
MOMENT = "2026-11-29T08:00:00+00:00"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    with closing(protected(tmp_path_factory.mktemp("made"))) as record:
        return plain_copy(record, MOMENT)[0]


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    with closing(protected(tmp_path_factory.mktemp("made"), visits=20)) as record:
        return bytes(make_backup(record).raw)


def read(raw: bytes, folder: Path, identity: str = KEY.identity) -> tuple[object, ...]:
    """Open a file as `record restore` does, and return what it holds."""
    file = folder / "monday.age"
    file.write_bytes(raw)
    content, kind = read_sealed(file)
    assert kind == "keys"
    with opened(by_identity(content, identity, file), file) as backup:
        return holding(backup)


def test_a_whole_one_is_opened(raw: bytes, tmp_path: Path) -> None:
    assert read(raw, tmp_path)[:3] == (20, 20, 40)


def damages(raw: bytes, chance: Random) -> dict[str, bytes]:
    """Return a file damaged in each of some ways, at random places."""
    at, bit = chance.randrange(len(raw)), 1 << chance.randrange(8)
    to = min(len(raw), at + chance.randrange(1, 5000))
    return {
        "cut off": raw[:at],
        "a bit is another": raw[:at] + bytes([raw[at] ^ bit]) + raw[at + 1 :],
        "a piece is gone": raw[:at] + raw[to:],
        "a piece is zeros": raw[:at] + bytes(to - at) + raw[to:],
        "a piece stands twice": raw[:to] + raw[at:],
        "its end is longer": raw + bytes([bit]),
        "the head alone is damaged": bytes([raw[at % 300] ^ bit]).join(
            [raw[: at % 300], raw[at % 300 + 1 :]]
        ),
    }


def test_a_damaged_one_is_refused_wherever_the_damage_is(raw: bytes, tmp_path: Path) -> None:
    chance = Random(20)
    told = set()
    for _ in range(count(quick=25, thorough=400)):
        for what, damaged in damages(raw, chance).items():
            with pytest.raises(InputError) as error:
                read(damaged, tmp_path)
            told.add(str(error.value).removeprefix(str(tmp_path)))
            assert MARK not in str(error.value), what

    words = ("damaged or cut off", "is no backup", "head is damaged")
    assert all(any(word in line for word in words) for line in told), told


def test_one_of_another_record_is_told_from_a_damaged_one(raw: bytes, tmp_path: Path) -> None:
    with pytest.raises(OtherKeyError, match="sealed with another one"):
        read(raw, tmp_path, sealed.new_pair()[0])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is no backup; name a file"),
        (b"form: hinge/2\n", "is no backup; name a file"),
        (b"age-encryption.org/v1", "is no backup"),
        (b"SQLite format 3\0" + bytes(5000), "a plain SQLite file, not a sealed backup"),
    ],
)
def test_what_is_no_backup_is_told(content: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=words):
        read(content, tmp_path)


def test_a_folder_and_nothing_at_all_are_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing.age"):
        with pytest.raises(InputError, match="cannot be read"):
            read_sealed(path)


def altered(plain: bytes, script: str) -> bytes:
    """Return a plain file after somebody's own statements."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(plain)
        connection.executescript(script)
        return connection.serialize()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("PRAGMA user_version = 99", "of a newer hingeexpert"),
        ("PRAGMA user_version = 0", "no backup of a record"),
        ("CREATE TABLE more (id)", "no backup of a record"),
        ("DROP TABLE event", "no backup of a record"),
        (
            "CREATE TRIGGER spy AFTER INSERT ON event BEGIN DELETE FROM setting; END",
            "no backup of a record",
        ),
        ("CREATE VIEW everybody AS SELECT name FROM person", "no backup of a record"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM visit", "damaged or cut off"),
    ],
)
def test_what_is_sealed_and_is_not_ours_is_refused(plain: bytes, script: str, words: str) -> None:
    with pytest.raises(InputError, match=words), opened(altered(plain, script), NAME):
        raise AssertionError("it was opened")


@pytest.mark.parametrize(
    "change",
    [
        lambda plain: b"no database",
        lambda plain: plain[: len(plain) // 2],
        lambda plain: plain[:100] + bytes(len(plain) - 100),
        lambda plain: plain[:4096] + bytes(4096) + plain[8192:],
        lambda plain: plain[:18] + b"\2\2" + plain[20:],
    ],
    ids=["text", "cut off", "zeros", "a page of zeros", "with a log of writes"],
)
def test_what_is_sealed_and_damaged_is_refused(
    plain: bytes, change: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(InputError), opened(change(plain), NAME) as backup:
        backup.execute("SELECT * FROM event").fetchall()


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
def test_one_of_an_older_version_is_taken_along(version: int) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as old:
        migrate(old, version)
        old.execute("INSERT INTO person VALUES ('p', 'P-1', 'Sam', '2026-01-01T00:00:00+00:00')")
        raw = old.serialize()
    with opened(raw, NAME) as backup:
        assert backup.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert holding(backup) == (1, 0, 0, None, None)


def test_one_of_today_is_read_by_a_later_program(
    raw: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = "ALTER TABLE visit ADD COLUMN room TEXT NOT NULL DEFAULT '';\n"
    monkeypatch.setattr("hingeexpert.record.schema.MIGRATIONS", (*MIGRATIONS, later))

    assert read(raw, tmp_path)[:3] == (20, 20, 40)


def test_one_that_a_later_program_made_is_refused_by_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = "CREATE TABLE more (id TEXT);\n"
    monkeypatch.setattr("hingeexpert.record.schema.MIGRATIONS", (*MIGRATIONS, later))
    with closing(protected(tmp_path / "there")) as record:
        assert isinstance(record, Record)
        raw = bytes(make_backup(record).raw)
    monkeypatch.undo()

    with pytest.raises(InputError, match=r"of a newer hingeexpert \(version \d of the record"):
        read(raw, tmp_path)
