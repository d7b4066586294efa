"""The files of a folder of rules, each parsed and checked by itself; again only where it must be.

What must fit between files is `checks`; putting them together is `loading.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from hingeexpert.errors import Problem
from hingeexpert.formats.documents import Document, read_document
from hingeexpert.formats.validation import explained
from hingeexpert.knowledge.checks.references import reference_problems
from hingeexpert.knowledge.grammar import PLACE, Reader
from hingeexpert.knowledge.models.base import Entry
from hingeexpert.knowledge.models.files import model_of
from hingeexpert.knowledge.vocabulary import Vocabulary, vocabulary_of


@dataclass(frozen=True, eq=False)
class ParsedFile:
    """A file as it was parsed.

    Attributes:
        content: Its bytes.
        document: Its data, each value with its line.
        mentions: Every text that may be a name, and every parameter in a text.
    """

    content: bytes
    document: Document
    mentions: frozenset[str]


@dataclass(frozen=True)
class CheckedFile:
    """A file as it was checked against the names of the others.

    Attributes:
        parsed: What was checked.
        model: What it holds; `None` where it is not good by itself.
        problems: What is wrong with it by itself, and with the names in it.
    """

    parsed: ParsedFile
    model: Entry | None
    problems: tuple[Problem, ...]


class FileChecks:
    """Checks one state of a folder after the other, and keeps what came of each file of the last
    one.

    A file is parsed again where its bytes changed. It is checked again where it was parsed again,
    where a parameter that it mentions has another value, or where any name came or went.

    Attributes:
        vocabulary: The names that the files of the last state may use of each other.
        files: The files of the last state, by name.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.vocabulary = Vocabulary()
        self.files: dict[str, CheckedFile] = {}

    def check(self, contents: Mapping[str, bytes]) -> None:
        """Parse and check the files that have a place in a knowledge base.

        Args:
            contents: Name to bytes.
        """
        parsed = {
            file: self._parsed(file, content)
            for file, content in contents.items()
            if model_of(file) is not None
        }
        vocabulary = vocabulary_of({file: item.document for file, item in parsed.items()})
        named_alike = vocabulary.without_numbers == self.vocabulary.without_numbers
        moved = _moved(self.vocabulary, vocabulary)
        reader = Reader(vocabulary)
        checked: dict[str, CheckedFile] = {}
        for file, item in parsed.items():
            before = self.files.get(file)
            same = before is not None and before.parsed is item
            if before is not None and same and named_alike and moved.isdisjoint(item.mentions):
                checked[file] = before
            else:
                checked[file] = _checked(item, reader)
        self.vocabulary, self.files = vocabulary, checked

    def _parsed(self, file: str, content: bytes) -> ParsedFile:
        """Return a file as the last state left it, if it has the same bytes; else parse it."""
        before = self.files.get(file)
        if before is not None and before.parsed.content == content:
            return before.parsed
        document = read_document(file, content)
        return ParsedFile(content, document, frozenset(_mentions(document.data)))


def _moved(before: Vocabulary, after: Vocabulary) -> set[str]:
    """Return the parameters that have another value."""
    known = before.parameters
    return {name for name, value in after.parameters.items() if known.get(name) != value}


def _checked(parsed: ParsedFile, reader: Reader) -> CheckedFile:
    """Check a file by itself, and the names in it, also where it is broken otherwise."""
    document = parsed.document
    model = model_of(document.file)
    assert model is not None
    problems = [*document.problems, *reference_problems(model, document, reader.vocabulary)]
    entry = None
    if document.complete:
        try:
            data = frozen(document.data)
            entry = model.model_validate(data, context={"reader": reader})
        except ValidationError as error:
            told = {problem.path for problem in document.problems}
            found = explained(document, model, error.errors(include_url=False))
            problems += [problem for problem in found if problem.path not in told]
    return CheckedFile(parsed, entry, tuple(problems))


def frozen(data: Any) -> Any:
    """Return the data with tuples for lists, as strict models want them."""
    if isinstance(data, dict):
        return {key: frozen(value) for key, value in data.items()}
    return tuple(frozen(value) for value in data) if isinstance(data, list) else data


def _mentions(data: Any) -> Iterator[str]:
    """Yield every text that may be a name, and every parameter in a text; keys are where things are
    made and not where they are used.
    """
    if isinstance(data, str):
        yield data
        yield from PLACE.findall(data)
    elif isinstance(data, dict):
        for value in data.values():
            yield from _mentions(value)
    elif isinstance(data, list):
        for value in data:
            yield from _mentions(value)
