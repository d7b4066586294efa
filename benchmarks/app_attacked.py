"""An app in a browser with a profile of its own, which attacks start, kill and look into.

What is asked goes the way of the pages: through the window to the worker, one thing after another.
"""

import re
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from app_ways import STANDS
from browser_device import BrowserDevice
from playwright.sync_api import Page, Playwright

FORM = {"content-type": "application/x-www-form-urlencoded"}
PRESS = {"hx-request": "true"}
VERSION = re.compile(r'id="version" value="(\d+)"')
SAID = re.compile(r"<h1[^>]*>(.*?)</h1>|role=\"alert\"[^>]*>(.*?)</p>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
OK, KEPT = 200, (200, 204, 303)
PATIENCE = 180.0
"""Seconds after which what is waited for does not come any more."""
LOOK = 0.02
ASK = """async ([method, address, headers, letters]) => {
  const body = letters === null ? null : Uint8Array.fromBase64(letters);
  const answer = await answering.ask(method, address, headers, body);
  return [answer.status, answer.headers, answer.body.toBase64()];
}"""
ASK_ONLY = """([method, address, headers, text]) => {
  void answering.ask(method, address, headers, new TextEncoder().encode(text)).catch(() => {});
}"""
STATE = """async (place) => {
  const came = (request) => new Promise((done) => {
    request.onsuccess = () => done(request.result);
  });
  const database = await came(indexedDB.open(`hingeexpert ${place}`));
  const found = [];
  for (const name of ["blocks", "about", "keys"]) {
    const items = database.transaction(name).objectStore(name);
    found.push(name, await came(items.getAllKeys()), await came(items.getAll()));
  }
  database.close();
  const text = JSON.stringify(found, (_, value) => ArrayBuffer.isView(value) ? [...value] : value);
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(hash).toHex();
}"""


class FallenError(Exception):
    """A claim does not hold."""


def holds(claim: bool, *about: object) -> None:
    """Raise `FallenError` where a claim does not hold."""
    if not claim:
        raise FallenError(*about)


@dataclass(frozen=True)
class Told:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """Return the page."""
        return self.body.decode("utf-8", "replace")

    @property
    def said(self) -> str:
        """Return its heading, and what it says is wrong."""
        found = ("".join(groups) for groups in SAID.findall(self.text))
        return " | ".join(" ".join(TAG.sub(" ", text).split()) for text in found)


class Attacked:
    """An app with all that its browser keeps."""

    def __init__(self, playwright: Playwright, profile: Path, url: str, sealed: bool) -> None:
        """Make one that is closed.

        Args:
            playwright: Opens the browser.
            profile: Folder of what the browser keeps.
            url: Where the app lies.
            sealed: Whether its record is to be protected.
        """
        self.device = BrowserDevice(playwright, profile, url, slow=False)
        self.profile, self.url, self.sealed = profile, url, sealed
        self.place = "file" if url.startswith("file:") else "/"
        self.passphrase = self.recovery = ""
        self.page: Page
        self.noise: list[str] = []

    def open(self, address: str = "/") -> None:
        """Open the browser at a page of the app, and wait until one stands."""
        self.page = self.device.open()
        self.page.on("console", lambda message: self.noise.append(message.text))
        self.page.on("pageerror", lambda error: self.noise.append(str(error)))
        self.goto(address)

    def goto(self, address: str = "/") -> None:
        """Load the app anew, at a page."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.url}#{address}")
        self.stands()

    def stands(self) -> None:
        """Wait until a page stands."""
        until(lambda: bool(self.page.evaluate(STANDS)))

    def close(self) -> None:
        """Close the browser."""
        self.device.close()

    def kill(self) -> None:
        """End every process of the browser at once."""
        self.device.kill()

    def begin(self) -> None:
        """Choose how the record is kept."""
        if not self.sealed:
            holds(self.post("/keep-open").status in KEPT, "keep-open")
            return
        self.passphrase = self.page.inner_text("#drawn")
        told = self.protect()
        holds(told.status == OK, told.said)

    def protect(self) -> Told:
        """Protect the record; the recovery key that is shown is noted."""
        told = self.post("/protect", passphrase=self.passphrase, again=self.passphrase)
        self.recovery = recovery_key(told) or self.recovery
        return told

    def unlock(self) -> None:
        """Type the passphrase, where the record is sealed."""
        if self.sealed:
            told = self.post("/unlock", passphrase=self.passphrase)
            holds(told.status in KEPT, told.status, told.said)

    def again(self) -> None:
        """Load the page anew, and unlock."""
        self.goto()
        self.unlock()

    def get(self, address: str) -> Told:
        """Ask for a page."""
        return self.ask("GET", address, {}, None)

    def post(self, address: str, /, press: bool = False, **fields: str) -> Told:
        """Send a form, or what a press sends."""
        headers = FORM | (PRESS if press else {})
        return self.ask("POST", address, headers, urlencode(fields).encode())

    def ask(
        self, method: str, address: str, headers: Mapping[str, str], body: bytes | None
    ) -> Told:
        """Ask for anything."""
        letters = None if body is None else b64encode(body).decode()
        status, heads, came = self.page.evaluate(ASK, [method, address, headers, letters])
        return Told(status, heads, b64decode(came))

    def upload(self, address: str, fields: Mapping[str, str], **files: bytes) -> Told:
        """Send a form with files."""
        pieces = [_part(f'name="{name}"', text.encode()) for name, text in fields.items()]
        for name, content in files.items():
            pieces.append(_part(f'name="{name}"; filename="{name}.age"', content))
        body = b"".join(pieces) + b"--edge--\r\n"
        kind = {"content-type": "multipart/form-data; boundary=edge"}
        return self.ask("POST", address, kind, body)

    def post_only(self, address: str, /, **fields: str) -> None:
        """Send what a press sends, and wait for nothing."""
        self.page.evaluate(ASK_ONLY, ["POST", address, FORM | PRESS, urlencode(fields)])

    def new_visit(self) -> str:
        """Begin a visit, and return its address."""
        told = self.post("/visits")
        holds(told.status == 303, told.status, told.said)
        return told.headers["location"]

    def answer(self, visit: str, name: str, value: str) -> Told:
        """Answer a question."""
        return self.post(f"{visit}/answer", press=True, **self.answering(visit, name, value))

    def answering(self, visit: str, name: str, value: str) -> dict[str, str]:
        """Return what a press on an answer sends."""
        found = VERSION.search(self.get(visit).text)
        holds(found is not None, "no version")
        return {"version": found[1] if found else "", "name": name, "value": value}

    def worker(self, lines: str, *given: object) -> Any:
        """Do something inside the worker."""
        return self.page.workers[0].evaluate(f"async (given) => {{ {lines} }}", list(given))


def state(app: Attacked) -> str:
    """Return the hash of all that lies on the device."""
    return str(app.page.evaluate(STATE, app.place))


def recovery_key(told: Told) -> str:
    """Return the recovery key that a page shows; nothing where it shows none."""
    found = re.search(r'<div class="recovery-key".*?</div>', told.text, re.DOTALL)
    return "".join(re.findall(r"<span>(.*?)</span>", found[0])) if found else ""


def until(comes: Callable[[], bool]) -> None:
    """Wait for something."""
    end = time.monotonic() + PATIENCE
    while not comes():
        holds(time.monotonic() < end, "what was waited for does not come")
        time.sleep(LOOK)


def _part(head: str, content: bytes) -> bytes:
    return f"--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"
