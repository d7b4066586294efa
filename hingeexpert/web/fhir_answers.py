"""How programs of FHIR are answered: in JSON, and with an OperationOutcome for what is not done."""

import json
from collections.abc import Iterable
from http import HTTPStatus

from starlette.responses import Response

from hingeexpert.errors import Problem
from hingeexpert.interop.fhir.outcome import operation_outcome
from hingeexpert.interop.fhir.words import Json

FHIR_JSON = "application/fhir+json"


def fhir_answer(resource: Json, status: int = 200) -> Response:
    """Return an answer that is a resource."""
    return Response(json.dumps(resource, ensure_ascii=False), status, media_type=FHIR_JSON)


def problem_answer(status: int, problems: Iterable[Problem]) -> Response:
    """Return an answer that tells every problem of a request; without one what its status says."""
    messages = [
        f"{problem.path}: {problem.message}" if problem.path else problem.message
        for problem in problems
    ]
    return fhir_answer(operation_outcome(status, messages or [HTTPStatus(status).phrase]), status)
