"""Measure a backup of ten years and its way back, and damage backups by the thousand.

    python benchmarks/backups.py --people 10000 --visits 50000 --damaged 5000

Makes a protected record of so many people and visits, backs it up while answers are kept, restores
it over an empty place, and prints times, sizes, and the longest wait of an answer. Then a small
backup is cut off, altered, shortened and lengthened at random, as a file and inside its seal, and
each is opened as `record restore` does: what comes of each is counted. Ends with exit code 1 where
a damaged file was taken, or one was refused in another way than in words. What is altered inside,
by whoever has the key, is found by the chain and not here.
"""

import argparse
import json
import resource
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from keyed import KEY, keyed, protected, visited  # noqa: E402

from hingeexpert.errors import InputError  # noqa: E402
from hingeexpert.record import Record, sealed  # noqa: E402
from hingeexpert.record.backup import make_backup, write_backup  # noqa: E402
from hingeexpert.record.opened import by_identity, holding, opened, read_sealed  # noqa: E402
from hingeexpert.record.restoring import Place  # noqa: E402

ANSWERS = 20
"""Answers of a visit; with them stands what a finished visit keeps."""
KEPT = json.dumps({"faults": ["x" * 40] * 30})


EVENT = (
    "INSERT INTO event (visit, number, at, kind, data, link, salt) "
    "VALUES (?, ?, ?, ?, ?, 0, randomblob(16))"
)
LINKS = """
    INSERT INTO link (number, head)
    SELECT row_number() OVER () + 1000000000, randomblob(32) FROM event
"""


def events(visit: str, at: str) -> Iterator[tuple[object, ...]]:
    """Yield what is kept of a finished visit."""
    for number in range(1, ANSWERS + 1):
        yield visit, number, at, "answer", f'{{"given": {{"question.{number}": "yes"}}}}'
    yield visit, ANSWERS + 1, at, "finish", KEPT


def filled(path: Path, people: int, visits: int) -> Record:
    """Return a record of so many, written in one go; its chain has the size of one, and holds
    nothing together.
    """
    record = Record(path, KEY)
    at = "2026-01-01T08:00:00+00:00"
    each = visits // people
    with record._file.writing() as connection:
        for person in range(people):
            connection.execute(
                "INSERT INTO person VALUES (?, ?, ?, ?)",
                (f"p{person:015}", f"P-{person}", f"Somebody {person}", at),
            )
            for visit in range(each):
                id_ = f"v{person:011}{visit:04}"
                connection.execute(
                    "INSERT INTO visit VALUES (?, ?, ?, ?, ?)",
                    (id_, f"p{person:015}", at, "2026-01-01", "Somebody"),
                )
                connection.executemany(EVENT, events(id_, at))
        connection.execute(LINKS)
    return record


@contextmanager
def answering(path: Path) -> Iterator[list[float]]:
    """Keep an answer every few milliseconds, and yield how long each took."""
    waits: list[float] = []
    ended = threading.Event()

    def answer() -> None:
        with closing(Record(path, KEY)) as record:
            visit, version = visited(record, "In Use"), 2
            while not ended.is_set():
                began = time.perf_counter()
                record.add(visit, version, "answer", {"given": {"question": "yes"}})
                waits.append(time.perf_counter() - began)
                version += 1
                time.sleep(0.005)

    worker = threading.Thread(target=answer)
    worker.start()
    try:
        yield waits
    finally:
        ended.set()
        worker.join()


def measure(folder: Path, people: int, visits: int) -> None:
    """Print what a large record takes."""
    with closing(filled(keyed(folder / "large"), people, visits)) as record:
        with answering(record.path) as alone:
            time.sleep(2)
        with answering(record.path) as beside:
            began = time.perf_counter()
            backup = make_backup(record)
            made = time.perf_counter() - began
            write_backup(folder / "large.age", backup)
            written = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"record      {record.path.stat().st_size / 1e6:8.1f} MB   {backup.holding}")
    size = len(backup.raw) / 1e6
    print(f"backup      {size:8.1f} MB   made {made:.1f} s, with disk {written:.1f} s")
    print(f"answers     alone {told(alone)}; beside the backup {told(beside)}")
    print(f"memory      {memory:8.0f} MB at most")
    began = time.perf_counter()
    raw, _ = read_sealed(folder / "large.age")
    target = keyed(folder / "back")
    with opened(by_identity(raw, KEY.identity, target), target) as copy:
        Place(target, KEY).restore(copy, None)
    print(f"restored    {time.perf_counter() - began:8.1f} s")


def told(waits: list[float]) -> str:
    """Return the middle, the 95th and the last of waits, in milliseconds."""
    inorder = sorted(waits)
    places = (len(inorder) // 2, len(inorder) * 95 // 100, -1)
    return " / ".join(f"{inorder[place] * 1000:.1f}" for place in places) + " ms"


def damaged(raw: bytes, chance: Random) -> bytes:
    """Return bytes damaged in one of some ways."""
    at = chance.randrange(len(raw))
    to = min(len(raw), at + chance.choice((1, 16, 500, 5000)))
    noise = chance.randbytes(to - at)
    ways = (
        raw[:at],
        raw[:at] + noise + raw[to:],
        raw[:at] + bytes(to - at) + raw[to:],
        raw[:at] + raw[to:],
        raw[:to] + raw[at:],
        raw + noise,
        raw[:at] + bytes([raw[at] ^ (1 << chance.randrange(8))]) + raw[at + 1 :],
    )
    return chance.choice(ways)


def outcome(file: Path, whole: object) -> str:
    """Return what comes of opening a file."""
    try:
        raw, kind = read_sealed(file)
        assert kind == "keys"
        with opened(by_identity(raw, KEY.identity, file), file) as copy:
            return (
                "taken, and counts as before"
                if holding(copy) == whole
                else "taken, and counts otherwise"
            )
    except InputError as error:
        return f"refused: {str(error).removeprefix(f'{file}: ').split(';')[0]}"
    except BaseException as error:
        return f"NOT IN WORDS: {type(error).__name__}: {error}"


def damage(folder: Path, count: int, chance: Random) -> Counter[str]:
    """Damage a small backup, as a file and inside its seal, and count what comes of it."""
    with closing(protected(folder / "small", visits=20)) as record:
        backup = make_backup(record)
    plain = sealed.open_sealed(bytes(backup.raw), KEY.identity)
    recipient = (folder / "small" / "record.sqlite.recipients").read_text().splitlines()[1]
    outcomes: Counter[str] = Counter()
    for number in range(count):
        if number % 2:
            raw = damaged(bytes(backup.raw), chance)
        else:
            raw = sealed.seal_large(damaged(plain, chance), [recipient])
        file = folder / "damaged.age"
        file.write_bytes(raw)
        where = "the file" if number % 2 else "inside"
        outcomes[f"{where:<9} {outcome(file, backup.holding)}"] += raw != backup.raw
    return outcomes


def main() -> int:
    """Measure and damage."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--visits", type=int, default=50_000)
    parser.add_argument("--damaged", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.people:
            measure(folder, options.people, options.visits)
        outcomes = damage(folder, options.damaged, Random(options.seed))
    for words, count in outcomes.most_common():
        print(f"{count:8} {words}")
    wrong = ("the file  taken", "NOT IN WORDS")
    return int(any(outcomes[line] for line in outcomes if any(word in line for word in wrong)))


if __name__ == "__main__":
    sys.exit(main())
