"""A real Chromium, and what the tests of the pages ask it. Without one these tests fail."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import axe
import chromium
import kinds
import pytest
from app_ways import AppWay, from_app
from axe import Look, Violations, thin, unfold
from playwright.sync_api import Browser, Page, Playwright, ViewportSize, sync_playwright
from ways import Way, from_server

from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge import KnowledgeBase

FONTS = (
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>{}</dir>'
    "<dir>/usr/share/fonts</dir><cachedir>{}</cachedir></fontconfig>"
)
"""The shipped fonts besides those of the machine, so that a page is as wide on each."""
LEAN = (
    "--in-process-gpu",
    "--renderer-process-limit=1",
    "--default-tile-width=512",
    "--default-tile-height=512",
)
"""Fewer processes, which start for each window and pass on what is drawn: an eighth less work; and
fewer tiles to draw, each of which takes memory of its own: a tenth less.
"""
USUAL: ViewportSize = {"width": 1280, "height": 720}
DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""A page has been drawn, so that what drawing asks for is heard, too."""


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Yield what starts browsers."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start the Chromium of this machine."""
    executable = chromium.found()
    assert executable, chromium.MISSING
    folder = tmp_path_factory.mktemp("fonts")
    (folder / "fonts.conf").write_text(FONTS.format(data_folder("reports") / "fonts", folder))
    started = playwright.chromium.launch(
        executable_path=executable,
        args=["--no-sandbox", "--disable-dev-shm-usage", *LEAN],
        env={**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")},
    )
    yield started
    started.close()


@pytest.fixture(scope="session")
def violations(browser: Browser) -> Callable[[str, Look], Violations]:
    """Return what axe finds on the page at an address, with every fold open; some rules ask
    how a thing looks, which things alike do alike. Each look has one window, for to open one is
    slow.
    """
    windows: dict[Look, Page] = {}

    def found(address: str, look: Look) -> Violations:
        if look not in windows:
            windows[look] = look.context(browser).new_page()
        windows[look].goto(address)
        unfold(windows[look])
        if look.rules:
            thin(windows[look])
        return axe.violations(windows[look], rules=look.rules)

    return found


@pytest.fixture(scope="session")
def noise(browser: Browser) -> Callable[[str], tuple[list[str], list[str], Page]]:
    """Show a page in one window; return what it asked for, what it complained about, and the
    page itself.
    """
    page = browser.new_page()
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append("dialog"), dialog.dismiss()))

    def heard(address: str) -> tuple[list[str], list[str], Page]:
        page.set_viewport_size(USUAL)
        requests.clear()
        complaints.clear()
        page.goto(address, wait_until="load")
        page.evaluate(DRAWN)
        return requests, complaints, page

    return heard


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what takes a way to the pages on each kind that is chosen."""
    if "kind" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--kinds")
        metafunc.parametrize(
            "kind", kinds.kinds_of(metafunc.definition, chosen), indirect=True, scope="module"
        )


@pytest.fixture(scope="module")
def kind(request: pytest.FixtureRequest) -> str:
    """Return where the pages come from: one of `server`, `folder`, `file`."""
    return str(request.param)


@pytest.fixture(scope="session")
def app(
    browser: Browser, knowledge: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], AppWay]]:
    """Return the way to an app of a kind, which is written and started once."""
    with ExitStack() as at_end:

        @cache
        def of(kind: str) -> AppWay:
            folder = tmp_path_factory.mktemp(kind)
            return at_end.enter_context(from_app(browser, knowledge, kind, folder))

        yield of


@pytest.fixture(scope="module")
def way(
    kind: str,
    app: Callable[[str], AppWay],
    browser: Browser,
    knowledge: KnowledgeBase,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Way]:
    """Return the way to the pages, over a record that the tests of a file share."""
    if kind in kinds.APP:
        yield app(kind)
        return
    record = tmp_path_factory.mktemp("record") / "record.sqlite"
    with from_server(browser, knowledge, record) as server:
        yield server
