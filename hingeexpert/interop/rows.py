"""Forms that are more than a row of a table: those of other systems, as NDJSON of responses,
Bundles, submissions; and ours that leave a flag blank beside a shorthand.
"""

import json
import re
from collections.abc import Iterator, Sequence

from hingeexpert.errors import InputError
from hingeexpert.formats.tables.other_forms import OtherForm
from hingeexpert.forms.assessment import as_text
from hingeexpert.forms.left_blank import LEFT_BLANK
from hingeexpert.forms.reading import read_form
from hingeexpert.forms.writing import cells_of
from hingeexpert.interop.brought import Brought, partly_at_once
from hingeexpert.interop.fhir.resources import ResourceError, parsed, responses_in
from hingeexpert.interop.fhir.response import AROUND, read_response
from hingeexpert.interop.foreign import MARKUP, RESOURCE, is_foreign, is_xml
from hingeexpert.interop.submission import read_submission
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.base import HEAD_COLUMNS

RESOURCE_KEY = RESOURCE.decode()
FILE = "submission"
FORM = "form"
KEY = LEFT_BLANK.encode()
LISTS_BLANK = re.compile(KEY + rb'"?\s*:\s*\[')
COUNTED_ALIKE = "what its shorthand answered counts as asked one by one here: a flag is left blank"
PAGES = (b"<!doctype html", b"<html")
"""How a web page begins, which some systems call a workbook."""


class FormsElsewhere:
    """Reads them with one knowledge base; see `OtherForms`."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge

    def are_in(self, text: str | bytes) -> bool:
        """Return whether forms of another system may stand in a text, or in the start of one."""
        if _leaves_blank(text):
            return True
        if isinstance(text, str):
            return RESOURCE_KEY in text
        return is_foreign(text) and not text[:MARKUP].lstrip().lower().startswith(PAGES)

    def read(self, text: str | bytes) -> Iterator[OtherForm]:
        """Yield them; what is none at all comes as one with what is wrong."""
        if isinstance(text, bytes) and is_xml(text):
            yield self._submission(text)
            return
        if _leaves_blank(text):
            yield self._ours(text)
            return
        try:
            words = text if isinstance(text, str) else text.decode("utf-8-sig")
            yield from self._responses(words)
        except (ResourceError, UnicodeDecodeError) as error:
            message = str(error) if isinstance(error, ResourceError) else "it is not UTF-8 text"
            yield OtherForm({}, [("", message)], _shown_raw(text))

    def _responses(self, text: str) -> Iterator[OtherForm]:
        """Yield the responses of a resource; those of a Bundle each with a text of its own."""
        resource = parsed(text)
        if not isinstance(resource, dict):
            raise ResourceError("a resource is a map; found something else")
        found = responses_in(resource)
        notes = found.notes
        for place, response in found.responses:
            raw = json.dumps(response, ensure_ascii=False) if place else text
            yield _row(read_response(self.knowledge, response), raw, notes)
            notes = ()

    def _ours(self, text: str | bytes) -> OtherForm:
        """Return a form of ours with each flag written out."""
        raw = text.encode() if isinstance(text, str) else text
        try:
            form = read_form(self.knowledge, FORM, raw)
        except InputError as error:
            slips = [(problem.path, problem.message) for problem in error.problems]
            return OtherForm({}, slips, _shown_raw(text))
        cells = cells_of(self.knowledge, form)
        if form.older_form is not None:
            cells[FORM] = form.older_form
        notes = [COUNTED_ALIKE for _ in partly_at_once(self.knowledge, form)]
        return _row(Brought(cells, notes=tuple(notes)), _shown_raw(text))

    def _submission(self, raw: bytes) -> OtherForm:
        try:
            brought = read_submission(self.knowledge, FILE, raw)
        except InputError as error:
            slips = [("", problem.message) for problem in error.problems]
            return OtherForm({}, slips, _shown_raw(raw))
        return _row(brought, _shown_raw(raw))


def _row(brought: Brought, raw: str, notes: Sequence[str] = ()) -> OtherForm:
    """Return one form as a row. What is no form of ours, or taken back, says nothing of a person
    but whose it is.
    """
    cells = {
        name: value if type(value) is str else as_text(value)
        for name, value in brought.cells.items()
    }
    if any(slip.place in AROUND for slip in brought.slips):
        cells = {name: text for name, text in cells.items() if name in HEAD_COLUMNS}
    return OtherForm(cells, brought.slips, raw, (*notes, *brought.notes))


def _leaves_blank(text: str | bytes) -> bool:
    """Whether a form of ours leaves a flag blank beside a shorthand, as far as its text says."""
    raw = text.encode(errors="replace") if isinstance(text, str) else text
    return KEY in raw and RESOURCE not in raw and LISTS_BLANK.search(raw) is not None


def _shown_raw(text: str | bytes) -> str:
    return text if isinstance(text, str) else text.decode(errors="replace")
