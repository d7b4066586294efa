"""The worker of the app in a real browser: quick from an image, which holds nobody, and slow
without one; it answers when what was written is kept.

A small client of the record stands in the place of the pages.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from folders import SUPPORT
from hosted import hosted
from keyed import MARK
from playwright.sync_api import Browser, Page

from hingeexpert.app.packing import zipped
from hingeexpert.app.runtime import read_runtime
from hingeexpert.app.writing import worker_script

KEY = "ab" * 32
SLOW = ["runtime", "python", "rules", "record", False]
QUICK = ["runtime", "record", True]
"""What a worker tells of its start."""
Asked = Callable[..., Any]
SAME = ("begun", "carried", "version")
"""What of a start stands in its image, or is told anew each time."""
FAIL = """() => {
  const real = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = () => {
    IDBDatabase.prototype.transaction = real;
    throw new DOMException("full", "QuotaExceededError");
  };
}"""
LATE = """async () => {
  const other = new Store(new Database("/tests/"));
  await other.load("");
  other.files.set("recipients", new Uint8Array(1));
  await other.keep();
}"""
"""What another window does."""
OF_FILE = """async () => {
  const asked = indexedDB.open("hingeexpert /tests/");
  await new Promise((done) => { asked.onsuccess = done; });
  const images = asked.result.transaction("image").objectStore("image").getAllKeys();
  await new Promise((done) => { images.onsuccess = done; });
  asked.result.close();
  return images.result.length;
}"""
PARTS = (
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pydantic_core.so",
    "code.zip",
    "reports.zip",
    "carried.pickle",
)


@pytest.fixture(scope="module")
def address(runtime: Path) -> Iterator[str]:
    made_of = read_runtime()
    client = (SUPPORT / "worker_client.py").read_bytes()
    parts = {
        "pyodide.asm.wasm": made_of.of_pyodide("pyodide.asm.wasm"),
        "python_stdlib.zip": made_of.of_pyodide("python_stdlib.zip"),
        "pydantic_core.so": made_of.library,
        "code.zip": zipped({"hingeexpert/app/entry.py": client}),
        "reports.zip": zipped({"web/page.html": b""}),
        "carried.pickle": b"carried",
    }
    files = {f"runtime/{name}": content for name, content in parts.items()}
    files["worker.js"] = worker_script(made_of)
    with hosted(files) as found:
        yield found


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Lend a window that keeps its image for all tests."""
    context = browser.new_context()
    opened = context.new_page()
    heard: list[str] = []
    opened.on("console", lambda message: heard.append(message.text))
    opened.on(
        "worker", lambda worker: worker.on("console", lambda message: heard.append(message.text))
    )
    opened.goto(address)
    for script in ("worker_asking.js", "worker_steps.js"):
        opened.add_script_tag(path=SUPPORT / script)
    yield opened
    context.close()
    assert heard == []


@pytest.fixture
def ask(page: Page) -> Asked:
    """Return what asks the worker, and returns status and answer."""

    def asked(method: str, text: str = "") -> Any:
        status, body = page.evaluate("given => ask(...given)", [method, text])
        return status, json.loads(body) if body else None

    return asked


def wish(ask: Asked, *values: object) -> Any:
    """Return what the device answers to a wish."""
    status, came = ask("WISH", json.dumps(values))
    assert status == 200
    return came


def begun(page: Page, ask: Asked) -> None:
    """Start, and keep an open record of one line in the place of whatever is there."""
    started(page)
    wish(ask, "begin", "", "open")
    assert ask("WRITE", "first") == (200, None)


def wait_for_image(page: Page, version: str) -> None:
    """Wait until the image is kept, which comes after the first answer."""
    name = f"hingeexpert image /tests/ {version}"
    for _ in range(600):
        if page.evaluate("name => caches.match('image', { cacheName: name })", name) is not None:
            return
        page.wait_for_timeout(100)
    raise AssertionError("no image was kept")


def started(page: Page, version: str = "1") -> list[object]:
    """Return what a worker tells of its start in a folder."""
    *stages, stands = page.evaluate("version => start('folder', version)", version)
    return [*stages, stands.get("image", stands)]


def test_the_second_start_is_from_an_image_that_holds_nobody(page: Page, ask: Asked) -> None:
    assert started(page) == SLOW
    assert wish(ask, "standing") == {"record": "none", "lasting": False}
    wish(ask, "begin", KEY, "sealed")
    assert ask("WRITE", MARK) == (200, None)
    assert ask("SETTINGS") == (200, ["exclusive", "memory", "ok"])
    first = ask("CHANCE")[1]
    wait_for_image(page, "1")
    assert page.evaluate("imageHolds", first["begun"])
    assert not page.evaluate("imageHolds", MARK)
    assert started(page) == QUICK
    second = ask("CHANCE")[1]
    assert [second[name] for name in SAME] == [first[name] for name in SAME]
    assert all(second[name] != first[name] for name in ("random", "id"))
    assert wish(ask, "load", KEY) == "whole"
    assert ask("READ") == (200, [MARK])


def test_an_answer_comes_when_it_is_kept_or_says_that_it_is_not(page: Page, ask: Asked) -> None:
    begun(page, ask)
    page.workers[0].evaluate(FAIL)
    assert ask("WRITE", "lost") == (507, "QuotaExceededError")
    assert wish(ask, "load", "") == "whole"
    assert ask("READ") == (200, ["first"])
    both = page.evaluate("Promise.all([ask('WRITE', 'second'), ask('WRITE', 'third')])")
    assert [status for status, _ in both] == [200, 200]
    page.workers[0].evaluate(LATE)
    assert ask("WRITE", "late") == (507, "stale")
    started(page)
    assert wish(ask, "load", "") == "whole"
    assert ask("READ") == (200, ["first", "second", "third"])
    assert ask("BREAK", "on the way to a failure") == (500, None)
    assert wish(ask, "load", "") == "whole"
    assert ask("READ") == (200, ["first", "second", "third"])
    ask("SHORTEN")
    started(page)
    assert wish(ask, "load", "") == "whole"
    assert ask("READ") == (200, [])


def test_a_failure_names_nobody(page: Page, ask: Asked) -> None:
    begun(page, ask)
    assert wish(ask, "ask_lasting") is True
    assert wish(ask, "no such wish") == {"failed": "TypeError"}
    assert page.evaluate("text => ask('RAISE', text)", MARK) == ["PythonError", "ValueError"]


@pytest.mark.parametrize("what", ["cut", "foreign", "of another version"])
def test_without_a_whole_image_the_start_is_slow_and_nothing_else(
    page: Page, ask: Asked, what: str
) -> None:
    begun(page, ask)
    wait_for_image(page, "1")
    version = "2" if what == "of another version" else "1"
    if version == "1":
        page.evaluate("changeImage", what)
    assert started(page, version) == SLOW
    assert wish(ask, "load", "") == "whole"
    assert ask("READ") == (200, ["first"])
    wait_for_image(page, version)
    assert page.evaluate("caches.keys()") == [f"hingeexpert image /tests/ {version}"]
    assert started(page, version) == QUICK


def test_a_file_has_its_image_in_the_database(page: Page, ask: Asked) -> None:
    start = "async (names) => start('file', '1', await runtimeParts(names))"
    assert page.evaluate(start, PARTS)[-1] == {"kind": "ready", "image": False}
    assert ask("CHANCE")[0] == 200
    for _ in range(600):
        if page.evaluate(OF_FILE):
            break
        page.wait_for_timeout(100)
    assert page.evaluate(start, PARTS)[-1] == {"kind": "ready", "image": True}
