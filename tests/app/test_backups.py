"""Backups of the record of a browser, which the program reads, and the other way."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from desk import give
from keyed import PASSPHRASE, RECOVERY, protected, visited
from offline import Offline

from hingeexpert.intake import Intake
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.record import Record, Verified
from hingeexpert.record.backup import make_backup
from hingeexpert.record.opened import opened, read_sealed
from hingeexpert.record.restoring import Place, Secrets
from hingeexpert.record.schema import migrate

OLDER = 1
"""A version of the record that the program once had."""
ANSWER = {"stick.sacrum": "lost"}


def unlocked(start: Callable[..., Offline]) -> Offline:
    """Return an app whose sealed record is open."""
    offline = start(ready=True)
    assert offline.post("/unlock", passphrase=PASSPHRASE).status == 303
    return offline


def visit_of(offline: Offline, name: str) -> str:
    """Make a visit of somebody, with an answer, and return its address."""
    visit = offline.post("/visits").headers["location"]
    offline.post(f"{visit}/who", name="name", value=name)
    ((question, value),) = ANSWER.items()
    answered = offline.post(f"{visit}/answer", version="1", name=question, value=value)
    assert answered.status == 200
    return visit


def taken(offline: Offline, **fields: str) -> tuple[bytes, bytes]:
    """Make a backup, and return it with its key file."""
    page = offline.post("/record/backup", **fields)
    assert page.status == 200
    assert "The backup is made" in page.body.decode(), page.body.decode()
    backup = offline.get("/record/backup.age")
    assert re.search(r'"hingeexpert-[\d-]{10}\.age"', backup.headers["content-disposition"])
    return backup.body, offline.get("/record/backup.age.passphrase.age").body


@pytest.mark.parametrize("by", ["passphrase", "recovery key"])
def test_the_program_restores_a_backup_of_the_app(
    start: Callable[..., Offline], knowledge: KnowledgeBase, tmp_path: Path, by: str
) -> None:
    offline = unlocked(start)
    visit = visit_of(offline, "Zebedee Quagmire")
    form = offline.get(f"{visit}/form.yaml").body
    head = offline.app.keeper.record.head()
    raw, beside = taken(offline)
    assert "Last backup: never" not in offline.shown("/record")

    file, there = tmp_path / "monday.age", tmp_path / "program" / "record.sqlite"
    file.write_bytes(raw)
    Path(f"{file}.passphrase.age").write_bytes(beside)
    secrets = Secrets(PASSPHRASE) if by == "passphrase" else Secrets(recovery=RECOVERY)
    content, kind = read_sealed(file)
    with opened(secrets.open(content, kind, file, there), file) as backup:
        Place(there, None).restore(backup, None)
    with closing(Record(there)) as record:
        checked = record.verify()
        assert isinstance(checked, Verified)
        assert record.find_head(head) is not None
        (person,) = record.people()
        assert person.name == "Zebedee Quagmire"
        intake = Intake(knowledge, record)
        id_ = visit.rpartition("/")[2]
        assert intake.state(id_).answers["stick.sacrum"] == "lost"
        assert form


def test_the_app_begins_with_a_backup_of_the_program(
    start: Callable[..., Offline], knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    with closing(protected(tmp_path / "program", visits=2)) as record:
        visit = Intake(knowledge, record).begin()
        give(Intake(knowledge, record), visit, ANSWER)
        head = record.head()
        made = make_backup(record)
    assert made.beside
    offline = start()
    assert "/restore" in offline.shown("/")
    assert offline.shown("/restore")
    new = {"passphrase": "a new one of words", "again": "a new one of words"}
    wrong = {**new, "secret": "tulip lamp river onion"}
    refused = offline.upload("/restore", wrong, backup=bytes(made.raw), key=made.beside)
    assert refused.status == 422
    assert "not opened by this passphrase" in refused.body.decode()
    refused = offline.upload("/restore", {**new, "secret": PASSPHRASE}, backup=bytes(made.raw))
    assert "choose that file, too" in refused.body.decode()
    assert not [*offline.device.kept.iterdir()]

    right = {**new, "secret": RECOVERY}
    done = offline.upload("/restore", right, backup=bytes(made.raw))
    assert "Recovery key of the record" in done.body.decode()
    assert "Zebedee Quagmire" in offline.shown("/")
    kept = offline.app.keeper.record
    assert Intake(knowledge, kept).state(visit).answers["stick.sacrum"] == "lost"
    assert isinstance(kept.verify(), Verified)
    assert kept.find_head(head) is not None
    assert start().post("/unlock", passphrase="a new one of words").status == 303


def test_an_open_record_goes_out_and_in_by_a_passphrase(start: Callable[..., Offline]) -> None:
    offline = start()
    offline.post("/keep-open")
    visit = visit_of(offline, "Zebedee Quagmire")
    assert offline.post("/record/backup", passphrase="short", again="short").status == 422
    raw, _ = taken(offline, passphrase=PASSPHRASE, again=PASSPHRASE)
    assert offline.get("/record/backup.age.passphrase.age").status == 404

    offline.post(f"/people/{offline.app.keeper.record.people()[0].id}/delete")
    given = {"secret": PASSPHRASE}
    done = offline.upload("/record/restore", given, backup=raw)
    assert "1 person is in it again" in done.body.decode()
    assert "Zebedee Quagmire" in offline.shown(visit)
    assert "Zebedee Quagmire" in start().shown(visit)


def test_a_record_that_holds_more_is_replaced_only_when_somebody_says_so(
    start: Callable[..., Offline],
) -> None:
    offline = unlocked(start)
    visit_of(offline, "Zebedee Quagmire")
    raw, _ = taken(offline)
    visit_of(offline, "Sam Example")

    asked = offline.upload("/record/restore", {"secret": ""}, backup=raw)
    assert "1 visit and 2 entries of visits" in re.sub(r"\s+", " ", asked.body.decode())
    assert "Sam Example" in offline.shown("/")
    offline.post("/record/replace")
    assert "Sam Example" not in offline.shown("/")
    assert "Zebedee Quagmire" in offline.shown("/")
    again = start()
    again.post("/unlock", passphrase=PASSPHRASE)
    assert "Sam Example" not in again.shown("/")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"SQLite format 3\0 and more", "plain SQLite file"),
        (b"rubbish\r\n--other", "is no backup"),
        (b"age-encryption.org/v1\n-> X25519 cut", "is damaged or cut off"),
    ],
    ids=["plain", "foreign", "cut"],
)
def test_what_is_no_backup_changes_nothing(
    start: Callable[..., Offline], raw: bytes, words: str
) -> None:
    offline = unlocked(start)
    visit_of(offline, "Zebedee Quagmire")
    refused = offline.upload("/record/restore", {"secret": ""}, backup=raw)
    assert refused.status == 422
    assert words in refused.body.decode()
    assert offline.upload("/record/restore", {"secret": ""}).status == 422
    assert offline.ask("POST", "/record/restore", b"", {"content-type": "text/plain"}).status == 400
    assert "Zebedee Quagmire" in offline.shown("/")


def test_a_backup_of_an_older_program_is_taken_along(start: Callable[..., Offline]) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as old:
        migrate(old, OLDER)
        old.execute("INSERT INTO person VALUES ('p', 'P-1', 'Sam', '2026-01-01T00:00:00+00:00')")
        content = old.serialize()
    offline = unlocked(start)
    own = offline.device.recipient_of(offline.app.keeper.key.identity)
    raw = offline.device.seal(content, [own], letters=False)
    done = offline.upload("/record/restore", {"secret": ""}, backup=raw)
    assert "The backup is in place" in done.body.decode()
    record = offline.app.keeper.record
    assert [person.name for person in record.people()] == ["Sam"]
    assert isinstance(record.verify(), Verified)


def test_a_backup_of_a_newer_program_is_told(start: Callable[..., Offline], tmp_path: Path) -> None:
    with closing(Record(tmp_path / "newer.sqlite")) as record:
        visited(record)
        with record._file.writing() as connection:
            connection.execute("PRAGMA user_version = 99")
    offline = unlocked(start)
    content = (tmp_path / "newer.sqlite").read_bytes()
    own = offline.device.recipient_of(offline.app.keeper.key.identity)
    raw = offline.device.seal(content, [own], letters=False)
    refused = offline.upload("/record/restore", {"secret": ""}, backup=raw)
    assert refused.status == 422
    assert "of a newer hingeexpert (version 99" in refused.body.decode()


def test_a_failing_keep_leaves_the_record_and_its_keys(start: Callable[..., Offline]) -> None:
    offline = unlocked(start)
    visit_of(offline, "Zebedee Quagmire")
    raw, _ = taken(offline)
    visit_of(offline, "Sam Example")
    offline.upload("/record/restore", {"secret": ""}, backup=raw)
    offline.device.full = True
    assert offline.post("/record/replace").status == 507
    new = {"old": PASSPHRASE, "passphrase": "a new one of words", "again": "a new one of words"}
    assert offline.post("/record/passphrase", **new).status == 507
    offline.device.full = False
    assert "Sam Example" in offline.shown("/")
    assert start().post("/unlock", passphrase=PASSPHRASE).status == 303
