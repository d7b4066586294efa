"""Several files of a folder written as one: all of them or none, also where the writer is killed.

All that is to be written is first written down, whole, in one hidden file of the folder. From then
on it counts as written, and whoever comes next to the folder finishes it.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hingeexpert.errors import InputError, Problem
from hingeexpert.formats.files import keep_names, read_plain, write_whole

NOTED = ".together.json"
"""What is to be written, until it is."""
OUTSIDE = "is a link to a file outside of the folder, and is not written; put the file there itself"
Contents = Mapping[str, bytes | None]
"""Names below a folder, with `/` between their parts, to what stands there; `None` is no file."""


def write_together(folder: Path, contents: Contents) -> None:
    """Write some files of a folder, all of them or none.

    Args:
        folder: It is there, and this run alone writes there.
        contents: What is to stand there.

    Raises:
        InputError: A file lies outside of the folder, behind a link.
        OSError: The disk is full or broken. Nothing is written, or the next run finishes it.
    """
    if outside := leading_out(folder, [NOTED, *contents]):
        raise InputError(Problem(str(folder / name), None, "", OUTSIDE) for name in outside)
    noted = [_Noted.of(folder, name, content).data() for name, content in contents.items()]
    write_whole(folder / NOTED, json.dumps(noted).encode(), private=False)
    finish_together(folder)


def finish_together(folder: Path) -> tuple[str, ...]:
    """Finish what an earlier run had begun to write, if there is anything.

    Returns:
        The files that somebody has changed since, which are left as they are.

    Raises:
        InputError: What is noted there is not of this program.
    """
    path = folder / NOTED
    if not path.exists():
        return ()
    left = [noted.name for noted in _noted(path) if not noted.finish(folder)]
    path.unlink()
    keep_names(folder)
    return tuple(left)


@dataclass(frozen=True)
class _Noted:
    """One file that is to be written.

    Attributes:
        before: The hash of what stood there; `None` where nothing did.
        content: What is to stand there.
    """

    name: str
    before: str | None
    content: bytes | None

    @classmethod
    def of(cls, folder: Path, name: str, content: bytes | None) -> "_Noted":
        """Note what is to be written over what stands there now."""
        return cls(name, _hash(_read(folder / name)), content)

    def data(self) -> list[str | None]:
        """Return it as JSON has it."""
        raw = None if self.content is None else base64.b64encode(self.content).decode()
        return [self.name, self.before, raw]

    def finish(self, folder: Path) -> bool:
        """Write it where that is not done yet; return whether it stands there now."""
        path = folder / self.name
        now = _hash(_read(path))
        if now == _hash(self.content):
            return True
        if now != self.before:
            return False
        if self.content is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, self.content, private=False)
        return True


def _noted(path: Path) -> list[_Noted]:
    """Read what is to be written."""
    strange = InputError.about(path, "is not of this program; take it away, then try again")
    try:
        noted = [_one_noted(item) for item in json.loads(read_plain(path))]
        outside = leading_out(path.parent, [item.name for item in noted])
    except (ValueError, TypeError, RecursionError):
        raise strange from None
    if outside:
        raise strange
    return noted


def leading_out(folder: Path, names: Iterable[str]) -> list[str]:
    """Return the names that lead out of a folder, by themselves or by a link."""
    inside = folder.resolve()
    return [name for name in names if not (inside / name).resolve().is_relative_to(inside)]


def _one_noted(item: Any) -> _Noted:
    name, before, raw = item
    return _Noted(name, before, None if raw is None else base64.b64decode(raw, validate=True))


def _read(path: Path) -> bytes | None:
    return read_plain(path) if path.exists() else None


def _hash(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()
