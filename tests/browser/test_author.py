"""The author's page in a real browser: typed, told, kept and taken back; seen at every width."""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import axe
import pytest
from playwright.sync_api import Browser, Page, expect
from served import Live, live
from small import SMALL

from hingeexpert.assurance.authoring.draft import RulesDraft
from hingeexpert.assurance.authoring.history.history import files_to_keep
from hingeexpert.assurance.authoring.history.keeping import begin
from hingeexpert.formats.files import data_folder
from hingeexpert.web.author import AuthorPages

PEOPLE, PATIENCE = 2000, 60_000
"""Invented people; milliseconds after which what is waited for does not come any more."""
LOOKS = {"dark": (390, 1180), "light": (768, 1440)}
"""Widths that the page is looked at, in light and dark."""
RULES = {"dark": ("color-contrast", "target-size"), "light": ()}
"""Of axe, or none for all: how a page is built is the same in both schemes."""
NUMBER = "value of parameters.adequate_range"
OVER = ".top, .does { position: static !important; max-height: none !important }"
"""axe takes what a panel covers for too small a target."""
WIDER = "document.documentElement.scrollWidth > innerWidth"


def served(folder: Path, base: Path) -> AbstractContextManager[Live]:
    """Serve the page over a copy of some rules."""
    shutil.copytree(base, folder)
    begin(folder)
    draft = RulesDraft(folder, PEOPLE)
    return live(draft.before.knowledge, AuthorPages(draft).routes(), author=True)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with served(tmp_path_factory.mktemp("own") / "rules", data_folder("rules")) as running:
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


def test_what_is_typed_is_told_kept_and_taken_back(browser: Browser, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    with served(rules, SMALL) as running:
        page = window(browser, running, 1440, "light")
        page.goto(f"{running.origin}/sheets/numbers")
        typed_and_kept(page, rules)
        page.context.close()


def typed_and_kept(page: Page, rules: Path) -> None:
    """Type what is refused, then what is not; keep it and take it back."""
    expect.set_options(timeout=PATIENCE)
    before = files_to_keep(rules)
    page.get_by_label(NUMBER).fill("many")
    expect(page.get_by_label(NUMBER)).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".rules .slip")).to_contain_text('"many" is no number; allowed: digits')
    page.get_by_label(NUMBER).fill("45")
    does = page.locator("#does")
    expect(does).to_contain_text("fails: A short bend with a calm breath. (even.yaml)")
    expect(does).to_contain_text("Your draft")
    expect(does).not_to_contain_text("Looking for people")
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


@pytest.mark.parametrize("scheme", LOOKS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Browser, here: Live, scheme: str
) -> None:
    found = {}
    page = window(browser, here, LOOKS[scheme][0], scheme)
    for path in ("sheets/triage", "history"):
        page.goto(f"{here.origin}/{path}")
        for width in LOOKS[scheme]:
            page.set_viewport_size({"width": width, "height": 900})
            found[width, path, "wide"] = page.evaluate(WIDER)
        page.add_style_tag(content=OVER)
        axe.unfold(page)
        axe.thin(page)
        for width in LOOKS[scheme]:
            page.set_viewport_size({"width": width, "height": 900})
            found[width, path, "axe"] = axe.violations(page, rules=RULES[scheme])
    page.context.close()

    assert [(place, what) for place, what in found.items() if what] == []
