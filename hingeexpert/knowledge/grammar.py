"""Read a condition, or a text with numbers, as it is written in `rules/`, and say every slip in it.

Owns the written form (docs/knowledge-format.md, "Conditions"); the meaning is `condition.py`. A
number in a condition is the name of a parameter, so that every number has a unit, a status and a
source; the condition keeps that name beside the number.
"""

import re
from collections.abc import Callable
from typing import Any

from hingeexpert.errors import clean, listed, nearest, shown
from hingeexpert.formats.documents import Path
from hingeexpert.knowledge import naming
from hingeexpert.knowledge.condition import (
    AllOf,
    AnyOf,
    AtLeast,
    Between,
    Condition,
    Holds,
    Is,
    Not,
    OneOf,
)
from hingeexpert.knowledge.vocabulary import Vocabulary

BOUNDS = {
    "from": ("least", True),
    "over": ("least", False),
    "up_to": ("most", True),
    "below": ("most", False),
}
"""Word of a bound to the end of the interval it sets and whether that end passes."""

NAMED = {
    "finding": "findings",
    "fault": "faults",
    "contributor": "contributors",
    "triage": "levels",
}
"""Word before the name of another condition to where the vocabulary has these names."""
PLACE = re.compile(r"\{(\w+)\}")
"""Where the value of a parameter stands in a text."""
Problems = list[tuple[Path, str]]
"""Slips: path below the condition, and message."""


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
            "any_reason": self._any_reason,
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

    def fill(self, text: str) -> tuple[str, list[str]]:
        """Put the value of a parameter in place of each `{name}`.

        Args:
            text: A text of a file.

        Returns:
            The text, and its slips: names that are no parameter. With slips the text must not be
            used.
        """
        known = self.vocabulary.parameters
        slips = [
            slip
            for name in PLACE.findall(text)
            if (slip := self.vocabulary.slip(name, "parameter", known))
        ]
        return PLACE.sub(lambda place: f"{known.get(place[1]) or 0:g}", text), slips

    def _read(self, raw: Any, path: Path, problems: Problems) -> Condition:
        if not isinstance(raw, dict) or not raw:
            problems.append(
                (path, f"a condition is a map such as {{stick.sacrum: lost}}; found {shown(raw)}")
            )
            return AllOf(())
        parts = tuple(self._entry(key, value, (*path, key), problems) for key, value in raw.items())
        return parts[0] if len(parts) == 1 else AllOf(parts)

    def _entry(self, key: str, value: Any, path: Path, problems: Problems) -> Condition:
        if key in self._words:
            return self._words[key](value, path, problems)
        if key in NAMED:
            return self._holds(key, value, path, problems)
        if key in self.vocabulary.values:
            return self._observable(key, value, path, problems)
        allowed = [*self.vocabulary.values, *self._words, *NAMED]
        slip = self.vocabulary.slip(key, "observable and no word of a condition", allowed)
        if slip and not ("observable" in self.vocabulary.partial and "." in key):
            problems.append((path, slip))
        return AllOf(())

    def _list(self, raw: Any, path: Path, problems: Problems) -> tuple[Condition, ...]:
        if not isinstance(raw, list | tuple) or not raw:
            problems.append((path, f"a list of conditions is needed; found {shown(raw)}"))
            return ()
        return tuple(self._read(part, (*path, number), problems) for number, part in enumerate(raw))

    def _holds(self, key: str, raw: Any, path: Path, problems: Problems) -> Condition:
        known = sorted(getattr(self.vocabulary, NAMED[key]))
        names = self._names(raw, path, problems)
        what = "triage level" if key == "triage" else key
        problems.extend(
            (place, slip)
            for place, name in names
            if (slip := self.vocabulary.slip(name, what, known))
        )
        held = tuple(Holds(f"{key}:{name}") for _, name in names)
        return held[0] if len(held) == 1 else AnyOf(held)

    def _names(self, raw: Any, path: Path, problems: Problems) -> list[tuple[Path, Any]]:
        """Return one name, or each of a list of names, with its place."""
        if isinstance(raw, list | tuple):
            if not raw:
                problems.append((path, "the list is empty; name at least one"))
            return [((*path, number), name) for number, name in enumerate(raw)]
        return [(path, raw)]

    def _any_fault(self, raw: Any, path: Path, problems: Problems) -> Condition:
        kinds = self.vocabulary.kinds
        wanted = self._names(raw, path, problems)
        for place, kind in wanted:
            if kind not in kinds:
                problems.append(
                    (
                        place,
                        (
                            f"{shown(kind)} is no kind of fault; allowed: "
                            f"{listed(kinds)}{nearest(kind, kinds)}"
                        ),
                    )
                )
        chosen = [kind for _, kind in wanted]
        return AnyOf(
            tuple(
                Holds(naming.fault(fault))
                for fault, kind in sorted(self.vocabulary.faults.items())
                if kind in chosen
            )
        )

    def _any_reason(self, raw: Any, path: Path, problems: Problems) -> Condition:
        """Read any reason of a triage level but some; one that is added later counts as well."""
        if not isinstance(raw, dict) or set(raw) != {"level", "but"}:
            message = (
                "any_reason needs exactly the keys level (a triage level) and but (reasons of it "
                f"that do not count); found {shown(raw)}"
            )
            problems.append((path, message))
            return AllOf(())
        slip = self.vocabulary.slip(raw["level"], "triage level", self.vocabulary.levels)
        if slip:
            problems.append(((*path, "level"), slip))
        if raw["level"] not in self.vocabulary.levels:  # also where its file is no YAML
            return AllOf(())
        reasons = self.vocabulary.levels[raw["level"]]
        excepted = self._names(raw["but"], (*path, "but"), problems)
        problems.extend(
            (place, slip)
            for place, name in excepted
            if (slip := self.vocabulary.slip(name, f"reason of {raw['level']}", reasons))
        )
        left_out = [name for _, name in excepted]
        counted = [name for name in reasons if name not in left_out]
        names = [naming.level_rule("triage", raw["level"], name) for name in counted]
        return AnyOf(tuple(Holds(name) for name in names))

    def _at_least(self, raw: Any, path: Path, problems: Problems) -> Condition:
        if not isinstance(raw, dict) or set(raw) != {"n", "of"}:
            found = (
                f"the keys {listed([clean(key) for key in raw])}"
                if isinstance(raw, dict) and raw
                else shown(raw)
            )
            problems.append(
                (
                    path,
                    (
                        "at_least needs exactly the keys n (a parameter) and of (a list of "
                        f"conditions); found {found}"
                    ),
                )
            )
            return AllOf(())
        count = self._parameter(raw["n"], (*path, "n"), problems)
        parts = self._list(raw["of"], (*path, "of"), problems)
        if count is None or not parts:
            return AllOf(())
        if count not in range(1, len(parts) + 1):
            problems.append(
                (
                    (*path, "n"),
                    (
                        f"{shown(raw['n'])} is {count:g}; a whole number from 1 to {len(parts)} "
                        "is needed"
                    ),
                )
            )
            return AllOf(())
        return AtLeast(int(count), parts, raw["n"])

    def _parameter(self, raw: Any, path: Path, problems: Problems) -> float | None:
        """Return the value of a named parameter, or `None` where there is none."""
        known = self.vocabulary.parameters
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            message = (
                f"the number {shown(raw)} stands in a condition; give it a name, unit and source "
                "in parameters.yaml"
            )
            problems.append((path, message))
        elif slip := self.vocabulary.slip(raw, "parameter", known):
            problems.append((path, slip))
        return known.get(raw) if isinstance(raw, str) else None

    def _observable(self, key: str, raw: Any, path: Path, problems: Problems) -> Condition:
        allowed = self.vocabulary.values[key]
        if not allowed:
            return Is(key, self._bounds(key, raw, path, problems))
        words = self._names(raw, path, problems)
        for place, word in words:
            if word not in allowed:
                problems.append(
                    (
                        place,
                        (
                            f"{shown(word)} is no value of {key}; allowed: "
                            f"{listed(allowed)}{nearest(word, allowed)}"
                        ),
                    )
                )
        return Is(key, OneOf(frozenset(word for _, word in words if word in allowed)))

    def _bounds(self, key: str, raw: Any, path: Path, problems: Problems) -> Between:
        if not isinstance(raw, dict) or not raw:
            message = (
                f"{key} is a number: write a bound ({listed(list(BOUNDS))}) and a parameter, "
                f"such as {{below: adequate_range}}"
            )
            problems.append((path, f"{message}; found {shown(raw)}"))
            return Between()
        ends: dict[str, Any] = {}
        for word, name in raw.items():
            if word not in BOUNDS:
                problems.append(
                    (
                        (*path, word),
                        (
                            f"{shown(word)} is no bound; allowed: "
                            f"{listed(list(BOUNDS))}{nearest(word, BOUNDS)}"
                        ),
                    )
                )
                continue
            end, included = BOUNDS[word]
            if end in ends:
                problems.append(
                    (
                        (*path, word),
                        f"the {'lower' if end == 'least' else 'upper'} end is given twice",
                    )
                )
            ends |= {
                end: self._parameter(name, (*path, word), problems),
                f"{end}_included": included,
                f"{end}_name": name,
            }
        band = Between(**ends)
        if (
            band.least is not None
            and band.most is not None
            and band.least >= band.most
            and not band.accepts(band.least)
        ):
            problems.append(
                (
                    path,
                    (
                        f"no number lies in this band: its lower end is {band.least:g}, its "
                        f"upper end {band.most:g}"
                    ),
                )
            )
        return band
