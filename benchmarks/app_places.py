"""What a browser or a host may do to an app: its image, its files, its room, an older record, a
second app on the same host.
"""

import json
import sqlite3
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from random import Random
from typing import Any
from urllib.request import urlopen

from app_attacked import KEPT, Attacked, holds, state, until
from app_keeps import INJECT, NAME, NOT_KEPT
from hosted import hosted
from playwright.sync_api import Page

from hingeexpert.record.schema import migrate, newest_version

IMAGES: Mapping[str, str] = {
    "cut": "image.bytes = image.bytes.slice(0, 1_000_000);",
    "flipped": "image.bytes[image.bytes.length >> 1] ^= 1;",
    "empty": "image.bytes = new Uint8Array(0);",
    "no hash": "image.digest = '';",
    "foreign, rightly hashed": "image.bytes = new Uint8Array(9_999); await hashed();",
    "of another version": "version = 'x'.repeat(64);",
}
"""What becomes of an image."""
IMAGE = """async ([place, number]) => {
  const came = (request) => new Promise((done) => {
    request.onsuccess = () => done(request.result);
  });
  const hash = async (bytes) => {
    return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  };
  const database = await came(indexedDB.open(`hingeexpert ${place}`));
  const images = () => database.transaction("image", "readwrite").objectStore("image");
  const prefix = `hingeexpert image ${place} `;
  const cached = (await caches.keys()).filter((name) => name.startsWith(prefix));
  let version = cached[0]?.slice(prefix.length) ?? (await came(images().getAllKeys()))[0];
  if (!version) return "none";
  const first = version;
  const found = cached[0] && await (await caches.open(cached[0])).match("image");
  const image = found
    ? { bytes: new Uint8Array(await found.arrayBuffer()), digest: found.headers.get("x-sha256") }
    : await came(images().get(version));
  if (!image) return "none";
  const whole = image.digest === await hash(image.bytes);
  const hashed = async () => { image.digest = await hash(image.bytes); };
  LINES
  if (number && found) {
    if (version !== first) await caches.delete(cached[0]);
    const answer = new Response(image.bytes, { headers: { "x-sha256": image.digest } });
    await (await caches.open(prefix + version)).put("image", answer);
  } else if (number) {
    await came(images().delete(first));
    await came(images().put(image, version));
  }
  database.close();
  return whole ? `whole ${version} ${image.bytes.length}` : "damaged";
}"""
NO_IMAGE = """
const refused = () => { throw new DOMException("full", "QuotaExceededError"); };
Cache.prototype.put = refused;
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (...all) {
  return this.name === "image" ? refused() : put.apply(this, all);
};
"""
OLDER = """async ([place, letters]) => {
  const came = (request) => new Promise((done) => {
    request.onsuccess = () => done(request.result);
  });
  const bytes = Uint8Array.fromBase64(letters);
  const database = await came(indexedDB.open(`hingeexpert ${place}`));
  const made = database.transaction(["blocks", "about"], "readwrite");
  const about = { generation: "older", size: bytes.length, sealed: false };
  made.objectStore("about").put(about, "record");
  made.objectStore("blocks").clear();
  for (let at = 0; at < bytes.length / 4096; at++) {
    made.objectStore("blocks").put(bytes.slice(at * 4096, (at + 1) * 4096), at);
  }
  await new Promise((done) => { made.oncomplete = done; });
  database.close();
}"""
PERSON = "INSERT INTO person (id, patient_id, name, begun) VALUES ('p', 'P', ?, '2026-01-01')"
PARTS = ("pyodide.asm.wasm", "python_stdlib.zip", "pydantic_core.so", "code.zip", "carried.pickle")
HEADING = "document.querySelector('h1')?.innerText ?? ''"
SMALL = 20_000
"""Bytes that a browser has left."""


