"""Read the files of a folder of rules as bytes. What may stand in them is `loading.py`."""

import hashlib
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from hingeexpert.errors import KnowledgeError, Problem
from hingeexpert.files import files_below
from hingeexpert.paths import CASES, DEMO

BESIDE = (CASES, DEMO)
"""What lies in the folder without being knowledge."""


@dataclass(frozen=True)
class RuleFiles:
    """The files of a folder of rules, by their names from there, in order of these names.

    Attributes:
        contents: Name to bytes.
        unreadable: Name to what the system says, for those that cannot be read.
    """

    contents: dict[str, bytes]
    unreadable: dict[str, str]

    @cached_property
    def sha256(self) -> str:
        """The hash of the knowledge, hexadecimal digits, over every file but the worked cases."""
        hashed = hashlib.sha256()
        for name, content in self.contents.items():
            hashed.update(os.fsencode(f"{name}\0{len(content)}\0") + content)
        return hashed.hexdigest()


def read_rule_files(folder: Path) -> RuleFiles:
    """Read every file of a folder of rules, but for worked cases, the example and hidden files.

    Raises:
        KnowledgeError: There is no such folder.
    """
    if not folder.is_dir():
        raise KnowledgeError([Problem(str(folder), None, "", "there is no such folder of rules")])
    contents, unreadable = {}, {}
    names = [name for name, _ in files_below(folder, BESIDE)]
    for name in sorted(names, key=lambda name: name.split("/")):
        try:
            contents[name] = (folder / name).read_bytes()
        except OSError as error:
            unreadable[name] = error.strerror or str(error)
    return RuleFiles(contents, unreadable)
