"""The files of a knowledge base as the checks between them see them: what is good by itself, and
every line.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hingeexpert.errors import Problem
from hingeexpert.formats.documents import Document, Path
from hingeexpert.knowledge.grammar import Vocabulary


@dataclass(frozen=True)
class LoadedFiles:
    """The good files, and problems with the file and line of what is meant.

    Attributes:
        models: File to what it holds, for every file that is good by itself.
        documents: All files, for lines.
        names: What the files may name of each other.
    """

    models: Mapping[str, Any]
    documents: Mapping[str, Document]
    names: Vocabulary

    def of(self, folder: str) -> Iterator[tuple[str, str, Any]]:
        """Yield file, name and model of every good file of a folder."""
        for file, model in self.models.items():
            if file.startswith(f"{folder}/"):
                yield file, file.removeprefix(f"{folder}/").removesuffix(".yaml"), model

    def problem(self, file: str, path: Path, message: str) -> Problem:
        """Return a problem at a place of a file, with its line."""
        return self.documents[file].problem(path, message)


def names_at(data: Any, pattern: Sequence[str], path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield place and text of everything at a pattern of keys, where `*` stands for every entry of
    a list.
    """
    if not pattern:
        if isinstance(data, str):
            yield path, data
    elif pattern[0] == "*":
        for number, value in enumerate(data if isinstance(data, list) else ()):
            yield from names_at(value, pattern[1:], (*path, number))
    elif isinstance(data, dict):
        yield from names_at(data.get(pattern[0]), pattern[1:], (*path, pattern[0]))
