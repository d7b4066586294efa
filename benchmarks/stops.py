"""Stop runs at random moments, and at those where a run is nearly at its end; start runs in pairs
into one folder; count what came of it.

    python benchmarks/stops.py [--seconds 60] [--seed 1] [--handouts] [--patience 1]

Claims: a run that is asked to end does so within two seconds, with its exit code and one line; a
process that it started is gone one second after it, also where it was killed; the same command goes
on and leaves the same files as a run that nobody stopped, also where it overwrites what others had
begun; of two runs into one folder each ends by itself or is told of the other, and the folder holds
all of one and nothing of the other. Ends with exit code 1 where one of them falls, and names the
files that differ.

For Linux and macOS; needs psutil, and with --handouts the extra `pdf`.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

HEAD = "patient.id,date,safety.screen,stick.done,stick.sacrum,pain.during_drill\n"
ROWS = 40
SOON, GONE = 2.0, 1.0
"""Seconds in which a run that is asked to ends, and in which its processes are gone after it."""
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -signal.SIGKILL}
HELD, OTHERS = "is being filled by another run", "of another run"
"""What a run is told of another that is under way, and of one that was there before."""
MOST_STOPS = 4
"""How often a run is stopped before it may end."""
MOST_NAMED = 10
"""Files that differ, at most, that are named."""
STEPS = (".unfinished/key", ".unfinished/0000-000000.json", "results.csv", "run.json")
"""Files that come about one after the other; the last moments of a run are its shortest."""


@dataclass
class Told:
    """What came of it.

    Attributes:
        counts: What was seen, and how often.
        fallen: Claims that fell, each with how.
        slowest: Seconds that the slowest took, by what it was.
    """

    counts: Counter[str] = field(default_factory=Counter)
    fallen: list[str] = field(default_factory=list)
    slowest: dict[str, float] = field(default_factory=dict)

    def claim(self, holds: bool, claim: str) -> None:
        """Note a claim that does not hold."""
        if not holds:
            self.fallen.append(claim)

    def took(self, what: str, seconds: float) -> None:
        """Note how long something took."""
        self.slowest[what] = max(seconds, self.slowest.get(what, 0))


class Runs:
    """Runs over two tables, in a folder of their own."""

    def __init__(self, folder: Path, more: Sequence[str], patience: float) -> None:
        """Write the tables, and let each be judged once undisturbed."""
        self.folder, self.more, self.patience = folder, more, patience
        self.whole: dict[str, dict[str, bytes]] = {}
        for name, pain in (("a", 1), ("b", 3)):
            rows = (f"{name}{n},2026-11-20,all_no,yes,lost,{pain}\n" for n in range(ROWS))
            (folder / f"{name}.csv").write_text(HEAD + "".join(rows), encoding="utf-8")
            before = time.monotonic()
            _, error = self.started(name, name).communicate()
            self.seconds = time.monotonic() - before
            assert not error, error
            self.whole[name] = contents(folder / name)

    def started(self, table: str, into: str, *more: str) -> subprocess.Popen[str]:
        """Start a run of a table into a folder."""
        words = ["batch", str(self.folder / f"{table}.csv"), "-o", str(self.folder / into)]
        return subprocess.Popen(
            [sys.executable, "-m", "hingeexpert", *words, *self.more, *more],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by its name, hidden ones too."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def differences(left: Mapping[str, bytes], whole: Mapping[str, bytes]) -> str:
    """Return which files differ, with their bytes in the one and in the other; "" for none."""
    names = sorted(name for name in left.keys() | whole if left.get(name) != whole.get(name))
    named = [f"{name} ({size(left, name)}, not {size(whole, name)})" for name in names[:MOST_NAMED]]
    return ", ".join([*named, *(["..."] if len(names) > MOST_NAMED else [])])


def size(files: Mapping[str, bytes], name: str) -> str:
    """Return how long a file is."""
    return f"{len(files[name])} bytes" if name in files else "none"


def stopped_often(runs: Runs, chance: random.Random, told: Told) -> None:
    """Stop one run again and again, or runs that overwrite each other, then let one end."""
    tables, more = chance.choice((("a", ()), ("ab", ("--overwrite",))))
    for _ in range(chance.randint(1, MOST_STOPS)):
        stopped(runs, chance, told, chance.choice(tables), more)
    last = runs.started("a", "stopped", *more)
    _, error = last.communicate()
    told.counts["taken up to the end"] += 1
    told.claim(last.returncode == 0, f"went on with {last.returncode}: {error}")
    differ = differences(contents(runs.folder / "stopped"), runs.whole["a"])
    told.claim(not differ, f"what was taken up differs from what nobody stopped: {differ}")
    shutil.rmtree(runs.folder / "stopped")


def stopped(runs: Runs, chance: random.Random, told: Told, table: str, more: Sequence[str]) -> None:
    """Stop a run of a table at a random moment, or where it has come to a step."""
    number, whole_group = chance.choice(list(CODES)), chance.random() < 0.5
    process = runs.started(table, "stopped", *more)
    wait_until_it_listens(process)
    if chance.random() < 0.5:
        time.sleep(chance.uniform(0, runs.seconds))
    else:
        wait_for_new(runs.folder / "stopped" / chance.choice(STEPS), process)
    if process.poll() is not None:
        told.counts["ended before it was stopped"] += 1
        process.communicate()
        return
    children = psutil.Process(process.pid).children(recursive=True)
    asked = time.monotonic()
    reach_all = whole_group and number != signal.SIGKILL
    (os.killpg if reach_all else os.kill)(process.pid, number)
    process.wait()
    ended = time.monotonic()
    while not all(map(is_gone, children)) and time.monotonic() < ended + 10:
        time.sleep(0.01)
    gone = time.monotonic() - ended
    _, error = process.communicate()
    if process.returncode == -number and number != signal.SIGKILL and is_done(runs, table):
        told.counts["stopped when its work was done"] += 1  # the rest was left to Python alone
        return
    judge(runs, told, number, process.returncode, error, ended - asked, gone)


def is_done(runs: Runs, table: str) -> bool:
    """Return whether the folder holds all that a run of a table leaves, and nothing else."""
    return not differences(contents(runs.folder / "stopped"), runs.whole[table])


def judge(
    runs: Runs,
    told: Told,
    number: signal.Signals,
    code: int,
    error: str,
    seconds: float,
    gone: float,
) -> None:
    """Look at how a run ended that was stopped."""
    name = number.name
    if code == 0:
        told.counts["ended before it was stopped"] += 1
        return
    told.counts[f"stopped by {name}"] += 1
    told.took(f"end after {name}", seconds)
    told.took("processes gone after that", gone)
    told.claim(code == CODES[number], f"{name} gave {code}: {error}")
    lines = [line for line in error.splitlines() if not line.startswith("note: ")]
    told.claim(len(lines) == (number != signal.SIGKILL), f"{name} said {error!r}")
    told.claim(seconds <= SOON * runs.patience, f"{name}: {seconds:.1f} s to the end")
    told.claim(gone <= GONE * runs.patience, f"{name}: processes gone after {gone:.1f} s")


def wait_until_it_listens(process: subprocess.Popen[str]) -> None:
    """Wait until a process has begun to be the program; before that it is Python alone."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        time.sleep(1)
        return
    bit = 1 << (signal.SIGTERM - 1)
    while process.poll() is None:
        caught = status.read_text().split("SigCgt:")[1].split()[0]
        if int(caught, 16) & bit:
            return
        time.sleep(0.005)


