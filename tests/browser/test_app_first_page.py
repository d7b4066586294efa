"""The first page of an app: it says what is under way, and in words why it cannot go on."""

from collections.abc import Iterator

import pytest
from axe import WIDE, violations
from hosted import TYPES, hosted
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from small import SMALL

from hingeexpert.app.carried import Carried
from hingeexpert.app.runtime import read_runtime
from hingeexpert.app.writing import Ingredients, folder_files, single_page
from hingeexpert.knowledge.recalled import quick_knowledge

START = 60_000
"""Milliseconds that a start may take on a busy machine."""
TAKE_AWAY = "delete window.DecompressionStream"
UNSAFE = "http://clinic.invalid/"
ASLEEP = "window.Worker = class extends EventTarget { postMessage() {} }"
"""The first page stands as it is before anything was heard of the worker."""


@pytest.fixture(scope="module")
def made_of(runtime: object) -> Ingredients:
    return Ingredients(read_runtime(), Carried(quick_knowledge(SMALL), None, None, "1"))


@pytest.fixture(scope="module")
def files(made_of: Ingredients) -> dict[str, bytes]:
    return dict(folder_files(made_of))


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with WIDE.context(browser) as opened:
        yield opened


def reads(page: Page, heading: str, text: str) -> None:
    """Check what stands on a page, and that everybody can read it."""
    expect(page.locator("h1")).to_have_text(heading, timeout=START)
    expect(page.locator("main")).to_contain_text(text)
    assert violations(page) == []


def test_it_says_what_is_under_way(context: BrowserContext, files: dict[str, bytes]) -> None:
    with hosted(files) as url:
        page = context.new_page()
        page.add_init_script(ASLEEP)
        page.goto(url)

        reads(page, "Starting", "The page is read.")
        assert page.locator("[data-stage]:visible").count() == 1


def test_a_browser_that_lacks_something_is_told_what(
    context: BrowserContext, files: dict[str, bytes]
) -> None:
    with hosted(files) as url:
        page = context.new_page()
        page.add_init_script(TAKE_AWAY)
        page.goto(url)

        reads(page, "This browser lacks something", "it does not have: DecompressionStream.")


def test_an_address_that_is_not_safe_is_told(
    context: BrowserContext, files: dict[str, bytes]
) -> None:
    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(UNSAFE) or "index.html"
        kind = TYPES.get(name.rpartition(".")[2], "text/plain")
        route.fulfill(body=files[name], content_type=kind)

    page = context.new_page()
    page.route(f"{UNSAFE}**", answer)
    page.goto(UNSAFE)

    reads(page, "This address is not safe", "what the app needs: Web Crypto, Web Locks.")


def test_the_second_tab_is_told_of_the_first(
    context: BrowserContext, files: dict[str, bytes]
) -> None:
    context.add_init_script(ASLEEP)
    with hosted(files) as url:
        first, second = context.new_page(), context.new_page()
        first.goto(url)
        expect(first.locator("#stage")).to_be_attached()
        second.goto(url)
        reads(second, "Open in another tab", "only one may write the record")

        first.close()
        second.click("text=Load again")

        reads(second, "Starting", "The page is read.")


@pytest.mark.parametrize("missing", ["pydantic_core.so", "pyodide.asm.wasm", "python_stdlib.zip"])
def test_an_app_of_which_a_file_is_missing_says_so(
    context: BrowserContext, files: dict[str, bytes], missing: str
) -> None:
    with hosted({name: raw for name, raw in files.items() if name != f"runtime/{missing}"}) as url:
        page = context.new_page()
        page.goto(url)

        reads(page, "The app cannot start", "A file of the app may be missing or damaged")


@pytest.mark.parametrize("damaged", ["carried.pickle", "pyodide.asm.wasm"])
def test_an_app_of_which_a_file_is_another_says_so(
    context: BrowserContext, files: dict[str, bytes], damaged: str
) -> None:
    """No cupboard has looked at it yet; a start with other rules would be worse than none."""
    name = f"runtime/{damaged}"
    half = len(files[name]) // 2
    other = files[name][:half] + bytes([files[name][half] ^ 1]) + files[name][half + 1 :]

    with hosted({**files, name: other}) as url:
        page = context.new_page()
        page.goto(url)

        reads(page, "The app cannot start", "A file of the app may be missing or damaged")


def test_without_scripts_it_says_that_it_needs_them(
    browser: Browser, made_of: Ingredients, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("file") / "app.html"
    file.write_bytes(single_page(made_of))

    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(file.as_uri())

        expect(page.locator("noscript p")).to_contain_text("needs JavaScript")
