"""Measure a tap on the intake page until its result is there, beside an empty round trip of the
same browser to the same server.

    python benchmarks/intake.py --taps 200
    python benchmarks/intake.py --flows
    python benchmarks/intake.py --cue 200

A real Chromium presses answers, one by one: the press, the request, the record on disk, the rule
engine, the page. The empty round trip is a press that is answered with one small piece and nothing
else, by the same server behind the same guard. Both are measured in turn in one run, inside the
page, until the page has changed; processor time is that of the server and of this program.

With --flows whole visits are gone through as a thumb and as a keyboard would, and counted; with
--cue it is counted after how many random presses what to say, what comes next, triage or the ladder
is out of sight.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from playwright.sync_api import Page, sync_playwright
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

import chromium  # noqa: E402
import flows  # noqa: E402
from served import live  # noqa: E402
from ways import ServerWay  # noqa: E402

from hingeexpert.formats.files import data_folder  # noqa: E402
from hingeexpert.intake import Intake  # noqa: E402
from hingeexpert.knowledge import KnowledgeBase, load_knowledge  # noqa: E402
from hingeexpert.record import Record  # noqa: E402
from hingeexpert.web.application import page_routes  # noqa: E402
from hingeexpert.web.settings import Settings  # noqa: E402

MOST_RATIO, MOST_SECONDS = 4, 0.120
A_VISIT = 25
"""Taps until somebody new comes."""
WARM = 5
"""Taps before it is measured."""
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
STEPS = "[...document.querySelectorAll('#map [data-go]')].map(item => item.dataset.go)"
GO = "step => document.querySelector(`#map [data-go=${step}]`).click()"
ANSWERS = """[...document.querySelectorAll("#visit [data-do=answer]")]
  .filter(item => item.checkVisibility() && !item.disabled && item.id)
  .filter(item => (item.ariaChecked ?? item.ariaPressed) !== "true").map(item => item.id)"""


async def empty(request: Request) -> Response:
    """Answer a press with one small piece."""
    await request.body()
    return HTMLResponse('<div id="told" hx-swap-oob="true" hidden></div>')


@dataclass
class Times:
    """How long something took, each time: seconds on the clock, and of a processor."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def take(self, page: Page, script: str, argument: str) -> None:
        """Run a script that returns milliseconds, and keep how long it took."""
        before = time.process_time()
        self.wall.append(page.evaluate(script, argument) / 1000)
        self.processor.append(time.process_time() - before)

    def line(self, name: str) -> str:
        """Return what it came to, in words."""
        middle, high, most = statistics.median(self.wall), p95(self.wall), max(self.wall)
        return (
            f"{name:<17} p50 {1000 * middle:6.1f} ms   p95 {1000 * high:6.1f} ms   "
            f"max {1000 * most:6.1f} ms   processor {1000 * statistics.mean(self.processor):6.1f} "
            f"ms   {len(self.wall)} times"
        )


@contextmanager
def browsed(knowledge: KnowledgeBase) -> Iterator[ServerWay]:
    """Serve the pages, and start a browser, until the block ends."""
    arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Record(Path(folder) / "record.sqlite")) as record,
        sync_playwright() as playwright,
    ):
        routes = page_routes(Settings(knowledge, 0, print), record)
        with live(knowledge, [*routes, Route(EMPTY, empty, methods=["POST"])]) as here:
            browser = playwright.chromium.launch(executable_path=chromium.found(), args=arguments)
            here.intake = Intake(knowledge, record)  # type: ignore[attr-defined]
            with ExitStack() as windows:
                yield ServerWay(browser, here, windows)
            browser.close()


def measured(way: ServerWay, taps: int, seed: int) -> tuple[Times, Times]:
    """Return the times of taps, and of empty round trips, in turn."""
    chance = Random(seed)
    of_taps, of_trips = Times(), Times()
    with flows.opened(way, flows.TABLET) as thumb:
        page = thumb.page
        for number in range(WARM + taps):
            if number % A_VISIT == 0:
                way.goto(page, "/")
                flows.begin(thumb)
            if number == WARM:
                of_taps, of_trips = Times(), Times()
            of_taps.take(page, TAP, picked(page, chance))
            of_trips.take(page, ROUND_TRIP, EMPTY)
    return of_taps, of_trips


