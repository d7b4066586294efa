"""Let every write to the disk fail once, and see what is left.

    python benchmarks/failing_writes.py
    python benchmarks/failing_writes.py --seconds 20 --seed 7 --scenario answers --scenario batch

strace counts the calls by which each scenario opens, writes, renames and removes something in its
folder. Then the scenario runs once more for each of them, and that one call fails (EIO), and once
more, and the process is killed there. Afterwards everything runs undisturbed. It must hold that

- nothing is lost of which the program said that it is kept,
- what bears its final name is whole, as it was before or as it is meant to be,
- the next start works, or says in one line what to do.

Without --seconds all places are tried, which takes half an hour of two quiet processors; with it,
some drawn by --seed. The program is loaded once, and forked for each run; a passphrase opens at
once. Ends with exit code 1 where something fell. For Linux; needs strace.
"""

import argparse
import multiprocessing
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

import httpx
from driven import (
    ANSWERS,
    PATIENCE,
    PERSON,
    Kept,
    Server,
    record_of,
    serving,
    surroundings,
)
from forked import LOADED, Forked, load, recall_knowledge, seal_quickly

from hingeexpert.record.schema import MIGRATIONS

CALLS = (
    *("write", "pwrite64", "fsync", "fdatasync", "rename", "renameat", "renameat2", "ftruncate"),
    *("openat", "mkdir", "mkdirat", "unlink", "unlinkat", "rmdir"),
)
ENDS = {"error": "error=EIO", "kill": "signal=SIGKILL"}
"""What happens at a call, by its name."""
LOG = "strace.txt"
CALL = re.compile(r"^\d+ +(\w+)\((.*)")
HERE = re.compile(r"AT_FDCWD<[^>]*>")
NOT_WRITTEN = ("stderr.txt", "/forms/")
"""What says which file of a scenario is not its own work."""
LEAST_SHARE = 4
"""Seconds for the tries of a scenario, at least: to prepare one takes as long."""
AT_ONCE = 2
TRACEBACK = "Traceback (most recent call last)"
NAME, EARLIER = "Zebulon Quizzleworth", "the sheet of an earlier day"
FORM = Path(__file__).parent.parent / "rules" / "demo.yaml"
FIRST_VISIT = """
    INSERT INTO person VALUES ('p', '', '', '2026-01-02T03:04:05+00:00');
    INSERT INTO visit VALUES ('v', 'p', '2026-01-02T03:04:05+00:00', '2026-01-02', '');
    INSERT INTO event VALUES ('v', 1, '2026-01-02T03:04:05+00:00', 'answer',
        '{"given": {"stick.sacrum": "lost"}, "passed": [], "at_once": false}');
    PRAGMA user_version = 1;
"""
"""What stands in a record that the first version of the program wrote."""


class Fallen(Exception):  # noqa: N818 - not a mistake of the program, but what is looked for
    """A claim does not hold."""


