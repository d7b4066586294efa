"""What stands around the steps of a visit: at every width it is whole, and nothing lies over it."""

import pytest
from visits import CLEAN, CLUSTERS, window
from ways import Way

COVERED = """item => {
    const box = item.getBoundingClientRect(), inset = 1, down = box.top + box.height / 2;
    return [box.left + inset, box.right - inset].filter(across => {
        const top = document.elementFromPoint(across, down);
        return !(item.contains(top) || top.contains(item));
    }).length;
}"""
"""How many ends of a line of text lie under something else."""
CUT = "item => item.scrollWidth - item.clientWidth"
WIDTHS = (320, 390, 768, 820, 1180)


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_covers_the_result_in_sight(way: Way, width: int) -> None:
    with window(way, viewport={"width": width, "height": 1180}) as visit:
        visit.open(way.kept(CLEAN, groups=("wall", "stick"), clusters=CLUSTERS))
        visit.go("result")
        shown = ".sight-say h2, .sight-triage strong, .ladder span:not(.unseen)"
        words = visit.page.locator(shown).locator("visible=true")

        assert words.count() == 6
        assert words.evaluate_all(f"items => items.map({COVERED})") == [0] * 6


@pytest.mark.parametrize("width", WIDTHS)
def test_a_short_name_is_not_cut(way: Way, width: int) -> None:
    with window(way, viewport={"width": width, "height": 1180}) as visit:
        visit.open(way.kept({}, name="Maria Lopez"))

        assert visit.page.locator("#who-shown").evaluate(CUT) == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_the_title_of_a_step_of_a_finished_visit_lies_below_the_head(way: Way, width: int) -> None:
    with window(way, viewport={"width": width, "height": 600}) as visit:
        closed = way.kept({}, name="Maria Lopez", end=True)
        visit.goto(f"/visits/{closed}#step-stick")
        title = visit.page.locator("#title-stick").bounding_box() or {}
        head = visit.page.locator("#top").bounding_box() or {}

        assert title["y"] >= head["y"] + head["height"]
