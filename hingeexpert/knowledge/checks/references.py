"""Names that must exist elsewhere, names that may stand but once, and names that a file bears."""

import typing
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath
from typing import Any

from hingeexpert.errors import Problem, shown
from hingeexpert.formats.documents import Document, Path
from hingeexpert.knowledge.models.base import Entry
from hingeexpert.knowledge.models.drills import Rung
from hingeexpert.knowledge.models.traits import NamesFile, Once, RefersTo, inside, with_traits
from hingeexpert.knowledge.vocabulary import Vocabulary


def reference_problems(
    model: type[Entry], document: Document, names: Vocabulary
) -> Iterator[Problem]:
    """Check every name with a trait of a file, also of one that is broken otherwise.

    Args:
        model: What the file should hold.
        document: The file.
        names: What the files may name of each other.
    """
    known = _known(document.data, names)
    first: dict[tuple[Path, str], Path] = {}
    for path, name, trait in with_traits(model, document.data):
        match trait:
            case RefersTo(kind):
                if slip := names.slip(name, kind, known[kind]):
                    yield document.problem(path, slip)
            case NamesFile():
                yield from _name_problems(document, path, name, names)
            case Once():
                before = first.setdefault((trait.scope(path), name), path)
                if before != path:
                    line = document.problem(before, "").line
                    message = f"{shown(name)} stands twice; first in line {line}"
                    yield document.problem(path, message)


def _known(data: Any, names: Vocabulary) -> dict[str, Collection[str]]:
    """Return the names of each kind that a file may refer to."""
    rules = inside(data, "rules")
    return {
        "drill": names.drills,
        "drill or rung": {*names.drills, *typing.get_args(Rung)},
        "fault": names.faults,
        "fault or contributor": {*names.faults, *names.contributors},
        "finding": names.findings,
        "group or observable": {*names.groups, *names.values},
        "group with a file in observables": names.groups,
        "observable": names.values,
        "parameter": names.parameters,
        "pose": names.poses,
        "rule of this file": _ids(rules),
        "source": names.sources,
        "triage level": names.levels,
        "verdict of readiness": names.verdicts,
    }


def _ids(entries: Any) -> list[str]:
    """Return the ids of a list of entries, as far as they are there."""
    if not isinstance(entries, list):
        return []
    ids = (inside(entry, "id") for entry in entries)
    return [name for name in ids if isinstance(name, str)]


def _name_problems(
    document: Document, path: Path, name: str, names: Vocabulary
) -> Iterator[Problem]:
    """Check that a file is called as what it holds."""
    file = PurePosixPath(document.file)
    if name != file.stem:
        message = f"{shown(name)} stands in a file of another name; the two must be the same"
        yield document.problem(path, message)
    if file.parent.name == "contributors" and name in names.faults:
        yield document.problem(path, f"{shown(name)} is a fault as well")
