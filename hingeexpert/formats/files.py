"""Know where `rules/` and `reports/` lie, write a file whole or not at all, find every file below a
folder, and the forms in one.

The shipped folders lie inside an installed package, or beside the package in a checkout.
"""

import errno
import hashlib
import os
import stat
import sys
from collections.abc import Container, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

CASES = "cases"
"""Folder of the worked cases in `rules/`."""
DEMO = "demo.yaml"
"""The filled-in example form in `rules/`."""
FORM_ENDINGS = (".yaml", ".yml", ".json")
"""How the name of a single form ends."""
XML_ENDING = ".xml"
"""How the name of a form ends that was submitted by ODK or Kobo."""
PDF_ENDING = ".pdf"
"""How the name of a form ends that was filled in as a PDF."""
_PACKAGE = Path(__file__).resolve().parents[1]


def data_folder(name: str) -> Path:
    """Return the shipped folder of this name.

    Args:
        name: `rules` or `reports`.
    """
    installed = _PACKAGE / "_data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def is_installed(folder: Path) -> bool:
    """Return whether a folder is one of an installed package, which nobody writes to."""
    return folder.resolve().is_relative_to(_PACKAGE)


NO_LINK, BINARY = getattr(os, "O_NOFOLLOW", 0), getattr(os, "O_BINARY", 0)
NO_WAIT = getattr(os, "O_NONBLOCK", 0)
PRIVATE, USUAL, PRIVATE_FOLDER = 0o600, 0o666, 0o700
"""Who may read and write: the owner alone; whom the machine's mask lets."""
LONGEST_NAME = 255
"""Bytes that the name of a file may have on a disk."""
NO_SYNC = (errno.EINVAL, errno.ENOTSUP)
"""What a disk says that keeps the names in its folders in no other way."""


