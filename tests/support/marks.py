"""Which mark stands on which test, in what order they run, and which of them stay together.

A test that is not marked slow here, or by `@pytest.mark.slow` where it stands, is quick.
"""

from functools import cache
from pathlib import Path

import kinds
import pytest
from folders import ROOT
from xdist.scheduler import LoadScopeScheduling

SPARK = "spark"
SPARK_TESTS = "batch/test_frames_spark.py"
BROWSER_TESTS = "browser/"

DEAR = (
    "assurance/test_agreement.py",
    "browser/test_handout.py",
    "browser/test_flows.py",
    "browser/test_visit_axe.py",
    "handout/test_printing.py",
    "browser/test_visit.py",
    "batch/test_frames_spark.py",
    "handout/test_writing.py",
    "interop/test_xlsform.py",
    "browser/test_intake.py",
    "intake/test_course.py",
    "browser/test_app_worker.py",
    "browser/test_presses.py",
    "browser/test_lock.py",
    "browser/test_short.py",
    "assurance/test_live.py",
    "assurance/test_change.py",
    "assurance/test_book.py",
    "browser/test_book.py",
    "browser/test_book_to_sign.py",
    "assurance/test_book_to_sign.py",
    "assurance/test_label.py",
    "cli/test_handout.py",
    "batch/test_handouts.py",
    "batch/test_frames.py",
    "handout/test_paper_form.py",
    "cli/test_intake.py",
    "record/test_keys.py",
    "handout/test_referral.py",
    "browser/test_app_window.py",
    "browser/test_app_store.py",
    "browser/test_done.py",
    "browser/test_home.py",
    "browser/test_report.py",
    "browser/test_stopped.py",
    "browser/test_author.py",
    "browser/test_summary.py",
    "app/test_export.py",
    "web/test_hostile.py",
    "browser/test_app_cupboard.py",
    "assurance/test_hazards.py",
)
"""Files whose tests share something dear to make: one worker runs all of a file. The longest first,
lest one be left over.
"""

SLOW = {
    "app/test_entry.py",  # a process
    "app/test_export.py",  # processes
    "app/test_runtime.py",  # processes
    "assurance/test_agreement.py",  # five evaluators
    "batch/test_handouts.py",  # processes
    "formats/test_cache.py",  # processes
    "cli/test_handout.py",  # prints, processes
    "cli/test_intake.py",  # a terminal
    "assurance/test_coverage.py",  # proofs, all worked cases
    "formats/test_extras.py",  # processes
    "handout/test_printing.py",
    "house/test_house.py",  # processes
    "handout/test_paper_form.py",  # prints
    "interop/test_device_verdicts.py",  # processes
    "interop/test_xlsform.py",  # processes
    "interop/test_xlsform_slips.py",  # processes
    "assurance/test_proofs.py",
    "assurance/test_claims.py",
    "assurance/test_hazards.py",  # proofs
    "assurance/test_diff.py",  # proofs
    "assurance/test_history.py",  # processes
    "assurance/test_label.py",  # proofs
    "batch/test_run.py",  # processes
    "web/test_author.py",  # proofs
    "web/test_backups.py",  # processes
    "web/test_example.py",  # processes
    "web/test_hostile.py",  # processes
    "web/test_lan.py",  # processes
    "web/test_lock.py",  # passphrases, which take long on purpose
    "web/test_record.py",  # processes
    "assurance/test_change.py",  # proofs
    "assurance/test_workbook.py",  # whole workbooks
    "batch/messy/test_messy.py",  # processes
    "cli/test_record.py",  # processes, passphrases
    "forms/test_filled.py",  # forms filled on paper
    "handout/test_fillable.py",  # prints
    "interop/test_round_trips.py",  # prints
    "record/test_keys.py",  # passphrases
    "record/test_protecting.py",  # processes
    "record/test_restoring.py",  # processes
    SPARK_TESTS,
}
"""Files of which no test is quick."""
SLOW_FIXTURES = {"outcomes", "right"}
"""What takes long to make for the first test that needs it: what came of all worked cases, of many
random forms.
"""


def put_on(item: pytest.Item) -> None:
    """Put its marks on a test."""
    file = file_of(item)
    if getattr(getattr(item, "function", None), "is_hypothesis_test", False):
        item.add_marker("thorough")
    if kinds.of_app(item):
        item.add_marker(kinds.MARK)
    if file == SPARK_TESTS:
        item.add_marker(SPARK)
    if file in SLOW or of_browser(item) or SLOW_FIXTURES & set(getattr(item, "fixturenames", ())):
        item.add_marker("slow")
    if item.get_closest_marker("slow") is None:
        item.add_marker("quick")


def file_of(item: pytest.Item) -> str:
    """Return the file of a test, below the folder of tests."""
    return _below_tests(item.path)


@cache
def _below_tests(path: Path) -> str:
    return path.relative_to(ROOT / "tests").as_posix()


def of_browser(item: pytest.Item) -> bool:
    """Whether a test needs a browser."""
    return file_of(item).startswith(BROWSER_TESTS)


def turn(item: pytest.Item) -> tuple[int, int, int]:
    """Return when a test runs: the app, dear files in their order, then what is slow, then the rest
    as it stands.
    """
    file, app = file_of(item), kinds.app_of(f"tests/{file_of(item)}::{item.name}")
    return (
        kinds.APP.index(app) if app else len(kinds.APP),
        DEAR.index(file) if file in DEAR else len(DEAR),
        item.get_closest_marker("slow") is None,
    )


class Together(LoadScopeScheduling):
    """Hand out all tests of a kind of app and a dear file as a whole, and any other test by
    itself, in their order.

    The same as `--dist=loadgroup`, whose marks xdist 3.8 loses under pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0].removeprefix("tests/")
        return kinds.app_of(nodeid) or (file if file in DEAR else nodeid)
