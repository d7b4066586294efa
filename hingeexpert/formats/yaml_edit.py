"""Change a YAML file in place: one value changed, added or taken out, and no other character.

Nothing is written anew but what is asked for. The new file is read and compared with what is
wanted, all data and types, and every comment must still be there; otherwise it is refused. Knows no
hinge.
"""

import copy
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hingeexpert.formats.documents import Document, Path, read_document, value_at, written
from hingeexpert.formats.yaml_spans import BLOCK, EditError, Span, TextLayout, laid_out
from hingeexpert.formats.yaml_values import (
    entry,
    folded,
    in_brackets,
    lines_of,
    same,
    scalar,
)

__all__ = ["EditError", "edited", "put_in", "taken_out"]

LEAST_WIDTH = 100
"""Characters of a line that is folded, in a file that folds none wider."""
_DASH = re.compile(r" *- +$")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class _Change:
    """Characters in place of others."""

    start: int
    end: int
    text: str


def edited(file: str, content: bytes, changes: Mapping[Path, object]) -> bytes:
    """Change values.

    A text that stands folded is folded again; other scalars keep their quotation marks, and a plain
    one gets them where it needs them. Of a map or list with the same keys or as many parts only the
    parts that differ are changed; else it becomes one line in brackets, and a comment inside it
    moves above its key.

    Args:
        file: Name for messages.
        content: The file.
        changes: Place of each value to what shall stand there: maps, lists, texts, numbers, truth
            values or `None`. No place lies inside another.

    Returns:
        The file with these values; the same bytes where nothing differs.

    Raises:
        EditError: A place does not exist, or a value cannot be written there without changing
            something else.
    """
    document, layout = _read(file, content)
    wanted = copy.deepcopy(document.data)
    found: list[_Change] = []
    for path, value in changes.items():
        if path not in layout.spans:
            raise EditError.at(file, path, "there is no such place in the file")
        found += _replaced(layout, path, value_at(document.data, path), value)
        wanted = _with(wanted, path, value)
    found.sort(key=lambda change: (change.start, change.end))
    for before, change in itertools.pairwise(found):
        if change.start < before.end:
            raise EditError.at(file, (), "two changes stand inside one another")
    return _checked(file, content, layout, found, wanted)


def put_in(file: str, content: bytes, path: Path, value: object, after: str | None = None) -> bytes:
    """Add a key to a map, or an entry to a list, written as its neighbours are.

    Args:
        file: Name for messages.
        content: The file.
        path: Where it shall stand: its last step is the new key, or the position in the list, from
            0 to how many entries it has.
        value: What shall stand there.
        after: Of a map: the key that it follows; without one it comes last.

    Returns:
        The file with it.

    Raises:
        EditError: There is no such map or list, it has the key already, or it cannot be written
            there.
    """
    document, layout = _read(file, content)
    above, step = layout.spans.get(path[:-1]), path[-1]
    fits = {"map": str, "list": int}.get(above.kind if above else "")
    if above is None or fits is None or not isinstance(step, fits):
        raise EditError.at(file, path, "there is no map or list to add to")
    if isinstance(step, str):
        _check_key(file, path, above, after)
        place = above.steps.index(after) + 1 if after is not None else len(above.steps)
    else:
        place = step
    if not 0 <= place <= len(above.steps):
        raise EditError.at(file, path, f"the list has {len(above.steps)} entries; add at its end")
    change = _added(file, layout, path, place, value)
    return _checked(file, content, layout, [change], _grown(document.data, path, place, value))


def taken_out(file: str, content: bytes, path: Path) -> bytes:
    """Take a key out of a map, or an entry out of a list.

    Args:
        file: Name for messages.
        content: The file.
        path: Its place.

    Returns:
        The file without it.

    Raises:
        EditError: It does not exist, it is the last of its map or list and that has no brackets, or
            a comment stands inside it.
    """
    document, layout = _read(file, content)
    if not path or path not in layout.spans:
        raise EditError.at(file, path, "there is no such place in the file")
    wanted = copy.deepcopy(document.data)
    del value_at(wanted, path[:-1])[path[-1]]
    return _checked(file, content, layout, [_removed(file, layout, path)], wanted)


