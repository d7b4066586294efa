"""Files that lie in a folder of rules without being knowledge: read and checked against it.

No diagnosis depends on them, so they have no part in the hash of the knowledge.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from hingeexpert.errors import KnowledgeError, Problem
from hingeexpert.formats.documents import Document, read_document
from hingeexpert.formats.files import read_plain
from hingeexpert.formats.validation import explained
from hingeexpert.knowledge.checked_files import frozen
from hingeexpert.knowledge.checks.references import reference_problems
from hingeexpert.knowledge.grammar import Reader
from hingeexpert.knowledge.loading import model_documents
from hingeexpert.knowledge.models.base import Entry
from hingeexpert.knowledge.vocabulary import Vocabulary, vocabulary_of

Model = TypeVar("Model", bound=Entry)


@dataclass(frozen=True)
class Beside(Generic[Model]):
    """One such file.

    Attributes:
        document: Its data, each value with its line.
        model: The same, checked.
    """

    document: Document
    model: Model


def vocabulary_of_folder(folder: Path) -> Vocabulary:
    """Return the names that a folder of rules offers to the files beside it.

    Raises:
        KnowledgeError: There is no such folder.
    """
    return vocabulary_of(model_documents(folder))


def read_beside(
    folder: Path,
    pattern: str,
    model: type[Model],
    vocabulary: Vocabulary,
    reader: Reader | None = None,
) -> dict[str, Beside[Model]]:
    """Read the files of one kind, by their names from the folder, in the order of these.

    Args:
        folder: The folder of rules.
        pattern: Which files, as `Path.glob` takes it: `crowd.yaml`, `hazards/*.yaml`.
        model: What each of them must hold.
        vocabulary: The names that they may use.
        reader: What reads their conditions, where it is not that of the rules.

    Raises:
        KnowledgeError: With every problem of every file.
    """
    documents = documents_beside(folder, pattern)
    context = {"reader": reader or Reader(vocabulary)}
    problems: list[Problem] = []
    read: dict[str, Beside[Model]] = {}
    for file, document in documents.items():
        problems += document.problems
        if document.complete:
            problems += reference_problems(model, document, vocabulary)
            try:
                read[file] = Beside(document, _checked(document, model, context))
            except ValidationError as error:
                problems += explained(document, model, error.errors(include_url=False))
    if problems:
        raise KnowledgeError(sorted(set(problems), key=_place))
    return read


def documents_beside(folder: Path, pattern: str) -> Mapping[str, Document]:
    """Return the raw data of the files of one kind, as `read_beside` reads them."""
    contents = contents_beside(folder, pattern)
    return {name: read_document(name, content) for name, content in contents}


def contents_beside(folder: Path, pattern: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files of one kind, with their names from the folder.

    Raises:
        KnowledgeError: One cannot be read.
    """
    for path in sorted(folder.glob(pattern)):
        try:
            yield path.relative_to(folder).as_posix(), read_plain(path)
        except OSError as error:
            raise KnowledgeError.about(
                path, f"this file cannot be read: {error.strerror}"
            ) from None


def _checked(document: Document, model: type[Model], context: Mapping[str, Reader]) -> Model:
    """Return the data of a file as its model."""
    return model.model_validate(frozen(document.data), context=context)


def _place(problem: Problem) -> tuple[str, int, str, str]:
    return problem.file, problem.line or 0, problem.path, problem.message