@dataclass
class Try:
    """One run of a scenario in a folder of its own.

    Attributes:
        folder: Everything that the scenario writes.
        under: The command that watches it; empty where it runs undisturbed.
        kept: What must be in the record afterwards.
        code: How the process ended.
        said: What its last command printed.
    """

    folder: Path
    under: Sequence[str] = ()
    kept: list[Kept] = field(default_factory=list)
    code: int = 0
    said: str = ""

    def command(self, *arguments: str, watched: bool = True) -> str:
        """Run a command; return what it wrote to standard error. `said` holds the rest."""
        told = self.folder / "stderr.txt"
        under = self.under if watched else ()
        done = Forked(arguments, told, self.surroundings(), under)
        try:
            self.code = done.wait(PATIENCE)
            self.said = done.stdout.read()
        finally:
            done.kill()
            done.stdout.close()
        return told.read_text(encoding="utf-8")

    def surroundings(self) -> dict[str, str]:
        """Return the environment of its commands."""
        return surroundings(self.folder)

    def pressed(self, presses: Callable[[Server, Sequence[str]], None]) -> str:
        """Press something on a server, and end it; return what it wrote to standard error."""
        with self.serving(self.under) as server:
            presses(server, self.visits())
            self.code = server.end()
            self.kept += server.kept
        return server.told.read_text(encoding="utf-8")

    def serving(self, under: Sequence[str] = ()) -> AbstractContextManager[Server]:
        """Start a server over the record, until the block ends."""
        return serving(self.folder, *self.opened_by(), begin=partial(Forked, under=under))

    def opened_by(self) -> Sequence[str]:
        """Return what opens the record: nothing where it is open."""
        secret = self.folder / "passphrase.txt"
        return ("--record-passphrase-file", str(secret)) if secret.is_file() else ()

    def visits(self) -> list[str]:
        """Return the visits that were there before, as their addresses."""
        return (self.folder / "visits.txt").read_text(encoding="utf-8").split()

    def check_record(self, gone: str = "") -> None:
        """Start the server undisturbed, and look whether the record holds what it must.

        Args:
            gone: A visit that may be gone; then all of it.
        """
        with self.serving() as server:
            if server.browser is None:
                server.process.wait(PATIENCE)
                raise Fallen(f"the next start: {server.told.read_text(encoding='utf-8')}")
            lost = server.missing([item for item in self.kept if item.visit != gone])
            if lost:
                raise Fallen(f"lost: {lost}")
            address = server.begin()
            if address is None:
                raise Fallen("the next start begins no visit")
            self._check_gone(server, gone)
            if server.end() != 0:
                raise Fallen("the next start does not end well")

    def _check_gone(self, server: Server, gone: str) -> None:
        left = server.missing([item for item in self.kept if item.visit == gone])
        if left and len(left) != len([item for item in self.kept if item.visit == gone]):
            raise Fallen(f"half of a deleted visit is there, without {left}")


@dataclass(frozen=True)
class Scenario:
    """Something that writes.

    Attributes:
        prepare: Makes what is there before.
        run: Does what is tried; returns what was written to standard error.
        check: Looks, undisturbed, whether the claims hold.
    """

    prepare: Callable[[Try], None]
    run: Callable[[Try], str]
    check: Callable[[Try], None]


def begun(trial: Try) -> None:
    """Prepare a record with two visits, one of them by name."""
    with trial.serving() as server:
        first, second = server.begin(), server.begin()
        assert second, server.told.read_text(encoding="utf-8")
        for address in (first, second):
            for name, value in ANSWERS[:2]:
                server.answer(address or "", name, value)
        server.send(f"{first}/who", name="name", value=NAME, seen="")
        trial.kept += server.kept
        server.end()
    (trial.folder / "visits.txt").write_text(f"{first} {second}", encoding="utf-8")


def first_version(trial: Try) -> None:
    """Prepare a record of the first version."""
    path = record_of(trial.folder)
    path.parent.mkdir(parents=True)
    connection = sqlite3.connect(path)
    assert isinstance(MIGRATIONS[0], str)
    connection.executescript(MIGRATIONS[0])
    connection.executescript(FIRST_VISIT)
    connection.close()
    trial.kept.append(Kept("v", "stick.sacrum", "lost"))
    (trial.folder / "visits.txt").write_text("/visits/v", encoding="utf-8")


def answering(server: Server, visits: Sequence[str]) -> None:
    """Answer in a visit that is there, and in a new one."""
    for address in (visits[0], server.begin()):
        for name, value in ANSWERS if address else ():
            server.answer(address or "", name, value)


def finishing(server: Server, visits: Sequence[str]) -> None:
    """Finish a visit that is there."""
    server.finish(visits[0])


def deleting(server: Server, visits: Sequence[str]) -> None:
    """Delete the person of the first visit."""
    page = server.read(visits[0])
    person = PERSON.search(page.text) if page else None
    if person:
        answer = server.send(f"{person[1]}/delete")
        if answer and answer.status_code in (200, 303):
            server.kept.append(Kept(visits[0].rpartition("/")[2], "", "delete"))


