"""One filled form: read it strictly, and say what is known of the person.

Owns the form's shape and its problems, defaults, the shorthand, drills that were not done and
answers that cannot be read. Judges nothing.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hingeexpert.errors import InputError, Problem, listed, nearest, shown
from hingeexpert.formats.documents import Document, Path, read_document
from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.observables import Group
from hingeexpert.knowledge.network import Worlds, evaluate

HEAD = ("form", "patient", "date", "clinician")
"""Keys of a form that are not findings."""
MOST_TEXT = 200
"""Longest name, date or clinician, in characters."""
NOT_NOTED = "not_noted"
"""A value that says that nothing was noted; it is no finding of a drill."""
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Format characters that belong to the spelling of names."""


@dataclass(frozen=True)
class Assessment:
    """One person on one day.

    Attributes:
        patient: Free entries such as `id` and `name`.
        answers: Observable to its value, given explicitly or by a shorthand.
        at_once: Those that were answered by a shorthand and not on their own.
    """

    answers: Mapping[str, Value]
    patient: Mapping[str, str] = field(default_factory=dict, repr=False)
    date: str | None = None
    clinician: str | None = field(default=None, repr=False)
    at_once: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Known:
    """What is known of a person, ready to be judged.

    Attributes:
        facts: Observable to value, answered and readable, or assumed.
        assumed: Those that are assumed from a default.
        void: Answered, but not readable the way it was taken.
    """

    facts: Mapping[str, Value]
    assumed: Mapping[str, Value]
    void: frozenset[str]


def plain(text: str) -> str:
    """Return a free entry of a form on one line, without characters that hide or turn text."""
    kept = (
        character
        for character in text
        if unicodedata.category(character) != "Cf" or character in JOINERS
    )
    return " ".join("".join(kept).split())


