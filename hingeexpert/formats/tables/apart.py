"""Sheets of a workbook, read in a process of its own.

What reads their cells takes as much memory as a file asks for, and where there is none ends the
whole process. This one has limits of memory and time, and its end is the reason that is told.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import weakref
from pathlib import Path
from typing import Any

import polars as pl

from hingeexpert.formats.tables.refused import UnreadableError

_READER = Path(__file__).with_name("apart_reader.py")
TOO_MUCH = (
    "the workbook asks for more memory or time than a table of its size does; perhaps a cell "
    "stands far away from the others: copy the table alone into a new workbook"
)
LOCKED = "the workbook has a password; save a copy without one"


class BookApart:
    """A workbook that another process has open; that ends with this."""

    def __init__(self, path: Path, mend: str) -> None:
        """Start to open it.

        Args:
            path: The workbook.
            mend: What to do where it cannot be read.
        """
        self._mend = mend
        self._folder = Path(tempfile.mkdtemp(prefix="hingeexpert-"))
        self._process = subprocess.Popen(  # noqa: S603 - ours
            [sys.executable, "-I", "-S", _READER, json.dumps(sys.path), path, self._folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._end = weakref.finalize(self, _end, self._process, self._folder)

    def sheets(self) -> list[str]:
        """Return the names of the sheets, once it is open.

        Raises:
            UnreadableError: It is locked, damaged or none.
        """
        names: list[str] = self._answer()
        return names

    def ask(self, sheet: str) -> None:
        """Begin to read the cells of a sheet."""
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(f"{json.dumps(sheet)}\n".encode())
            stdin.flush()
        except OSError:  # it has ended, and `cells` says so
            return

    def cells(self) -> pl.DataFrame:
        """Return the cells of the sheet that was asked for last, as text.

        Raises:
            UnreadableError: They cannot be read.
        """
        return pl.read_ipc(self._answer())

    def _answer(self) -> Any:
        """Return the next word of the other process."""
        stdout = self._process.stdout
        assert stdout is not None
        line = stdout.readline()
        told = json.loads(line) if line.endswith(b"\n") else {}
        if "answer" in told:
            return told["answer"]
        if told.get("locked"):
            raise UnreadableError(LOCKED, alone=True)
        was_ended = not told and self._process.wait() < 0
        raise UnreadableError(TOO_MUCH if was_ended else self._mend, alone=was_ended)


def _end(process: "subprocess.Popen[bytes]", folder: Path) -> None:
    """End the other process, and clear away what it left."""
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    process.kill()
    process.wait()
    shutil.rmtree(folder, ignore_errors=True)
