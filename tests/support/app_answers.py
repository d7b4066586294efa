"""What an app answers, asked of its worker in a real browser as its window asks."""

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import httpx
from playwright.sync_api import Browser, Page

ASKING = Path(__file__).with_name("worker_asking.js")
START = {"app": "folder", "version": "0" * 64, "place": "/answers/", "parts": None}
FORM = {"content-type": "application/x-www-form-urlencoded"}
BEGIN = "async (start) => (await startWorker(start, false)).at(-1).kind"
ASK = """async ([method, address, headers, fields]) => {
  const sent = fields === null ? null : new TextEncoder().encode(fields);
  const { status, headers: told, body } = await askWorker(method, address, headers, sent);
  return [status, told, body.toBase64()];
}"""


class AppAnswers:
    """The worker of an app, with an empty record that is kept open."""

    def __init__(self, page: Page) -> None:
        """Begin.

        Args:
            page: Shows a file of the app that is no page: it has no policy.
        """
        self.page = page
        page.add_script_tag(path=ASKING)
        assert page.evaluate(BEGIN, START) == "ready"
        assert self.ask("POST", "/keep-open", {}).status_code == 303

    def ask(
        self, method: str, address: str, fields: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Return the answer to a request; `fields` are those of a form that is sent."""
        sent = [{}, None] if fields is None else [FORM, urlencode(fields)]
        status, headers, body = self.page.evaluate(ASK, [method, address, *sent])
        return httpx.Response(status, headers=headers, content=base64.b64decode(body))


@contextmanager
def app_answers(browser: Browser, url: str, timezone: str) -> Iterator[AppAnswers]:
    """Start the worker of the app at an address until the block ends, in a time zone."""
    window = browser.new_context(timezone_id=timezone)
    try:
        page = window.new_page()
        page.goto(f"{url}files.json")
        yield AppAnswers(page)
    finally:
        window.close()
