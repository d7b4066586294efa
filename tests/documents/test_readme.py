"""The README shows what really happens.

After a wanted change write its session anew and read the difference: `REFRESH_GOLDEN=1 pytest
tests/documents/test_readme.py`.
"""

import os
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from folders import ROOT

from hingeexpert.cli import main

FILE = ROOT / "README.md"
README = FILE.read_text(encoding="utf-8")
SESSION = re.findall(r"^\$ hingeexpert (.*)\n((?:(?!\$ |```).*\n)*)", README, flags=re.MULTILINE)
FORMS = re.findall(
    r"`(\w+\.yaml)`[:,]\n\n```yaml\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL
)
HASH = re.compile(r"(?<=, )[0-9a-f]{12}$", re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the forms of the README."""
    for name, text in FORMS:
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("command", "shown"), SESSION, ids=[command for command, _ in SESSION])
@pytest.mark.usefixtures("folder")
def test_the_session_shows_real_output(command: str, shown: str) -> None:
    printed = HASH.sub("<hash of the rules>", CliRunner().invoke(main, shlex.split(command)).output)
    if os.environ.get("REFRESH_GOLDEN"):
        before = f"$ hingeexpert {command}\n"
        FILE.write_text(
            FILE.read_text(encoding="utf-8").replace(before + shown, before + printed),
            encoding="utf-8",
        )
    else:
        assert printed == shown


def test_the_session_shows_every_form_it_reads() -> None:
    assert {
        word for command, _ in SESSION for word in command.split() if word.endswith(".yaml")
    } == {name for name, _ in FORMS}


def test_the_session_has_all_its_commands() -> None:
    assert [command.split()[0] for command, _ in SESSION] == [
        *("diagnose", "explain", "explain", "diagnose", "diagnose", "diagnose"),
        "handout",
    ]


def test_the_python_example_runs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = re.search(r"^```python\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
    assert example is not None
    exec(compile(example[1], str(folder / "README.md"), "exec"), {})

    assert capsys.readouterr().out == "note incomplete\n"
