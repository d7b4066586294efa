"""A visit on the page, as a finger or a keyboard goes through it."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from served import Live, live

from hingeexpert.intake import Intake
from hingeexpert.intake.events import NewAnswers
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.record import Record
from hingeexpert.web.application import page_routes
from hingeexpert.web.settings import Settings

CLUSTERS = ("hospital", "nerves", "cancer", "infection", "bone", "exercise")
NO_PAIN = ("low_back_pain", "pain_with_deadlift", "pain_with_swing", "avoids_hinging")
PATIENCE = 15_000
"""Milliseconds after which what a test waits for does not come any more."""
STEP = "item => item.closest('.step').dataset.step"
PICKED = """item => {
    const picked = item.querySelector('[aria-checked=true]');
    if (picked) return picked.dataset.value;
    const box = item.querySelector('.tick-box');
    if (box?.getAttribute('aria-pressed') === 'true') return 'yes';
    if (box?.classList.contains('tick-no')) return 'no';
    if (item.querySelector('[data-pass][aria-pressed=true]')) return '';
    return item.querySelector('input')?.value || null;
}"""
"""The answer that the piece of a question shows; empty where nobody looked."""


@contextmanager
def serving(knowledge: KnowledgeBase, record: Path) -> Iterator[Live]:
    """Serve the pages over a record until the block ends; its `intake` writes there,
    too.
    """
    with (
        closing(Record(record)) as opened,
        live(knowledge, page_routes(Settings(knowledge, 0, print), opened)) as here,
        ExitStack() as windows,
    ):
        here.intake = Intake(knowledge, opened)  # type: ignore[attr-defined]
        here.windows, here.at_end = {}, windows  # type: ignore[attr-defined]
        yield here


CLEAN: dict[str, Value] = {
    **{f"symptom.{name}": "no" for name in NO_PAIN},
    "symptom.groin_pinch": "none",
    "symptom.leg_symptoms": "none",
    "pain.during_drill": 0,
}
"""What a clean first visit needs beside the parts that are answered at once."""


def kept(
    here: Live,
    answers: Mapping[str, Value],
    *,
    person: str | None = None,
    short: bool = False,
    groups: tuple[str, ...] = (),
    clusters: tuple[str, ...] = (),
    end: bool = False,
    **head: str,
) -> str:
    """Write a visit to the record, as presses would, and return its id.

    Args:
        here: The server of the record.
        answers: What is answered one by one.
        person: Whose visit it is; somebody new without one.
        short: Whether it is a short one.
        groups: The parts that are then answered as they should be.
        clusters: The clusters of which nothing else applies.
        end: Whether the visit is finished.
        head: Who it is of.
    """
    intake: Intake = here.intake  # type: ignore[attr-defined]
    visit = intake.begin(person, short)

    def version() -> int:
        return intake.state(visit).version

    intake.describe(visit, head)
    if answers:
        intake.change(visit, version(), NewAnswers(dict(answers)))
    for cluster in clusters:
        intake.none_of(visit, version(), cluster)
    for group in groups:
        intake.all_well(visit, version(), group)
    if end:
        intake.finish(visit, version())
    return visit


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

    def follow(self, selector: str) -> None:
        """Press what leads to another page, and wait until that page stands."""
        with self.page.expect_navigation():
            self.page.click(selector)
        self.idle()

    def open(self, here: Live, visit: str) -> None:
        """Open a visit of the record."""
        self.page.goto(f"{here.origin}/visits/{visit}")

    def idle(self) -> None:
        self.page.wait_for_selector("body:not([data-busy=yes])")

    def go(self, step: str) -> None:
        """Go to a step by the map."""
        if self.page.locator("body").get_attribute("data-step") != step:
            self.tap(f'#map [data-go="{step}"]')

    def bring(self, name: str) -> str:
        """Go where a question stands, open what it is folded into, and return its selector."""
        place = selector(name)
        item = self.page.locator(place)
        self.go(str(item.evaluate(STEP)))
        for fold in self.page.locator(
            f"details:not([open]):not(.how):has({place}) > summary"
        ).all():
            fold.click()
            self.taps += 1
        if not item.is_visible():
            spot = item.evaluate("item => item.closest('.asked-spot').dataset.of")
            self.tap(f"#spot-{spot}")
        return place

    def answer(self, name: str, value: str) -> None:
        """Press an answer at its question; an empty one says that nobody looked."""
        place = self.bring(name)
        button = f'{place} [data-do="answer"][data-value="{value}"]'
        if not self.page.locator(button).first.is_visible():
            self.tap(f"{place} .how summary")
        self.tap(button)

    def typed(self, name: str, text: str) -> None:
        """Type a number, and leave its field."""
        place = self.bring(name)
        self.page.fill(f"{place} input", text)
        self.page.press(f"{place} input", "Tab")
        self.idle()

    def none_of(self, cluster: str) -> None:
        """Say that nothing else of a cluster applies."""
        step = self.page.locator(f"#c-{cluster}").evaluate(STEP)
        self.go(str(step))
        fold = self.page.locator(f"#c-{cluster}:not([open]) > summary")
        if fold.count():
            fold.click()
            self.taps += 1
        self.tap(f"#c-{cluster}-none")

    def all_well(self, group: str) -> None:
        self.go(group)
        self.tap(f"#well-{group}")

    def safe(self) -> None:
        """Say no to every safety question."""
        for cluster in CLUSTERS:
            self.none_of(cluster)

    def clean(self) -> None:
        """Answer everything that a clean first visit needs."""
        self.safe()
        self.none_of("complaints")
        self.all_well("wall")
        self.all_well("stick")
        self.answer("pain.during_drill", "0")

    def named(self, text: str, key: str = "name") -> None:
        """Type who it is at the head of the page, and leave the field."""
        self.page.click("#who-open")
        self.page.fill(f"#who-{key}", text)
        self.page.press(f"#who-{key}", "Tab")
        self.idle()
        self.page.click("#who-dialog .button-main")

    def finish(self) -> str:
        """Finish the visit, without a name where it has none, and return its address."""
        address = self.page.url.partition("#")[0]
        self.go("result")
        if self.page.locator("#nameless").is_visible():
            self.page.check("#nameless")
        self.page.click(".button-finish")
        self.page.wait_for_url("**/done")
        return address

    def picked(self, name: str) -> str | None:
        """Return the answer that a question shows."""
        found: str | None = self.page.locator(selector(name)).evaluate(PICKED)
        return found

    def verdict(self) -> str:
        return (self.page.locator(".ladder-word strong").text_content() or "").strip()

    def triage(self) -> str:
        return (self.page.locator("#sight-triage .bound").text_content() or "").strip()


def selector(name: str) -> str:
    """Return where a question stands on the page."""
    return "#q-" + name.replace(".", "-")


@contextmanager
def window(browser: Browser, here: Live, **options: object) -> Iterator[Visit]:
    """Open a page that is let in; whatever the browser complains about or asks elsewhere is
    heard.
    """
    with fresh_page(
        browser, here, **{"viewport": {"width": 1180, "height": 820}, **options}
    ) as page:
        visit = Visit(page)
        listen(page, visit.heard, here.origin)
        yield visit


@contextmanager
def fresh_page(
    browser: Browser, here: Live, viewport: ViewportSize, **options: object
) -> Iterator[Page]:
    """Open a page of its own in the window of a server, which stays open until the server ends: to
    open one takes longer than most tests. Every page that a test opens is closed after it.
    """
    windows: dict[str, BrowserContext] = here.windows  # type: ignore[attr-defined]
    if str(options) not in windows:
        windows[str(options)] = _window(browser, here, options)
    context = windows[str(options)]
    before = context.pages
    page = context.new_page()
    page.set_viewport_size(viewport)
    try:
        yield page
    finally:
        for other in [item for item in context.pages if item not in before]:
            other.close()


def _window(browser: Browser, here: Live, options: dict[str, object]) -> BrowserContext:
    """Open a window with one empty page, which keeps its process."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    here.at_end.callback(context.close)  # type: ignore[attr-defined]
    context.set_default_timeout(PATIENCE)
    let_in(context, here)
    context.new_page().goto(f"{here.origin}/static/page.js")
    return context


@contextmanager
def begun(browser: Browser, here: Live, **options: object) -> Iterator[Visit]:
    """Open a window, and begin a visit of somebody new."""
    with window(browser, here, **options) as visit:
        visit.page.goto(here.origin)
        visit.tap("text=New person")
        yield visit


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
