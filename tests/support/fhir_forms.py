"""A Questionnaire and a response to it as a client has them: what is shown, by FHIR alone."""

import random
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import fhirpathpy
from fhir_judges import Json
from fhirpathpy.models import models

from hingeexpert.interop.fhir.words import (
    ABSENT_UNKNOWN,
    DATA_ABSENT_REASONS,
    ENABLE_WHEN_EXPRESSION,
)
from hingeexpert.knowledge.condition import Value

UNKNOWN: Json = {"valueCoding": {"system": DATA_ABSENT_REASONS, "code": ABSENT_UNKNOWN}}
OPERATORS = {
    "=": lambda one, other: one == other,
    ">=": lambda one, other: one >= other,
    ">": lambda one, other: one > other,
    "<=": lambda one, other: one <= other,
    "<": lambda one, other: one < other,
}


def items_of(form: Json) -> Iterator[Json]:
    """Yield every item of a Questionnaire, or of a part of one, in its order."""
    for item in form.get("item", []):
        yield item
        yield from items_of(item)


def response_to(form: Json, cells: Mapping[str, Value], rng: random.Random) -> Json:
    """Return a response with these answers; some items that are blank are *not assessed*."""
    return {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "item": list(_answered(form, cells, rng)),
    }


def _answered(form: Json, cells: Mapping[str, Value], rng: random.Random) -> Iterator[Json]:
    for item in form["item"]:
        link = item["linkId"]
        if item["type"] == "group":
            inside = list(_answered(item, cells, rng))
            yield {"linkId": link} | ({"item": inside} if inside else {})
        elif link in cells:
            yield {"linkId": link, "answer": [_answer(item, cells[link])]}
        elif _last(item) == UNKNOWN["valueCoding"]["code"] and rng.random() < 0.3:
            yield {"linkId": link, "answer": [UNKNOWN]}


def _last(item: Json) -> str | None:
    """Return the code of the last option of an item."""
    options = item.get("answerOption")
    return str(options[-1]["valueCoding"]["code"]) if options else None


def _answer(item: Json, value: Value) -> Json:
    for option in item.get("answerOption", []):
        if option["valueCoding"]["code"] == value:
            coding = option["valueCoding"]
            return {"valueCoding": {key: coding[key] for key in ("system", "code")}}
    kinds = {"integer": "valueInteger", "decimal": "valueDecimal"}
    return {kinds.get(item["type"], "valueString"): value}


def is_shown(item: Json, response: Json) -> bool:
    """Whether a client shows an item by its own conditions, whatever stands around it."""
    expression = expression_of(item)
    if expression is not None:
        return evaluated(expression, response) == [True]
    conditions = item.get("enableWhen")
    if conditions is None:
        return True
    held = [_holds(condition, response) for condition in conditions]
    return any(held) if item.get("enableBehavior") == "any" else all(held)


def expression_of(item: Json) -> str | None:
    """Return the condition of an item that is written in FHIRPath."""
    for one in item.get("extension", []):
        if one["url"] == ENABLE_WHEN_EXPRESSION:
            return str(one["valueExpression"]["expression"])
    return None


def evaluated(expression: str, response: Json, **given: Json) -> list[Any]:
    """Return what FHIRPath makes of a response."""
    return _compiled(expression)(response, {"resource": response, **given})


@cache
def _compiled(expression: str) -> Any:
    return fhirpathpy.compile(expression, models["r4"])


def _holds(condition: Json, response: Json) -> bool:
    answers = [
        answer
        for item in items_of(response)
        if item["linkId"] == condition["question"]
        for answer in item.get("answer", [])
    ]
    (wanted,) = (value for key, value in condition.items() if key.startswith("answer"))
    if condition["operator"] == "exists":
        return bool(answers) == wanted
    compares = OPERATORS[condition["operator"]]
    return any(compares(_bare(value), _bare(wanted)) for one in answers for value in one.values())


def _bare(value: Any) -> Any:
    """Return what of a value is compared: of a coding, its system and code."""
    return (value["system"], value["code"]) if isinstance(value, dict) else value
