"""What is wanted of one file: values changed, added and taken out, all at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hingeexpert.assurance.authoring.workbook.cell_kinds import keys_at
from hingeexpert.formats.documents import Path, read_document, value_at
from hingeexpert.formats.yaml_edit import EditError, edited, put_in, taken_out
from hingeexpert.knowledge.models.files import model_of


@dataclass(frozen=True)
class FileWish:
    """One change of one file.

    Attributes:
        at: The cell that it comes from, for messages.
        name: The name of its place, and its heading.
        file: The file.
        path: The place.
        was: What stands there, as the file has it; `None` is nothing.
        now: What shall stand there; `None` is nothing.
        takes_out: The whole entry goes.
    """

    at: str
    name: str
    file: str
    path: Path
    was: Any
    now: Any
    takes_out: bool = False


Refused = list[tuple[FileWish, str]]
"""Wishes that cannot be, and why."""


def with_wishes(file: str, content: bytes, wishes: Sequence[FileWish]) -> tuple[bytes, Refused]:
    """Put changes into a file.

    Args:
        file: Its name.
        content: Its bytes.
        wishes: Changes of it, one for each place.

    Returns:
        The file with all changes that can be made, and the others.
    """
    refused: Refused = []
    changes = [wish for wish in wishes if not wish.takes_out]
    replaced = {wish.path: wish for wish in changes if None not in (wish.was, wish.now)}
    try:
        content = edited(file, content, {path: wish.now for path, wish in replaced.items()})
    except EditError:
        for wish in replaced.values():
            content = _tried(wish, content, refused, _edited)
    for wish in changes:
        if wish.was is None:
            content = _tried(wish, content, refused, _added)
        elif wish.now is None:
            content = _tried(wish, content, refused, _emptied)
    gone = [wish for wish in wishes if wish.takes_out]
    for wish in sorted(gone, key=_order, reverse=True):
        content = _tried(wish, content, refused, _taken_out)
    return content, refused


def _tried(
    wish: FileWish, content: bytes, refused: Refused, step: Callable[[FileWish, bytes], bytes]
) -> bytes:
    """Return the file with one change, or as it is where that cannot be made."""
    try:
        return step(wish, content)
    except EditError as error:
        refused.append((wish, "; ".join(problem.message for problem in error.problems)))
        return content


def _edited(wish: FileWish, content: bytes) -> bytes:
    return edited(wish.file, content, {wish.path: wish.now})


def _taken_out(wish: FileWish, content: bytes) -> bytes:
    return taken_out(wish.file, content, wish.path)


def _added(wish: FileWish, content: bytes) -> bytes:
    """Add a key behind the last of those that its model has before it, with the maps around it
    that are missing.
    """
    data = read_document(wish.file, content).data
    path, value = wish.path, wish.now
    while len(path) > 1 and not isinstance(value_at(data, path[:-1]), dict):
        path, value = path[:-1], {path[-1]: value}
    model = model_of(wish.file)
    assert model is not None
    keys = keys_at(model, path[:-1])
    there = [key for key in keys[: keys.index(str(path[-1]))] if key in value_at(data, path[:-1])]
    return put_in(wish.file, content, path, value, after=there[-1] if there else None)


def _emptied(wish: FileWish, content: bytes) -> bytes:
    """Take a key out, with the map around it where it was the last."""
    data = read_document(wish.file, content).data
    path = wish.path
    while len(path) > 1 and isinstance(path[-1], str) and len(value_at(data, path[:-1])) == 1:
        path = path[:-1]
    return taken_out(wish.file, content, path)


def _order(wish: FileWish) -> tuple[tuple[int, str], ...]:
    """Order places as they stand in a file, so that the last can be taken out first."""
    return tuple((step, "") if isinstance(step, int) else (0, step) for step in wish.path)
