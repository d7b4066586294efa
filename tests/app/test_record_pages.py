"""The pages that only an app has: the record of the browser, the example, the end."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from html.parser import HTMLParser

import pytest
from keyed import PASSPHRASE
from offline import Offline

from hingeexpert.record.driver import Connection

CHECKED = "The record is whole"
NEXT_DAY = "2999-01-01"


class Ways(HTMLParser):
    """Where the links and forms of a page lead, and what it loads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.gets: set[str] = set()
        self.posts: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name in ("href", "src", "hx-get", "formaction"):
            self._add(self.gets, given.get(name))
        if tag == "form":
            posts = given.get("method") == "post"
            self._add(self.posts if posts else self.gets, given.get("action"))
        self._add(self.posts, given.get("hx-post"))

    def _add(self, ways: set[str], address: str | None) -> None:
        if address and address.startswith("/"):
            ways.add(address.partition("#")[0])


def example(offline: Offline) -> str:
    """Show the example, and return the address of its visit."""
    assert "Show the example" in offline.shown("/")
    return offline.post("/example").headers["location"]


def opened(start: Callable[..., Offline], keeping: str) -> Offline:
    """Return an app whose record is open."""
    offline = start("file" if keeping == "held" else "folder", ready=keeping == "sealed")
    if keeping == "sealed":
        offline.post("/unlock", passphrase=PASSPHRASE)
    else:
        offline.post("/keep-open")
    return offline


@pytest.mark.parametrize("keeping", ["open", "sealed", "held"])
def test_every_way_on_every_page_leads_somewhere(
    start: Callable[..., Offline], keeping: str
) -> None:
    offline = opened(start, keeping)
    visit = example(offline)
    offline.post(f"{visit}/finish", version="2", nameless="yes")
    another = offline.post("/visits").headers["location"]
    waiting = {"/", visit, f"{visit}/done", another, "/drafts", "/record"}
    seen: set[str] = set()
    posts: set[str] = set()
    while waiting:
        address = waiting.pop()
        seen.add(address)
        answer = offline.get(address)
        where = answer.headers.get("location", "")
        asks_for_a_day = address.endswith("visit.ics") and answer.status == 422
        assert answer.status in (200, 204) or where or asks_for_a_day, (address, answer.status)
        ways = Ways(answer.body.decode("utf-8", "replace"))
        posts |= ways.posts
        waiting |= ({where} if where else ways.gets) - seen - {""}
        assert not re.search(r"\bpdf\b", address)  # within the id of a visit it means nothing
    for post in sorted(posts, key=lambda post: (post.endswith(("/delete", "/lock")), post)):
        assert offline.post(post).status not in (404, 405), post
    assert {"/record", "/static/page.js", f"{visit}/report.html"} <= seen
    assert "/record/verify" in posts


def test_the_example_is_marked_and_goes_as_any_person_does(start: Callable[..., Offline]) -> None:
    offline = opened(start, "held")
    visit = example(offline)
    page = offline.shown(visit)
    assert "Sam Example (example, nobody real)" in page
    assert 'aria-checked="true"' in page
    assert "Show the example" not in offline.shown("/")
    person = offline.app.keeper.record.people()[0].id
    offline.post(f"/people/{person}/delete")
    assert "Show the example" in offline.shown("/")


@pytest.mark.parametrize("keeping", ["open", "sealed"])
def test_the_record_is_checked_and_a_change_is_named(
    start: Callable[..., Offline], keeping: str
) -> None:
    offline = opened(start, keeping)
    visit = example(offline)
    record = offline.app.keeper.record
    head = record.head()
    told = offline.post("/record/verify", head=head).body.decode()
    assert CHECKED in told
    assert f"The head {head} is of" in told
    assert offline.post("/record/verify", head="rubbish").status == 422
    altered = offline.app.keeper.record._file
    with altered.writing() as connection:
        _change(connection, visit.rpartition("/")[2])
    told = offline.post("/record/verify").body.decode()
    assert "It is not as it was written" in told
    assert CHECKED not in told


