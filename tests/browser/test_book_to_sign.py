"""The book to sign in a real Chromium, on screen and as printed pages."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe import DARK_AND_NARROW, WIDE, Look, Violations, thin
from playwright.sync_api import Browser, Page

from hingeexpert.assurance.book import book
from hingeexpert.assurance.book_to_sign import book_to_sign, render_book_to_sign
from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.loading import model_documents
from hingeexpert.knowledge.places import names_of

SHARE = 20
"""One case in so many is on the page: they all look alike."""


@pytest.fixture(scope="module")
def address(
    knowledge: KnowledgeBase, outcomes: list[Outcome], tmp_path_factory: pytest.TempPathFactory
) -> str:
    path: Path = tmp_path_factory.mktemp("book") / "sign.html"
    documents = model_documents(data_folder("rules")).items()
    places = {file: names_of(file, document) for file, document in documents}
    bound = book_to_sign(book(knowledge, outcomes[::SHARE]), places)
    path.write_text(render_book_to_sign(bound), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Show the whole book in a narrow window, which two tests share, as it is large."""
    opened = browser.new_page(viewport={"width": 320, "height": 640})
    opened.goto(address)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def few(browser: Browser, address: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of the book with few of all that is alike."""
    path: Path = tmp_path_factory.mktemp("book") / "few.html"
    page = browser.new_page()
    page.goto(address)
    thin(page)
    assert page.locator(".grid").count() > 5
    path.write_text(page.content(), encoding="utf-8")
    page.close()
    return path.as_uri()


def test_it_fits_a_narrow_screen(page: Page) -> None:
    """At 320 pixels nothing scrolls sideways."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("look", [WIDE, DARK_AND_NARROW], ids=["wide", "dark and narrow"])
def test_it_is_accessible(
    violations: Callable[[str, Look], Violations], few: str, look: Look
) -> None:
    """axe finds no violation of WCAG 2.2 AA or of its best practices."""
    assert violations(few, look) == []


def test_it_is_silent(
    noise: Callable[[str], tuple[list[str], list[str], Page]], address: str
) -> None:
    """It asks for nothing but itself, its style applies, and its policy makes no error."""
    requests, complaints, page = noise(address)
    assert (requests, complaints) == ([address], [])
    assert page.evaluate("getComputedStyle(document.querySelector('.cover')).display") == "grid"


def printed(page: Page, paper: str, path: Path) -> list[str]:
    """Print to a PDF, and return the text of each page as it lies on it."""
    page.pdf(path=path, format=paper)
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    return text.split("\f")[:-1]


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_every_printed_page_says_what_it_is_a_page_of(
    page: Page, paper: str, knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    """Running head, version, checksum and number stand on each page, and the first section ends on
    the first one.
    """
    pages = printed(page, paper, tmp_path / "book.pdf")
    head = f"{knowledge.info.title}: the book to sign"

    for number, text in enumerate(pages, 1):
        first, last = text.strip().splitlines()[0], text.strip().splitlines()[-1]
        assert head in first
        assert knowledge.info.version in first
        assert knowledge.sha256 in last
        assert f"Page {number} of {len(pages)}" in last
    assert "not mine" in pages[0]
    assert "not mine" not in pages[1].partition("Triage and readiness")[0]
