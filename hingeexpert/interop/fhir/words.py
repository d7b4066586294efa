"""What FHIR calls things: addresses of ours and of others, and the small shapes made with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hingeexpert.interop.questionnaire import Questionnaire, Words
from hingeexpert.knowledge import KnowledgeBase

Json = dict[str, Any]
"""A resource, or a part of one."""

CORE = "http://hl7.org/fhir/StructureDefinition"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition"
SDC_QUESTIONNAIRE = f"{SDC}/sdc-questionnaire"
ENABLE_WHEN_EXPRESSION = f"{SDC}/sdc-questionnaire-enableWhenExpression"
INITIAL_EXPRESSION = f"{SDC}/sdc-questionnaire-initialExpression"
LAUNCH_CONTEXT = f"{SDC}/sdc-questionnaire-launchContext"
LAUNCH_CONTEXTS = "http://hl7.org/fhir/uv/sdc/CodeSystem/launchContext"
VERSION_ALGORITHM = f"{CORE}/artifact-versionAlgorithm"
VERSION_ALGORITHMS = "http://hl7.org/fhir/version-algorithm"
TRANSLATION = f"{CORE}/translation"
ITEM_CONTROL = f"{CORE}/questionnaire-itemControl"
ITEM_CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"
DISPLAY_CATEGORY = f"{CORE}/questionnaire-displayCategory"
DISPLAY_CATEGORIES = "http://hl7.org/fhir/questionnaire-display-category"
MIN_VALUE = f"{CORE}/minValue"
MAX_VALUE = f"{CORE}/maxValue"
UNIT = f"{CORE}/questionnaire-unit"
DATA_ABSENT = f"{CORE}/data-absent-reason"
"""The extension; `DATA_ABSENT_REASONS` is the code system of its values."""
DATA_ABSENT_REASONS = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
ABSENT_UNKNOWN = "unknown"
"""The code of *not assessed* among `DATA_ABSENT_REASONS`."""
UCUM = "http://unitsofmeasure.org"
FHIRPATH = "text/fhirpath"


@dataclass(frozen=True)
class Addresses:
    """Where other systems find what is ours.

    Attributes:
        questionnaire: The form.
        questions: Code system of the identifiers of questions.
        answers: Code system of the codes of answers.
        conclusions: Code system of what the rules conclude.
        rules: System of identifiers, each the hash of the rules that made something.
    """

    questionnaire: str
    questions: str
    answers: str
    conclusions: str
    rules: str


def addresses(knowledge: KnowledgeBase) -> Addresses:
    """Return the addresses of a knowledge base, all below its own."""
    base, name = knowledge.info.canonical, knowledge.info.id
    systems = f"{base}/CodeSystem/{name}"
    return Addresses(
        questionnaire=f"{base}/Questionnaire/{name}",
        questions=f"{systems}-questions",
        answers=f"{systems}-answers",
        conclusions=systems,
        rules=f"{base}/rules",
    )


def coding(system: str, code: str, display: str = "") -> Json:
    """Return a code of a system; the words are left out where there are none."""
    return {"system": system, "code": code} | ({"display": display} if display else {})


def concept(system: str, code: str, display: str = "") -> Json:
    """Return a concept that is one code."""
    return {"coding": [coding(system, code, display)]}


def extension(url: str, **value: Any) -> Json:
    """Return an extension; its one value has the name of its type, such as `valueCode`."""
    return {"url": url, **value}


def nested_extension(url: str, parts: Iterable[Json]) -> Json:
    """Return an extension that consists of others."""
    return {"url": url, "extension": list(parts)}


def said(key: str, words: Words) -> Json:
    """Return a text under its key, in the first of its languages, and beside it in the others."""
    (_, own), *others = words.items()
    translations = [_translation(code, text) for code, text in others if text != own]
    beside: Mapping[str, Any] = {f"_{key}": {"extension": translations}} if translations else {}
    return {key: own, **beside}


def _translation(language: str, text: str) -> Json:
    parts = (extension("lang", valueCode=language), extension("content", valueString=text))
    return nested_extension(TRANSLATION, parts)


def part_links(form: Questionnaire) -> list[str]:
    """Return the link id of each part, the head first: its name, or with a tail where something of
    the form has that name already.
    """
    taken = set(form.by_identifier)
    links: list[str] = []
    for part in (form.head, *form.parts):
        link = f"{part.name}-part" if part.name in taken else part.name
        taken.add(link)
        links.append(link)
    return links
