"""The same visits pressed in the program and in an app, and what both answer side by side."""

import io
import itertools
import os
import re
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import httpx
from app_answers import AppAnswers, app_answers
from heads import without_head
from playwright.sync_api import Browser
from served import live
from shown_forms import NAMES
from visitor import Visitor

from hingeexpert.assurance.label.pages import label_page
from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.record import Record
from hingeexpert.web.application import page_routes

ID = re.compile(r"(?<![\w-])[\w-]{16}(?![\w-])")
WHERE = re.compile(r"/(visits|people)/([\w-]{16})(?![\w-])")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\+00:00)?|\b\d\d:\d\d\b")
CHAIN = re.compile(r"\b[0-9a-f]{32,64}\b")
OTHERWISE = {
    r'<section class="foot-actions" aria-label="The record">.*?</section>': "",
    r'<section class="card stack" aria-labelledby="example-title">.*?</section>\n': "",
    r'<p class="hash">App <code>[^<]*</code></p>\n': "",
    r"Every answer is kept (?:on this machine|in this browser) as": "Every answer is kept as",
    r'<div id="lost" .*?</div>': "",
    r"\?tag=[0-9a-f]{16}\b": "",
    r' <button [^>]*formaction="[^"]*/handout.html">Open as a page</button>': "",
    r' <a [^>]*href="[^"]*/letter.html"[^>]*>Letter as a page</a>': "",
    r"\b(handout|letter)\.pdf\b": r"\1.html",
    r'<p class="soft small" id="overwriting".*?</p>': "",
    r"The place they had in the record is (?:overwritten|being overwritten, [^.]*)\.": "",
}
"""What pages of the one say otherwise, and what stands there for both: where the record lies and
what becomes of it, who takes no answer, which files a server has, the example, which app it is,
whose sheets are printed as PDF, that a server overwrites in the background.
"""
TOLD = ("content-type", "content-disposition", "location")
"""Headers that are compared."""
PAPERS = (
    *("done", "report.html", "report.txt", "form.yaml", "handout.html?drills=2&large=yes"),
    *("handout.html?language=es&grey=yes&next_visit=2027-02-28", "letter.html"),
    "visit.ics?next_visit=2027-02-28",
)
AGAIN, FINISHED, DELETED = 0.3, 0.7, 0.05
"""Shares of the visits that are a later one of somebody, of those that are finished, and of those
after which somebody is deleted."""


@dataclass
class Named:
    """What one side calls the people and visits that both sides have, in the order in which they
    were met.
    """

    ids: dict[str, str] = field(default_factory=dict)

    def alike(self, text: str) -> str:
        """Return a text as it would be on either side: without its own ids and times."""
        for kind, own in WHERE.findall(text):
            self.ids.setdefault(own, f"{kind}-{len(self.ids)}")
        for own, name in self.ids.items():
            text = text.replace(own, name)
        for pattern, instead in OTHERWISE.items():
            text = re.sub(pattern, instead, text, flags=re.DOTALL)
        return without_head(CHAIN.sub("hash", MOMENT.sub("moment", text)))


@dataclass
class Both:
    """Asks program and app the same; answers as the program does.

    Attributes:
        found: What was answered differently: the kind of page, and where it differs first.
        asked: How often each kind of page was compared.
    """

    program: httpx.Client
    app: AppAnswers
    found: list[str] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    here: Named = field(default_factory=Named)
    there: Named = field(default_factory=Named)

    def get(self, address: str, /) -> httpx.Response:
        """Ask for a page."""
        return self._compared("GET", address, None)

    def post(self, address: str, /, *, data: Any = None) -> httpx.Response:
        """Send what a press sends."""
        return self._compared("POST", address, data or {})

    def _compared(
        self, method: str, address: str, fields: Mapping[str, str] | None
    ) -> httpx.Response:
        answer = self.program.request(method, address, data=fields)
        sent = fields and {name: self._translated(value) for name, value in fields.items()}
        other = self.app.ask(method, self._translated(address), sent)
        kind = f"{method} {ID.sub('...', address)}"
        self.asked[kind] += 1
        if where := _differs(self.here.alike(_whole(answer)), self.there.alike(_whole(other))):
            self.found.append(f"{kind}: {where}")
        return answer

    def _translated(self, text: str) -> str:
        """Return a text with the ids of the app in the place of those of the program."""
        app = {name: own for own, name in self.there.ids.items()}
        return ID.sub(lambda found: app.get(self.here.ids.get(found[0], ""), found[0]), text)


