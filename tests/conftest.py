"""What the tests share."""

import os
import shutil
from pathlib import Path

import pytest

from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.loading import load_knowledge
from hingeexpert.paths import CASES, data_folder
from hingeexpert.worked_cases import Outcome, read_cases, run_case

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NO_BROWSER = "browser tests are left out: no Chromium on the path (Debian: apt-get install chromium); with CI set they fail instead"
SPARK_TESTS = "test_frames_spark.py"
NO_JAVA = "Spark tests are left out: no Java on the path (Debian: apt-get install openjdk-17-jre-headless); with CI set they fail instead"


def _browser_missing() -> bool:
    return not os.environ.get("CI") and not any(shutil.which(name) for name in BROWSERS)


def _java_missing() -> bool:
    return not os.environ.get("CI") and not shutil.which("java") and "JAVA_HOME" not in os.environ


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end which tests could not run; a quiet run has no header."""
    for line in [*([NO_BROWSER] if _browser_missing() else []), *([NO_JAVA] if _java_missing() else [])]:
        terminalreporter.write_line(line)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests for which this machine lacks a browser or Java, unless in CI."""
    left_out = [item for item in items if _browser_missing() and Path(item.path).parent.name == "browser"]
    left_out += [item for item in items if _java_missing() and Path(item.path).name == SPARK_TESTS]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def knowledge() -> KnowledgeBase:
    """Return the shipped knowledge base."""
    return load_knowledge(data_folder("rules"))


@pytest.fixture(scope="session")
def outcomes(knowledge: KnowledgeBase) -> list[Outcome]:
    """Return what came of every shipped worked case."""
    cases, problems = read_cases(knowledge, data_folder("rules") / CASES)
    assert problems == []
    return [run_case(knowledge, case) for case in cases]