class replacing:  # noqa: N801 - reads as a word: with replacing(path) as file
    """A file that takes its name when the block ends well, and is gone when it does not.

    The one way to write a file. A link is followed. A device or a pipe is written straight. A file
    that is there keeps its owner and who may read it; a new one is the user's alone, for most that
    is written here is about a person. What an earlier run left unfinished is replaced.
    """

    def __init__(self, path: Path, *, private: bool = True) -> None:
        """Note where.

        Args:
            path: A name, also behind a link.
            private: Whether nobody else may read a new file.
        """
        self.path = Path(os.path.realpath(path)) if path.is_symlink() else path
        self.named, self.private = path, private
        self.beside = self.path.with_name(unfinished(self.path.name))

    def __enter__(self) -> IO[bytes]:
        self.before = self.path.stat() if self.path.exists() else None
        self.straight = self.before is not None and not stat.S_ISREG(self.before.st_mode)
        self.file = self.named.open("wb") if self.straight else self._new()
        return self.file

    def _new(self) -> IO[bytes]:
        """Open the file beside the name."""
        self.beside.unlink(missing_ok=True)
        rights = PRIVATE if self.private or self.before else USUAL
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK | BINARY
        file = os.fdopen(os.open(self.beside, flags, rights), "wb")
        if self.before is not None:
            self.beside.chmod(_rights_kept(file.fileno(), self.before))
        return file

    def __exit__(self, kind: object, *_: object) -> None:
        if self.straight:
            self.file.close()
            return
        if kind is None:
            try:
                self._end_well()
                return
            except FileExistsError:
                raise
            except BaseException:
                self._drop()
                raise
        self._drop()

    def _end_well(self) -> None:
        """Give the file its name, so that a power cut leaves it there."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self._check_own()
        self.file.close()
        self.beside.replace(self.path)
        keep_names(self.path.parent)

    def _drop(self) -> None:
        with suppress(OSError):  # what is still to be written finds no room either
            self.file.close()
        self.beside.unlink(missing_ok=True)

    def _check_own(self) -> None:
        """Stop where another run writes the same file by now: its part must not take the name."""
        beside = self.beside.lstat() if self.beside.exists() else None
        if beside is None or not os.path.samestat(os.fstat(self.file.fileno()), beside):
            self.file.close()
            raise FileExistsError(errno.EEXIST, "another run writes it at the same time")


def unfinished(name: str) -> str:
    """Return what a file is called until it is whole."""
    return f".{fitting(name, LONGEST_NAME - len('..unfinished'))}.unfinished"


def fitting(name: str, most: int = LONGEST_NAME) -> str:
    """Return a name that is not longer than so many bytes: one that is too long is cut, and a short
    hash of all of it stands at its end.
    """
    raw = os.fsencode(name)
    if len(raw) <= most:
        return name
    end = f"-{hashlib.sha256(raw).hexdigest()[:8]}"
    return raw[: most - len(end)].decode(errors="ignore") + end


def _rights_kept(handle: int, before: os.stat_result) -> int:
    """Give a file the owner of the one before it, as far as this user may, and return who may read
    and write it: as before, but for a group that is not the same.
    """
    mode = stat.S_IMODE(before.st_mode)
    if sys.platform == "win32":
        return mode
    for owner in (before.st_uid, -1):
        with suppress(PermissionError):
            os.fchown(handle, owner, before.st_gid)
            return mode
    return mode & ~stat.S_IRWXG


def keep_names(folder: Path) -> None:
    """Have the disk keep the names in a folder as they are now; Windows does so by itself."""
    flag = getattr(os, "O_DIRECTORY", None)
    if flag is None:
        return
    try:
        handle = os.open(folder, os.O_RDONLY | flag)
    except PermissionError:  # a folder to put files into, and to see nothing
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in NO_SYNC:
            raise
    finally:
        os.close(handle)


def write_whole(path: Path, content: bytes, *, private: bool = True) -> None:
    """Write a file whole or not at all; see `replacing`."""
    with replacing(path, private=private) as file:
        file.write(content)


def read_plain(path: Path) -> bytes:
    """Return the bytes of a file of a folder in which anybody may have put anything: of a file, and
    never of a pipe or a device, which could keep a reader waiting or have no end.

    Raises:
        OSError: It cannot be read, or is none.
    """
    with open(path, "rb", opener=_never_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is a pipe or a device", str(path))
        return file.read()


def _never_waiting(name: str, flags: int) -> int:
    return os.open(name, flags | NO_WAIT)


def appending(path: Path) -> IO[str]:
    """Open a file that nobody else may read, to write behind what it holds: the account of work
    that is under way.
    """
    return open(path, "a", encoding="utf-8", opener=_private)


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, PRIVATE)


def private_folder(path: Path) -> None:
    """Make a folder, if it is not there, that nobody else may look into."""
    path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)


def form_files(folder: Path, below: bool = False) -> list[Path]:
    """Return the single forms in a folder, sorted; hidden files are none, nor is a PDF without
    fields.

    Args:
        folder: Where to look.
        below: Look into the folders inside, too.

    Raises:
        ExtraError: There is a PDF, and what reads its fields is not installed.
    """
    paths = folder.rglob("*") if below else folder.iterdir()
    return sorted(
        path
        for path in paths
        if not path.name.startswith(".") and path.is_file() and _is_form(path)
    )


def _is_form(path: Path) -> bool:
    """Return whether a file is a form by its name, or a PDF to fill in."""
    ending = path.suffix.lower()
    if ending != PDF_ENDING:
        return ending in (*FORM_ENDINGS, XML_ENDING)
    from hingeexpert.formats.pdf_fields import may_have_fields

    return may_have_fields(path)


def files_below(
    folder: Path, left_out: Container[str] = (), inside: str = ""
) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
    """Yield every file below a folder, but for hidden ones, with its name from there.

    Reads each folder once and asks no file for more, as every start waits for it. Links to folders
    are not followed.

    Args:
        folder: Where to look.
        left_out: Names, with `/` between their parts, of files and folders to leave out.
        inside: The part of the folder to look at: its name with a `/` behind, or all of it.
    """
    with os.scandir(folder / inside) as entries:
        for entry in entries:
            name = inside + entry.name
            if entry.name.startswith(".") or name in left_out:
                continue
            if not entry.is_dir():
                yield name, entry
            elif not entry.is_symlink():
                yield from files_below(folder, left_out, f"{name}/")
