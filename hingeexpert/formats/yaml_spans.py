"""Where each value of a YAML file begins and ends, and where its comments stand.

Works on the marks of the parser's events. Changes nothing; that is `yaml_edit.py`.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml
import yamlcore

from hingeexpert.errors import InputError, Problem
from hingeexpert.formats.documents import Path, written

COMMENT = re.compile(r"(?<![^\s])#.*")
"""A comment, outside of keys and values."""
BLOCK = ("|", ">")
"""The marks of a text that stands on the lines below its key."""


class EditError(InputError):
    """A file cannot be changed as is wanted; it is as it was."""

    @classmethod
    def at(cls, file: str, path: Path, message: str) -> "EditError":
        """Return the error for one place of a file."""
        return cls([Problem(file, None, written(path), message)])


@dataclass
class Span:
    """One value as it is written. All positions count characters of the text, from 0.

    Attributes:
        start: Its first character; of a collection without brackets that of its first part.
        end: After its last character, line ends and comments behind it left out.
        kind: What it is.
        style: How a scalar is written: `""` plain, else a quotation mark, `|` or `>`.
        in_brackets: A collection is written in brackets.
        inside_brackets: It stands inside a collection in brackets.
        key: Where its key begins and ends; `None` in a list.
        steps: The keys or positions of the parts of a collection, in their order.
    """

    start: int
    end: int
    kind: Literal["scalar", "map", "list"]
    style: str = ""
    in_brackets: bool = False
    inside_brackets: bool = False
    key: tuple[int, int] | None = None
    steps: list[str | int] = field(default_factory=list)


@dataclass
class TextLayout:
    """A text with the spans of its values.

    Attributes:
        text: The text, without a byte order mark.
        spans: Place to span.
        scalars: Beginning and end of every key and every scalar, in the order of the text.
    """

    text: str
    spans: dict[Path, Span] = field(default_factory=dict)
    scalars: list[tuple[int, int]] = field(default_factory=list)

    def comments(self) -> list[tuple[int, int]]:
        """Return beginning and end of every comment, in the order of the text."""
        starts = [start for start, _ in self.scalars]
        found, place = [], 0
        while match := COMMENT.search(self.text, place):
            before = bisect_right(starts, match.start()) - 1
            inside = self.scalars[before][1] if before >= 0 else 0
            if match.start() < inside:
                place = inside
            else:
                found.append(match.span())
                place = match.end()
        return found

    def line_start(self, place: int) -> int:
        """Return where the line of a position begins."""
        return self.text.rfind("\n", 0, place) + 1

    def line_end(self, place: int) -> int:
        """Return where the line after that of a position begins, or the end of the text."""
        end = self.text.find("\n", place)
        return len(self.text) if end < 0 else end + 1

    def column(self, place: int) -> int:
        """Return how many characters stand before a position in its line."""
        return place - self.line_start(place)


def laid_out(file: str, content: bytes) -> TextLayout:
    """Find the span of every value.

    Args:
        file: Name for messages.
        content: A file that `documents.read_document` reads without problems.

    Raises:
        EditError: It is no such file.
    """
    try:
        text = content.decode("utf-8-sig")
        walk = _Walk(TextLayout(text))
        walk.over(yamlcore.CCoreLoader(text))
    except (UnicodeDecodeError, yaml.YAMLError):
        raise EditError.at(file, (), "this is no YAML, so nothing in it can be changed") from None
    return walk.layout


@dataclass
class _Open:
    """A collection whose end was not yet read."""

    span: Span
    path: Path
    key: tuple[str, tuple[int, int]] | None = None


class _Walk:
    """Follows the events of the parser."""

    def __init__(self, layout: TextLayout) -> None:
        self.layout = layout
        self.open: list[_Open] = []

    def over(self, loader: Any) -> None:
        """Consume all events."""
        while loader.check_event():
            event = loader.get_event()
            match event:
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self._begin(event)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self._finish(event)
                case yaml.ScalarEvent():
                    self._scalar(event)

    def _begin(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        kind: Any = "map" if isinstance(event, yaml.MappingStartEvent) else "list"
        span = Span(start, end, kind, in_brackets=bool(event.flow_style))
        self.open.append(_Open(span, self._place(span)))

    def _finish(self, event: Any) -> None:
        done = self.open.pop()
        if done.span.in_brackets:
            done.span.end = event.end_mark.index
        elif done.span.steps:
            done.span.end = self.layout.spans[*done.path, done.span.steps[-1]].end

    def _scalar(self, event: Any) -> None:
        start, end, style = event.start_mark.index, event.end_mark.index, event.style or ""
        above = self.open[-1] if self.open else None
        if style in BLOCK:
            end = start + len(self.layout.text[start:end].rstrip())
        self._keep(start, end, style)
        if above is not None and above.span.kind == "map" and above.key is None:
            above.key = event.value, (start, end)
            return
        if start == end and above is not None and above.key is not None:
            start = end = self.layout.text.index(":", above.key[1][1]) + 1
        self._place(Span(start, end, "scalar", style))

    def _keep(self, start: int, end: int, style: str) -> None:
        """Note where a key or a scalar stands; the line with the mark of a block is none of it."""
        if style in BLOCK:
            start = min(end, self.layout.line_end(start))
        if start < end:
            self.layout.scalars.append((start, end))

    def _place(self, span: Span) -> Path:
        """Put a span where it belongs, and return its place."""
        path: Path = ()
        if self.open:
            above = self.open[-1]
            step: str | int = len(above.span.steps)
            if above.key is not None:
                step, span.key = above.key
                above.key = None
            above.span.steps.append(step)
            span.inside_brackets = above.span.in_brackets or above.span.inside_brackets
            path = (*above.path, step)
        self.layout.spans[path] = span
        return path
