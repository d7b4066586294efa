"""The rules of the house: layers, types, lint, sizes, nothing clinical in Python."""

import ast
import re
import subprocess
import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from functools import cache
from io import StringIO
from pathlib import Path
from statistics import median
from token import COMMENT, DEDENT, ENDMARKER, INDENT, NEWLINE, NL
from tokenize import TokenInfo, generate_tokens

import pytest
from folders import ROOT

MOST_LINES = 400
# Sizes are counted in tokens: lines can be packed. These hold what was reached, and may only fall;
# the aims are a median of 60, hardly a function over 150, and files of about 1,500.
MEDIAN, LARGE, SHARE_OF_LARGE = 66, 150, 0.09
MOST_OF_A_FUNCTION, MOST_OF_A_FILE = 280, 2600


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
    lines = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8").count("\n")
        for path in modules()
    }

    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


@cache
def sizes() -> tuple[dict[str, int], dict[str, int]]:
    """Return the tokens of every file, and of every function in it; a docstring is one."""
    files: dict[str, int] = {}
    functions: dict[str, int] = {}
    for path in modules():
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT).as_posix()
        lines = [
            token.start[0] for token in generate_tokens(StringIO(text).readline) if counts(token)
        ]
        files[name] = len(lines)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first, last = node.lineno, node.end_lineno or node.lineno
                place = f"{name}:{first} {node.name}"
                functions[place] = bisect_right(lines, last) - bisect_left(lines, first)
    return files, functions


def counts(token: TokenInfo) -> bool:
    """Whether a token is something to read."""
    return token.type not in (COMMENT, DEDENT, ENDMARKER, INDENT, NEWLINE, NL)


def test_no_file_is_too_much_to_read() -> None:
    assert {name: size for name, size in sizes()[0].items() if size > MOST_OF_A_FILE} == {}


def test_functions_are_small() -> None:
    functions = sizes()[1]
    large = [name for name, size in functions.items() if size > LARGE]

    assert {name: size for name, size in functions.items() if size > MOST_OF_A_FUNCTION} == {}
    assert median(functions.values()) <= MEDIAN
    assert len(large) / len(functions) < SHARE_OF_LARGE


def test_no_identifier_of_an_observable_fault_or_source_stands_in_python() -> None:
    """Docstrings may give an example; code may not know one."""
    group = "stick|wall|safety|symptom|spa|screen|pain|practice|retest|load"
    fault = r"[a-z]+_(?:flexion|extension|overextension)"
    clinical = re.compile(rf"""(?<![`\w.])["'](?:(?:{group})\.\w+|SEED-\d+|S\d+|{fault})["']""")
    found = {
        path.relative_to(ROOT).as_posix(): clinical.findall(
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


def test_a_class_name_is_given_once() -> None:
    """One word has one meaning; names of one module alone begin with an underscore."""
    names = Counter(
        node.name
        for path in modules()
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )

    assert [name for name, count in names.items() if count > 1] == []
