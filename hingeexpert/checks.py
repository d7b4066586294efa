"""What must fit between the files of a knowledge base: everything here makes it unusable. What a reviewer minds is `lint.py`."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hingeexpert.body_checks import body_slips
from hingeexpert.condition import AllOf, Condition, Holds, leaves
from hingeexpert.documents import Document, Path
from hingeexpert.entries import Level, Observable
from hingeexpert.entry import Entry
from hingeexpert.errors import Problem, listed, shown
from hingeexpert.grammar import Vocabulary
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.network import CycleError, Network
from hingeexpert.observable_checks import FLAG, observable_slips, well_while_slips

LADDERS = {"triage.yaml": "levels", "readiness.yaml": "verdicts"}
"""File of an ordered list to the key of its entries."""
COACHED = (("order", "*"), ("order", "*", "by_confidence", "*"))
CONCLUSIONS = ("faults/", "contributors/")
REFERENCES: tuple[tuple[str | tuple[str, ...], tuple[str, ...], str], ...] = (
    ("faults/", ("drills", "*"), "drill"),
    (CONCLUSIONS, ("look_alikes", "*", "id"), "fault or contributor"),
    (CONCLUSIONS, ("against", "*", "rules", "*"), "rule of this file"),
    ("contributors/", ("test_with", "*"), "observable"),
    ("drills/", ("helps", "*"), "fault"),
    *(("drills/", ("dose", *place), "parameter") for place in (("sets",), ("sets", "*"), ("reps",), ("reps", "*"))),
    *(("coaching.yaml", place, "fault") for place in COACHED),
    ("knowledge.yaml", ("groups", "*"), "group with a file in observables"),
    ("properties.yaml", ("properties", "*", "never", "blank", "*"), "group or observable"),
    ("properties.yaml", ("properties", "*", "never", "triage", "*"), "triage level"),
    ("properties.yaml", ("properties", "*", "never", "readiness", "*"), "verdict of readiness"),
    ("properties.yaml", ("properties", "*", "exempt", "*", "observable"), "observable"),
    ("remarks.yaml", ("remarks", "*", "at", "*"), "verdict of readiness"),
    *(("words.yaml", (limit,), "parameter") for limit in ("grade", "longest_sentence")),
    *((("faults/", "drills/"), ("picture", panel, "pose"), "pose") for panel in ("first", "second")),
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
"""Beginning of a file's name, pattern of a name in it, and how many steps of its place say where it may stand but once."""


@dataclass(frozen=True)
class _Files:
    """The good files, and problems with the file and line of what is meant.

    Attributes:
        models: File to what it holds, for every file that is good by itself.
        documents: All files, for lines.
        names: What the files may name of each other.
    """

    models: Mapping[str, Any]
    documents: Mapping[str, Document]
    names: Vocabulary

    def of(self, folder: str) -> Iterator[tuple[str, str, Any]]:
        """Yield file, name and model of every good file of a folder."""
        for file, model in self.models.items():
            if file.startswith(f"{folder}/"):
                yield file, file.removeprefix(f"{folder}/").removesuffix(".yaml"), model

    def problem(self, file: str, path: Path, message: str) -> Problem:
        return self.documents[file].problem(path, message)


