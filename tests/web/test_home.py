"""The first page of a record that has grown: no longer, no slower to ask for, and nobody waits."""

import re
import time
import zipfile
from io import BytesIO
from random import Random

import httpx
import pytest
from crowd import fill

from hingeexpert.intake import Intake
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.record import Record
from hingeexpert.web import overwriting

SECRET = "Zebulon Quizzleworth"
MOST = 100_000
"""Bytes of the first page."""


def asked(record: Record, browser: httpx.Client, address: str) -> tuple[int, bytes]:
    """Return how many questions a page puts to the record, and the page."""
    seen: list[str] = []
    browser.get(address)  # what was replayed once is at hand
    with record._file._reading() as connection:
        connection.set_trace_callback(seen.append)
    page = browser.get(address).content
    with record._file._reading() as connection:
        connection.set_trace_callback(None)
    return len(seen), page


def test_the_first_page_does_not_grow_with_the_record(
    record: Record, browser: httpx.Client
) -> None:
    fill(record, 120)
    few, _ = asked(record, browser, "/")
    fill(record, 1880, 120)
    many, page = asked(record, browser, "/")

    assert 0 < few == many < 40
    assert len(page) < MOST
    assert "All 1,000 that are not finished" in page.decode()
    assert "Page 1 of 40" in page.decode()


def test_pages_of_a_list_show_everybody_once(record: Record, browser: httpx.Client) -> None:
    fill(record, 120)
    pages = [browser.get(f"/?page={number}").text for number in (1, 2, 3, 4)]
    drafts = [browser.get(f"/drafts?page={number}").text for number in (1, 2)]
    people = [re.findall(r'href="/people/([\w-]{16})"', page) for page in pages]

    assert [len(found) for found in people] == [50, 50, 20, 0]
    assert len({id_ for found in people for id_ in found}) == 120
    assert "This page is empty by now" in pages[3]
    assert [len(re.findall(r'href="/visits/[\w-]{16}"', page)) for page in drafts] == [50, 10]
    assert [browser.get(f"/?page={odd}").status_code for odd in ("x", "-1", "9" * 40, "²")] == [
        200
    ] * 4


def test_a_search_stands_in_no_address_and_no_page_title(
    record: Record, browser: httpx.Client
) -> None:
    fill(record, 60)
    visit = browser.post("/visits").headers["location"]
    browser.post(f"{visit}/who", data={"name": "name", "value": SECRET, "seen": ""})
    found = browser.post("/people/find", data={"find": "zebulon"})
    nobody = browser.post("/people/find", data={"find": "nobody of this name"})
    all_ = browser.post("/people/find", data={"find": "nandu"})
    form = re.findall(r'<input id="find"[^>]*>', browser.get("/").text)[0]

    assert SECRET in found.text
    assert "1 found." in found.text
    assert "Nobody is found" in nobody.text
    assert "60 found; the latest 50 are shown" in all_.text
    assert 'hx-post="/people/find"' in form
    assert browser.get("/people/find?find=zebulon").status_code == 404


def test_what_is_searched_for_is_shown_as_text(record: Record, browser: httpx.Client) -> None:
    fill(record, 9)
    for spell in ("<script>alert(1)</script>", "' OR 1=1 --", "%", "x" * 100_000, "\0"):
        answer = browser.post("/people/find", data={"find": spell})
        assert (answer.status_code, "<script" in answer.text) in ((200, False), (413, False))
        assert 'href="/people/' not in answer.text


def test_who_is_deleted_is_overwritten_in_the_background(
    record: Record, browser: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overwriting, "QUIET", 0.1)
    monkeypatch.setattr(overwriting, "AGAIN", 0.1)
    fill(record, 300)
    visit = browser.post("/visits").headers["location"]
    browser.post(f"{visit}/who", data={"name": "name", "value": SECRET, "seen": ""})
    person = re.findall(r'href="/people/([^/"]+)"', browser.get("/").text)[0]
    # Whoever reads an older state is in the way.
    with record.unchanged():
        told = browser.post(f"/people/{person}/delete").text
        time.sleep(0.3)
        during = browser.get("/overwriting").text
    end = time.monotonic() + 20
    while record.overdue() and time.monotonic() < end:
        time.sleep(0.05)

    assert "Deleted for good" in told
    assert "is being overwritten" in told
    assert "hx-get" in during
    assert "Who was deleted is overwritten." in browser.get("/overwriting").text
    assert 'id="overwriting"' not in browser.get("/").text
    files = [file.read_bytes() for file in record.path.parent.iterdir()]
    assert not any(word.encode() in raw for raw in files for word in (SECRET, SECRET.lower()))


