"""Measure a tap on the intake page until its result is there, beside an empty round trip of the
same browser to the same server.

    python benchmarks/intake.py --taps 200

A real Chromium presses answers, one by one: the press, the request, the record on disk, the rule
engine, the page. The empty round trip is a press that is answered with one small piece and nothing
else, by the same server behind the same guard. Both are measured in turn in one run, inside the
page, until the page has changed.
"""

import argparse
import asyncio
import random
import shutil
import statistics
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from hingeexpert.formats.files import data_folder
from hingeexpert.intake import Record
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.web.app import page_routes
from hingeexpert.web.server import listen, serve, server
from hingeexpert.web.settings import ServerLimits, Settings

MOST_RATIO, MOST_SECONDS = 4, 0.120
EMPTY = "/empty"
TAP = """async (id) => {
  const start = performance.now();
  document.getElementById(id).click();
  while (document.body.dataset.busy) await new Promise(done => setTimeout(done, 0));
  await new Promise(done => requestAnimationFrame(done));
  return performance.now() - start;
}"""
ROUND_TRIP = """async (address) => {
  const start = performance.now();
  await htmx.ajax("POST", address, { source: document.getElementById("wire"), swap: "none" });
  await new Promise(done => requestAnimationFrame(done));
  return performance.now() - start;
}"""
ANSWERS = """[...document.querySelectorAll("#visit input[type=radio]")]
  .filter(item => item.checkVisibility() && !item.checked).map(item => item.id)"""


async def empty(request: Request) -> Response:
    """Answer a press with one small piece."""
    await request.body()
    return HTMLResponse('<div id="told" hx-swap-oob="true" hidden></div>')


def measured(page: Page, taps: int, seed: int) -> tuple[list[float], list[float]]:
    """Return seconds of taps, and of empty round trips, in turn."""
    chance = random.Random(seed)
    of_taps, of_trips = [], []
    for _ in range(taps):
        of_taps.append(page.evaluate(TAP, chance.choice(page.evaluate(ANSWERS))) / 1000)
        of_trips.append(page.evaluate(ROUND_TRIP, EMPTY) / 1000)
    return of_taps, of_trips


def run(
    knowledge: KnowledgeBase, folder: Path, taps: int, seed: int
) -> tuple[list[float], list[float]]:
    """Serve, open a new person, and press."""
    with listen(0) as listening:
        limits = ServerLimits(rate=100_000, burst=100_000)
        settings = Settings(
            knowledge,
            listening.getsockname()[1],
            lambda line: print(line, file=sys.stderr),
            limits=limits,
        )
        running = server(
            settings,
            [
                *page_routes(settings, Record(folder / "record.sqlite")),
                Route(EMPTY, empty, methods=["POST"]),
            ],
        )
        thread = threading.Thread(target=lambda: asyncio.run(serve(running, settings, listening)))
        thread.start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=shutil.which("chromium"),
                    args=["--no-sandbox", "--disable-dev-shm-usage"],
                )
                page = browser.new_page(viewport={"width": 1180, "height": 820})
                page.goto(settings.address)
                page.locator("form[action='/visits'] button").click()
                page.locator("#bar").wait_for()
                measured(page, 5, seed)
                found = measured(page, taps, seed)
                browser.close()
                return found
        finally:
            running.should_exit = True
            thread.join()


def p95(values: Sequence[float]) -> float:
    """Return the value that 95 of 100 do not exceed."""
    return statistics.quantiles(values, n=20)[-1]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--taps", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        taps, trips = run(
            load_knowledge(data_folder("rules")), Path(folder), options.taps, options.seed
        )
    for name, values in (("tap to result", taps), ("empty round trip", trips)):
        middle, high, most = (
            1000 * value for value in (statistics.median(values), p95(values), max(values))
        )
        print(
            f"{name:<17} p50 {middle:6.1f} ms   p95 {high:6.1f} ms   max {most:6.1f} ms   "
            f"{len(values)} times"
        )
    ratio = p95(taps) / p95(trips)
    print(
        f"p95: {ratio:.2f} times the empty round trip (wanted: at most {MOST_RATIO}), "
        f"{1000 * p95(taps):.0f} ms (wanted: under 120)"
    )
    sys.exit(ratio > MOST_RATIO or p95(taps) > MOST_SECONDS)


if __name__ == "__main__":
    main()