class Places:
    """An app, and its image."""

    def __init__(self, app: Attacked, chance: Random) -> None:
        self.app, self.chance = app, chance
        self.visit = app.new_visit()
        app.post(f"{self.visit}/who", press=True, name="name", value=NAME)

    def _image(self, lines: str = "", number: int = 0) -> str:
        script = IMAGE.replace("LINES", lines)
        return str(self.app.page.evaluate(script, [self.app.place, number]))

    def _works(self) -> None:
        self.app.unlock()
        holds(NAME in self.app.get(self.visit).text, "the record does not open")

    def _with_image(self) -> None:
        """Wait for the image; where there was no room for it the next start makes it."""
        if self._image() == "none":
            self.app.again()
        until(lambda: self._image().startswith("whole"))

    def image(self, damage: str) -> str:
        """Damage the image: the start is slow, and a new one is made."""
        self._with_image()
        whole = self._image()
        self._image(IMAGES[damage], 1)
        holds(self._image() != whole, "it is as it was")
        self.app.goto()
        self._works()
        until(lambda: self._image().split()[:2] == whole.split()[:2])
        return "a slow start, and a new image"

    def refused(self) -> str:
        """Keep no image: every start is slow, and nothing else."""
        self._with_image()
        self._image(IMAGES["empty"], 1)
        self.app.goto()
        self.app.worker(NO_IMAGE)
        self._works()
        self.app.page.wait_for_timeout(3_000)
        holds(self._image() == "none", self._image())
        self.app.goto()
        self._works()
        return "a slow start each time"

    def quota(self) -> str:
        """Leave no room while somebody answers; a browser looks at it twice a minute."""
        app = self.app
        session = app.page.context.new_cdp_session(app.page)
        origin = "/".join(app.url.split("/")[:3])
        room = {"origin": origin}
        session.send("Storage.overrideQuotaForOrigin", {**room, "quotaSize": SMALL})
        until(lambda: app.post("/visits").status == NOT_KEPT)
        before = state(app)
        told = app.post("/visits")
        holds(told.status == NOT_KEPT and bool(told.said), told.status, told.said)
        holds(state(app) == before, "something was changed")
        session.send("Storage.overrideQuotaForOrigin", room)
        until(lambda: app.post("/visits").status in KEPT)
        checked = app.post("/record/verify")
        holds("The record is whole" in checked.text, checked.said)
        session.detach()
        return told.said

    def older(self) -> str:
        """Open a record of each older program; the first try is not kept."""
        app = self.app
        for version in range(1, newest_version()):
            app.page.evaluate(OLDER, [app.place, _older(version)])
            before = state(app)
            app.worker(INJECT, "no transaction", 2)
            holds(app.post("/visits").status == NOT_KEPT, "kept")
            told = app.get("/")
            holds(told.status == NOT_KEPT, "kept", version, told.status, told.said)
            holds(state(app) == before, "something was changed", version)
            holds("Older Person" in app.get("/").text, "not there", version)
            holds(state(app) != before, "not taken along", version)
            checked = app.post("/record/verify")
            holds("The record is whole" in checked.text, version, checked.said)
        return f"{newest_version() - 1} older schemas: the old stands until the new one does"

    def exports(self) -> str:
        """Save two exports, one right after the other."""
        page = self.app.page
        with page.expect_download() as one, page.expect_download() as other:
            page.evaluate("fetchFile('/export.zip'); fetchFile('/export.zip');")
        both = [found.value.path().read_bytes() for found in (one, other)]
        holds(all(content.startswith(b"PK") for content in both), both[0][:20])
        return "both are whole"

    def damaged_file(self, name: str) -> str:
        """Change a byte of a file of the runtime, where no service worker is there yet."""
        said = []
        for _ in range(2):
            files = _files(self.app.url)
            content = bytearray(files[f"runtime/{name}"])
            content[self.chance.randrange(len(content))] ^= 1
            said.append(self._begun({**files, f"runtime/{name}": bytes(content)}))
        return " | ".join(said)

    def no_file(self, name: str) -> str:
        """Take a file of the runtime away."""
        files = _files(self.app.url)
        del files[f"runtime/{name}"]
        said = self._begun(files)
        holds(said == "The app cannot start", said)
        return said

    def _begun(self, files: Mapping[str, bytes]) -> str:
        with self._beside(files) as (page, _):
            until(lambda: page.evaluate(HEADING) not in ("", "Starting"))
            heading = page.evaluate(HEADING)
            holds(heading in ("The app cannot start", "Who may read the record?"), heading)
            return str(heading)

    @contextmanager
    def _beside(self, files: Mapping[str, bytes]) -> Iterator[tuple[Page, str]]:
        with hosted(files) as url:
            page = self.app.page.context.new_page()
            try:
                page.goto(f"{url}index.html")
                yield page, url
            finally:
                page.close()

    def two_places(self) -> str:
        """Put two apps on one host: neither knows of the other."""
        files = _files(self.app.url)
        both = {f"{place}/{name}": files[name] for place in "ab" for name in files}
        with self._beside(both) as (first, url):
            first.goto(f"{url}a/index.html")
            self._stands(first)
            self._ask(first, "/keep-open")
            visit = self._ask(first, "/visits")
            second = first.context.new_page()
            second.goto(f"{url}b/index.html")
            self._stands(second)
            self._ask(second, "/keep-open")
            self._ask(second, "/forget")
            second.close()
            first.evaluate("address => { place.go(address); }", visit)
            until(lambda: first.locator("#who").count() == 1)
        return "each has its record, its lock and its files"

    def _stands(self, page: Page) -> None:
        until(lambda: "#/protect" in page.evaluate("location.hash"))

    def _ask(self, page: Page, address: str) -> str:
        status, leads = page.evaluate(ASK_OTHER, [address, "word=delete"])
        holds(status in KEPT, address, status)
        return str(leads)


ASK_OTHER = """async ([address, text]) => {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const body = new TextEncoder().encode(text);
  const answer = await answering.ask("POST", address, headers, body);
  return [answer.status, answer.headers.location];
}"""


def _files(url: str) -> dict[str, bytes]:
    """Return the files of an app, as its host hands them out."""
    names: dict[str, Any] = json.loads(_fetched(f"{url}files.json"))
    return {name: _fetched(url + name) for name in ["files.json", *names]}


def _fetched(url: str) -> bytes:
    with urlopen(url) as answer:
        return bytes(answer.read())


def _older(version: int) -> str:
    """Return a record of an older program, in letters."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as old:
        migrate(old, version)
        old.execute(PERSON, ["Older Person"])
        return b64encode(old.serialize()).decode()
