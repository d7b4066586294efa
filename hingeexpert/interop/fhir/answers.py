"""One answer of a QuestionnaireResponse: written, and read.

Generous in form and strict in content: how a system writes a yes does not matter, what is no answer
to the question is refused. What a person typed is never shown in a message.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import date
from typing import Any

from hingeexpert.errors import listed, nearest, shown
from hingeexpert.interop.fhir.words import (
    DATA_ABSENT,
    DATA_ABSENT_REASONS,
    Json,
    addresses,
    coding,
)
from hingeexpert.interop.questionnaire import answer_label
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.answer_kinds import FLAG, Answer
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.base import HEAD_COLUMNS
from hingeexpert.knowledge.translation import answers_in_words

YES, NO = FLAG
YES_AND_NO = {
    ("http://snomed.info/sct", "373066001"): YES,
    ("http://snomed.info/sct", "373067005"): NO,
    ("http://loinc.org", "LA33-6"): YES,
    ("http://loinc.org", "LA32-8"): NO,
    ("http://terminology.hl7.org/CodeSystem/v2-0136", "Y"): YES,
    ("http://terminology.hl7.org/CodeSystem/v2-0136", "N"): NO,
}
"""System and code of those who write yes and no in their own way."""
CODING = "valueCoding"
TEXT = "valueString"
BOTH = "an answer stands beside the reason why there is none; one of the two is allowed"
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class AnswerError(Exception):
    """An answer cannot be read; its message says what was found and what is allowed."""


def written_answer(knowledge: KnowledgeBase, name: str, value: Value) -> Json:
    """Return an answer, or a text of the head, as the value of an item.

    Args:
        knowledge: The knowledge base.
        name: Identifier of the item.
        value: What stands in the form.
    """
    item = knowledge.observables.get(name)
    if name == "date":
        return {"valueDate": value}
    if item is not None and not item.answer.categories:
        return {"valueInteger" if item.answer.whole else "valueDecimal": value}
    if item is None and name not in knowledge.shorthands:
        return {TEXT: value}
    system = addresses(knowledge).answers
    return {CODING: coding(system, str(value), _label(knowledge, name, str(value)))}


def _label(knowledge: KnowledgeBase, name: str, value: str) -> str:
    """Return a code in the words of the rules."""
    if name in knowledge.observables:
        return answer_label(knowledge, name, value)
    short = knowledge.shorthands[name].shorthand
    assert short is not None
    return answers_in_words(knowledge)(short.answers)


def is_day(text: object) -> bool:
    """Return whether a text is a day of the calendar, written as `2026-11-20`."""
    if not isinstance(text, str) or not DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


class AnswerReader(ABC):
    """Reads the answers to one item."""

    @abstractmethod
    def read(self, kind: str, raw: Any) -> Value:
        """Return the value of an answer.

        Args:
            kind: How it is written, such as `valueCoding`.
            raw: What is written.

        Raises:
            AnswerError: It is not allowed.
        """


def answer_readers(knowledge: KnowledgeBase) -> dict[str, AnswerReader]:
    """Return what reads the answers to each item of the form, by its identifier."""
    own = addresses(knowledge).answers
    readers: dict[str, AnswerReader] = {name: TextReader() for name in HEAD_COLUMNS}
    readers["date"] = DayReader()
    for name, group in knowledge.shorthands.items():
        assert group.shorthand is not None
        readers[name] = CodeReader([group.shorthand.value], own)
    for name, item in knowledge.observables.items():
        codes = item.answer.categories
        readers[name] = CodeReader(codes, own) if codes else NumberReader(item.answer)
    return readers


class CodeReader(AnswerReader):
    """Reads one of several codes."""

    def __init__(self, codes: Iterable[str], system: str) -> None:
        """Take the codes that are allowed, and the address of their system."""
        self.codes = {code: code for code in codes}
        self.system = system

    def read(self, kind: str, raw: Any) -> Value:
        """Return the code that an answer stands for."""
        if kind == CODING and isinstance(raw, dict):
            system, code = raw.get("system"), raw.get("code")
            if system == self.system and type(code) is str and code in self.codes:
                return self.codes[code]
            return self._of_coding(system, code)
        if kind == "valueBoolean" and isinstance(raw, bool):
            return self._allowed(YES if raw else NO)
        if kind == TEXT and isinstance(raw, str):
            if raw in self.codes:
                return raw
            raise AnswerError(f"a text that is none of its codes; allowed: {self._listed}")
        raise AnswerError(f"a code is needed (valueCoding); found {_kind(kind)}")

    def _of_coding(self, system: Any, code: Any) -> str:
        """Return the code that a coding stands for; without a system it is taken for ours."""
        if not isinstance(code, str):
            raise AnswerError(f"the coding has no code; allowed: {self._listed}")
        if system is None or system == self.system:
            return self._allowed(code)
        meant = YES_AND_NO.get((system, code)) if isinstance(system, str) else None
        if meant is None:
            found = f"code {shown(code)} of the system {shown(system)}"
            raise AnswerError(f"{found} is not known here; allowed: {self._listed}")
        return self._allowed(meant)

    def _allowed(self, code: str) -> str:
        if code in self.codes:
            return self.codes[code]
        near = nearest(code, self.codes)
        raise AnswerError(f"{shown(code)} is not allowed; allowed: {self._listed}{near}")

    @property
    def _listed(self) -> str:
        return listed([*self.codes])


class NumberReader(AnswerReader):
    """Reads a number within limits."""

    def __init__(self, answer: Answer) -> None:
        """Take what the question allows."""
        self.answer = answer

    def read(self, kind: str, raw: Any) -> Value:
        """Return the number; one that must be whole may be written as 30.0."""
        is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
        if kind not in ("valueInteger", "valueDecimal") or not is_number:
            needed = "a number is needed (valueInteger or valueDecimal)"
            raise AnswerError(f"{needed}; found {_kind(kind)}")
        if self.answer.whole and isinstance(raw, float) and raw.is_integer():
            raw = int(raw)
        if slip := self.answer.slip(raw):
            raise AnswerError(slip)
        return raw  # type: ignore[no-any-return]


class TextReader(AnswerReader):
    """Reads a free entry."""

    def read(self, kind: str, raw: Any) -> Value:
        """Return the text as it stands."""
        if kind == TEXT and isinstance(raw, str):
            return raw
        raise AnswerError(f"a text is needed (valueString); found {_kind(kind)}")


class DayReader(AnswerReader):
    """Reads the day of the form."""

    def read(self, kind: str, raw: Any) -> Value:
        """Return the day; of a time its day, where it was written."""
        if kind not in ("valueDate", "valueDateTime", TEXT):
            raise AnswerError(f"a day is needed (valueDate); found {_kind(kind)}")
        day = raw[:10] if kind == "valueDateTime" and isinstance(raw, str) else raw
        if not is_day(day):
            raise AnswerError("a whole day is needed here, such as 2026-11-20")
        return str(day)


def _kind(kind: str) -> str:
    """Say how an answer is written, without what it says."""
    return shown(kind) if kind else "no value"


def written_value(answer: Any) -> tuple[str, Any] | None:
    """Return how an answer is written, such as `valueCoding`, and what is written; `None` where it
    says that there is none.

    Raises:
        AnswerError: It is no answer, several in one, or one beside the reason why there is none.
    """
    if not isinstance(answer, dict):
        found = "a list" if isinstance(answer, list) else "a single value"
        raise AnswerError(f"an answer is a map with a value; found {found}")
    written = answer.get(CODING)
    if isinstance(written, dict) and len(answer) == 1 and "extension" not in written:
        return None if _is_absent(written) else (CODING, written)  # as nearly all are
    kinds = _value_keys(answer)
    if len(kinds) > 1:
        raise AnswerError(f"{len(kinds)} values stand in one answer; one is allowed")
    if not says_absent(answer):
        return (kinds[0], answer[kinds[0]]) if kinds else ("", None)
    if _says_value(answer):
        raise AnswerError(BOTH)
    return None


def _value_keys(answer: Json) -> list[str]:
    """Return the keys of an answer that hold a value; one alone is allowed."""
    return [key for key in answer if key.startswith("value")]


def says_absent(answer: Json) -> bool:
    """Return whether an answer says that there is none, for whatever reason."""
    written = answer.get(CODING)
    if isinstance(written, dict) and _is_absent(written):
        return True
    parts = (value for key, value in answer.items() if key.startswith("_value"))
    return _has_reason(answer) or any(map(_has_reason, parts))


def _is_absent(coding: Json) -> bool:
    return coding.get("system") == DATA_ABSENT_REASONS or _has_reason(coding)


def _says_value(answer: Json) -> bool:
    """Return whether an answer that says that there is none holds one all the same."""
    raw = answer.get(CODING)
    if isinstance(raw, dict) and (raw.get("system") == DATA_ABSENT_REASONS or "code" not in raw):
        return False
    return bool(_value_keys(answer))


def _has_reason(part: Any) -> bool:
    """Return whether a part of a response has the extension that says why there is no value."""
    if not isinstance(part, dict) or "extension" not in part:
        return False
    extensions = part["extension"]
    if not isinstance(extensions, list):
        return False
    return any(isinstance(item, dict) and item.get("url") == DATA_ABSENT for item in extensions)
