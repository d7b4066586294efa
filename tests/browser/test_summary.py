"""The summary of a table in a real Chromium."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe import DARK_AND_NARROW, WIDE, Look, Violations, unfold
from papers import read
from playwright.sync_api import Browser, Page
from summaries import MEANINGS, empty, full

from hingeexpert.batch.summary_page import render_summary
from hingeexpert.knowledge import KnowledgeBase

HOSTILE = "<img src=x onerror=alert(1)><script>alert(1)</script> " + "W" * 130


@pytest.fixture(scope="module")
def pages(knowledge: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the address of the page of each run."""
    folder: Path = tmp_path_factory.mktemp("summary")
    runs = {
        "full": full(knowledge),
        "hostile": full(knowledge, patient=HOSTILE, file=HOSTILE),
        "empty": empty(),
    }
    for name, run in runs.items():
        (folder / f"{name}.html").write_text(
            render_summary(knowledge, run, MEANINGS), encoding="utf-8"
        )
    return {name: (folder / f"{name}.html").as_uri() for name in runs}


@pytest.mark.parametrize("width", [320, 704, 1200])
def test_summary_fits_the_screen(browser: Browser, pages: dict[str, str], width: int) -> None:
    """Nothing scrolls sideways, also with everything unfolded and long names."""
    page = browser.new_page(viewport={"width": width, "height": 640})
    page.goto(pages["hostile"])
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize("look", [WIDE, DARK_AND_NARROW], ids=["wide", "dark and narrow"])
@pytest.mark.parametrize("name", ["full", "empty"])
def test_summary_is_accessible(
    violations: Callable[[str, Look], Violations], pages: dict[str, str], name: str, look: Look
) -> None:
    """axe finds no violation of WCAG 2.2 AA or of its best practices."""
    assert violations(pages[name], look) == []


def test_summary_is_silent(
    noise: Callable[[str], tuple[list[str], list[str], Page]], pages: dict[str, str]
) -> None:
    """The page asks for nothing but itself, its style applies, and neither a name nor the policy
    makes an error.
    """
    requests, complaints, page = noise(pages["hostile"])
    assert (requests, complaints) == ([pages["hostile"]], [])
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.banner')).borderLeftStyle")
        == "solid"
    )
    assert HOSTILE.strip() in page.locator("th bdi").all_inner_texts()


def test_bars_are_as_long_as_their_shares(browser: Browser, pages: dict[str, str]) -> None:
    page = browser.new_page()
    page.goto(pages["full"])
    bar = page.locator("svg.bar", has_text="Note: 400").locator("rect")
    widths = bar.evaluate_all("parts => parts.map(part => part.getBoundingClientRect().width)")
    assert widths[1] / widths[0] == pytest.approx(400 / 960 / 0.5, abs=0.01)
    page.close()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_summary_prints_dark_on_white_within_the_paper(
    browser: Browser, pages: dict[str, str], paper: str
) -> None:
    """Paper is light whatever the screen is, nothing is cut off at the side, and numbers stand in
    columns.
    """
    context = browser.new_context(
        color_scheme="dark", viewport={"width": {"A4": 680, "Letter": 703}[paper], "height": 900}
    )
    page = context.new_page()
    page.goto(pages["hostile"])
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.stacks td')).display")
        == "table-cell"
    )
    assert page.pdf(format=paper)[:5] == b"%PDF-"
    context.close()


def test_each_printed_page_says_which_it_is(
    browser: Browser, pages: dict[str, str], tmp_path: Path
) -> None:
    page = browser.new_page()
    page.goto(pages["full"])
    (tmp_path / "paper.pdf").write_bytes(page.pdf(prefer_css_page_size=True))
    texts = read(tmp_path / "paper.pdf").split("\f")[:-1]
    assert len(texts) > 1
    for number, text in enumerate(texts, start=1):
        assert f"Page {number} of {len(texts)}" in text
        assert "summary of a table of forms" in text
    page.close()