def _read(file: str, content: bytes) -> tuple[Document, TextLayout]:
    document = read_document(file, content)
    if document.problems:
        raise EditError(document.problems)
    return document, laid_out(file, content)


def _checked(
    file: str, content: bytes, layout: TextLayout, changes: list[_Change], wanted: Any
) -> bytes:
    """Make the changes, and refuse the new file where it is not what is wanted."""
    text = layout.text
    for change in reversed(changes):
        text = text[: change.start] + change.text + text[change.end :]
    new = (_BOM if content.startswith(_BOM) else b"") + text.encode("utf-8", "replace")
    document = read_document(file, new)
    if document.problems or not same(document.data, wanted):
        message = "this cannot be written there without changing something else; do it by hand"
        raise EditError.at(file, (), message)
    if _comments(layout) != _comments(laid_out(file, new)):
        raise EditError.at(file, (), "a comment stands inside; move it or take it out by hand")
    return new


def _comments(layout: TextLayout) -> list[str]:
    return sorted(layout.text[start:end].rstrip() for start, end in layout.comments())


def _with(data: Any, path: Path, value: object) -> Any:
    """Return data with a value at a place; the data itself changes."""
    if not path:
        return copy.deepcopy(value)
    value_at(data, path[:-1])[path[-1]] = copy.deepcopy(value)
    return data


def _grown(data: Any, path: Path, place: int, value: object) -> Any:
    """Return data with one part more."""
    wanted = copy.deepcopy(data)
    above, step = value_at(wanted, path[:-1]), path[-1]
    if isinstance(above, list):
        above.insert(place, copy.deepcopy(value))
        return wanted
    items = list(above.items())
    items.insert(place, (step, copy.deepcopy(value)))
    above.clear()
    above.update(items)
    return wanted


def _check_key(file: str, path: Path, above: Span, after: str | None) -> None:
    if path[-1] in above.steps:
        raise EditError.at(file, path, "this key stands there already")
    if after is not None and after not in above.steps:
        raise EditError.at(file, path, f"there is no key {after} that it could follow")


def _newline(layout: TextLayout) -> str:
    return "\r\n" if "\r\n" in layout.text else "\n"


def _width(layout: TextLayout) -> int:
    """Return how wide the file folds: its widest folded line that another one follows."""
    widths = [LEAST_WIDTH]
    for span in layout.spans.values():
        if span.style == ">":
            lines = layout.text[span.start : span.end].splitlines()
            widths += [len(line) for line in lines[1:-1]]
    return max(widths)


def _replaced(layout: TextLayout, path: Path, old: Any, new: Any) -> Iterator[_Change]:
    """Yield what must change for a value to become another."""
    if same(old, new):
        return
    if isinstance(old, dict) and isinstance(new, dict) and list(old) == list(new):
        for key in old:
            yield from _replaced(layout, (*path, key), old[key], new[key])
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _replaced(layout, (*path, number), before, after)
    elif isinstance(old, dict | list) or isinstance(new, dict | list):
        yield from _on_one_line(layout, layout.spans[path], new)
    else:
        span = layout.spans[path]
        gap = " " if span.start == span.end else ""
        yield _Change(span.start, span.end, gap + _scalar(layout, span, new))


def _scalar(layout: TextLayout, span: Span, value: object) -> str:
    """Write a scalar in the style of the one that it replaces."""
    if span.style == ">" and isinstance(value, str):
        header, *lines = layout.text[span.start : span.end].splitlines()
        indent = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
        text = folded(value, header, indent, _width(layout), _newline(layout))
        if text is not None:
            return text
    style = "" if span.style in BLOCK else span.style
    return scalar(value, style, span.inside_brackets)


