"""What the pages do with a record that fails, and what a client may send to them."""

import re
import sys
import zipfile
from io import BytesIO

import httpx
import pytest
from heads import without_head
from served import Live, live

from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.record import Record
from hingeexpert.web.application import page_routes
from hingeexpert.web.settings import Settings

SECRET = "Zebulon Quizzleworth"


@pytest.fixture
def visit(browser: httpx.Client) -> str:
    return browser.post("/visits").headers["location"]


def test_a_full_disk_is_told_and_what_was_kept_is_there_again(
    here: Live, browser: httpx.Client, record: Record, visit: str
) -> None:
    pages = record._file._connection.execute("PRAGMA page_count").fetchone()[0]
    record._file._connection.execute(f"PRAGMA max_page_count = {pages}")
    answers = [browser.post(f"{visit}/who", data={"name": "name", "value": SECRET, "seen": ""})]
    while answers[-1].status_code == 303 or len(answers) == 1:
        answers.append(browser.post("/visits"))

    assert answers[-1].status_code == 507
    assert "The disk may be full" in answers[-1].text
    assert here.told
    assert not [line for line in here.told if SECRET in line]
    record._file._connection.execute("PRAGMA max_page_count = 100000")
    assert browser.post("/visits").status_code == 303
    assert SECRET in browser.get(visit).text


@pytest.mark.parametrize("by", ["9" * 400, "-" + "9" * 400, "nan", "", "1e999", "x"])
def test_a_step_is_one_step_whatever_is_sent(browser: httpx.Client, visit: str, by: str) -> None:
    assert (
        browser.post(
            f"{visit}/step", data={"name": "wall.distance_feet", "by": by, "version": "1"}
        ).status_code
        == 200
    )
    assert (
        browser.post(
            f"{visit}/step", data={"name": "wall.distance_feet", "by": by, "version": "2"}
        ).status_code
        == 200
    )


@pytest.mark.parametrize("path", ["finish", "reopen"])
def test_a_finish_on_an_old_state_is_told(browser: httpx.Client, visit: str, path: str) -> None:
    browser.post(f"{visit}/answer", data={"name": "stick.sacrum", "value": "lost", "version": "1"})
    if path == "reopen":
        browser.post(f"{visit}/finish", data={"version": "2", "nameless": "yes"})
    stale = {"version": "1", "nameless": "yes"}
    answer = browser.post(f"{visit}/{path}", data=stale, follow_redirects=True)

    assert "This visit was changed elsewhere" in answer.text


def test_an_answer_whose_reply_was_lost_is_kept_when_it_is_sent_again(
    browser: httpx.Client, record: Record, visit: str
) -> None:
    """It was never said not to be kept, and pressing it once more would have taken it back."""
    sent = {"name": "safety.saddle_numbness", "value": "yes", "version": "1"}
    first, again = (browser.post(f"{visit}/answer", data=sent) for _ in range(2))
    other = browser.post(f"{visit}/answer", data={**sent, "value": "no"})

    assert [first.status_code, again.status_code, other.status_code] == [200, 200, 409]
    assert "changed elsewhere" not in again.text
    assert "Not kept:" in other.text
    assert record.version(visit.rpartition("/")[2]) == 2


DEPTH = {"name": "stick.depth_degrees"}
AGAIN = {
    "taken back": ("answer", {"name": "stick.sacrum", "value": "lost", "blank": "yes"}),
    "passed": ("answer", {"name": "stick.head", "value": ""}),
    "plus": ("step", {**DEPTH, "by": "1"}),
    "minus": ("step", {**DEPTH, "by": "-1"}),
    "the rest": ("all-well", {"group": "wall"}),
    "none": ("none", {"cluster": "hospital"}),
    "undo": ("undo", {}),
    "redo": ("redo", {}),
}


@pytest.mark.parametrize("press", AGAIN)
def test_a_press_whose_reply_was_lost_is_made_once(
    browser: httpx.Client, record: Record, visit: str, press: str
) -> None:
    path, sent = AGAIN[press]
    for version, (name, value) in enumerate(
        [("stick.sacrum", "lost"), ("stick.depth_degrees", "40"), ("wall.knees", "soft")], 1
    ):
        data = {"name": name, "value": value, "version": str(version)}
        browser.post(f"{visit}/answer", data=data)
    if press == "redo":
        browser.post(f"{visit}/undo", data={"version": "4"})
    sent = {**sent, "version": "5" if press == "redo" else "4"}
    first, again = (browser.post(f"{visit}/{path}", data=sent) for _ in range(2))

    assert [first.status_code, again.status_code] == [200, 200]
    assert "changed elsewhere" not in again.text
    assert record.version(visit.rpartition("/")[2]) == int(sent["version"]) + 1
    assert ("Undone:" in again.text) == (press == "undo")
    assert ("Done again:" in again.text) == (press == "redo")


