"""Every page of intake against WCAG 2.2 AA, in both colour schemes, wide and narrow."""

from functools import partial
from pathlib import Path

import axe
import pytest
from axe import Look
from counts import count, thorough
from playwright.sync_api import Browser, Page
from visits import CLEAN, CLUSTERS, window
from ways import Way, serving

from hingeexpert.knowledge import KnowledgeBase

STEPS = ("safety", "person", "wall", "stick", "after", "result")
LOOKS = {
    "wide": Look("light", 1180),
    "dark phone": Look("dark", 390, ("button-name", "color-contrast", "target-size")),
    "phone": Look("light", 390, ("color-contrast", "target-size")),
    "dark": Look("dark", 1180, ("color-contrast",)),
}
"""How a page is looked at. The first two hold both schemes and both widths; the others, which mix
them, are left to the thorough profile.
"""
LOOKED = list(LOOKS)[: count(quick=2, thorough=len(LOOKS))]
FAULTS = {**CLEAN, "stick.sacrum": "lost", "stick.clean_reps": 6}
STOP = {**FAULTS, "safety.chest_pain_or_faint": "yes"}


def loose(page: Page, within: str = "html", rules: tuple[str, ...] = ()) -> axe.Violations:
    """Look at a page, or the part that can be reached, with nothing over it: axe takes what a bar
    covers for too small a target.
    """
    page.add_style_tag(content="#top, #side, .strip { position: static !important }")
    return axe.violations(page, within, rules)


@thorough
@pytest.mark.parametrize("name", LOOKED)
def test_axe_finds_nothing_on_any_page(way: Way, name: str) -> None:
    look = LOOKS[name]
    violations = partial(loose, rules=look.rules)
    found: dict[str, list[tuple[str, str]]] = {}
    size = {"width": look.width, "height": 844}
    with window(way, color_scheme=look.scheme, viewport=size, bypass_csp=True) as visit:
        page = visit.page
        visit.open(way.kept({}))
        found["a visit just begun"] = violations(page)
        page.click("#who-open")
        page.click("#who-more-fields summary")
        page.fill("#who-date", "2099-01-01")
        page.press("#who-date", "Tab")
        visit.idle()
        found["who it is, with an error"] = violations(page, within="#who-dialog")
        page.keyboard.press("Escape")
        filled = way.kept(FAULTS, groups=("wall", "stick"), clusters=CLUSTERS, name="Sam Example")
        visit.open(filled)
        for step in STEPS:
            visit.go(step)
            found[step] = violations(page, within=f"#step-{step}")
        page.click("#result-faults .why")
        page.locator("dialog[open]").wait_for()
        found["why"] = violations(page, within="#why")
        page.keyboard.press("Escape")
        visit.typed("stick.depth_degrees", "300")
        found["an error beside a field"] = violations(page, within="#step-stick")
        page.click("#spot-stick-sacrum")
        found["the answers at a spot"] = violations(page, within="#step-stick")
        page.keyboard.press("Escape")
        visit.answer("stick.head", "lost")
        visit.tap("#undo")
        found["undone"] = violations(page)
        person = page.get_attribute("#who a[href^='/people/']", "href")
        visit.open(way.kept(STOP))
        found["an emergency"] = violations(page)
        visit.finish()
        found["an emergency, done"] = violations(page)
        if not look.rules:
            visit.open(f"{filled}?everything=yes")
            axe.thin(page)  # each question was looked at in its step
            found["all questions"] = violations(page)
        way.finish(filled)
        for place, address in {
            "done": f"/visits/{filled}/done",
            "home": "/",
            "a person": str(person),
            "delete": f"{person}/delete",
            "no such page": "/nowhere",
        }.items():
            visit.goto(address)
            found[place] = violations(page)

    assert {place: slips for place, slips in found.items() if slips} == {}


def test_axe_finds_nothing_on_the_record_that_is_empty(
    browser: Browser, knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    with serving(knowledge, tmp_path / "record.sqlite") as empty:
        context = browser.new_context(bypass_csp=True)
        page = context.new_page()
        page.goto(empty.settings.address)
        assert axe.violations(page) == []
        context.close()
