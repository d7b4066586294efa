"""An open record becomes a protected one: whole, alone, with nothing plain left."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from folders import SUPPORT
from keyed import KEY, protected

from hingeexpert.cli import main
from hingeexpert.errors import InputError
from hingeexpert.record import DamagedError, Record, Verified, driver, key_content, keys
from hingeexpert.record.protecting import DONE, UNDONE, alone, protect, settle

PASSPHRASE = "lamp river onion tulip"
MARK = "Zebedee Quagmire"
PEOPLE = 20
KILLED_EVERYWHERE = """
import subprocess, sys
from itertools import count
from pathlib import Path
sys.path.append(sys.argv[4])
import light_age, pyrage
from hingeexpert.record.protecting import protect
pyrage.passphrase.encrypt = light_age.encrypt
path, snapshots, numbers, busy = Path(sys.argv[1]), Path(sys.argv[2]), count(), [False]

def as_if_killed(event, arguments):
    # Files as they stand now: what a kill at this moment would leave.
    if busy[0] and event in ("open", "os.rename", "os.link", "os.remove", "os.chmod"):
        busy[0] = False
        target = snapshots / f"{next(numbers):03d}"
        subprocess.run(["cp", "-a", path.parent, target], check=True)
        busy[0] = True

sys.addaudithook(as_if_killed)
busy[0] = True
created = protect(path, sys.argv[3])
busy[0] = False
print(created.key.raw.hex())
"""


def fill(path: Path) -> None:
    with closing(Record(path)) as record:
        for number in range(PEOPLE):
            visit = record.begin(None, "2026-11-20", [])
            texts = {"patient_id": f"{MARK} {number}", "name": MARK, "clinician": MARK}
            record.describe(visit, texts, {})
        record.choose("protection", "open")


def bytes_below(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def check_usable(path: Path, key: key_content.RecordKey) -> None:
    """A record that opens, in one of the two ways, whole, with nothing else beside it."""
    if keys.protection(path) == "protected":
        record = Record(path, key)
        beside = {file.name for file in (path, *keys.key_files(path))}
        assert MARK.encode() not in bytes_below(path.parent)
    else:
        record, beside = Record(path), {path.name}
    with closing(record):
        assert len(record.people()) == PEOPLE
        assert record.setting("protection") == "open"
    assert {file.name for file in path.parent.iterdir()} == beside


def test_an_open_record_becomes_a_protected_one_whenever_it_is_killed(tmp_path: Path) -> None:
    path, snapshots = tmp_path / "data" / "record.sqlite", tmp_path / "snapshots"
    snapshots.mkdir()
    fill(path)
    command = [sys.executable, "-c", KILLED_EVERYWHERE, path, snapshots, PASSPHRASE, SUPPORT]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    key = key_content.RecordKey(bytes.fromhex(done.stdout.strip()), "")
    told = set()
    places = sorted(snapshots.iterdir())
    for place in places:
        told.add(settle(place / path.name))
        check_usable(place / path.name, key)
    check_usable(path, key)

    assert len(places) > 15
    assert told == {"", UNDONE, DONE}
    assert keys.protection(path) == "protected"
    with closing(Record(path, key)) as record:
        assert isinstance(record.verify(), Verified)


def test_a_record_that_somebody_has_open_stays_open_to_all(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    fill(path)
    with closing(driver.connect(path)) as other:
        other.execute("SELECT * FROM person").fetchall()
        with pytest.raises(InputError, match="is in use, by another window"):
            protect(path, PASSPHRASE)

    assert [file for file in tmp_path.iterdir() if file.suffix == ".age"] == []
    with closing(Record(path)) as record:
        assert len(record.people()) == PEOPLE


def test_keys_of_an_earlier_record_are_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    fill(path)
    keys.recovery_file(path).write_text("of an earlier one")
    with pytest.raises(InputError, match="its backups may need them"):
        protect(path, PASSPHRASE)

    assert keys.recovery_file(path).read_text() == "of an earlier one"


def test_what_is_no_record_is_not_protected(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    with closing(driver.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (id TEXT)")
    with pytest.raises(InputError, match="data of another program"):
        protect(path, PASSPHRASE)
    link = tmp_path / "link.sqlite"
    link.symlink_to(path)
    with pytest.raises(InputError, match="is a link"):
        protect(link, PASSPHRASE)

    assert keys.protection(path) == "open"
    assert not list(tmp_path.glob("*.age"))


def test_nothing_is_said_where_nothing_is_left(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"

    assert settle(path) == ""
    Record(path).close()
    assert settle(path) == ""


@pytest.mark.parametrize("left", [None, 0, 1], ids=["gone", "empty", "a byte"])
def test_a_protected_record_that_is_gone_is_not_begun_anew(
    tmp_path: Path, left: int | None
) -> None:
    with closing(protected(tmp_path)) as record:
        path = record.path
    if left is None:
        path.unlink()
    else:
        os.truncate(path, left)
    before = sorted(file.name for file in tmp_path.iterdir())
    for key in (KEY, None):
        with pytest.raises(DamagedError, match="put a backup in its place"):
            Record(path, key)
    status = CliRunner().invoke(main, ["record", "status", "--record", str(path)])

    assert (status.exit_code, "put a backup in its place" in status.output) == (1, True)
    assert sorted(file.name for file in tmp_path.iterdir()) == before


def test_a_start_meanwhile_takes_no_name_that_protecting_needs(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    old = tmp_path / "record.sqlite.open"
    fill(path)
    os.link(path, old)
    with alone(path):
        assert settle(path) == ""
        assert old.exists()
    assert settle(path) == ""
    assert not old.exists()
