"""What the errors of a validation mean, in words, at the place in a document where they are."""

import types
import typing
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from hingeexpert.errors import Problem, listed, nearest, shown
from hingeexpert.formats.documents import Document, Path

NEEDED = {
    "string_type": "text",
    "int_type": "a number",
    "float_type": "a number",
    "tuple_type": "a list",
    "dict_type": "a map",
    "model_type": "a map",
}
"""Kind of validation error to the shape that is needed."""
PATTERNS = {
    r"^[a-z][a-z0-9_]*$": "lower-case letters, digits and _, a letter first, such as stick_drill",
    r"^\d+\.\d+\.\d+$": "three numbers, such as 1.0.2",
    r"^\d{4}-\d{2}-\d{2}$": "a date such as 2026-11-20",
    r"^[a-z]{2}$": "two letters, such as en",
    r"^tests/[a-z0-9_/]+\.py::test_[a-z0-9_]+$": "a test such as tests/web/test_lock.py::test_name",
}
"""Form of a text to how a message says it."""


def explained(
    document: Document, model: type[BaseModel], errors: Sequence[Any]
) -> Iterator[Problem]:
    """Say what validation errors mean, where they are.

    Where one of several shapes is allowed there is an error for each; it is told once, for the
    shape that was meant.
    """
    placed = [(_placed(document.data, error["loc"]), error) for error in errors]
    wanted: dict[Path, list[str]] = {}
    for path, error in placed:
        if error["type"] in NEEDED:
            wanted.setdefault(path, []).append(NEEDED[error["type"]])
        else:
            yield from _one_explained(document, model, path, error)
    for path, shapes in wanted.items():
        inside = (
            other
            for other, error in placed
            if other[: len(path)] == path and (other != path or error["type"] not in NEEDED)
        )
        if not any(True for _ in inside):
            found = next(error["input"] for other, error in placed if other == path)
            quotes = (
                "; put it in quotes"
                if shapes == ["text"] and isinstance(found, bool | int | float)
                else ""
            )
            yield document.problem(
                path,
                f"{' or '.join(dict.fromkeys(shapes))} is needed; found {shown(found)}{quotes}",
            )


def _placed(data: Any, steps: Sequence[str | int]) -> Path:
    """Return the steps that lead somewhere in the data; the others name a shape that was tried, or
    a key that is missing.
    """
    path: list[str | int] = []
    for step in steps:
        inside = (
            range(len(data)) if isinstance(data, list) else data if isinstance(data, dict) else ()
        )
        if step in inside:
            data = data[step]
            path.append(step)
    return tuple(path)


def _one_explained(
    document: Document, model: type[BaseModel], path: Path, error: Any
) -> Iterator[Problem]:
    context, found = error.get("ctx", {}), shown(error["input"])
    match error["type"]:
        case "condition":
            for below, message in context["problems"]:
                yield document.problem((*path, *below), message)
            return
        case "extra_forbidden":
            allowed = _keys_at(model, path[:-1])
            message = (
                f"unknown key {shown(path[-1])}; allowed: "
                f"{listed(allowed, 20)}{nearest(path[-1], allowed)}"
            )
        case "missing" if isinstance(error["loc"][-1], int):
            message = (
                f"at least {error['loc'][-1] + 1} entries are needed; found {error['loc'][-1]}"
            )
        case "missing":
            message = f"the key {shown(error['loc'][-1])} is missing"
        case "literal_error":
            allowed = [
                word.strip("' ") for word in context["expected"].replace(" or ", ", ").split(",")
            ]
            message = (
                f"{found} is not allowed; allowed: "
                f"{listed(allowed)}{nearest(error['input'], allowed)}"
            )
        case "string_pattern_mismatch":
            message = (
                f"{found} is not allowed; allowed: "
                f"{PATTERNS.get(context['pattern'], context['pattern'])}"
            )
        case "too_short" if len(error["input"]) >= context["min_length"]:
            return  # its entries are at fault, and each of them is told
        case "too_short":
            least = context["min_length"]
            message = (
                f"at least {least} {'entry is' if least == 1 else 'entries are'} needed; found "
                f"{len(error['input'])}"
            )
        case "too_long":
            message = (
                f"at most {context['max_length']} entries are allowed; found {len(error['input'])}"
            )
        case "string_too_short" | "string_too_long" as kind:
            end = (
                f"at least {context['min_length']}"
                if kind == "string_too_short"
                else f"at most {context['max_length']}"
            )
            message = f"text of {end} characters is needed; found {found}"
        case _:
            message = f"{error['msg'][0].lower()}{error['msg'][1:]}; found {found}"
    yield document.problem(path, message)


def _keys_at(model: type[BaseModel], path: Path) -> list[str]:
    """Return the keys that the map at a path of a model may have."""
    kind: Any = model
    for step in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = (
                kind.model_fields[str(step)].annotation if str(step) in kind.model_fields else None
            )
        else:
            kind = next(
                (part for part in reversed(typing.get_args(kind)) if part is not Ellipsis), None
            )
        while typing.get_origin(kind) in (typing.Union, types.UnionType, typing.Annotated):
            options = [part for part in typing.get_args(kind) if part is not type(None)]
            kind = next(
                (
                    part
                    for part in options
                    if isinstance(part, type) and issubclass(part, BaseModel)
                ),
                options[0],
            )
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []
