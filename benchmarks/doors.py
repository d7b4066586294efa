"""Send broken requests to every door of `serve`, and see how it answers.

    python benchmarks/doors.py --seconds 600 --seed 7

Each request begins as one that a browser or a program may send, and is then changed at random:
bytes turned, cut, doubled, put in; lines of the head doubled or swapped; lengths that lie. Every
answer must be a refusal or an answer, never a failure (500); nothing that was sent may stand in
what the server writes, it must live on, and end well. Ends with exit code 1 otherwise.
"""

import argparse
import os
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from driven import ANSWERS, Server, serving
from starlette.routing import Route

from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge import load_knowledge
from hingeexpert.record import Record
from hingeexpert.web.app import page_routes
from hingeexpert.web.settings import Settings

MARKER = "Zebulon Quizzleworth"
MORE_DOORS = (
    *(("GET", "/api/knowledge"), ("GET", "/api/openapi.json"), ("POST", "/api/diagnose")),
    *(("GET", "/page.css"), ("GET", "/static/page.js"), ("GET", "/open?token=x")),
    *(("GET", "/login"), ("POST", "/login"), ("GET", "/nowhere"), ("GET", "/protect")),
    *(("GET", "/unlock"), ("POST", "/unlock"), ("GET", "/recover"), ("POST", "/recover")),
    *(("POST", "/lock"), ("POST", "/awake"), ("POST", "/keep-open")),
)
BODIES = (
    "name=stick.sacrum&value=lost&version=1",
    f"name=name&value={MARKER}&seen=",
    "version=2&nameless=yes",
    '{"safety": {"screen": "all_no"}, "stick": {"done": "yes", "sacrum": "lost"}}',
    f'{{"patient": {{"name": "{MARKER}"}}}}',
    "",
)
PIECES: Sequence[bytes] = (
    *(b"\r\n", b"\n", b"\x00", b"\xff\xfe", b"%00", b"%2e%2e%2f", b"/../", b"?", b"&", b"=", b";"),
    *(b"{", b"[[[[[[[[", b'"', b"\\u0000", b"9" * 400, b"-1", b"1e999", b"NaN", b" ", b"\t"),
    *(b"A" * 9000, "\u202e\U0001f9b4".encode(), MARKER.encode(), b"<script>", b"{{7*7}}"),
    *(b"Transfer-Encoding: chunked\r\n", b"Content-Length: 5\r\n", b"Expect: 100-continue\r\n"),
    *(b"Host: evil.example\r\n", b"Connection: keep-alive\r\n", b"Content-Encoding: gzip\r\n"),
)
PACE = 0.012
"""Seconds from one request to the next, below what the server allows to one browser."""
WAITS = 0.5
"""Seconds after which a request that is not answered counts as one that the server waits for."""
UNAVAILABLE = (503, 507)


def doors(folder: Path) -> list[tuple[str, str]]:
    """Return method and path of every door, as the program itself lists them."""
    knowledge = load_knowledge(data_folder("rules"))
    record = Record(folder / "doors.sqlite")
    routes = page_routes(Settings(knowledge, 0, print), record)
    record.close()
    own = [
        (method, route.path)
        for route in routes
        if isinstance(route, Route)
        for method in sorted(route.methods or ())
    ]
    return [*own, *MORE_DOORS]


def turned(chance: Random, raw: bytes) -> bytes:
    """Turn one byte into another."""
    at = chance.randrange(len(raw))
    return raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :]


def cut(chance: Random, raw: bytes) -> bytes:
    """Take a part out."""
    first, last = sorted(chance.randrange(len(raw)) for _ in range(2))
    return raw[:first] + raw[last:]


def doubled(chance: Random, raw: bytes) -> bytes:
    """Write a part twice."""
    first, last = sorted(chance.randrange(len(raw)) for _ in range(2))
    return raw[:last] + raw[first:last] + raw[last:]


def put_in(chance: Random, raw: bytes) -> bytes:
    """Put something in that means something somewhere."""
    at = chance.randrange(len(raw))
    return raw[:at] + chance.choice(PIECES) + raw[at:]


