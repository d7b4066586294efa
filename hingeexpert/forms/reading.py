"""Read a form strictly.

Owns the form's shape and its problems, and the shorthand.
"""

import os
from collections.abc import Mapping
from typing import Any

from hingeexpert.errors import InputError, Problem, listed, nearest, shown
from hingeexpert.formats.documents import Document, Path, read_bytes, read_document
from hingeexpert.formats.pdf_fields import PDF_START
from hingeexpert.forms.assessment import HEAD, Assessment, as_written, text_slip
from hingeexpert.forms.contradictions import contradictions
from hingeexpert.forms.filled import filled_document
from hingeexpert.forms.left_blank import LEFT_BLANK, left_blank_slip
from hingeexpert.forms.older import older_tag, retired_slip, tag_slip
from hingeexpert.forms.writing import PATIENT
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.observables import Group

TABLE_STARTS = (b"PK\x03\x04", b"\x1f\x8b", b"PAR1", b"\xd0\xcf\x11\xe0")
"""First bytes of a workbook, of what is packed, and of Parquet."""
TEXT_TABLES = (".csv", ".tsv")
IS_TABLE = "it is a table, or packed; `hingeexpert batch` reads it. A single form is needed here"


def read_form(
    knowledge: KnowledgeBase, file: str | os.PathLike[str], raw: bytes | None = None
) -> Assessment:
    """Read a form, YAML or JSON, or a PDF that was filled in.

    Args:
        knowledge: The knowledge base.
        file: The file that holds the form, or with `raw` its name for messages only.
        raw: The form as bytes.

    Raises:
        InputError: With every problem of the form, or that the file cannot be read.
        ExtraError: It is a PDF, and what reads one is not installed.
    """
    name = os.fspath(file)
    content = read_bytes(name) if raw is None else raw
    if content.startswith(PDF_START):
        return assess(knowledge, filled_document(knowledge, name, content))
    document = read_document(name, content)
    if _is_table(name, content, document):
        raise InputError.about(name, IS_TABLE)
    return assess(knowledge, document)


def _is_table(name: str, content: bytes, document: Document) -> bool:
    """Return whether a file holds a table, or packs one, and no form."""
    if content.startswith(TABLE_STARTS):
        return True
    return name.lower().endswith(TEXT_TABLES) and not isinstance(document.data, dict)


def assess(knowledge: KnowledgeBase, document: Document, inside: Path = ()) -> Assessment:
    """Check a parsed form, which may stand inside of a larger document.

    Raises:
        InputError: With every problem of the form.
    """
    if not document.complete:
        raise InputError(document.problems)
    data = document.data
    for step in inside:
        data = data[step]
    reader = _FormReader(knowledge, document, inside)
    assessment = reader.read(data)
    if document.problems or reader.problems:
        raise InputError([*document.problems, *reader.problems])
    return assessment


def _kind_of(data: Any) -> str:
    """Say what stands in place of a map."""
    if data is None:
        return "nothing"
    return "a list" if isinstance(data, list) else "a single value"


