"""A record made of a backup: on an empty machine, in place of another, whole or not at all."""

import os
import shutil
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from keyed import (
    KEY,
    MARK,
    NEWER,
    PASSPHRASE,
    RECOVERY,
    give_newer_passphrase,
    keyed,
    marked,
    private,
    protected,
    visited,
)

from hingeexpert.cli import main
from hingeexpert.errors import InputError
from hingeexpert.formats.holding import holding
from hingeexpert.record import Record, default_path
from hingeexpert.record.backup import make_backup, plain_copy, write_backup
from hingeexpert.record.copying import in_memory
from hingeexpert.record.driver import connect_plain
from hingeexpert.record.keys import key_by_recovery, protection, unlock
from hingeexpert.record.opened import opened
from hingeexpert.record.restoring import Place, Secrets
from hingeexpert.record.schema import MIGRATIONS, migrate
from hingeexpert.record.verifying import Verified

pytestmark = pytest.mark.usefixtures("light_passphrases")


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup of a record with three visits, which is gone."""
    with closing(protected(tmp_path / "lost")) as record:
        write_backup(tmp_path / "kept.age", make_backup(record))
    shutil.rmtree(tmp_path / "lost")
    return tmp_path / "kept.age"


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """Where the same record is still there, with all that the backup holds."""
    with closing(protected(tmp_path / "there")) as record:
        write_backup(tmp_path / "same.age", make_backup(record))
    return tmp_path / "there" / "record.sqlite"


def restored(backup: Path, target: Path, *words: str, overwrite: bool = False) -> Result:
    """Run the command with the recovery key."""
    options = ["--record", str(target), "--recovery-file", str(private(backup.parent, RECOVERY))]
    options += ["--overwrite"] if overwrite else []
    return CliRunner().invoke(main, ["record", "restore", str(backup), *options, *words])


def visits(target: Path) -> int:
    with closing(Record(target, key_by_recovery(target, RECOVERY))) as record:
        return len(record.visits())


def test_an_empty_machine_of_somebody_else_needs_the_two_files_and_the_passphrase(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another home, a mask that lets everybody read, no key files, and a folder of its own."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "data"))
    old_mask = os.umask(0)
    try:
        options = ["--passphrase-file", str(private(tmp_path, PASSPHRASE))]
        done = CliRunner().invoke(main, ["record", "restore", str(backup), *options])
    finally:
        os.umask(old_mask)
    target = default_path()
    shown = "".join(line.strip() for line in done.output.splitlines() if line.startswith("    "))
    with closing(Record(target, key_by_recovery(target, shown))) as record:
        names = {person.name for person in record.people()}
        events = [len(record.events(visit.id)) for visit in record.visits()]

    assert done.exit_code == 0, done.output
    assert "kept.age: 3 people, 3 visits, the last on 2026-11-20; made 20" in done.output
    assert "new recovery key. Keep the old one" in done.output
    assert (names, events) == ({MARK}, [2, 2, 2])
    assert tmp_path in target.parents
    assert marked(tmp_path) == []
    assert {stat.S_IMODE(file.stat().st_mode) for file in target.parent.iterdir()} == {0o600}
    assert stat.S_IMODE(target.parent.stat().st_mode) == 0o700
    assert shown != RECOVERY
    assert key_by_recovery(target, shown).raw != KEY.raw


def test_the_recovery_key_restores_it_beside_its_own_keys(backup: Path, tmp_path: Path) -> None:
    """The key files are there, the record is not: they stay as they are."""
    target = keyed(tmp_path / "there")
    before = {file.name: file.read_bytes() for file in target.parent.iterdir()}
    done = restored(backup, target)

    assert done.exit_code == 0, done.output
    assert "are those of the record that was here" in done.output
    assert visits(target) == 3
    assert {name: (target.parent / name).read_bytes() for name in before} == before
    assert {file.name for file in target.parent.iterdir()} == {*before, target.name}


def test_its_chain_is_whole_and_says_that_it_was_restored(there: Path) -> None:
    with closing(Record(there, KEY)) as record:
        head = record.head()
        write_backup(there.parent.parent / "same.age", make_backup(record))
    restored(there.parent.parent / "same.age", there)
    with closing(Record(there, KEY)) as record:
        notes = record._file.rows("SELECT kind, data FROM happening ORDER BY link DESC LIMIT 1")
        verified, found = record.verify(), record.find_head(head)

    assert isinstance(verified, Verified)
    assert found is not None
    assert [row["kind"] for row in notes] == ["restore"]


def test_a_record_that_the_backup_holds_all_of_is_replaced(there: Path) -> None:
    done = restored(there.parent.parent / "same.age", there)

    assert done.exit_code == 0, done.output
    assert visits(there) == 3


@pytest.mark.parametrize("answers_only", [False, True], ids=["a visit", "an answer"])
def test_a_record_with_more_in_it_is_replaced_only_when_told(
    there: Path, answers_only: bool
) -> None:
    backup = there.parent.parent / "same.age"
    with closing(Record(there, KEY)) as record:
        if answers_only:
            record.add(record.visits()[0].id, 2, "undo")
        else:
            visited(record)
    before = there.read_bytes()
    refused = restored(backup, there)
    content = there.read_bytes()
    told = restored(backup, there, overwrite=True)

    assert refused.exit_code == 2
    assert f"holds {int(not answers_only)} visits and" in refused.output
    assert "entries of visits that the backup lacks; they would be lost" in refused.output
    assert content == before
    assert told.exit_code == 0, told.output
    assert visits(there) == 3


def test_who_was_deleted_since_comes_back_and_that_is_said(there: Path) -> None:
    with closing(Record(there, KEY)) as record:
        record.delete(record.people()[0].id)
    done = restored(there.parent.parent / "same.age", there)

    assert "1 person is in it again who had been deleted here" in done.output
    assert visits(there) == 3


def test_a_record_that_is_in_use_is_left_alone(there: Path) -> None:
    with closing(Record(there, KEY)) as record:
        done = restored(there.parent.parent / "same.age", there)
        visited(record)

    assert done.exit_code == 1
    assert "in use, by another window or program" in done.output
    assert visits(there) == 4
    assert not list(there.parent.glob(".*"))


@pytest.mark.parametrize("content", [b"not a record" * 2000, bytes(8192)], ids=["text", "zeros"])
def test_a_damaged_record_is_replaced_only_when_told(there: Path, content: bytes) -> None:
    backup = there.parent.parent / "same.age"
    there.write_bytes(content + bytes(-len(content) % 4096))
    refused = restored(backup, there)
    told = restored(backup, there, overwrite=True)

    assert refused.exit_code == 2
    assert "nobody knows whether it holds more than the backup" in refused.output
    assert told.exit_code == 0, told.output
    assert visits(there) == 3


def test_the_log_of_a_crash_is_not_read_into_the_restored_record(there: Path) -> None:
    """What lies beside a damaged record belongs to that."""
    with closing(Record(there, KEY)) as record:
        visited(record, "Somebody Else")
        log = there.with_name("record.sqlite-wal").read_bytes()
    there.write_bytes(bytes(8192))
    there.with_name("record.sqlite-wal").write_bytes(log)
    restored(there.parent.parent / "same.age", there, overwrite=True)

    assert len(log) > 4096
    assert visits(there) == 3


def test_nothing_plain_stays_where_a_protected_record_takes_the_place_of_an_open_one(
    backup: Path, tmp_path: Path
) -> None:
    target = tmp_path / "there" / "record.sqlite"
    with closing(Record(target)) as record:
        visited(record, "Somebody Else")
    plain = target.open("rb")
    keyed(tmp_path / "there")  # as if they were drawn, which takes seconds
    secrets = Secrets(recovery=RECOVERY)
    raw = secrets.open(backup.read_bytes(), "keys", backup, target)
    with opened(raw, backup) as copy:
        Place(target, KEY).restore(copy, None)

    assert visits(target) == 3
    assert len(list(target.parent.iterdir())) == 4
    with plain:
        assert set(plain.read()) == {0}, "what was replaced is still on the disk"


def test_the_passphrase_of_the_backup_opens_it_where_the_record_has_a_newer_one(
    there: Path,
) -> None:
    file = there.parents[1] / "same.age"
    give_newer_passphrase(there)
    words = ["--record", str(there), "--passphrase-file", str(private(file.parent, PASSPHRASE))]
    done = CliRunner().invoke(main, ["record", "restore", str(file), *words])

    assert done.exit_code == 0, done.output
    with closing(Record(there, unlock(there, NEWER))) as record:
        assert len(record.visits()) == 3


def test_other_keys_do_not_open_what_is_there(backup: Path, tmp_path: Path) -> None:
    target = keyed(tmp_path / "there")
    target.with_name("record.sqlite.recovery.age").write_bytes(b"damaged")
    done = restored(backup, target)

    assert done.exit_code == 1
    assert "has other keys, which this recovery key does not open; move it away" in done.output
    assert not target.exists()


def test_without_the_key_beside_it_the_recovery_key_is_named(backup: Path, tmp_path: Path) -> None:
    backup.with_name("kept.age.passphrase.age").unlink()
    with pytest.raises(InputError, match=r"put kept\.age\.passphrase\.age beside the backup"):
        Secrets(PASSPHRASE).open(backup.read_bytes(), "keys", backup, tmp_path / "record.sqlite")


def test_an_open_record_goes_out_and_comes_back_under_a_passphrase(tmp_path: Path) -> None:
    path, file = tmp_path / "record.sqlite", tmp_path / "open.age"
    with closing(Record(path)) as record:
        visited(record)
    passphrase = ["--passphrase-file", str(private(tmp_path, NEWER))]
    words = ["record", "backup", str(file), "--record", str(path), *passphrase]
    made = CliRunner().invoke(main, words)
    again = CliRunner().invoke(main, words)
    path.unlink()
    words = ["record", "restore", str(file), "--record", str(path), "--open", *passphrase]
    done = CliRunner().invoke(main, words)

    assert made.output.splitlines()[1:] == [
        "Its passphrase alone opens it: without that nobody can."
    ]
    assert (again.exit_code, "is there already" in again.output) == (2, True)
    assert not file.with_name("open.age.passphrase.age").exists()
    assert "It is open: who has this machine can read it" in done.output
    with closing(Record(path)) as record:
        assert [person.name for person in record.people()] == [MARK]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--open", "--recovery-file", "x"], "protected record, which stays one"),
        (["--passphrase-file", "x", "--recovery-file", "x"], "give one of them"),
        ([], "nobody can be asked here; name --passphrase-file"),
        (["--recovery"], "nobody can be asked here; name --recovery-file"),
    ],
)
def test_what_does_not_go_together_is_told(backup: Path, words: list[str], told: str) -> None:
    target = str(backup.parent / "record.sqlite")
    done = CliRunner().invoke(main, ["record", "restore", str(backup), "--record", target, *words])

    assert (done.exit_code, told in done.output) == (2, True), done.output


def test_an_older_version_comes_back_as_this_one(tmp_path: Path) -> None:
    target = keyed(tmp_path)
    with in_memory() as old:
        migrate(old, 1)
        old.execute("INSERT INTO person VALUES ('p', 'P-1', 'Sam', '2026-01-01T00:00:00+00:00')")
        raw = old.serialize()
    with opened(raw, target) as copy:
        Place(target, KEY).restore(copy, None)

    with closing(Record(target, KEY)) as record:
        assert record.person("p").name == "Sam"
        assert record.schema == len(MIGRATIONS)


LIMITED = """
import resource, sys
from click.testing import CliRunner
from hingeexpert.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
done = CliRunner().invoke(main, sys.argv[1:])
print(done.output)
sys.exit(done.exit_code)
"""


def test_a_text_that_is_none_is_refused_before_anything_is_replaced(there: Path) -> None:
    with closing(Record(there, KEY)) as record:
        raw = plain_copy(record, "2026-11-29T08:00:00+00:00")[0]
    before = there.read_bytes()
    with closing(connect_plain(":memory:", isolation_level=None)) as altered:
        altered.deserialize(raw)
        altered.execute("UPDATE person SET name = CAST(x'ff41' AS TEXT)")
        raw = altered.serialize()
    with opened(raw, there) as copy, pytest.raises(InputError, match="damaged or cut off"):
        Place(there, KEY).restore(copy, None)

    assert there.read_bytes() == before


NAMES = ("os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir")
"""What gives a file its name, or takes it."""


def words_of(backup: Path, target: Path) -> list[object]:
    key = private(backup.parent, RECOVERY)
    return ["record", "restore", backup, "--record", target, "--recovery-file", key]


def test_a_disk_without_room_leaves_what_was_there(tmp_path: Path) -> None:
    with closing(protected(tmp_path / "there")) as record:
        record.begin(None, "2026-11-20", [{"given": {}, "passed": ["x" * 100_000]}])
        write_backup(tmp_path / "same.age", make_backup(record))
    before = record.path.read_bytes()
    words = map(str, words_of(tmp_path / "same.age", record.path))
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, *words], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1, done
    assert "cannot be written" in done.stdout
    assert record.path.read_bytes() == before
    assert len(list(record.path.parent.iterdir())) == 4


def killed(after: int, words: list[object]) -> int:
    """Run a command in a process of its own that is killed before it touches one name more than so
    many; return its exit code.
    """
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    left = after

    def count(event: str, _: object) -> None:
        nonlocal left
        left -= event in NAMES
        if left < 0:
            os._exit(9)

    sys.addaudithook(count)
    os._exit(CliRunner().invoke(main, list(map(str, words))).exit_code)


def test_a_kill_at_any_name_leaves_a_record_that_opens(there: Path) -> None:
    """At each name that is given or taken: the record is there with all of its visits, no name is
    on the disk, and the next try makes it whole.
    """
    words = words_of(there.parent.parent / "same.age", there)
    codes: list[int] = []
    while not codes or codes[-1] == 9:
        codes.append(killed(len(codes), words))
        status = CliRunner().invoke(main, ["record", "status", "--record", str(there)])
        assert status.exit_code == 0, status.output
        assert visits(there) == 3
        assert marked(there.parent) == []

    assert len(codes) > 4
    assert codes[-1] == 0
    assert len(list(there.parent.iterdir())) == 4
    assert protection(there) == "protected"


def test_two_at_once_are_one_after_the_other(backup: Path, tmp_path: Path) -> None:
    target = tmp_path / "there" / "record.sqlite"
    folder = target.with_name(".record.sqlite.restoring")
    target.parent.mkdir()
    with holding(folder):
        words = ["--new-passphrase-file", str(private(tmp_path, PASSPHRASE))]
        done = restored(backup, target, *words)
    assert done.exit_code == 1
    assert "is being filled by another run" in done.output
    assert list(target.parent.iterdir()) == []


def test_keys_that_came_before_their_record_are_taken_back(there: Path, tmp_path: Path) -> None:
    """Of a kill between them: an open record is there, and beside it keys that open nothing."""
    target = tmp_path / "open" / "record.sqlite"
    with closing(Record(target)) as record:
        visited(record)
    halfway = target.parent / ".record.sqlite.restoring" / "made"
    shutil.copytree(there.parent, halfway)
    keyed(target.parent)
    with in_memory(plain_copy_of(there)) as backup:
        Place(target, None).restore(backup, None)

    with closing(Record(target)) as restored_one:
        assert len(restored_one.visits()) == 3
    assert [file.name for file in target.parent.iterdir()] == [target.name]


def test_keys_of_an_earlier_record_are_not_replaced(there: Path, tmp_path: Path) -> None:
    target = keyed(tmp_path / "other")
    told = pytest.raises(InputError, match="key files of an earlier record")
    with in_memory(plain_copy_of(there)) as backup, told:
        Place(target, None).restore(backup, NEWER)

    assert len(list(target.parent.iterdir())) == 3


def plain_copy_of(path: Path) -> bytes:
    with closing(Record(path, KEY)) as record:
        return plain_copy(record, "2026-11-29T08:00:00+00:00")[0]
