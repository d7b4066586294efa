"""The files of a knowledge base as the checks between them see them: what is good by itself, and
every line.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hingeexpert.errors import Problem
from hingeexpert.formats.documents import Document, Path
from hingeexpert.knowledge.answer_kinds import not_among
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

    def not_answers(self, file: str, path: Path, given: Mapping[str, str]) -> Iterator[Problem]:
        """Yield a problem for each value that is no answer to its question.

        Args:
            file: Where the values stand.
            path: The key that they stand under.
            given: Observable to value; an unknown observable is told elsewhere.
        """
        for name, value in given.items():
            allowed = self.names.values.get(name)
            if allowed is not None and value not in allowed:
                yield self.problem(file, (*path, name), not_among(value, allowed))
