"""The commands on the record, and how `intake` opens it."""

import re
import sys
from contextlib import closing
from pathlib import Path

import click
import pexpect
import pytest
from click.testing import CliRunner, Result
from keyed import KEY, protected
from keyed import PASSPHRASE as KEYED_BY

from hingeexpert.cli import main
from hingeexpert.cli.opening import CHOICE, KEPT_OPEN
from hingeexpert.cli.options import FailingGroup
from hingeexpert.record import Record, keys
from hingeexpert.record.connection import connected

FORM = "form: hinge/2\npatient: {id: P-1, name: Sam Example}\nsafety: {screen: all_no}\n"
PASSPHRASE, OTHER = "lamp river onion tulip", "another one of words"
TAKE = ("intake", "--no-input", "--from", "-")
GROUPS = re.compile(r"AGE-SECRET-KEY-1(?:\s+[0-9A-Z]{2,4})+")
"""A recovery key as it is printed."""


pytestmark = pytest.mark.usefixtures("light_passphrases")
"""Of commands that run in this process; those at a terminal work as hard as they do."""


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "data" / "record.sqlite"


def run(*arguments: str | Path, text: str = "") -> Result:
    return CliRunner().invoke(main, [str(word) for word in arguments], input=text)


def secret(folder: Path, text: str, name: str = "passphrase.txt") -> Path:
    path = folder / name
    path.write_text(f"{text}\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def at_terminal(*arguments: str | Path) -> pexpect.spawn:
    words = ["-m", "hingeexpert", *map(str, arguments)]
    return pexpect.spawn(sys.executable, words, encoding="utf-8", timeout=60, dimensions=(50, 100))


def ended(child: pexpect.spawn) -> int:
    child.expect(pexpect.EOF)
    child.close()
    return int(child.exitstatus)


def test_programs_protect_a_record_and_recover_it_by_its_sheet(
    record: Path, tmp_path: Path
) -> None:
    passphrase, other = secret(tmp_path, PASSPHRASE), secret(tmp_path, OTHER, "other.txt")
    sheet = tmp_path / "sheet.html"
    named = ("--record", record, "--record-passphrase-file")
    made = run("record", "protect", *named, passphrase, "--recovery-sheet", sheet)
    shown = GROUPS.search(sheet.read_text(encoding="utf-8"))
    assert (made.exit_code, made.stderr) == (0, "")
    assert shown is not None
    assert shown.group() not in made.output

    recovery = secret(tmp_path, shown.group().lower(), "recovery.txt")
    taken = run(*TAKE, *named, passphrase, text=FORM)
    files = ("--recovery-file", recovery, "--new-passphrase-file", other)
    recovered = run("record", "recover", "--record", record, *files)
    verified = run("record", "verify", *named, other)
    assert "The record is whole: 1 visit" in verified.output
    assert (taken.exit_code, recovered.exit_code) == (0, 0)


@pytest.mark.parametrize(
    "command",
    [
        ("record", "export"),
        ("record", "backup"),
        ("record", "passphrase", "--new-recovery-key", "--recovery-sheet"),
        (*TAKE, "-o"),
    ],
    ids=["export", "backup", "sheet", "intake"],
)
def test_no_command_writes_onto_what_opens_a_record(
    record: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    protected(record.parent, visits=1).close()
    opens = secret(tmp_path, KEYED_BY)
    read = [opens, record, *keys.key_files(record)]
    before = [path.read_bytes() for path in read]
    named = ("--record", record, "--record-passphrase-file", opens, "--overwrite")
    told = [run(*command, path, *named, text=FORM) for path in read]

    assert [result.exit_code for result in told] == [2] * len(read)
    assert all("is read by this command" in result.stderr for result in told)
    assert [path.read_bytes() for path in read] == before


def test_neither_a_backup_nor_its_sheet_is_written_onto_what_is_read(
    record: Path, tmp_path: Path
) -> None:
    run(*TAKE, "--record", record, text=FORM)
    backup, opens = tmp_path / "backup.age", secret(tmp_path, OTHER)
    by_file = ("--record", record, "--passphrase-file", opens, "--overwrite")
    onto_secret = run("record", "backup", opens, *by_file)
    run("record", "backup", backup, *by_file)
    before = backup.read_bytes()
    new = ("--record", tmp_path / "new.sqlite", *by_file[2:], "--recovery-sheet")
    onto_read = [run("record", "restore", backup, *new, path) for path in (backup, opens)]

    assert [told.exit_code for told in (onto_secret, *onto_read)] == [2, 2, 2]
    assert (opens.read_text(encoding="utf-8"), backup.read_bytes()) == (f"{OTHER}\n", before)
    assert not (tmp_path / "new.sqlite").exists()


def test_programs_look_at_a_protected_record(record: Path, tmp_path: Path) -> None:
    protected(record.parent, visits=0).close()
    named = ("--record", record, "--record-passphrase-file", secret(tmp_path, KEYED_BY))
    taken = run(*TAKE, *named, text=FORM)
    status = run("record", "status", *named)

    assert (taken.exit_code, status.exit_code) == (0, 0)
    assert re.search(r"people +1\nvisits +1\nlast backup +never\nversion +\d+", status.output)


def test_nobody_is_asked_for_a_passphrase_where_nobody_sits(record: Path, tmp_path: Path) -> None:
    protected(record.parent, visits=0).close()
    taken = run(*TAKE, "--record", record, text=FORM)
    status = run("record", "status", "--record", record)
    new = run("record", "protect", "--record", tmp_path / "new.sqlite")
    changed = run("record", "passphrase", "--record", record)

    assert taken.exit_code == 1
    assert "nobody can be asked here; name the file with its passphrase" in taken.stderr
    assert "visits      not counted; --record-passphrase-file FILE opens it" in status.output
    assert (status.exit_code, new.exit_code, changed.exit_code) == (0, 2, 2)
    assert "name --record-passphrase-file and --new-passphrase-file" in changed.stderr
    assert not (tmp_path / "new.sqlite").exists()


def test_a_record_made_where_nobody_is_asked_is_open_and_that_is_said_once(record: Path) -> None:
    first = run(*TAKE, "--record", record, text=FORM)
    second = run(*TAKE, "--record", record, text=FORM)

    assert "the record is open: who has this machine can read it" in first.stderr
    assert "the record is open" not in second.stderr
    with closing(Record(record)) as made:
        assert made.setting(CHOICE) is None


def test_a_secret_that_others_can_read_is_refused(record: Path, tmp_path: Path) -> None:
    passphrase = secret(tmp_path, PASSPHRASE)
    passphrase.chmod(0o640)
    done = run("record", "protect", "--record", record, "--record-passphrase-file", passphrase)

    assert done.exit_code == 1
    assert "can be read or written by others on this machine (mode 0640)" in done.stderr
    assert not record.exists()


def test_an_open_record_takes_no_passphrase_file(record: Path, tmp_path: Path) -> None:
    Record(record).close()
    file = secret(tmp_path, PASSPHRASE)
    taken = run(*TAKE, "--record", record, "--record-passphrase-file", file, text=FORM)
    changed = run("record", "recover", "--record", record, "--recovery-file", file)

    assert (taken.exit_code, changed.exit_code) == (1, 2)
    assert "give it one first: hingeexpert record protect" in taken.stderr


def test_who_has_an_open_record_is_asked_once_and_may_keep_it(record: Path) -> None:
    Record(record).close()
    first = at_terminal("intake", "--record", record)
    first.expect(r"Give it a passphrase now\? \[y/N\]: ")
    first.sendline("n")
    first.expect("> $")
    first.send("\x04")
    assert ended(first) == 0
    again = at_terminal("intake", "--record", record, "--resume")
    again.expect("> $")
    assert "passphrase" not in again.before
    again.send("\x04")

    assert ended(again) == 0
    with closing(Record(record)) as made:
        assert made.setting(CHOICE) == KEPT_OPEN


def test_who_chooses_the_drawn_words_notes_them_and_they_open_the_record(record: Path) -> None:
    child = at_terminal("intake", "--record", record)
    child.expect(r"Give it a passphrase now\?")
    child.sendline("y")
    child.expect(r"Four words, drawn for you:\s+([a-z]+ [a-z]+ [a-z]+ [a-z]+)\s")
    words = child.match.group(1)
    child.expect("passphrase of your own: ")
    child.sendline("short")
    child.expect(r"at least 12 are needed.*passphrase of your own: ")
    child.sendline("")
    child.expect("Type it once more: ")
    child.sendline("something else")
    child.expect(r"not the same.*passphrase of your own: ")
    child.sendline("")
    child.expect("Type it once more: ")
    child.sendline(words)
    child.expect(GROUPS.pattern)
    child.expect("Press a key when it is noted")
    child.send(" ")
    child.expect("> $")
    child.send("\x04")

    assert ended(child) == 0
    assert keys.protection(record) == "protected"
    with closing(Record(record, keys.unlock(record, words))) as made:
        assert len(made.visits()) == 1


def test_the_passphrase_is_typed_the_next_day_until_it_opens_the_record(record: Path) -> None:
    with closing(protected(record.parent, visits=0)) as opened:
        opened.begin(None, "2026-11-20", [])
    child = at_terminal("intake", "--record", record, "--resume")
    child.expect("Passphrase of the record: ")
    child.sendline("lamp river onion tulip")
    child.expect("does not open it")
    child.expect("Passphrase of the record: ")
    child.sendline(KEYED_BY)
    child.expect("> $")
    assert KEYED_BY not in child.before
    child.send("\x04")

    assert ended(child) == 0


def test_verify_says_that_a_record_is_whole_and_finds_a_head_on_paper(
    record: Path, tmp_path: Path
) -> None:
    run(*TAKE, "--record", record, text=FORM)
    named = ("record", "verify", "--record", record)
    whole = run(*named)
    head = whole.output.split()[-1]
    run(*TAKE, "--record", record, text=FORM)
    found = run(*named, "--head", head.lower())
    other = run(*named, "--head", "1234-ABCD-EFGH-JKMN-PQRS-3")
    slip = run(*named, "--head", head[:-1] + ("0" if head[-1] != "0" else "1"))

    assert whole.exit_code == 0
    assert whole.output.startswith("The record is whole: 1 visit,")
    assert (found.exit_code, "entries follow it" in found.output) == (0, True)
    assert (other.exit_code, "does not hold the head" in other.stderr) == (1, True)
    assert (slip.exit_code, "notices a slip" in slip.stderr) == (1, True)


def test_verify_names_a_visit_that_was_altered_and_nobody(record: Path, tmp_path: Path) -> None:
    passphrase = secret(tmp_path, KEYED_BY)
    with closing(protected(record.parent, visits=0)) as opened:
        visit = opened.begin(None, "2026-11-20", [])
        opened.describe(visit, {"name": "Sam Example"}, {})
    with closing(connected(record, KEY)) as connection:
        connection.execute("UPDATE person SET name = 'Sam Exampel'")
    told = run("record", "verify", "--record", record, "--record-passphrase-file", passphrase)

    assert told.exit_code == 1
    assert f"The visit of 2026-11-20 ({visit}): the person was changed: name." in told.stderr
    assert "Sam" not in told.output


def test_verify_makes_no_record(record: Path) -> None:
    told = run("record", "verify", "--record", record)

    assert (told.exit_code, "there is no record" in told.stderr) == (1, True)
    assert not record.exists()


def test_a_command_whose_write_finds_no_room_says_so_in_one_line(record: Path) -> None:
    @click.command
    def filling() -> None:
        with closing(Record(record)) as kept:
            pages = kept._file._connection.execute("PRAGMA page_count").fetchone()[0]
            kept._file._connection.execute(f"PRAGMA max_page_count = {pages}")
            kept.note("backup", {"made": "x" * 100_000})

    record.parent.mkdir()
    group = FailingGroup("main", {"filling": filling})
    told = CliRunner().invoke(group, ["filling"])

    assert told.exit_code == 1
    assert told.output == "error: the record: cannot be written: database or disk is full\n"
