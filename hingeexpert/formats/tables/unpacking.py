"""Packed tables: gzip, and a zip archive that holds exactly one.

Owns how much may come out of a file. What was unpacked lies in a folder that only the user may
read, and goes with the table that was read from it, at the latest when the program ends.
"""

import gzip
import shutil
import tempfile
import weakref
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO

from hingeexpert.errors import clean, listed
from hingeexpert.formats.tables.guard import guarded
from hingeexpert.formats.tables.refused import UnreadableError
from hingeexpert.formats.tables.table import Table

MOST_TIMES = 300
"""How many times its packed size a table may have."""
ALWAYS = 256 << 20
"""Bytes that any packed table may have."""
MOST_TIMES_OF_A_WORKBOOK, ALWAYS_OF_A_WORKBOOK = 60, 64 << 20
"""The same for a workbook, which is not unpacked onto the disk."""
_PIECE = 1 << 20


class Unpacked:
    """A table that was unpacked into a folder of its own.

    Attributes:
        path: The file there.
    """

    def __init__(self, name: str) -> None:
        """Make the folder.

        Args:
            name: For the file.
        """
        self._folder = Path(tempfile.mkdtemp(prefix="hingeexpert-"))
        self._end = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self.path = self._folder / (PurePosixPath(name).name or "table")

    def keep_for(self, tables: list[Table]) -> list[Table]:
        """Keep the file until the last of these tables is gone."""
        for table in tables:
            table.kept = self
        return tables


def from_gzip(path: Path) -> Unpacked:
    """Unpack a file that gzip packed.

    Raises:
        UnreadableError: It is damaged, or too much comes out of it.
    """
    unpacked = Unpacked(path.stem if path.suffix.lower() == ".gz" else path.name)
    with guarded("pack it again, or unpack it first"), gzip.open(path) as packed:
        _copy(packed, unpacked.path, path.stat().st_size)
    return unpacked


def from_zip(archive: zipfile.ZipFile) -> tuple[Unpacked, str]:
    """Unpack the one table of an archive.

    Returns:
        It, and its name in the archive.

    Raises:
        UnreadableError: The archive holds none or several, is locked or damaged, or too much comes
            out of it.
    """
    files = [item for item in archive.infolist() if not item.is_dir() and _counts(item.filename)]
    if len(files) != 1:
        raise UnreadableError(_not_one(files), alone=True)
    (file,) = files
    if file.flag_bits & 1:
        raise UnreadableError("the archive is locked with a password; unpack it first", alone=True)
    unpacked = Unpacked(file.filename)
    with guarded("pack it again, or unpack it first"), archive.open(file) as packed:
        _copy(packed, unpacked.path, file.compress_size)
    return unpacked, file.filename


def _counts(name: str) -> bool:
    """Return whether a file of an archive is one that somebody put there."""
    parts = PurePosixPath(name).parts
    return "__MACOSX" not in parts and not parts[-1].startswith(".")


def _not_one(files: list[zipfile.ZipInfo]) -> str:
    """Say what an archive holds that does not hold exactly one table."""
    if not files:
        return "the archive is empty; one table in it is read"
    names = listed([clean(item.filename) for item in files], most=6)
    return f"the archive holds {len(files)} files: {names}; one alone is read, so unpack it first"


def check_workbook(archive: zipfile.ZipFile) -> None:
    """Refuse a workbook of which far too much would come out.

    Raises:
        UnreadableError: It says so itself.
    """
    packed = sum(item.compress_size for item in archive.infolist())
    unpacked = sum(item.file_size for item in archive.infolist())
    if unpacked > max(ALWAYS_OF_A_WORKBOOK, MOST_TIMES_OF_A_WORKBOOK * packed):
        raise _too_much(MOST_TIMES_OF_A_WORKBOOK)


def _copy(packed: IO[bytes] | gzip.GzipFile, path: Path, size: int) -> None:
    """Copy what comes out of a packed file, as long as that is in proportion to its size."""
    done = 0
    with path.open("wb") as file:
        while piece := packed.read(_PIECE):
            done += len(piece)
            _check(done, size)
            file.write(piece)


def _check(done: int, packed: int) -> None:
    if done > max(ALWAYS, MOST_TIMES * packed):
        raise _too_much(MOST_TIMES)


def _too_much(times: int) -> UnreadableError:
    most = f"more than {times} times its size comes out of it"
    return UnreadableError(f"{most}, as no table does; unpack it yourself if it is one")
