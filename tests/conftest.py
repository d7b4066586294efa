"""What the tests share."""

import gc
import importlib.util
import os
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import app_runtime
import chromium
import counts
import kinds
import light_age
import marks
import pyrage
import pytest
from shares import every_outcome, place_of
from shipped import remember_files, remember_folders, shipped

from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.knowledge import KnowledgeBase

counts.register()
remember_files()
remember_folders()

NO_BROWSER = f"browser tests are left out: {chromium.MISSING}; with CI set they fail instead"
NO_FILLED = "tests that fill an XLSForm are left out: they need {}; with CI set they fail instead"
NO_SPARK = "Spark tests are left out: they need {}; `pytest -m spark` fails instead"
PYSPARK = "pyspark (pip install -e '.[spark]')"
JAVA = "Java on the path (Debian: apt-get install openjdk-17-jre-headless)"


WORKER = "PYTEST_XDIST_WORKER"
MUCH = 300_000
"""Objects that may be garbage before it is looked for."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what a run can choose."""
    kinds.add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Let all processes of a run share one cache, which is not the user's, and keep what they
    compile of the modules.
    """
    gc.disable()  # see pytest_runtest_logfinish
    # What goes on in the background of a shell hears no Ctrl-C, and neither would what it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    kinds.choose(config)
    if WORKER in os.environ:
        return
    folder = tempfile.TemporaryDirectory(prefix="hingeexpert-cache-")
    config.add_cleanup(folder.cleanup)
    app_runtime.lend(Path(folder.name))
    os.environ["XDG_CACHE_HOME"] = folder.name
    os.environ.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # or each of hundreds of processes would compile everything anew
    sys.dont_write_bytecode = False


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> Generator[None, int, int]:
    """Have one process more than cores, as much of a test of pages is waiting for a browser; with
    the app in it a process is too large for that.
    """
    cores = yield
    kinds.choose(config)
    return cores + 1 if kinds.left_out(config) else cores


def pytest_runtest_logfinish() -> None:
    """Look for garbage between two tests, and only where much may be there.

    Python itself looks after every 700 new objects, which takes a third of the time of a test that
    makes many and keeps them. What is left now is looked at once.
    """
    if gc.get_count()[0] > MUCH:
        gc.collect()
        gc.freeze()


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
    if not os.environ.get("CI") and shutil.which("java") is None:
        terminalreporter.write_line(NO_FILLED.format(JAVA))
    if kinds.left_out(config):
        terminalreporter.write_line(kinds.APART)
    if _spark_left_out(config):
        terminalreporter.write_line(NO_SPARK.format(" and ".join(_spark_lacks())))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> marks.Together:
    """Keep together what shares something dear."""
    return marks.Together(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark every test, put the dearest first, and leave out those for which this machine lacks a
    browser, unless in CI, and what is of the app where it is not asked for.
    """
    for item in items:
        marks.put_on(item)
    items.sort(key=marks.turn)
    without_app, without_browser = kinds.left_out(config), _browser_missing()
    left_out = [
        item
        for item in items
        if (without_browser and marks.of_browser(item))
        or (without_app and item.get_closest_marker(kinds.MARK))
    ]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def knowledge() -> KnowledgeBase:
    """Return the shipped knowledge base."""
    return shipped()


@pytest.fixture(scope="session")
def runtime() -> Path:
    """Return the folder with the runtime of the app."""
    return app_runtime.have_runtime()


@pytest.fixture
def light_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a new passphrase take little work, where its strength is not the claim."""
    monkeypatch.setattr(pyrage.passphrase, "encrypt", light_age.encrypt)


@pytest.fixture(scope="session")
def outcomes(knowledge: KnowledgeBase, pytestconfig: pytest.Config) -> list[Outcome]:
    """Return what came of every shipped worked case; an earlier run over the same rules and code
    may have found it.
    """
    assert pytestconfig.cache is not None
    outcomes = every_outcome(knowledge, place_of(pytestconfig.cache.mkdir("outcomes")))
    gc.freeze()
    return outcomes