def wait_for_new(path: Path, process: subprocess.Popen[str]) -> None:
    """Wait until a file comes about, or comes about anew, or the process has ended."""
    before = stamp(path)
    while process.poll() is None and stamp(path) in (before, None):
        time.sleep(0.0002)


def stamp(path: Path) -> tuple[int, int] | None:
    """Return which file has this name by now; `None` for none."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns


def is_gone(process: psutil.Process) -> bool:
    """Return whether a process has ended; that nobody asked yet how counts for nothing."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def pair(runs: Runs, chance: random.Random, told: Told) -> None:
    """Start two runs into one folder, shortly one after the other."""
    tables = ("a", chance.choice("ab"))
    more = ("--overwrite",) if chance.random() < 0.5 else ()
    first = runs.started(tables[0], "pair", *more)
    time.sleep(chance.choice((0, chance.uniform(0, runs.seconds))))
    second = runs.started(tables[1], "pair", *more)
    ends = [(process.communicate()[1], process.returncode) for process in (first, second)]
    for error, code in ends:
        told.counts[how(error, code)] += 1
        told.claim(how(error, code) != "failed", f"a run of a pair gave {code}: {error}")
    told.counts["pairs"] += 1
    done = [table for table, (_, code) in zip(tables, ends, strict=True) if code == 0]
    left = contents(runs.folder / "pair")
    told.claim(bool(done), f"no run of a pair ended well: {ends}")
    differ = [differences(left, runs.whole[table]) for table in done]
    told.claim(not all(differ), f"a pair is mixed: {ends}: {differ}")
    shutil.rmtree(runs.folder / "pair")


def how(error: str, code: int) -> str:
    """Return in a word how a run of a pair ended."""
    if code == 0:
        return "ended well beside another"
    if code == 1 and HELD in error:
        return "told who holds the folder"
    if code == 2 and OTHERS in error:
        return "told of what is there"
    return "failed"


def main() -> None:
    """Stop and pair, in turns, for as long as was asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="after two whole runs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--handouts", action="store_true", help="print sheets, too")
    parser.add_argument("--patience", type=float, default=1, help="times the seconds of a claim")
    options = parser.parse_args()
    chance, told = random.Random(options.seed), Told()
    more = ["--evidence", *(["--handouts"] if options.handouts else [])]
    with tempfile.TemporaryDirectory() as folder:
        runs = Runs(Path(folder), more, options.patience)
        end = time.monotonic() + options.seconds
        while time.monotonic() < end:
            stopped_often(runs, chance, told)
            pair(runs, chance, told)
    for what, number in sorted(told.counts.items()):
        print(f"{number:>6} {what}")
    for what, seconds in sorted(told.slowest.items()):
        print(f"{seconds:>6.2f} s, the slowest {what}")
    for claim in told.fallen:
        print(f"FALLEN {claim}")
    sys.exit(bool(told.fallen))


if __name__ == "__main__":
    main()