def test_an_answer_is_given_while_everything_is_exported(
    record: Record, browser: httpx.Client
) -> None:
    """The export goes on as whoever takes it reads, and is of the moment at which it began."""
    visits = fill(record, 9)
    for number in range(1, 9, 2):
        # What cannot be packed smaller, and is more than any buffer on the way takes.
        data = {"given": {}, "passed": [Random(number).randbytes(2_000_000).hex()]}
        record.add(visits[number], 1, "reopen", data)
    visit = browser.post("/visits").headers["location"]
    with browser.stream("GET", "/export.zip") as answer:
        pieces = answer.iter_raw()
        packed = next(pieces)
        values = {"name": "stick.sacrum", "value": "lost", "version": "1"}
        kept = browser.post(f"{visit}/answer", data=values)
        during = browser.get("/export/told").text
        packed += b"".join(pieces)
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        events = archive.read("events.jsonl").decode()

    assert kept.status_code == 200
    assert "hx-get" in during
    assert "stick.sacrum" not in events.rpartition(visit.rpartition("/")[2])[2]
    assert "Exported 10 of 10 visits." in browser.get("/export/told").text


def test_two_visits_of_one_day_are_told_apart_by_when_they_began(
    knowledge: KnowledgeBase, record: Record, browser: httpx.Client
) -> None:
    intake = Intake(knowledge, record)
    first = intake.begin()
    intake.finish(first, intake.state(first).version)
    person = intake.look(first).person.id
    second = intake.begin(person)
    same_day = headings(browser.get(f"/people/{person}").text)
    intake.describe(first, {"date": "2026-01-05"})
    apart = headings(browser.get(f"/people/{person}").text)

    day = intake.look(second).visit.date
    assert [date for date, _ in same_day] == [day, day]
    assert all(re.fullmatch(r" \d\d:\d\d", begun) for _, begun in same_day)
    assert apart == [("2026-01-05", ""), (day, "")]


def headings(page: str) -> list[tuple[str, str]]:
    """Return what stands over the two visits that are set side by side: date and time."""
    return re.findall(
        r'<th scope="col"><time datetime="([-\d]+)">[^<]+</time>( ?[:\d]*)</th>', page
    )


def test_each_kind_of_page_has_a_title_of_its_own_without_a_name(browser: httpx.Client) -> None:
    visit = browser.post("/visits").headers["location"]
    browser.post(f"{visit}/who", data={"name": "name", "value": SECRET, "seen": ""})
    open_ = browser.get(visit).text
    browser.post(f"{visit}/finish", data={"version": "1"})
    done = browser.get(f"{visit}/done").text
    person = re.findall(r'href="(/people/[\w-]{16})"', done)[0]
    others = [browser.get(page).text for page in ("/", "/drafts", person, f"{person}/delete")]
    titles = [re.findall(r"<title>(.*?)</title>", page)[0] for page in (open_, done, *others)]

    assert len(set(titles)) == len(titles)
    assert not [title for title in titles if SECRET in title]


def test_each_page_writes_a_day_in_words(
    knowledge: KnowledgeBase, record: Record, browser: httpx.Client
) -> None:
    intake, day = Intake(knowledge, record), "2026-01-05"
    first = intake.begin()
    intake.describe(first, {"date": day, "name": "Sam Example"})
    person = intake.look(first).person.id
    pages = [browser.get(address).text for address in (f"/visits/{first}", "/", "/drafts")]
    intake.finish(first, intake.state(first).version)
    pages += [browser.get("/").text, browser.post("/people/find", data={"find": "2026-01"}).text]
    second = intake.begin(person)
    later = (f"people/{person}", f"people/{person}/delete", f"visits/{first}/done")
    pages += [browser.get(f"/{address}").text for address in (*later, f"visits/{second}")]

    for page in pages:
        shown = re.sub(r"<pre id=\"note\".*?</pre>|<[^>]+>", " ", page, flags=re.DOTALL)
        assert "5 January 2026" in shown
        assert day not in shown
