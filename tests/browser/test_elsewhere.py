"""What another tab did meanwhile, as the page tells it: in a real browser."""

from collections.abc import Iterator

import pytest
from kinds import ONE_TAB
from visits import Visit, window
from ways import Way

GONE = "It may have been deleted"


@pytest.fixture
def retest(way: Way) -> Iterator[Visit]:
    """Show the second visit of somebody whose sacrum came off."""
    with window(way) as found:
        first = way.kept({"stick.sacrum": "lost"}, end=True)
        found.open(way.kept({}, person=way.person_of(first)))
        yield found


def visit_of(visit: Visit) -> str:
    return visit.address().rpartition("/")[2]


@pytest.mark.only_on("server", why=ONE_TAB)
@pytest.mark.parametrize("short", [False, True], ids=["full", "short"])
def test_a_press_on_a_visit_of_somebody_deleted_says_so(
    way: Way, retest: Visit, short: bool
) -> None:
    page, person = retest.page, way.person_of(visit_of(retest))
    if short:
        retest.open(way.kept({}, person=person, short=True))
    retest.go("stick")
    way.intake.delete(person)
    page.click('#q-stick-sacrum [data-value="lost"]')
    page.get_by_text(GONE).wait_for()
    assert page.locator("#visit").count() == 0


@pytest.mark.only_on("server", why=ONE_TAB)
def test_why_of_somebody_deleted_says_so(way: Way, retest: Visit) -> None:
    page = retest.page
    retest.go("result")
    way.intake.delete(way.person_of(visit_of(retest)))
    page.locator("#step-result [data-why]").first.click()
    page.get_by_text(GONE).wait_for()


@pytest.mark.only_on("server", why=ONE_TAB)
def test_same_as_last_time_is_what_the_page_shows(way: Way, retest: Visit) -> None:
    page, here = retest.page, visit_of(retest)
    retest.go("stick")
    (last,) = [each.id for each in way.intake.record.visits(way.person_of(here)) if each.id != here]
    for kind in ("reopen", "undo"):
        way.intake.step(last, way.intake.state(last).version, kind)
    way.finish(last)
    retest.tap("#same-stick")
    assert "The last visit was changed elsewhere" in page.locator("#told").inner_text()
    assert "stick.sacrum" not in way.answers(here)
