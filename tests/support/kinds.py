"""On which kinds of the pages a test runs: from a server, from a folder, from a file."""

import os
import re
import shutil

import pytest

from hingeexpert.app.runtime import runtime_folder

SERVER, FOLDER, FILE = "server", "folder", "file"
APP = (FOLDER, FILE)
"""The kinds without a server: `hingeexpert export-app` writes them."""
CHOICES = ("server", "some", "all")
"""What `--kinds` takes: the server alone; with it the tests of what only the app has, and on the
app those marked `every_kind`; each test on each kind on which it can run.
"""
MARK = "app"
"""Stands on each test that runs on the app."""
MISSING = "tests of the pages on the app are left out: no npm on the path, which gets its runtime"
ONE_TAB = "an app has one tab, and tells the second one so"


def add_option(parser: pytest.Parser) -> None:
    """Let a run choose how much of it goes without a server."""
    parser.addoption(
        "--kinds",
        choices=CHOICES,
        default="some",
        help="which tests of the pages run on the app without a server, too",
    )


def kinds_of(test: pytest.Function, chosen: str) -> list[str]:
    """Return the kinds on which a test runs.

    Args:
        test: A test of the pages.
        chosen: One of `CHOICES`.
    """
    only, every = test.get_closest_marker("only_on"), test.get_closest_marker("every_kind")
    possible = only.args if only else (SERVER, *APP)
    app = chosen == "all" or every or SERVER not in possible
    return [kind for kind in possible if kind == SERVER or app]


def of_app(item: pytest.Item) -> bool:
    """Whether a test runs on the app."""
    params = item.callspec.params if hasattr(item, "callspec") else {}
    return params.get("kind") in APP


def app_of(nodeid: str) -> str | None:
    """Return on which kind of app a test runs, by its name; `None` for the server and for all that
    takes no way to the pages.
    """
    found = re.search(r"^(?:tests/)?browser/.*[\[-](folder|file)[\]-]", nodeid)
    return found[1] if found else None


def missing() -> bool:
    """Whether this machine has neither the runtime of the app nor what gets it; CI is not
    spared.
    """
    there = runtime_folder().is_dir() or shutil.which("npm")
    return not os.environ.get("CI") and not there


def left_out(config: pytest.Config) -> bool:
    """Whether no test runs on the app."""
    return config.getoption("--kinds") == "server" or missing()
