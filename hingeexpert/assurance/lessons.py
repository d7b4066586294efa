"""Lessons of earlier proofs, in the user's cache folder: answers that made a question useful.

They are kept by the names of questions and ends, which survive an edit of the rules. Nothing is
taken for true that is read here: a lesson is a hint where to look, and what it says of the rules as
they are now is a formula of the proof (`useful_questions.py`). One that is damaged, out of date or
of other rules only helps less. Nothing of a patient is kept: the answers are those of the solver.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from hingeexpert.formats.cache import keep, key_of, recall
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value

KIND = "lessons"
MOST = 4
"""Knowledge bases of which lessons are kept."""
MOST_OF_A_QUESTION = 400
"""The newest lessons that are kept for a question."""


class Lesson(NamedTuple):
    """Answers with which a question may settle an end.

    Attributes:
        answers: The answers to other questions.
        value: The answer to the question itself that then settles the end.
        end: Its name.
    """

    answers: Mapping[str, Value]
    value: Value
    end: str


class Lessons:
    """What was learnt about the questions of one knowledge base."""

    def __init__(self, learnt: Mapping[str, Sequence[Lesson]] | None = None) -> None:
        """Begin with what was learnt earlier; without it, with nothing."""
        self._learnt = {name: [*lessons] for name, lessons in (learnt or {}).items()}

    def of(self, name: str) -> Sequence[Lesson]:
        """Return what is known about a question, the oldest first."""
        return tuple(self._learnt.get(name, ()))

    def learn(self, name: str, lessons: Sequence[Lesson]) -> None:
        """Add what was learnt about a question."""
        self._learnt.setdefault(name, []).extend(lessons)

    def keep(self) -> None:
        """Keep nothing beyond this process."""


class KeptLessons(Lessons):
    """Lessons that outlive the process, where the cache folder can be used."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        """Recall what is kept for knowledge bases of this name."""
        self._key = key_of(KIND, knowledge.info.id)
        self._kept = recall(KIND, self._key)
        super().__init__(_read(knowledge, self._kept or b""))

    def keep(self) -> None:
        """Keep what is known now, where something was learnt."""
        newest = {name: list[-MOST_OF_A_QUESTION:] for name, list in self._learnt.items()}
        content = json.dumps(newest, sort_keys=True).encode()
        if content != self._kept:
            keep(KIND, self._key, content, MOST)
            self._kept = content


def _read(knowledge: KnowledgeBase, content: bytes) -> dict[str, list[Lesson]]:
    """Return the lessons that speak of questions and answers that there are."""
    try:
        kept = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(kept, dict):
        return {}
    return {
        name: list(_lessons(knowledge, name, entries))
        for name, entries in kept.items()
        if name in knowledge.observables and isinstance(entries, list)
    }


def _lessons(knowledge: KnowledgeBase, name: str, entries: list[Any]) -> Iterator[Lesson]:
    """Yield those of some entries that are lessons about a question, in answers of today."""
    for entry in entries[-MOST_OF_A_QUESTION:]:
        match entry:
            case [dict(answers), value, str(end)] if name not in answers:
                given = {**answers, name: value}
                if all(knowledge.accepts(*item) for item in given.items()):
                    today = {of: knowledge.same_effect(of, given[of]) for of in given}
                    yield Lesson(today, today.pop(name), end)