def opening(server: Server, _: Sequence[str]) -> None:
    """Press nothing: the start itself writes."""


def deleted(trial: Try) -> None:
    """Check that the person is gone where that was said, and all there or all gone otherwise."""
    visit = trial.visits()[0].rpartition("/")[2]
    said = Kept(visit, "", "delete")
    was_said = said in trial.kept
    trial.kept = [item for item in trial.kept if item != said]
    trial.check_record(gone=visit)
    texts = [path.read_bytes() for path in record_of(trial.folder).parent.iterdir()]
    if was_said and any(NAME.encode() in text for text in texts):
        raise Fallen("the name of a deleted person is in the file after the next start")


def protecting(trial: Try) -> str:
    """Give an open record a passphrase."""
    sheet = str(trial.folder / "recovery.html")
    secret = str(_secret(trial.folder))
    of_record = ("--record", str(record_of(trial.folder)), "--record-passphrase-file", secret)
    return trial.command("record", "protect", *of_record, "--recovery-sheet", sheet)


def _secret(folder: Path) -> Path:
    """Return the file with the passphrase of a record, beside its folder until it has one."""
    path = folder / "secret.txt"
    path.touch(mode=0o600)
    path.write_text("four words that were drawn", encoding="utf-8")
    return path


def locked_up(trial: Try) -> None:
    """Prepare a protected record with two visits."""
    begun(trial)
    told = protecting(trial)
    assert trial.code == 0, told
    (trial.folder / "secret.txt").rename(trial.folder / "passphrase.txt")
    (trial.folder / "recovery.html").unlink()


def check_protecting(trial: Try) -> None:
    """Check that the record is open or protected, and that no plain copy is left of a protected
    one.
    """
    was_said = trial.code == 0
    told = trial.command(
        "record", "status", "--record", str(record_of(trial.folder)), watched=False
    )
    if trial.code != 0:
        raise Fallen(f"the next start: {told}")
    if re.search(r"^protection +protected", trial.said, re.MULTILINE):
        (trial.folder / "secret.txt").rename(trial.folder / "passphrase.txt")
        texts = [path.read_bytes() for path in trial.folder.rglob("*") if path.is_file()]
        if any(NAME.encode() in text for text in texts):
            raise Fallen("a name of a protected record is in a file beside it")
    elif was_said:
        raise Fallen("it was said that the record is protected, and it is open")
    trial.check_record()


def backing_up(trial: Try) -> str:
    """Make a backup of a protected record in place of an earlier file."""
    of_record = ("--record", str(record_of(trial.folder)), *trial.opened_by())
    file = trial.folder / "record.backup"
    return trial.command("record", "backup", str(file), *of_record, "--overwrite")


def check_backup(trial: Try) -> None:
    """Check that a backup that has its name can be restored, and is there where that was said."""
    was_said, file = trial.code == 0, trial.folder / "record.backup"
    trial.check_record()
    if file.is_file():
        again = Try(trial.folder / "again", kept=trial.kept)
        again.folder.mkdir()
        secret = trial.folder / "passphrase.txt"
        told = again.command(
            *("record", "restore", str(file), "--record", str(record_of(again.folder))),
            *("--passphrase-file", str(secret), "--new-passphrase-file", str(secret)),
            *("--recovery-sheet", str(again.folder / "recovery.html")),
        )
        if again.code != 0:
            raise Fallen(f"a backup with its name cannot be restored: {told}")
        shutil.copy(secret, again.folder)
        again.check_record()
    elif was_said:
        raise Fallen("it was said that there is a backup, and there is none")


def forms(name: str) -> Callable[[Try], None]:
    """Return what prepares forms, a sheet of an earlier day, and what a command makes of them."""

    def prepare(trial: Try) -> None:
        _write_forms(trial.folder)
        before = Try(trial.folder / "whole" / name)
        before.folder.mkdir(parents=True)
        _write_forms(before.folder)
        told = COMMANDS[name](before)
        assert before.code == 0, told

    return prepare


