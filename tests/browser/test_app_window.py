"""The window of the app, in a real browser: pages without a server, from a folder and from a file.

What the pages do is tested where they come from a server, too; here is what only the app has.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from exported_app import export_app
from hosted import hosted
from playwright.sync_api import Browser, BrowserContext, Page, expect

NAME = "Marked Name"
START = 60_000
"""Milliseconds that a start may take on a busy machine."""
CUPBOARD = "navigator.serviceWorker.ready.then(() => caches.keys())"
LOOK_FOR_NEW = "navigator.serviceWorker.getRegistration().then(found => { found.update(); })"
FAILS = "setTimeout(() => { throw new Error('of itself'); })"
SAVE_BESIDE = "besides('hingeexpert-paper', `${place.here()}/form.yaml`)"
"""What a button does whose paper is a file, such as the next visit for a calendar."""
MENU = """window.addEventListener("contextmenu", ({ target }) => {
  window.offeredByMenu = target.closest("a").href;
})"""
"""Notes where the menu of a link leads, when all of the app has heard of it."""
OTHER_LOCKS = """() => {
  const channel = new BroadcastChannel("hingeexpert-lock");
  channel.postMessage("lock");
  channel.close();
}"""
"""What pages of another app say to each other."""
CLINIC = "name: Practice in the Yard\n"


@dataclass
class Shown:
    """A window of the app.

    Attributes:
        url: Where the app lies.
        files: What the host hands out; none of a file.
        end: Ends the host.
        asked: Addresses that the browser asked for.
        complaints: What it said in its console, and what broke.
    """

    page: Page
    url: str
    files: dict[str, bytes]
    end: ExitStack
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        page, heard = self.page, self.complaints
        page.set_default_timeout(START)
        page.context.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
        page.goto(self.url)

    @property
    def elsewhere(self) -> list[str]:
        """What was asked of others."""
        here = (self.url.removesuffix("index.html"), "blob:", "data:")
        return [address for address in self.asked if not address.startswith(here)]

    def at_home(self) -> None:
        """Wait for the first page."""
        expect(self.page.locator("h1")).to_have_text("Who is here?", timeout=START)

    def on_visit(self, step: str) -> None:
        """Wait for a visit, at a step."""
        shown = self.page.locator(f"body[data-step={step}] #visit")
        expect(shown).to_be_attached(timeout=START)

    def begins(self) -> str:
        """Begin a visit of somebody with a name, and return where it is."""
        self.page.click("text=New person")
        self.on_visit("safety")
        self.page.click("#map [data-go=result]")
        self.page.fill("#who-name", NAME)
        self.page.press("#who-name", "Tab")
        self.kept()
        return self.page.url

    def kept(self) -> None:
        """Wait until all that was pressed is kept."""
        expect(self.page.locator("body[data-kept=yes][data-busy='']")).to_be_attached(timeout=START)

    def paper(self, press: str) -> Page:
        """Return the window that a press opens, once something stands in it."""
        with self.page.context.expect_page() as opened:
            self.page.click(press)
        expect(opened.value.locator("h1").first).to_be_visible(timeout=START)
        return opened.value


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": 1180, "height": 844}) as opened:
        yield opened


@pytest.fixture(scope="module")
def folder(context: BrowserContext, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """Show an app from a folder, whose record is kept open."""
    files = written(tmp_path_factory.mktemp("first") / "app")
    with ExitStack() as end:
        url = end.enter_context(hosted(files))
        shown = Shown(context.new_page(), url, files, end)
        shown.page.click("form[action='/keep-open'] button")
        shown.at_home()
        yield shown


def written(folder: Path, *options: str | Path) -> dict[str, bytes]:
    """Write an app, and return its files."""
    assert export_app(folder, *options).exit_code == 0
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_a_new_version_waits_for_a_visit_and_finds_it_again(folder: Shown, tmp_path: Path) -> None:
    page = folder.page
    (old,) = [name for name in page.evaluate(CUPBOARD) if " files " in name]
    at = folder.begins()
    (tmp_path / "clinic.yaml").write_text(CLINIC, encoding="utf-8")
    folder.files.update(written(tmp_path / "app", "--clinic", tmp_path / "clinic.yaml"))
    page.evaluate(LOOK_FOR_NEW)
    expect(page.locator("#app-told")).to_contain_text("new version", timeout=START)
    assert page.url == at

    with page.expect_event("load"):
        page.click("#app-told button")

    folder.on_visit("result")
    expect(page.locator("#who-name")).to_have_value(NAME)
    assert page.url == at
    assert old not in page.evaluate(CUPBOARD)
    assert page.locator("#app-told").count() == 0


def test_a_visit_and_its_papers_need_no_host(folder: Shown) -> None:
    page = folder.page
    page.evaluate(CUPBOARD)
    folder.end.close()
    page.goto(folder.url + "#/")
    page.reload()
    folder.at_home()
    at = folder.begins()
    page.click("#map [data-go=safety]")
    page.click("#c-hospital-none")
    folder.kept()
    page.click("#map [data-go=result]")
    page.click(".button-finish")
    expect(page.locator("#handout-form, .notice-stop").first).to_be_visible(timeout=START)
    done = page.url

    report = folder.paper("text=Report >> visible=true")
    assert NAME not in report.url
    report.close()
    with page.expect_download() as saved:
        page.click("text=Report as text")
    assert saved.value.suggested_filename.endswith("-report.txt")
    assert NAME in Path(saved.value.path()).read_text(encoding="utf-8")
    visit = at.rpartition("#")[0]
    page.goto(f"{visit}/handout.html")
    expect(page).to_have_url(re.compile(re.escape(f"{visit}#step-")), timeout=START)
    page.go_back()
    page.wait_for_url(done)
    page.click("text=All people")
    folder.at_home()
    assert page.title() == page.title().strip() != ""
    page.go_back()
    page.wait_for_url(done)
    page.go_back()
    page.wait_for_url(at)
    page.reload()
    folder.on_visit("result")
    assert not folder.elsewhere
    assert not folder.complaints


def test_an_address_that_was_typed_breaks_nothing_after_it(folder: Shown) -> None:
    page = folder.page
    page.goto(folder.url + "#/")
    folder.at_home()
    at = folder.begins()
    paper = at.partition("#/")[2].partition("#")[0] + "/report.html"
    for address in (paper, "#%zz", "/evil.example/"):
        page.goto(f"{folder.url}#/{address}")
        expect(page.locator("h1").first).to_be_visible()
        page.wait_for_timeout(200)
    page.goto(folder.url + "#/")
    folder.at_home()
    folder.begins()
    assert not folder.complaints


def test_a_link_that_is_opened_by_its_menu_leads_to_this_page(folder: Shown) -> None:
    page = folder.page
    page.goto(folder.url + "#/")
    folder.at_home()
    link = page.locator("text=Backup, restore, keys")
    page.evaluate(MENU)

    link.click(button="right")

    assert page.evaluate("window.offeredByMenu") == folder.url + "#/record"
    expect(link).to_have_attribute("href", "/record")
    assert not folder.complaints


def test_a_worker_that_ends_is_begun_anew_by_the_next_press(folder: Shown) -> None:
    page = folder.page
    page.goto(folder.url + "#/")
    folder.at_home()
    folder.begins()
    page.click("#map [data-go=safety]")
    page.workers[0].evaluate(FAILS)
    expect(page.locator("#app-told")).to_contain_text("stopped by itself", timeout=START)

    page.click("#c-hospital-none")

    folder.kept()
    assert page.locator("#app-told").count() == 0
    page.reload()
    folder.on_visit("safety")
    assert page.locator("#c-hospital[data-open]").count() == 0


def test_a_file_opens_once_and_shows_nothing_once_it_is_locked(
    browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "hingeexpert.html"
    assert export_app("--single", file).exit_code == 0
    with (
        browser.new_context(viewport={"width": 1180, "height": 844}) as context,
        ExitStack() as end,
    ):
        shown = Shown(context.new_page(), file.as_uri(), {}, end)
        page, words = shown.page, shown.page.inner_text("#drawn")
        page.check("#noted")
        page.click("text=Protect the record with these words")
        page.wait_for_selector(".recovery-key")
        page.check("#noted")
        page.click("text=Go on")
        at = shown.begins()
        second = context.new_page()
        second.goto(shown.url)
        expect(second.locator("h1")).to_have_text("Open in another tab")
        second.evaluate(OTHER_LOCKS)
        second.close()
        report = shown.paper("text=Report so far")
        with page.expect_download():
            page.evaluate(SAVE_BESIDE)
        assert not report.is_closed()

        page.keyboard.press("F8")

        page.wait_for_url("**#/unlock?to=*")
        assert report.is_closed()
        assert NAME not in page.evaluate("document.documentElement.outerHTML")
        page.fill("#passphrase", "other words")
        page.press("#passphrase", "Enter")
        expect(page.locator("#slip")).to_contain_text("not the passphrase")
        page.reload()
        page.fill("#passphrase", words)
        page.press("#passphrase", "Enter")
        shown.on_visit("result")
        expect(page.locator("#who-name")).to_have_value(NAME)
        assert page.url == at
        page.evaluate("place.go('/')")
        page.keyboard.press("F8")
        expect(page).to_have_title("Locked")
        assert NAME not in page.evaluate("document.documentElement.outerHTML")
        assert not shown.elsewhere
        assert not shown.complaints
