"""What went wrong, as an OperationOutcome."""

from collections.abc import Iterable

from hingeexpert.interop.fhir.words import Json

REASONS = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    408: "timeout",
    413: "too-long",
    415: "not-supported",
    422: "invalid",
    429: "throttled",
    503: "transient",
}
"""Status of an answer to the code that FHIR has for it; `exception` for all others."""


def operation_outcome(status: int, messages: Iterable[str]) -> Json:
    """Return why a request was not done.

    Args:
        status: Status of the answer.
        messages: Every problem, at least one.
    """
    code = REASONS.get(status, "exception")
    issues = [
        {"severity": "error", "code": code, "details": {"text": message}} for message in messages
    ]
    return {"resourceType": "OperationOutcome", "issue": issues}