def _on_one_line(layout: TextLayout, span: Span, value: object) -> Iterator[_Change]:
    """Yield the change of a value to one line in brackets; comments in it move above its key."""
    start, gap = span.start, ""
    if span.key is not None:
        start, gap = layout.text.index(":", span.key[1]) + 1, " "
    line = layout.line_start(start)
    blanks = re.match(r" *", layout.text[line:])
    inside = [layout.text[a:b].rstrip() for a, b in layout.comments() if start <= a < span.end]
    if inside:
        indent = blanks[0] if blanks else ""
        lines = (indent + comment + _newline(layout) for comment in inside)
        yield _Change(line, line, "".join(lines))
    yield _Change(start, span.end, gap + in_brackets(value))


def _added(file: str, layout: TextLayout, path: Path, place: int, value: object) -> _Change:
    above, step = layout.spans[path[:-1]], path[-1]
    if above.in_brackets:
        text = in_brackets(value)
        if isinstance(step, str):
            text = f"{scalar(step, '', True)}: {text}"
        return _in_brackets_added(layout, path[:-1], place, text)
    siblings = [layout.spans[*path[:-1], part] for part in above.steps]
    indent = layout.column(above.start)
    if isinstance(step, str):
        text = entry(step, value, indent, _width(layout), _newline(layout))
    else:
        indent = _dash(file, layout, path, siblings[0])
        text = "- " + _item(layout, siblings[0], value, indent + 2)
    text = " " * indent + text
    if place == 0:
        at = layout.line_start(siblings[0].start)
        return _Change(at, at, text + _newline(layout))
    at = layout.line_end(siblings[place - 1].end)
    if layout.text[:at].endswith("\n"):
        return _Change(at, at, text + _newline(layout))
    return _Change(at, at, _newline(layout) + text)


def _item(layout: TextLayout, sibling: Span, value: object, indent: int) -> str:
    """Write an entry of a list as its neighbour is: in brackets, or a key a line."""
    if isinstance(value, dict) and value and not sibling.in_brackets:
        return lines_of(value, indent, _width(layout), _newline(layout))
    return in_brackets(value) if isinstance(value, dict | list) else scalar(value)


def _dash(file: str, layout: TextLayout, path: Path, item: Span) -> int:
    """Return the column of the dash before an entry of a list."""
    line = layout.text[layout.line_start(item.start) : item.start]
    if not _DASH.match(line):
        raise EditError.at(file, path, "this list is written in a way that cannot be added to")
    return line.index("-")


def _in_brackets_added(layout: TextLayout, path: Path, place: int, text: str) -> _Change:
    span = layout.spans[path]
    if not span.steps:
        return _Change(span.start + 1, span.end - 1, text)
    if place == 0:
        first = layout.spans[*path, span.steps[0]]
        at = first.key[0] if first.key else first.start
        return _Change(at, at, f"{text}, ")
    at = layout.spans[*path, span.steps[place - 1]].end
    return _Change(at, at, f", {text}")


def _removed(file: str, layout: TextLayout, path: Path) -> _Change:
    above, span = layout.spans[path[:-1]], layout.spans[path]
    place = above.steps.index(path[-1])
    parts = [layout.spans[*path[:-1], step] for step in above.steps]
    starts = [part.key[0] if part.key else part.start for part in parts]
    is_last = place == len(parts) - 1
    if above.in_brackets:
        if place:
            return _Change(parts[place - 1].end, span.end, "")
        return _Change(starts[0], span.end if is_last else starts[1], "")
    if len(parts) == 1:
        last = written(path[:-1]) or "the file"
        raise EditError.at(file, path, f"it is the last of {last}; take out the whole")
    line = layout.line_start(starts[place])
    if above.kind == "map" and layout.text[line : starts[place]].strip():
        return _Change(starts[place], starts[place + 1], "")
    if above.kind == "list":
        _dash(file, layout, path, span)
    return _Change(line, layout.line_end(span.end), "")
