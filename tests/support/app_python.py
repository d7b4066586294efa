"""The Python of an app, in a worker of a real browser, to be asked by a test without a page."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

ELSEWHERE = {"timezone_id": "Pacific/Kiritimati", "locale": "tr-TR"}
"""A browser far from where this runs, which writes days, numbers and capitals otherwise."""
OWN = Path(__file__).with_suffix(".js")
BEGIN = """async (own) => {
  const ofApp = await (await fetch("worker.js")).text();
  const script = new Blob([own, "\\n", ofApp], { type: "text/javascript" });
  window.python = new Worker(URL.createObjectURL(script));
}"""
RUN = """([url, code, given]) => new Promise((done, failed) => {
  python.onerror = (event) => failed(new Error(event.message));
  python.onmessage = ({ data: { told, failed: why } }) =>
    why === undefined ? done(told) : failed(new Error(why));
  python.postMessage({ url, code, given });
})"""


class BrowserPython:
    """Python in a browser."""

    def __init__(self, page: Page, url: str) -> None:
        """Make one.

        Args:
            page: Shows a file of the app that is no page: it has no policy.
            url: Where the app lies, with a slash at the end.
        """
        self.page, self.url = page, url
        page.evaluate(BEGIN, OWN.read_text(encoding="utf-8"))

    def run(self, code: str, given: str = "") -> str:
        """Run code, which finds a text as `given`; return the text that its last line gives."""
        told: str = self.page.evaluate(RUN, [self.url, code, given])
        return told


@contextmanager
def browser_python(browser: Browser, url: str) -> Iterator[BrowserPython]:
    """Start the Python of the app at an address, in a browser far away, until the block ends."""
    window = browser.new_context(**ELSEWHERE)  # type: ignore[arg-type]
    try:
        page = window.new_page()
        page.goto(f"{url}files.json")
        yield BrowserPython(page, url)
    finally:
        window.close()
