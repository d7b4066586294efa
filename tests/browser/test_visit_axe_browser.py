"""Every page of intake against WCAG 2.2 AA, in both colour schemes, wide and narrow."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from served import Live
from visits import Visit, begun, serving

from hingeexpert.knowledge import KnowledgeBase

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def here(knowledge: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with serving(knowledge, tmp_path_factory.mktemp("record") / "record.sqlite") as running:
        yield running


def violations(page: Page, unfold: bool = False, within: str = "html") -> list[tuple[str, str]]:
    """Return what axe finds on a page or a part of it, as it stands or with every fold open: rule and element."""
    if unfold:
        page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true })")
    page.evaluate(AXE)
    result = page.evaluate("([within, rules]) => axe.run(within, {runOnly: rules})", [within, RULES])
    assert len(result["passes"]) > 10
    return [(item["id"], item["nodes"][0]["html"][:300]) for item in result["violations"]]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1180), ("dark", 320)])
def test_axe_finds_nothing_on_any_page(browser: Browser, here: Live, scheme: str, width: int) -> None:
    found: dict[str, list[tuple[str, str]]] = {}
    with begun(browser, here, color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True) as visit:
        page = visit.page
        found["a visit just begun"] = violations(page)
        page.reload()
        _filled(visit)
        found["a visit"] = violations(page, unfold=True)
        page.reload()
        page.locator("#result-faults .why").first.click()
        page.locator("dialog[open]").wait_for()
        found["why"] = violations(page)
        page.keyboard.press("Escape")
        page.locator("#part-safety .correct summary").click()
        visit.answer("safety.chest_pain_or_faint", "yes")
        found["a red flag"] = violations(page)
        visit.tap('[data-do="undo"]')
        address = page.url
        page.click("#bar >> text=Finish")
        found["done"] = violations(page)
        page.goto(address)
        found["a finished visit"] = violations(page, within="#bar")
        page.goto(f"{address}/done")
        page.click("text=all visits")
        page.click("text=New visit")
        visit.answer("wall.knees", "soft")
        found["a retest"] = violations(page, within="#result")
        page.goto(here.origin)
        found["home"] = violations(page)
        page.click("#people-list a")
        found["a person"] = violations(page)
        page.click("text=Delete this person")
        found["delete"] = violations(page)
        page.goto(f"{here.origin}/nowhere")
        found["no such page"] = violations(page)

    assert {name: slips for name, slips in found.items() if slips} == {}


def _filled(visit: Visit) -> None:
    visit.clean()
    visit.tap("#spot-stick-sacrum")
    visit.answer("stick.clean_reps", "6")
    visit.page.locator(".who summary").click()
    visit.page.fill("#who-full", "Sam Example")
    visit.page.press("#who-full", "Tab")
    visit.idle()


def test_axe_finds_nothing_on_the_record_that_is_empty(browser: Browser, knowledge: KnowledgeBase, tmp_path: Path) -> None:
    with serving(knowledge, tmp_path / "record.sqlite") as empty:
        context = browser.new_context(bypass_csp=True)
        page = context.new_page()
        page.goto(empty.settings.address)
        assert violations(page) == []
        context.close()