def shuffled(chance: Random, raw: bytes) -> bytes:
    """Swap the lines of the head, and write one of them twice."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    lines += [chance.choice(lines)] if lines else []
    chance.shuffle(lines)
    return b"\r\n".join([first, *lines]) + b"\r\n\r\n" + body


CHANGES: Sequence[Callable[[Random, bytes], bytes]] = (turned, cut, doubled, put_in, shuffled)


class Sender:
    """Sends requests to a server, and counts how they are answered."""

    def __init__(self, server: Server, places: Sequence[tuple[str, str]], chance: Random) -> None:
        assert server.browser is not None
        self.server, self.places, self.chance = server, places, chance
        self.port = server.browser.base_url.port
        cookies = "; ".join(f"{name}={text}" for name, text in server.browser.cookies.items())
        self.cookie = f"Cookie: {cookies}\r\n"
        self.answers: Counter[str] = Counter()
        self.failed: list[bytes] = []
        self.visit = self.person = "none"

    def begin(self) -> None:
        """Begin a visit, so that its doors lead somewhere."""
        address = self.server.begin()
        assert address is not None
        self.visit = address.rpartition("/")[2]
        for name, value in ANSWERS:
            self.server.answer(address, name, value)
        self.person = self.server.everything()["people"][0]["id"]

    def request(self) -> bytes:
        """Return a request as it should be, then changed up to three times."""
        method, path = self.chance.choice(self.places)
        path = path.replace("{visit}", self.visit).replace("{person}", self.person)
        body = self.chance.choice(BODIES).encode() if method == "POST" else b""
        kind = (
            "application/json" if path.startswith("/api") else "application/x-www-form-urlencoded"
        )
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Origin: http://127.0.0.1:{self.port}\r\nSec-Fetch-Site: same-origin\r\n"
            f"{self.chance.choice((self.cookie, self.cookie, ''))}"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        raw = head.encode() + body
        for _ in range(self.chance.randrange(4)):
            raw = self.chance.choice(CHANGES)(self.chance, raw) or b"\r\n"
        return raw

    def send(self, raw: bytes) -> None:
        """Send a request, and note what came."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=WAITS) as connection:
            try:
                connection.sendall(raw)
                answer = connection.recv(65536)
            except TimeoutError:
                self.answers["waits"] += 1
                return
            except OSError:
                answer = b""
        status = answer[9:12].decode("latin-1") if answer.startswith(b"HTTP/1.1 ") else "closed"
        self.answers[status] += 1
        if status >= "500" and status.isdigit() and int(status) not in UNAVAILABLE:
            self.failed.append(raw)


def sent(folder: Path, seconds: float, chance: Random) -> tuple[Counter[str], list[str]]:
    """Send requests for a while; return how often what was answered, and what fell."""
    places = doors(folder)
    with serving(folder) as server:
        sender = Sender(server, places, chance)
        sender.begin()
        until = time.monotonic() + seconds
        while time.monotonic() < until and server.process.poll() is None:
            if sum(sender.answers.values()) % 1000 == 999:
                sender.begin()  # the person may have been deleted
            sender.send(sender.request())
            time.sleep(PACE)
        fallen = [f"answered with a failure: {raw!r}" for raw in sender.failed]
        if server.process.poll() is not None:
            fallen.append("the server is gone")
        elif server.everything()["visits"] is not None and server.end() != 0:
            fallen.append("the server does not end well")
        told = server.told.read_text(encoding="utf-8")
    if any(word in told for word in MARKER.split()):
        fallen.append(f"standard error holds what was sent: {told}")
    return sender.answers, fallen


def main() -> None:
    """Send, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=600, help="Stop after about so many.")
    parser.add_argument("--seed", type=int, default=1, help="Draws the requests.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        answers, fallen = sent(folder, options.seconds, Random(options.seed))
    print(", ".join(f"{status} {count}" for status, count in sorted(answers.items())))
    print("\n".join(fallen))
    print(f"{sum(answers.values())} requests, {len(fallen)} fell (seed {options.seed})")
    sys.exit(bool(fallen))


if __name__ == "__main__":
    main()