def _whole(answer: httpx.Response) -> str:
    """Return status, headers and content of an answer, an archive unpacked."""
    heads = [f"{name}: {answer.headers.get(name, '')}" for name in TOLD]
    content = answer.text
    if "zip" in answer.headers.get("content-type", ""):
        archive = zipfile.ZipFile(io.BytesIO(answer.content))
        names = archive.namelist()
        content = "\n".join(f"{name}\n{archive.read(name).decode()}" for name in names)
    return "\n".join((str(answer.status_code), *heads, content))


def _differs(one: str, other: str) -> str:
    """Say where two texts differ first, without a word of them; nothing where they are the same."""
    if one == other:
        return ""
    lines = itertools.zip_longest(one.splitlines(), other.splitlines())
    number = next((at for at, (mine, its) in enumerate(lines, 1) if mine != its), 0)
    return f"line {number}"


@dataclass
class VisitsOfBoth:
    """Visits made at random on both sides, with all pages of each."""

    both: Both
    chance: Random
    people: list[str] = field(default_factory=list)

    def make(self, count: int) -> None:
        """Make so many visits, then export all there are."""
        visitor = Visitor(self.both, self.chance)
        for _ in range(count):
            again = self.people and self.chance.random() < AGAIN
            person = self.chance.choice(self.people) if again else None
            address = visitor.visit(person)
            self._named(address)
            if self.chance.random() < FINISHED:
                visitor.finish(address)
            self._looked_at(address)
            if self.chance.random() < DELETED:
                self._delete()
        self.both.get("/export.zip")

    def _named(self, address: str) -> None:
        """Say who it is, as somebody types it."""
        for name, value in (("name", self.chance.choice(NAMES)), ("clinician", "Dr. Weiß")):
            self.both.post(f"{address}/who", data={"name": name, "value": value})

    def _looked_at(self, address: str) -> None:
        """Ask for every page of a visit, and for those with all people."""
        page = self.both.get(address).text
        for paper in PAPERS:
            self.both.get(f"{address}/{paper}")
        for fault in re.findall(r'data-why="([\w.]+)"', page)[:3]:
            self.both.post(f"{address}/why", data={"id": fault})
        if found := re.search(r'href="/people/([\w-]{16})"', page):
            self.people.append(found[1])
            self.both.get(f"/people/{found[1]}")
        self.both.get("/")
        self.both.get("/drafts")
        self.both.post("/people/find", data={"find": self.chance.choice(NAMES)[:3]})

    def _delete(self) -> None:
        """Delete somebody, and all of their visits."""
        person = self.people.pop(self.chance.randrange(len(self.people)))
        self.people = [other for other in self.people if other != person]
        self.both.get(f"/people/{person}/delete")
        self.both.post(f"/people/{person}/delete", data={"sure": "yes"})


@contextmanager
def program_and_app(
    knowledge: KnowledgeBase, folder: Path, browser: Browser, url: str
) -> Iterator[Both]:
    """Start the server over a record in a folder, and the worker of the app at an address, until
    the block ends; both in a time zone that is not that of the machine.
    """
    zone, label = _at_noon(), partial(label_page, data_folder("rules"), knowledge, None)
    with (
        _time_zone(zone),
        closing(Record(folder / "record.sqlite")) as record,
        live(knowledge, lambda settings: page_routes(settings, record), label=label) as here,
        here.friend(headers={"Origin": here.origin, "Sec-Fetch-Site": "same-origin"}) as program,
        app_answers(browser, url, zone) as app,
    ):
        yield Both(program, app)


@contextmanager
def _time_zone(name: str) -> Iterator[None]:
    """Be in another time zone until the block ends."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


def _at_noon() -> str:
    """Return a time zone in which it is about noon, so that no day ends meanwhile."""
    return f"Etc/GMT{time.gmtime().tm_hour - 12:+d}"
