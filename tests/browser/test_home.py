"""The first page of a record with many people: found as one types, saved by a press."""

import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from crowd import fill
from playwright.sync_api import Browser, Page, expect
from served import Live, live

from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.record import Record
from hingeexpert.web.application import page_routes
from hingeexpert.web.settings import Settings

MANY = "fills the record with more people than presses can in good time"
pytestmark = pytest.mark.only_on("server", why=MANY)


@pytest.fixture
def here(knowledge: KnowledgeBase, tmp_path: Path) -> Iterator[Live]:
    with closing(Record(tmp_path / "record.sqlite")) as record:
        fill(record, 60)
        with live(knowledge, page_routes(Settings(knowledge, 0, print), record)) as running:
            yield running


@pytest.fixture
def page(browser: Browser, here: Live) -> Iterator[Page]:
    with closing(browser.new_page()) as opened:
        opened.goto(here.settings.address)
        yield opened


def test_somebody_is_found_as_one_types_and_no_address_tells(page: Page, here: Live) -> None:
    page.locator("#find").press_sequentially("nandu 42")
    expect(page.locator("#found")).to_have_text("1 found.")
    rows = page.locator("#people-list .row")
    found = rows.all_inner_texts()
    page.locator("#find").fill("")
    expect(rows).to_have_count(50)
    expect(page.locator("#found")).to_be_empty()

    assert [text.splitlines()[0] for text in found] == ["Núria Ñandú 42"]
    assert page.url == f"{here.origin}/"


def test_a_press_saves_everything_and_the_page_says_how_far_it_is(
    page: Page, tmp_path: Path
) -> None:
    with page.expect_download() as saved:
        page.locator("#export").click()
    expect(page.locator("#exported")).to_have_text("Exported 60 of 60 visits.")
    saved.value.save_as(tmp_path / "saved.zip")

    assert zipfile.is_zipfile(tmp_path / "saved.zip")