def picked(page: Page, chance: Random) -> str:
    """Go to a step, and return the id of an answer there that is not pressed."""
    answers: list[str] = []
    while not answers:
        page.evaluate(GO, chance.choice(page.evaluate(STEPS)))
        answers = page.evaluate(ANSWERS)
    return chance.choice(answers)


def p95(values: Sequence[float]) -> float:
    """Return the value that 95 of 100 do not exceed."""
    return statistics.quantiles(values, n=20)[-1]


def timed(way: ServerWay, options: argparse.Namespace) -> bool:
    """Measure taps, print, and return whether they are quick enough."""
    taps, trips = measured(way, options.taps, options.seed)
    print(taps.line("tap to result"))
    print(trips.line("empty round trip"))
    ratio = p95(taps.wall) / p95(trips.wall)
    print(
        f"p95: {ratio:.2f} times the empty round trip (wanted: at most {MOST_RATIO}), "
        f"{1000 * p95(taps.wall):.0f} ms (wanted: under {1000 * MOST_SECONDS:.0f})"
    )
    return ratio <= MOST_RATIO and p95(taps.wall) <= MOST_SECONDS


def counted(way: ServerWay) -> None:
    """Go through whole visits, and print how much a thumb and a keyboard had to do."""
    print(f"{'visit':<12} {'window':<10} {'taps':>4} {'swipes':>6} {'keys':>4}  swipes led to")
    for size in (flows.PHONE, flows.TABLET):
        window = f"{size[0]}x{size[1]}"
        for flow in (flows.clean, flows.two_faults):
            with flows.opened(way, size) as thumb:
                flow(thumb)
                dear = "; ".join(thumb.dear())
                name = flow.__name__
                print(f"{name:<12} {window:<10} {thumb.taps:>4} {thumb.swipes:>6} {'':>4}  {dear}")
        with flows.opened(way, size) as thumb:
            keyboard = flows.Keyboard(thumb.page, way)
            flows.clean_by_keys(keyboard, named=True)
            print(f"{'clean':<12} {window:<10} {'':>4} {'':>6} {keyboard.keys:>4}")
    for size in (flows.PHONE, flows.PORTRAIT, flows.TABLET):
        with flows.opened(way, size) as thumb:
            flows.begin(thumb)
            fresh = flows.heights(thumb, size)
            flows.findings(thumb)
            found = flows.heights(thumb, size)
        high = ", ".join(f"{step} {fresh[step]:.2f} to {found[step]:.2f}" for step in fresh)
        print(f"windows high at {size[0]}x{size[1]}: {high}")


def in_sight(way: ServerWay, presses: int, seed: int) -> bool:
    """Press at random, print what was out of sight, and return whether nothing was."""
    out = 0
    for size in (flows.SMALL, flows.PHONE, flows.PORTRAIT, flows.TABLET):
        missed: Counter[str] = Counter()
        with flows.opened(way, size) as thumb:
            flows.begin(thumb)
            for _, gone in flows.random_presses(thumb, presses, Random(seed)):
                missed.update(gone)
        words = ", ".join(f"{name} {count}" for name, count in missed.items()) or "nothing"
        print(f"{size[0]}x{size[1]}: out of sight after {presses} presses: {words}", flush=True)
        out += sum(missed.values())
    return out == 0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--taps", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--flows", action="store_true", help="Count whole visits instead.")
    parser.add_argument("--cue", type=int, metavar="N", help="Make N presses at each size instead.")
    options = parser.parse_args()
    with browsed(load_knowledge(data_folder("rules"))) as way:
        if options.flows:
            counted(way)
        elif options.cue:
            sys.exit(not in_sight(way, options.cue, options.seed))
        else:
            sys.exit(not timed(way, options))


if __name__ == "__main__":
    main()
