"""Each threat that the document tells names the tests that show what meets it."""

import re
from pathlib import Path

from folders import ROOT

DOCUMENT = ROOT / "docs" / "threats.md"
TESTS = ROOT / "tests"
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")
TABLE = re.compile(r"^\| threat \|.*\n\|---.*\n((?:\|.*\n)+)", re.MULTILINE)


def rows() -> list[str]:
    tables = TABLE.findall(DOCUMENT.read_text(encoding="utf-8"))
    return [row for table in tables for row in table.splitlines()]


def is_there(file: str, name: str) -> bool:
    path: Path = TESTS / file
    if not path.is_file():
        return False
    pattern = rf"^(?:async )?def {name}\("
    return re.search(pattern, path.read_text(encoding="utf-8"), re.MULTILINE) is not None


def test_every_threat_names_its_tests() -> None:
    assert [row for row in rows() if not NAMED.search(row)] == []
    assert len(rows()) > 20


def test_every_test_that_is_named_is_there() -> None:
    named = [match for row in rows() for match in NAMED.findall(row)]

    assert [f"{file}::{name}" for file, name in named if not is_there(file, name)] == []
