"""Standard input, output and error as every command needs them: also closed, full or cut off they
give one line and exit code 1.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import Any

from hingeexpert.errors import InputError

ENCODING = "utf-8"


def mend() -> None:
    """Put streams in place whose failures are told.

    A terminal stays as it is: none of this can come of it, and on Windows it has a way of its own.
    """
    _fill_gaps()
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(_Closed()), ENCODING)
    if sys.stdout is None or not sys.stdout.isatty():
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(_Told(1)), ENCODING)
    if sys.stderr is None or not sys.stderr.isatty():
        lines = io.BufferedWriter(_Silent(2))
        sys.stderr = io.TextIOWrapper(lines, ENCODING, "backslashreplace", line_buffering=True)


def _fill_gaps() -> None:
    """Take the place of streams that are closed, lest a file that is opened gets it: one cannot
    read what is written there, nor write.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            place = os.open(os.devnull, os.O_RDONLY if number < 2 else os.O_WRONLY)
            assert place == number


class _Closed(io.RawIOBase):
    """Standard input where there is none."""

    def readable(self) -> bool:
        return True

    def readinto(self, _: Any) -> int:
        raise InputError("standard input cannot be read: it is closed")


class _Silent(io.FileIO):
    """A stream of which nobody is left to hear: once it fails it takes everything."""

    failed = False

    def __init__(self, number: int) -> None:
        super().__init__(number, "w", closefd=False)

    def write(self, content: Any) -> int:
        if self.failed:
            return len(content)
        try:
            return super().write(content)
        except OSError as error:
            self.failed = True
            self._tell(error)
            return len(content)

    def _tell(self, error: OSError) -> None:
        """Say nothing."""


class _Told(_Silent):
    """Standard output: that it fails ends the command."""

    def _tell(self, error: OSError) -> None:
        """Say why; who reads no further, as `head` does, knows."""
        if isinstance(error, BrokenPipeError):
            raise SystemExit(1) from None
        why = "it is closed" if error.errno == errno.EBADF else error.strerror
        raise InputError(f"standard output cannot be written: {why}") from None
