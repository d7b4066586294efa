"""A real Chromium, and what the tests of the pages ask it. Needs `chromium` on the path; without it these tests fail."""

import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
Violations = list[tuple[str, str]]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the Chromium of this machine."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert executable, "no Chromium on the path; Debian: apt-get install chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def unfold() -> Callable[[Page], None]:
    """Open every fold of a page."""

    def opened(page: Page) -> None:
        page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true })")

    return opened


@pytest.fixture(scope="session")
def violations(browser: Browser, unfold: Callable[[Page], None]) -> Callable[[str, str, int], Violations]:
    """Return what axe finds against WCAG 2.2 AA and its best practices: rule and element, with every fold open."""

    def found(address: str, scheme: str, width: int) -> Violations:
        context = browser.new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 800})  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(address)
        unfold(page)
        page.evaluate(AXE)
        result = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        context.close()
        assert len(result["passes"]) > 20
        return [(item["id"], item["nodes"][0]["html"]) for item in result["violations"]]

    return found


@pytest.fixture(scope="session")
def noise(browser: Browser) -> Callable[[str], tuple[list[str], list[str], Page]]:
    """Open a page; return what it asked for, what it complained about, and the page itself."""

    def heard(address: str) -> tuple[list[str], list[str], Page]:
        page = browser.new_page()
        requests: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append("dialog"), dialog.dismiss()))
        page.goto(address, wait_until="networkidle")
        return requests, complaints, page

    return heard
