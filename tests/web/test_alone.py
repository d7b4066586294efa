"""The application answers without a server: no loop, no thread, no socket."""

import inspect
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from loopless import without_loop
from starlette.routing import Route

from hingeexpert.app.inside import PageAnswer, Turn
from hingeexpert.forms import read_form
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.record import Record
from hingeexpert.web.application import application, page_routes
from hingeexpert.web.settings import Settings
from hingeexpert.web.static import STATIC_FILES, StaticFiles, tag_of, tag_of_contents


@dataclass
class Alone:
    """An application that is asked by hand, and the cookie that it gave."""

    app: Any
    settings: Settings
    cookie: str = ""

    def get(self, address: str, **headers: str) -> PageAnswer:
        return self.ask("GET", address, b"", headers)

    def post(self, address: str, **fields: str) -> PageAnswer:
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return self.ask("POST", address, urlencode(fields).encode(), kind)

    def ask(self, method: str, address: str, body: bytes, headers: dict[str, str]) -> PageAnswer:
        sent = {"host": self.settings.hosts[0], "cookie": self.cookie, **headers}
        answer = Turn(self.app, method, address, sent, body).step()
        assert isinstance(answer, PageAnswer), "whatever would wait for somebody else fails"
        self.cookie = answer.headers.get("set-cookie", self.cookie).partition(";")[0]
        return answer


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    with closing(Record(tmp_path / "record.sqlite")) as opened:
        yield opened


@pytest.fixture
def alone(knowledge: KnowledgeBase, record: Record) -> Iterator[Alone]:
    """Let somebody in, where no thread can be started, and no loop runs."""
    with without_loop():
        yield let_in(Settings(knowledge, 8765, lambda _: None), record)


def let_in(settings: Settings, record: Record) -> Alone:
    here = Alone(application(settings, page_routes(settings, record)), settings)
    assert here.get(f"/open?token={settings.token}").status == 303
    return here


def begun(alone: Alone) -> str:
    """Begin a visit and return its address."""
    return alone.post("/visits").headers["location"]


def test_a_whole_visit(alone: Alone, knowledge: KnowledgeBase) -> None:
    assert alone.get("/").status == 200
    visit = begun(alone)
    page = alone.get(visit)
    assert page.status == 200
    assert "stick.sacrum" in page.body.decode()

    pressed = alone.post(f"{visit}/answer", version="1", name="stick.sacrum", value="lost")
    assert pressed.status == 200
    assert alone.post(f"{visit}/who", name="name", value="Sam Example").status == 200
    wrong = alone.post(f"{visit}/answer", version="2", name="stick.sacrum", value="gone")
    assert wrong.status == 422
    assert alone.post(f"{visit}/why", id="lumbar_flexion").status == 200

    finished = alone.post(f"{visit}/finish", version="2")
    assert finished.headers["location"] == f"{visit}/done"
    assert alone.get(f"{visit}/done").status == 200
    form = read_form(knowledge, "form", alone.get(f"{visit}/form.yaml").body)
    assert form.answers["stick.sacrum"] == "lost"
    assert "Sam Example" in alone.get("/").body.decode()


def test_a_flag_taken_back_leaves_the_others_said_at_once(
    alone: Alone, knowledge: KnowledgeBase
) -> None:
    visit, flag = begun(alone), "safety.gait_change"
    assert alone.post(f"{visit}/all-well", version="1", group="safety").status == 200
    assert alone.post(f"{visit}/answer", version="2", name=flag, blank="yes").status == 200
    form = read_form(knowledge, "form", alone.get(f"{visit}/form.yaml").body)
    (screening,) = diagnose(knowledge, form).screenings

    assert (screening.at_once, screening.one_by_one) == (screening.flags - 1, 0)
    assert screening.left_blank == [flag]


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("form.yaml", "application/yaml"),
        ("report.txt", "text/plain; charset=utf-8"),
        ("report.html", "text/html; charset=utf-8"),
        ("handout.html", "text/html; charset=utf-8"),
    ],
)
def test_the_papers_of_a_visit(alone: Alone, file: str, kind: str) -> None:
    answer = alone.get(f"{begun(alone)}/{file}")

    assert answer.status == 200
    assert answer.headers["content-type"] == kind
    assert answer.body


def test_a_sheet_is_printed_within_the_loop_where_there_is_none(alone: Alone) -> None:
    assert alone.get(f"{begun(alone)}/handout.pdf").body.startswith(b"%PDF")


