"""A Dask frame is judged by partitions, as the document on frames says."""

import re
from pathlib import Path
from typing import Any

import dask
import pandas as pd
import pytest
from folders import ROOT

from hingeexpert import diagnose_frame
from hingeexpert.errors import InputError

pytestmark = pytest.mark.filterwarnings(  # of Dask, when it writes Parquet under pandas 3.1
    "ignore:The inplace keyword in DataFrame.set_index:DeprecationWarning"
)
PAGE = ROOT / "docs" / "frames.md"
FORMS = pd.DataFrame(
    {
        "patient.id": ["P-014", "P-015", "P-016"],
        "safety.screen": ["all_no", None, None],
        "stick.sacrum": ["lost", "kept", None],
        "wall.clean_reps": [3, None, 10],
    }
)


def example() -> str:
    """Return the code of the document."""
    codes = re.findall(
        r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    (code,) = [code for code in codes if "import dask" in code]
    return code


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, *partitions: pd.DataFrame) -> dict[str, Any]:
    """Run the example on these partitions; return its names."""
    monkeypatch.chdir(folder)
    (folder / "forms").mkdir()
    for number, partition in enumerate(partitions):
        partition.to_parquet(folder / "forms" / f"{number}.parquet")
    names: dict[str, Any] = {}
    with dask.config.set(scheduler="synchronous"):
        exec(compile(example(), str(PAGE), "exec"), names)
    return names


def test_the_example_of_the_docs_judges_every_partition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = run(tmp_path, monkeypatch, FORMS[:2], FORMS[2:])["judged"]
    right = diagnose_frame(FORMS)
    written = pd.read_parquet(tmp_path / "results")

    assert judged.npartitions == 2
    assert list(judged.columns) == list(written.columns) == list(right.columns)
    assert as_text(written) == as_text(right)


def as_text(frame: pd.DataFrame) -> list[list[str]]:
    """Return a frame as text, row by row."""
    return [["" if pd.isna(value) else str(value) for value in row] for row in frame.values]


def test_a_wrong_heading_is_named_before_anything_is_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match=r"there is no observable 'stick\.sacrun'"):
        run(tmp_path, monkeypatch, FORMS.rename(columns={"stick.sacrum": "stick.sacrun"}))
