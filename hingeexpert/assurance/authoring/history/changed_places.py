"""Which values of which files differ between two states of a folder of rules, by their names."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from hingeexpert.formats.documents import read_document, value_at
from hingeexpert.knowledge.models.history import KeptPlace
from hingeexpert.knowledge.places import places_of


def changed_places(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[KeptPlace]:
    """Yield every value that differs, file by file.

    Of an entry that came or went as a whole only the entry is named, not each of its parts.

    Args:
        before: Names of files to what stood there.
        after: The same after a change.
    """
    for file in sorted({*before, *after}):
        if before.get(file) != after.get(file):
            yield from _changed(_values(file, before.get(file)), _values(file, after.get(file)))


def _values(file: str, content: bytes | None) -> dict[str, Any]:
    """Return what stands at each place of a file; nothing where it is not there."""
    if content is None:
        return {}
    document = read_document(file, content)
    places = places_of(file, document).items()
    return {name: value_at(document.data, path) for name, path in places}


def _changed(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[KeptPlace]:
    """Yield the values of a file that differ; a collection stands before its parts."""
    whole: list[str] = []
    for name in {**was, **now}:
        before, after = was.get(name), now.get(name)
        if _have_parts(before, after) or (before == after and type(before) is type(after)):
            continue
        if any(name.startswith((f"{above}.", f"{above}[")) for above in whole):
            continue
        whole.append(name)
        yield KeptPlace(place=name, was=_written(before), now=_written(after))


def _have_parts(before: Any, after: Any) -> bool:
    """Return whether both are collections of one kind, so that their parts say what differs."""
    return any(isinstance(before, kind) and isinstance(after, kind) for kind in (dict, list))


def _written(value: Any) -> str | None:
    """Return a value as one text; `None` where there is none."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
