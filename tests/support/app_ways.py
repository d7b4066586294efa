"""The two ways to the pages without a server: the app from a folder, which any host serves, and
from one file on a disk. Each is started once, in a window that stays open between the tests.

The record of the folder is kept open. That of the file is protected, for there it is so or is not
kept at all.
"""

import base64
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from exported_app import export_app
from hosted import hosted
from kinds import FILE
from playwright.sync_api import Browser, Page, TimeoutError, ViewportSize
from ways import PATIENCE, Held, Way

from hingeexpert.forms import read_form
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.web.questions import spelling

START = 120_000
"""Milliseconds that a start may take on a busy machine."""
LOOK = 20
"""Milliseconds between two looks at a page. Its policy lets nobody wait inside it."""
LEAVE = "document.body.dataset.left = ''"
STANDS = """() => document.readyState === "complete" && Boolean(document.body)
  && !("left" in document.body.dataset) && !document.getElementById("stage")"""
"""Whether a page is whole, and neither the one that is left nor the one that waits for Python."""
ADDRESS = "location.hash.slice(1)"
GO = "address => { place.go(address); }"
BESIDE = "address => { besides('_blank', address); }"
FETCH = """async (address) => {
  const answer = await place.send(address);
  return new Uint8Array(await answer.arrayBuffer()).toBase64();
}"""
SEND = """async ([address, fields]) => {
  const asked = { method: "POST", body: new URLSearchParams(fields), redirect: "manual" };
  const answer = await place.send(address, asked);
  return [answer.status, answer.headers.get("location"), await answer.text()];
}"""
HOLD = """end => {
  const send = Worker.prototype.postMessage;
  window.heldAsks = [];
  window.letAsksGo = () => { Worker.prototype.postMessage = send; };
  Worker.prototype.postMessage = function (message, ...more) {
    if (!message.address?.endsWith(end)) return send.call(this, message, ...more);
    window.heldAsks.push(() => send.call(this, message, ...more));
    if (window.heldAsks.length > 1) window.heldAsks.at(-1)();
  };
}"""


class HeldAsks(Held):
    """What a page sends to the worker, the first of it held back."""

    def __init__(self, page: Page, end: str) -> None:
        self.page = page
        page.evaluate(HOLD, end)

    def count(self) -> int:
        return int(self.page.evaluate("window.heldAsks.length"))

    def go_on(self) -> None:
        self.page.evaluate("window.heldAsks[0]()")

    def end(self) -> None:
        self.page.evaluate("window.letAsksGo()")


