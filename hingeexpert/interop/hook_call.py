"""What a hospital's record sends along when it calls a hook, and which form in it counts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from hingeexpert.errors import InputError
from hingeexpert.formats.documents import Document
from hingeexpert.formats.validation import explained
from hingeexpert.interop.fhir.resources import BUNDLE, RESPONSE, entries_of
from hingeexpert.interop.fhir.response import RETRACTED
from hingeexpert.interop.fhir.words import Json, addresses
from hingeexpert.knowledge import KnowledgeBase

PATIENT_VIEW = "patient-view"
"""The hook that is answered: a record was opened."""
RESPONSES = "responses"
"""Key of the forms among what is sent along."""
FHIR_ID = r"^[A-Za-z0-9.-]{1,64}$"
OF_PATIENT = re.compile(r"(?:.*/)?Patient/([^/]+)(?:/_history/.*)?")
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class _Sent(BaseModel):
    """Base of what is sent; what is not known is passed over, as the standard allows it."""

    model_config = ConfigDict(strict=True, frozen=True, alias_generator=to_camel)


class HookContext(_Sent):
    """Whose record was opened."""

    patient_id: Annotated[str, Field(pattern=FHIR_ID)]


class HookRequest(_Sent):
    """A call of a hook."""

    hook: str
    hook_instance: Annotated[str, Field(min_length=1, max_length=200)]
    context: HookContext
    prefetch: dict[str, Any] | None = None


Sent = TypeVar("Sent", bound=BaseModel)


@dataclass(frozen=True)
class HookCall:
    """A call, as far as it is answered.

    Attributes:
        instance: Name of this one call; the record draws it at random.
        patient: Id of the Patient in the record.
        response: The newest form of theirs; `None` where there is none yet.
    """

    instance: str
    patient: str
    response: Json | None = field(repr=False)


class WrongHookError(InputError):
    """Another hook is called than the one that is answered."""


class NotSentError(InputError):
    """The forms were not sent along; they are never fetched."""


def read_call(knowledge: KnowledgeBase, document: Document) -> HookCall:
    """Read a call.

    Raises:
        WrongHookError: It is of another hook.
        NotSentError: The forms of the patient are not in it.
        InputError: It cannot be read; with every problem.
    """
    data = document.data
    hook = data.get("hook") if isinstance(data, dict) else None
    if not document.problems and isinstance(hook, str) and hook != PATIENT_VIEW:
        message = f"this hook is not answered here; allowed: {PATIENT_VIEW}"
        raise WrongHookError([document.problem(("hook",), message)])
    request = read_sent(HookRequest, document)
    prefetch = request.prefetch or {}
    if RESPONSES not in prefetch or _tells_of_failure(prefetch[RESPONSES]):
        message = f"{RESPONSES} is needed here; nothing is fetched from a FHIR server"
        raise NotSentError([document.problem(("prefetch",), message)])
    patient = request.context.patient_id
    newest = _newest(knowledge, document, prefetch[RESPONSES])
    return HookCall(request.hook_instance, patient, newest)


def read_sent(model: type[Sent], document: Document) -> Sent:
    """Read a document by a model.

    Raises:
        InputError: With every problem.
    """
    if document.problems:
        raise InputError(document.problems)
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise InputError(explained(document, model, error.errors())) from None


def is_of_another(response: Json, patient: str) -> bool:
    """Whether a response names another Patient of the record than the one that is open."""
    subject = response.get("subject")
    reference = subject.get("reference") if isinstance(subject, dict) else None
    if not isinstance(reference, str) or "Patient/" not in reference:
        return False
    named = OF_PATIENT.fullmatch(reference)
    return named is None or named[1] != patient


def _tells_of_failure(found: Any) -> bool:
    return isinstance(found, dict) and found.get("resourceType") == "OperationOutcome"


def _newest(knowledge: KnowledgeBase, document: Document, found: Any) -> Json | None:
    """Return the newest response to our form; of those of one moment the first."""
    kind = found.get("resourceType") if isinstance(found, dict) else None
    if found is not None and kind not in (BUNDLE, RESPONSE):
        message = f"a {BUNDLE} or a {RESPONSE} is needed here"
        raise InputError([document.problem(("prefetch", RESPONSES), message)])
    suffix = addresses(knowledge).questionnaire.rsplit("/", 2)[1:]
    own = [one for one in _resources(found) if _is_answer_to("/".join(suffix), one)]
    return max(own, key=_moment, default=None)


def _resources(found: Any) -> Iterator[Json]:
    """Yield what was sent, of a Bundle what is in it."""
    if not isinstance(found, dict):
        return
    if found.get("resourceType") != BUNDLE:
        yield found
        return
    for _, resource in entries_of(found):
        yield resource


def _is_answer_to(suffix: str, resource: Json) -> bool:
    """Whether a resource is a response that stands, to our form or to one that it does not name."""
    if resource.get("resourceType") != RESPONSE or resource.get("status") == RETRACTED:
        return False
    named = resource.get("questionnaire")
    return named is None or str(named).partition("|")[0].endswith(suffix)


def _moment(resource: Json) -> tuple[datetime, datetime]:
    """Return when a response was given, and when it was last changed."""
    meta = resource.get("meta")
    changed = meta.get("lastUpdated") if isinstance(meta, dict) else None
    return _read_moment(resource.get("authored")), _read_moment(changed)


def _read_moment(text: Any) -> datetime:
    """Read a moment; of a year, month or day alone its beginning, and long ago where it is none."""
    if not isinstance(text, str):
        return LONG_AGO
    whole = text + "-01-01"[len(text) - 4 :] if len(text) in (4, 7) else text
    try:
        moment = datetime.fromisoformat(whole)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return LONG_AGO
