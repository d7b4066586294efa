"""The book of the knowledge base in a real Chromium."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe import DARK_AND_NARROW, WIDE, Look, Violations, thin, unfold
from playwright.sync_api import Browser, Page, expect

from hingeexpert.assurance.book import book, render_book
from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.knowledge import KnowledgeBase

SHARE = 20
"""One case in so many is on the page: they all look alike."""

PAPERS = {"A4": (680, 978), "Letter": (703, 912)}
"""Pixels between the margins of a sheet, across and down."""
THINNED = """document.querySelectorAll('.part').forEach(
    part => [...part.querySelectorAll('.chapter, .group')].slice(1)
        .forEach(item => item.remove()))"""


@pytest.fixture(scope="module")
def address(
    knowledge: KnowledgeBase, outcomes: list[Outcome], tmp_path_factory: pytest.TempPathFactory
) -> str:
    path: Path = tmp_path_factory.mktemp("book") / "book.html"
    some = outcomes[::SHARE]
    path.write_text(
        render_book(book(knowledge, some, [("id", "A sentence.", "proven")])), encoding="utf-8"
    )
    return path.as_uri()


@pytest.fixture(scope="module")
def few(browser: Browser, address: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of the book with few of all that is alike, every fold open."""
    path: Path = tmp_path_factory.mktemp("book") / "few.html"
    page = browser.new_page()
    page.goto(address)
    page.evaluate(THINNED)
    unfold(page)
    thin(page)
    assert page.locator(".chapter").count() > 5
    path.write_text(page.content(), encoding="utf-8")
    page.close()
    return path.as_uri()


def test_book_on_a_narrow_screen(browser: Browser, address: str) -> None:
    """At 320 pixels nothing but the picture, in its own frame, scrolls sideways; that takes the
    focus, and the arrow keys move it.
    """
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.locator(".scroll").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".scroll")).not_to_have_js_property("scrollLeft", 0)
    page.close()


@pytest.mark.parametrize("look", [WIDE, DARK_AND_NARROW], ids=["wide", "dark and narrow"])
def test_book_is_accessible(
    violations: Callable[[str, Look], Violations], few: str, look: Look
) -> None:
    """axe finds no violation of WCAG 2.2 AA or of its best practices; chapters of a part are made
    alike, so one of each is looked at.
    """
    assert violations(few, look) == []


def test_book_is_silent(
    noise: Callable[[str], tuple[list[str], list[str], Page]], address: str
) -> None:
    """The book asks for nothing but itself, its style applies, and its policy makes no error."""
    requests, complaints, page = noise(address)
    assert (requests, complaints) == ([address], [])
    assert page.evaluate("getComputedStyle(document.querySelector('.cover')).display") == "grid"


def test_book_prints_dark_on_white_within_the_paper(browser: Browser, address: str) -> None:
    """Paper is light whatever the screen is, nothing is cut off at the side, and the cover is a
    page of its own. A few chapters are printed.
    """
    page = browser.new_page(color_scheme="dark")
    page.goto(address)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for paper, (width, height) in PAPERS.items():
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), paper
        cover = page.locator(".cover").bounding_box()
        assert cover, paper
        assert cover["height"] < height, paper
    assert page.evaluate(
        "[...document.querySelectorAll('.part')].every(part => "
        "getComputedStyle(part).breakBefore === 'page')"
    )
    page.evaluate(THINNED)
    assert all(page.pdf(format=paper)[:5] == b"%PDF-" for paper in PAPERS)
    page.close()
