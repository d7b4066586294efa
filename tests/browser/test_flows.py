"""Whole visits on the real page, counted: taps and swipes of a thumb, keys of a keyboard; what is
in sight after each press, and how high a step is.
"""

from random import Random

import flows
import pytest
from flows import PHONE, PORTRAIT, SMALL, TABLET, Keyboard, Thumb
from playwright.sync_api import Page
from visits import CLUSTERS
from ways import Way

MOST_OF_CLEAN, MOST_OF_TWO_FAULTS = (20, 2), (30, 6)
"""Taps and swipes."""
MOST_KEYS = 40
MOST_HIGH = 1.5
"""Windows that a step is high."""
PRESSES = 12
CLEAN_IS = "Pattern, make it last"
AS_A_PAGE = """#handout-form button[formaction$='/handout.html'],
#handout-form[action$='/handout.html'] button:not([formaction])"""
"""What opens the sheet as a page; where there is no PDF, it is the one button for it."""


def within(thumb: Thumb, most: tuple[int, int]) -> None:
    """Check how much a thumb did, and that the browser complained of nothing."""
    assert thumb.heard == []
    assert (thumb.taps <= most[0], thumb.swipes <= most[1]) == (True, True), (
        f"{thumb.taps} taps, {thumb.swipes} swipes: {thumb.dear()}"
    )


def readiness(page: Page) -> str:
    """Return what the last page of a visit says of it."""
    return page.locator(".done-rows div:has(dt:text-is('Readiness')) strong").inner_text()


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=str)
def test_a_clean_first_visit_is_short_and_ends_in_a_sheet(way: Way, size: flows.Size) -> None:
    """Finish, pressed while the name is still being kept, is pressed once."""
    with flows.opened(way, size) as thumb:
        flows.clean(thumb)
        within(thumb, MOST_OF_CLEAN)
        assert [selector for selector, _ in thumb.log].count(flows.FINISH) == 1
        assert readiness(thumb.page) == CLEAN_IS
        thumb.page.click("text=More: language")
        with thumb.page.expect_popup() as sheet:
            thumb.page.click(AS_A_PAGE)
        sheet.value.wait_for_selector("h1")
        assert sheet.value.title() == "Bend from your hips, not your back"
        assert thumb.heard == []


@pytest.mark.every_kind
@pytest.mark.parametrize("size", [PHONE, TABLET], ids=str)
def test_a_visit_with_two_faults_is_short(way: Way, size: flows.Size) -> None:
    with flows.opened(way, size) as thumb:
        flows.two_faults(thumb)
        visit = way.address(thumb.page).split("/")[-2]

    answers = way.answers(visit)
    given = {
        "symptom.low_back_pain": "yes",
        "wall.knees": "forward",
        "stick.sacrum": "lost",
        "stick.sacrum_when": "middle",
        "stick.depth_degrees": 40,
        "stick.clean_reps": 6,
        "pain.during_drill": 2,
    }
    assert {name: answers.get(name) for name in given} == given
    within(thumb, MOST_OF_TWO_FAULTS)


@pytest.mark.parametrize(
    ("size", "named"), [(PHONE, True), (TABLET, False)], ids=["phone named", "tablet nameless"]
)
def test_the_keyboard_alone_is_enough_and_few_keys_are(
    way: Way, size: flows.Size, named: bool
) -> None:
    with flows.opened(way, size) as thumb:
        keyboard = Keyboard(thumb.page, way)
        flows.clean_by_keys(keyboard, named)
        assert readiness(thumb.page) == CLEAN_IS

    assert keyboard.keys <= MOST_KEYS, keyboard.log
    assert thumb.heard == []


def test_what_is_covered_is_seen_to_be(way: Way) -> None:
    with flows.opened(way, TABLET) as thumb:
        flows.begin(thumb)
        before = thumb.page.evaluate(flows.RESULT_IN_SIGHT)
        thumb.page.evaluate("document.getElementById('side').style.transform = 'translateY(90vh)'")

        assert before == []
        assert thumb.page.evaluate(flows.RESULT_IN_SIGHT) == ["cue", "triage", "ladder", "next"]


def test_a_visit_goes_on_at_the_first_open_question(way: Way) -> None:
    with flows.opened(way, PHONE) as thumb:
        way.goto(thumb.page, f"/visits/{way.kept({}, clusters=CLUSTERS)}")
        thumb.page.wait_for_selector("body[data-step]")

        first = thumb.page.locator(".step:not([hidden]) [data-open]").locator("visible=true").first
        assert first.locator("button, input").first.evaluate(flows.IN_SIGHT)


@pytest.mark.parametrize("size", [SMALL, PHONE, PORTRAIT, TABLET], ids=str)
def test_what_to_say_and_to_do_next_is_in_sight_after_every_press(
    way: Way, size: flows.Size
) -> None:
    with flows.opened(way, size) as thumb:
        flows.begin(thumb)
        missed = [
            f"{name}: {', '.join(gone)}"
            for name, gone in flows.random_presses(thumb, PRESSES, Random(sum(size)))
            if gone
        ]

    assert missed == []
    assert thumb.heard == []


def test_a_step_is_hardly_higher_than_a_window(way: Way) -> None:
    """In each size of a window, of a fresh visit and of one with findings."""
    sizes = (PHONE, PORTRAIT, TABLET)
    with flows.opened(way, PHONE) as thumb:
        flows.begin(thumb)
        fresh = {size: flows.heights(thumb, size) for size in sizes}
        flows.findings(thumb)
        found = {size: flows.heights(thumb, size) for size in sizes}

    steps = set(fresh[PHONE])
    assert steps == set(found[PHONE]) >= {"safety", "stick", "result"}
    high = {
        (when, size, step): round(high, 2)
        for when, of_sizes in {"fresh": fresh, "found": found}.items()
        for size, of_steps in of_sizes.items()
        for step, high in of_steps.items()
    }
    assert {at: share for at, share in high.items() if share > MOST_HIGH} == {}
