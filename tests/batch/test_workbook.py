"""A workbook on a disk that does not take it."""

import resource
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from hingeexpert.batch.results import write_workbook


@pytest.fixture
def full() -> Iterator[None]:
    """Let no file grow beyond a few pages until the test ends."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_told_and_nothing_is_left_beside_the_parts(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    parts = tmp_path / "parts"
    parts.mkdir()
    pl.DataFrame({"id": [f"P-{number}" for number in range(5000)]}).write_ipc(parts / "0.ipc")
    request.getfixturevalue("full")

    with pytest.raises(OSError, match="the disk is full or not writable"):
        write_workbook([parts / "0.ipc"], tmp_path / "results.xlsx", {})
    assert [path.name for path in tmp_path.iterdir()] == ["parts"]