def what_is_known(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> Known:
    """Return what answers make known: those that can be read, and the defaults of the blanks.

    Args:
        knowledge: The knowledge base.
        answers: Observable to value.
    """
    defaults = {
        name: item.default
        for name, item in knowledge.observables.items()
        if item.default is not None
    }
    network = knowledge.form_network
    truths = evaluate(network, Worlds({**defaults, **answers}))
    unreadable = {
        name.removeprefix("void:")
        for name, place in network.names.items()
        if name.startswith("void:") and truths[place].true
    }
    readable = {name: value for name, value in answers.items() if name not in unreadable}
    assumed: dict[str, Value] = {
        name: value for name, value in defaults.items() if name not in readable
    }
    return Known({**readable, **assumed}, assumed, frozenset(unreadable & set(answers)))


def read_form(knowledge: KnowledgeBase, file: str, raw: bytes) -> Assessment:
    """Read the bytes of a form, YAML or JSON.

    Args:
        knowledge: The knowledge base.
        file: Name for messages.
        raw: The form.

    Raises:
        InputError: With every problem of the form.
    """
    return assess(knowledge, read_document(file, raw))


def assess(knowledge: KnowledgeBase, document: Document, at: Path = ()) -> Assessment:
    """Check a parsed form.

    Args:
        knowledge: The knowledge base.
        document: The document that holds the form.
        at: Where in the document the form stands.

    Raises:
        InputError: With every problem of the form.
    """
    if not document.complete:
        raise InputError(document.problems)
    data = document.data
    for step in at:
        data = data[step]
    reader = _FormReader(knowledge, document, at)
    assessment = reader.read(data)
    if document.problems or reader.problems:
        raise InputError([*document.problems, *reader.problems])
    return assessment


class _FormReader:
    def __init__(self, knowledge: KnowledgeBase, document: Document, at: Path) -> None:
        self.knowledge = knowledge
        self.document = document
        self.at = at
        self.problems: list[Problem] = []
        self.at_once: set[str] = set()
        self.groups = {group.group: group for group in knowledge.groups}

    def refuse(self, path: Path, message: str) -> None:
        self.problems.append(self.document.problem((*self.at, *path), message))

    def read(self, data: Any) -> Assessment:
        if not isinstance(data, dict):
            found = (
                "nothing"
                if data is None
                else "a list"
                if isinstance(data, list)
                else "a single value"
            )
            self.refuse(
                (),
                (
                    f"a form is a map with groups such as {' and '.join([*self.groups][:2])}; "
                    f"found {found}"
                ),
            )
            return Assessment({})
        expected = self.knowledge.info.form
        if data.get("form", expected) != expected:
            self.refuse(("form",), f"{shown(data['form'])} is not allowed; allowed: {expected}")
        answers: dict[str, Value] = {}
        for key, value in data.items():
            if key in self.groups:
                answers |= self._group(self.groups[key], value)
            elif key not in HEAD:
                self.refuse((key,), f"unknown key {shown(key)}{self._hint(key)}")
        self._drills_not_done(answers)
        patient = data.get("patient")
        if patient is not None and not isinstance(patient, dict):
            self.refuse(("patient",), "a map is needed here, such as {id: P-014}")
            patient = None
        free = {
            str(key): self._text(("patient", key), value) for key, value in (patient or {}).items()
        }
        head = {key: self._text((key,), data.get(key)) for key in ("date", "clinician")}
        patient = {key: value for key, value in free.items() if value is not None}
        return Assessment(
            answers, patient, head["date"], head["clinician"], frozenset(self.at_once)
        )

    def _hint(self, key: str) -> str:
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
        text = self.document.texts.get((*self.at, *path), str(value))
        if len(text) > MOST_TEXT:
            self.refuse(path, f"{len(text)} characters; at most {MOST_TEXT} are allowed")
        elif any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
            self.refuse(path, "a control character stands in it; only text is allowed")
        else:
            return text
        return None

    def _group(self, group: Group, data: Any) -> dict[str, Value]:
        if data is None:
            return {}
        if not isinstance(data, dict):
            self.refuse((group.group,), f"a map of answers is needed here; found {shown(data)}")
            return {}
        answers: dict[str, Value] = {}
        short = group.shorthand
        for key, raw in data.items():
            name, path = f"{group.group}.{key}", (group.group, key)
            if short is not None and key == short.key:
                if raw is not None and raw != short.value:
                    self.refuse(
                        path,
                        (
                            f"{shown(raw)} is not allowed; allowed: "
                            f"{short.value}{nearest(raw, [short.value])}"
                        ),
                    )
            elif name not in group.observables:
                self.refuse(
                    path, f"there is no observable {shown(name)}{self._near_observable(group, key)}"
                )
            elif raw is not None:
                slip = group.observables[name].answer.slip(raw)
                if slip:
                    self.refuse(path, slip)
                else:
                    answers[name] = raw
        if short is not None and data.get(short.key) == short.value:
            flags = {
                name: short.answers
                for name, item in group.observables.items()
                if item.answer.is_flag
            }
            self.at_once |= flags.keys() - answers.keys()
            answers = {**flags, **answers}
        return answers

    def _near_observable(self, group: Group, key: str) -> str:
        own = [name.partition(".")[2] for name in group.observables]
        elsewhere = [name for name in self.knowledge.observables if name.endswith(f".{key}")]
        return (
            f"; did you mean '{elsewhere[0]}'?"
            if elsewhere
            else nearest(key, own) or f"; allowed: {listed(own, 20)}"
        )

    def _drills_not_done(self, answers: dict[str, Value]) -> None:
        """Findings of a drill that was not done contradict the form."""
        network = self.knowledge.form_network
        truths = evaluate(network, Worlds(answers))
        for group in self.knowledge.drills_of_form:
            if not truths[network.names[naming.not_done(group.group)]].true:
                continue
            markers = ", ".join(f"{name} is {answers[name]}" for name in sorted(group.markers))
            for name in group.drill_findings:
                if answers.get(name, NOT_NOTED) != NOT_NOTED:
                    message = (
                        f"{shown(answers[name])} is a finding of a drill that was not done "
                        f"({markers}); leave it out"
                    )
                    self.refuse((group.group, name.partition(".")[2]), message)
