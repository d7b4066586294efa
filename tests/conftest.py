"""What the tests share."""

import fcntl
import gc
import importlib.util
import os
import pickle
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import chromium
import counts
import marks
import pytest
from shipped import shipped

from hingeexpert.assurance import read_cases, run_case
from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.formats.files import CASES, data_folder
from hingeexpert.knowledge import KnowledgeBase

counts.register()

NO_BROWSER = f"browser tests are left out: {chromium.MISSING}; with CI set they fail instead"
NO_SPARK = "Spark tests are left out: they need {}; `pytest -m spark` fails instead"
PYSPARK = "pyspark (pip install -e '.[spark]')"
JAVA = "Java on the path (Debian: apt-get install openjdk-17-jre-headless)"


WORKER = "PYTEST_XDIST_WORKER"


def pytest_configure(config: pytest.Config) -> None:
    """Let all processes of a run share one cache, which is not the user's, and keep what they
    compile of the modules.
    """
    if WORKER in os.environ:
        return
    folder = tempfile.TemporaryDirectory(prefix="hingeexpert-cache-")
    config.add_cleanup(folder.cleanup)
    os.environ["XDG_CACHE_HOME"] = folder.name
    os.environ.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # or each of hundreds of processes would compile everything anew
    sys.dont_write_bytecode = False


def _browser_missing() -> bool:
    return not os.environ.get("CI") and chromium.found() is None


def _spark_lacks() -> list[str]:
    """Return what the tests of Spark need and this machine does not have."""
    found = {
        PYSPARK: importlib.util.find_spec("pyspark"),
        JAVA: shutil.which("java") or os.environ.get("JAVA_HOME"),
    }
    return [what for what, there in found.items() if not there]


def _spark_left_out(config: pytest.Config) -> bool:
    """Whether the tests of Spark cannot run; who asks for them by their mark is not spared."""
    asked_for = re.search(rf"(?<!not )\b{marks.SPARK}\b", config.option.markexpr)
    return not asked_for and bool(_spark_lacks())


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even read the tests of Spark where they cannot run."""
    return True if collection_path.match(marks.SPARK_TESTS) and _spark_left_out(config) else None


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say at the end which tests could not run; a quiet run has no header."""
    if _browser_missing():
        terminalreporter.write_line(NO_BROWSER)
    if _spark_left_out(config):
        terminalreporter.write_line(NO_SPARK.format(" and ".join(_spark_lacks())))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> marks.Together:
    """Keep together what shares something dear."""
    return marks.Together(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark every test, put the dearest first, and leave out those for which this machine lacks a
    browser, unless in CI.
    """
    for item in items:
        marks.put_on(item)
    items.sort(key=marks.turn)
    left_out = [item for item in items if _browser_missing() and marks.of_browser(item)]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def knowledge() -> KnowledgeBase:
    """Return the shipped knowledge base."""
    return shipped()


@pytest.fixture(scope="session")
def outcomes(knowledge: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    """Return what came of every shipped worked case.

    They are run once: the first worker that asks leaves them to the others in a file.
    """
    folder = tmp_path_factory.getbasetemp()
    kept = (folder.parent if WORKER in os.environ else folder) / "outcomes.pickle"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if kept.exists():
            return _unpickled(kept.read_bytes())
        found = _run_cases(knowledge)
        kept.write_bytes(pickle.dumps(found))
        return found


def _run_cases(knowledge: KnowledgeBase) -> list[Outcome]:
    cases, problems = read_cases(knowledge, data_folder("rules") / CASES)
    assert problems == []
    return [run_case(knowledge, case) for case in cases]


def _unpickled(raw: bytes) -> list[Outcome]:
    """Read outcomes back.

    Nothing of so much new is garbage yet, and looking for it takes longer than reading.
    """
    gc.disable()
    try:
        return pickle.loads(raw)  # type: ignore[no-any-return]
    finally:
        gc.enable()
