"""Write a file whole or not at all: beside its place first, then renamed."""

import os
from pathlib import Path
from typing import IO


class replacing:  # noqa: N801 - reads as a word: with replacing(path) as file
    """A file that takes its name when the block ends well, and is gone when it does not."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.beside = path.with_name(f".{path.name}.unfinished")

    def __enter__(self) -> IO[bytes]:
        self.file = self.beside.open("wb")
        return self.file

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.file.flush()
            os.fsync(self.file.fileno())
        self.file.close()
        if kind is None:
            self.beside.replace(self.path)
        else:
            self.beside.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    with replacing(path) as file:
        file.write(content)
