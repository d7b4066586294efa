"""The author's page in a real browser: typed, told, kept and taken back; seen at every width."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import axe
import pytest
from playwright.sync_api import Browser, Page, expect
from served import Live, live

from hingeexpert.assurance.authoring.draft import Draft
from hingeexpert.assurance.authoring.history import files_to_keep
from hingeexpert.assurance.authoring.keeping import begin
from hingeexpert.formats.files import data_folder
from hingeexpert.web.author import AuthorPages

PEOPLE = 2000
LOOKS = {"dark": (390, 1180), "light": (768, 1440)}
"""Widths that the page is looked at, in light and dark."""
NUMBER = "value of parameters.drill_pain_stop"
OVER = ".top, .does { position: static !important; max-height: none !important }"
"""axe takes what a panel covers for too small a target."""
WIDER = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(data_folder("rules"), tmp_path_factory.mktemp("own") / "rules"))
    begin(folder)
    return folder


@pytest.fixture(scope="module")
def here(rules: Path) -> Iterator[Live]:
    draft = Draft(rules, PEOPLE)
    with live(draft.before.knowledge, AuthorPages(draft).routes(), author=True) as running:
        yield running


def window(browser: Browser, here: Live, width: int, scheme: str) -> Page:
    """Open a window that is let in."""
    context = browser.new_context(
        bypass_csp=True,
        color_scheme=scheme,  # type: ignore[arg-type]
        viewport={"width": width, "height": 900},
    )
    cookie = {"name": here.settings.cookie, "value": here.let_in(), "url": here.origin}
    context.add_cookies([cookie])  # type: ignore[list-item]
    return context.new_page()


def test_what_is_typed_is_told_kept_and_taken_back(
    browser: Browser, here: Live, rules: Path
) -> None:
    before = files_to_keep(rules)
    page = window(browser, here, 1440, "light")
    page.goto(f"{here.origin}/sheets/numbers")
    page.get_by_label(NUMBER).fill("six")
    expect(page.get_by_label(NUMBER)).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".slip")).to_have_text(
        '"six" is no number; allowed: digits, such as 5 or 0.5'
    )
    page.get_by_label(NUMBER).fill("6")
    does = page.locator("#does")
    expect(does).to_contain_text(f"Of {PEOPLE:,} invented people")
    expect(does).to_contain_text("fails: shallow_range/pain-limits-the-range.yaml")
    expect(does).to_contain_text("text: ")
    expect(page.locator("[aria-invalid=true]")).to_have_count(0)
    page.get_by_text("Keep it", exact=True).click()
    for label, text in {"Why": "As read.", "Sources": "PROPOSAL", "Your name": "Ada"}.items():
        page.locator(".keeping").get_by_label(label).fill(text)
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator("#kept-told")).to_contain_text("a worked case fails")
    page.get_by_label("Another person").fill("Bo")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.wait_for_url("**/history#change-1")
    assert files_to_keep(rules) != before
    page.get_by_text("Take it back", exact=True).click()
    page.get_by_label("Why").fill("Read wrongly.")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_role("button", name="Take change 1 back").click()
    page.wait_for_url("**/history#change-2")

    assert files_to_keep(rules) == before
    page.context.close()


@pytest.mark.parametrize("scheme", LOOKS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Browser, here: Live, scheme: str
) -> None:
    found = {}
    for width in LOOKS[scheme]:
        page = window(browser, here, width, scheme)
        for path in ("sheets/triage", "history"):
            page.goto(f"{here.origin}/{path}")
            found[width, path, "wide"] = (
                page.evaluate("document.documentElement.scrollWidth") > width
            )
            page.add_style_tag(content=OVER)
            axe.unfold(page)
            axe.thin(page)
            found[width, path, "axe"] = axe.violations(page)
        page.context.close()

    assert [(place, what) for place, what in found.items() if what] == []
