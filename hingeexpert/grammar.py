"""Read a condition as it is written in `rules/`, and say every slip in it.

Owns the written form (docs/knowledge-format.md, "Conditions"); the meaning is `condition.py`. A number in a condition is the name of a
parameter, so that every number has a unit, a status and a source.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hingeexpert.condition import AllOf, AnyOf, AtLeast, Between, Condition, Holds, Is, Not, OneOf
from hingeexpert.documents import Path
from hingeexpert.errors import listed, nearest, shown

BOUNDS = {"from": ("least", True), "over": ("least", False), "up_to": ("most", True), "below": ("most", False)}
"""Word of a bound to the end of the interval it sets and whether that end passes."""

Problems = list[tuple[Path, str]]
"""Slips: path below the condition, and message."""


@dataclass
class Vocabulary:
    """The names that conditions may use, taken from all files before any condition is read.

    Attributes:
        values: Observable to its words; empty for a number.
        parameters: Parameter to its value.
        findings: Named conditions.
        faults: Fault to its kind.
        contributors: Contributors.
        levels: Triage levels.
    """

    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    parameters: dict[str, float] = field(default_factory=dict)
    findings: set[str] = field(default_factory=set)
    faults: dict[str, str] = field(default_factory=dict)
    contributors: set[str] = field(default_factory=set)
    levels: set[str] = field(default_factory=set)


class Reader:
    """Reads conditions against a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._words: dict[str, Callable[[Any, Path, Problems], Condition]] = {
            "all": lambda raw, path, problems: AllOf(self._list(raw, path, problems)),
            "any": lambda raw, path, problems: AnyOf(self._list(raw, path, problems)),
            "not": lambda raw, path, problems: Not(self._read(raw, path, problems)),
            "at_least": self._at_least,
            "any_fault": self._any_fault,
        }
        self._named: dict[str, Callable[[], Mapping[str, Any] | set[str]]] = {
            "finding": lambda: vocabulary.findings,
            "fault": lambda: vocabulary.faults,
            "contributor": lambda: vocabulary.contributors,
            "triage": lambda: vocabulary.levels,
        }

    def read(self, raw: Any) -> tuple[Condition, Problems]:
        """Read one condition.

        Args:
            raw: Plain data as the file has it.

        Returns:
            The condition, and its slips. With slips the condition must not be used.
        """
        problems: Problems = []
        return self._read(raw, (), problems), problems

    def _read(self, raw: Any, path: Path, problems: Problems) -> Condition:
        if not isinstance(raw, dict) or not raw:
            problems.append((path, f"a condition is a map such as {{stick.sacrum: lost}}; found {shown(raw)}"))
            return AllOf(())
        parts = tuple(self._entry(key, value, (*path, key), problems) for key, value in raw.items())
        return parts[0] if len(parts) == 1 else AllOf(parts)

    def _entry(self, key: str, value: Any, path: Path, problems: Problems) -> Condition:
        if key in self._words:
            return self._words[key](value, path, problems)
        if key in self._named:
            return self._holds(key, value, path, problems)
        if key in self.vocabulary.values:
            return self._observable(key, value, path, problems)
        allowed = [*self.vocabulary.values, *self._words, *self._named]
        problems.append((path, f"{shown(key)} is no observable and no word of a condition{nearest(key, allowed)}"))
        return AllOf(())

    def _list(self, raw: Any, path: Path, problems: Problems) -> tuple[Condition, ...]:
        if not isinstance(raw, list | tuple) or not raw:
            problems.append((path, f"a list of conditions is needed; found {shown(raw)}"))
            return ()
        return tuple(self._read(part, (*path, number), problems) for number, part in enumerate(raw))

    def _holds(self, key: str, raw: Any, path: Path, problems: Problems) -> Condition:
        allowed = sorted(self._named[key]())
        names = raw if isinstance(raw, list | tuple) else [raw]
        for name in names:
            if name not in allowed:
                problems.append((path, f"{shown(name)} is no {key}{nearest(name, allowed)}"))
        held = tuple(Holds(f"{key}:{name}") for name in names)
        return held[0] if len(held) == 1 else AnyOf(held)

    def _any_fault(self, raw: Any, path: Path, problems: Problems) -> Condition:
        kinds = raw if isinstance(raw, list | tuple) else [raw]
        allowed = sorted(set(self.vocabulary.faults.values()))
        for kind in kinds:
            if kind not in allowed:
                problems.append((path, f"{shown(kind)} is no kind of fault; allowed: {listed(allowed)}{nearest(kind, allowed)}"))
        return AnyOf(tuple(Holds(f"fault:{fault}") for fault, kind in sorted(self.vocabulary.faults.items()) if kind in kinds))

    def _at_least(self, raw: Any, path: Path, problems: Problems) -> Condition:
        if not isinstance(raw, dict) or set(raw) != {"n", "of"}:
            problems.append((path, "at_least needs exactly the keys n (a parameter) and of (a list of conditions)"))
            return AllOf(())
        count = self._parameter(raw["n"], (*path, "n"), problems)
        parts = self._list(raw["of"], (*path, "of"), problems)
        if count != int(count) or not 1 <= count <= max(1, len(parts)):
            problems.append((path, f"{raw['n']} is {count:g}; a whole number from 1 to {len(parts)} is needed"))
        return AtLeast(int(count), parts)

    def _parameter(self, raw: Any, path: Path, problems: Problems) -> float:
        if isinstance(raw, int | float):
            problems.append((path, f"a number ({raw}) stands in a condition; give it a name, unit and source in parameters.yaml"))
            return 1
        if raw not in self.vocabulary.parameters:
            problems.append((path, f"{shown(raw)} is no parameter{nearest(raw, self.vocabulary.parameters)}"))
            return 1
        return self.vocabulary.parameters[raw]

    def _observable(self, key: str, raw: Any, path: Path, problems: Problems) -> Condition:
        allowed = self.vocabulary.values[key]
        if not allowed:
            return Is(key, self._bounds(key, raw, path, problems))
        words = raw if isinstance(raw, list | tuple) else [raw]
        for word in words:
            if word not in allowed:
                problems.append((path, f"{shown(word)} is no value of {key}; allowed: {listed(allowed)}{nearest(word, allowed)}"))
        return Is(key, OneOf(frozenset(word for word in words if word in allowed)))

    def _bounds(self, key: str, raw: Any, path: Path, problems: Problems) -> Between:
        if not isinstance(raw, dict) or not raw:
            problems.append((path, f"{key} is a number: write {{below: parameter}}; also {listed(list(BOUNDS))}"))
            return Between()
        ends: dict[str, Any] = {}
        for word, name in raw.items():
            if word not in BOUNDS:
                problems.append(((*path, word), f"{shown(word)} is no bound; allowed: {listed(list(BOUNDS))}{nearest(word, BOUNDS)}"))
                continue
            end, included = BOUNDS[word]
            if end in ends:
                problems.append(((*path, word), f"the {end} value is bounded twice"))
            ends |= {end: self._parameter(name, (*path, word), problems), f"{end}_included": included}
        return Between(**ends)
