"""Sound files of other systems for `fuzz.py`: filled forms, and tables as they export them."""

import json
import sys
from collections.abc import Iterator

from fuzz_files import ROOT

from hingeexpert.interop.fhir.response import collection_of, response_of
from hingeexpert.interop.pocket import pocket_text
from hingeexpert.knowledge import KnowledgeBase

sys.path.insert(0, str(ROOT / "tests/support"))
from exporters import (
    central_export,
    central_json,
    kobo_export,
    kobo_json,
    questions_export,
)
from redcap_export import redcap_export
from rewritten import as_record, as_renderer
from shown_forms import shown_forms
from submitted import submission

FORMS = 6
NOT_ASSESSED = "not_assessed"


def samples_elsewhere(name: str, knowledge: KnowledgeBase) -> Iterator[bytes]:
    """Yield sound files for a reader; nothing for one that reads our own.

    Args:
        name: Of the reader.
        knowledge: The knowledge base.
    """
    yield from (text.encode() for text in _texts(name, knowledge))


def _texts(name: str, knowledge: KnowledgeBase) -> Iterator[str]:
    forms = list(shown_forms(knowledge, FORMS))
    responses = [response_of(knowledge, form) for form in forms]
    match name:
        case "response":
            for response in responses:
                rewritten = (as_record(knowledge, response), as_renderer(knowledge, response))
                yield from map(json.dumps, (response, *rewritten))
        case "bundle":
            yield json.dumps(collection_of([*responses, {"resourceType": "Patient"}]), indent=1)
        case "ndjson":
            yield "".join(f"{json.dumps(response)}\n" for response in responses)
        case "submission":
            for form in forms:
                yield submission(knowledge, form)
                yield submission(knowledge, form, NOT_ASSESSED)
        case "pocket":
            yield from (pocket_text(knowledge, form) for form in forms)
        case "exports":
            for labels in (None, "en", "es"):
                yield kobo_export(knowledge, forms, labels)
                yield redcap_export(knowledge, forms, labels)
            yield from (central_export(knowledge, forms), questions_export(knowledge, forms, "es"))
        case "feeds":
            yield from (central_json(knowledge, forms), kobo_json(knowledge, forms))
