"""The rules of the house: layers, types, lint, sizes, nothing clinical in Python."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from folders import ROOT

MOST_LINES = 400


@pytest.mark.parametrize(
    "command",
    [["lint-imports"], ["mypy"], ["ruff", "check", "."], ["ruff", "format", "--check", "."]],
    ids=["layers", "types", "lint", "format"],
)
def test_the_tools_find_nothing(command: list[str]) -> None:
    tool = Path(sys.executable).with_name(command[0])
    done = subprocess.run(
        [tool, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )

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
    found = {
        path.name: clinical.findall(
            re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        )
        for path in modules()
    }

    assert {name: hits for name, hits in found.items() if hits} == {}


def drawn() -> set[str]:
    """Return the files of the package that the tree in CONTRIBUTING draws, by their indentation
    below their folders.
    """
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    lines = text[text.index("```\nhingeexpert/") :].split("```")[1].strip().splitlines()
    files: set[str] = set()
    folders: list[str] = []
    for line in lines:
        depth = (len(line) - len(line.lstrip())) // 2
        names = re.match(r"(?:\s*\w+(?:\.py|/))+", line)
        assert names is not None, line
        for name in names.group().split():
            path = "/".join([*folders[:depth], name.removesuffix("/")])
            assert path not in files, f"{path} stands twice in the tree"
            if name.endswith("/"):
                folders[depth:] = [name.removesuffix("/")]
            else:
                files.add(path)
    return files


def test_the_tree_in_contributing_is_the_house() -> None:
    assert drawn() == {
        path.relative_to(ROOT).as_posix() for path in modules() if path.name != "__init__.py"
    }
