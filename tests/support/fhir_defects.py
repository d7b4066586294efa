"""Files of FHIR with one slip in each, and which judge finds it: what a judge does not find, it
cannot vouch for in ours.
"""

from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from fhir_judges import Json
from small import SMALL

from hingeexpert.interop.fhir.questionnaire import questionnaire_resource
from hingeexpert.interop.fhir.words import ITEM_CONTROL
from hingeexpert.knowledge import load_knowledge

Kind = Literal["form", "response", "bundle"]
Path = tuple[str | int, ...]
GONE = object()
"""In place of a value: the key is taken away."""

BOTH = frozenset({"schema", "fhirkit"})
SCHEMA = frozenset({"schema"})
FHIRKIT = frozenset({"fhirkit"})
NEITHER: frozenset[str] = frozenset()
"""Others find it, see `benchmarks/fhir_clients.py`, or a test of ours."""

ANSWERS = "https://small.invalid/fhir/CodeSystem/small-answers"
RESPONSE: Json = {
    "resourceType": "QuestionnaireResponse",
    "questionnaire": "https://small.invalid/fhir/Questionnaire/small|1.0.0",
    "status": "completed",
    "authored": "2026-11-20",
    "item": [
        {
            "linkId": "stick",
            "item": [
                {"linkId": "stick.depth_degrees", "answer": [{"valueInteger": 40}]},
                {
                    "linkId": "stick.hold",
                    "answer": [{"valueCoding": {"system": ANSWERS, "code": "secure"}}],
                },
            ],
        }
    ],
}
OBSERVATION: Json = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"text": "Triage"},
    "valueCodeableConcept": {"text": "Clear"},
}
UUID = "urn:uuid:7c9e6679-7425-40de-944b-e07fc1f90a"
BUNDLE: Json = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {"fullUrl": f"{UUID}e7", "resource": OBSERVATION},
        {"fullUrl": f"{UUID}e8", "resource": RESPONSE},
    ],
}


@dataclass(frozen=True)
class Defect:
    """A slip: what is put where, and who finds it."""

    name: str
    kind: Kind
    path: Path
    value: Any
    found_by: frozenset[str]


@cache
def sound() -> dict[Kind, Json]:
    """Return a sound file of each kind."""
    small = replace(load_knowledge(SMALL), languages={})
    return {"form": questionnaire_resource(small), "response": RESPONSE, "bundle": BUNDLE}


def damaged(defect: Defect) -> Json:
    """Return a sound file with one slip in it."""
    resource = deepcopy(sound()[defect.kind])
    place: Any = resource
    *way, last = defect.path
    for step in way:
        place = place[step]
    if defect.value is GONE:
        del place[last]
    else:
        place[last] = defect.value
    return resource


GATE: Path = ("item", 4, "enableWhen", 0)
CHOICE: Path = ("item", 3, "item", 0)
NUMBER: Path = ("item", 3, "item", 3)
ANSWER: Path = ("item", 0, "item", 0, "answer", 0)
CODED: Path = ("item", 0, "item", 1, "answer", 0, "valueCoding")
SEEN: Path = ("entry", 0, "resource")

