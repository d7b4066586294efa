"""What another tab did meanwhile to a visit that a page shows: its person was deleted, or the visit
before was opened again.
"""

import httpx
import pytest

from hingeexpert.record import Record

PAPERS = ("report.html", "report.txt", "handout.html", "form.yaml", "done", "letter.html")
PRESSES = {
    "answer": ("answer", {"name": "stick.sacrum", "value": "lost"}),
    "taken back": ("answer", {"name": "stick.sacrum", "blank": "yes"}),
    "plus": ("step", {"name": "wall.distance_feet", "by": "1"}),
    "all as it should be": ("all-well", {"group": "safety"}),
    "none of these": ("none", {"cluster": "nerves"}),
    "same as last time": ("same", {"group": "stick", "last": ""}),
    "undo": ("undo", {}),
    "redo": ("redo", {}),
    "who": ("who", {"name": "name", "value": "Sam Example", "seen": ""}),
    "finish": ("finish", {"nameless": "yes"}),
    "reopen": ("reopen", {}),
    "short visit": ("short", {}),
    "full visit": ("full", {}),
    "why": ("why", {"id": "lumbar_flexion"}),
}


def id_of(visit: str) -> str:
    return visit.rpartition("/")[2]


def press(
    browser: httpx.Client, record: Record, visit: str, path: str, **fields: str
) -> httpx.Response:
    """Press something on a page that shows a visit as it stands."""
    stands = str(record.version(id_of(visit)))
    return browser.post(f"{visit}/{path}", data={"version": stands, **fields})


def finished(
    browser: httpx.Client, record: Record, sacrum: str, person: str | None = None
) -> tuple[str, str]:
    """Return the addresses of a person and of a finished visit with one finding."""
    to = "/visits" if person is None else f"{person}/visits"
    visit = browser.post(to).headers["location"]
    press(browser, record, visit, "answer", name="stick.sacrum", value=sacrum)
    press(browser, record, visit, "finish", nameless="yes")
    return f"/people/{record.visit(id_of(visit)).person}", visit


def retest(browser: httpx.Client, person: str, short: str = "") -> str:
    return browser.post(f"{person}/visits", data={"short": short}).headers["location"]


@pytest.mark.parametrize("short", ["", "yes"], ids=["full", "short"])
@pytest.mark.parametrize(("path", "fields"), PRESSES.values(), ids=PRESSES)
def test_a_press_on_a_visit_of_somebody_deleted_is_told(
    browser: httpx.Client, record: Record, path: str, fields: dict[str, str], short: str
) -> None:
    person, _ = finished(browser, record, "lost")
    visit = retest(browser, person, short)
    sent = {"version": str(record.version(id_of(visit))), "short": short, **fields}
    assert browser.post(f"{person}/delete").status_code == 200

    answer = browser.post(f"{visit}/{path}", data=sent, follow_redirects=True)
    assert answer.status_code == 404
    assert "It may have been deleted" in answer.text
    assert (record.people(), record.visits()) == ([], [])


def test_no_page_of_somebody_deleted_is_left(browser: httpx.Client, record: Record) -> None:
    person, first = finished(browser, record, "lost")
    visit = retest(browser, person)
    assert browser.post(f"{person}/delete").status_code == 200
    papers = [f"{each}/{name}" for each in (first, visit) for name in PAPERS]

    for address in (first, visit, f"{visit}?everything=yes", person, f"{person}/delete", *papers):
        answer = browser.get(address)
        assert (answer.status_code, "have been deleted" in answer.text) == (404, True), address
    for address in (f"{person}/visits", f"{person}/delete"):
        assert browser.post(address).status_code == 404


@pytest.mark.parametrize("meanwhile", ["opened again", "answered otherwise"])
def test_nothing_is_taken_from_a_visit_that_was_changed_meanwhile(
    browser: httpx.Client, record: Record, meanwhile: str
) -> None:
    """Also not from the one before that: it was never shown as the last."""
    person, _ = finished(browser, record, "kept")
    _, last = finished(browser, record, "lost", person)
    visit = retest(browser, person)
    seen = last_in(browser.get(visit).text)
    press(browser, record, last, "reopen")
    if meanwhile == "answered otherwise":
        press(browser, record, last, "answer", name="stick.sacrum", value="not_noted")
        press(browser, record, last, "finish", nameless="yes")
    before = record.version(id_of(visit))

    answer = press(browser, record, visit, "same", group="stick", last=seen)
    assert answer.status_code == 409
    assert "<strong>The last visit was changed elsewhere</strong>" in answer.text
    assert record.version(id_of(visit)) == before
    stands = last_in(answer.text)
    assert stands != seen
    assert press(browser, record, visit, "same", group="stick", last=stands).status_code == 200
    assert record.version(id_of(visit)) == before + 1


def last_in(page: str) -> str:
    """Return what a page says of the visit before, where it can be taken over."""
    found = {part.partition('"')[0] for part in page.split('data-last="')[1:]}
    (stands,) = found
    return stands


def test_what_is_taken_from_a_visit_as_it_was_shown_is_kept(
    browser: httpx.Client, record: Record
) -> None:
    person, _ = finished(browser, record, "lost")
    visit = retest(browser, person)
    seen = last_in(browser.get(visit).text)

    assert press(browser, record, visit, "same", group="stick", last=seen).status_code == 200
    (*_, event) = record.events(id_of(visit))
    assert event.data["given"]["stick.sacrum"] == "lost"
