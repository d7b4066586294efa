"""How a real browser is let in, and what it does for other sites."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route
from served import Live, certificate, live

from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.web.settings import Lan

OTHER = "http://other.example/"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(ignore_https_errors=True)
    yield context.new_page()
    context.close()


def on_another_site(page: Page, content: str) -> None:
    """Show a page of another site."""

    def answered(route: Route) -> None:
        route.fulfill(body=content, content_type="text/html")

    page.route(OTHER, answered)
    page.goto(OTHER)


def stays_in(page: Page, running: Live) -> bool:
    return "a page" in page.goto(running.origin).text()  # type: ignore[union-attr]


def test_the_address_lets_a_browser_in(knowledge: KnowledgeBase, page: Page) -> None:
    with live(knowledge) as running:
        page.goto(running.settings.address)

        assert page.url == running.origin + "/"
        assert stays_in(page, running)


def test_the_address_as_a_link_of_another_site_lets_a_browser_in(
    knowledge: KnowledgeBase, page: Page
) -> None:
    with live(knowledge) as running:
        on_another_site(page, f'<a href="{running.settings.address}">go</a>')
        page.click("a")
        page.wait_for_url(running.origin + "/")

        assert "a page" in page.content()
        assert stays_in(page, running)


def test_a_form_of_another_site_changes_nothing(knowledge: KnowledgeBase, page: Page) -> None:
    with live(knowledge) as running:
        page.goto(running.settings.address)
        on_another_site(
            page, f'<form method="post" action="{running.origin}/"><button>go</button></form>'
        )
        with page.expect_navigation() as moved:
            page.click("button")

        assert moved.value.status == 403
        assert "This came from another page" in page.content()


def test_a_device_of_a_clinic_is_let_in_by_the_form(
    knowledge: KnowledgeBase, page: Page, tmp_path: Path
) -> None:
    """Browsers send this form with the origin `null`, as our pages send no referrer."""
    lan = Lan("localhost", *certificate(tmp_path, "localhost"), "a long passphrase")
    with live(knowledge, lan=lan) as running:
        page.goto(running.origin)
        page.fill("input", "wrong")
        page.click("button")
        assert "This is not the passphrase" in page.content()

        page.fill("input", "a long passphrase")
        page.click("button")
        page.wait_for_url(running.origin + "/")
        assert "a page" in page.content()
