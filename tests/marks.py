"""Which mark stands on which test, in what order they run, and which of them stay together.

A test that is not marked slow here, or by `@pytest.mark.slow` where it stands, is quick.
"""

from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

SPARK = "spark"
SPARK_TESTS = "test_frames_spark.py"
BROWSER_TESTS = "browser"

DEAR = (
    "test_agreement.py",
    "test_visit_browser.py",
    "test_intake_browser.py",
    "test_handout_browser.py",
    "test_frames_spark.py",
    "test_visit_axe_browser.py",
    "test_handout_print.py",
    "test_book_browser.py",
    "test_handout.py",
    "test_book.py",
    "test_frames.py",
    "test_paper_form.py",
)
"""Files whose tests share something dear to make: one worker runs all of a file. The longest first, lest one be left over."""

SLOW = {
    "test_agreement.py",  # five evaluators
    "test_batch_handouts.py",  # processes
    "test_cache.py",  # processes
    "test_cli_handout.py",  # prints, processes
    "test_cli_intake.py",  # a terminal
    "test_coverage.py",  # proofs, all worked cases
    "test_extras.py",  # processes
    "test_handout_print.py",
    "test_house.py",  # processes
    "test_paper_form.py",  # prints
    "test_proofs.py",
    "test_rules_diff.py",  # proofs
    "test_run.py",  # processes
    "test_web_hostile.py",  # processes
    "test_web_lan.py",  # processes
    "test_web_record.py",  # processes
    SPARK_TESTS,
}
"""Files of which no test is quick."""
SLOW_FIXTURES = {"outcomes", "right"}
"""What takes long to make for the first test that needs it: what came of all worked cases, of many random forms."""


def put_on(item: pytest.Item) -> None:
    """Put its marks on a test."""
    file = Path(item.path).name
    if getattr(getattr(item, "function", None), "is_hypothesis_test", False):
        item.add_marker("thorough")
    if file == SPARK_TESTS:
        item.add_marker(SPARK)
    if file in SLOW or of_browser(item) or SLOW_FIXTURES & set(getattr(item, "fixturenames", ())):
        item.add_marker("slow")
    if item.get_closest_marker("slow") is None:
        item.add_marker("quick")


def of_browser(item: pytest.Item) -> bool:
    """Whether a test needs a browser."""
    return Path(item.path).parent.name == BROWSER_TESTS


def turn(item: pytest.Item) -> tuple[int, int]:
    """Return when a test runs: dear files in their order, then what is slow, then the rest as it stands."""
    file = Path(item.path).name
    return (DEAR.index(file) if file in DEAR else len(DEAR), item.get_closest_marker("slow") is None)


class Together(LoadScopeScheduling):
    """Hand out a dear file as a whole and any other test by itself, in their order.

    The same as `--dist=loadgroup`, whose marks xdist 3.8 loses under pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0].rpartition("/")[2]
        return file if file in DEAR else nodeid
