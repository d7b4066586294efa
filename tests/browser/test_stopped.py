"""A visit in which a referral comes first, in a real browser: nothing of a drill is shown, and the
strip that says so leaves room for the rest.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from visits import CLEAN, Visit, window
from ways import Way

from hingeexpert.knowledge import KnowledgeBase

FAULTS = {"stick.sacrum": "lost", "stick.depth_degrees": 40, "wall.knees": "locked"}
STOPPED = {**CLEAN, **FAULTS, "safety.saddle_numbness": "yes"}
SCREENS = [(390, 844), (320, 640), (768, 1024)]
STRIP = 0.15
"""The most of a screen's height that the strip may take at a stop."""
COUNTS = """step => {
    const section = document.getElementById(`step-${step.dataset.go}`);
    return [step.textContent, section.querySelectorAll('[data-q][data-open]').length];
}"""


@pytest.fixture
def visit(way: Way) -> Iterator[Visit]:
    with window(way) as found:
        yield found
        assert found.heard == []


def of_drills(page: Page, knowledge: KnowledgeBase) -> list[str]:
    """Return what of the drills, and which cue, the text of a page names, hidden text included."""
    text = page.locator("body").text_content() or ""
    words = [*knowledge.drills, *(drill.title for drill in knowledge.drills.values())]
    for group in knowledge.drills_of_form:
        words.append(group.title)
        words += [item.question for item in group.observables.values()]
        words += [item.short for item in group.observables.values() if item.short]
    for fault in knowledge.faults.values():
        words += [fault.title, *(cue.say for cue in fault.cues)]
    return [word for word in words if word in text]


@pytest.mark.every_kind
def test_nothing_of_a_drill_is_shown_in_a_stopped_visit(
    visit: Visit, way: Way, knowledge: KnowledgeBase
) -> None:
    earlier = way.kept({**CLEAN, **FAULTS}, end=True)
    person = way.person_of(earlier)
    stopped = way.kept(STOPPED, person=person, groups=("wall", "stick"))
    visit.open(stopped)
    page = visit.page
    assert of_drills(page, knowledge) == []
    locked = page.locator(".map-locked").all_inner_texts()
    assert [re.sub(r"\s+|\u00d7", "", text) for text in locked] == [
        "Wall,waits",
        "Stick,waits",
        "After,waits",
    ]
    for text, open_ in page.locator("#map a[data-go]:not([data-go=result])").evaluate_all(
        f"items => items.map({COUNTS})"
    ):
        assert re.findall(r"\d+", text) == ([str(open_)] if open_ else [])
    assert page.locator(".next-ask:visible .eyebrow").inner_text() == "For whoever takes over"

    visit.answer("safety.bladder_change", "yes")
    assert visit.triage() == "Emergency"
    assert of_drills(page, knowledge) == []
    visit.finish()
    assert of_drills(page, knowledge) == []
    shown = page.locator("main").inner_text()
    assert "Emergency" in shown
    assert not page.locator("[name=next_visit], [name=drills], .done-picture").count()
    assert "New visit" not in shown


@pytest.mark.parametrize("triage", ["safety.saddle_numbness", "safety.gait_change"])
def test_no_cue_of_the_rules_stands_anywhere_while_a_referral_comes_first(
    visit: Visit, way: Way, knowledge: KnowledgeBase, triage: str
) -> None:
    visit.open(way.kept({**CLEAN, **FAULTS}, groups=("wall", "stick")))
    visit.answer(triage, "yes")
    text = visit.page.locator("body").text_content() or ""

    assert not [
        cue.say for fault in knowledge.faults.values() for cue in fault.cues if cue.say in text
    ]


def test_only_what_is_needed_for_the_handover_is_asked_at_a_stop(
    visit: Visit, way: Way, knowledge: KnowledgeBase
) -> None:
    visit.open(way.kept(STOPPED))
    handed_over = knowledge.triage[0].hands_over
    assert handed_over is not None
    needed = {*handed_over.groups, *(name.partition(".")[0] for name in handed_over.then)}
    shown = visit.page.locator('.part[id][data-stands="shown"]').evaluate_all(
        "items => items.map(item => item.id)"
    )
    asked = visit.page.locator("[data-q]").evaluate_all(
        "items => items.map(item => item.dataset.q)"
    )

    assert set(shown) == {f"part-{group}" for group in needed}
    assert {name.partition(".")[0] for name in asked} == needed


def test_the_strip_at_a_stop_leaves_the_screen_to_the_questions(visit: Visit, way: Way) -> None:
    visit.open(way.kept(STOPPED))
    shares = {}
    for width, height in SCREENS:
        visit.page.set_viewport_size({"width": width, "height": height})
        box = visit.page.locator("#side").bounding_box() or {}
        assert abs(box["y"] + box["height"] - height) < 1
        assert visit.page.locator(".stop-line").is_visible()
        assert visit.page.locator("#side >> text=Referral sheet").is_visible()
        shares[width, height] = box["height"] / height

    assert {screen: share for screen, share in shares.items() if share > STRIP} == {}


@pytest.mark.every_kind
def test_a_red_flag_stops_the_page_and_undo_gives_it_back(visit: Visit, way: Way) -> None:
    visit.open(way.kept({**CLEAN, **FAULTS}, groups=("safety", "wall", "stick")))
    cue = visit.page.locator("q.cue").inner_text()
    visit.answer("safety.saddle_numbness", "yes")

    assert visit.triage() == "Emergency"
    assert "Emergency department now." in visit.page.locator("#sight-say").inner_text()
    assert visit.page.locator("#said").get_attribute("aria-live") == "assertive"
    assert "Emergency department now." in visit.page.locator("#said").inner_text()
    assert cue not in (visit.page.locator("body").text_content() or "")
    assert not visit.page.locator(".spot").count()
    visit.tap("#undo")
    assert visit.page.locator("q.cue").inner_text() == cue


def test_what_to_do_stands_once_in_the_red_panel(visit: Visit, way: Way) -> None:
    visit.open(way.kept({**STOPPED, "safety.chest_pain_or_faint": "yes"}))
    panel, first = visit.page.locator("#sight-say"), "Call the emergency number"
    assert panel.locator("h2").inner_text() == f"Emergency. {first}."
    assert (panel.text_content() or "").count(first) == 1
    assert "Emergency department now." in panel.locator("li").all_text_contents()[-1]

    visit.open(way.kept(STOPPED))
    told = panel.text_content() or ""
    assert told.count("Emergency department now") == 1
    assert "no ladder. Send the answers along. Tearing pain" in told
    assert "call the emergency number." in told


def test_none_of_these_never_turns_an_answer(visit: Visit, way: Way) -> None:
    visit.open(way.kept({}))
    visit.answer("safety.chest_pain_or_faint", "yes")
    visit.none_of("hospital")

    assert visit.picked("safety.chest_pain_or_faint") == "yes"
    assert visit.picked("safety.pulsating_belly") == "no"
    assert visit.triage() == "Emergency"


def test_the_handover_is_copied(visit: Visit, way: Way, tmp_path: Path) -> None:
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    stopped = way.kept(STOPPED, end=True)
    visit.goto(f"/visits/{stopped}/done")
    visit.page.click("text=Copy the handover")
    visit.page.locator("#copied:has-text('Copied')").wait_for()
    copied = visit.page.evaluate("navigator.clipboard.readText()")

    assert "Emergency" in copied
    assert copied == visit.page.locator("#note").text_content()
