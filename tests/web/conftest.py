"""Pages over an open record, as a browser that was let in sees them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from served import Live, live

from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.record import Record
from hingeexpert.web.application import page_routes
from hingeexpert.web.settings import Settings


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    with closing(Record(tmp_path / "data" / "record.sqlite")) as opened:
        yield opened


@pytest.fixture
def here(knowledge: KnowledgeBase, record: Record) -> Iterator[Live]:
    with live(knowledge, page_routes(Settings(knowledge, 0, print), record)) as running:
        yield running


@pytest.fixture
def browser(here: Live) -> Iterator[httpx.Client]:
    with here.friend(headers={"Origin": here.origin, "Sec-Fetch-Site": "same-origin"}) as client:
        yield client
