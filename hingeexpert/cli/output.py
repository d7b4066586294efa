"""Where a command writes, at a path that the user named: nothing is overwritten unasked, and never
what the command reads.

The only way from a command to a file. A file is written whole or not at all, a device or a pipe
straight. What a run of `batch` does inside its folder is `batch/output_folder.py`.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hingeexpert.cli.options import STANDARD_INPUT
from hingeexpert.errors import InputError, OutputError

if TYPE_CHECKING:
    from typing import BinaryIO

OWN_RESULTS = ".results"
"""Says of a folder that `diagnose` made it."""
STREAMS = {
    "/dev/stdout": "stdout",
    "/dev/fd/1": "stdout",
    "/dev/stderr": "stderr",
    "/dev/fd/2": "stderr",
}
"""Names of what is open already; opened anew they could be cut to nothing."""


def overwrite_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--overwrite`."""
    return click.option(
        "--overwrite", is_flag=True, help="Replace what -o names, if it is there already."
    )(command)


def file_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `-o`: the one file of a command that prints where none is named."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        help="File; standard output where it is not given.",
    )(command)


@dataclass(frozen=True)
class Output:
    """A path to write to.

    Attributes:
        path: As the user named it.
        overwrite: Whether a file that is there may be replaced.
        inputs: What the command reads: files, folders, or `-` for standard input. `None` is
            nothing.
        private: Whether nobody else may read a new file; only what is about no person is not.
    """

    path: Path
    overwrite: bool
    inputs: Collection[str | Path | None] = ()
    private: bool = True

    def check(self) -> None:
        """Stop where the path must not be written.

        Raises:
            OutputError: A file is there and may not be replaced, or it is read by this command.
        """
        there = _status(self.path)
        if there is None:
            self._check_new()
            return
        if self._is_straight(there):
            return
        if stat.S_ISDIR(there.st_mode):
            raise OutputError.about(self.path, "is a folder; name a file")
        for name in self.inputs:
            if name is not None and _is_read(self.path, there, name):
                message = "is read by this command, so it is never overwritten; name another file"
                raise OutputError.about(self.path, message)
        if not self.overwrite:
            message = "is there already; name another file, or give --overwrite to replace it"
            raise OutputError.about(self.path, message)

    def _check_new(self) -> None:
        """Stop where a new file would lie in a folder that the command reads: it could be read as
        one of its files the next time.
        """
        named = (Path(name) for name in self.inputs if name not in (None, STANDARD_INPUT))
        for folder in filter(Path.is_dir, named):
            if self.path.resolve().is_relative_to(folder.resolve()):
                message = "lies in a folder that this command reads; name another folder"
                raise OutputError.about(self.path, message)

    def write(self, content: str | bytes) -> None:
        """Write a file whole or not at all, or straight to a device or a pipe.

        Raises:
            OutputError: See `check`.
            InputError: It cannot be written.
        """
        from hingeexpert.formats.files import write_whole

        self.check()
        raw = content.encode() if isinstance(content, str) else content
        stream = STREAMS.get(str(self.path))
        if stream is not None:
            _write_stream(stream, raw)
            return
        try:
            write_whole(self.path, raw, private=self.private)
        except OSError as error:
            raise InputError.about(self.path, f"cannot be written: {error.strerror}") from None

    def _is_straight(self, there: os.stat_result) -> bool:
        """Whether it is no plain file and no folder, or a stream that is open already."""
        if str(self.path) in STREAMS:
            return True
        return not (stat.S_ISREG(there.st_mode) or stat.S_ISDIR(there.st_mode))


def check_folder(
    path: Path, own: Collection[str], inputs: Collection[str | Path | None] = ()
) -> None:
    """Stop where a folder must not be filled: it must be empty, but for hidden files, or the
    command's own.

    Args:
        path: The folder; it need not be there.
        own: Names of which the command leaves one in each of its folders.
        inputs: What the command reads and could overwrite there.

    Raises:
        OutputError: It holds something else, or an input, or is no folder.
    """
    there = _status(path)
    if there is None:
        return
    if not stat.S_ISDIR(there.st_mode):
        raise OutputError.about(path, "is a file; name a folder")
    names = {entry.name for entry in path.iterdir()}
    if names.isdisjoint(own) and any(not name.startswith(".") for name in names):
        message = "holds other files, so nothing is written there; name an empty or a new folder"
        raise OutputError.about(path, message)
    for file in filter(Path.is_file, path.iterdir()):
        if any(_is_read(file, file.stat(), name) for name in inputs if name is not None):
            message = "is read by this command, so nothing is written beside it; name a new folder"
            raise OutputError.about(file, message)


def _status(path: Path) -> os.stat_result | None:
    """Return what is at a path, behind links; `None` where nothing is."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError.about(path, f"cannot be written: {error.strerror}") from None


def _is_read(path: Path, there: os.stat_result, name: str | Path) -> bool:
    """Whether a file is an input, however either is spelled, or lies in a folder that is one."""
    try:
        if name == STANDARD_INPUT:
            return os.path.samestat(there, os.fstat(sys.stdin.fileno()))
        if Path(name).is_dir():
            return path.resolve().is_relative_to(Path(name).resolve())
        return path.samefile(name)
    except OSError:
        return False


def _write_stream(name: str, raw: bytes) -> None:
    stream: BinaryIO = getattr(sys, name).buffer
    stream.write(raw)
    stream.flush()
