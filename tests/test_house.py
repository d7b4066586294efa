"""The rules of the house: layers, types, lint, sizes, nothing clinical in Python."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MOST_LINES = 400


@pytest.mark.parametrize(
    "command",
    [["lint-imports"], ["mypy"], ["ruff", "check", "."], ["ruff", "format", "--check", "."]],
    ids=["layers", "types", "lint", "format"],
)
def test_the_tools_find_nothing(command: list[str]) -> None:
    tool = Path(sys.executable).with_name(command[0])
    done = subprocess.run([tool, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def modules() -> list[Path]:
    return sorted((ROOT / "hingeexpert").rglob("*.py"))


def test_no_file_is_too_long() -> None:
    assert {
        path.name: len(path.read_text(encoding="utf-8").splitlines())
        for path in modules()
        if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES
    } == {}


def test_no_identifier_of_an_observable_fault_or_source_stands_in_python() -> None:
    """Docstrings may give an example; code may not know one."""
    group = "stick|wall|safety|symptom|spa|screen|pain|practice|retest|load"
    fault = r"[a-z]+_(?:flexion|extension|overextension)"
    clinical = re.compile(rf"""(?<![`\w.])["'](?:(?:{group})\.\w+|SEED-\d+|S\d+|{fault})["']""")
    found = {path.name: clinical.findall(re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.DOTALL)) for path in modules()}

    assert {name: hits for name, hits in found.items() if hits} == {}
