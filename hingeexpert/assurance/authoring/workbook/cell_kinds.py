"""What may stand in a cell of the workbook, found from the models of the rules.

Nothing here knows a key by its name.
"""

import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from hingeexpert.formats.documents import Path
from hingeexpert.knowledge.models.base import When

_CONDITION = typing.get_args(When)[1]
"""What the annotation of a condition holds beside its type."""
Kind = Literal["condition", "number", "word", "names", "text"]


@dataclass(frozen=True)
class SheetCellKind:
    """What may stand in a cell.

    Attributes:
        kind: A condition as one line, a number, one of some words, several names, or a text.
        words: Of a word: those that are allowed.
        needed: The cell must not be blank.
    """

    kind: Kind
    words: tuple[str, ...] = ()
    needed: bool = True


def kind_at(model: type[BaseModel], path: Path) -> SheetCellKind:
    """Return what may stand at a place of a file.

    Args:
        model: The model of the file.
        path: Keys and positions; each key must be one of the model there.
    """
    annotation: Any = model
    needed = True
    for step in path:
        annotation, needed = _inside(annotation, step)
    options = list(_options(annotation))
    types_ = [bare for bare, _ in options]
    if any(_CONDITION in metadata for _, metadata in options):
        return SheetCellKind("condition", needed=needed)
    words = [part for bare in types_ for part in _words(bare)]
    if words:
        return SheetCellKind("word", tuple(words), needed)
    if any(typing.get_origin(bare) is tuple for bare in types_):
        return SheetCellKind("names", needed=needed)
    return SheetCellKind("number" if float in types_ else "text", needed=needed)


def keys_at(model: type[BaseModel], path: Path) -> list[str]:
    """Return the keys that the map at a place of a file may have, in the order of its model."""
    annotation: Any = model
    for step in path:
        annotation, _ = _inside(annotation, step)
    for bare, _ in _options(annotation):
        if isinstance(bare, type) and issubclass(bare, BaseModel):
            return [field.alias or name for name, field in bare.model_fields.items()]
    return []


def _words(annotation: Any) -> tuple[str, ...]:
    is_one_of = typing.get_origin(annotation) is Literal
    return typing.get_args(annotation) if is_one_of else ()


def _options(annotation: Any, metadata: tuple[Any, ...] = ()) -> Iterator[tuple[Any, Any]]:
    """Yield each type that an annotation allows, nothing left out, with what stands beside it."""
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        yield from _options(parts[0], (*metadata, *parts[1:]))
    elif origin in (typing.Union, types.UnionType):
        for part in parts:
            yield from _options(part, metadata)
    elif annotation is not type(None):
        yield annotation, metadata


def _inside(annotation: Any, step: str | int) -> tuple[Any, bool]:
    """Return the annotation of what stands under a key or at a position, and whether it must."""
    for bare, _ in _options(annotation):
        origin, parts = typing.get_origin(bare), typing.get_args(bare)
        if origin is tuple:
            return parts[0], True
        if origin is dict:
            return parts[1], True
        if isinstance(bare, type) and issubclass(bare, BaseModel):
            field = _field(bare, str(step))
            if field is not None:
                whole = field.annotation
                for item in field.metadata:
                    whole = typing.Annotated[whole, item]  # type: ignore[assignment]
                return whole, field.is_required()
    raise KeyError(step)


def _field(model: type[BaseModel], key: str) -> FieldInfo | None:
    return next(
        (field for name, field in model.model_fields.items() if key == (field.alias or name)), None
    )
