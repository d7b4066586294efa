"""What is wanted of one file: values changed, added and taken out, all at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hingeexpert.assurance.authoring.workbook.cell_kinds import keys_at
from hingeexpert.formats.documents import Path, read_document, value_at
from hingeexpert.formats.yaml_edit import EditError, edited, put_in, taken_out
from hingeexpert.knowledge.models.files import model_of


@dataclass(frozen=True)
class FileEdit:
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


Refused = list[tuple[FileEdit, str]]
"""Edits that cannot be, and why."""


def with_edits(file: str, content: bytes, edits: Sequence[FileEdit]) -> tuple[bytes, Refused]:
    """Put changes into a file.

    Args:
        file: Its name.
        content: Its bytes.
        edits: Changes of it, one for each place.

    Returns:
        The file with all changes that can be made, and the others.
    """
    refused: Refused = []
    changes = [edit for edit in edits if not edit.takes_out]
    replaced = {edit.path: edit for edit in changes if None not in (edit.was, edit.now)}
    try:
        content = edited(file, content, {path: edit.now for path, edit in replaced.items()})
    except EditError:
        for edit in replaced.values():
            content = _tried(edit, content, refused, _edited)
    for edit in changes:
        if edit.was is None:
            content = _tried(edit, content, refused, _added)
        elif edit.now is None:
            content = _tried(edit, content, refused, _emptied)
    gone = [edit for edit in edits if edit.takes_out]
    for edit in sorted(gone, key=_order, reverse=True):
        content = _tried(edit, content, refused, _taken_out)
    return content, refused


def _tried(
    edit: FileEdit, content: bytes, refused: Refused, step: Callable[[FileEdit, bytes], bytes]
) -> bytes:
    """Return the file with one change, or as it is where that cannot be made."""
    try:
        return step(edit, content)
    except EditError as error:
        refused.append((edit, "; ".join(problem.message for problem in error.problems)))
        return content


def _edited(edit: FileEdit, content: bytes) -> bytes:
    return edited(edit.file, content, {edit.path: edit.now})


def _taken_out(edit: FileEdit, content: bytes) -> bytes:
    return taken_out(edit.file, content, edit.path)


def _added(edit: FileEdit, content: bytes) -> bytes:
    """Add a key behind the last of those that its model has before it, with the maps around it
    that are missing.
    """
    data = read_document(edit.file, content).data
    path, value = edit.path, edit.now
    while len(path) > 1 and not isinstance(value_at(data, path[:-1]), dict):
        path, value = path[:-1], {path[-1]: value}
    model = model_of(edit.file)
    assert model is not None
    keys = keys_at(model, path[:-1])
    there = [key for key in keys[: keys.index(str(path[-1]))] if key in value_at(data, path[:-1])]
    return put_in(edit.file, content, path, value, after=there[-1] if there else None)


def _emptied(edit: FileEdit, content: bytes) -> bytes:
    """Take a key out, with the map around it where it was the last."""
    data = read_document(edit.file, content).data
    path = edit.path
    while len(path) > 1 and isinstance(path[-1], str) and len(value_at(data, path[:-1])) == 1:
        path = path[:-1]
    return taken_out(edit.file, content, path)


def _order(edit: FileEdit) -> tuple[tuple[int, str], ...]:
    """Order places as they stand in a file, so that the last can be taken out first."""
    return tuple((step, "") if isinstance(step, int) else (0, step) for step in edit.path)
