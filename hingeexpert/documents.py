"""Read one YAML 1.2 or JSON document into plain data, and remember the line of every value.

Works on the parser's events, so that no input can make it recurse, grow or run anything: anchors, aliases and tags are refused, depth
and size are bounded, a repeated key is a problem with its line. Knows nothing of forms or rules.
"""

import codecs
import re
from dataclasses import dataclass, field
from typing import Any

import yaml
import yamlcore

from hingeexpert.errors import Problem, shown

MOST_BYTES = 2_000_000
"""Largest document that is read."""
MOST_DEPTH = 30
"""Deepest nesting that is read."""

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
        problems: What was wrong with the text itself.
    """

    file: str
    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, path: Path, message: str) -> Problem:
        """Return a problem at this path, with the line of the nearest value that has one."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        return Problem(self.file, self.lines.get(known), written(path), message)


def written(path: Path) -> str:
    """Write a path as `rules[0].when`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def read_document(file: str, raw: bytes) -> Document:
    """Parse the bytes of one document.

    Args:
        file: Name for messages.
        raw: UTF-8 with or without byte order mark; YAML 1.2 core schema, or JSON.

    Returns:
        The document. With problems, its data holds what could be read.
    """
    document = Document(file)
    if len(raw) > MOST_BYTES:
        document.problems.append(Problem(file, None, "", f"the file has {len(raw)} bytes; at most {MOST_BYTES} are read"))
        return document
    try:
        text = raw.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        document.problems.append(Problem(file, line, "", f"byte {error.start} is not UTF-8; save the file as UTF-8 text"))
        return document
    if text.lstrip().startswith("{"):
        text = _json_as_yaml(text)
    try:
        _Builder(document).build(yamlcore.CCoreLoader(text))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
        line = mark.line + 1 if mark else None
        document.problems.append(Problem(file, line, "", f"this is not YAML or JSON: {reason}"))
    return document


def _json_as_yaml(text: str) -> str:
    """Bridge the two places where JSON is not YAML: tabs between values, and characters written as two surrogates."""

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

    def build(self, loader: Any) -> None:
        """Consume all events of the loader."""
        while loader.check_event():
            event = loader.get_event()
            line = event.start_mark.line + 1
            match event:
                case yaml.DocumentStartEvent():
                    self.documents += 1
                    if self.documents > 1:
                        self._refuse(line, (), "a second document begins here; one file holds one")
                        return
                case yaml.AliasEvent():
                    self._refuse(line, self._path(), "anchors and aliases are not used here; write the value out")
                    return
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    if len(self.stack) >= MOST_DEPTH:
                        self._refuse(line, (), f"nested deeper than {MOST_DEPTH} levels")
                        return
                    self._open({} if isinstance(event, yaml.MappingStartEvent) else [], line)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self.stack.pop()
                    self.keys.pop()
                case yaml.ScalarEvent():
                    self._scalar(loader, event, line)

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
        self.document.lines[path] = line
        if not self.stack:
            self.document.data = value
            return
        container = self.stack[-1][0]
        if isinstance(container, list):
            container.append(value)
        elif self.keys[-1] is None:
            self._refuse(line, path, "a key must be a word, not a list or a map")
            self.keys[-1] = "?"
        else:
            container.setdefault(self.keys[-1], value)
            self.keys[-1] = None

    def _scalar(self, loader: Any, event: yaml.ScalarEvent, line: int) -> None:
        if self.stack and isinstance(self.stack[-1][0], dict) and self.keys[-1] is None:
            container, path = self.stack[-1]
            if event.value in container:
                first = self.document.lines.get((*path, event.value))
                self._refuse(line, (*path, event.value), f"this key stands twice; first in line {first}")
            self.keys[-1] = event.value
            self.document.lines.setdefault((*path, event.value), line)
            return
        tag = event.tag or loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        self._place(self._value(tag.removeprefix(_TAG), event.value, line), line)

    def _value(self, kind: str, text: str, line: int) -> Any:
        """Return the value that a plain or quoted scalar stands for."""
        if kind in ("int", "float") and len(text) > MOST_DIGITS:
            self._refuse(line, self._path(), f"{shown(text)} is too long for a number")
            return None
        try:
            match kind:
                case "str":
                    return text
                case "int":
                    return int(text, 0) if text[:2] in ("0x", "0o") else int(text)
                case "float":
                    return float(text.replace(".inf", "inf").replace(".nan", "nan").replace(".NaN", "nan"))
                case "bool":
                    return text.lower() == "true"
                case "null":
                    return None
        except (ValueError, OverflowError):
            self._refuse(line, self._path(), f"{shown(text)} is not a number that can be read")
            return None
        self._refuse(line, self._path(), f"the tag {shown(kind)} is not used here")
        return None
