"""Press the same visits in the program and in the app, and compare all that both answer.

    python benchmarks/app_visits.py [--visits 500] [--seed 1]

Random visits go through the pages of `serve` and, at the same time, through the worker of an app,
written now, in the Chromium of this machine, which keeps its record in the browser: answers,
answers taken back, groups at once, undo, redo, texts typed right and wrong, why, done, finish,
papers in each language, people, search, deletion, export. What each side calls its visits, times
and what an app says otherwise by rule is left out; the rest of each answer must be the same. Ends
with exit code 1 where anything differs.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

import chromium
from app_ways import exported
from kinds import FOLDER
from playwright.sync_api import sync_playwright
from same_visits import VisitsOfBoth, program_and_app

from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge import load_knowledge

TOGETHER = 25
"""Visits after which is told how far it is."""
MOST_TOLD = 20
"""Differences that are told."""


def main() -> None:
    """Press, compare, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--visits", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1, help="makes the same visits again")
    options = parser.parse_args()
    knowledge = load_knowledge(data_folder("rules"))
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as work:
        browser = playwright.chromium.launch(
            executable_path=chromium.found(), args=["--no-sandbox"]
        )
        with (
            exported(FOLDER, Path(work)) as url,
            program_and_app(knowledge, Path(work), browser, url) as both,
        ):
            visits = VisitsOfBoth(both, Random(options.seed))
            for made in range(0, options.visits, TOGETHER):
                visits.make(min(TOGETHER, options.visits - made))
                print(f"{made + TOGETHER:>7} visits, {len(both.found)} differ", flush=True)
    for kind, count in both.asked.most_common():
        print(f"{count:>7} {kind}")
    print("\n".join(both.found[:MOST_TOLD]))
    print(f"{options.visits} visits, {both.asked.total()} answers, {len(both.found)} differ")
    sys.exit(len(both.found) > 0)


if __name__ == "__main__":
    main()
