"""Every page of intake against WCAG 2.2 AA, in both colour schemes, wide and narrow."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import axe
import pytest
from axe import DARK_AND_NARROW, WIDE, Look, unfold
from playwright.sync_api import Browser
from served import Live
from visits import Visit, begun, serving

from hingeexpert.knowledge import KnowledgeBase


@pytest.fixture(scope="module")
def here(knowledge: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with serving(knowledge, tmp_path_factory.mktemp("record") / "record.sqlite") as running:
        yield running


@pytest.mark.parametrize("look", [WIDE, DARK_AND_NARROW], ids=["wide", "dark and narrow"])
def test_axe_finds_nothing_on_any_page(browser: Browser, here: Live, look: Look) -> None:
    violations = partial(axe.violations, rules=look.rules)
    found: dict[str, list[tuple[str, str]]] = {}
    with begun(
        browser,
        here,
        color_scheme=look.scheme,
        viewport={"width": look.width, "height": 800},
        bypass_csp=True,
    ) as visit:
        page = visit.page
        found["a visit just begun"] = violations(page)
        page.reload()
        _filled(visit)
        unfold(page)
        found["a visit"] = violations(page)
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
        page.wait_for_url("**/done")
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


def test_axe_finds_nothing_on_the_record_that_is_empty(
    browser: Browser, knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    with serving(knowledge, tmp_path / "record.sqlite") as empty:
        context = browser.new_context(bypass_csp=True)
        page = context.new_page()
        page.goto(empty.settings.address)
        assert axe.violations(page) == []
        context.close()
