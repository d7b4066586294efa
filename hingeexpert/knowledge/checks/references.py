"""Names that must exist in another file, and names that may stand but once."""

from collections.abc import Collection, Iterator
from typing import Any

from hingeexpert.errors import Problem, shown
from hingeexpert.formats.documents import Path
from hingeexpert.knowledge.checks.loaded import LoadedFiles, names_at
from hingeexpert.knowledge.models.ladders import LADDERS

COACHED = (("order", "*"), ("order", "*", "by_confidence", "*"))
CONCLUSIONS = ("faults/", "contributors/")
REFERENCES: tuple[tuple[str | tuple[str, ...], tuple[str, ...], str], ...] = (
    ("faults/", ("drills", "*"), "drill"),
    (CONCLUSIONS, ("look_alikes", "*", "id"), "fault or contributor"),
    (CONCLUSIONS, ("against", "*", "rules", "*"), "rule of this file"),
    ("contributors/", ("test_with", "*"), "observable"),
    ("drills/", ("helps", "*"), "fault"),
    *(
        ("drills/", ("dose", *place), "parameter")
        for place in (("sets",), ("sets", "*"), ("reps",), ("reps", "*"))
    ),
    *(("coaching.yaml", place, "fault") for place in COACHED),
    ("knowledge.yaml", ("groups", "*"), "group with a file in observables"),
    ("properties.yaml", ("properties", "*", "never", "blank", "*"), "group or observable"),
    ("properties.yaml", ("properties", "*", "never", "triage", "*"), "triage level"),
    ("properties.yaml", ("properties", "*", "never", "readiness", "*"), "verdict of readiness"),
    ("properties.yaml", ("properties", "*", "exempt", "*", "observable"), "observable"),
    ("remarks.yaml", ("remarks", "*", "at", "*"), "verdict of readiness"),
    *(("words.yaml", (limit,), "parameter") for limit in ("grade", "longest_sentence")),
    *(
        (("faults/", "drills/"), ("picture", panel, "pose"), "pose")
        for panel in ("first", "second")
    ),
    *(("poses.yaml", (key,), "pose") for key in ("upright", "blank")),
    ("handout.yaml", ("drills", "*"), "drill"),
    ("handout.yaml", ("easier_drill",), "drill"),
    ("handout.yaml", ("second_side",), "group with a file in observables"),
    ("handout.yaml", ("measured", "lean"), "observable"),
    ("handout.yaml", ("measured", "side", "*"), "observable"),
    ("words.yaml", ("forbidden", "*", "asked_in", "*"), "observable"),
)
"""Beginning of a file's name, pattern of a place in it, and what the name there must be."""
UNIQUE: tuple[tuple[str | tuple[str, ...], tuple[str, ...], int], ...] = (
    *((CONCLUSIONS, (part, "*", "id"), 1) for part in ("rules", "against")),
    *((file, (part, "*", "id"), 1) for file, part in LADDERS.items()),
    *((file, (part, "*", "rules", "*", "id"), 3) for file, part in LADDERS.items()),
    *(("coaching.yaml", place, 1) for place in COACHED),
    ("knowledge.yaml", ("groups", "*"), 1),
    ("remarks.yaml", ("remarks", "*", "id"), 1),
    ("properties.yaml", ("properties", "*", "id"), 1),
    ("words.yaml", ("forbidden", "*", "say"), 1),
)
"""Beginning of a file's name, pattern of a name in it, and how many steps of its place say where it
may stand but once.
"""


def source_problems(files: LoadedFiles, file: str, data: Any, path: Path) -> Iterator[Problem]:
    """Check every list under a key `sources`, wherever it stands."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "sources" and isinstance(value, list):
                for place, name in names_at(value, ("*",), (*path, key)):
                    if slip := files.names.slip(name, "source", files.names.sources):
                        yield files.problem(file, place, slip)
            else:
                yield from source_problems(files, file, value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from source_problems(files, file, value, (*path, number))


def name_problems(files: LoadedFiles, file: str, data: Any) -> Iterator[Problem]:
    """Check that a file is called as what it holds."""
    folder, _, name = file.partition("/")
    key = {
        "observables": "group",
        "faults": "fault",
        "contributors": "contributor",
        "drills": "drill",
        "languages": "language",
    }.get(folder)
    for path, said in names_at(data, (key,)) if key is not None else ():
        if said != name.removesuffix(".yaml"):
            yield files.problem(
                file,
                path,
                f"{shown(said)} stands in a file of another name; the two must be the same",
            )
        if folder == "contributors" and said in files.names.faults:
            yield files.problem(file, path, f"{shown(said)} is a fault as well")


def reference_problems(files: LoadedFiles, file: str, data: Any) -> Iterator[Problem]:
    """Check the names that one file takes from another."""
    names = files.names
    known: dict[str, Collection[str]] = {
        "drill": names.drills,
        "pose": names.poses,
        "fault": names.faults,
        "fault or contributor": {*names.faults, *names.contributors},
        "observable": names.values,
        "parameter": names.parameters,
        "group or observable": {*names.groups, *names.values},
        "triage level": names.levels,
        "verdict of readiness": names.verdicts,
        "group with a file in observables": names.groups,
        "rule of this file": [name for _, name in names_at(data, ("rules", "*", "id"))],
    }
    for start, pattern, what in REFERENCES:
        if file.startswith(start):
            for path, name in names_at(data, pattern):
                if slip := names.slip(name, what, known[what]):
                    yield files.problem(file, path, slip)


def repeated_problems(files: LoadedFiles, file: str, data: Any) -> Iterator[Problem]:
    """Check that a name stands once in its list."""
    first: dict[Path, Path] = {}
    for start, pattern, scope in UNIQUE:
        for path, name in names_at(data, pattern) if file.startswith(start) else ():
            key = (*path[:scope], name)
            if key in first:
                line = files.problem(file, first[key], "").line
                yield files.problem(file, path, f"{shown(name)} stands twice; first in line {line}")
            first.setdefault(key, path)