class AppWay(Way):
    """The pages of an app, and the record on its device, which is a window of the browser."""

    def __init__(
        self, browser: Browser, knowledge: KnowledgeBase, kind: str, url: str, at_end: ExitStack
    ) -> None:
        """Make one.

        Args:
            browser: Opens windows.
            knowledge: The rules of the app.
            kind: One of `kinds.APP`.
            url: Where the app lies.
            at_end: Closes the windows.
        """
        self.browser, self.knowledge, self.kind, self.url = browser, knowledge, kind, url
        self._at_end = at_end
        self._passphrases: dict[Page, str] = {}
        self._windows: dict[str, Page] = {}
        self._shown: Page | None = None

    @contextmanager
    def window(
        self, viewport: ViewportSize, color_scheme: str = "light", **options: object
    ) -> Iterator[Page]:
        """Show the first page of the app in a window that stays open, with all it keeps: an app has
        one tab, and takes seconds to start anew.
        """
        page = self._shown = self._opened(options)
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=color_scheme)  # type: ignore[arg-type]
        self.goto(page, "/")
        before = page.context.pages
        try:
            yield page
        finally:
            self._shown = None
            for other in [item for item in page.context.pages if item not in before]:
                other.close()

    def _opened(self, options: dict[str, object]) -> Page:
        if str(options) not in self._windows:
            context = self.browser.new_context(**options)  # type: ignore[arg-type]
            self._at_end.callback(context.close)
            context.set_default_timeout(PATIENCE)
            page = self._windows[str(options)] = context.new_page()
            self._begin(page)
        return self._windows[str(options)]

    def _begin(self, page: Page) -> None:
        """Start for the first time, and choose how the record is kept."""
        page.goto(self.url)
        self.stands(page, START)
        if not self.locks:
            with self.leaving(page):
                page.click("form[action='/keep-open'] button")
            return
        self._passphrases[page] = page.inner_text("#drawn")
        for _ in ("these words", "the sheet with the recovery key"):
            page.check("#noted")
            with self.leaving(page):
                page.locator(".button-main").first.click()

    def stands(self, page: Page, patience: float = PATIENCE) -> None:
        """Wait until a page stands that is not the one that is left."""
        _until(page, lambda: bool(page.evaluate(STANDS)), patience)

    def goto(self, page: Page, address: str) -> None:
        with self.leaving(page):
            page.evaluate(GO, address)

    def paper(self, page: Page, address: str) -> Page:
        with page.expect_popup() as opened:
            page.evaluate(BESIDE, address)
        opened.value.wait_for_selector("h1")
        return opened.value

    def reload(self, page: Page) -> None:
        """Start anew; a protected record asks for its passphrase."""
        page.reload()
        self.stands(page, START)
        if self.locks:
            self.unlock(page)

    @property
    def locks(self) -> bool:
        """Whether the record is protected."""
        return self.kind == FILE

    def passphrase(self, page: Page) -> str:
        """Return the passphrase of a protected record."""
        return self._passphrases[page]

    def lock(self, page: Page) -> None:
        """Press the key that locks."""
        with self.leaving(page):
            page.keyboard.press("F8")

    def unlock(self, page: Page) -> None:
        """Type the passphrase."""
        page.fill("#passphrase", self._passphrases[page])
        with self.leaving(page):
            page.press("#passphrase", "Enter")

    def whole(self, page: Page) -> str:
        return str(page.evaluate(ADDRESS))

    @contextmanager
    def leaving(self, page: Page) -> Iterator[None]:
        page.evaluate(LEAVE)
        yield
        self.stands(page)

    def arrived(self, page: Page, end: str, patience: float = PATIENCE) -> None:
        _until(page, lambda: self.address(page).endswith(end), patience)
        self.stands(page)

    def fetched(self, page: Page, address: str) -> bytes:
        return base64.b64decode(page.evaluate(FETCH, address))

    def elsewhere(self, url: str) -> bool:
        folder = self.url.rpartition("/")[0] + "/"
        return not url.startswith((self.url if self.kind == FILE else folder, "data:", "blob:"))

    def held(self, page: Page, end: str) -> Held:
        return HeldAsks(page, end)

    def kept(
        self,
        answers: Mapping[str, Value],
        *,
        person: str | None = None,
        short: bool = False,
        groups: tuple[str, ...] = (),
        clusters: tuple[str, ...] = (),
        end: bool = False,
        **head: str,
    ) -> str:
        of = f"/people/{person}" if person else ""
        begun = self._sent(f"{of}/visits", short="yes" if short else "")
        visit = begun.rpartition("/")[2]
        for name, text in head.items():
            seen = date.today().isoformat() if name == "date" else ""
            self._sent(f"/visits/{visit}/who", name=name, value=text, seen=seen)
        for name, value in answers.items():
            self._press(visit, "answer", name=name, value=spelling(value))
        for cluster in clusters:
            self._press(visit, "none", cluster=cluster)
        for group in groups:
            self._press(visit, "all-well", group=group)
        if end:
            self.finish(visit)
        return visit

    def finish(self, visit: str) -> None:
        self._press(visit, "finish", nameless="yes")

    def _press(self, visit: str, path: str, **fields: str) -> None:
        """Send what a press sends, with the version of the visit."""
        (version,) = re.findall(r'id="version" value="(\d+)"', self._read(f"/visits/{visit}"))
        self._sent(f"/visits/{visit}/{path}", version=version, **fields)

    def _sent(self, address: str, **fields: str) -> str:
        """Send a form, see that it was taken, and return where the answer leads."""
        status, leads, text = self._page().evaluate(SEND, [address, fields])
        assert status in (200, 303), (address, status, text)
        return leads or ""

    def _read(self, address: str) -> str:
        return self.fetched(self._page(), address).decode()

    def _page(self) -> Page:
        return self._shown or self._opened({})

    def answers(self, visit: str) -> Mapping[str, Value]:
        form = self._read(f"/visits/{visit}/form.yaml")
        return read_form(self.knowledge, "form.yaml", form.encode()).answers

    def person_of(self, visit: str) -> str:
        found = re.search(r'href="/people/([^/"]+)"', self._read(f"/visits/{visit}"))
        assert found, visit
        return found[1]


def _until(page: Page, holds: Callable[[], bool], patience: float) -> None:
    end = time.monotonic() + patience / 1000
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"after {patience} ms: {page.url}, {page.inner_text('body')[:500]}")
        page.wait_for_timeout(LOOK)


@contextmanager
def from_app(
    browser: Browser, knowledge: KnowledgeBase, kind: str, folder: Path
) -> Iterator[AppWay]:
    """Write an app, and show it until the block ends."""
    with ExitStack() as at_end:
        url = at_end.enter_context(exported(kind, folder))
        yield AppWay(browser, knowledge, kind, url, at_end)


@contextmanager
def exported(kind: str, folder: Path) -> Iterator[str]:
    """Write an app as a user does; yield where it lies."""
    if kind == FILE:
        file = folder / "hingeexpert.html"
        assert export_app("--single", file).exit_code == 0
        yield file.as_uri()
        return
    app = folder / "app"
    assert export_app(app).exit_code == 0
    written = [path for path in app.rglob("*") if path.is_file()]
    with hosted({path.relative_to(app).as_posix(): path.read_bytes() for path in written}) as url:
        yield url
