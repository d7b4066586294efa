"""Streams that are closed, full or cut off give one line and code 1."""

import subprocess
import sys

import pytest

FULL = "error: standard output cannot be written: No space left on device\n"
CLOSED = "error: standard output cannot be written: it is closed\n"
NO_INPUT = "error: standard input cannot be read: it is closed\n"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="devices, and what a shell closes")
@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("--help > /dev/full", 1, FULL),
        ("form > /dev/full", 1, FULL),
        ("rules list > /dev/full 2> /dev/full", 1, ""),
        ("--help >&-", 1, CLOSED),
        ("schema form <&- >&- 2>&-", 1, ""),
        ("demo 2>&-", 0, ""),
        ("diagnose - <&-", 1, NO_INPUT),
        ("--version <&-", 0, ""),
        ("form | true; exit ${PIPESTATUS[0]}", 1, ""),
    ],
)
def test_a_stream_that_fails_is_told(words: str, code: int, told: str) -> None:
    command = f"{sys.executable} -m hingeexpert {words}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (code, told)
