"""The README is short, and what it shows works."""

import csv
import json
import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from folders import ROOT
from session import save_forms

from hingeexpert.cli import main

README = (ROOT / "README.md").read_text(encoding="utf-8")
MOST_LINES = 120
LINES = re.findall(r"^    hingeexpert (.*)$", README, flags=re.MULTILINE)
TRIED_ELSEWHERE = ("serve", "export-app")
"""What does not end by itself, or needs more than is installed."""
SET_UP = re.findall(r"^    (python3 -m venv .*)$", README, flags=re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the forms of the session, and a table."""
    save_forms(tmp_path)
    with (tmp_path / "forms.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("patient.id", "stick.sacrum"), ("P-014", "lost")])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def understood(words: list[str], group: click.Group = main) -> None:
    """Read a command line as the command does, and do nothing."""
    command = group.commands[words[0]]
    if isinstance(command, click.Group):
        understood(words[1:], command)
    else:
        command.make_context(words[0], words[1:])


def test_it_is_short_and_has_one_picture() -> None:
    assert len(README.splitlines()) <= MOST_LINES
    assert re.findall(r"^!\[.+\]\((.*)\)$", README, flags=re.MULTILINE) == ["docs/app.png"]


def test_one_line_runs_the_demo_and_one_the_tests() -> None:
    demo, tests = SET_UP

    assert demo.endswith("'.[all]' && .venv/bin/hingeexpert demo")
    assert tests.endswith("-e '.[test]' && .venv/bin/pytest")
    for line in SET_UP:
        subprocess.run(["bash", "-n", "-c", line], check=True)


def test_it_shows_the_app_and_the_three_uses() -> None:
    shown = ["export-app", "serve", "serve", "handout", "batch"]
    assert [line.split()[0] for line in LINES] == shown


@pytest.mark.parametrize("line", LINES)
@pytest.mark.usefixtures("folder")
def test_every_line_is_understood(line: str) -> None:
    understood(shlex.split(line))


@pytest.mark.parametrize("line", [line for line in LINES if not line.startswith(TRIED_ELSEWHERE)])
def test_what_ends_by_itself_works(line: str, folder: Path) -> None:
    words = shlex.split(line)
    result = CliRunner().invoke(main, words)

    assert result.exit_code == 0, result.output
    assert (folder / words[-1]).exists()


def test_the_python_example_runs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = re.search(r"^```python\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
    assert example is not None
    exec(compile(example[1], str(folder / "README.md"), "exec"), {})
    verdicts, *result, standings = capsys.readouterr().out.splitlines()

    assert verdicts == "note incomplete"
    assert json.loads("\n".join(result))["patient"] == {"id": "P-014", "name": "Sam Example"}
    assert standings.startswith("['the verdict', ")
