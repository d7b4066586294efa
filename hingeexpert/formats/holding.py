"""One run at a time fills a folder: it holds it, and the next one is told who does.

What holds is a lock of the system, so that whoever died holds nothing.
"""

import json
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from hingeexpert.errors import InputError
from hingeexpert.formats.files import private_folder, write_whole

LOCK, HOLDER = ".lock", ".holder.json"
"""What is locked. Who holds it, as nobody else can read what is locked on Windows."""


class holding:  # noqa: N801 - reads as a word: with holding(folder)
    """A folder that this run alone fills, made if it is not there."""

    def __init__(self, folder: Path) -> None:
        """Note which."""
        self._folder = folder

    def __enter__(self) -> None:
        """Begin to hold it.

        Raises:
            InputError: Another run does.
            OSError: Nothing can be written there.
        """
        from filelock import FileLock, Timeout  # costs a start 100 ms

        self._is_new = not self._folder.exists()
        private_folder(self._folder)
        self._lock = FileLock(self._folder / LOCK, mode=0o600)
        while True:
            try:
                self._lock.acquire(blocking=False)
            except Timeout:
                raise InputError.about(self._folder, _held(self._folder)) from None
            if (self._folder / LOCK).exists():
                break
            self._lock.release()  # the one before has just taken it away, and ended
        since = datetime.now().isoformat(" ", "seconds")
        holder = json.dumps({"process": os.getpid(), "since": since})
        (self._folder / HOLDER).unlink(missing_ok=True)  # so that no link is followed
        write_whole(self._folder / HOLDER, holder.encode())

    def __exit__(self, *_: object) -> None:
        (self._folder / HOLDER).unlink(missing_ok=True)
        with suppress(OSError):  # Windows takes none away that is open
            (self._folder / LOCK).unlink()
        self._lock.release()
        if self._is_new:
            with suppress(OSError):  # it holds something, as it should
                self._folder.rmdir()


def _held(folder: Path) -> str:
    who = f"is being filled by another run{_who(folder)}"
    return f"{who}; wait until it has ended, or name another folder"


def _who(folder: Path) -> str:
    """Say who holds a folder, as far as that is known."""
    try:
        holder = json.loads((folder / HOLDER).read_bytes())
        return f" (process {holder['process']}, since {holder['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
