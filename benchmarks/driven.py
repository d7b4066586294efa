"""A `hingeexpert serve` of its own process that the attacking scripts drive: pressed as a browser
presses, stopped in any way, started again, and asked for all that its record holds.
"""

import io
import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TextIO

import httpx

COMMAND = (sys.executable, "-m", "hingeexpert")
VERSION = re.compile(r'id="version" value="(\d+)"')
PERSON = re.compile(r'href="(/people/[^/"]+)"')
PATIENCE = 60
"""Seconds after which a server that does not answer, or does not end, counts as hanging."""
WELL = (200, 303)
ANSWERS: Sequence[tuple[str, str]] = (
    ("stick.sacrum", "lost"),
    ("stick.head", "kept"),
    ("safety.saddle_numbness", "no"),
    ("stick.midback", "kept"),
)
"""What is answered again and again, each time with another visit."""


@dataclass(frozen=True)
class Kept:
    """One thing of which the server said that it is kept: an answer, or, with the empty name, the
    end of the visit.
    """

    visit: str
    name: str
    value: str


class Process(Protocol):
    """A process, as far as it is driven here; that of `subprocess.Popen` is one."""

    stdout: TextIO | None

    def poll(self) -> int | None:
        """Return how it ended, `None` before it did."""

    def wait(self, timeout: float) -> int:
        """Return how it ended, once it has."""

    def send_signal(self, number: int) -> None:
        """Send it a signal."""

    def kill(self) -> None:
        """End it at once."""


Begin = Callable[[Sequence[str], Path, Mapping[str, str]], Process]
"""Begins the program, with these words, this file for its standard error, and this environment."""


@dataclass
class Server:
    """A server that may be gone at any moment.

    Attributes:
        process: Its process.
        browser: Speaks to it as a page does; `None` where it did not start.
        kept: Everything of which it said that it is kept.
        told: The file with what it wrote to standard error.
        versions: Of each visit the version that the last answer showed.
    """

    process: Process
    told: Path
    browser: httpx.Client | None = None
    kept: list[Kept] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)

    def send(self, path: str, **fields: str) -> httpx.Response | None:
        """Press something; return the answer, if one came."""
        if self.browser is None:
            return None
        try:
            return self.browser.post(path, data=fields)
        except httpx.TimeoutException:
            raise
        except httpx.HTTPError:
            return None

    def read(self, path: str) -> httpx.Response | None:
        """Open a page; return it, if it came."""
        if self.browser is None:
            return None
        try:
            return self.browser.get(path)
        except httpx.TimeoutException:
            raise
        except httpx.HTTPError:
            return None

    def begin(self) -> str | None:
        """Begin a visit of somebody new; return its address where the server said so."""
        answer = self.send("/visits")
        return answer.headers["location"] if answer and answer.status_code == 303 else None

    def version(self, address: str) -> str:
        """Return the version of a visit, as it was last seen, or as its page shows it."""
        return self.versions.pop(address, "") or _version(self.read(address))

    def answer(self, address: str, name: str, value: str) -> None:
        """Answer a question; what the server says is kept is noted."""
        version = self.version(address)
        sent = self.send(f"{address}/answer", name=name, value=value, version=version)
        if sent and sent.status_code in WELL:
            self.kept.append(Kept(address.rpartition("/")[2], name, value))
            self.versions[address] = _version(sent)

    def finish(self, address: str) -> None:
        """Finish a visit."""
        version = self.version(address)
        sent = self.send(f"{address}/finish", version=version, nameless="yes")
        if sent and sent.status_code == 303 and sent.headers["location"].endswith("/done"):
            self.kept.append(Kept(address.rpartition("/")[2], "", "finish"))

    def everything(self) -> Mapping[str, list[dict[str, Any]]]:
        """Return people, visits and events, as the export holds them."""
        answer = self.read("/export.zip")
        assert answer is not None, "the server does not answer"
        assert answer.status_code == 200, f"the export is answered with {answer.status_code}"
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            return {
                name: [json.loads(line) for line in archive.read(f"{name}.jsonl").splitlines()]
                for name in ("people", "visits", "events")
            }

    def missing(self, kept: Sequence[Kept]) -> list[Kept]:
        """Return what was said to be kept, and is not in the record."""
        events = self.everything()["events"]
        found = {
            Kept(event["visit"], name, str(value))
            for event in events
            for name, value in event["data"].get("given", {}).items()
        }
        found |= {
            Kept(event["visit"], "", "finish") for event in events if event["kind"] == "finish"
        }
        return [item for item in kept if item not in found]

    def end(self) -> int:
        """Ask it to end, and return how it did."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


def _version(answer: httpx.Response | None) -> str:
    """Return the version of a visit that an answer shows, if it does."""
    found = VERSION.search(answer.text) if answer else None
    return found[1] if found else ""


def begun(words: Sequence[str], told: Path, environment: Mapping[str, str]) -> Process:
    """Begin the program in a process of its own."""
    with told.open("w", encoding="utf-8") as errors:
        return subprocess.Popen(
            [*COMMAND, *words],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=environment,
        )


@contextmanager
def serving(folder: Path, *arguments: str, begin: Begin = begun) -> Iterator[Server]:
    """Start a server over the record of a folder, until the block ends.

    Args:
        folder: Where its record lies, and all that it may write.
        arguments: More of the command.
        begin: Starts it.
    """
    told, record = folder / "stderr.txt", str(record_of(folder))
    words = ["serve", "--port", "0", "--no-browser", *arguments, "--record", record]
    process = begin(words, told, surroundings(folder))
    server = Server(process, told)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        if not address:
            yield server
            return
        origin = address.partition("/open")[0]
        head = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
        with httpx.Client(base_url=origin, headers=head, timeout=PATIENCE) as browser:
            server.browser = browser
            server.read(address)
            server.send("/keep-open")  # what the first start asks
            yield server
    finally:
        process.kill()
        process.wait(PATIENCE)
        if process.stdout is not None:
            process.stdout.close()


def record_of(folder: Path) -> Path:
    """Return where the record of a folder lies."""
    return folder / "record" / "record.sqlite"


def surroundings(folder: Path) -> dict[str, str]:
    """Return the environment of a process that writes nowhere but into a folder; the cache is that
    of the script.
    """
    own = {name: str(folder) for name in ("HOME", "XDG_DATA_HOME", "TMPDIR")}
    return {**os.environ, **own, "PYTHONPATH": str(Path(__file__).parent.parent)}