@pytest.mark.parametrize("press", ["taken back", "passed", "plus", "minus", "undo"])
def test_a_press_on_what_was_changed_elsewhere_is_told(
    browser: httpx.Client, visit: str, press: str
) -> None:
    path, sent = AGAIN[press]
    for version, value in enumerate(["20", "40", "62"], 1):
        browser.post(f"{visit}/answer", data={**DEPTH, "value": value, "version": str(version)})
    browser.post(f"{visit}/answer", data={"name": "stick.sacrum", "value": "lost", "version": "4"})
    answer = browser.post(f"{visit}/{path}", data={**sent, "version": "3"})

    assert answer.status_code == 409
    assert "Not kept:" in answer.text


def test_a_text_whose_reply_was_lost_is_kept_when_it_is_sent_again(
    browser: httpx.Client, visit: str
) -> None:
    sent = {"name": "name", "value": "Anna  Alpha", "seen": ""}
    first, again = (browser.post(f"{visit}/who", data=sent) for _ in range(2))
    other = browser.post(f"{visit}/who", data={**sent, "value": "Bert Beta"})

    assert [first.status_code, again.status_code, other.status_code] == [200, 200, 409]


def test_the_end_of_a_visit_is_pressed_once_or_twice(browser: httpx.Client, visit: str) -> None:
    end = {"version": "1", "nameless": "yes"}
    ended = [browser.post(f"{visit}/finish", data=end) for _ in range(2)]
    opened = [browser.post(f"{visit}/reopen", data={"version": "2"}) for _ in range(2)]

    assert [answer.headers["location"] for answer in ended] == [f"{visit}/done"] * 2
    assert [answer.headers["location"] for answer in opened] == [visit] * 2


def test_every_form_of_the_export_has_an_id_that_a_batch_needs(
    browser: httpx.Client, visit: str
) -> None:
    browser.post(f"{visit}/answer", data={"name": "stick.sacrum", "value": "lost", "version": "1"})
    with zipfile.ZipFile(BytesIO(browser.get("/export.zip").content)) as archive:
        forms = [
            archive.read(name).decode() for name in archive.namelist() if name.startswith("forms/")
        ]

    assert len(forms) == 1
    assert "patient:" in forms[0]


def test_undo_of_nothing_writes_nothing(browser: httpx.Client, record: Record, visit: str) -> None:
    assert browser.post(f"{visit}/undo", data={"version": "1"}).status_code == 200
    assert browser.post(f"{visit}/redo", data={"version": "1"}).status_code == 200
    assert record.version(visit.rpartition("/")[2]) == 1


def pages_of(browser: httpx.Client, visit: str) -> dict[str, str]:
    """Return every page that leads to papers, by its kind."""
    browser.post(f"{visit}/who", data={"name": "name", "value": SECRET, "seen": ""})
    browser.post(f"{visit}/answer", data={"name": "stick.sacrum", "value": "lost", "version": "1"})
    browser.post(f"{visit}/finish", data={"version": "2", "nameless": "yes"})
    done = browser.get(f"{visit}/done").text
    person = re.findall(r'href="(/people/[^/"]+)"', done)[0]
    addresses = {"home": "/", "visit": visit, "person": person, "delete": f"{person}/delete"}
    return {
        "done": done,
        **{name: browser.get(address).text for name, address in addresses.items()},
    }