def test_the_export_and_the_interface_for_programs(alone: Alone) -> None:
    begun(alone)
    names = zipfile.ZipFile(BytesIO(alone.get("/export.zip").body)).namelist()
    body = json.dumps({"form": "hinge/2", "stick": {"sacrum": "lost"}}).encode()
    result = alone.ask("POST", "/api/diagnose", body, {"content-type": "application/json"})

    assert {"people.jsonl", "visits.jsonl", "events.jsonl"} <= {*names}
    assert result.status == 200, result.body.decode()
    assert json.loads(result.body)["faults"]
    assert alone.get("/api/knowledge").status == 200


def test_what_is_not_there_or_not_right_is_told(alone: Alone) -> None:
    assert alone.get("/visits/nothing").status == 404
    assert alone.get("/nothing").status == 404
    assert Alone(alone.app, alone.settings).get("/").status == 403


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("htmx.min.js", "text/javascript; charset=utf-8"),
        ("page.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
        ("htmx-LICENSE.txt", "text/plain; charset=utf-8"),
    ],
)
def test_a_static_file_is_sent_once_and_then_only_named(alone: Alone, name: str, kind: str) -> None:
    first = alone.get(f"/static/{name}")
    tag = first.headers["etag"]

    assert first.body == (STATIC_FILES / name).read_bytes()
    assert first.headers["content-type"] == kind
    assert first.headers["cache-control"] == "no-cache"
    assert first.headers["content-length"] == str(len(first.body))
    for known in (tag, f'"other", W/{tag}', "*"):
        again = alone.get(f"/static/{name}", **{"if-none-match": known})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["cache-control"] == "no-cache"
    assert alone.get(f"/static/{name}", **{"if-none-match": '"other"'}).status == 200
    assert alone.ask("HEAD", f"/static/{name}", b"", {}).headers["etag"] == tag
    assert alone.post(f"/static/{name}").status == 405


def test_every_static_file_has_a_kind_and_a_changed_one_another_tag(tmp_path: Path) -> None:
    (tmp_path / "page.js").write_text("a", encoding="utf-8")
    before = StaticFiles(tmp_path).files["page.js"]
    (tmp_path / "page.js").write_text("b", encoding="utf-8")
    after = StaticFiles(tmp_path).files["page.js"]

    assert before.etag != after.etag
    assert re.fullmatch(r'"\w+"', before.etag)
    for name, file in StaticFiles(STATIC_FILES).files.items():
        assert file.kind != "application/octet-stream", name


NAMED = re.compile(r'(?:href|src)="(/static/[^"]+|/page\.css[^"]*)"')


def test_what_a_page_names_with_its_tag_is_kept_for_good(alone: Alone) -> None:
    """Another content has another tag, and so another address."""
    named = NAMED.findall(alone.get("/").body.decode())

    assert len(named) >= 5
    for address in named:
        assert "immutable" in alone.get(address).headers["cache-control"]
        path = address.partition("?")[0]
        for other in (path, f"{path}?tag=other"):
            assert alone.get(other).headers["cache-control"] == "no-cache"


def test_the_tag_changes_with_the_style_and_with_any_file(tmp_path: Path) -> None:
    shutil.copytree(STATIC_FILES, tmp_path, dirs_exist_ok=True)
    tags = [tag_of_contents(tmp_path, ""), tag_of_contents(tmp_path, "body {}")]
    for file in tmp_path.iterdir():
        file.write_bytes(file.read_bytes() + b"\n")
        tags.append(tag_of_contents(tmp_path, ""))

    assert len(set(tags)) == len(tags) >= 6


def test_own_templates_may_change_while_the_server_runs(
    knowledge: KnowledgeBase, record: Record, tmp_path: Path
) -> None:
    with without_loop():
        own = let_in(Settings(knowledge, 8765, lambda _: None, templates=tmp_path), record)
        named = NAMED.findall(own.get("/").body.decode())
        style = own.get(f"/page.css?tag={tag_of(None)}")

    assert [address for address in named if "?" in address] == []
    assert style.headers["cache-control"] == "no-cache"


def test_no_handler_of_the_pages_is_one_that_starlette_moves_to_a_thread(
    alone: Alone, record: Record
) -> None:
    for route in page_routes(alone.settings, record):
        assert isinstance(route, Route)
        assert inspect.iscoroutinefunction(route.endpoint), route.path