def _write_forms(folder: Path) -> None:
    (folder / "forms").mkdir()
    for number in range(3):
        text = FORM.read_text(encoding="utf-8").replace("DEMO", f"DEMO-{number}")
        (folder / "forms" / f"{number}.yaml").write_text(text, encoding="utf-8")
    (folder / "sheet.html").write_text(EARLIER, encoding="utf-8")


def one_sheet(trial: Try) -> str:
    """Replace a sheet."""
    form, sheet = trial.folder / "forms" / "0.yaml", trial.folder / "sheet.html"
    return trial.command("handout", str(form), "-o", str(sheet), "--overwrite")


def sheets(trial: Try) -> str:
    """Write the sheets of a folder."""
    forms, folder = trial.folder / "forms", trial.folder / "sheets"
    return trial.command(
        "handout", str(forms), "-o", str(folder), "--format", "html", "--overwrite"
    )


def batch(trial: Try) -> str:
    """Judge a folder of forms."""
    names = ("--evidence", "--format", "csv", "--format", "xlsx")
    return trial.command(
        "batch", str(trial.folder / "forms"), "-o", str(trial.folder / "results"), *names
    )


COMMANDS = {"handout": one_sheet, "sheets": sheets, "batch": batch}


def whole(run: Callable[[Try], str], what: str, place: str) -> Callable[[Try], None]:
    """Return a check that a file, or every file of a folder, is whole; and once the command has run
    again, that it is all there.

    Args:
        run: The command.
        what: Its name.
        place: The file or folder that it writes.
    """

    def check(trial: Try) -> None:
        meant, found = trial.folder / "whole" / what / place, trial.folder / place
        _check_files(meant, found, every=trial.code == 0)
        again = Try(trial.folder)
        told = run(again)
        if TRACEBACK in told:
            raise Fallen(f"the next run: {told}")
        if again.code == 0:
            _check_files(meant, found, every=True)
        elif told.count("\n") != 1:
            raise Fallen(f"the next run says more than a line: {told}")

    return check


def _check_files(meant: Path, found: Path, every: bool) -> None:
    """Stop at a file under its final name that is not what it is meant to be, nor what it was."""
    files = [path for path in meant.rglob("[!.]*") if path.is_file()]
    names = [path.relative_to(meant) for path in files] or [Path()]
    for name in names:
        if not (found / name).is_file():
            if every:
                raise Fallen(f"{found / name} is not there")
            continue
        raw = (found / name).read_bytes()
        before = not every and raw == EARLIER.encode()
        if not before and _told(raw) != _told((meant / name).read_bytes()):
            raise Fallen(f"{found / name} is not whole")


def _told(raw: bytes) -> bytes:
    """Return a file without what the folder it was made in puts into it."""
    return re.sub(rb"/[^\s\"<>]*/forms\b", b"forms", raw)


def cached(trial: Try) -> str:
    """Start with an empty cache, and fill it."""
    return trial.command("diagnose", str(FORM))


def check_cached(trial: Try) -> None:
    """Check that the next start works."""
    if told := trial.command("diagnose", str(FORM), watched=False):
        raise Fallen(f"the next start: {told}")


@dataclass
class OwnCache(Try):
    """A run with a cache of its own."""

    def surroundings(self) -> dict[str, str]:
        """Return the environment of its commands."""
        return {**surroundings(self.folder), "XDG_CACHE_HOME": str(self.folder / "cache")}


SCENARIOS = {
    "answers": Scenario(begun, lambda trial: trial.pressed(answering), Try.check_record),
    "finish": Scenario(begun, lambda trial: trial.pressed(finishing), Try.check_record),
    "delete": Scenario(begun, lambda trial: trial.pressed(deleting), deleted),
    "protected": Scenario(locked_up, lambda trial: trial.pressed(answering), Try.check_record),
    "protect": Scenario(begun, protecting, check_protecting),
    "backup": Scenario(locked_up, backing_up, check_backup),
    "migrate": Scenario(first_version, lambda trial: trial.pressed(opening), Try.check_record),
    "handout": Scenario(forms("handout"), one_sheet, whole(one_sheet, "handout", "sheet.html")),
    "sheets": Scenario(forms("sheets"), sheets, whole(sheets, "sheets", "sheets")),
    "batch": Scenario(forms("batch"), batch, whole(batch, "batch", "results")),
    "cache": Scenario(lambda _: None, cached, check_cached),
}
TRIES = {"cache": OwnCache}
"""The kind of run of a scenario, where it is another."""


