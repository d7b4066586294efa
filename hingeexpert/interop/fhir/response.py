"""A filled form as a QuestionnaireResponse, FHIR R4 or R5: written, and read.

Only answers travel: what is blank is left out, and no default is written as if it were an answer.
"""

import json
import uuid
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from hingeexpert.errors import clean, listed, nearest, shown
from hingeexpert.formats.documents import MOST_DEPTH
from hingeexpert.forms import Assessment
from hingeexpert.forms.older import retired_slip
from hingeexpert.forms.writing import cells_of
from hingeexpert.interop.brought import (
    Brought,
    BroughtSlip,
    beside_shorthand,
    partly_at_once,
)
from hingeexpert.interop.fhir.answers import (
    BOTH,
    AnswerError,
    AnswerReader,
    answer_readers,
    is_day,
    says_absent,
    written_answer,
    written_value,
)
from hingeexpert.interop.fhir.elements import (
    OF_RESPONSE,
    PLAIN,
    misplaced,
    misplaced_in_answer,
    misplaced_in_item,
)
from hingeexpert.interop.fhir.resources import BUNDLE, RESPONSE
from hingeexpert.interop.fhir.words import Json, addresses, part_links
from hingeexpert.interop.questionnaire import HEAD, questionnaire
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.base import HEAD_COLUMNS

FINISHED = ("completed", "amended")
UNFINISHED = ("in-progress", "stopped")
RETRACTED = "entered-in-error"
AROUND = ("questionnaire", "status")
"""Places of problems that make it no form of ours, or none that counts."""
MOST_ITEMS = 2_000
"""Most items of a response that are read; the form has a tenth of them."""


def response_of(knowledge: KnowledgeBase, assessment: Assessment) -> Json:
    """Return a filled form as a QuestionnaireResponse.

    What it has no place for is left out: see `not_in_response`.
    """
    cells = {
        name: value
        for name, value in cells_of(knowledge, assessment).items()
        if name in knowledge.observables or _has_place(knowledge, name, value)
    }
    response: Json = {
        "resourceType": RESPONSE,
        "questionnaire": f"{addresses(knowledge).questionnaire}|{knowledge.info.version}",
        "status": FINISHED[0],
    }
    if "patient.id" in cells:
        response["subject"] = {"identifier": {"value": cells["patient.id"]}}
    if "date" in cells:
        response["authored"] = cells["date"]
    items = list(_groups(knowledge, cells))
    return response | ({"item": items} if items else {})


def collection_of(responses: Iterable[Json]) -> Json:
    """Return several resources as one Bundle; the same give the same."""
    entries = []
    for number, resource in enumerate(responses):
        content = json.dumps([number, resource], sort_keys=True)
        name = uuid.uuid5(uuid.NAMESPACE_URL, content)
        entries.append({"fullUrl": f"urn:uuid:{name}", "resource": resource})
    return {"resourceType": BUNDLE, "type": "collection", "entry": entries}


def not_in_response(knowledge: KnowledgeBase, assessment: Assessment) -> Iterator[BroughtSlip]:
    """Yield what of a form a QuestionnaireResponse has no place for."""
    yield from partly_at_once(knowledge, assessment)
    for name, value in cells_of(knowledge, assessment).items():
        if name in knowledge.observables or _has_place(knowledge, name, value):
            continue
        if name == "date":
            yield BroughtSlip(name, "it is no day such as 2026-11-20")
        elif name in HEAD_COLUMNS:
            yield BroughtSlip(name, "it holds nothing but blanks")
        else:
            yield BroughtSlip(clean(name), "of the patient there is place for id and name alone")


def _has_place(knowledge: KnowledgeBase, name: str, value: Value) -> bool:
    """Return whether an entry that answers no question can be written."""
    if name == "date":
        return is_day(value)
    return name in knowledge.shorthands or (name in HEAD_COLUMNS and bool(str(value).strip()))


def _groups(knowledge: KnowledgeBase, cells: dict[str, Value]) -> Iterator[Json]:
    """Yield the groups in which something is answered, in the order of the form."""
    links = _parts(knowledge)
    grouped: dict[str, list[Json]] = {name: [] for name in links}
    for name in sorted(set(cells) & set(HEAD_COLUMNS), key=HEAD_COLUMNS.index):
        grouped[HEAD].append(_item(knowledge, name, cells[name]))
    for name, value in cells.items():
        if name not in HEAD_COLUMNS:
            grouped[name.partition(".")[0]].append(_item(knowledge, name, value))
    for name, items in grouped.items():
        if items:
            yield {"linkId": links[name], "item": items}


