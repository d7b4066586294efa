"""The home page says when the last backup was, and why none could be made."""

import datetime
import re
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from keyed import protected
from served import live, started

from hingeexpert.cli import main
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.record import Record
from hingeexpert.record.daily import DailyBackup
from hingeexpert.web.application import page_routes
from hingeexpert.web.settings import Settings


def told(home: httpx.Response) -> str:
    """Return what the home page says of backups."""
    found = re.search(r"Last backup:.*", re.sub(r"<[^>]+>", "", home.text))
    assert found is not None
    return found.group()


def test_home_says_never_then_when_then_why_not(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    with closing(protected(tmp_path / "there", visits=1)) as record:
        routes = page_routes(Settings(knowledge, 0, print), record)
        with live(knowledge, routes) as here, here.friend() as browser:
            before = told(browser.get("/"))
            DailyBackup(record, folder, 14, print).look()
            after = told(browser.get("/"))
            DailyBackup(record, tmp_path / "gone", 14, print).look()
            failed = told(browser.get("/"))

    assert before == "Last backup: never."
    today = f"{datetime.date.today():%-d %B %Y}"
    assert re.fullmatch(rf"Last backup: {today}, \d\d:\d\d\.", after)
    assert failed.startswith(f"{after} None could be made since: ")
    assert failed.endswith("there is no such folder; is the disk connected?")


def test_a_server_goes_on_where_no_backup_can_be_made(tmp_path: Path) -> None:
    path = tmp_path / "open.sqlite"
    with closing(Record(path)) as record:
        record.choose("protection", "open")
    words = ("--record", str(path), "--backup", str(tmp_path))
    with started(tmp_path, *words) as running:
        with httpx.Client(follow_redirects=True, timeout=120) as browser:
            page = told(browser.get(running.address))
        said = running.end()

    assert "a daily backup is not made of a record that is kept open" in page
    assert "warning: no backup was made: a daily backup is not made" in said
    assert "The server has ended" in said
    assert not list(tmp_path.glob("hingeexpert-*"))


@pytest.mark.parametrize(
    ("words", "told"),
    [(["--example", "--backup", "x"], "keeps nothing"), (["--keep", "0"], "0 is not in the range")],
)
def test_what_does_not_go_together_is_told(words: list[str], told: str) -> None:
    done = CliRunner().invoke(main, ["serve", *words])

    assert (done.exit_code, told in done.output) == (2, True), done.output