@dataclass(frozen=True)
class Place:
    """The n-th time that a process or thread of a scenario makes a call."""

    scenario: str
    call: str
    number: int
    end: str


class Bench:
    """The scenarios, each prepared once in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.before: dict[str, Try] = {}
        self.places: Counter[str] = Counter()

    def prepare(self, name: str) -> None:
        """Make what is there before a scenario, and load all that it does."""
        here = self._place(name, "now")
        here.mkdir(parents=True)
        os.environ[LOADED] = str(self.folder / "loaded.json")
        made = self.before[name] = TRIES.get(name, Try)(here)
        SCENARIOS[name].prepare(made)
        shutil.copytree(here, self.folder / name / "before")
        told, code = self.run(trial := self.trial(name))
        if code != 0 or TRACEBACK in told:
            sys.exit(f"error: {name} does not work undisturbed: {told}")
        load(self.folder / "loaded.json")
        SCENARIOS[name].check(trial)
        load(self.folder / "loaded.json")
        del os.environ[LOADED]

    def _place(self, name: str, what: str) -> Path:
        """Return a file or folder of this process."""
        return self.folder / name / f"{what}-{os.getpid()}"

    def trial(self, name: str, under: Sequence[str] = ()) -> Try:
        """Return a fresh run of a prepared scenario."""
        here = self._place(name, "now")
        shutil.rmtree(here, ignore_errors=True)
        shutil.copytree(self.folder / name / "before", here)
        return TRIES.get(name, Try)(here, under, list(self.before[name].kept))

    def run(self, trial: Try) -> tuple[str, int]:
        """Run a scenario; return what it wrote to standard error, and how it ended."""
        return SCENARIOS[trial.folder.parent.name].run(trial), trial.code

    def found(self, name: str) -> list[Place]:
        """Return every place of a scenario, in the order in which they come."""
        log = self._place(name, LOG)
        trial = self.trial(name, watching(log))
        self.run(trial)
        seen: Counter[tuple[str, str]] = Counter()
        drawn: dict[Place, None] = {}
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            match = CALL.match(line)
            if match is None:
                continue
            process, call = line.split(" ", 1)[0], match[1]
            seen[process, call] += 1
            if _is_written(match[2], trial.folder):
                drawn |= {Place(name, call, seen[process, call], end): None for end in ENDS}
        self.places[name] = len(drawn) // len(ENDS)
        return list(drawn)

    def tried(self, place: Place, until: float) -> tuple[str, str]:
        """Try one place, where there is time; return how the run ended, and what fell."""
        if time.monotonic() > until:
            return "", ""
        try:
            return self.outcome(place), ""
        except Fallen as error:
            return "FELL", f"{place.scenario}, {place.end} at {place.call} {place.number}: {error}"

    def outcome(self, place: Place) -> str:
        """Try one place; return how the run ended, or raise `Fallen`."""
        inject = f"inject={place.call}:{ENDS[place.end]}:when={place.number}"
        log = self._place(place.scenario, LOG)
        log.unlink(missing_ok=True)
        trial = self.trial(place.scenario, watching(log, place.call, "-e", inject))
        try:
            told, code = self.run(trial)
            if TRACEBACK in told:
                raise Fallen(told)
            SCENARIOS[place.scenario].check(trial)
        except (subprocess.TimeoutExpired, httpx.TimeoutException):
            if place.end == "error" and _hit_elsewhere(log, trial.folder):
                return "elsewhere"
            raise Fallen(f"hangs for {PATIENCE} s") from None
        except (AssertionError, Fallen) as error:
            if place.end == "error" and _hit_elsewhere(log, trial.folder):
                return "elsewhere"
            raise Fallen(str(error)) from None
        text = log.read_text(encoding="utf-8", errors="replace")
        if "(INJECTED)" not in text and "killed by SIGKILL" not in text:
            return "not reached"
        if place.end == "kill":
            return "killed" if code == -signal.SIGKILL else "a part killed"
        return "went on" if code == 0 else "told"


def _is_written(call: str, folder: Path) -> bool:
    """Whether a call is about a file of a scenario that it writes: not one that it only reads, nor
    the file with what it says.
    """
    about = HERE.sub("", call)
    return str(folder) in about and not any(name in about for name in NOT_WRITTEN)


def _hit_elsewhere(log: Path, folder: Path) -> bool:
    """Whether a call failed that is about no file of the scenario. strace counts the calls of each
    thread, and those of a library come now in one thread, now in another: a call may fail then that
    never fails, such as the one by which threads wake each other.
    """
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    hit = [match for line in lines if "(INJECTED)" in line and (match := CALL.match(line))]
    return any(not _is_written(match[2], folder) for match in hit)


def watching(
    log: Path, calls: str = ",".join(f"?{call}" for call in CALLS), *more: str
) -> list[str]:
    """Return the command that watches a process."""
    return ["strace", "-f", "-y", "-s", "0", "-o", str(log), "-e", f"trace={calls}", *more]


def tried(
    bench: Bench, names: Sequence[str], seconds: float, seed: int
) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Try all places, or some as long as there is time; return how often each scenario ended how,
    and what fell.
    """
    until = time.monotonic() + seconds if seconds else float("inf")
    chance = Random(seed)
    ends: Counter[tuple[str, str]] = Counter()
    fallen: list[str] = []
    for name in chance.sample(names, len(names)):
        bench.prepare(name)
        places = bench.found(name)
        share = max(seconds / len(names), LEAST_SHARE) if seconds else float("inf")
        tries = chance.sample(places, len(places))
        for end, fell in _at_once(bench, tries, time.monotonic() + share):
            ends[name, end] += bool(end)
            fallen += [fell] if fell else []
        print(told_of(bench, name, ends), flush=True)
        if time.monotonic() > until:
            break
    return ends, fallen


