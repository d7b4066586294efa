"""One filled form, and what it makes known of the person.

Owns defaults and answers that cannot be read. Judges nothing.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from hingeexpert.knowledge import KnowledgeBase, naming
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.evaluation import truths_of

HEAD = ("form", "patient", "date", "clinician")
"""Keys of a form that are not findings."""
MOST_TEXT = 200
"""Longest name, date or clinician, in characters."""
NOT_NOTED = "not_noted"
"""A value that says that nothing was noted; it is no finding of a drill."""
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Format characters that belong to the spelling of names."""
FILLERS = (
    "\N{HANGUL CHOSEONG FILLER}\N{HANGUL JUNGSEONG FILLER}\N{HANGUL FILLER}"
    "\N{HALFWIDTH HANGUL FILLER}\N{BRAILLE PATTERN BLANK}"
)
"""Letters and signs that show nothing."""


@dataclass(frozen=True)
class Assessment:
    """One person on one day.

    Attributes:
        patient: Free entries such as `id` and `name`.
        answers: Observable to its value, given explicitly or by a shorthand.
        at_once: Those that were answered by a shorthand and not on their own.
        older_form: Tag of the form where that is an older one.
    """

    answers: Mapping[str, Value]
    patient: Mapping[str, str] = field(default_factory=dict, repr=False)
    date: str | None = None
    clinician: str | None = field(default=None, repr=False)
    at_once: frozenset[str] = frozenset()
    older_form: str | None = None


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
    """Return a free entry of a form on one line, without characters that hide or turn text; nothing
    where none of it can be seen.
    """
    kept = (
        character
        for character in text
        if unicodedata.category(character) != "Cf" or character in JOINERS
    )
    line = " ".join("".join(kept).split())
    return line if any(map(_is_seen, line)) else ""


def _is_seen(character: str) -> bool:
    """Return whether a character shows something by itself; a mark sits on another."""
    category = unicodedata.category(character)
    return category != "Cf" and category[0] not in "MZ" and character not in FILLERS


def as_written(value: Value) -> Value:
    """Return a whole number as one would write it on a form: 1 for 1.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def as_text(value: Value) -> str:
    """Return an answer as text that any program reads: a number with its digits alone, without an
    exponent or a needless point.
    """
    written = as_written(value)
    return format(Decimal(str(written)), "f") if isinstance(written, float) else str(written)


def text_slip(text: str) -> str | None:
    """Say why a free entry is not allowed, or return `None` where it is. It is never shown: it may
    name a person.
    """
    if len(text) > MOST_TEXT:
        return f"{len(text)} characters; at most {MOST_TEXT} are allowed"
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        return "a control character stands in it; only text is allowed"
    return None


def what_is_known(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> Known:
    """Return what answers make known: those that can be read, and the defaults of the blanks."""
    defaults = {
        name: item.default
        for name, item in knowledge.observables.items()
        if item.default is not None
    }
    void = _void(knowledge, {**defaults, **answers}).intersection(answers)
    readable = {name: value for name, value in answers.items() if name not in void}
    assumed: dict[str, Value] = {
        name: value for name, value in defaults.items() if name not in readable
    }
    return Known({**readable, **assumed}, assumed, void)


def _void(knowledge: KnowledgeBase, answers: Mapping[str, Value]) -> frozenset[str]:
    """Return the observables that cannot be read as long as these are the answers."""
    network = knowledge.form_network
    truths = truths_of(network, answers)
    return frozenset(
        name
        for name, item in knowledge.observables.items()
        if item.void_when is not None and truths[network.names[naming.void(name)]].true
    )
