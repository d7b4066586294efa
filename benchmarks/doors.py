"""Send broken requests to every door of `serve`, and see how it answers.

    python benchmarks/doors.py --seconds 600 --seed 7

Each request begins as one that a browser or a program may send, and is then changed at random:
bytes turned, cut, doubled, put in; lines of the head doubled or swapped; lengths that lie. Every
answer must be a refusal or an answer, never a failure (500); no name that was sent may stand in
what the server writes or on a card, it must live on, and end well. Ends with exit code 1 otherwise.
"""

import argparse
import json
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
from hingeexpert.web.application import page_routes
from hingeexpert.web.settings import Settings

MARKER = "Zebulon Quizzleworth"
MORE_DOORS = (
    *(("GET", "/api/knowledge"), ("GET", "/api/openapi.json"), ("POST", "/api/diagnose")),
    *(("GET", "/page.css"), ("GET", "/static/page.js"), ("GET", "/open?token=x")),
    *(("GET", "/login"), ("POST", "/login"), ("GET", "/nowhere"), ("GET", "/protect")),
    *(("GET", "/unlock"), ("POST", "/unlock"), ("GET", "/recover"), ("POST", "/recover")),
    *(("POST", "/lock"), ("POST", "/awake"), ("POST", "/keep-open")),
    *(("GET", "/fhir/metadata"), ("GET", "/fhir/Questionnaire/hinge"), ("HEAD", "/fhir/metadata")),
    *(("POST", "/fhir/QuestionnaireResponse/$extract"),) * 4,
    *(("POST", "/fhir/QuestionnaireResponse/%24extract"), ("PUT", "/fhir/Questionnaire/hinge")),
    *(("GET", "/fhir/Questionnaire?url=x"), ("GET", "/cds/{cds}/cds-services")),
    *(("POST", "/cds/{cds}/cds-services/hip-hinge"),) * 4,
    *(("POST", "/cds/{cds}/cds-services/hip-hinge/feedback"),) * 2,
    *(("OPTIONS", "/cds/{cds}/cds-services/hip-hinge"), ("GET", "/cds/{cds}/../cds-services")),
)
EHR, CRLF = "https://ehr.example", "\r\n"
"""The origin whose pages may ask for cards, and what ends a line of a head."""
_FORM = {
    "resourceType": "QuestionnaireResponse",
    "id": "r1",
    "status": "completed",
    "subject": {"reference": "Patient/p1", "display": MARKER},
    "author": {"display": MARKER},
    "item": [
        {"linkId": "patient.name", "answer": [{"valueString": MARKER}]},
        {"linkId": "safety.saddle_numbness", "answer": [{"valueCoding": {"code": "yes"}}]},
        {"linkId": "stick.depth_degrees", "answer": [{"valueDecimal": 30.0}]},
    ],
}
_FOUND = {"resourceType": "Bundle", "entry": [{"resource": _FORM}]}
_PATIENT = {"resourceType": "Patient", "id": "p1", "name": [{"text": MARKER}]}
_CALL = {
    "hook": "patient-view",
    "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
    "context": {"userId": "Practitioner/1", "patientId": "p1"},
    "prefetch": {"patient": _PATIENT, "responses": _FOUND},
}
_TOLD = {
    "card": "9368d37b-283f-44a0-93ea-547cebab93ed",
    "outcome": "overridden",
    "outcomeTimestamp": "2026-11-20T10:00:00Z",
    "overrideReason": {"reason": {"code": "referred"}, "userComment": MARKER},
}
RESOURCES = [json.dumps(each) for each in (_FORM, _FOUND, _CALL, {"feedback": [_TOLD]})]
"""What programs of other systems send."""
BODIES = (
    "name=stick.sacrum&value=lost&version=1",
    f"name=name&value={MARKER}&seen=",
    "version=2&nameless=yes",
    '{"safety": {"screen": "all_no"}, "stick": {"done": "yes", "sacrum": "lost"}}',
    f'{{"patient": {{"name": "{MARKER}"}}}}',
    "",
)
OF_JSON = [
    *('{"item": [' * 3000, " " * 100_000, '"answer": [{}, null, 1]', '"valueBoolean": true,'),
    *('"resourceType": "Bundle",', "1e400", "9" * 60, "[]", "null", '"item": {}', '"linkId": 7,'),
]
"""What is put into them."""
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
        self.named: list[bytes] = []
        self.visit = self.person = "none"
        assert server.process.stdout is not None
        base_of_cards = server.process.stdout.readline().split()[0]
        self.cds = base_of_cards.rpartition("/")[2]

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
        path = path.replace("{cds}", self.cds)
        is_of_others = path.startswith(("/fhir", "/cds"))
        body = self.body(is_of_others=is_of_others) if method in ("POST", "PUT") else b""
        is_json = is_of_others or path.startswith("/api")
        kind = "application/json" if is_json else "application/x-www-form-urlencoded"
        own = f"Origin: http://127.0.0.1:{self.port}\r\nSec-Fetch-Site: same-origin\r\n"
        asks_before = "Access-Control-Request-Method: POST\r\n" if method == "OPTIONS" else ""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"{f'Origin: {EHR}' + CRLF if path.startswith('/cds') else own}{asks_before}"
            f"{self.chance.choice((self.cookie, self.cookie, ''))}"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        raw = head.encode() + body
        for _ in range(self.chance.randrange(4)):
            raw = self.chance.choice(CHANGES)(self.chance, raw) or b"\r\n"
        return raw

    def body(self, *, is_of_others: bool) -> bytes:
        """Return a body; one that programs send is often changed in places that mean something."""
        if not is_of_others:
            return self.chance.choice(BODIES).encode()
        text = self.chance.choice(RESOURCES)
        for _ in range(self.chance.randrange(3)):
            places = [place for place, letter in enumerate(text) if letter in "{[,:"]
            at = self.chance.choice(places) + 1
            text = text[:at] + self.chance.choice(OF_JSON) + text[at:]
        return text.encode()

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
        if b" /cds/" in raw and any(word.encode() in answer for word in MARKER.split()):
            self.named.append(raw)
        if status >= "500" and status.isdigit() and int(status) not in UNAVAILABLE:
            self.failed.append(raw)


def sent(folder: Path, seconds: float, chance: Random) -> tuple[Counter[str], list[str]]:
    """Send requests for a while; return how often what was answered, and what fell."""
    places = doors(folder)
    with serving(folder, "--fhir", "--cds", "--cds-origin", EHR) as server:
        sender = Sender(server, places, chance)
        sender.begin()
        until = time.monotonic() + seconds
        while time.monotonic() < until and server.process.poll() is None:
            if sum(sender.answers.values()) % 1000 == 999:
                sender.begin()  # the person may have been deleted
            sender.send(sender.request())
            time.sleep(PACE)
        fallen = [f"answered with a failure: {raw!r}" for raw in sender.failed]
        fallen += [f"a name stands in the answer to: {raw!r}" for raw in sender.named]
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
