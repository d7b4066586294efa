"""The lock of a record in a real browser: chosen, locked by button, key and time, and unlocked."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import axe
import chromium
import pytest
from keyed import KEY, PASSPHRASE, protected
from locked import NAME, serving_locked
from playwright.sync_api import Browser, BrowserContext, Page, Route
from served import Live

from hingeexpert.intake import Intake
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.web.vault import Vault

pytestmark = pytest.mark.only_on("server", why="a server that several browsers unlock")
PATIENCE = 60_000
RULES = {"light": (), "dark": ("color-contrast",)}
"""Of axe, or none for all: how a page is built is the same in both schemes."""
AWAY = re.compile(r".*/unlock\?to=.*")


@dataclass
class Locked:
    """A protected record that is served, and its recovery key."""

    here: Live
    vault: Vault

    def answers(self, visit: str) -> Mapping[str, object]:
        """Return what the record holds of a visit, which the browser has unlocked."""
        return self._intake().state(visit).answers

    def begun(self) -> str:
        """Write a visit of somebody with a name to the unlocked record, and return its id."""
        visit = self._intake().begin()
        self._intake().describe(visit, {"name": NAME})
        return visit

    def _intake(self) -> Intake:
        return Intake(self.vault.settings.knowledge, self.vault.record)


@pytest.fixture(scope="module")
def locked(knowledge: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Locked]:
    record = protected(tmp_path_factory.mktemp("record"), visits=0)
    record.close()
    with serving_locked(knowledge, record.path, lock_after=900) as (here, vault):
        here.key = KEY
        yield Locked(here, vault)


@pytest.fixture
def page(browser: Browser, locked: Locked) -> Iterator[Page]:
    """Show a fresh visit of somebody with a name, in a window that has unlocked the record: the
    slow way to the key is gone once, in another test.
    """
    with window(browser, locked.here) as found:
        unlocked(found, locked)
        found.goto(f"{locked.here.origin}/")
        found.goto(f"{locked.here.origin}/visits/{locked.begun()}")
        found.wait_for_selector("#visit")
        yield found


@contextmanager
def window(browser: Browser, here: Live) -> Iterator[Page]:
    """Open a window of a browser that is let in."""
    context = browser.new_context(viewport={"width": 1180, "height": 844})
    let_in(context, here)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


def let_in(context: BrowserContext, here: Live) -> None:
    cookie = {"name": here.settings.cookie, "value": here.let_in(), "url": here.origin}
    context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Strict"}])


def unlocked(page: Page, locked: Locked) -> None:
    """Unlock the record for a window, as the page does once it has the key."""
    (cookie,) = page.context.cookies()
    vault = locked.vault
    if vault.record is None:
        vault._open(locked.here.key)
    vault.unlocked[cookie["value"]] = vault.clock()


def shown(page: Page) -> str:
    return page.evaluate("document.documentElement.outerHTML")


def visit_of(page: Page) -> str:
    return page.locator("#visit").get_attribute("data-base").rpartition("/")[2]


@pytest.mark.usefixtures("light_passphrases")
def test_the_first_page_asks_the_sheet_is_shown_once_and_one_goes_on_where_one_was(
    browser: Browser, knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    path = tmp_path / "record.sqlite"
    with serving_locked(knowledge, path) as (here, _), window(browser, here) as page:
        page.goto(here.origin)
        drawn = page.inner_text("#drawn")
        page.click("text=Draw again")
        assert page.inner_text("#drawn") != drawn
        words = page.inner_text("#drawn")
        page.check("#noted")
        page.click("text=Protect the record with these words")
        page.wait_for_selector(".recovery-key")
        assert "AGE-SECRET-KEY-1" in page.inner_text(".recovery-key")
        page.check("#noted")
        page.click("text=Go on")
        page.wait_for_selector("text=Who is here?")
        page.goto(f"{here.origin}/protect")
        assert "AGE-SECRET" not in shown(page)

        page.click("text=New person")
        page.click('#map [data-go="stick"]')
        before = page.url
        page.click("#lock")
        page.fill("#passphrase", words)
        page.press("#passphrase", "Enter")
        page.wait_for_selector("#visit")
        assert page.url == before
        assert page.locator("body").get_attribute("data-step") == "stick"


def test_the_key_locks_every_page_of_the_browser_and_the_way_back_shows_nothing(
    page: Page, locked: Locked
) -> None:
    other = page.context.new_page()
    other.goto(f"{locked.here.origin}/")
    assert NAME in shown(other)
    page.click('#map [data-go="result"]')
    with page.context.expect_page() as opened:
        page.click("text=Report so far")
    paper = opened.value
    paper.wait_for_url("**/report.html")
    assert NAME in shown(paper)

    page.keyboard.press("F8")

    for one in (page, other):
        one.wait_for_url(AWAY)
        assert NAME not in shown(one)
    assert paper.is_closed()
    page.go_back(wait_until="load")
    assert NAME not in shown(page)
    assert not locked.vault.unlocked
    assert locked.vault.record is None


def test_what_is_typed_or_under_way_is_kept_before_the_page_is_locked(
    page: Page, locked: Locked
) -> None:
    visit = visit_of(page)
    sent: list[Route] = []
    page.route("**/answer", lambda route: sent.append(route))
    page.click('#map [data-go="stick"]')
    page.click('#q-stick-sacrum [data-value="lost"]')
    page.click("#who-open")
    page.fill("#who-patient_id", "Q-77")
    page.keyboard.press("F8")
    assert page.locator("body").is_hidden()
    assert "stick.sacrum" not in locked.answers(visit)
    with other_window(page, locked):
        sent[0].continue_()
        page.wait_for_url(AWAY)
        assert locked.answers(visit)["stick.sacrum"] == "lost"
        person = locked.vault.record.visit(visit).person
        assert locked.vault.record.person(person).patient_id == "Q-77"


@contextmanager
def other_window(page: Page, locked: Locked) -> Iterator[None]:
    """Keep the record open, as another browser that has unlocked it does."""
    locked.vault.unlocked["another"] = locked.vault.clock()
    yield
    locked.vault.unlocked.pop("another", None)
    locked.vault._sweep()


def test_a_page_that_slept_is_locked_at_the_next_press_which_is_kept_and_sent_later(
    page: Page, locked: Locked
) -> None:
    visit = visit_of(page)
    page.click('#map [data-go="stick"]')
    locked.vault.unlocked.clear()
    page.click('#q-stick-sacrum [data-value="lost"]')
    page.wait_for_selector("#passphrase")
    assert NAME not in shown(page)
    page.fill("#passphrase", "wrong")
    page.press("#passphrase", "Enter")
    page.wait_for_selector("text=This is not the passphrase")
    page.fill("#passphrase", PASSPHRASE)
    page.press("#passphrase", "Enter")

    page.wait_for_selector("#visit")
    assert locked.answers(visit)["stick.sacrum"] == "lost"
    assert NAME in shown(page)


def test_a_page_on_which_nothing_is_pressed_locks_itself(page: Page, locked: Locked) -> None:
    page.evaluate("document.getElementById('lock').dataset.lockAfter = '1'")
    page.route("**/visits/*", lambda route: short(route))
    page.reload()
    page.wait_for_selector("#visit")
    page.wait_for_url(AWAY)

    assert NAME not in shown(page)


def short(route: Route) -> None:
    """Answer with a page that locks itself after a second."""
    answer = route.fetch()
    text = answer.text().replace('data-lock-after="900"', 'data-lock-after="1"')
    route.fulfill(response=answer, body=text)


def test_no_name_and_no_answer_stands_in_the_profile_of_the_browser(
    browser: Browser, locked: Locked, tmp_path: Path
) -> None:
    number = "QZX-7781"
    context = browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=chromium.found(), args=["--no-sandbox"]
    )
    let_in(context, locked.here)
    page = context.pages[0]
    unlocked(page, locked)
    page.goto(locked.here.origin)
    page.click("text=New person")
    for field, text in (("name", NAME), ("patient_id", number)):
        page.click("#who-open")
        page.fill(f"#who-{field}", text)
        page.press(f"#who-{field}", "Tab")
        page.wait_for_selector("body[data-kept=yes]:not([data-busy=yes])")
        page.click("#who-dialog .button-main")
    visit = page.url.partition("#")[0]
    for address in (locked.here.origin, f"{visit}/report.html", f"{visit}/handout.html", visit):
        page.goto(address)
    assert NAME in shown(page)
    page.click("#who-open")
    page.click("#who-more-fields summary")
    page.fill("#who-clinician", NAME)  # and left as it stands
    page.evaluate("history.pushState({}, '', '#left')")
    context.close()

    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    stored = b"".join(file.read_bytes() for file in files)
    assert b"hingeexpert-lock" in stored  # the cache keeps the script
    for secret in (NAME, NAME.split()[1], number):
        for written in (secret.encode(), secret.encode("utf-16-le")):
            assert [file.name for file in files if written in file.read_bytes()] == []


@pytest.mark.parametrize("scheme", RULES)
def test_axe_finds_nothing(
    browser: Browser, knowledge: KnowledgeBase, locked: Locked, tmp_path: Path, scheme: str
) -> None:
    new, rules = serving_locked(knowledge, tmp_path / "record.sqlite"), RULES[scheme]
    with new as (asking, _), window_of(browser, asking, scheme) as page:
        page.goto(asking.origin)
        axe.unfold(page)
        found = {"protect": axe.violations(page, rules=rules)}
    with window_of(browser, locked.here, scheme) as page:
        for name in ("unlock", "recover"):
            page.goto(f"{locked.here.origin}/{name}")
            found[name] = axe.violations(page, rules=rules)
        unlocked(page, locked)
        page.goto(locked.here.origin)
        found["home"] = axe.violations(page, rules=rules)

    assert {name: slips for name, slips in found.items() if slips} == {}


@contextmanager
def window_of(browser: Browser, here: Live, scheme: str) -> Iterator[Page]:
    context = browser.new_context(
        bypass_csp=True, color_scheme=scheme, viewport={"width": 390, "height": 844}
    )
    let_in(context, here)
    yield context.new_page()
    context.close()
