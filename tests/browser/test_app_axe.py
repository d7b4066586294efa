"""What only the app shows, against WCAG 2.2 AA: before its pages, in their place, on the page of
its device, and where it is locked.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial

import axe
import pytest
from app_ways import START, AppWay
from axe import DARK_AND_NARROW, WIDE, Look
from playwright.sync_api import Page

SILENT = "window.Worker = class { addEventListener() {} postMessage() {} terminate() {} }"
"""A worker that never comes to an end with its start."""
FAILING = """window.Worker = class {
  addEventListener(kind, hear) { if (kind === "message") this.hear = hear; }
  postMessage() { setTimeout(() => this.hear({ data: { kind: "failed", name: "Error" } })); }
  terminate() {}
}"""
"""One that ends with it at once."""
LOOKS = pytest.mark.parametrize("look", [WIDE, DARK_AND_NARROW], ids=["wide", "dark and narrow"])


@contextmanager
def fresh(way: AppWay, look: Look) -> Iterator[Page]:
    """Open a window in which the app was never started."""
    with closing(look.context(way.browser)) as context:
        context.set_default_timeout(START)
        yield context.new_page()


def titled(page: Page, title: str) -> None:
    """Wait until the first page says this."""
    page.locator("#stage h1", has_text=title).wait_for()


@LOOKS
@pytest.mark.only_on("folder", why="the file has the same first page")
def test_axe_finds_nothing_in_place_of_the_pages(way: AppWay, look: Look) -> None:
    """While the app starts, where it is open in another tab, and where it cannot start."""
    violations = partial(axe.violations, rules=look.rules)
    found: dict[str, axe.Violations] = {}
    with fresh(way, look) as page:
        page.add_init_script(SILENT)
        page.goto(way.url)
        titled(page, "Starting")
        found["starting"] = violations(page)
        second = page.context.new_page()
        second.goto(way.url)
        titled(second, "Open in another tab")
        found["another tab"] = violations(second)
    with fresh(way, look) as page:
        page.add_init_script(FAILING)
        page.goto(way.url)
        titled(page, "The app cannot start")
        found["failed"] = violations(page)

    assert {state: slips for state, slips in found.items() if slips} == {}


@LOOKS
@pytest.mark.only_on("folder", "file", why="a server has no device")
def test_axe_finds_nothing_on_the_page_of_the_device_and_where_it_is_locked(
    way: AppWay, look: Look
) -> None:
    """The record of the file is locked; that of the folder is open."""
    size = {"width": look.width, "height": 800}
    with way.window(size, color_scheme=look.scheme) as page:
        way.goto(page, "/record")
        axe.unfold(page)
        found = {"device": axe.violations(page, rules=look.rules)}
        if way.locks:
            way.goto(page, "/")
            way.lock(page)
            found["locked"] = axe.violations(page, rules=look.rules)
            way.unlock(page)

    assert {state: slips for state, slips in found.items() if slips} == {}