class _FormReader:
    """Reads one form, and gathers its problems."""

    def __init__(self, knowledge: KnowledgeBase, document: Document, inside: Path) -> None:
        self.knowledge = knowledge
        self.document = document
        self.inside = inside
        self.problems: list[Problem] = []
        self.at_once: set[str] = set()
        self.groups = {group.group: group for group in knowledge.groups}

    def refuse(self, path: Path, message: str) -> None:
        """Note a problem of a value of the form."""
        self.problems.append(self.document.problem((*self.inside, *path), message))

    def read(self, data: Any) -> Assessment:
        """Return what can be read of the form."""
        if not isinstance(data, dict):
            groups = " and ".join([*self.groups][:2])
            message = f"a form is a map with groups such as {groups}; found {_kind_of(data)}"
            self.refuse((), message)
            return Assessment({})
        tag = data.get("form", self.knowledge.info.form)
        if slip := tag_slip(self.knowledge, tag):
            self.refuse(("form",), slip)
        answers = self._answers(data)
        return Assessment(
            answers,
            self._patient(data.get("patient")),
            self._text(("date",), data.get("date")),
            self._text(("clinician",), data.get("clinician")),
            frozenset(self.at_once),
            older_tag(self.knowledge, tag),
        )

    def _answers(self, data: dict[str, Any]) -> dict[str, Value]:
        """Read every group of the form."""
        answers: dict[str, Value] = {}
        for key, value in data.items():
            if key in self.groups:
                answers |= self._group(self.groups[key], value)
            elif key not in HEAD:
                self.refuse((key,), f"unknown key {shown(key)}{self._hint(key)}")
        self._contradictions(answers)
        return answers

    def _patient(self, data: Any) -> dict[str, str]:
        """Read the free entries of the patient, without the empty ones; those that the program
        reads come first, in one order, wherever they stand.
        """
        if data is None:
            return {}
        if not isinstance(data, dict):
            self.refuse(("patient",), "a map is needed here, such as {id: P-014}")
            return {}
        entries = {}
        for key, value in data.items():
            text = self._text(("patient", key), value)
            if text is not None:
                entries[str(key)] = text
        first = {key: entries[key] for key in PATIENT if key in entries}
        return first | entries

    def _hint(self, key: str) -> str:
        """Say where a dotted key belongs, or what an unknown key may have meant."""
        group, _, name = key.partition(".")
        if group in self.groups and name:
            return f"; write it inside its group, as {{{group}: {{{name}: …}}}}"
        near = nearest(key, [*HEAD, *self.groups])
        return near or f"; allowed: {listed([*HEAD, *self.groups], 20)}"

    def _text(self, path: Path, value: Any) -> str | None:
        """Return a free entry as text. What was found is not shown: it may name a person."""
        if value is None:
            return None
        if isinstance(value, dict | list):
            self.refuse(path, "plain text is needed here")
            return None
        text = self.document.texts.get((*self.inside, *path), str(value))
        slip = text_slip(text)
        if slip is not None:
            self.refuse(path, slip)
        else:
            return text
        return None

    def _group(self, group: Group, data: Any) -> dict[str, Value]:
        """Read the answers of a group, with those that its shorthand gives."""
        if data is None:
            return {}
        if not isinstance(data, dict):
            self.refuse((group.group,), f"a map of answers is needed here; found {shown(data)}")
            return {}
        answers: dict[str, Value] = {}
        for key, raw in data.items():
            if group.shorthand is not None and key == group.shorthand.key:
                self._check_shorthand(group, raw)
            elif group.shorthand is not None and key == LEFT_BLANK:
                self._check_left_blank(group, data)
            elif self._is_answer(group, key, raw):
                answers[f"{group.group}.{key}"] = as_written(raw)
        return {**self._at_once(group, data, answers), **answers}

    def _is_answer(self, group: Group, key: str, raw: Any) -> bool:
        """Return whether this is an answer that is allowed; refuse one that is not."""
        name, slip = f"{group.group}.{key}", None
        if name not in group.observables:
            slip = retired_slip(self.knowledge, name) or self._no_observable(group, key)
        elif raw is not None:
            slip = group.observables[name].answer.slip(raw)
        if slip:
            self.refuse((group.group, key), slip)
        return not slip and raw is not None

    def _check_shorthand(self, group: Group, raw: Any) -> None:
        """Refuse a word of the shorthand that is not the one it has."""
        short = group.shorthand
        if short is not None and raw is not None and raw != short.value:
            near = nearest(raw, [short.value])
            message = f"{shown(raw)} is not allowed; allowed: {short.value}{near}"
            self.refuse((group.group, short.key), message)

    def _check_left_blank(self, group: Group, data: dict[str, Any]) -> None:
        """Refuse what cannot be left blank beside the shorthand."""
        if slip := left_blank_slip(group, data):
            self.refuse((group.group, LEFT_BLANK), slip)

    def _at_once(
        self, group: Group, data: dict[str, Any], answers: Mapping[str, Value]
    ) -> dict[str, Value]:
        """Return what the shorthand of a group answers, where it is used: every flag that is not
        left blank, of which those count as answered at once that have no answer of their own.
        """
        short = group.shorthand
        if short is None or data.get(short.key) != short.value:
            return {}
        blank = data.get(LEFT_BLANK) or ()
        flags = [name for name in group.flags if name.partition(".")[2] not in blank]
        self.at_once.update(name for name in flags if name not in answers)
        return dict.fromkeys(flags, short.answers)

    def _no_observable(self, group: Group, key: str) -> str:
        """Say that there is none of this name, and suggest the same key of another group, a near
        one of this group, or all of it.
        """
        unknown = f"there is no observable {shown(f'{group.group}.{key}')}"
        elsewhere = [name for name in self.knowledge.observables if name.endswith(f".{key}")]
        if elsewhere:
            return f"{unknown}; did you mean '{elsewhere[0]}'?"
        keys = [name.partition(".")[2] for name in group.observables]
        return unknown + (nearest(key, keys) or f"; allowed: {listed(keys, 20)}")

    def _contradictions(self, answers: Mapping[str, Value]) -> None:
        """Refuse answers that cannot stand beside others."""
        for name, why in contradictions(self.knowledge, answers):
            group, _, key = name.partition(".")
            self.refuse((group, key), f"{shown(answers[name])} {why}")
