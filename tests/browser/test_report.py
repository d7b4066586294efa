"""The page of a diagnosis in a real Chromium. Without one these tests fail."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe import DARK_AND_NARROW, WIDE, Look, Violations, unfold
from folders import FORMS
from papers import read
from playwright.sync_api import Browser, Page

from hingeexpert.forms import read_form
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.reporting import render_html

NAMES = tuple(sorted(path.stem for path in FORMS.glob("*.yaml")))
HOSTILE = "<img src=x onerror=alert(1)><script>alert(1)</script> " + "W" * 130


def page_file(
    knowledge: KnowledgeBase, name: str, folder: Path, patient: dict[str, str] | None = None
) -> str:
    """Write the page of a form; return its address."""
    path = FORMS / f"{name}.yaml"
    diagnosis = diagnose(knowledge, read_form(knowledge, path.name, path.read_bytes()))
    if patient:
        diagnosis = diagnosis.model_copy(update={"patient": patient})
    page = folder / f"{name}.html"
    page.write_text(render_html(knowledge, diagnosis), encoding="utf-8")
    return page.as_uri()


@pytest.mark.parametrize(
    ("name", "look"),
    [
        *((name, WIDE) for name in NAMES),
        *((name, DARK_AND_NARROW) for name in ("emergency", "fault")),
    ],
)
def test_page_is_accessible(
    knowledge: KnowledgeBase,
    violations: Callable[[str, Look], Violations],
    tmp_path: Path,
    name: str,
    look: Look,
) -> None:
    """axe finds no violation of WCAG 2.2 AA or of its best practices, on a wide and on a narrow
    screen.
    """
    assert violations(page_file(knowledge, name, tmp_path), look) == []


@pytest.mark.parametrize("name", NAMES)
def test_page_is_silent_and_fits_a_narrow_screen(
    knowledge: KnowledgeBase,
    noise: Callable[[str], tuple[list[str], list[str], Page]],
    tmp_path: Path,
    name: str,
) -> None:
    """The page asks for nothing but itself, its style applies, and neither a name nor the policy
    makes an error. At 320 pixels nothing scrolls sideways, also with everything unfolded and long
    words.
    """
    address = page_file(knowledge, name, tmp_path, {"id": HOSTILE + "X" * 150, "name": HOSTILE})
    requests, complaints, page = noise(address)
    assert requests == [address]
    assert complaints == []
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.banner')).borderLeftStyle")
        == "solid"
    )
    assert page.locator("dd bdi").first.inner_text() == HOSTILE.strip()
    page.set_viewport_size({"width": 320, "height": 640})
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_page_can_be_walked_by_keyboard(
    knowledge: KnowledgeBase, browser: Browser, tmp_path: Path
) -> None:
    """The first stop is a visible link to the result, and a fold opens with the keyboard."""
    page = browser.new_page()
    page.goto(page_file(knowledge, "fault", tmp_path))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('details').open")
    page.close()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_page_prints_dark_on_white_without_the_folded_trace(
    knowledge: KnowledgeBase, browser: Browser, tmp_path: Path, paper: str
) -> None:
    """Paper is light whatever the screen is, fits its width, and the trace stays out unless it was
    opened.
    """
    context = browser.new_context(
        color_scheme="dark", viewport={"width": {"A4": 680, "Letter": 703}[paper], "height": 900}
    )
    page = context.new_page()
    page.goto(page_file(knowledge, "fault", tmp_path))
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert not page.locator("#trace").is_visible()
    unfold(page)
    assert page.locator("#trace").is_visible()
    assert page.pdf(format=paper)[:5] == b"%PDF-"
    context.close()


@pytest.mark.parametrize("name", ["fault", "emergency"])
def test_each_printed_page_says_whose_it_is_and_which(
    knowledge: KnowledgeBase, browser: Browser, tmp_path: Path, name: str
) -> None:
    """A loose page belongs to somebody: the number of the patient, never the name, and the page."""
    page = browser.new_page()
    page.goto(page_file(knowledge, name, tmp_path, {"id": "P-4711", "name": "Kim Example"}))
    (tmp_path / "paper.pdf").write_bytes(page.pdf(prefer_css_page_size=True))
    texts = read(tmp_path / "paper.pdf").split("\f")[:-1]
    assert len(texts) > 1
    for number, text in enumerate(texts, start=1):
        assert "Patient id: P-4711" in text
        assert re.search(rf"Page {number} of {len(texts)}\b", text)
    assert [text for text in texts[1:] if "Kim Example" in text] == []
    page.close()


def test_a_report_is_signed_on_paper_only(
    knowledge: KnowledgeBase, browser: Browser, tmp_path: Path
) -> None:
    page = browser.new_page()
    page.goto(page_file(knowledge, "fault", tmp_path))
    assert not page.locator(".signature").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".signature").inner_text().split() == [
        "Signed",
        "Clinician",
        "Signature",
        "Date",
    ]
    page.close()


def test_no_page_of_a_printed_fault_is_left_half_empty(
    knowledge: KnowledgeBase, browser: Browser, tmp_path: Path
) -> None:
    """A fault may break over pages, so the first page is full whatever follows."""
    page = browser.new_page()
    page.goto(page_file(knowledge, "fault", tmp_path))
    page.emulate_media(media="print")
    breaks = "item => getComputedStyle(item).breakInside"
    faults = page.locator("article.card").evaluate_all(f"items => items.map({breaks})")
    assert set(faults) == {"auto"}
    page.close()
