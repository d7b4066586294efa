"""The elements that a QuestionnaireResponse may have, in FHIR R4 or R5. Whatever else stands in one
may hold an answer, so it is told and never passed over.

Source: the definitions of the resource, https://hl7.org/fhir/R4/questionnaireresponse.html and
https://hl7.org/fhir/R5/questionnaireresponse.html.
"""

from collections.abc import Iterator
from typing import Any

from hingeexpert.errors import nearest, shown
from hingeexpert.interop.fhir.words import Json

_OF_ALL = frozenset({"id", "extension", "modifierExtension"})
OF_ANSWER = _OF_ALL | {"item"}
"""Beside its value."""
OF_RESPONSE = _OF_ALL | {
    *("resourceType", "meta", "implicitRules", "language", "text", "contained", "identifier"),
    *("basedOn", "partOf", "questionnaire", "status", "subject", "encounter", "authored"),
    *("author", "source", "item"),
    *("_implicitRules", "_language", "_questionnaire", "_status", "_authored"),
}
OF_ITEM = _OF_ALL | {"linkId", "definition", "text", "answer", "item"}
OF_ITEM |= {"_linkId", "_definition", "_text"}
PLAIN = frozenset({"linkId", "answer", "item"})
"""Elements of an item in which nothing can be wrong that is not seen when they are read."""
TEXTS = ("text", "definition")
"""Elements of an item that hold a text."""
CHANGING = {
    "modifierExtension": "a modifierExtension stands here; what it changes is not known",
    "implicitRules": "it follows rules of its own (implicitRules), which are not known here",
}
"""Elements that change the meaning of what they stand in."""


def misplaced(part: Json, known: frozenset[str]) -> Iterator[str]:
    """Yield a message for each element that no response has there, and for each that changes the
    meaning of what it stands in.

    Args:
        part: A response, or an item of one.
        known: The elements that it may have.
    """
    yield from (message for name, message in CHANGING.items() if name in part)
    if "extension" in part and not _are_extensions(part["extension"]):
        yield "an extension is a map in a list, and has an address (url)"
    if part.keys() <= known:
        return
    for name in part:
        if name not in known:
            yield f"there is no element {shown(name)} here{nearest(name, known)}"


def _are_extensions(found: Any) -> bool:
    """Return whether extensions stand where they should."""
    return isinstance(found, list) and all(
        isinstance(one, dict) and isinstance(one.get("url"), str) for one in found
    )


def misplaced_in_item(item: Json) -> Iterator[str]:
    """Yield the same of an item."""
    yield from misplaced(item, OF_ITEM)
    for name in TEXTS:
        found = item.get(name)
        if found is not None and not isinstance(found, str):
            yield f"a text is needed in {shown(name)}; found {shown(found)}"


def misplaced_in_answer(answer: Json) -> Iterator[str]:
    """Yield the same of an answer, which may have a value of any kind."""
    values = ("value", "_value")
    rest = {key: part for key, part in answer.items() if not key.startswith(values)}
    yield from misplaced(rest, OF_ANSWER)