def _at(data: Any, pattern: Sequence[str], path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield place and text of everything at a pattern of keys, where `*` stands for every entry of a list."""
    if not pattern:
        if isinstance(data, str):
            yield path, data
    elif pattern[0] == "*":
        for number, value in enumerate(data if isinstance(data, list) else ()):
            yield from _at(value, pattern[1:], (*path, number))
    elif isinstance(data, dict):
        yield from _at(data.get(pattern[0]), pattern[1:], (*path, pattern[0]))


def cross_problems(models: Mapping[str, Entry], documents: Mapping[str, Document], names: Vocabulary) -> Iterator[Problem]:
    """Yield every problem between the files of a knowledge base.

    The names in a file are checked even where the file is broken otherwise; what it says is checked where it is good by itself.

    Args:
        models: File to what it holds, for every file that is good by itself.
        documents: All files, for lines.
        names: What the files may name of each other.
    """
    files = _Files(models, documents, names)
    for file, document in documents.items():
        yield from _source_problems(files, file, document.data, ())
        yield from _name_problems(files, file, document.data)
        yield from _reference_problems(files, file, document.data)
        yield from _repeated_problems(files, file, document.data)
    yield from _coaching_problems(files)
    yield from _group_problems(files)
    yield from _parameter_problems(files)
    yield from _fault_problems(files)
    yield from _property_problems(files)
    yield from _handout_problems(files)
    yield from _intake_problems(files)
    yield from _body_problems(files)
    for file, key in LADDERS.items():
        if file in models:
            yield from _ladder_problems(files, file, key, getattr(models[file], key))


def circle_problems(knowledge: KnowledgeBase, models: Mapping[str, Entry], documents: Mapping[str, Document]) -> Iterator[Problem]:
    """Yield a problem where named conditions depend on each other in a circle.

    Args:
        knowledge: What could be read; a name that it lacks depends on nothing.
        models: File to what it holds, for every file that is good by itself.
        documents: All files, for lines.
    """
    named = knowledge.conditions
    held = {leaf.name for condition in named.values() for leaf in leaves(condition) if isinstance(leaf, Holds)}
    asked = {name: f"ask:{name}" for name, item in knowledge.observables.items() if item.ask_when is not None}
    try:
        Network({**named, **dict.fromkeys(sorted(held - named.keys()), AllOf(()))}, asked)
    except CycleError as error:
        places = {name: (file, path) for name, file, path in _condition_places(_Files(models, documents, Vocabulary()))}
        file, path = next(places[name] for name in error.names if name in places)
        yield documents[file].problem(path, f"these conditions depend on each other in a circle: {error}")


def _condition_places(files: _Files) -> Iterator[tuple[str, str, Path]]:
    """Yield name, file and place of every condition that a circle may pass through."""
    for file, _, group in files.of("observables"):
        for name in group.observables:
            yield f"ask:{name}", file, ("observables", name, "ask_when")
    for name in getattr(files.models.get("findings.yaml"), "findings", ()):
        yield f"finding:{name}", "findings.yaml", ("findings", name, "when")
    for file, stem, conclusion in (*files.of("faults"), *files.of("contributors")):
        for number, rule in enumerate(conclusion.rules):
            yield f"{stem}.{rule.id}", file, ("rules", number, "when")
    for file, key in LADDERS.items():
        for place, level in enumerate(getattr(files.models.get(file), key, ())):
            for number, rule in enumerate(level.rules):
                yield f"{file.removesuffix('.yaml')}.{level.id}.{rule.id}", file, (key, place, "rules", number, "when")


def _source_problems(files: _Files, file: str, data: Any, path: Path) -> Iterator[Problem]:
    """Check every list under a key `sources`, wherever it stands."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "sources" and isinstance(value, list):
                for place, name in _at(value, ("*",), (*path, key)):
                    if slip := files.names.slip(name, "source", files.names.sources):
                        yield files.problem(file, place, slip)
            else:
                yield from _source_problems(files, file, value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _source_problems(files, file, value, (*path, number))


def _name_problems(files: _Files, file: str, data: Any) -> Iterator[Problem]:
    """Check that a file is called as what it holds."""
    folder, _, name = file.partition("/")
    key = {"observables": "group", "faults": "fault", "contributors": "contributor", "drills": "drill", "languages": "language"}.get(folder)
    for path, said in _at(data, (key,)) if key is not None else ():
        if said != name.removesuffix(".yaml"):
            yield files.problem(file, path, f"{shown(said)} stands in a file of another name; the two must be the same")
        if folder == "contributors" and said in files.names.faults:
            yield files.problem(file, path, f"{shown(said)} is a fault as well")


def _reference_problems(files: _Files, file: str, data: Any) -> Iterator[Problem]:
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
        "rule of this file": [name for _, name in _at(data, ("rules", "*", "id"))],
    }
    for start, pattern, what in REFERENCES:
        if file.startswith(start):
            for path, name in _at(data, pattern):
                if slip := names.slip(name, what, known[what]):
                    yield files.problem(file, path, slip)


def _repeated_problems(files: _Files, file: str, data: Any) -> Iterator[Problem]:
    """Check that a name stands once in its list."""
    first: dict[Path, Path] = {}
    for start, pattern, scope in UNIQUE:
        for path, name in _at(data, pattern) if file.startswith(start) else ():
            key = (*path[:scope], name)
            if key in first:
                line = files.problem(file, first[key], "").line
                yield files.problem(file, path, f"{shown(name)} stands twice; first in line {line}")
            first.setdefault(key, path)


def _handout_problems(files: _Files) -> Iterator[Problem]:
    """Every part of the form can be announced, every step of the ladder has words, and whoever is sent on is told why and where."""
    handout, readiness = files.models.get("handout.yaml"), files.models.get("readiness.yaml")
    said: Mapping[str, str] = getattr(handout, "check_next", {})
    listed_groups = getattr(files.models.get("knowledge.yaml"), "groups", ())
    for name in [name for name in listed_groups if name in files.names.groups - said.keys()] if handout is not None else ():
        yield files.problem("handout.yaml", ("check_next",), f"the part {shown(name)} of the form is missing")
    for name in said:
        if slip := files.names.slip(name, "group with a file in observables", files.names.groups):
            yield files.problem("handout.yaml", ("check_next", name), slip)
    for name in handout.progress.counts if handout is not None else ():
        slip = files.names.slip(name, "observable", files.names.values)
        if slip or files.names.values[name]:
            yield files.problem("handout.yaml", ("progress", "counts", name), slip or f"{name} is no number")
    rungs = len(getattr(handout, "rungs", ()))
    for place, level in enumerate(getattr(readiness, "verdicts", ())):
        if handout is not None and level.rung is not None and level.rung > rungs:
            message = f"{level.rung} is not allowed; handout.yaml names {rungs} steps under rungs"
            yield files.problem("readiness.yaml", ("verdicts", place, "rung"), message)


def _intake_problems(files: _Files) -> Iterator[Problem]:
    """What a visit answers by itself is an answer to a question of the form."""
    intake = files.models.get("intake.yaml")
    for key in ("first_visit", "next_visit"):
        for name, value in getattr(intake, key, {}).items():
            slip = files.names.slip(name, "observable", files.names.values)
            if slip is None and value not in files.names.values[name]:
                slip = f"{shown(value)} is not allowed; allowed: {listed(files.names.values[name])}"
            if slip:
                yield files.problem("intake.yaml", (key, name), slip)


def _body_problems(files: _Files) -> Iterator[Problem]:
    body = files.models.get("body.yaml")
    groups = {name: group.observables for _, name, group in files.of("observables")}
    if body is not None and groups.keys() == files.names.groups:
        for path, slip in body_slips(body, groups, files.names):
            yield files.problem("body.yaml", path, slip)


def _coaching_problems(files: _Files) -> Iterator[Problem]:
    document = files.documents.get("coaching.yaml")
    if document is not None and document.complete:
        coached = {name for pattern in COACHED for _, name in _at(document.data, pattern)}
        for name in sorted(files.names.faults.keys() - coached):
            yield document.problem(("order",), f"the fault {shown(name)} is missing from the coaching order")


def _group_problems(files: _Files) -> Iterator[Problem]:
    info = files.models.get("knowledge.yaml")
    items = {name: item for _, _, group in files.of("observables") for name, item in group.observables.items()}
    for file, stem, group in files.of("observables"):
        if info is not None and stem not in info.groups:
            yield files.problem(file, ("group",), f"{shown(stem)} is not listed under groups in knowledge.yaml")
        if group.shorthand is not None and group.shorthand.answers not in FLAG:
            yield files.problem(file, ("shorthand", "answers"), f"{shown(group.shorthand.answers)} is not allowed; allowed: {listed(FLAG)}")
        if group.not_done_when is not None:
            yield from _plain_only(files, items, file, ("not_done_when",), group.not_done_when)
        for name, message in well_while_slips(group):
            yield files.problem(file, ("observables", name), message)
        for name, item in group.observables.items():
            path: Path = ("observables", name)
            if not name.startswith(f"{stem}.") or name.count(".") != 1:
                yield files.problem(file, path, f"{shown(name)} is not allowed; an observable of this file is called {stem}.<name>")
            for key, message in observable_slips(item):
                yield files.problem(file, (*path, key) if key else path, message)
            if item.void_when is not None:
                yield from _plain_only(files, items, file, (*path, "void_when"), item.void_when)


def _plain_only(files: _Files, items: Mapping[str, Observable], file: str, path: Path, condition: Condition) -> Iterator[Problem]:
    """A condition on the form itself may only name observables that are always asked and always readable."""
    for leaf in leaves(condition):
        if isinstance(leaf, Holds):
            yield files.problem(file, path, f"{leaf.name} is a named condition; only observables may stand here")
        elif leaf.observable in items and (items[leaf.observable].ask_when is not None or items[leaf.observable].void_when is not None):
            yield files.problem(file, path, f"{leaf.observable} may itself be void or not needed; name one that is always asked")


def _kinds(files: _Files, cited: Iterable[str]) -> set[str] | None:
    """Return the kinds of the sources that are cited, or `None` where the sources could not be read."""
    file = files.models.get("sources.yaml")
    return None if file is None else {file.sources[name].kind for name in cited if name in file.sources}


def _parameter_problems(files: _Files) -> Iterator[Problem]:
    file = files.models.get("parameters.yaml")
    for name, item in file.parameters.items() if file is not None else ():
        kinds, path = _kinds(files, item.sources), ("parameters", name)
        if not math.isfinite(item.value):
            yield files.problem("parameters.yaml", (*path, "value"), f"a finite number is needed; found {shown(item.value)}")
        if kinds is not None and item.status == "seed" and "seed" not in kinds:
            yield files.problem("parameters.yaml", (*path, "status"), "its status is seed, but no seed source is named")
        if kinds is not None and item.status == "evidence" and not kinds - {"general", "proposal"}:
            yield files.problem("parameters.yaml", (*path, "status"), "its status is evidence, but no source with evidence is named")


def _fault_problems(files: _Files) -> Iterator[Problem]:
    drills = {name: drill for _, name, drill in files.of("drills")}
    for file, _, fault in files.of("faults"):
        kinds = _kinds(files, (source for rule in fault.rules for source in rule.sources))
        if fault.seed == "yes" and kinds is not None and "seed" not in kinds:
            yield files.problem(file, ("seed",), "seed is yes, but no rule cites the source article")
        first = fault.drills[0]
        if first in drills and drills[first].by != "person":
            yield files.problem(file, ("drills", 0), f"{shown(first)} is done by the examiner and cannot be the drill to give")


def _ladder_problems(files: _Files, file: str, key: str, levels: tuple[Level, ...]) -> Iterator[Problem]:
    for number, level in enumerate(levels):
        last = number == len(levels) - 1
        if (level.always is not None) != last:
            yield files.problem(file, (key, number), f"{level.id}: the last entry, and only the last, is always: yes")
        if bool(level.rules) == (level.always is not None):
            yield files.problem(file, (key, number), f"{level.id}: an entry has either rules or always: yes")


def _property_problems(files: _Files) -> Iterator[Problem]:
    """Check that a property either says what must never hold, or names a check."""
    for number, item in enumerate(getattr(files.models.get("properties.yaml"), "properties", ())):
        if (item.never is None) == (item.check is None):
            yield files.problem("properties.yaml", ("properties", number), f"{item.id}: a property has either never or check")
