"""The README shows what really happens."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from hingeexpert.cli import main

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
SESSION = re.findall(r"^\$ hingeexpert (.*)\n((?:(?!\$ |```).*\n)*)", README, flags=re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the two forms of the README."""
    form = re.search(r"^```yaml\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
    assert form is not None
    (tmp_path / "form.yaml").write_text(form[1], encoding="utf-8")
    (tmp_path / "slip.yaml").write_text("patient: {id: P-015}\nstick: {sacrun: lost, depth_degrees: 300}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("command", "shown"), SESSION, ids=[command for command, _ in SESSION])
def test_the_session_shows_real_output(folder: Path, command: str, shown: str) -> None:
    result = CliRunner().invoke(main, shlex.split(command))
    hashes = re.compile(r"[0-9a-f]{12}$", re.MULTILINE)

    assert hashes.sub("HASH", result.output) == hashes.sub("HASH", shown)
    assert list(folder.iterdir())


def test_the_session_has_all_its_commands() -> None:
    assert [command.split()[0] for command, _ in SESSION] == ["diagnose", "explain", "explain", "diagnose", "diagnose", "diagnose"]


def test_the_python_example_runs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = re.search(r"^```python\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
    assert example is not None
    exec(compile(example[1], str(folder / "README.md"), "exec"), {})

    assert capsys.readouterr().out == "note incomplete\n"
