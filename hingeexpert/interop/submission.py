"""One form as ODK or Kobo submit it: XML with an element for each variable.

It may come from anywhere, so nothing in it is expanded or fetched: a document type, and with it
every entity, is refused.
"""

from typing import NamedTuple
from xml.parsers import expat

from hingeexpert.errors import InputError, Problem, clean, nearest, shown
from hingeexpert.formats.documents import MOST_DEPTH
from hingeexpert.interop.brought import Brought, BroughtSlip, beside_shorthand
from hingeexpert.interop.carried import LIVE, NOT_ASSESSED, is_live
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value

OF_THE_SYSTEM = ("meta", "formhub", LIVE)
"""Groups of what a device, a server and the form itself say: what is no question of the form there
is no answer.
"""
OF_THE_DEVICE = ("start", "end", "today", "username", "deviceid", "phonenumber", "simserial")
OF_THE_SERVER = ("subscriberid", "audit", "instanceID", "instanceName", "__version__", "_version_")
"""Elements that a device or a server adds to any form."""
MOST_ELEMENTS = 5_000
OF_FHIR = "http://hl7.org/fhir"


class _Leaf(NamedTuple):
    """An element without others inside: its name without the groups around it, text, and whether
    one of those groups is the system's.
    """

    name: str
    text: str
    of_system: bool


def read_submission(knowledge: KnowledgeBase, file: str, raw: bytes) -> Brought:
    """Read a submission.

    Args:
        knowledge: The knowledge base.
        file: Name for messages.
        raw: The XML.

    Raises:
        InputError: It is no XML that can be read, or no submission of this form.
    """
    leaves = _Leaves(file).of(raw)
    names = {variable: name for name, variable in knowledge.variables.items()}
    if not any(leaf.name in names for leaf in leaves):
        message = "no question of the form stands in this XML; a submission of ODK or Kobo is read"
        raise InputError.about(file, message)
    reader = _SubmissionReader(knowledge, names)
    for leaf in leaves:
        reader.take(leaf)
    slips = (*reader.slips, *beside_shorthand(knowledge, reader.cells, reader.absent))
    return Brought(reader.cells, slips)


class _SubmissionReader:
    """Reads the answers of one submission, and gathers its problems."""

    def __init__(self, knowledge: KnowledgeBase, names: dict[str, str]) -> None:
        self.knowledge = knowledge
        self.names = names
        self.cells: dict[str, Value] = {}
        self.seen: set[str] = set()
        self.absent: list[str] = []
        self.slips: list[BroughtSlip] = []

    def take(self, leaf: _Leaf) -> None:
        """Take what an element says; an empty one says nothing."""
        name = self.names.get(leaf.name)
        if not leaf.text.strip() or (leaf.of_system and not self._is_question(name)):
            return
        if name is None:
            self._unknown(leaf)
        elif name in self.seen:
            self._refuse(name, "a second answer stands here; one is allowed")
        else:
            self.seen.add(name)
            self._answer(name, leaf)

    def _is_question(self, name: str | None) -> bool:
        return name in self.knowledge.observables or name in self.knowledge.shorthands

    def _answer(self, name: str, leaf: _Leaf) -> None:
        """Take the answer to a question, or an entry of the head."""
        item, is_absent = self.knowledge.observables.get(name), leaf.text.strip() == NOT_ASSESSED
        if is_absent and name in self.knowledge.shorthands:
            return
        if item is None:
            self.cells[name] = leaf.text
            return
        if is_absent and NOT_ASSESSED not in item.answer.categories:
            self.absent.append(name)
            return
        value = item.answer.read(leaf.text)
        if slip := item.answer.slip(value):
            self._refuse(name, slip)
        else:
            self.cells[name] = value

    def _unknown(self, leaf: _Leaf) -> None:
        """Refuse what is neither an answer nor of the system."""
        is_ours = leaf.name not in (*OF_THE_DEVICE, *OF_THE_SERVER)
        if is_ours and not is_live(leaf.name):
            near = nearest(leaf.name, self.names)
            self._refuse(clean(leaf.name), f"the form has no variable {shown(leaf.name)}{near}")

    def _refuse(self, place: str, message: str) -> None:
        self.slips.append(BroughtSlip(place, message))


class _Leaves:
    """Gathers the elements of XML that have none inside."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[_Leaf] = []
        self.inside: list[str] = []
        self.text: list[str] = []
        self.is_leaf = False
        self.count = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self.text.append

    def of(self, raw: bytes) -> list[_Leaf]:
        """Return them in their order.

        Raises:
            InputError: It cannot be read.
        """
        try:
            self.parser.Parse(raw, True)
        except expat.ExpatError as error:
            message = f"this is not XML: {expat.ErrorString(error.code)}"
            raise InputError([Problem(self.file, error.lineno, "", message)]) from None
        except (LookupError, ValueError):
            raise self._refused("its encoding is not known here; send it as UTF-8") from None
        return self.found

    def _refused(self, message: str) -> InputError:
        return InputError([Problem(self.file, self.parser.CurrentLineNumber, "", message)])

    def _doctype(self, *_: object) -> None:
        raise self._refused("a document type (<!DOCTYPE) stands here; a submission has none")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self.inside and attributes.get("xmlns") == OF_FHIR:
            raise self._refused("FHIR as XML is not read; send it as JSON")
        self.count += 1
        if len(self.inside) == MOST_DEPTH or self.count > MOST_ELEMENTS:
            most = f"{MOST_ELEMENTS} elements, {MOST_DEPTH} deep"
            raise self._refused(f"a submission has at most {most}")
        self._check_alone()
        self.inside.append(name.rpartition(":")[2])
        self.is_leaf = True

    def _end(self, _: str) -> None:
        if self.is_leaf and self.inside[1:]:
            of_system = not set(OF_THE_SYSTEM).isdisjoint(self.inside[1:])
            self.found.append(_Leaf(self.inside[-1], "".join(self.text), of_system))
            self.text.clear()
        self._check_alone()
        self.inside.pop()
        self.is_leaf = False

    def _check_alone(self) -> None:
        """Refuse text that stands beside elements, where no answer does."""
        if "".join(self.text).strip():
            message = f"text stands in {shown(self.inside[-1])} beside its elements"
            raise self._refused(f"{message}; an answer stands in an element of its own")
        self.text.clear()
