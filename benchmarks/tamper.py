"""Alter a record at random, in its tables and in its bytes, and count what is not noticed.

    python benchmarks/tamper.py [--edits 10000] [--seed 1]

A third of the edits are of tables, as by somebody with the key, spread evenly over all chained
tables and columns; a third are of bytes of an open record, and a third of bytes of a protected one,
without its key. An edit that changes nothing that is chained is not counted. Ends with exit code 1
and the first edit that was not noticed, if there is one.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from tampering import WAYS, beheaded, bytes_edited, columns, edited, filled, rows

from hingeexpert.errors import InputError
from hingeexpert.record import Record, Verified
from hingeexpert.record.connection import connected
from hingeexpert.record.driver import DatabaseError
from hingeexpert.record.key_content import RecordKey
from hingeexpert.record.protecting import protect


class Tampering:
    """A record, open and protected, and copies of it that are altered."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.sound, self.copy = folder / "sound.sqlite", folder / "copy.sqlite"
        filled(self.sound)
        with closing(connected(self.sound)) as connection:
            self.rows, self.columns = rows(connection), columns(connection)
        self.plain = self.sound.read_bytes()
        shutil.copyfile(self.sound, folder / "sealed.sqlite")
        self.key = protect(folder / "sealed.sqlite", "four words that are drawn").key
        self.sealed = (folder / "sealed.sqlite").read_bytes()
        self.found: Counter[str] = Counter()
        self.missed: list[str] = []

    def tables(self, number: int) -> bool:
        """Edit a table, and return whether that counted."""
        shutil.copyfile(self.sound, self.copy)
        place = self.columns[number % len(self.columns)]
        way = self.chance.choice([*WAYS, "behead"])
        with closing(connected(self.copy)) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            if way == "behead":
                counted = beheaded(connection, self.chance)
            else:
                counted = edited(connection, self.chance, place, way)
        if counted:
            self.judge(f"{way} {'.'.join(place)}", "table", None)
        return counted

    def bytes(self, content: bytes, key: RecordKey | None) -> bool:
        """Edit the bytes of a file, and return whether that counted."""
        edited = bytes_edited(content, self.chance)
        self.copy.write_bytes(edited)
        if self.same(key):
            return False
        self.copy.write_bytes(edited)
        kind = "bytes of an open record" if key is None else "bytes of a protected record"
        self.judge(f"{kind}, {len(edited)} of {len(content)}", kind, key)
        return True

    def same(self, key: RecordKey | None) -> bool:
        """Return whether all that is chained still stands in the copy."""
        try:
            with closing(connected(self.copy, key)) as connection:
                return rows(connection) == self.rows
        except (DatabaseError, UnicodeDecodeError):
            return False

    def judge(self, edit: str, kind: str, key: RecordKey | None) -> None:
        """Count what came of an edit."""
        outcome = noticed(self.copy, key)
        self.found[f"{kind}: {outcome}"] += 1
        if outcome == "missed":
            self.missed.append(edit)
            print(f"not noticed: {edit}", flush=True)


def noticed(path: Path, key: RecordKey | None) -> str:
    """Return how the record or its check took an edit."""
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    try:
        record = Record(path, key)
    except InputError:
        return "refused"
    checked = record.verify()
    record.close()
    if isinstance(checked, Verified):
        return "missed"
    return "named with its visit" if checked.visit else "named"


def main() -> None:
    """Print how many edits were named or refused."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edits", type=int, default=10_000, help="how many edits that count")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same edits")
    options = parser.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=_fast_folder()) as folder:
        tampering = Tampering(Path(folder), options.seed)
        print(f"{len(tampering.columns)} columns, {len(tampering.plain)} bytes")
        for number in range(-(-options.edits // 3)):
            while not tampering.tables(number):
                pass
            while not tampering.bytes(tampering.plain, None):
                pass
            while not tampering.bytes(tampering.sealed, tampering.key):
                pass
            if (number + 1) % 500 == 0:
                print(f"{3 * (number + 1):>6} edits, {len(tampering.missed)} missed", flush=True)
    for outcome, count in sorted(tampering.found.items()):
        print(f"{count:>6} {outcome}")
    print(f"{time.perf_counter() - start:.0f} s; not noticed: {len(tampering.missed)}")
    sys.exit(bool(tampering.missed))


def _fast_folder() -> Path | None:
    """Return a folder in memory, where there is one."""
    shared = Path("/dev/shm")
    return shared if shared.is_dir() else None


if __name__ == "__main__":
    main()
