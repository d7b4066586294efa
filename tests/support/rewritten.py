"""A QuestionnaireResponse as other systems would write the same answers."""

from collections.abc import Iterator
from typing import Any

from hingeexpert.interop.fhir.words import (
    ABSENT_UNKNOWN,
    CORE,
    DATA_ABSENT_REASONS,
    Json,
    addresses,
    coding,
    extension,
)
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value

SNOMED = {"yes": "373066001", "no": "373067005"}


def leaves(resource: Json) -> Iterator[Json]:
    """Yield every item with an answer, in the order of the response."""
    for item in resource.get("item", []):
        if "answer" in item:
            yield item
        yield from leaves(item)


def as_renderer(knowledge: KnowledgeBase, response: Json) -> Json:
    """Return a response as the renderers of forms write it: words and extensions in every coding,
    whole numbers as decimals, texts of the questions, no version, questions without an answer.
    """
    items = []
    for item in leaves(response):
        (answer,) = item["answer"]
        items.append({**item, "text": "A question?", "answer": [_dressed(answer)]})
    given = {item["linkId"] for item in items}
    blank = [{"linkId": name, "text": "?"} for name in knowledge.observables if name not in given]
    whole = {**response, "questionnaire": addresses(knowledge).questionnaire, "id": "17"}
    return {**whole, "language": "es", "item": [*blank[:9], *items, {"linkId": "screen"}]}


def _dressed(answer: Json) -> Json:
    if "valueInteger" in answer:
        return {"valueDecimal": float(answer["valueInteger"])}
    if "valueCoding" not in answer:
        return answer
    bare = {"code": answer["valueCoding"]["code"], "display": "in words"}
    score = extension(f"{CORE}/ordinalValue", valueDecimal=1)
    return {"valueCoding": {**bare, "extension": [score]}, "extension": [score]}


def as_record(knowledge: KnowledgeBase, response: Json) -> Json:
    """Return a response as a record keeps it: yes and no in codes of SNOMED CT or as booleans,
    what was not assessed said, whose it is and when around the items.
    """
    items = []
    for number, item in enumerate(leaves(response)):
        (answer,) = item["answer"]
        items.append({**item, "answer": [_of_record(knowledge, item["linkId"], answer, number)]})
    names = {item["linkId"]: next(iter(item["answer"][0].values())) for item in items}
    head = {
        "subject": {"reference": f"Patient/{names.pop('patient.id')}/_history/3"},
        "authored": f"{names.pop('date')}T09:30:00+01:00",
        "author": {"display": names.pop("clinician", None)},
    }
    kept = [item for item in items if item["linkId"] in names]
    unsaid = [] if "safety.screen" in names else list(knowledge.observables)
    absent = {"valueCoding": coding(DATA_ABSENT_REASONS, ABSENT_UNKNOWN)}
    said = [{"linkId": name, "answer": [absent]} for name in unsaid if name not in names]
    return {**response, **head, "item": [{"linkId": "visit"}, *kept, *said]}


def _of_record(knowledge: KnowledgeBase, name: str, answer: Json, number: int) -> Json:
    code = answer.get("valueCoding", {}).get("code")
    item = knowledge.observables.get(name)
    if item is None or not item.answer.is_flag:
        return answer
    if number % 2:
        return {"valueBoolean": code == "yes"}
    return {"valueCoding": coding("http://snomed.info/sct", SNOMED[code])}


def answered(knowledge: KnowledgeBase, **cells: Any) -> Json:
    """Return a response with these answers as they are given, `safety__screen` for
    `safety.screen`.
    """
    items = [
        {"linkId": name.replace("__", "."), "answer": value if isinstance(value, list) else [value]}
        for name, value in cells.items()
    ]
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": addresses(knowledge).questionnaire,
        "status": "completed",
        "item": items,
    }


def code(value: Value) -> Json:
    """Return an answer that is a code without a system."""
    return {"valueCoding": {"code": value}}
