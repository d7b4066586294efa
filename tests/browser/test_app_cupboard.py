"""The cupboard for the files of an app: it takes a version whole or not at all, hands it out
without a network, and makes room for the next one when it is told to.
"""

import hashlib
from collections.abc import Callable, Iterator

import pytest
from hosted import hosted
from playwright.sync_api import Browser, Page
from small import SMALL

from hingeexpert.app.carried import Carried
from hingeexpert.app.runtime import read_runtime
from hingeexpert.app.writing import CUPBOARD, FIRST_PAGE, LISTING, Ingredients, folder_files
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.recalled import quick_knowledge

PLACE = "sub/app/"
BESIDE = f"{PLACE}beside.html"
"""A page of the host that is none of the app: it starts no Python, and has no policy."""
OTHERS = {"somebody's", f"hingeexpert files /other/ {'0' * 64}"}
"""Caches that are none of this app's."""
LOOK, MOST_LOOKS = 20, 1_500
"""Milliseconds between two looks, and how many there are before a test fails."""
REGISTER = """async () => {
  const registered = await navigator.serviceWorker.register("sw.js", { updateViaCache: "none" });
  await registered.update().catch(() => {});
}"""
STANDS = """async () => {
  const registered = await navigator.serviceWorker.getRegistration();
  if (registered?.installing || registered?.active?.state === "activating") return null;
  if (registered?.active && !navigator.serviceWorker.controller) return null;
  return `${registered?.active ? "used" : ""} ${registered?.waiting ? "waits" : ""}`;
}"""
TAKE_OVER = """async () => {
  const registered = await navigator.serviceWorker.getRegistration();
  registered.waiting.postMessage("take over");
}"""
ASKED = """address => fetch(address, { mode: "no-cors" }).then(
  ({ status }) => status, () => "refused")"""
HASHES = """async (names) => {
  const hash = async (name) => {
    const bytes = await (await fetch(name)).arrayBuffer();
    return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  };
  return Promise.all(names.map(hash));
}"""
FILL = "names => Promise.all(names.map(name => caches.open(name)))"


@pytest.fixture(scope="module")
def small() -> KnowledgeBase:
    return quick_knowledge(SMALL)


def version_of(knowledge: KnowledgeBase, program: str) -> dict[str, bytes]:
    """Return the files of an app as a host has them."""
    made_of = Ingredients(read_runtime(), Carried(knowledge, None, None, program))
    files = {f"{PLACE}{name}": content for name, content in folder_files(made_of).items()}
    return {**files, BESIDE: b"<!doctype html><title>Beside</title>"}


@pytest.fixture(scope="module")
def first(runtime: object, small: KnowledgeBase) -> dict[str, bytes]:
    return version_of(small, "1")


@pytest.fixture(scope="module")
def second(runtime: object, small: KnowledgeBase) -> dict[str, bytes]:
    return version_of(small, "2")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def kept(files: dict[str, bytes]) -> str:
    """Return the name of the cache of a version."""
    version = hashlib.sha256(files[f"{PLACE}{LISTING}"]).hexdigest()
    return f"hingeexpert files /{PLACE} {version}"


def until(page: Page, comes: Callable[[], bool]) -> None:
    """Wait until something has come."""
    for _ in range(MOST_LOOKS):
        if comes():
            return
        page.wait_for_timeout(LOOK)
    raise AssertionError(page.evaluate(STANDS), names(page))


def put(page: Page) -> str:
    """Have the cupboard take what the host has; return what stands then."""
    page.evaluate(REGISTER)
    until(page, lambda: page.evaluate(STANDS) is not None)
    return str(page.evaluate(STANDS)).strip()


def names(page: Page) -> set[str]:
    return {*page.evaluate("caches.keys()")}


def test_without_a_network_it_hands_out_the_files_of_its_app_and_nothing_else(
    page: Page, first: dict[str, bytes]
) -> None:
    with hosted({"elsewhere": b"1"}) as elsewhere, hosted({**first}) as origin:
        page.goto(f"{origin}{BESIDE}")
        assert put(page) == "used"
        assert page.evaluate(ASKED, f"{elsewhere}elsewhere") == "refused"
        assert page.evaluate(ASKED, f"{origin}index.html") == "refused"

    own = [name for name in first if name.removeprefix(PLACE) not in (CUPBOARD, LISTING)]
    own.remove(BESIDE)
    assert page.evaluate(HASHES, [f"/{name}" for name in own]) == [
        hashlib.sha256(first[name]).hexdigest() for name in own
    ]
    assert page.evaluate(ASKED, "beside.html") == 404
    answer = page.goto(f"{origin}{PLACE}?any#/visits/1")
    assert answer is not None
    assert answer.from_service_worker
    assert answer.body() == first[f"{PLACE}{FIRST_PAGE}"]
    assert "connect-src 'self' blob:" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("file", ["worker.js", "index.html", LISTING, "runtime/code.zip"])
def test_a_version_of_which_one_file_is_another_is_not_taken(
    page: Page, first: dict[str, bytes], file: str
) -> None:
    changed = {**first, f"{PLACE}{file}": first[f"{PLACE}{file}"] + b" "}

    with hosted(changed) as origin:
        page.goto(f"{origin}{BESIDE}")

        assert put(page) == ""
        assert names(page) == set()


def test_a_new_version_waits_until_it_is_told_and_then_the_old_one_goes(
    page: Page, first: dict[str, bytes], second: dict[str, bytes]
) -> None:
    on_host = {**first}
    with hosted(on_host) as origin:
        page.goto(f"{origin}{BESIDE}")
        put(page)
        old_image = kept(first).replace("files", "image")
        page.evaluate(FILL, [old_image, *OTHERS])

        on_host.update(second)
        assert put(page) == "used waits"
        assert names(page) == {kept(first), kept(second), old_image, *OTHERS}
        carried = f"{PLACE}runtime/carried.pickle"
        old, new = (hashlib.sha256(files[carried]).hexdigest() for files in (first, second))
        assert page.evaluate(HASHES, [f"/{carried}"]) == [old]

        page.evaluate(TAKE_OVER)
        until(page, lambda: page.evaluate(STANDS) == "used " and old_image not in names(page))

        assert names(page) == {kept(second), *OTHERS}
        assert page.evaluate(HASHES, [f"/{carried}"]) == [new]


def test_a_half_of_a_new_version_leaves_the_old_one_in_use(
    page: Page, first: dict[str, bytes], second: dict[str, bytes]
) -> None:
    on_host = {**first}
    with hosted(on_host) as origin:
        page.goto(f"{origin}{BESIDE}")
        put(page)

        on_host.update(second)
        del on_host[f"{PLACE}runtime/pyodide.asm.wasm"]

        assert put(page) == "used"
        assert names(page) == {kept(first)}
