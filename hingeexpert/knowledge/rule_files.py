"""Read the files of a folder of rules as bytes. What may stand in them is `loading.py`."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from hingeexpert.errors import KnowledgeError
from hingeexpert.formats.files import CASES, DEMO, files_below, read_plain

HAZARDS, HISTORY = "hazards", "history"
"""Folders beside the knowledge: the hazard log, and what was kept."""
CROWD, LABEL, PROVEN = "crowd.yaml", "label.yaml", "proven.yaml"
"""Files beside it: the shares of invented people, what is written of the label, what was proven."""
BESIDE = (CASES, DEMO, HAZARDS, HISTORY, CROWD, LABEL, PROVEN)
"""What lies in the folder without being knowledge: no diagnosis depends on it."""


@dataclass(frozen=True)
class RuleFiles:
    """The files of a folder of rules, by their names from there, in order of these names.

    Attributes:
        contents: Name to bytes.
        unreadable: Name to what the system says, for those that cannot be read.
        strangers: Names of what is no YAML, or lies too deep, and was not read.
    """

    contents: dict[str, bytes]
    unreadable: dict[str, str]
    strangers: tuple[str, ...]

    @cached_property
    def sha256(self) -> str:
        """The hash of the knowledge, hexadecimal digits, over every file but those beside it."""
        return hash_of(self.contents)


def read_rule_files(folder: Path) -> RuleFiles:
    """Read every file of a folder of rules, but for those beside the knowledge and hidden files.

    Raises:
        KnowledgeError: There is no such folder, or one inside cannot be looked into.
    """
    if not folder.is_dir():
        raise KnowledgeError.about(folder, "there is no such folder of rules")
    contents, unreadable = {}, {}
    try:
        names = [name for name, _ in files_below(folder, BESIDE)]
    except OSError as error:
        message = f"this folder cannot be read: {error.strerror}"
        raise KnowledgeError.about(error.filename, message) from None
    strangers = tuple(sorted(name for name in names if not _may_be_knowledge(name)))
    for name in sorted({*names} - {*strangers}, key=lambda name: name.split("/")):
        try:
            contents[name] = read_plain(folder / name)
        except OSError as error:
            unreadable[name] = error.strerror or str(error)
    return RuleFiles(contents, unreadable, strangers)


def hash_beside(folder: Path, pattern: str) -> str:
    """Return the hash of files beside the knowledge, as that of the knowledge is made.

    Args:
        folder: The folder of rules.
        pattern: Which files, as `Path.glob` takes it.
    """
    found = {path.relative_to(folder).as_posix(): path for path in folder.glob(pattern)}
    return hash_of({name: read_plain(found[name]) for name in sorted(found)})


def hash_of(contents: Mapping[str, bytes]) -> str:
    """Return the hash of some files by name, in their order: hexadecimal digits."""
    hashed = hashlib.sha256()
    for name, content in contents.items():
        hashed.update(os.fsencode(f"{name}\0{len(content)}\0") + content)
    return hashed.hexdigest()


def _may_be_knowledge(name: str) -> bool:
    """Return whether a file is worth reading: a folder that holds no rules at all may hold
    anything.
    """
    return name.endswith(".yaml") and name.count("/") <= 1
