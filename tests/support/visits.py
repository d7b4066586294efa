"""A visit on the page, as a finger or a keyboard goes through it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page
from ways import Way

from hingeexpert.knowledge.condition import Value

CLUSTERS = ("hospital", "nerves", "cancer", "infection", "bone", "exercise")
NO_PAIN = ("low_back_pain", "pain_with_deadlift", "pain_with_swing", "avoids_hinging")
STEP = "item => item.closest('.step').dataset.step"
SPOT = "item => item.closest('.asked-spot').dataset.of"
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
KEPT = """() => {
    if (!document.body || document.body.dataset.busy === 'yes') return false;
    document.body.classList.remove('settling');
    return true;
}"""
"""Every answer is kept. The moment after it in which a finger hits nothing is cut short, as most of
a visit would be spent in it: a test of the presses looks at it alone.
"""


CLEAN: dict[str, Value] = {
    **{f"symptom.{name}": "no" for name in NO_PAIN},
    "symptom.groin_pinch": "none",
    "symptom.leg_symptoms": "none",
    "pain.during_drill": 0,
}
"""What a clean first visit needs beside the parts that are answered at once."""


@dataclass
class Visit:
    """A page, the way to it, and how often it was tapped. A server of another process has no way:
    its tests go to its addresses themselves.
    """

    page: Page
    way: Way | None = None
    taps: int = 0
    heard: list[str] = field(default_factory=list)

    def tap(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.taps += 1
        self.idle()

    def follow(self, selector: str) -> None:
        """Press what leads to another page, and wait until that page stands."""
        with self.way.leaving(self.page):
            self.page.click(selector)
        self.idle()

    def goto(self, address: str) -> None:
        """Show what stands at an address."""
        self.way.goto(self.page, address)

    def shown(self, address: str) -> Page:
        """Return the page on which an address is shown as its links show it: a paper beside."""
        if address.endswith(".html"):
            return self.way.paper(self.page, address)
        self.goto(address)
        return self.page

    def open(self, visit: str) -> None:
        """Open a visit of the record."""
        self.goto(f"/visits/{visit}")

    def reload(self) -> None:
        """Load the page anew."""
        self.way.reload(self.page)

    def address(self) -> str:
        """Return the address of the page that stands, without the place on it."""
        return self.way.address(self.page)

    def fetched(self, address: str) -> bytes:
        """Return what the page gets that asks for an address."""
        return self.way.fetched(self.page, address)

    def idle(self) -> None:
        idle(self.page)

    def go(self, step: str) -> None:
        """Go to a step by the map."""
        if self.page.evaluate("document.body.dataset.step") != step:
            self.tap(f'#map [data-go="{step}"]')

    def bring(self, name: str) -> str:
        """Go where a question stands, open what it is folded into, and return its selector."""
        place = selector(name)
        self.go(str(self.page.eval_on_selector(place, STEP)))
        if not self.page.is_visible(place):
            self._open_around(place)
        return place

    def _open_around(self, place: str) -> None:
        """Open the folds and the spot that an element lies in."""
        for fold in self.page.locator(
            f"details:not([open]):not(.how):has({place}) > summary"
        ).all():
            fold.click()
            self.taps += 1
        if not self.page.is_visible(place):
            spot = self.page.eval_on_selector(place, SPOT)
            self.tap(f"#spot-{spot}")

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
        self.go(str(self.page.eval_on_selector(f"#c-{cluster}", STEP)))
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

    def named(self, text: str, key: str = "name") -> None:
        """Type who it is at the head of the page, and leave the field."""
        self.page.click("#who-open")
        self.page.fill(f"#who-{key}", text)
        self.page.press(f"#who-{key}", "Tab")
        self.idle()
        self.page.click("#who-dialog .button-main")

    def finish(self) -> str:
        """Finish the visit, without a name where it has none, and return its address."""
        address = self.address()
        self.go("result")
        if self.page.locator("#nameless").is_visible():
            self.page.check("#nameless")
        self.page.click(".button-finish")
        self.way.arrived(self.page, "/done")
        return address

    def picked(self, name: str) -> str | None:
        """Return the answer that a question shows."""
        found: str | None = self.page.eval_on_selector(selector(name), PICKED)
        return found

    def verdict(self) -> str:
        return (self.page.locator(".ladder-word strong").text_content() or "").strip()

    def triage(self) -> str:
        return (self.page.locator("#sight-triage .bound").text_content() or "").strip()


def idle(page: Page) -> None:
    """Wait until every answer is kept, and the finger may press again."""
    page.wait_for_function(KEPT)


def selector(name: str) -> str:
    """Return where a question stands on the page."""
    return "#q-" + name.replace(".", "-")


@contextmanager
def window(way: Way, **options: object) -> Iterator[Visit]:
    """Open a page that is let in; whatever the browser complains about or asks elsewhere is
    heard.
    """
    with way.window(**{"viewport": {"width": 1180, "height": 820}, **options}) as page:  # type: ignore[arg-type]
        visit = Visit(page, way)
        with listening(page, visit.heard, way):
            yield visit


@contextmanager
def listening(page: Page, heard: list[str], way: Way) -> Iterator[None]:
    """Hear until the block ends what a page complains about, and what it asks for elsewhere."""
    hearing: dict[str, Callable[[Any], None]] = {
        "console": lambda message: heard.append(message.text),
        "pageerror": lambda error: heard.append(str(error)),
        "request": lambda request: (
            heard.append(request.url) if way.elsewhere(request.url) else None
        ),
    }
    for event, hear in hearing.items():
        page.on(event, hear)
    try:
        yield
    finally:
        for event, hear in hearing.items():
            page.remove_listener(event, hear)
