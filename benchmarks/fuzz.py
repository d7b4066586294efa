"""Damage files on purpose, and see whether each reader ends with a sentence.

    python benchmarks/fuzz.py --seconds 600 [--reader all] [--seed 1] [--keep DIR] [--list]

Every try is one damaged file, read in a process of its own that may take 10 s and, beyond what it
has at its start, 500 MB and 20 times the file's size. A try is well where the file is read, or
refused with a `HingeError` or defects of rows. It falls where anything else comes of it: another
exception, a panic, an end by a signal, too much time or memory. `--keep` saves what falls.
"""

import argparse
import os
import random
import re
import resource
import select
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fuzz_elsewhere import samples_elsewhere
from fuzz_files import Damage, samples
from fuzz_readers import READERS, Reader, knowledge, warmed_up

SECONDS = 10.0
"""That one try may take, on a processor of its own."""
MOST_MB, MOST_TIMES = 500, 20
"""Memory that it may take beyond the start, and how many times the file's size on top."""
ROOM_MB = 6000
"""Memory at which a try is ended."""
TOGETHER = 20
"""Tries that one process makes, as starting it takes longer than most."""
MOST_KEPT = 3
"""Files that are kept of those that fall alike."""
WELL = ("read", "refused")


@dataclass(frozen=True)
class Outcome:
    """What came of one try: a word, and in one line why it fell."""

    word: str
    why: str = ""


def main() -> None:
    """Try each reader in turn, and say what came of it."""
    options = _options()
    names = list(READERS) if "all" in options.reader else options.reader
    if options.list:
        print(*READERS, sep="\n")
        return
    warmed_up(names)
    fallen = 0
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        tempfile.tempdir = folder  # children clear nothing away
        for name in names:
            share = options.seconds / len(names)
            fallen += tried(READERS[name], share, options, Path(folder))
    sys.exit(1 if fallen else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60, help="in all, shared by the readers")
    parser.add_argument("--reader", nargs="+", default=["all"], choices=["all", *READERS])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for the files that fell")
    parser.add_argument("--list", action="store_true", help="name the readers")
    return parser.parse_args()


def tried(reader: Reader, seconds: float, options: argparse.Namespace, folder: Path) -> int:
    """Damage files of a reader until the time is over.

    Returns:
        How many tries fell.
    """
    damage = Damage(random.Random(f"{options.seed} {reader.name}"))
    sound = [*samples(reader.name, folder), *samples_elsewhere(reader.name, knowledge())]
    outcomes: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    path = folder / f"damaged.{reader.ending}"
    start = time.monotonic()
    while (used := time.monotonic() - start) < seconds:
        fitting = round(outcomes.total() / used * (seconds - used))
        chosen = damage.random.choices(sound, k=min(max(fitting, 1), TOGETHER))
        contents = [damage.of(reader.name, content) for content in chosen]
        for content, outcome in zip(contents, outcomes_of(contents, reader, path), strict=True):
            outcomes[outcome.word] += 1
            if outcome.word in WELL:
                continue
            kind = f"{outcome.word}: {outcome.why}"
            kinds[kind] += 1
            if options.keep and kinds[kind] <= MOST_KEPT:
                options.keep.mkdir(parents=True, exist_ok=True)
                number = sum(outcomes.values())
                (options.keep / f"{reader.name}-{number}.{reader.ending}").write_bytes(content)
    told = ", ".join(f"{count} {word}" for word, count in outcomes.most_common())
    print(f"{reader.name:10} {sum(outcomes.values()):6} tries: {told}", flush=True)
    for kind, count in kinds.most_common():
        print(f"    {count:5} {kind}", flush=True)
    return kinds.total()


def outcomes_of(contents: Sequence[bytes], reader: Reader, path: Path) -> Iterator[Outcome]:
    """Yield what comes of each file, read in a child of this process; where it ends over one,
    another child goes on behind that.
    """
    done = 0
    while done < len(contents):
        child = Child(contents[done:], reader, path)
        for outcome in child.outcomes():
            done += 1
            yield outcome


class Child:
    """A process that reads files one after the other, and says of each how that ended."""

    def __init__(self, contents: Sequence[bytes], reader: Reader, path: Path) -> None:
        self._left = len(contents)
        self._here, there = os.pipe()
        sys.stdout.flush()
        self._process = os.fork()
        if not self._process:
            os.close(self._here)
            _in_child(contents, reader, path, there)
        os.close(there)

    def outcomes(self) -> Iterator[Outcome]:
        """Yield what comes of each file, up to the first over which the process ends."""
        with os.fdopen(self._here, encoding="utf-8", errors="replace") as said:
            for _ in range(self._left):
                ended = self._ended_over_it()
                line = "" if ended else said.readline()
                if not line.endswith("\n"):
                    yield ended or self._how_it_ended()
                    return
                word, why = line.rstrip("\n").split("\t")
                yield Outcome(word, why)
        os.waitpid(self._process, 0)

    def _ended_over_it(self) -> Outcome | None:
        """Wait for the next word; end the process where it takes too much."""
        before, end = _used(self._process), time.monotonic() + 3 * SECONDS
        while not select.select([self._here], [], [], 0.05)[0]:
            if _used(self._process) - before > SECONDS or time.monotonic() > end:
                return self._killed("too slow")
            if _held_mb(self._process) > ROOM_MB:
                return self._killed("too large")
        return None

    def _killed(self, word: str) -> Outcome:
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        return Outcome(word)

    def _how_it_ended(self) -> Outcome:
        _, status = os.waitpid(self._process, 0)
        if os.WIFSIGNALED(status):
            return Outcome("ended", signal.Signals(os.WTERMSIG(status)).name)
        return Outcome("ended", f"without a word, exit code {os.waitstatus_to_exitcode(status)}")


def _in_child(contents: Sequence[bytes], reader: Reader, path: Path, there: int) -> None:
    """Read files, say how each ended, and never come back."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    for content in contents:
        path.write_bytes(content)
        os.write(there, f"{_one(reader, path, len(content))}\n".encode("utf-8", "replace"))
    os._exit(0)


def _one(reader: Reader, path: Path, size: int) -> str:
    """Read one file, and return a word and why."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
    before = _peak_mb()
    try:
        word = reader.read(path)
    except BaseException as error:
        return f"traceback\t{_place(error)}"
    allowed = MOST_MB + MOST_TIMES * size / (1 << 20)
    more = _peak_mb() - before
    return f"too large\t{more:.0f} MB" if more > allowed else f"{word}\t"


def _place(error: BaseException) -> str:
    """Return in one line what was raised, and where."""
    steps = traceback.extract_tb(error.__traceback__)
    ours = [step for step in steps if "/hingeexpert/" in step.filename] or list(steps)
    said = re.sub(r"(0x)?\d[\da-f]*|b['\"].*", "…", " ".join(str(error).split()))[:80]
    return f"{type(error).__name__} in {Path(ours[-1].filename).name} {ours[-1].name}: {said}"


def _peak_mb() -> float:
    """Return the most memory that this process has held."""
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return int(text.split("VmHWM:")[1].split()[0]) / 1024


def _used(process: int) -> float:
    """Return the processor time of a process in seconds."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _held_mb(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / (1 << 20)


if __name__ == "__main__":
    main()
