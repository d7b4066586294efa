"""A short visit on the page: begun as one, turned into a full one and back, at a stop, in two
tabs.
"""

from collections.abc import Iterator

import pytest
from kinds import ONE_TAB
from playwright.sync_api import ViewportSize
from visits import CLUSTERS, Visit, selector, window
from ways import Way

from hingeexpert.knowledge.condition import Value

BEFORE = "2026-11-01"
MOST_TAPS = 16
"""Of a whole short visit with one finding."""


DESK: ViewportSize = {"width": 1180, "height": 840}
PHONE: ViewportSize = {"width": 390, "height": 840}


@pytest.fixture
def visit(way: Way) -> Iterator[Visit]:
    """Open a window of a phone, which shows nothing yet."""
    with window(way, viewport=PHONE) as found:
        yield found
        assert [line for line in found.heard if "409" not in line] == []


def seen(visit: Visit, selector: str) -> list[str]:
    """Return what is shown of it on a desk, then on a phone, where the page stays."""
    found = []
    for size in (DESK, PHONE):
        visit.page.set_viewport_size(size)
        shown = visit.page.locator(selector).locator("visible=true")
        found += [text.strip() for text in shown.all_text_contents()]
    return found


def steps(visit: Visit) -> list[str]:
    """Return the steps of the map."""
    return [
        str(link.get_attribute("data-go")) for link in visit.page.locator("#map [data-go]").all()
    ]


def extent(visit: Visit) -> str:
    """Return what the one switch in sight says, on a desk and on a phone."""
    desk, phone = seen(visit, ".extent button")
    assert desk == phone
    return desk


def turn(visit: Visit) -> None:
    """Press the switch in sight."""
    visit.follow(".extent button:visible")


ASKED = (*CLUSTERS, "complaints")
FINDING: dict[str, Value] = {
    "stick.sacrum": "lost",
    "stick.clean_reps": 8,
    "pain.during_drill": 0,
}


def written(way: Way) -> str:
    """Write a short visit in which the stick left the sacrum, as the presses of the first test
    leave it, and return its id.
    """
    return way.kept(FINDING, short=True, groups=("wall", "stick"), clusters=ASKED)


def answers(way: Way, visit: str) -> dict[str, Value]:
    """Return what a visit of the record answers."""
    return dict(way.answers(visit))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_finding_in_few_taps_ends_in_a_verdict_and_says_what_was_not_asked(
    visit: Visit, way: Way, size: ViewportSize
) -> None:
    visit.page.set_viewport_size(size)
    visit.goto("/")
    visit.follow("button[name=short]")
    assert steps(visit) == ["safety", "wall", "stick", "result"]
    visit.safe()
    visit.none_of("complaints")
    visit.tap("#well-wall")
    visit.go("stick")
    visit.answer("stick.sacrum", "lost")
    visit.tap("#well-stick")
    visit.answer("stick.clean_reps", "8")
    visit.answer("pain.during_drill", "0")
    visit.go("result")

    assert visit.verdict() == "Pattern, go on"
    assert visit.taps <= MOST_TAPS
    assert visit.page.locator("#map .map-done").count() == 3
    told = visit.page.locator("#check").inner_text()
    assert "A short visit did not ask" in told
    assert "Back pain with heavy lifts" in told
    triage = visit.page.locator("#result-triage").inner_text()
    assert "These two questions decide triage: Back pain with heavy lifts" in triage
    id_ = visit.finish().rpartition("/")[2]
    assert answers(way, id_) == answers(way, written(way))


@pytest.mark.parametrize(("again", "begins"), [(False, "safety"), (True, "since")])
def test_the_switch_stands_where_a_visit_begins(
    visit: Visit, way: Way, again: bool, begins: str
) -> None:
    first = way.kept({"stick.sacrum": "lost"}, end=again, date=BEFORE)
    visit.open(way.kept({}, person=way.person_of(first)) if again else first)
    for step in (begins, "result"):
        visit.go(step)
        assert extent(visit) == "Short visit"
    visit.go("wall")
    assert not visit.page.locator(".extent button:visible").count()


@pytest.mark.every_kind
def test_a_full_visit_asks_the_rest_and_loses_nothing(visit: Visit, way: Way) -> None:
    visit.open(written(way))
    visit.go("result")
    assert extent(visit) == "Full visit"
    turn(visit)

    assert "person" in steps(visit)
    assert visit.picked("stick.sacrum") == "lost"
    assert visit.picked("safety.gait_change") == "no"
    visit.answer("wall.touch", "leaning")
    visit.go("result")
    assert extent(visit) == "Short visit"
    turn(visit)
    assert steps(visit) == ["safety", "wall", "stick", "result"]
    assert visit.picked("wall.touch") == "leaning"
    assert visit.picked("stick.sacrum") == "lost"


def test_the_question_that_decides_is_linked_and_asked(visit: Visit, way: Way) -> None:
    visit.open(written(way))
    visit.answer("pain.during_drill", "3")
    visit.go("result")
    assert "This question decides readiness" in visit.page.locator("#result-readiness").inner_text()
    visit.page.click("#result-readiness a[href^='#q-']")
    visit.answer("pain.behaviour", "steady")
    visit.go("result")
    assert visit.verdict() == "Pattern, go on"


def test_the_drawing_has_the_places_that_are_asked(visit: Visit, way: Way) -> None:
    visit.open(way.kept({}, short=True))
    visit.go("stick")
    places = {
        str(spot.get_attribute("data-spot"))
        for spot in visit.page.locator("#figure-stick .spot").all()
    }
    assert places == {"stick-head", "stick-midback", "stick-sacrum", "stick-knees"}
    assert not visit.page.locator(f"{selector('stick.breath')}.q").count()


def test_a_stop_is_as_always(visit: Visit, way: Way) -> None:
    visit.open(way.kept({}, short=True))
    visit.answer("safety.bladder_change", "yes")
    desk, phone = seen(visit, ".sight-say h2")
    assert desk.startswith("Emergency")
    assert phone.startswith("Emergency")
    assert len(seen(visit, selector("safety.cauda_equina_investigated"))) == 2
    assert visit.page.locator("#map .map-locked").count() == 2


@pytest.mark.only_on("server", why=ONE_TAB)
def test_turned_in_another_tab_the_page_comes_anew(visit: Visit, way: Way) -> None:
    visit.open(way.kept({}, short=True))
    with window(way) as other:
        other.goto(way.whole(visit.page))
        turn(other)
        with way.leaving(visit.page):
            visit.page.locator(f"{selector('safety.bladder_change')}-box").click()
        visit.idle()
    assert "person" in steps(visit)
    assert visit.picked("safety.bladder_change") is None
    assert "changed elsewhere" in visit.page.locator("#told").inner_text()


def test_a_person_here_again_can_have_a_short_visit(visit: Visit, way: Way) -> None:
    first = way.kept({}, name="Ada Short", end=True)
    visit.goto(f"/people/{way.person_of(first)}")
    visit.follow("button[name=short]")
    assert steps(visit) == ["safety", "wall", "stick", "result"]