DEFECTS = (
    Defect("no status", "form", ("status",), GONE, FHIRKIT),
    Defect("status of no such name", "form", ("status",), "aktiv", SCHEMA),
    Defect("kind of resource misspelt", "form", ("resourceType",), "Questionaire", BOTH),
    Defect("key of no such name", "form", (*CHOICE, "label"), "Hold", BOTH),
    Defect("no link id", "form", (*CHOICE, "linkId"), GONE, FHIRKIT),
    Defect("link id twice", "form", (*CHOICE, "linkId"), "stick.side", NEITHER),
    Defect("link id a number", "form", (*CHOICE, "linkId"), 7, BOTH),
    Defect("type of no such name", "form", (*CHOICE, "type"), "choise", SCHEMA),
    Defect("no type", "form", (*CHOICE, "type"), GONE, FHIRKIT),
    Defect("required as text", "form", (*CHOICE, "required"), "false", BOTH),
    Defect("options as one thing", "form", (*CHOICE, "answerOption"), {}, BOTH),
    Defect("option without a value", "form", (*CHOICE, "answerOption", 0), {}, FHIRKIT),
    Defect(
        "two values of an option", "form", (*CHOICE, "answerOption", 0, "valueString"), "s", FHIRKIT
    ),
    Defect(
        "options of a number", "form", (*NUMBER, "answerOption"), [{"valueInteger": 1}], NEITHER
    ),
    Defect(
        "something filled in", "form", (*CHOICE, "initial"), [{"valueString": "secure"}], NEITHER
    ),
    Defect("condition without operator", "form", (*GATE, "operator"), GONE, FHIRKIT),
    Defect("operator of no such name", "form", (*GATE, "operator"), "==", SCHEMA),
    Defect("condition without answer", "form", (*GATE, "answerCoding"), GONE, FHIRKIT),
    Defect("condition on nothing", "form", (*GATE, "question"), "context.vist", NEITHER),
    Defect("behaviour of no such name", "form", ("item", 4, "enableBehavior"), "some", SCHEMA),
    Defect("empty item", "form", (*CHOICE, "item", 0), {}, FHIRKIT),
    Defect("extension without address", "form", (*NUMBER, "extension", 0, "url"), GONE, FHIRKIT),
    Defect(
        "extension without value", "form", (*NUMBER, "extension", 0, "valueInteger"), GONE, NEITHER
    ),
    Defect("limit as text", "form", (*NUMBER, "extension", 0, "valueInteger"), "0", BOTH),
    Defect(
        "two values of an extension",
        "form",
        (*NUMBER, "extension", 0),
        {"url": ITEM_CONTROL, "valueInteger": 0, "valueString": "0"},
        FHIRKIT,
    ),
    Defect("day as people write it", "form", ("date",), "20.11.2026", BOTH),
    Defect("address with a blank", "form", ("url",), "https://small.invalid/the form", BOTH),
    Defect("empty text", "form", (*CHOICE, "text"), "", BOTH),
    Defect("response without status", "response", ("status",), GONE, FHIRKIT),
    Defect("response of no such status", "response", ("status",), "done", SCHEMA),
    Defect("empty answer", "response", ANSWER, {}, NEITHER),
    Defect("two values of an answer", "response", (*ANSWER, "valueString"), "40", FHIRKIT),
    Defect("number as text", "response", (*ANSWER, "valueInteger"), "40", BOTH),
    Defect("broken whole number", "response", (*ANSWER, "valueInteger"), 40.5, FHIRKIT),
    Defect("code without letters", "response", (*CODED, "code"), "", BOTH),
    Defect("answer without link id", "response", ("item", 0, "item", 0, "linkId"), GONE, FHIRKIT),
    Defect("day that is none", "response", ("authored",), "yesterday", BOTH),
    Defect("bundle of no such type", "bundle", ("type",), "batches", SCHEMA),
    Defect("bundle without type", "bundle", ("type",), GONE, FHIRKIT),
    Defect("same address twice", "bundle", ("entry", 1, "fullUrl"), f"{UUID}e7", NEITHER),
    Defect("observation without code", "bundle", (*SEEN, "code"), GONE, BOTH),
    Defect("observation of no such status", "bundle", (*SEEN, "status"), "finished", SCHEMA),
    Defect("two values of an observation", "bundle", (*SEEN, "valueString"), "Clear", FHIRKIT),
    Defect(
        "value beside why there is none",
        "bundle",
        (*SEEN, "dataAbsentReason"),
        {"text": "unknown"},
        NEITHER,
    ),
    Defect("text in place of a concept", "bundle", (*SEEN, "code"), "Triage", FHIRKIT),
)
