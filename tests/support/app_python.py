"""The Python of an app, in a worker of a real browser, to be asked by a test without a page."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, Worker

ELSEWHERE = {"timezone_id": "Pacific/Kiritimati", "locale": "tr-TR"}
"""A browser far from where this runs, which writes days, numbers and capitals otherwise."""
MAKE = "() => { window.python = new Worker('worker.js'); }"
START = """async () => {
  const parts = partsOf(null);
  python = await startPython(askedAhead(parts), null);
  for (const [name, extractDir] of Object.entries(UNPACKED)) {
    python.unpackArchive(await parts.bytes(name), "zip", { extractDir });
  }
  python.FS.writeFile("/carried.pickle", new Uint8Array(await parts.bytes("carried.pickle")));
}"""
"""As the worker starts Python anew, without pages."""
RUN = """([code, given]) => {
  python.globals.set("given", given);
  return String(python.runPython(code));
}"""


class BrowserPython:
    """Python in a browser."""

    def __init__(self, page: Page) -> None:
        """Make one.

        Args:
            page: Shows a file of the app that is no page: it has no policy.
        """
        with page.expect_event("worker") as made:
            page.evaluate(MAKE)
        self.worker: Worker = made.value
        self.worker.evaluate(START)

    def run(self, code: str, given: str = "") -> str:
        """Run code, which finds a text as `given`; return the text that its last line gives."""
        told: str = self.worker.evaluate(RUN, [code, given])
        return told


@contextmanager
def browser_python(browser: Browser, url: str) -> Iterator[BrowserPython]:
    """Start the Python of the app at an address, in a browser far away, until the block ends."""
    window = browser.new_context(**ELSEWHERE)  # type: ignore[arg-type]
    try:
        page = window.new_page()
        page.goto(f"{url}files.json")
        yield BrowserPython(page)
    finally:
        window.close()
