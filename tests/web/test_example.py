"""`serve --example`: a filled visit to look at, which leaves nothing behind."""

import shutil
import signal
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from served import Started, live, started

from hingeexpert.cli import main
from hingeexpert.errors import InputError
from hingeexpert.formats.files import DEMO, data_folder
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.record import Record

NAME = "Sam Example"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which the command makes what it needs for a while."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def own_record(folder: Path) -> Path:
    """Make a record where the command finds that of the user, with one visit."""
    path = folder / "hingeexpert" / "record.sqlite"
    path.parent.mkdir()
    with closing(Record(path)) as record:
        record.begin(None, "2026-11-20", [])
    return path


def first_page(running: Started) -> httpx.Response:
    with httpx.Client(follow_redirects=True, timeout=120) as browser:
        return browser.get(running.address)


@pytest.mark.usefixtures("temporary")
def test_the_address_leads_to_an_open_visit_with_its_result(
    tmp_path: Path, knowledge: KnowledgeBase
) -> None:
    titles = {level.id: level.title for level in knowledge.ladders["readiness"]}
    with started(tmp_path, "--example") as running:
        page = first_page(running)
        said = running.end()

    assert page.status_code == 200
    assert page.url.path.startswith("/visits/")
    assert page.url.query == b""
    assert NAME in page.text
    assert titles["continue_pattern"] in page.text
    assert 'data-do="undo"' in page.text
    assert "This is an example, apart from your record" in said
    assert NAME not in said
    assert not (tmp_path / "hingeexpert").exists()


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_and_the_record_of_the_user_is_not_touched(
    tmp_path: Path, temporary: Path, by: signal.Signals
) -> None:
    own = own_record(tmp_path)
    before = own.read_bytes()
    with started(tmp_path, "--example") as running:
        first_page(running)
        during = [path.name for path in temporary.glob("hingeexpert-example-*/*.sqlite")]
        running.end(by)

    assert during == ["record.sqlite"]
    assert list(temporary.iterdir()) == []
    assert own.read_bytes() == before
    assert [path.name for path in own.parent.iterdir()] == [own.name]


def test_a_browser_never_begins_where_a_request_says(knowledge: KnowledgeBase) -> None:
    with live(knowledge, start="/visits/one") as running, running.stranger() as browser:
        address = f"{running.settings.address}&start=https://evil.example&next=//evil.example"

        assert browser.get(address).headers["location"] == "/visits/one"
        assert browser.get("/open").headers["location"] == "/visits/one"


def test_an_address_pressed_elsewhere_goes_on_to_the_same_page(knowledge: KnowledgeBase) -> None:
    pressed = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    }
    with live(knowledge, start="/visits/one") as running, running.stranger() as browser:
        page = browser.get(running.settings.address, headers=pressed)

    assert 'http-equiv="refresh" content="0;url=/visits/one"' in page.text


def refused(*arguments: object) -> str:
    given = ["serve", "--no-browser", "--example", *map(str, arguments)]
    result = CliRunner().invoke(main, given)
    assert result.exit_code == 2
    assert result.stdout == ""
    return result.stderr.splitlines()[-1]


def test_it_goes_with_no_record_of_the_user(tmp_path: Path, temporary: Path) -> None:
    record = tmp_path / "record.sqlite"

    assert refused("--record", record) == (
        "Error: --example has a record of its own; leave --record out"
    )
    assert not record.exists()
    assert list(temporary.iterdir()) == []


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Return rules without worked cases and without a filled form."""
    left_out = shutil.ignore_patterns("cases", DEMO)
    return Path(shutil.copytree(data_folder("rules"), tmp_path / "rules", ignore=left_out))


def test_rules_without_a_filled_form_have_no_example(rules: Path) -> None:
    assert refused("--rules", rules) == (
        f"Error: --example needs a filled form; there is none at {rules / DEMO}"
    )


def test_a_form_with_a_slip_is_told_and_nothing_is_left(rules: Path, temporary: Path) -> None:
    (rules / DEMO).write_text("stick: {sacrum: gone}\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["serve", "--example", "--rules", str(rules)])

    assert (result.exit_code, result.stdout) == (InputError.exit_code, "")
    assert "demo.yaml:1: stick.sacrum: 'gone' is not allowed" in result.stderr
    assert list(temporary.iterdir()) == []
