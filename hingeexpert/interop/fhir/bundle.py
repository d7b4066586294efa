"""A result as a Bundle of FHIR R4: the answers, what was concluded of them and what is proposed.

Nothing in it is a Condition or a RiskAssessment: a fault describes a movement, and no risk is
predicted. Contributors are hypotheses, and stand in the text of the report alone. The name of the
person stands in the QuestionnaireResponse where it was given, and nowhere else.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

from hingeexpert import __version__
from hingeexpert.forms import Assessment
from hingeexpert.inference import Diagnosis
from hingeexpert.interop.fhir.observations import observations
from hingeexpert.interop.fhir.proposals import proposals
from hingeexpert.interop.fhir.resources import RESPONSE
from hingeexpert.interop.fhir.result import DEVICE, FhirResult
from hingeexpert.interop.fhir.words import Json
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.reporting import render_text


def result_bundle(
    knowledge: KnowledgeBase,
    assessment: Assessment,
    diagnosis: Diagnosis,
    *,
    is_transaction: bool = False,
    templates: Path | None = None,
    said: tuple[str, ...] = (),
) -> Json:
    """Return a result as a Bundle; the same form and rules give the same.

    Every `fullUrl` is a UUID of version 5 over the id of the patient, the date, the answers, the
    hash of the rules and the name of the resource; that of the Device over the version of the
    program and the hash of the rules.

    Args:
        knowledge: The knowledge base that gave the diagnosis.
        assessment: The form.
        diagnosis: Its result.
        is_transaction: Whether a server is to store each resource: the Device once for all forms,
            the others once where the form names a patient and a day.
        templates: Folder whose files replace shipped templates of the same name.
        said: What a user should know of how the form was read; nothing of the person.

    Raises:
        KnowledgeError: The folder of templates is missing, or one is broken.
    """
    result = FhirResult(knowledge, assessment, diagnosis, templates, said)
    entries = [_entry(result, name, one, is_transaction) for name, one in _resources(result)]
    return {
        "resourceType": "Bundle",
        "id": str(result.space),
        "type": "transaction" if is_transaction else "collection",
        "entry": entries,
    }


def bundle_text(bundle: Json, indent: int | None = None) -> str:
    """Write a Bundle: on one line, or indented by so many blanks."""
    return json.dumps(bundle, indent=indent, ensure_ascii=False)


def _resources(result: FhirResult) -> Iterator[tuple[str, Json]]:
    """Yield every resource with its name inside the Bundle."""
    yield RESPONSE, result.response
    yield DEVICE, _device(result)
    seen = list(observations(result))
    yield from seen
    yield "DiagnosticReport", _report(result, [name for name, _ in seen])
    yield from proposals(result)


def _entry(result: FhirResult, name: str, resource: Json, is_transaction: bool) -> Json:
    """Return a resource in its place: known again by its identifier, and not stored twice, where
    there can be no other of this identifier.
    """
    kind = resource["resourceType"]
    request = {"method": "POST", "url": kind}
    if name == DEVICE or result.is_one_of_a_kind:
        known = result.identifier(name)
        identifier = known if kind == RESPONSE else [known]
        resource = {"resourceType": kind, "identifier": identifier, **resource}
        request["ifNoneExist"] = f"identifier={known['system']}|{known['value']}"
    more = {"request": request} if is_transaction else {}
    return {"fullUrl": result.url(name), "resource": resource, **more}


def _device(result: FhirResult) -> Json:
    """Return who concluded: the program and its rules."""
    info, stamp = result.knowledge.info, result.diagnosis.knowledge
    versions = {
        "hingeexpert": __version__,
        "rules": stamp.version,
        "rules, SHA-256": stamp.sha256,
    }
    return {
        "resourceType": DEVICE,
        "deviceName": [{"name": f"hingeexpert: {info.title}", "type": "user-friendly-name"}],
        "version": [
            {"type": {"text": kind}, "value": version} for kind, version in versions.items()
        ],
        "note": [{"text": text} for text in (result.words.decision_support, *info.limits)],
    }


def _report(result: FhirResult, seen: list[str]) -> Json:
    """Return what a list of reports shows, with the full text of the report."""
    info = result.knowledge.info
    text = render_text(result.knowledge, result.nameless, result.templates)
    return {
        "resourceType": "DiagnosticReport",
        "status": "preliminary" if result.is_open else "final",
        "code": result.code(info.id, info.title),
        **result.whose(),
        **result.on_day("effectiveDateTime"),
        "result": [result.refer(name) for name in seen],
        "conclusion": result.sentence("conclusion"),
        "presentedForm": [
            {
                "contentType": "text/plain; charset=utf-8",
                "language": info.language,
                "data": b64encode(text.encode()).decode(),
                "title": info.title,
            }
        ],
    }
