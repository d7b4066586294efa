"""What stands around the steps of a visit: at every width it is whole, and nothing lies over it."""

from collections.abc import Iterator

import pytest
from visits import CLEAN, CLUSTERS, Visit, window
from ways import Way

from hingeexpert.knowledge.condition import Value

COVERED = """item => {
    const box = item.getBoundingClientRect(), inset = 1, down = box.top + box.height / 2;
    return [box.left + inset, box.right - inset].filter(across => {
        const top = document.elementFromPoint(across, down);
        return !(item.contains(top) || top.contains(item));
    }).length;
}"""
"""How many ends of a line of text lie under something else."""
CUT = "item => item.scrollWidth - item.clientWidth"
LOW = ((590, 410), (320, 256))
"""Windows of a desk enlarged twice, and four times."""
LOWER_END, UPPER_END = (f"item => item.getBoundingClientRect().{end}" for end in ("bottom", "top"))
WIDTHS = (320, 390, 768, 820, 1180)


def at_each_width(visit: Visit, height: int) -> Iterator[int]:
    """Make the window as wide as each, and yield how wide it is."""
    for width in WIDTHS:
        visit.page.set_viewport_size({"width": width, "height": height})
        yield width


def test_nothing_covers_the_result_in_sight(way: Way) -> None:
    covered = {}
    with window(way) as visit:
        visit.open(way.kept(CLEAN, groups=("wall", "stick"), clusters=CLUSTERS))
        visit.go("result")
        for width in at_each_width(visit, 1180):
            shown = ".sight-say h2, .sight-triage strong, .ladder span:not(.unseen)"
            words = visit.page.locator(shown).locator("visible=true")
            covered[width] = words.evaluate_all(f"items => items.map({COVERED})")

    assert covered == dict.fromkeys(WIDTHS, [0] * 6)


def test_a_short_name_is_not_cut(way: Way) -> None:
    with window(way) as visit:
        visit.open(way.kept({}, name="Maria Lopez"))
        name = visit.page.locator("#who-shown")
        cut = {width: name.evaluate(CUT) for width in at_each_width(visit, 1180)}

    assert cut == dict.fromkeys(WIDTHS, 0)


def test_the_title_of_a_step_of_a_finished_visit_lies_below_the_head(way: Way) -> None:
    closed = way.kept({}, name="Maria Lopez", end=True)
    with window(way) as visit:
        for _ in at_each_width(visit, 600):
            visit.goto(f"/visits/{closed}#step-stick")
            title = visit.page.locator("#title-stick").bounding_box() or {}
            head = visit.page.locator("#top").bounding_box() or {}

            assert title["y"] >= head["y"] + head["height"]


@pytest.mark.parametrize("size", LOW, ids=str)
def test_in_a_low_window_what_was_undone_leaves_the_middle_free(
    way: Way, size: tuple[int, int]
) -> None:
    with window(way, viewport=dict(zip(("width", "height"), size, strict=True))) as visit:
        visit.open(way.kept(CLEAN, clusters=CLUSTERS))
        visit.go("wall")
        visit.tap("#well-wall")
        visit.tap("#undo")
        visit.page.evaluate("scrollTo(0, 600)")

        assert "Undone" in (visit.page.locator("#told").text_content() or "")
        for end in ("#told", "#top"):
            assert visit.page.locator(end).evaluate(LOWER_END) <= size[1] / 5
        assert visit.page.locator("#side").evaluate(UPPER_END) >= size[1] / 2


@pytest.mark.parametrize("stop", [False, True], ids=["open", "stop"])
@pytest.mark.parametrize("size", LOW, ids=str)
def test_in_a_low_window_each_why_opens(way: Way, size: tuple[int, int], stop: bool) -> None:
    flag: dict[str, Value] = {"safety.saddle_numbness": "yes"} if stop else {}
    with window(way, viewport=dict(zip(("width", "height"), size, strict=True))) as visit:
        asked = CLUSTERS[1:] if stop else CLUSTERS
        visit.open(way.kept({"stick.sacrum": "lost", **flag}, clusters=asked))
        visit.go("result")
        buttons = visit.page.locator("#step-result [data-why]").locator("visible=true")

        assert buttons.count() >= 1
        for button in buttons.all():
            button.click()
            visit.page.locator("#why[open] #why-title").wait_for()
            visit.page.click("#why form button")
            visit.page.locator("#why").wait_for(state="hidden")
