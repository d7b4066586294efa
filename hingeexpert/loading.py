"""Turn a `rules/` folder into a `KnowledgeBase`, or report every problem of every file at once.

Owns reading and the checks inside one file; what must fit between files is `checks.py`.
"""

import hashlib
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from pydantic import BaseModel, ValidationError

from hingeexpert import knowledge as models
from hingeexpert.checks import cross_problems
from hingeexpert.documents import Document, Path, read_document
from hingeexpert.errors import KnowledgeError, Problem, listed, nearest, shown
from hingeexpert.grammar import Reader, Vocabulary
from hingeexpert.knowledge import Entry, KnowledgeBase

SINGLE_FILES: dict[str, type[Entry]] = {
    "knowledge.yaml": models.Info,
    "sources.yaml": models.SourceFile,
    "parameters.yaml": models.ParameterFile,
    "findings.yaml": models.FindingFile,
    "triage.yaml": models.TriageFile,
    "readiness.yaml": models.ReadinessFile,
    "coaching.yaml": models.CoachingFile,
    "remarks.yaml": models.RemarkFile,
}
FOLDERS: dict[str, type[Entry]] = {
    "observables": models.Group,
    "faults": models.Fault,
    "contributors": models.Contributor,
    "drills": models.Drill,
}
"""Folder to the model of each of its files; a file is named after the id inside."""
CASES = "cases"


@dataclass
class Loaded:
    """Everything that was read, before it is known to fit together."""

    documents: dict[str, Document] = field(default_factory=dict)
    models: dict[str, Entry] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def of(self, folder: str) -> list[tuple[str, Any]]:
        """Return file and model of every good file in a folder, by file name."""
        return [(file, model) for file, model in sorted(self.models.items()) if file.startswith(f"{folder}/")]


def load_knowledge(folder: FilePath) -> KnowledgeBase:
    """Read and check a knowledge base.

    Args:
        folder: A folder laid out as docs/knowledge-format.md says.

    Raises:
        KnowledgeError: With every problem of every file.
    """
    loaded = Loaded()
    hashed = hashlib.sha256()
    for file, raw in _files(folder, loaded.problems):
        hashed.update(f"{file}\0{len(raw)}\0".encode() + raw)
        document = read_document(file, raw)
        loaded.documents[file] = document
        loaded.problems.extend(document.problems)
    reader = Reader(_vocabulary(loaded.documents))
    for file, document in loaded.documents.items():
        if not document.problems:
            _validate(loaded, file, document, reader)
    if loaded.problems:
        raise KnowledgeError(_sorted(loaded.problems))
    knowledge = _assemble(loaded, hashed.hexdigest())
    problems = list(cross_problems(knowledge, loaded.documents))
    if problems:
        raise KnowledgeError(_sorted(problems))
    return knowledge


def _sorted(problems: list[Problem]) -> list[Problem]:
    return sorted(set(problems), key=lambda problem: (problem.file, problem.line or 0, problem.path, problem.message))


def _files(folder: FilePath, problems: list[Problem]) -> Iterator[tuple[str, bytes]]:
    """Yield every knowledge file with its bytes; unknown and missing files are problems."""
    if not folder.is_dir():
        raise KnowledgeError([Problem(str(folder), None, "", "there is no such folder of rules")])
    for name in SINGLE_FILES:
        if not (folder / name).is_file():
            problems.append(Problem(name, None, "", "this file is missing"))
    for path in sorted(folder.rglob("*")):
        file = path.relative_to(folder).as_posix()
        top = file.split("/")[0]
        if path.is_dir() or top == CASES or any(part.startswith(".") for part in file.split("/")):
            continue
        if file in SINGLE_FILES or (top in FOLDERS and file.count("/") == 1 and file.endswith(".yaml")):
            yield file, path.read_bytes()
        else:
            allowed = [*SINGLE_FILES, *(f"{name}/*.yaml" for name in FOLDERS)]
            problems.append(Problem(file, None, "", f"this file has no place in a knowledge base{nearest(file, allowed)}"))


def _vocabulary(documents: Mapping[str, Document]) -> Vocabulary:
    """Gather the names that conditions may use, from raw data, so that one bad file does not hide the names of the others."""
    vocabulary = Vocabulary()
    for file, document in documents.items():
        data = document.data if isinstance(document.data, dict) else {}
        stem = file.rpartition("/")[2].removesuffix(".yaml")
        match file.partition("/")[0]:
            case "observables":
                for name, item in _entries(data, "observables"):
                    vocabulary.values[name] = tuple(item.get("values") or ()) if isinstance(item.get("values") or {}, dict) else ()
            case "parameters.yaml":
                numbers = ((name, item.get("value")) for name, item in _entries(data, "parameters"))
                vocabulary.parameters |= {name: value for name, value in numbers if isinstance(value, int | float)}
            case "findings.yaml":
                vocabulary.findings |= {name for name, _ in _entries(data, "findings")}
            case "faults":
                vocabulary.faults[stem] = str(data.get("kind"))
            case "contributors":
                vocabulary.contributors.add(stem)
            case "triage.yaml":
                levels = data.get("levels")
                vocabulary.levels |= {str(level.get("id")) for level in levels or () if isinstance(level, dict)}
    return vocabulary


