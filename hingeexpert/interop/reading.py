"""A filled form of any kind, told apart by what stands in it: ours as YAML, JSON or PDF, a
QuestionnaireResponse, a Bundle of them, a submission of ODK or Kobo.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from hingeexpert.errors import InputError
from hingeexpert.formats.documents import MOST_BYTES
from hingeexpert.forms import Assessment, read_form
from hingeexpert.interop.brought import assessment_of
from hingeexpert.interop.fhir.resources import ResourceError, resource_of, responses_in
from hingeexpert.interop.fhir.response import read_response
from hingeexpert.interop.fhir.words import Json
from hingeexpert.interop.foreign import is_foreign, is_xml
from hingeexpert.interop.submission import read_submission
from hingeexpert.knowledge import KnowledgeBase


@dataclass(frozen=True)
class FormIn:
    """One form of a file.

    Attributes:
        form: The form, or why it was refused.
        notes: What a user should know of it; nothing of the person.
    """

    form: Assessment | InputError
    notes: tuple[str, ...] = ()


def read_any(knowledge: KnowledgeBase, file: str, raw: bytes) -> list[FormIn]:
    """Read every form that a file holds; one that is refused does not stop the others.

    Args:
        knowledge: The knowledge base.
        file: Name for messages.
        raw: The file as bytes.

    Raises:
        ExtraError: It is a PDF, and what reads one is not installed.
    """
    try:
        return list(_forms(knowledge, file, raw))
    except InputError as error:
        return [FormIn(error)]


def _forms(knowledge: KnowledgeBase, file: str, raw: bytes) -> Iterator[FormIn]:
    """Yield the forms of a file."""
    if not is_foreign(raw):
        yield FormIn(read_form(knowledge, file, raw))
    elif len(raw) > MOST_BYTES:
        message = f"the file has more than {MOST_BYTES} bytes; `hingeexpert batch` reads larger"
        raise InputError.about(file, message)
    elif is_xml(raw):
        brought = read_submission(knowledge, file, raw)
        yield FormIn(assessment_of(knowledge, file, brought), brought.notes)
    else:
        yield from _of_resource(knowledge, file, resource_of(file, raw))


def _of_resource(knowledge: KnowledgeBase, file: str, resource: Json) -> Iterator[FormIn]:
    """Yield the forms of a resource, each with its place in a Bundle."""
    try:
        found = responses_in(resource)
    except ResourceError as error:
        raise InputError.about(file, str(error)) from None
    notes = found.notes
    for place, response in found.responses:
        name = f"{file}: {place}" if place else file
        brought = read_response(knowledge, response)
        said = tuple(f"{place}: {note}" if place else note for note in brought.notes)
        try:
            form: Assessment | InputError = assessment_of(knowledge, name, brought)
        except InputError as error:
            form = error
        yield FormIn(form, (*notes, *said))
        notes = ()
