"""The runtime is what the source names, said so where it is there, and told in a line where not."""

import hashlib
import importlib.util
import re
import shutil
import sys
from pathlib import Path

import pytest
from app_runtime import CACHE
from click.testing import CliRunner, Result
from folders import ROOT

from hingeexpert.app.made_of import DOWNLOADS, PYDANTIC_CORE, PYODIDE
from hingeexpert.app.runtime import get_runtime, read_runtime, runtime_folder
from hingeexpert.cli import main
from hingeexpert.errors import ExtraError, InputError

CLOSED = "http://127.0.0.1:9/"
"""Nobody answers there."""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["export-app", *map(str, arguments)])


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty cache."""
    monkeypatch.setenv(CACHE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def other(runtime: Path, empty: Path) -> Path:
    """Return a runtime of which files can be replaced."""
    shutil.copytree(runtime, runtime_folder(), copy_function=lambda a, b: Path(b).symlink_to(a))
    return runtime_folder()


def test_libraries_are_those_that_the_program_is_tested_with() -> None:
    pinned = dict(
        line.lower().replace("_", "-").split("==")
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if re.match(r"[\w.-]+==", line)
    )

    assert all(
        pinned[download.name] == download.version
        for download in DOWNLOADS
        if download is not PYODIDE
    )


def test_what_is_there_and_whole_is_said_and_not_got_again(
    runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    told: list[str] = []

    assert get_runtime(told.append) == runtime
    assert told == [f"The runtime is there and whole: {runtime}"]


def test_without_a_runtime_one_line_names_the_command(empty: Path, tmp_path: Path) -> None:
    told = run(tmp_path / "app")

    assert told.exit_code == 2
    assert told.stderr.splitlines() == [
        "error: the app needs a runtime, which is got once, with a network: "
        "hingeexpert export-app --get-runtime"
    ]
    assert not (tmp_path / "app").exists()


def test_a_download_that_is_another_is_named_with_both_hashes(other: Path) -> None:
    changed = other / PYDANTIC_CORE.file
    changed.unlink()
    changed.write_bytes(b"another")
    (other / PYODIDE.file).unlink()

    with pytest.raises(ExtraError) as caught:
        read_runtime()

    found = hashlib.sha256(b"another").hexdigest()
    assert (
        f"pydantic-core 2.50.5: {changed.name}: wanted {PYDANTIC_CORE.sha256}, found {found}"
        in (str(caught.value))
    )
    assert f"{PYODIDE.file}: wanted {PYODIDE.sha256}, found no such file" in str(caught.value)
    assert "--get-runtime" in str(caught.value)


def test_without_npm_and_pip_both_are_named(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

    told = run("--get-runtime")

    assert told.exit_code == 1
    assert told.stderr.splitlines() == [
        "error: npm: not found; install Node.js, which brings it",
        f"error: pip: not found; install it for {sys.executable}, as with: python -m ensurepip",
    ]
    assert not empty.exists()


@pytest.mark.app  # npm must be there
def test_without_a_network_nothing_is_kept(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", CLOSED)
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(empty / "npm"))

    with pytest.raises(InputError) as told:
        get_runtime(print)

    reason = r"npm: cannot get pyodide@314\.0\.7: npm error code ECONNREFUSED .* failed, reason: "
    assert re.search(reason, str(told.value))
    assert " at " not in str(told.value)

    assert not list((empty / "hingeexpert").iterdir())
