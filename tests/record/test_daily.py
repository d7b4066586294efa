"""A backup a day: made where it is missing, told where it fails, and the oldest go."""

import datetime
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from keyed import PASSPHRASE, RECOVERY, protected

from hingeexpert.record import Record, sealed
from hingeexpert.record.backup import make_backup, write_backup
from hingeexpert.record.daily import DailyBackup, daily_backup

TODAY = f"hingeexpert-{datetime.date.today()}.age"


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    with closing(protected(tmp_path / "there", visits=1)) as record:
        yield record


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_the_one_of_today_is_made_once(record: Record, folder: Path) -> None:
    daily = DailyBackup(record, folder, 14, print)
    daily.look()
    first = (folder / TODAY).read_bytes()
    daily.look()

    assert names(folder) == [TODAY, f"{TODAY}.passphrase.age"]
    assert (folder / TODAY).read_bytes() == first
    assert sealed.open_sealed(first, RECOVERY).startswith(b"SQLite format 3")
    assert record.last_backup() is not None
    assert record.backup_trouble is None


def test_the_oldest_go_and_nothing_that_is_not_ours(record: Record, folder: Path) -> None:
    for day in range(1, 6):
        write_backup(folder / f"hingeexpert-2026-01-0{day}.age", make_backup(record))
    (folder / "hingeexpert-2026-01-02.age").write_bytes(b"somebody's own")
    (folder / "hingeexpert-2025-12-31.age").symlink_to(folder / "hingeexpert-2026-01-01.age")
    write_backup(folder / "before the move.age", make_backup(record))
    DailyBackup(record, folder, 2, print).look()

    assert [name for name in names(folder) if not name.endswith(".passphrase.age")] == [
        "before the move.age",
        "hingeexpert-2025-12-31.age",
        "hingeexpert-2026-01-02.age",
        "hingeexpert-2026-01-05.age",
        TODAY,
    ]
    assert [name for name in names(folder) if name.endswith(".passphrase.age")] == [
        "before the move.age.passphrase.age",
        "hingeexpert-2026-01-02.age.passphrase.age",
        "hingeexpert-2026-01-05.age.passphrase.age",
        f"{TODAY}.passphrase.age",
    ]


def test_a_folder_that_is_gone_is_told_once_and_taken_when_it_is_back(
    record: Record, folder: Path
) -> None:
    told: list[str] = []
    daily = DailyBackup(record, folder, 14, told.append)
    folder.rmdir()
    daily.look()
    daily.look()
    trouble = record.backup_trouble
    folder.mkdir()
    daily.look()

    assert told == [f"warning: no backup was made: {trouble}"]
    assert trouble == f"{folder}: there is no such folder; is the disk connected?"
    assert record.backup_trouble is None
    assert (folder / TODAY).is_file()


def test_a_file_of_that_name_that_is_no_backup_is_left_alone(record: Record, folder: Path) -> None:
    (folder / TODAY).write_bytes(b"somebody's own")
    DailyBackup(record, folder, 14, print).look()

    assert (folder / TODAY).read_bytes() == b"somebody's own"
    assert record.backup_trouble is not None
    assert "is there already and is no backup" in record.backup_trouble


def test_an_open_record_has_none_and_the_reason_is_said(tmp_path: Path, folder: Path) -> None:
    told: list[str] = []
    with closing(Record(tmp_path / "record.sqlite")) as record:
        DailyBackup(record, folder, 14, told.append).look()

        assert names(folder) == []
        assert record.last_backup() is None
    assert "nobody is there to type one" in told[0]
    assert PASSPHRASE not in told[0]


def test_it_is_made_beside_other_work_and_ends_with_it(record: Record, folder: Path) -> None:
    with daily_backup(record, folder, 14, print):
        until = time.monotonic() + 30
        while record.last_backup() is None and time.monotonic() < until:
            time.sleep(0.01)

    assert TODAY in names(folder)
