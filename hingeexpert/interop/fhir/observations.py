"""What was concluded, as Observations: both verdicts, each fault that is present or undetermined.

An open verdict has no value: what bounds it stands in components, where nobody takes it for the
verdict. What could be read as a permission is not named at all.
"""

from collections.abc import Iterator

from hingeexpert.inference.diagnosis import FaultResult, LadderName, LadderResult
from hingeexpert.interop.fhir.resources import RESPONSE
from hingeexpert.interop.fhir.result import DEVICE, FhirResult, notes, unknown_value
from hingeexpert.interop.fhir.words import Json, concept
from hingeexpert.knowledge.models.conclusions import Confidence

CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category"


def observations(result: FhirResult) -> Iterator[tuple[str, Json]]:
    """Yield every Observation with its name inside the Bundle."""
    diagnosis = result.diagnosis
    yield "triage", _verdict(result, "triage", diagnosis.triage)
    yield "readiness", _verdict(result, "readiness", diagnosis.readiness)
    for fault in diagnosis.faults:
        yield fault.id, _fault(result, fault)


def _observation(result: FhirResult, code: Json, *, is_decided: bool) -> Json:
    """Return what every Observation begins with."""
    return {
        "resourceType": "Observation",
        "status": "final" if is_decided else "preliminary",
        "category": [concept(CATEGORIES, "survey", "Survey")],
        "code": code,
        **result.whose(),
        **result.on_day("effectiveDateTime"),
    }


def _rests_on(result: FhirResult) -> Json:
    return {"device": result.refer(DEVICE), "derivedFrom": [result.refer(RESPONSE)]}


def _verdict(result: FhirResult, ladder: LadderName, stands: LadderResult) -> Json:
    """Return where the person stands on a ladder."""
    return {
        **_observation(
            result,
            result.code(ladder, getattr(result.words, ladder)),
            is_decided=stands.decided,
        ),
        **(_decided if stands.decided else _open)(result, ladder, stands),
        **notes(stands.reasons),
        **_rests_on(result),
    }


def _decided(result: FhirResult, ladder: LadderName, stands: LadderResult) -> Json:
    return {"valueCodeableConcept": _level(result, ladder, stands.verdict)}


def _open(result: FhirResult, ladder: LadderName, stands: LadderResult) -> Json:
    """Return that there is no verdict yet, and between which levels it lies."""
    words = result.words
    bounds = {"not_ruled_out": (words.not_ruled_out, stands.not_ruled_out)}
    if _warns(result, ladder, stands.at_least):
        bounds = {"at_least": (words.at_least, stands.at_least), **bounds}
    components = [
        {
            "code": result.code(name, display),
            "valueCodeableConcept": _level(result, ladder, level),
        }
        for name, (display, level) in bounds.items()
    ]
    return {**unknown_value(), "component": components}


def _warns(result: FhirResult, ladder: LadderName, name: str) -> bool:
    """Whether what is proven of an open ladder holds something back. Of readiness every other
    level lets something be done, and would be read as a permission beside a missing verdict.
    """
    level = result.knowledge.level(ladder, name)
    return level.withholds_cues is not None if ladder == "readiness" else not level.always


def _level(result: FhirResult, ladder: LadderName, name: str) -> Json:
    return result.code(name, result.knowledge.level(ladder, name).title)


def _fault(result: FhirResult, fault: FaultResult) -> Json:
    """Return that a fault is present, how surely and why; or that it is not decided."""
    is_present, words = fault.status == "present", result.words
    value = {"valueCodeableConcept": result.code("present", words.present)}
    reasons = [text for item in fault.evidence for text in (item.because, *item.lowered_by)]
    sure = fault.confidence
    component = {"component": [_confidence(result, sure)]} if sure is not None else {}
    return {
        **_observation(result, result.code(fault.id, fault.title), is_decided=is_present),
        **(value if is_present else unknown_value()),
        **notes(reasons),
        **_rests_on(result),
        **component,
    }


def _confidence(result: FhirResult, confidence: Confidence) -> Json:
    """Return how sure a fault is, as a component."""
    return {
        "code": result.code("confidence", result.words.confidence),
        "valueCodeableConcept": result.code(confidence, confidence),
    }
