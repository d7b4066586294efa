"""What a field of the rules says of itself, and the walk that finds it.

A trait stands in the annotation of a field: which names it takes from elsewhere, that it may stand
but once, who reads it. Checks, texts and translation follow the traits and know no place by path.
"""

import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from hingeexpert.formats.documents import Path


class Trait:
    """Base of all traits."""


@dataclass(frozen=True)
class RefersTo(Trait):
    """A name of something that stands elsewhere.

    Attributes:
        kind: What it must be, as messages call it.
    """

    kind: str


@dataclass(frozen=True)
class Once(Trait):
    """A name that stands but once in its list.

    Attributes:
        within: The key of a list further out in which it stands but once, or `None`.
    """

    within: str | None = None

    def scope(self, path: Path) -> Path:
        """Return the place within which the name at this place may stand but once."""
        if self.within is not None:
            return path[: path.index(self.within) + 1]
        last_number = max(place for place, step in enumerate(path) if isinstance(step, int))
        return path[:last_number]


@dataclass(frozen=True)
class Read(Trait):
    """A text that somebody reads or hears.

    Attributes:
        by: The person, in words or on the sheet; or whoever has the form on paper.
    """

    by: typing.Literal["person", "paper"]


@dataclass(frozen=True)
class NamesFile(Trait):
    """The name of the file that it stands in."""


FOR_PERSON, ON_PAPER = Read("person"), Read("paper")

Found = tuple[Path, str, Trait]
Walk = Callable[[Any, Path], Iterator[Found]]
"""From data and its place to each text with a trait in it: where, what, and the trait."""


def with_traits(model: type[BaseModel], data: Any) -> Iterator[Found]:
    """Yield every text with its traits, also of data that is broken elsewhere.

    Args:
        model: What the data is, or should be.
        data: Plain data as a file has it, or a model.
    """
    walk = _walk(model)
    return walk(data, ()) if walk is not None else iter(())


def inside(value: Any, key: str) -> Any:
    """Return what stands under a key of plain data or of a model, or `None`."""
    return value.get(key) if isinstance(value, Mapping) else getattr(value, key, None)


@cache
def _walk(annotation: Any) -> Walk | None:
    """Return the walk over data of a type, or `None` where nothing in it has a trait."""
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        traits = tuple(item for item in parts[1:] if isinstance(item, Trait))
        return _together([_at_text(traits), _walk(parts[0])])
    if origin in (typing.Union, types.UnionType):
        return _together([_walk(part) for part in parts])
    if origin is tuple:
        return _over_list(_walk(parts[0]))
    if origin in (dict, Mapping):
        return _over_map(_walk(parts[0]), _walk(parts[1]))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _over_model(annotation)
    return None


def _together(walks: Sequence[Walk | None]) -> Walk | None:
    """Return one walk for several over the same data, each of which passes over what is not its."""
    some = [walk for walk in walks if walk is not None]
    if len(some) < 2:
        return some[0] if some else None

    def walk(data: Any, path: Path) -> Iterator[Found]:
        for one in some:
            yield from one(data, path)

    return walk


def _at_text(traits: Sequence[Trait]) -> Walk | None:
    if not traits:
        return None

    def walk(data: Any, path: Path) -> Iterator[Found]:
        if isinstance(data, str):
            for trait in traits:
                yield path, data, trait

    return walk


def _over_list(inner: Walk | None) -> Walk | None:
    if inner is None:
        return None

    def walk(data: Any, path: Path) -> Iterator[Found]:
        if isinstance(data, list | tuple):
            for number, value in enumerate(data):
                yield from inner(value, (*path, number))

    return walk


def _over_map(keys: Walk | None, values: Walk | None) -> Walk | None:
    if keys is None and values is None:
        return None

    def walk(data: Any, path: Path) -> Iterator[Found]:
        if isinstance(data, Mapping):
            for key, value in data.items():
                if keys is not None:
                    yield from keys(key, (*path, key))
                if values is not None:
                    yield from values(value, (*path, key))

    return walk


def _over_model(model: type[BaseModel]) -> Walk | None:
    walks: dict[str, Walk] = {}
    for name, field in model.model_fields.items():
        walk = _of_field(field)
        if walk is not None:
            walks[field.alias or name] = walk
    if not walks:
        return None

    def walk_fields(data: Any, path: Path) -> Iterator[Found]:
        if isinstance(data, Mapping | BaseModel):
            heard = getattr(data, "is_for_person", True)
            for key, walk in walks.items():
                for found in walk(inside(data, key), (*path, key)):
                    if heard or found[2] != FOR_PERSON:
                        yield found

    return walk_fields


def _of_field(field: FieldInfo) -> Walk | None:
    """Return the walk over a field, whose own traits pydantic keeps apart from its type."""
    traits = tuple(item for item in field.metadata if isinstance(item, Trait))
    annotation: Any = field.annotation
    return _together([_at_text(traits), _walk(annotation)])