def _change(connection: Connection, visit: str) -> None:
    connection.execute("DROP TRIGGER event_is_never_changed")
    connection.execute("UPDATE event SET data = '{}' WHERE visit = ? AND number = 1", (visit,))


def test_a_record_is_gone_when_that_was_typed(start: Callable[..., Offline]) -> None:
    offline = opened(start, "sealed")
    example(offline)
    assert offline.post("/forget", word="yes").status == 422
    assert offline.shown("/forget")
    assert "Sam Example" in offline.shown("/")
    assert offline.post("/forget", word=" Delete ").status == 303
    assert "Who may read the record?" in offline.shown("/")
    assert not [*offline.device.kept.iterdir()]
    offline.post("/keep-open")
    assert "Sam Example" not in offline.shown("/")


def test_a_locked_record_can_be_deleted_by_who_has_lost_both(start: Callable[..., Offline]) -> None:
    offline = start(ready=True)
    assert 'href="/forget"' in offline.shown("/recover")
    offline.post("/forget", word="delete")
    assert "Who may read the record?" in offline.shown("/")


@pytest.mark.parametrize("words", ["of a newer", "is damaged"])
def test_a_record_that_cannot_be_used_is_told_and_stays(
    start: Callable[..., Offline], words: str
) -> None:
    offline = opened(start, "open")
    example(offline)
    kept = offline.device.kept / "record"
    if words == "is damaged":
        kept.write_bytes(b"\0" * 100)
    else:
        with closing(sqlite3.connect(kept)) as connection:
            connection.execute("PRAGMA user_version = 99")
    before = kept.read_bytes()
    again = start()
    for address in ("/", "/record", "/protect", "/unlock"):
        page = again.shown(address)
        assert "The record cannot be used" in page
        assert words in page
    assert again.post("/visits").status == 423
    assert kept.read_bytes() == before
    again.post("/forget", word="delete")
    assert "Who may read the record?" in again.shown("/")


def test_home_says_whether_the_browser_keeps_it_and_asks_for_a_backup(
    start: Callable[..., Offline], monkeypatch: pytest.MonkeyPatch
) -> None:
    offline = opened(start, "sealed")
    visit = example(offline)
    assert "may throw the record away" in offline.shown("/")
    offline.device.promises = False
    assert "did not promise it" in offline.post("/record/lasting").body.decode()
    offline.device.promises = True
    offline.post("/record/lasting")
    assert "has promised to keep" in offline.shown("/")
    offline.post(f"{visit}/finish", version="2")
    asks = "Since the last backup visits were finished"
    assert asks not in offline.shown("/")
    monkeypatch.setattr("hingeexpert.web.people.today", lambda: NEXT_DAY)
    assert asks in offline.shown("/")
    offline.post("/record/backup")
    assert asks in offline.shown("/")
    offline.get("/record/backup.age")
    assert asks not in offline.shown("/")
    assert not re.search(r"\bserver\b", offline.shown("/record"))


def test_passphrase_and_recovery_key_are_made_anew(start: Callable[..., Offline]) -> None:
    offline = opened(start, "sealed")
    new = {"passphrase": "a new one of words", "again": "a new one of words"}
    assert offline.post("/record/passphrase", old="tulip lamp river onion", **new).status == 422
    assert (
        offline.post("/record/passphrase", old=PASSPHRASE, passphrase="a", again="b").status == 422
    )
    page = offline.post("/record/recovery", old=PASSPHRASE).body.decode()
    recovery = "".join(re.findall(r"<span>(.*?)</span>", page))
    assert offline.post("/record/passphrase", old=PASSPHRASE, **new).status == 200
    again = start()
    assert again.post("/unlock", passphrase=PASSPHRASE).status == 403
    third = {"passphrase": "a third one of words", "again": "a third one of words"}
    assert again.post("/recover", recovery=recovery, **third).status == 303
