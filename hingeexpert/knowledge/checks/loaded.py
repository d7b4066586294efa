"""The files of a knowledge base as the checks between them see them: what is good by itself, and
every line.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hingeexpert.errors import Problem
from hingeexpert.formats.documents import Document, Path
from hingeexpert.knowledge.vocabulary import Vocabulary


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
