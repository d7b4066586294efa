"""A name is a name: whatever it holds, that file is read and no other, and written there."""

import csv
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from hingeexpert.cli import main

LONGEST = 255
NAMES = [
    "w[2]",
    "w*?",
    "{a,b}",
    "~",
    "$HOME %41",
    "-x",
    " a\nb",
    "file:x",
    "\N{CJK UNIFIED IDEOGRAPH-65E5}\N{ARABIC LETTER BEH}",
    "x" * LONGEST,
]
OTHERS = ["w2", "wx", "a", "A", "b", "x"]
"""Files that some of the names would fit as patterns."""
MAP = 'columns: {"Bone": stick.sacrum}\n'


def named(name: str, ending: str = "") -> Path:
    """Return a name with an ending; the longest stays as long."""
    return Path(f"{name[: LONGEST - len(ending)]}{ending}")


def forms(path: Path, patient: str) -> None:
    table = pl.DataFrame({"patient.id": [patient], "Bone": ["lost"]})
    with path.open("wb") as file:
        table.write_parquet(file)


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_what_a_name_says_is_read_and_written(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for other in OTHERS:
        forms(named(other, ".parquet"), "somebody else")
    forms(named(name, ".parquet"), "P1")
    named(name, ".yaml").write_text(MAP, encoding="utf-8")
    words = ["--map", named(name, ".yaml"), "-o", named(name), "--", named(name, ".parquet")]
    result = CliRunner().invoke(main, ["batch", *map(str, words)])

    assert result.exit_code == 0, result.output
    with (named(name) / "results.csv").open(encoding="utf-8", newline="") as file:
        assert [row["patient.id"] for row in csv.DictReader(file)] == ["P1"]
    with (named(name) / "results.parquet").open("rb") as file:
        assert pl.read_parquet(file)["patient.id"].to_list() == ["P1"]
    assert not (tmp_path / "home").exists()
