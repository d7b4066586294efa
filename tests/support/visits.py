"""A visit on the page, as a finger or a keyboard goes through it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page
from served import Live, live

from hingeexpert.intake import Record
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.web.app import page_routes
from hingeexpert.web.settings import Settings

NO_PAIN = ("low_back_pain", "pain_with_deadlift", "pain_with_swing", "avoids_hinging")


@contextmanager
def serving(knowledge: KnowledgeBase, record: Path) -> Iterator[Live]:
    """Serve the pages over a record until the block ends."""
    with (
        closing(Record(record)) as opened,
        live(knowledge, page_routes(Settings(knowledge, 0, print), opened)) as here,
    ):
        yield here


@dataclass
class Visit:
    """A page, and how often it was tapped."""

    page: Page
    taps: int = 0
    heard: list[str] = field(default_factory=list)

    def tap(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.taps += 1
        self.idle()

    def idle(self) -> None:
        self.page.wait_for_selector("body:not([data-busy=yes])")

    def answer(self, name: str, value: str) -> None:
        self.tap(f'label:has(input[name="{name}"][value="{value}"])')

    def all_well(self, group: str) -> None:
        self.tap(f'[data-do="all-well"][data-group="{group}"]')

    def symptoms_none(self) -> None:
        for name in NO_PAIN:
            self.answer(f"symptom.{name}", "no")
        self.answer("symptom.groin_pinch", "none")
        self.answer("symptom.leg_symptoms", "none")

    def named(self, text: str) -> None:
        """Type a name, and leave its field."""
        self.page.locator(".who summary").click()
        self.page.fill("#who-full", text)
        self.page.press("#who-full", "Tab")
        self.idle()

    def clean(self) -> None:
        """Answer everything that a clean first visit needs."""
        self.all_well("safety")
        self.symptoms_none()
        self.all_well("wall")
        self.all_well("stick")
        self.answer("pain.during_drill", "0")

    def picked(self, name: str) -> str | None:
        """Return the answer that the radio group shows."""
        found = self.page.locator(f'input[type=radio][name="{name}"]:checked')
        return found.get_attribute("value") if found.count() else None

    def verdict(self) -> str:
        return self.page.locator("#result-readiness h2").inner_text().splitlines()[-1].strip()

    def triage(self) -> str:
        return self.page.locator("#result-triage h2").inner_text().splitlines()[-1].strip()


@contextmanager
def begun(browser: Browser, here: Live, **options: object) -> Iterator[Visit]:
    """Open the pages and begin a visit of somebody new; whatever the browser complains about or
    asks elsewhere is heard.
    """
    context = browser.new_context(**{"viewport": {"width": 1180, "height": 820}, **options})  # type: ignore[arg-type]
    page = context.new_page()
    visit = Visit(page)
    listen(page, visit.heard, here.origin)
    let_in(context, here)
    page.goto(here.origin)
    visit.tap("text=New person")
    yield visit
    context.close()


def let_in(context: BrowserContext, here: Live) -> None:
    """Give a browser the cookie of the one that opened the address."""
    if not hasattr(here, "jar"):
        first = context.new_page()
        first.goto(here.settings.address)
        here.jar = context.cookies()  # type: ignore[attr-defined]
        first.close()
    context.add_cookies(here.jar)  # type: ignore[attr-defined]


def listen(page: Page, heard: list[str], origin: str) -> None:
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith((origin, "data:")) else heard.append(request.url)
        ),
    )
