"""The texts that a change of the rules touches: how hard they are now, what they may not say, and
which translations belong to the old words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Any

from hingeexpert.assurance.readability import grade
from hingeexpert.assurance.words import RuleText, rule_text, text_problems
from hingeexpert.formats.documents import Path
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.traits import FOR_PERSON, inside
from hingeexpert.knowledge.texts import entries_by_file, places_read, strings

EACH = "*"
"""Stands in a place for the number of an entry that has no id."""

_NAME = re.compile(r"[a-z][a-z0-9_.]*|[A-Z][A-Z0-9-]*")
"""An id, a source, a word of the format: nobody reads it as a text."""


@dataclass(frozen=True)
class TextMoved:
    """A text that came, went or changed.

    Attributes:
        file: Its file.
        place: Where it stands there, entries by their ids, such as `rules[hip_pain].because`.
        was: The text before, or `None` where there was none.
        now: The text after it.
        problems: What is wrong with the new one.
        stale: Languages whose translation belongs to the old one.
    """

    file: str
    place: str
    was: RuleText | None
    now: RuleText | None
    problems: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()

    @property
    def for_person(self) -> bool:
        """Whether the person reads or hears it."""
        return any(text is not None and text.for_person for text in (self.was, self.now))

    @property
    def grades(self) -> tuple[float | None, float | None]:
        """The US school grade before and after; `None` where there is no sentence."""
        return _grade(self.was), _grade(self.now)


def _grade(text: RuleText | None) -> float | None:
    return None if text is None or not text.sentences else grade(text.sentences)


def texts_moved(before: KnowledgeBase, after: KnowledgeBase) -> Iterator[TextMoved]:
    """Yield the texts that differ between two knowledge bases, by file and place."""
    old, new = entries_by_file(before), entries_by_file(after)
    languages = _Languages(before, after)
    for file in dict.fromkeys((*new, *old)):
        was, now = old.get(file), new.get(file)
        if was != now:
            for place, gone, come in _pairs(_Texts(file, was), _Texts(file, now)):
                problems = () if come is None else tuple(text_problems(after, come))
                yield TextMoved(file, place, gone, come, problems, languages.stale(gone, come))


class _Texts:
    """The texts of a file.

    Attributes:
        by_place: Place to the texts there, each with its path; several where entries have no ids.
    """

    def __init__(self, file: str, entry: Any) -> None:
        self._file, self._entry = file, entry
        self.by_place: dict[str, dict[str, Path]] = {}
        for path, text in strings(entry):
            if _NAME.fullmatch(text):
                continue
            self.by_place.setdefault(_named(entry, path), {}).setdefault(text, path)

    def without(self, place: str, others: "_Texts") -> list[RuleText]:
        """Return the texts at a place that are not there in the others."""
        beside = others.by_place.get(place, {})
        texts = self.by_place.get(place, {}).items()
        return [self._text(path, text) for text, path in texts if text not in beside]

    def _text(self, path: Path, text: str) -> RuleText:
        return rule_text(self._file, self._entry, path, text, path in self._heard)

    @cached_property
    def _heard(self) -> set[Path]:
        """The places of the texts that the person reads or hears."""
        return places_read(self._file, self._entry, FOR_PERSON)


def _named(entry: Any, path: Path) -> str:
    """Write a path with the ids of entries in place of their numbers, so that an entry put in
    before them moves nothing.
    """
    name = ""
    for step in path:
        if isinstance(step, int):
            entry = entry[step]
            name += f"[{inside(entry, 'id') or EACH}]"
        else:
            entry = inside(entry, step)
            name += f".{step}"
    return name.removeprefix(".")


def _pairs(old: _Texts, new: _Texts) -> Iterator[tuple[str, RuleText | None, RuleText | None]]:
    """Yield what went and what came at each place, side by side in their order."""
    for place in dict.fromkeys((*new.by_place, *old.by_place)):
        if new.by_place.get(place) != old.by_place.get(place):
            gone, come = old.without(place, new), new.without(place, old)
            for one, other in zip_longest(gone, come):
                yield place, one, other


class _Languages:
    """The translations of two knowledge bases."""

    def __init__(self, before: KnowledgeBase, after: KnowledgeBase) -> None:
        self._before, self._after = before, after

    @cached_property
    def _translated(self) -> dict[str, tuple[set[str], set[str]]]:
        """For each language the texts that had a translation, and those that have one."""
        return {
            code: (_keys(self._before, code), _keys(self._after, code))
            for code in self._after.languages
        }

    def stale(self, was: RuleText | None, now: RuleText | None) -> tuple[str, ...]:
        """Return the languages that had the old text and do not have the new one."""
        if was is None or now is None:
            return ()
        return tuple(
            code
            for code, (old, new) in self._translated.items()
            if was.text in old and now.text not in new
        )


def _keys(knowledge: KnowledgeBase, code: str) -> set[str]:
    language = knowledge.languages.get(code)
    texts = language.texts if language is not None else ()
    return {" ".join(item.from_.split()) for item in texts}
