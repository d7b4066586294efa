"""Names of places in the files of `rules/`: by ids in place of positions, so that they stay while
entries come and go beside them.

`triage.yaml#levels[urgent].rules[major_trauma].when`. An entry of a list is named by its `id`; one
that is a name by itself; another by the first words of its first text, with a few digits of the
hash of that text. Lists of numbers count.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

from hingeexpert.formats.documents import Document, Path

MOST_WORDS = 4
"""Words of a text in the name of an entry."""
HASH_DIGITS = 4
"""Hexadecimal digits behind them."""
_NAME = re.compile(r"[\w.-]{1,60}")
_WORD = re.compile(r"\w+")


def places_of(file: str, document: Document) -> dict[str, Path]:
    """Return the name of every place of a file, and the place.

    Args:
        file: The name of the file in its folder, such as `triage.yaml`.
        document: The file as read.

    Returns:
        Names in the order of the file, collections before their parts. Of two entries that would be
        named alike the second ends in `~2`.
    """
    return {_whole(file, name): path for name, path in _places(document.data, "", ())}


def names_of(file: str, document: Document) -> dict[Path, str]:
    """Return the same the other way round: place to name."""
    return {path: name for name, path in places_of(file, document).items()}


def _whole(file: str, name: str) -> str:
    return f"{file}#{name.removeprefix('.')}"


def _places(data: Any, name: str, path: Path) -> Iterator[tuple[str, Path]]:
    """Yield the names and paths of a value and of all in it."""
    yield name, path
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _places(value, f"{name}.{key}", (*path, key))
    elif isinstance(data, list):
        for number, step in enumerate(entry_names(data)):
            yield from _places(data[number], f"{name}[{step}]", (*path, number))


def entry_names(entries: Sequence[Any]) -> list[str]:
    """Return the name of each entry of a list, each of them once."""
    names: list[str] = []
    seen: dict[str, int] = {}
    for number, item in enumerate(entries):
        name = _entry_name(item) or str(number)
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}~{seen[name]}")
    return names


def _entry_name(item: Any) -> str:
    """Return what an entry is called; nothing where it has no text."""
    if isinstance(item, dict) and isinstance(item.get("id"), str):
        return str(item["id"])
    text = _first_text(item)
    if _NAME.fullmatch(text):
        return text
    words = "_".join(_WORD.findall(text.lower())[:MOST_WORDS])
    digits = hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).hexdigest()
    return f"{words}~{digits[:HASH_DIGITS]}" if text else ""


def _first_text(item: Any) -> str:
    """Return the first text of an entry: itself, or what its first keys hold."""
    if isinstance(item, str):
        return item
    if isinstance(item, list):
        return "+".join(part for part in item if isinstance(part, str))
    if isinstance(item, dict):
        return next(filter(None, map(_of_key, item, item.values())), "")
    return ""


def _of_key(key: str, value: Any) -> str:
    """Return the first text of a value; a name with its key, which says what it is a name of."""
    text = _first_text(value)
    return f"{key}.{text}" if _NAME.fullmatch(text) else text
