"""The names that one file of `rules/` may use of another, gathered from raw data.

So one bad file does not hide the names of the others, and a wrong name is told beside the slips of
the file that it stands in.
"""

import math
import typing
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hingeexpert.errors import nearest, shown
from hingeexpert.formats.documents import Document
from hingeexpert.knowledge.models.conclusions import Kind


@dataclass
class Vocabulary:
    """The names that one file may use of another, taken from all files before any condition is
    read.

    Attributes:
        groups: Groups of observables.
        values: Observable to its words; empty for a number.
        parameters: Parameter to its value, or `None` where that is no number.
        findings: Named conditions.
        faults: Fault to its kind.
        kinds: Kinds of fault.
        contributors: Contributors.
        levels: Triage level to its reasons.
        verdicts: Verdicts of readiness.
        drills: Drills.
        poses: Poses of the body in pictures.
        sources: Sources.
        partial: Kinds of name of which not all could be read: a file is missing or is no YAML. An
            unknown name is then no slip.
    """

    groups: set[str] = field(default_factory=set)
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    parameters: dict[str, float | None] = field(default_factory=dict)
    findings: set[str] = field(default_factory=set)
    faults: dict[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    contributors: set[str] = field(default_factory=set)
    levels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    verdicts: set[str] = field(default_factory=set)
    drills: set[str] = field(default_factory=set)
    poses: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    partial: set[str] = field(default_factory=set)

    @property
    def without_numbers(self) -> "Vocabulary":
        """The names alone, without the values of the parameters."""
        return replace(self, parameters=dict.fromkeys(self.parameters))

    def slip(self, name: Any, what: str, known: Collection[str]) -> str | None:
        """Say that a name is not known, or return `None` where it is, or where not all names could
        be read.

        Args:
            name: The name as the file has it.
            what: Kind of name, as messages call it.
            known: The names of this kind.
        """
        if isinstance(name, str) and (name in known or what in self.partial):
            return None
        return f"{shown(name)} is no {what}{nearest(name, known)}"


def vocabulary_of(documents: Mapping[str, Document]) -> Vocabulary:
    """Gather the names of all files.

    Args:
        documents: File to its raw data.
    """
    names = Vocabulary(
        groups=_stems(documents, "observables"),
        drills=_stems(documents, "drills"),
        contributors=_stems(documents, "contributors"),
        faults={stem: _kind_of_fault(documents, stem) for stem in _stems(documents, "faults")},
        kinds=typing.get_args(Kind),
    )
    raw = _RawEntries(documents, names.partial)
    for group in names.groups:
        questions = raw.under(f"observables/{group}.yaml", "observables", "observable")
        names.values |= {name: _words(question) for name, question in questions}
    numbers = raw.under("parameters.yaml", "parameters", "parameter")
    names.parameters = {name: _finite(number.get("value")) for name, number in numbers}
    names.findings = raw.keys("findings.yaml", "findings", "finding")
    names.sources = raw.keys("sources.yaml", "sources", "source")
    names.poses = raw.keys("poses.yaml", "poses", "pose")
    levels = raw.under("triage.yaml", "levels", "triage level")
    names.levels = {str(level.get("id")): _reasons(level) for _, level in levels}
    names.verdicts = raw.ids("readiness.yaml", "verdicts", "verdict of readiness")
    return names


def _stems(documents: Mapping[str, Document], folder: str) -> set[str]:
    """Return the names of the files in a folder."""
    inside = (file for file in documents if file.startswith(f"{folder}/"))
    return {file.removeprefix(f"{folder}/").removesuffix(".yaml") for file in inside}


def _kind_of_fault(documents: Mapping[str, Document], name: str) -> str:
    """Return the kind that a fault says it is of, or nothing."""
    data = documents[f"faults/{name}.yaml"].data
    return str(data.get("kind")) if isinstance(data, dict) else ""


def _words(question: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the words of a question; none of a number."""
    values = question.get("values")
    return tuple(values) if isinstance(values, dict) else ()


def _reasons(level: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids of the rules of a level."""
    rules = level.get("rules")
    found = rules if isinstance(rules, list) else []
    return tuple(str(rule.get("id")) for rule in found if isinstance(rule, dict))


def _finite(value: Any) -> float | None:
    """Return a number, or `None` where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) else None


class _RawEntries:
    """The entries of files, as far as they can be read."""

    def __init__(self, documents: Mapping[str, Document], partial: set[str]) -> None:
        """Read the entries of these files; note in `partial` the kinds of which some are lost."""
        self.documents = documents
        self.partial = partial

    def under(self, file: str, key: str, kind: str) -> list[tuple[str, dict[str, Any]]]:
        """Return the entries under a key with their names; those of a list are numbered."""
        document = self.documents.get(file)
        data = document.data if document is not None and isinstance(document.data, dict) else {}
        entries = data.get(key)
        if document is None or not document.complete or not isinstance(entries, dict | list):
            self.partial.add(kind)
        named: Any = ()
        if isinstance(entries, dict):
            named = entries.items()
        elif isinstance(entries, list):
            named = enumerate(entries)
        return [(str(name), item if isinstance(item, dict) else {}) for name, item in named]

    def keys(self, file: str, key: str, kind: str) -> set[str]:
        """Return the names under a key."""
        return {name for name, _ in self.under(file, key, kind)}

    def ids(self, file: str, key: str, kind: str) -> set[str]:
        """Return the ids of the entries of a list."""
        return {str(item.get("id")) for _, item in self.under(file, key, kind)}
