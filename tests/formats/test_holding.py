"""One run at a time fills a folder, and whoever died holds nothing."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hingeexpert.errors import InputError
from hingeexpert.formats.holding import holding

HOLDER = """
import sys
from pathlib import Path
from hingeexpert.formats.holding import holding
with holding(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Return another process that holds the folder."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "out")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_second_is_told_who_holds_it_until_that_one_is_dead(
    other: subprocess.Popen[str], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=rf"another run \(process {other.pid}, since 2"):
        holding(tmp_path / "out").__enter__()
    other.kill()
    other.wait()
    with holding(tmp_path / "out"):
        (tmp_path / "out" / "mine").touch()

    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine"]


def test_a_new_folder_in_which_nothing_came_about_is_gone(tmp_path: Path) -> None:
    with holding(tmp_path / "new"):
        pass
    (tmp_path / "old").mkdir()
    with holding(tmp_path / "old"):
        pass

    assert [path.name for path in tmp_path.iterdir()] == ["old"]
