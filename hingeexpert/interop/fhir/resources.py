"""Text of FHIR as resources, and the filled forms among them."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from hingeexpert.errors import InputError, shown
from hingeexpert.interop.fhir.words import Json

RESPONSE, BUNDLE = "QuestionnaireResponse", "Bundle"
_DIGITS = 40
"""Longest number that is read, in characters."""


class ResourceError(ValueError):
    """A text is no JSON that can be read."""


class ResponsesFound(NamedTuple):
    """The filled forms of a resource.

    Attributes:
        responses: Each with its place in the resource, such as `entry[2]`; empty for the resource
            itself.
        passed_over: How many other resources stand beside them.
    """

    responses: list[tuple[str, Json]]
    passed_over: int = 0

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user should know of the resource as a whole; nothing of a person."""
        beside = f"other resources of the Bundle passed over: {self.passed_over}"
        return (beside,) if self.passed_over else ()


def parsed(text: str | bytes) -> Any:
    """Return what a text of JSON says.

    Raises:
        ResourceError: It is none, a key stands twice in it, or it is nested too deep.
    """
    try:
        return _JSON.decode(text if isinstance(text, str) else text.decode())
    except RecursionError:
        raise ResourceError("it is nested too deep") from None
    except UnicodeDecodeError as error:
        raise ResourceError(f"byte {error.start} is not UTF-8; save it as UTF-8") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ResourceError(f"this is not JSON: {error.msg} ({place})") from None


def resource_of(file: str, raw: bytes) -> Json:
    """Return the resource that a file holds.

    Args:
        file: Name for messages.
        raw: The file, in UTF-8 with or without byte order mark.

    Raises:
        InputError: It holds none that can be read.
    """
    try:
        resource = parsed(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not UTF-8; save the file as UTF-8 text"
        raise InputError.about(file, message) from None
    except ResourceError as error:
        raise InputError.about(file, str(error)) from None
    if not isinstance(resource, dict):
        raise InputError.about(file, "a resource is a map; found something else")
    return resource


def responses_in(resource: Json) -> ResponsesFound:
    """Return the filled forms of a resource: itself, or those in the entries of a Bundle.

    Raises:
        ResourceError: There is none.
    """
    kind = resource.get("resourceType")
    if kind == RESPONSE:
        return ResponsesFound([("", resource)])
    if kind != BUNDLE:
        taken = f"a {RESPONSE} is one, or a {BUNDLE} of them"
        raise ResourceError(f"a resource of type {shown(kind)} is no filled form; {taken}")
    entries = list(entries_of(resource))
    responses = [
        (place, entry) for place, entry in entries if entry.get("resourceType") == RESPONSE
    ]
    if not responses:
        raise ResourceError(f"no {RESPONSE} stands in this {BUNDLE}, and nothing else is a form")
    return ResponsesFound(responses, len(entries) - len(responses))


def entries_of(bundle: Json, before: str = "") -> Iterator[tuple[str, Json]]:
    """Yield the resources of a Bundle, and of those within it, each with its place."""
    entries = bundle.get("entry")
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict):
            continue
        place = f"{before}entry[{number}]"
        if resource.get("resourceType") == BUNDLE:
            yield from entries_of(resource, f"{place}.")
        else:
            yield place, resource


def _once(pairs: list[tuple[str, Any]]) -> Json:
    """Return an object of JSON in which every key stands once."""
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ResourceError(f"the key {shown(twice)} stands twice in one object")
    return made


def _whole(digits: str) -> int:
    """Return a whole number that is not absurdly long."""
    if len(digits) > _DIGITS:
        raise ResourceError(f"a number of {len(digits)} characters stands in it")
    return int(digits)


def _constant(name: str) -> Any:
    raise ResourceError(f"{name} is no number of JSON")


_JSON = json.JSONDecoder(object_pairs_hook=_once, parse_int=_whole, parse_constant=_constant)
