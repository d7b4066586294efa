"""Compare what the app says of forms with what the program says, byte for byte.

    python benchmarks/app_bytes.py [--cases MORE ...] [--forms 2000] [--seed 1]

The Python of an app, written now, runs in a worker of the Chromium of this machine, set to another
time zone and language, and gets the form of each worked case, of the shipped ones and of more
folders, and forms drawn at random. Compared are result, texts, pages, sheets in each language, days
for a calendar, letter and form. Told is which output differs and where, never what stands there.
Ends with exit code 1 where anything differs.
"""

import argparse
import itertools
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

import chromium
from app_python import BrowserPython, browser_python
from app_ways import exported
from kinds import FOLDER
from playwright.sync_api import sync_playwright
from same_bytes import Numbered, begin, differences, drawn_forms, first_place, worked_forms

from hingeexpert.formats.files import CASES, data_folder
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

MOST_TOLD = 20
"""Differences of which the place is told."""


def told(knowledge: KnowledgeBase, python: BrowserPython, forms: Sequence[Numbered]) -> int:
    """Print what differs, and return how many outputs do."""
    begin(python)
    made: Counter[str] = Counter()
    found = 0
    for difference in differences(knowledge, python, forms, made):
        found += 1
        if found <= MOST_TOLD:
            form = forms[difference.form]
            place = first_place(knowledge, python, form, difference.output)
            print(f"form {difference.form}, {difference.output}: {place}", flush=True)
    for name, count in made.items():
        print(f"{count:>6} {name}")
    print(f"{len(forms)} forms, {sum(made.values())} outputs, {found} differ")
    return found


def main() -> None:
    """Compare, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=Path, nargs="*", default=[], help="folders of more cases")
    parser.add_argument("--forms", type=int, default=2_000, help="how many are drawn")
    parser.add_argument("--seed", type=int, default=1, help="draws the same forms again")
    options = parser.parse_args()
    knowledge = load_knowledge(data_folder("rules"))
    worked = worked_forms([data_folder("rules") / CASES, *options.cases])
    drawn = drawn_forms(knowledge, options.forms, options.seed)
    forms = [*enumerate(itertools.chain(worked, drawn))]
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as work:
        browser = playwright.chromium.launch(
            executable_path=chromium.found(), args=["--no-sandbox"]
        )
        with exported(FOLDER, Path(work)) as url, browser_python(browser, url) as python:
            found = told(knowledge, python, forms)
    sys.exit(found > 0)


if __name__ == "__main__":
    main()