def _parts(knowledge: KnowledgeBase) -> dict[str, str]:
    """Return the link id of each part by its name, in the order of the form."""
    form = questionnaire(knowledge)
    names = [part.name for part in (form.head, *form.parts)]
    return dict(zip(names, part_links(form), strict=True))


def _item(knowledge: KnowledgeBase, name: str, value: Value) -> Json:
    return {"linkId": name, "answer": [written_answer(knowledge, name, value)]}


def read_response(knowledge: KnowledgeBase, resource: Json) -> Brought:
    """Read a QuestionnaireResponse.

    Codings may have no system, groups may be left out, and a yes may be a `valueBoolean`; any code
    of `data-absent-reason` is a blank.

    Args:
        knowledge: The knowledge base.
        resource: The resource as plain data, of any shape and depth.

    Returns:
        Its answers, and every problem with its link id.
    """
    return _ResponseReader(_link_ids(knowledge)).read(resource)


class _LinkIds:
    """What each link id of a knowledge base stands for."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.questionnaire = addresses(knowledge).questionnaire
        self.readers = answer_readers(knowledge)
        self.groups = frozenset(_parts(knowledge).values())

    def unknown(self, name: str) -> str:
        """Say that there is no item of this name, and what may have been meant."""
        retired = retired_slip(self.knowledge, name)
        known = [*self.readers, *self.groups]
        return retired or f"the form has no item {shown(name)}{nearest(name, known)}"


@cache
def _link_ids(knowledge: KnowledgeBase) -> _LinkIds:
    return _LinkIds(knowledge)


class _ResponseReader:
    """Reads one response, and gathers its problems."""

    def __init__(self, known: _LinkIds) -> None:
        self.known = known
        self.cells: dict[str, Value] = {}
        self.seen: set[str] = set()
        self.absent: list[str] = []
        self.slips: list[BroughtSlip] = []
        self.notes: list[str] = []

    def read(self, resource: Json) -> Brought:
        """Read all of it."""
        self._questionnaire(resource.get("questionnaire"))
        self._status(resource.get("status"))
        self._refuse_all("", misplaced(resource, OF_RESPONSE))
        for number, (name, item) in enumerate(self._items(resource)):
            if number == MOST_ITEMS:
                self._refuse("", f"more than {MOST_ITEMS} items; the rest is not read")
                break
            self._item(name, item)
        self._head(resource)
        self._not_assessed()
        return Brought(self.cells, tuple(self.slips), tuple(self.notes))

    def _refuse(self, place: str, message: str) -> None:
        self.slips.append(BroughtSlip(clean(place), message))

    def _refuse_all(self, place: str, messages: Iterable[str]) -> None:
        for message in messages:
            self._refuse(place, message)

    def _questionnaire(self, named: Any) -> None:
        """Refuse the answers to another questionnaire."""
        if named is None:
            return
        address, _, version = str(named).partition("|")
        own = self.known.questionnaire
        if not isinstance(named, str) or address not in (own, _relative(own)):
            message = f"these are answers to {shown(named)}; answers to {own} are read"
            self._refuse("questionnaire", message)
        elif version not in ("", self.known.knowledge.info.version):
            present = self.known.knowledge.info.version
            self.notes.append(f"answers to version {clean(version)} of the form; it is {present}")

    def _status(self, status: Any) -> None:
        """Refuse what is taken back, and say what is not finished."""
        if status == RETRACTED:
            self._refuse("status", f"the response is marked as {RETRACTED}")
        elif status in UNFINISHED:
            self.notes.append(f"the response is not finished: {status}")
        elif status is not None and status not in FINISHED:
            allowed = listed([*FINISHED, *UNFINISHED])
            self._refuse("status", f"{shown(status)} is not allowed; allowed: {allowed}")

    def _items(self, resource: Json) -> Iterator[tuple[str, Json]]:
        """Yield every item with its link id, also those below others and below answers."""
        waiting: list[tuple[Json, str, int]] = [(resource, "", 0)]
        while waiting:
            part, place, depth = waiting.pop()
            below = part.get("item")
            if below is None:
                continue
            if depth == MOST_DEPTH:
                self._refuse(place, f"items stand in one another, more than {MOST_DEPTH} deep")
                continue
            named = list(self._named(below, place))
            yield from named
            for name, item in reversed(named):
                for below in _with_items(item):
                    waiting.append((below, name, depth + 1))

    def _named(self, items: Any, place: str) -> Iterator[tuple[str, Json]]:
        """Yield the items of a list with their link ids."""
        if not isinstance(items, list):
            self._refuse(place, f"a list of items is needed here; found {shown(items)}")
            return
        for item in items:
            name = item.get("linkId") if isinstance(item, dict) else None
            if isinstance(name, str):
                yield name, item
            else:
                self._refuse(place, "an item without a link id stands here")

    def _item(self, name: str, item: Json) -> None:
        """Read the answer of an item."""
        if not item.keys() <= PLAIN:
            self._refuse_all(name, misplaced_in_item(item))
        reader = self.known.readers.get(name)
        if reader is None:
            self._no_question(name, item)
            return
        given = _given(item)
        if not given:
            if says_absent(item):
                self.absent.append(name)
            return
        if len(given) > 1 or name in self.seen:
            self._refuse(name, f"{max(len(given), 2)} answers stand here; one is allowed")
        elif "extension" in item and says_absent(item):
            self._refuse(name, BOTH)
        else:
            self._answer(name, reader, given[0])
        self.seen.add(name)

    def _no_question(self, name: str, item: Json) -> None:
        """Refuse an item that is no question, where it holds something that is not known."""
        if name not in self.known.groups:
            if item.get("answer") or item.get("item"):
                self._refuse(name, self.known.unknown(name))
        elif item.get("answer"):
            self._refuse(name, "this is a part of the form, and takes no answer of its own")

    def _answer(self, name: str, reader: AnswerReader, answer: Any) -> None:
        """Read an answer."""
        if isinstance(answer, dict) and len(answer) > 1:
            self._refuse_all(name, misplaced_in_answer(answer))
        try:
            written = written_value(answer)
            if written is None:
                self.absent.append(name)
            else:
                self.cells[name] = reader.read(*written)
        except AnswerError as error:
            self._refuse(name, str(error))

    def _head(self, resource: Json) -> None:
        """Take from around the items what the items do not say."""
        authored = resource.get("authored")
        day = authored[:10] if isinstance(authored, str) else None
        author = resource.get("author")
        display = author.get("display") if isinstance(author, dict) else None
        fallback = {
            "date": day if is_day(day) else None,
            "patient.id": _of_subject(resource.get("subject")),
            "clinician": display if isinstance(display, str) else None,
        }
        around = {
            name: value for name, value in fallback.items() if value and name not in self.seen
        }
        if around:
            cells = self.cells | around
            head = {name: cells[name] for name in HEAD_COLUMNS if name in cells}
            self.cells = head | cells

    def _not_assessed(self) -> None:
        """Refuse flags that were not assessed while a shorthand answers all of their part."""
        self.slips += beside_shorthand(self.known.knowledge, self.cells, self.absent)


def _relative(address: str) -> str:
    """Return an address as it is written within one server."""
    return "/".join(address.rsplit("/", 2)[1:])


def _given(item: Json) -> list[Any]:
    """Return the answers of an item that say anything; one alone may stand there as it is."""
    answers = item.get("answer")
    if answers is None:
        return []
    if type(answers) is not list:
        return [answers]
    return [answer for answer in answers if answer != {}] if {} in answers else answers


def _with_items(item: Json) -> list[Json]:
    """Return what of an item has others below it: its answers, and itself."""
    found = [answer for answer in _given(item) if isinstance(answer, dict) and "item" in answer]
    if "item" in item:
        found.append(item)
    return found


def _of_subject(subject: Any) -> str | None:
    """Return by what the person is known that a response is about; `None` where nothing says so."""
    if not isinstance(subject, dict):
        return None
    identifier, reference = subject.get("identifier"), subject.get("reference")
    value = identifier.get("value") if isinstance(identifier, dict) else None
    if isinstance(value, str) and value:
        return value
    if not isinstance(reference, str) or reference.startswith("#"):
        return None
    return reference.partition("/_history/")[0].rpartition("/")[2].rpartition(":")[2] or None