def _entries(data: dict[str, Any], key: str) -> list[tuple[str, dict[str, Any]]]:
    entries = data.get(key)
    return [(name, item) for name, item in entries.items() if isinstance(item, dict)] if isinstance(entries, dict) else []


def _validate(loaded: Loaded, file: str, document: Document, reader: Reader) -> None:
    model = SINGLE_FILES.get(file) or FOLDERS[file.partition("/")[0]]
    data = _frozen(document.data)
    try:
        loaded.models[file] = model.model_validate(data, context={"reader": reader})
    except ValidationError as error:
        loaded.problems.extend(problem for item in error.errors() for problem in _explained(document, model, item))


def _frozen(data: Any) -> Any:
    """Return the data with tuples for lists, as strict models want them."""
    if isinstance(data, dict):
        return {key: _frozen(value) for key, value in data.items()}
    return tuple(_frozen(value) for value in data) if isinstance(data, list) else data


def _explained(document: Document, model: type[Entry], error: Any) -> Iterator[Problem]:
    """Say what a validation error means, where it is."""
    path: Path = tuple(step for step in error["loc"] if isinstance(step, int) or not step.startswith(("tuple[", "constrained", "function-")))
    kind, found = error["type"], shown(error.get("input"))
    match kind:
        case "condition":
            for below, message in error["ctx"]["problems"]:
                yield document.problem((*path, *below), message)
            return
        case "extra_forbidden":
            allowed = _keys_at(model, path[:-1])
            message = f"unknown key {shown(path[-1])}; allowed: {listed(allowed, 20)}{nearest(path[-1], allowed)}"
        case "missing":
            message, path = f"the key {shown(path[-1])} is missing", path[:-1]
        case "literal_error":
            allowed = [word.strip("' ") for word in error["ctx"]["expected"].replace(" or ", ", ").split(",")]
            message = f"{found} is not allowed here; allowed: {listed(allowed)}{nearest(error.get('input'), allowed)}"
        case "string_pattern_mismatch":
            message = f"{found} has not the form {error['ctx']['pattern']}"
        case _:
            message = f"{error['msg'][0].lower()}{error['msg'][1:]}; found {found}"
    yield document.problem(path, message)


def _keys_at(model: type[BaseModel], path: Path) -> list[str]:
    """Return the keys that the map at a path of a model may have."""
    kind: Any = model
    for step in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = kind.model_fields[str(step)].annotation if str(step) in kind.model_fields else None
        else:
            kind = next((part for part in reversed(typing.get_args(kind)) if part is not Ellipsis), None)
        while typing.get_origin(kind) in (typing.Union, types.UnionType, typing.Annotated):
            options = [part for part in typing.get_args(kind) if part is not type(None)]
            kind = next((part for part in options if isinstance(part, type) and issubclass(part, BaseModel)), options[0])
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def _rank(name: str, order: Sequence[str]) -> tuple[int, str]:
    return (order.index(name) if name in order else len(order), name)


def _assemble(loaded: Loaded, sha256: str) -> KnowledgeBase:
    single: Any = loaded.models
    info: models.Info = single["knowledge.yaml"]
    coaching: tuple[Any, ...] = single["coaching.yaml"].order
    order = [name for item in coaching for name in (item if isinstance(item, str) else item.by_confidence)]
    faults = {model.fault: model for _, model in loaded.of("faults")}
    ranked = sorted(faults, key=lambda name: _rank(name, order))
    return KnowledgeBase(
        info=info,
        sha256=sha256,
        sources=single["sources.yaml"].sources,
        parameters=single["parameters.yaml"].parameters,
        groups=tuple(sorted((model for _, model in loaded.of("observables")), key=lambda group: _rank(group.group, info.groups))),
        findings=single["findings.yaml"].findings,
        faults={name: faults[name] for name in ranked},
        contributors={model.contributor: model for _, model in loaded.of("contributors")},
        drills={model.drill: model for _, model in loaded.of("drills")},
        ladders={"triage": single["triage.yaml"].levels, "readiness": single["readiness.yaml"].verdicts},
        coaching=coaching,
        remarks=single["remarks.yaml"].remarks,
    )