def test_without_the_printer_the_handout_is_a_page_and_nothing_offers_pdf(
    knowledge: KnowledgeBase, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    routes = page_routes(Settings(knowledge, 0, print), record)
    with live(knowledge, routes) as here, here.friend(headers={"Origin": here.origin}) as browser:
        visit = browser.post("/visits").headers["location"]
        pages = pages_of(browser, visit)
        pdf, page = browser.get(f"{visit}/handout.pdf"), browser.get(f"{visit}/handout.html")

    assert [name for name, html in pages.items() if "pdf" in html.lower()] == []
    assert [name for name, html in pages.items() if "/handout.html" in html] == ["done"]
    assert (pdf.status_code, page.status_code) == (404, 200)
    assert "open the handout as a page, which prints as well" in pdf.text


def test_with_the_printer_done_offers_pdf(browser: httpx.Client, visit: str) -> None:
    pages = pages_of(browser, visit)

    assert [name for name, html in pages.items() if "/handout.pdf" in html] == ["done"]
    assert browser.get(f"{visit}/handout.pdf").content.startswith(b"%PDF-")


def test_next_visit_is_offered_for_a_calendar(browser: httpx.Client, visit: str) -> None:
    """Once its day is chosen; it names nobody."""
    pages = pages_of(browser, visit)
    refused = browser.get(f"{visit}/visit.ics")
    entry = browser.get(f"{visit}/visit.ics?next_visit=2026-12-04&language=es")

    assert [name for name, html in pages.items() if "/visit.ics" in html] == ["done"]
    assert (refused.status_code, "choose the day" in refused.text) == (422, True)
    assert entry.headers["content-type"].startswith("text/calendar")
    assert "DTSTART;VALUE=DATE:20261204" in entry.text
    assert SECRET not in f"{entry.text} {entry.headers}"


def test_report_shows_the_ladder_from_the_second_visit_on(
    browser: httpx.Client, visit: str
) -> None:
    pages = pages_of(browser, visit)
    person = re.findall(r'href="(/people/[^/"]+)"', pages["done"])[0]
    first = browser.get(f"{visit}/report.html").text
    second = browser.post(f"{person}/visits").headers["location"]
    browser.post(f"{second}/finish", data={"version": "1", "nameless": "yes"})
    again = browser.get(f"{second}/report.html").text

    assert "The ladder over time" not in first
    assert again.split("The ladder over time")[1].count("<svg") >= 1


def test_a_letter_is_offered_where_there_is_a_reason_for_one(
    browser: httpx.Client, visit: str
) -> None:
    """Neither its address nor its headers name the person."""
    refused = browser.get(f"{visit}/letter.html")
    browser.post(
        f"{visit}/answer",
        data={"name": "symptom.leg_symptoms", "value": "below_knee", "version": "1"},
    )
    browser.post(f"{visit}/who", data={"name": "name", "value": SECRET, "seen": ""})
    browser.post(f"{visit}/finish", data={"version": "2", "nameless": "yes"})
    done = browser.get(f"{visit}/done").text
    links = re.findall(r'href="([^"]*/letter\.[^"]*)"', done)
    papers = [browser.get(link) for link in links]

    assert refused.status_code == 422
    assert "no reason for a routine referral is true" in refused.text
    assert links == [f"{visit}/letter.pdf", f"{visit}/letter.html"]
    assert papers[0].content.startswith(b"%PDF-")
    assert SECRET in papers[1].text
    assert not [paper for paper in papers if SECRET in f"{paper.url} {paper.headers}"]


def test_no_letter_is_offered_without_a_reason(browser: httpx.Client, visit: str) -> None:
    assert [name for name, html in pages_of(browser, visit).items() if "/letter." in html] == []


def test_the_head_of_the_record_stands_at_the_foot_of_each_paper(
    browser: httpx.Client, record: Record, visit: str
) -> None:
    """Beside it, a paper that is printed again after other events is the same."""
    names = ("report.txt", "report.html", "handout.html", "form.yaml")
    before = {name: browser.get(f"{visit}/{name}").text for name in names}
    head = record.head()
    record.note("unlock")
    after = {name: browser.get(f"{visit}/{name}").text for name in names}

    assert [name for name, paper in before.items() if head in paper] == [*names[:3]]
    assert [name for name, paper in after.items() if paper != before[name]] == [*names[:3]]
    assert {name: without_head(paper) for name, paper in before.items()} == {
        name: without_head(paper) for name, paper in after.items()
    }


def test_an_export_says_which_record_it_is_of_and_is_noted(
    browser: httpx.Client, record: Record, visit: str
) -> None:
    with zipfile.ZipFile(BytesIO(browser.get("/export.zip").content)) as archive:
        said = archive.read("head.txt").decode()
    found = record.find_head(said.removeprefix("Record: "))

    assert found is not None
    assert (found.exact, found.after) == (True, 0)
    assert said == f"Record: {record.head()}\n"
