"""A visit by presses gives the same bytes in the app and on a server."""

import random
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from counts import count, thorough
from offline import FORM, Offline
from shipped import shipped_cases

from hingeexpert.app.inside import PageAnswer, Turn
from hingeexpert.forms import Assessment
from hingeexpert.intake import Intake
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.record import Record
from hingeexpert.web import site
from hingeexpert.web.application import application, page_routes
from hingeexpert.web.questions import spelling
from hingeexpert.web.settings import Settings

SEED = 22
VISITS = 3
PAPERS = ("done", "form.yaml", "report.html", "report.txt", "handout.html", "why")


@dataclass
class Server:
    """The pages behind the door of a server, asked by hand, and the cookie that it gave."""

    app: Any
    settings: Settings
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.headers = {"host": self.settings.hosts[0]}
        let_in = self.get(f"/open?token={self.settings.token}")
        self.headers["cookie"] = let_in.headers["set-cookie"].partition(";")[0]

    def get(self, address: str) -> PageAnswer:
        return self._asked("GET", address, b"")

    def post(self, address: str, /, **fields: str) -> PageAnswer:
        return self._asked("POST", address, urlencode(fields).encode())

    def _asked(self, method: str, address: str, body: bytes) -> PageAnswer:
        headers = {**self.headers, "content-type": FORM}
        answer = Turn(self.app, method, address, headers, body).step()
        assert isinstance(answer, PageAnswer)
        return answer


@pytest.mark.slow
@thorough
def test_the_same_bytes_of_some_visits(
    start: Callable[..., Offline],
    knowledge: KnowledgeBase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(site, "has", lambda _: False)  # no PDF on either side
    offline = start()
    offline.post("/keep-open")
    settings = Settings(knowledge, 8765, print)
    visits = count(quick=VISITS, thorough=12)
    pressed = count(quick=1, thorough=4)
    chosen = random.Random(SEED).sample(shipped_cases(), visits)
    with closing(Record(tmp_path / "server.sqlite")) as record:
        server = Server(application(settings, page_routes(settings, record)), settings)
        sides = ((server, record), (offline, offline.app.keeper.record))
        for number, case in enumerate(chosen):
            here, there = (
                _pressed(pages, kept, case.assessment)
                if number < pressed
                else _taken(pages, Intake(knowledge, kept), case.assessment)
                for pages, kept in sides
            )
            for (what, one), (_, other) in zip(here, there, strict=True):
                assert one == other, (case.name, what)


def _pressed(pages: Server | Offline, record: Record, form: Assessment) -> list[tuple[str, str]]:
    """Press the answers of a form one by one, and return all that was answered."""
    visit = pages.post("/visits").headers["location"]
    id_ = visit.rpartition("/")[2]
    told = [("visit", pages.get(visit))]
    chance = random.Random(SEED)
    answers = chance.sample(sorted(form.answers.items()), len(form.answers))
    for name, value in answers:
        version = str(record.version(id_))
        pressed = {"version": version, "name": name, "value": spelling(value)}
        told.append((name, pages.post(f"{visit}/answer", **pressed)))
    return _shared_of(record, id_, [*told, *_finished(pages, record, id_)])


def _taken(pages: Server | Offline, intake: Intake, form: Assessment) -> list[tuple[str, str]]:
    """Take the form as a whole, and return what is answered from there on."""
    id_ = intake.take(form)
    told = [("visit", pages.get(f"/visits/{id_}"))]
    return _shared_of(intake.record, id_, [*told, *_finished(pages, intake.record, id_)])


def _finished(pages: Server | Offline, record: Record, id_: str) -> list[tuple[str, PageAnswer]]:
    """Finish a visit, and return what is answered, its papers last."""
    visit = f"/visits/{id_}"
    told = [("finish", pages.post(f"{visit}/finish", version=str(record.version(id_))))]
    finish = {"version": str(record.version(id_)), "nameless": "yes"}
    told.append(("nameless", pages.post(f"{visit}/finish", **finish)))
    told.extend((paper, pages.get(f"{visit}/{paper}")) for paper in PAPERS)
    assert told[-2][1].status == 200
    return told


def _shared_of(
    record: Record, id_: str, told: list[tuple[str, PageAnswer]]
) -> list[tuple[str, str]]:
    """Return answers without what is another on each side."""
    own = {id_: "VISIT", record.visit(id_).person: "PERSON", record.head(): "HEAD"}
    return [(what, _shared(answer, own)) for what, answer in told]


def _shared(answer: PageAnswer, own: dict[str, str]) -> str:
    """Return an answer without what is another each time, and without the version of the app."""
    text = f"{answer.status} {answer.headers.get('location', '')}\n{answer.body.decode()}"
    for value, name in own.items():
        text = text.replace(value, name)
    text = re.sub(r'<div id="lost".*?</div>', "", text, flags=re.DOTALL)  # what takes no answer
    text = re.sub(r"\?tag=\w+", "", text)  # of the files of a server
    return text.replace(f'<p class="hash">App <code>{"0" * 64}</code></p>\n', "")
