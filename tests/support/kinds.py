"""On which kinds of the pages a test runs: from a server, from a folder, from a file."""

import re

import pytest

SERVER, FOLDER, FILE = "server", "folder", "file"
APP = (FOLDER, FILE)
"""The kinds without a server: `hingeexpert export-app` writes them."""
CHOICES = ("server", "some", "all")
"""What `--kinds` takes: the server alone; with it the tests of what only the app has, and on the
app those marked `every_kind`; each test on each kind on which it can run. Where it is not given,
the server alone, unless the mark or files are named.
"""
MARK = "app"
"""Stands on each test of the app in a browser, and on each that needs its runtime."""
OWN_TESTS = "/browser/test_app_"
APART = "tests of the app without a server are run apart: pytest -m app"
ONE_TAB = "an app has one tab, and tells the second one so"


def add_option(parser: pytest.Parser) -> None:
    """Let a run choose how much of it goes without a server."""
    parser.addoption(
        "--kinds",
        choices=CHOICES,
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


def choose(config: pytest.Config) -> None:
    """Choose what `--kinds` leaves open, for all processes of a run."""
    named = config.args_source is config.ArgsSource.ARGS
    marked = re.search(rf"(?<!not )\b{MARK}\b", config.option.markexpr)
    config.option.kinds = config.option.kinds or ("some" if named or marked else "server")


def of_app(item: pytest.Item) -> bool:
    """Whether a test shows the app, or needs its runtime."""
    params = item.callspec.params if hasattr(item, "callspec") else {}
    needs_runtime = "runtime" in getattr(item, "fixturenames", ())
    return params.get("kind") in APP or needs_runtime or OWN_TESTS in item.path.as_posix()


def app_of(nodeid: str) -> str | None:
    """Return on which kind of app a test runs, by its name; `None` for the server and for all that
    takes no way to the pages.
    """
    found = re.search(r"^(?:tests/)?browser/.*[\[-](folder|file)[\]-]", nodeid)
    return found[1] if found else None


def left_out(config: pytest.Config) -> bool:
    """Whether no test runs on the app."""
    return config.getoption("--kinds") == "server"
