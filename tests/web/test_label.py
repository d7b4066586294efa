"""The label behind the pages: linked where there is one, on a server as in an app."""

from collections.abc import Callable

import pytest
from served import live

from hingeexpert.assurance.label.fields import FIRST_LINE
from hingeexpert.assurance.label.pages import label_page
from hingeexpert.errors import KnowledgeError
from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.record import Record
from hingeexpert.web.application import page_routes
from hingeexpert.web.settings import Settings

LINK = 'href="/label"'


@pytest.fixture(scope="module")
def page(knowledge: KnowledgeBase) -> str:
    return label_page(data_folder("rules"), knowledge)


def served(knowledge: KnowledgeBase, record: Record, label: Callable[[], str] | None) -> list[str]:
    """Return the first page and the label of a server."""
    settings = Settings(knowledge, 0, print, label=label)
    with live(knowledge, page_routes(settings, record)) as running, running.friend() as browser:
        return [browser.get(address).text for address in ("/", "/label")]


def test_a_server_shows_it_and_links_to_it(
    knowledge: KnowledgeBase, record: Record, page: str
) -> None:
    first, label = served(knowledge, record, lambda: page)

    assert LINK in first
    assert label == page
    assert FIRST_LINE in label


def test_where_there_is_none_nothing_leads_there(knowledge: KnowledgeBase, record: Record) -> None:
    first, label = served(knowledge, record, None)

    assert LINK not in first
    assert "There is no such page" in label


def test_what_is_wrong_beside_the_rules_is_said_on_its_page(
    knowledge: KnowledgeBase, record: Record
) -> None:
    def broken() -> str:
        raise KnowledgeError.about("label.yaml", "cannot be read")

    assert "cannot be read" in served(knowledge, record, broken)[1]
