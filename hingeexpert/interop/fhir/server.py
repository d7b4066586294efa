"""What a small server of FHIR says of itself, and what it takes: a filled form to judge."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from hingeexpert import __version__
from hingeexpert.errors import InputError, shown
from hingeexpert.inference import diagnose
from hingeexpert.interop.brought import assessment_of
from hingeexpert.interop.fhir.bundle import result_bundle
from hingeexpert.interop.fhir.resources import RESPONSE
from hingeexpert.interop.fhir.response import read_response
from hingeexpert.interop.fhir.words import Json, addresses
from hingeexpert.knowledge import KnowledgeBase

PARAMETERS = "Parameters"
SENT = "response"
"""What a filled form is called in messages."""
EXTRACT = "http://hl7.org/fhir/uv/sdc/OperationDefinition/QuestionnaireResponse-extract"
LET_IN = "Each request sends what the server printed at its start: Authorization: Bearer TOKEN."
FORMATS = ("application/fhir+json", "application/json")


def extracted(knowledge: KnowledgeBase, resource: Json, templates: Path | None = None) -> Json:
    """Return the Bundle of a response: what is concluded of it and proposed.

    Args:
        knowledge: The knowledge base.
        resource: A QuestionnaireResponse, or Parameters with one; of any shape.
        templates: Folder whose files replace shipped templates of the same name.

    Raises:
        InputError: With every problem.
    """
    brought = read_response(knowledge, response_in(resource))
    form = assessment_of(knowledge, SENT, brought)
    diagnosis = diagnose(knowledge, form)
    return result_bundle(knowledge, form, diagnosis, templates=templates, said=brought.notes)


def response_in(resource: Json) -> Json:
    """Return the one response that was sent.

    Raises:
        InputError: There is none, or several.
    """
    kind = resource.get("resourceType")
    if kind == RESPONSE:
        return resource
    needed = f"one {RESPONSE} is needed, alone or as a parameter"
    if kind != PARAMETERS:
        raise InputError.about(SENT, f"this is a resource of type {shown(kind)}; {needed}")
    parts = _parts(resource.get("parameter"))
    found = [part for part in parts if part.get("resourceType") == RESPONSE]
    if len(found) != 1:
        raise InputError.about(SENT, f"{len(found)} stand in the Parameters; {needed}")
    return found[0]


def _parts(parameters: Any) -> list[Json]:
    """Return the resources of parameters."""
    given = parameters if isinstance(parameters, list) else []
    parts = [part.get("resource") for part in given if isinstance(part, dict)]
    return [part for part in parts if isinstance(part, dict)]


def capability_statement(knowledge: KnowledgeBase, address: str) -> Json:
    """Return what a server can do.

    Args:
        knowledge: The knowledge base.
        address: Its base address.
    """
    info = knowledge.info
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": info.reviewed,
        "kind": "instance",
        "software": {"name": "hingeexpert", "version": __version__},
        "implementation": {"description": info.title, "url": address},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "documentation": knowledge.exchange.result.decision_support,
                "security": {"description": LET_IN},
                "resource": [_questionnaires(knowledge), _responses()],
            }
        ],
    }


def _questionnaires(knowledge: KnowledgeBase) -> Json:
    """Return that the form can be read, and found by its address."""
    return {
        "type": "Questionnaire",
        "documentation": f"The form alone: {addresses(knowledge).questionnaire}",
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "searchParam": [{"name": "url", "type": "uri"}],
    }


def _responses() -> Json:
    """Return that a response is judged; none is kept."""
    return {
        "type": RESPONSE,
        "documentation": "A response gives a Bundle of type collection. Nothing is kept.",
        "operation": [{"name": "extract", "definition": EXTRACT}],
    }


def found_by_address(form: Json, url: str | None, address: str) -> Json:
    """Return the form as the result of a search: in it where it has the address asked for. What
    was searched for stands in the link `self`, so that a client sees what was not looked at.

    Args:
        form: The Questionnaire.
        url: The address, with or without `|version`; `None` asks for every form.
        address: Of the Questionnaires on the server.
    """
    names = (None, form["url"], f"{form['url']}|{form['version']}")
    own = f"{address}/{form['id']}"
    entries = [{"fullUrl": own, "resource": form, "search": {"mode": "match"}}]
    found = entries if url in names else []
    searched = address if url is None else f"{address}?{urlencode({'url': url})}"
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(found),
        "link": [{"relation": "self", "url": searched}],
        **({"entry": found} if found else {}),
    }
