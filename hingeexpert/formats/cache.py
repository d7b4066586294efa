"""Keep what takes long to make in the user's cache folder, and recall it at the next start.

Owns the folder, and who is trusted with it. What lies there is only ever a copy of what the files
of the program and of the rules give, found by their content. Whatever is damaged, is not ours or
could be written by others is passed over as if it were not there. Nothing of a patient is kept
here.
"""

import hashlib
import os
import stat
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

import platformdirs

from hingeexpert import __version__
from hingeexpert.formats.files import BINARY, NO_LINK, NO_WAIT, files_below

DIGEST = hashlib.sha256().digest_size
WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
PRIVATE = 0o700


def recall(kind: str, key: str) -> bytes | None:
    """Return what was kept, or `None` where it is not there or cannot be trusted.

    Args:
        kind: A word for what it is.
        key: What it was made of, see `key_of`.
    """
    folder = _folder()
    try:
        if not _is_usable(folder):
            return None
        handle = os.open(folder / f"{kind}-{key}", os.O_RDONLY | NO_LINK | NO_WAIT | BINARY)
        with os.fdopen(handle, "rb") as file:
            state = os.fstat(handle)
            if not stat.S_ISREG(state.st_mode) or not _is_ours(state):
                return None
            digest, content = file.read(DIGEST), file.read()
    except OSError:
        return None
    return content if hashlib.sha256(content).digest() == digest else None


def keep(kind: str, key: str, content: bytes, most: int) -> None:
    """Keep something for `recall`, whole or not at all; nothing where the folder cannot be used.

    Args:
        kind: A word for what it is.
        key: What it was made of.
        content: The bytes.
        most: How many of this kind are kept; the oldest go.
    """
    folder = _folder()
    with suppress(OSError):
        if folder.is_absolute():
            folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        if _is_usable(folder):
            _write(folder / f"{kind}-{key}", hashlib.sha256(content).digest() + content)
            _forget_oldest(folder, kind, most)


def key_of(*parts: str) -> str:
    """Return the key, hexadecimal digits, of what this program makes of these parts on this
    Python.
    """
    made_of = "\0".join((*parts, __version__, sys.version, *_program()))
    return hashlib.sha256(os.fsencode(made_of)).hexdigest()


@cache
def _program() -> tuple[str, ...]:
    """Return size and time of every module, so that a program changed in place recalls nothing
    old.
    """
    states = []
    for name, entry in files_below(Path(__file__).parents[1]):
        if name.endswith(".py"):
            state = entry.stat()
            states.append(f"{entry.path} {state.st_size} {state.st_mtime_ns}")
    return tuple(sorted(states))


def _folder() -> Path:
    return platformdirs.user_cache_path("hingeexpert", appauthor=False)


def _is_usable(folder: Path) -> bool:
    """Return whether the folder is ours.

    Who has no home has none: its path then begins with a `~` that stands for nothing. Nor is there
    one in a browser, which keeps no files.
    """
    if sys.platform == "emscripten":
        return False
    return folder.is_absolute() and _is_ours(folder.lstat())


def _is_ours(state: os.stat_result) -> bool:
    """Return whether a file or folder belongs to this user, and nobody else can write it.

    On Windows the rights of the user's own folder keep others out.
    """
    if sys.platform == "win32":
        return True
    return state.st_uid == os.geteuid() and not state.st_mode & WRITABLE_BY_OTHERS


def _write(path: Path, content: bytes) -> None:
    """Write a file beside its place under a name of its own, so that two starts at once do not
    meet.
    """
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def _forget_oldest(folder: Path, kind: str, most: int) -> None:
    kept = sorted(folder.glob(f"{kind}-*"), key=lambda path: path.stat().st_mtime)
    for path in kept[:-most]:
        path.unlink(missing_ok=True)
