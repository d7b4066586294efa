"""A run that is stopped while it clears away: what it leaves is taken for nothing else."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hingeexpert.batch.counts import Counts
from hingeexpert.batch.output_folder import HANDOUTS, RUN, WORK, OutputFolder
from hingeexpert.errors import OutputError
from hingeexpert.formats.files import write_whole

RESULTS, PARTS = "results.csv", ("0000-000000.ipc", "0000-000000.json", "0000-000001.json")
REMOVALS = len(PARTS) + 3
"""Of the parts, their key, the note that there are sheets, and their folder."""
at_each_removal = pytest.mark.parametrize("place", range(REMOVALS))


class Killed(BaseException):
    """Nobody takes it."""


def opened(path: Path, run: str, *, overwrite: bool = False) -> OutputFolder:
    """Look at a folder as a run does that is known by a word."""
    return OutputFolder(path, {"run": run}, overwrite=overwrite)


def begun(path: Path, run: str, *, overwrite: bool = False) -> OutputFolder:
    """Return the folder of a run that has judged all rows and printed a sheet."""
    folder = opened(path, run, overwrite=overwrite)
    folder.begin(handouts=True)
    write_whole(path / HANDOUTS / f"{run}.pdf", run.encode())
    for name in PARTS:
        write_whole(folder.work / name, run.encode())
    return folder


def finished(path: Path, run: str, *, overwrite: bool = False) -> None:
    """Fill a folder."""
    folder = begun(path, run, overwrite=overwrite)
    folder.clear()
    write_whole(path / RESULTS, run.encode())
    folder.close([RESULTS, HANDOUTS], Counts())


def killed_at(place: int, work: Callable[[], Any]) -> None:
    """Do some work, and break it off before it removes this of its files and folders."""
    left = iter(range(place))

    def watched(removes: Callable[..., None]) -> Callable[..., None]:
        def removing(path: Any, **where: Any) -> None:
            if os.access(path, os.F_OK, **where) and next(left, None) is None:
                raise Killed
            removes(path, **where)

        return removing

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "unlink", watched(os.unlink))
        patch.setattr(os, "rmdir", watched(os.rmdir))
        with pytest.raises(Killed):
            work()


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file and folder by its name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
    }


@at_each_removal
def test_the_next_start_clears_away_what_a_finished_run_left(tmp_path: Path, place: int) -> None:
    finished(tmp_path / "whole", "a")
    killed_at(place, lambda: finished(tmp_path / "out", "a"))
    assert (tmp_path / "out" / WORK).exists()

    assert opened(tmp_path / "out", "a").finished
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


@pytest.mark.parametrize("run", ["a", "b"])
@at_each_removal
def test_no_run_takes_up_what_was_half_cleared_away(tmp_path: Path, place: int, run: str) -> None:
    killed_at(place, lambda: finished(tmp_path / "out", "a"))
    folder = opened(tmp_path / "out", run, overwrite=True)
    folder.begin(handouts=True)

    parts = [name for name in PARTS if (folder.work / name).exists()]
    whole = place == 0 and run == "a"
    assert parts == (list(PARTS) if whole else [])
    assert [path.stem for path in (tmp_path / "out" / HANDOUTS).iterdir()] == ["a"] * whole


@pytest.mark.parametrize("place", range(REMOVALS + 3))
def test_whoever_was_stopped_while_overwriting_harms_no_later_run(
    tmp_path: Path, place: int
) -> None:
    """There are three removals more: of a sheet, of the folder of sheets, and of results."""
    begun(tmp_path, "a")
    write_whole(tmp_path / RESULTS, b"a")
    killed_at(place, lambda: opened(tmp_path, "b", overwrite=True))
    folder = opened(tmp_path, "a")
    whole = list(PARTS) if place == 0 else []
    assert [name for name in PARTS if (folder.work / name).exists()] == whole
    assert (tmp_path / HANDOUTS / "a.pdf").exists() == (place == 0)

    opened(tmp_path, "b", overwrite=True)
    assert not list(tmp_path.iterdir())  # or it would be taken for a folder of somebody else


def test_the_sheets_of_parts_that_are_taken_up_stay(tmp_path: Path) -> None:
    finished(tmp_path, "a")
    begun(tmp_path, "b", overwrite=True)
    opened(tmp_path, "b", overwrite=True).begin(handouts=True)

    assert [path.stem for path in (tmp_path / HANDOUTS).iterdir()] == ["b"]


def test_the_beginning_of_another_run_is_neither_dropped_nor_taken_up_unasked(
    tmp_path: Path,
) -> None:
    finished(tmp_path, "a")
    account = (tmp_path / RUN).read_bytes()
    folder = opened(tmp_path, "b", overwrite=True)
    folder.begin(handouts=False)
    write_whole(folder.work / PARTS[0], b"b")
    with pytest.raises(OutputError, match="holds the beginning of another run"):
        opened(tmp_path, "a")

    assert (folder.work / PARTS[0]).read_bytes() == b"b"
    assert (tmp_path / RUN).read_bytes() == account
