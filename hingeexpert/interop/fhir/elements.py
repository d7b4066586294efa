"""The elements that a QuestionnaireResponse may have, in FHIR R4 or R5. Whatever else stands in one
may hold an answer, so it is told and never passed over.

Source: the definitions of the resource, https://hl7.org/fhir/R4/questionnaireresponse.html and
https://hl7.org/fhir/R5/questionnaireresponse.html.
"""

from collections.abc import Iterator

from hingeexpert.errors import nearest, shown
from hingeexpert.interop.fhir.words import Json

_OF_ALL = frozenset({"id", "extension", "modifierExtension"})
OF_RESPONSE = _OF_ALL | {
    *("resourceType", "meta", "implicitRules", "language", "text", "contained", "identifier"),
    *("basedOn", "partOf", "questionnaire", "status", "subject", "encounter", "authored"),
    *("author", "source", "item"),
}
OF_ITEM = _OF_ALL | {"linkId", "definition", "text", "answer", "item"}
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
        known: The elements that it may have; what begins with `_` is of one of them.
    """
    yield from (message for name, message in CHANGING.items() if name in part)
    if part.keys() <= known:
        return
    for name in part:
        if name not in known and not name.startswith("_"):
            yield f"there is no element {shown(name)} here{nearest(name, known)}"


def misplaced_in_answer(answer: Json) -> Iterator[str]:
    """Yield the same of an answer, which may have a value of any kind."""
    if len(answer) > 1:
        rest = {key: part for key, part in answer.items() if not key.startswith("value")}
        yield from misplaced(rest, _OF_ALL | {"item"})
