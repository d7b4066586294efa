"""Backups of the app and of the program: each reads the other's."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from keyed import PASSPHRASE
from offline import Offline, protected, visit_of

from hingeexpert.cli import main
from hingeexpert.record import Record
from hingeexpert.record.backup import make_backup, write_backup
from hingeexpert.record.keys import unlock

NAME = "Zebedee Quagmire"
OTHER = "tulip lamp river onion"
BOUNDARY = "backup"


def saved(offline: Offline, folder: Path, **fields: str) -> Path:
    """Make a backup and save it, with its key file where it has one."""
    page = offline.post("/record/backup", **fields).body.decode()
    assert "The backup is made" in page
    for name in ("backup.age", "backup.age.passphrase.age"):
        if f"/record/{name}" in page:
            (folder / name).write_bytes(offline.get(f"/record/{name}").body)
    return folder / "backup.age"


def given(offline: Offline, backup: Path, **fields: str) -> str:
    """Begin with a backup, and return the page that comes."""
    files = {"backup": backup, "key": backup.with_name(f"{backup.name}.passphrase.age")}
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    for name, file in files.items():
        if file.exists():
            head = f'name="{name}"; filename="{file.name}"\r\n\r\n'
            parts.append(head.encode() + file.read_bytes())
    before = f"--{BOUNDARY}\r\nContent-Disposition: form-data; ".encode()
    body = b"".join(before + part + b"\r\n" for part in parts) + f"--{BOUNDARY}--\r\n".encode()
    headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    return offline.ask("POST", "/restore", body, headers).body.decode()


def restored(backup: Path, *words: str) -> Path:
    """Restore a backup with the program, and return the record; it is whole."""
    record, file = backup.parent / "restored.sqlite", backup.parent / "passphrase.txt"
    file.write_text(PASSPHRASE, encoding="utf-8")
    file.chmod(0o600)
    secret = str(file)
    opens = ["--record-passphrase-file", secret] if not words else []
    lines = (
        ["restore", str(backup), "--record", str(record), "--passphrase-file", secret, *words],
        ["verify", "--record", str(record), *opens],
    )
    for line in lines:
        done = CliRunner().invoke(main, ["record", *line])
        assert done.exit_code == 0, done.output
    assert "The record is whole: 1 visit" in done.output
    return record


def test_the_program_restores_a_backup_of_the_app(
    start: Callable[..., Offline], tmp_path: Path
) -> None:
    offline = start()
    protected(offline)
    visit_of(offline, NAME)
    path = restored(saved(offline, tmp_path))

    with closing(Record(path, unlock(path, PASSPHRASE))) as record:
        assert [person.name for person in record.people()] == [NAME]


def test_the_program_restores_a_backup_of_an_open_record(
    start: Callable[..., Offline], tmp_path: Path
) -> None:
    offline = start()
    offline.post("/keep-open")
    visit_of(offline, NAME)
    path = restored(saved(offline, tmp_path, passphrase=PASSPHRASE, again=PASSPHRASE), "--open")

    with closing(Record(path)) as record:
        assert [person.name for person in record.people()] == [NAME]


@pytest.mark.parametrize("keyed", [True, False], ids=["keyed", "open"])
def test_the_app_begins_with_a_backup_of_either(
    start: Callable[..., Offline], tmp_path: Path, keyed: bool
) -> None:
    offline = start()
    if keyed:
        protected(offline)
    else:
        offline.post("/keep-open")
    visit_of(offline, NAME)
    fields = {} if keyed else {"passphrase": PASSPHRASE, "again": PASSPHRASE}
    first = saved(offline, tmp_path, **fields)
    path = restored(first, *([] if keyed else ["--open"]))
    with closing(Record(path, unlock(path, PASSPHRASE) if keyed else None)) as record:
        second = tmp_path / "second.age"
        write_backup(second, make_backup(record, None if keyed else PASSPHRASE))

    for backup in (first, second):
        offline.post("/forget", word="delete")
        page = given(offline, backup, secret=PASSPHRASE, passphrase=OTHER, again=OTHER)
        assert "Recovery key of the record" in page
        assert NAME in offline.shown("/")
