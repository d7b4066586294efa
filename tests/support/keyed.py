"""A protected record for the tests, without the seconds that it takes to draw its keys, and to try
a passphrase: `light_age` sealed them.
"""

import shutil
from pathlib import Path

from folders import DATA

from hingeexpert.record import Record
from hingeexpert.record.keys import key_by_recovery, passphrase_file

KEYS = DATA / "record_keys"
PASSPHRASE, NEWER = "correct hörse battery staple", "another horse battery"
RECOVERY_FILE = KEYS / "recovery.txt"
RECOVERY = RECOVERY_FILE.read_text("ascii").strip()
KEY = key_by_recovery(KEYS / "record.sqlite", RECOVERY)
MARK = "Zebedee Quagmire"
"""A name that must stand in no byte on the disk."""


def keyed(folder: Path) -> Path:
    """Return where a record lies whose keys are there already."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in KEYS.glob("record.sqlite.*"):
        shutil.copy(file, folder)
    return folder / "record.sqlite"


def give_newer_passphrase(path: Path) -> None:
    """Give a record of `keyed` another passphrase, as somebody may who has its key."""
    shutil.copy(KEYS / "newer.passphrase.age", passphrase_file(path))


def protected(folder: Path, visits: int = 3) -> Record:
    """Return a protected record with some visits, each of somebody new."""
    record = Record(folder / "record.sqlite", KEY)
    keyed(folder)
    for _ in range(visits):
        visited(record)
    return record


def visited(record: Record, name: str = MARK) -> str:
    """Make a visit of somebody new, with two answers, and return its id."""
    changes = [{"given": {}, "passed": [f"question {number}"]} for number in range(2)]
    visit = record.begin(None, "2026-11-20", changes)
    record.describe(visit, {"name": name}, {})
    return visit


def private(folder: Path, secret: str) -> Path:
    """Return a file with a secret that is its owner's alone."""
    file = folder / f"secret-{len(secret)}.txt"
    file.touch(0o600)
    file.write_text(secret, encoding="utf-8")
    return file


def marked(folder: Path) -> list[str]:
    """Return the files in a folder, however deep, that hold the name."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file.name for file in files if MARK.encode() in file.read_bytes()]
