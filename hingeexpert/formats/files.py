"""Know where `rules/` and `reports/` lie, write a file whole or not at all, find every file below a
folder, and the forms in one.

The shipped folders lie inside an installed package, or beside the package in a checkout.
"""

import errno
import os
import stat
from collections.abc import Container, Iterator
from pathlib import Path
from typing import IO

CASES = "cases"
"""Folder of the worked cases in `rules/`."""
DEMO = "demo.yaml"
"""The filled-in example form in `rules/`."""
FORM_ENDINGS = (".yaml", ".yml", ".json")
"""How the name of a single form ends."""
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


NO_LINK, BINARY = getattr(os, "O_NOFOLLOW", 0), getattr(os, "O_BINARY", 0)


class replacing:  # noqa: N801 - reads as a word: with replacing(path) as file
    """A file that takes its name when the block ends well, and is gone when it does not.

    What an earlier run left unfinished is replaced; a link of that name leads nowhere. The file may
    be read by whom the file before it let, else as the machine's mask says; with a mode, as that
    says, from its first byte on.
    """

    def __init__(self, path: Path, mode: int | None = None) -> None:
        self.path, self.mode = path, mode
        self.beside = path.with_name(f".{path.name}.unfinished")

    def __enter__(self) -> IO[bytes]:
        self.beside.unlink(missing_ok=True)
        handle = os.open(
            self.beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK | BINARY, 0o600
        )
        self.beside.chmod(_mode(self.path) if self.mode is None else self.mode)
        self.file = os.fdopen(handle, "wb")
        return self.file

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.file.flush()
            os.fsync(self.file.fileno())
            self._check_own()
        self.file.close()
        if kind is None:
            self.beside.replace(self.path)
        else:
            self.beside.unlink(missing_ok=True)

    def _check_own(self) -> None:
        """Stop where another run writes the same file by now: its part must not take the name."""
        if not os.path.samestat(os.fstat(self.file.fileno()), self.beside.lstat()):
            self.file.close()
            raise FileExistsError(errno.EEXIST, "another run writes it at the same time")


def _mode(path: Path) -> int:
    """Return who may read and write a file: as before, or as the mask says of a new one."""
    if path.is_file():
        return stat.S_IMODE(path.stat().st_mode) | stat.S_IWUSR
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    with replacing(path) as file:
        file.write(content)


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
        return ending in FORM_ENDINGS
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
