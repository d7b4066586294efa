"""Read one YAML 1.2 or JSON document into plain data, and remember the line of every value.

Works on the parser's events, so that no input can make it recurse, grow or run anything: anchors,
aliases and tags are refused, depth and size are bounded, a repeated key is a problem with its line.
Knows nothing of forms or rules.
"""

import codecs
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.reader import ReaderError

from hingeexpert.errors import InputError, Problem, clean

if not yaml.__with_libyaml__:
    # The next import wants the quick loaders of libyaml, which a browser does not have.
    yaml.CBaseLoader = yaml.BaseLoader  # type: ignore[misc, assignment]
    yaml.CBaseDumper = yaml.BaseDumper  # type: ignore[misc, assignment]

import yamlcore

MOST_BYTES = 2_000_000
"""Largest document that is read."""
MOST_DEPTH = 30
"""Deepest nesting that is read."""
MOST_VALUES = 10_000
"""Most keys and values that are read; the longest file of the rules has a fifth of it."""
MOST_DIGITS = 40
"""Longest number that is read, in characters."""

Path = tuple[str | int, ...]
_SURROGATES = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_TAG = "tag:yaml.org,2002:"


@dataclass
class Document:
    """A parsed file.

    Attributes:
        file: Its name for messages.
        data: Maps, lists, text, numbers, truth values and `None`.
        lines: Line (from 1) of the value at a path.
        texts: What is written at a path that holds a number or a truth value.
        problems: What was wrong with the text itself.
        complete: Whether it could be read to its end.
    """

    file: str
    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    texts: dict[Path, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    complete: bool = True

    def problem(self, path: Path, message: str) -> Problem:
        """Return a problem at this path, with the line of the nearest value that has one."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        return Problem(self.file, self.lines.get(known), written(path), message)


def value_at(data: Any, path: Path) -> Any:
    """Return what stands at a path of some data, or `None` where there is no such place."""
    for step in path:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def written(path: Path) -> str:
    """Write a path as `rules[0].when`, with nothing that moves a cursor or turns text around."""
    return "".join(
        f"[{part}]" if isinstance(part, int) else f".{clean(part)}" for part in path
    ).removeprefix(".")


def read_bytes(file: str) -> bytes:
    """Return the bytes of a file, of one that is too long only so many as show that it is.

    Raises:
        InputError: It cannot be read.
    """
    try:
        with open(file, "rb") as opened:  # noqa: PTH123 - `Path` is a place in a document here
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError.about(file, f"cannot be read: {error.strerror}") from None


def read_document(file: str, raw: bytes) -> Document:
    """Parse the bytes of one document.

    Args:
        file: Name for messages.
        raw: UTF-8 with or without byte order mark; YAML 1.2 core schema, or JSON.

    Returns:
        The document. With problems, its data holds what could be read.
    """
    document = Document(file)
    try:
        if len(raw) > MOST_BYTES:
            raise _UnreadableError(
                None, f"the file has {len(raw)} bytes; at most {MOST_BYTES} are read"
            )
        text = _text(raw)
        try:
            _Builder(document).build(yamlcore.CCoreLoader(text))
        except yaml.YAMLError as error:
            _look_before(error, text)
            raise _UnreadableError(
                _line_of(error, text), f"this is not YAML or JSON: {_reason(error)}"
            ) from None
        if document.data is None and not document.problems:
            raise _UnreadableError(1, "the file is empty; keys with values are needed")
    except _UnreadableError as error:
        document.complete = False
        document.problems.append(Problem(file, error.line, written(error.path), str(error)))
    return document


class _UnreadableError(Exception):
    """The rest of the text cannot be read."""

    def __init__(self, line: int | None, message: str, path: Path = ()) -> None:
        super().__init__(message)
        self.line = line
        self.path = path


def _text(raw: bytes) -> str:
    """Decode a document, and bridge the two places where JSON is not YAML."""
    start = len(raw) - len(raw.removeprefix(codecs.BOM_UTF8))
    try:
        text = raw[start:].decode("utf-8")
    except UnicodeDecodeError as error:
        start += error.start
        line = raw.count(b"\n", 0, start) + 1
        raise _UnreadableError(
            line, f"byte {start} is not UTF-8; save the file as UTF-8 text"
        ) from None
    return _json_as_yaml(text) if text.lstrip().startswith("{") else text


def _look_before(error: yaml.YAMLError, text: str) -> None:
    """Raise what is wrong before the place where the parser gave up.

    The parser looks up to 1,024 characters ahead for the colon of a key before it tells what it
    saw. So it may stumble, be it over its own bound on depth, while the builder waits. Cut off
    there, the text has no more to look at, and all that stands before it is told.
    """
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        with suppress(yaml.YAMLError):
            _Builder(Document("")).build(yamlcore.CCoreLoader(text[: mark.index]))


def _line_of(error: yaml.YAMLError, text: str) -> int:
    """Return the line of an error; the reader of characters gives a byte, the parser a mark."""
    if isinstance(error, ReaderError):
        return text.encode()[: error.position].count(b"\n") + 1
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark else 1


def _reason(error: yaml.YAMLError) -> str:
    """Return what the parser says, and what it was doing."""
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
    context = getattr(error, "context", None)
    return f"{reason} ({context})" if context else reason


def _json_as_yaml(text: str) -> str:
    """Bridge the two places where JSON is not YAML: tabs between values, and characters written as
    two surrogates.
    """

    def join(match: re.Match[str]) -> str:
        return bytes.fromhex(match[1] + match[2]).decode("utf-16-be")

    return _SURROGATES.sub(join, text.replace("\t", " "))


class _Builder:
    """Turn parser events into data, with an explicit stack."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.stack: list[tuple[Any, Path]] = []
        self.keys: list[str | None] = []
        self.documents = 0
        self.values = 0

    def build(self, loader: Any) -> None:
        """Consume all events of the loader."""
        while loader.check_event():
            event = loader.get_event()
            line = event.start_mark.line + 1
            self.values += isinstance(event, yaml.NodeEvent)
            if self.values > MOST_VALUES:
                raise _UnreadableError(
                    line,
                    (
                        f"more than {MOST_VALUES} keys and values stand in the file; at most "
                        f"{MOST_VALUES} are read"
                    ),
                )
            self._undressed(event, line)
            match event:
                case yaml.DocumentStartEvent():
                    self.documents += 1
                    if self.documents > 1:
                        raise _UnreadableError(
                            line, "a second document begins here; one file holds one"
                        )
                case yaml.AliasEvent():
                    message = (
                        "an alias (*) is not used here; write the value out, and put text that "
                        "begins with * in quotes"
                    )
                    raise _UnreadableError(line, message, self._path())
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    if len(self.stack) >= MOST_DEPTH:
                        raise _UnreadableError(
                            line,
                            (
                                f"nested deeper than {MOST_DEPTH} levels; at most {MOST_DEPTH} "
                                "are read"
                            ),
                        )
                    self._open({} if isinstance(event, yaml.MappingStartEvent) else [], line)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self.stack.pop()
                    self.keys.pop()
                case yaml.ScalarEvent():
                    self._scalar(loader, event, line)

    def _undressed(self, event: yaml.Event, line: int) -> None:
        """Refuse an anchor or a tag on a key or a value."""
        if isinstance(event, yaml.NodeEvent) and not isinstance(event, yaml.AliasEvent):
            if event.anchor is not None:
                self._refuse(
                    line,
                    self._path(),
                    "an anchor (&) is not used here; put text that begins with & in quotes",
                )
            if getattr(event, "tag", None) is not None:
                self._refuse(
                    line,
                    self._path(),
                    "a tag (!) is not used here; put text that begins with ! in quotes",
                )

    def _refuse(self, line: int, path: Path, message: str) -> None:
        self.document.problems.append(Problem(self.document.file, line, written(path), message))

    def _path(self) -> Path:
        if not self.stack:
            return ()
        container, path = self.stack[-1]
        step: str | int | None = len(container) if isinstance(container, list) else self.keys[-1]
        return path if step is None else (*path, step)

    def _open(self, container: Any, line: int) -> None:
        path = self._path()
        self._place(container, line)
        self.stack.append((container, path))
        self.keys.append(None)

    def _place(self, value: Any, line: int) -> None:
        """Put a finished value where it belongs."""
        path = self._path()
        self.document.lines.setdefault(path, line)
        if not self.stack:
            self.document.data = value
            return
        container = self.stack[-1][0]
        if isinstance(container, list):
            container.append(value)
        elif self.keys[-1] is None:
            raise _UnreadableError(line, "a key must be a word, not a list or a map", path)
        else:
            container.setdefault(self.keys[-1], value)
            self.keys[-1] = None

    def _scalar(self, loader: Any, event: yaml.ScalarEvent, line: int) -> None:
        if self.stack and isinstance(self.stack[-1][0], dict) and self.keys[-1] is None:
            container, path = self.stack[-1]
            if event.value in container:
                first = self.document.lines.get((*path, event.value))
                self._refuse(
                    line, (*path, event.value), f"this key stands twice; first in line {first}"
                )
            self.keys[-1] = event.value
            self.document.lines.setdefault((*path, event.value), line)
            return
        tag = loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        value = self._value(tag.removeprefix(_TAG), event.value, line)
        if isinstance(value, int | float):
            self.document.texts[self._path()] = event.value
        self._place(value, line)

    def _value(self, kind: str, text: str, line: int) -> Any:
        """Return the value that a plain or quoted scalar stands for.

        A message does not show it: it may be a person's number.
        """
        if kind in ("int", "float") and len(text) > MOST_DIGITS:
            self._refuse(
                line,
                self._path(),
                (
                    f"a number of {len(text)} characters; at most {MOST_DIGITS} are read, so put "
                    "text in quotes"
                ),
            )
            return None
        match kind:
            case "int":
                return int(text, 0) if text[:2] in ("0x", "0o") else int(text)
            case "float":
                return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
            case "bool":
                return text.lower() == "true"
            case "null":
                return None
        return text