def _at_once(bench: Bench, places: Sequence[Place], until: float) -> list[tuple[str, str]]:
    """Try places in a few processes, which have loaded what this one has."""
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(AT_ONCE, context) as processes:
        return list(processes.map(bench.tried, places, [until] * len(places)))


def told_of(bench: Bench, name: str, ends: Counter[tuple[str, str]]) -> str:
    """Return the line of a scenario."""
    counts = {end: count for (of, end), count in sorted(ends.items()) if of == name and end}
    said = ", ".join(f"{end} {count}" for end, count in counts.items())
    return f"{name:<10} {bench.places[name]:>6} {sum(counts.values()):>6}  {said}"


def main() -> None:
    """Prepare, count, try, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=0, help="Stop after about so many.")
    parser.add_argument("--seed", type=int, default=1, help="Draws the places tried.")
    parser.add_argument("--scenario", action="append", choices=SCENARIOS, help="Only these.")
    options = parser.parse_args()
    if shutil.which("strace") is None:
        sys.exit("error: strace is not installed, and nothing was tried; apt-get install strace")
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        seal_quickly()
        recall_knowledge()
        print(f"{'scenario':<10} {'places':>6} {'tried':>6}  outcomes (seed {options.seed})")
        bench, names = Bench(folder), options.scenario or list(SCENARIOS)
        ends, fallen = tried(bench, names, options.seconds, options.seed)
    for text in fallen:
        print(f"\n{text}")
    tries = sum(ends.values())
    print(f"\n{sum(bench.places.values())} places, {tries} tries, {len(fallen)} fell")
    sys.exit(bool(fallen))


if __name__ == "__main__":
    main()
