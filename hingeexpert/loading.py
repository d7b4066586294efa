"""Turn a `rules/` folder into a `KnowledgeBase`, or report every problem of every file at once.

Owns reading and the checks inside one file; what must fit between files is `checks.py`.
"""

import math
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from pydantic import BaseModel, ValidationError

from hingeexpert import entries as models
from hingeexpert.body_rules import BodyFile
from hingeexpert.checks import circle_problems, cross_problems
from hingeexpert.documents import Document, Path, read_document
from hingeexpert.entry import Entry
from hingeexpert.errors import KnowledgeError, Problem, listed, nearest, shown
from hingeexpert.grammar import PLACE, Reader, Vocabulary
from hingeexpert.handout_words import HandoutFile, LanguageFile
from hingeexpert.intake_rules import IntakeFile
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.poses import PoseFile
from hingeexpert.properties import PropertyFile
from hingeexpert.rule_files import RuleFiles, read_rule_files
from hingeexpert.word_rules import WordFile

SINGLE_FILES: dict[str, type[Entry]] = {
    "knowledge.yaml": models.Info,
    "sources.yaml": models.SourceFile,
    "parameters.yaml": models.ParameterFile,
    "findings.yaml": models.FindingFile,
    "triage.yaml": models.TriageFile,
    "readiness.yaml": models.ReadinessFile,
    "coaching.yaml": models.CoachingFile,
    "remarks.yaml": models.RemarkFile,
    "properties.yaml": PropertyFile,
    "words.yaml": WordFile,
    "handout.yaml": HandoutFile,
    "intake.yaml": IntakeFile,
    "poses.yaml": PoseFile,
    "body.yaml": BodyFile,
}
FOLDERS: dict[str, type[Entry]] = {
    "observables": models.Group,
    "faults": models.Fault,
    "contributors": models.Contributor,
    "drills": models.Drill,
    "languages": LanguageFile,
}
"""Folder to the model of each of its files; a file is named after the id inside."""
NEEDED = {
    "string_type": "text",
    "int_type": "a number",
    "float_type": "a number",
    "tuple_type": "a list",
    "dict_type": "a map",
    "model_type": "a map",
}
"""Kind of validation error to the shape that is needed."""
PATTERNS = {
    r"^[a-z][a-z0-9_]*$": "lower-case letters, digits and _, a letter first, such as stick_drill",
    r"^\d+\.\d+\.\d+$": "three numbers, such as 1.0.2",
    r"^\d{4}-\d{2}-\d{2}$": "a date such as 2026-11-20",
    r"^[a-z]{2}$": "two letters, such as en",
}
"""Form of a text to how a message says it."""


@dataclass
class Loaded:
    """Everything that was read, before it is known to fit together."""

    documents: dict[str, Document] = field(default_factory=dict)
    models: dict[str, Entry] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def of(self, folder: str) -> dict[str, Any]:
        """Return the model of every good file in a folder, by the name of the file."""
        return {FilePath(file).stem: model for file, model in sorted(self.models.items()) if file.startswith(f"{folder}/")}


def load_knowledge(folder: FilePath) -> KnowledgeBase:
    """Read and check a knowledge base.

    Args:
        folder: A folder laid out as docs/knowledge-format.md says.

    Raises:
        KnowledgeError: With every problem of every file.
    """
    return knowledge_of(read_rule_files(folder))


def knowledge_of(files: RuleFiles) -> KnowledgeBase:
    """Check the files of a folder of rules, and return the knowledge base that they form. Errors: see `load_knowledge`."""
    loaded = Loaded(problems=list(_file_problems(files)))
    for file, content in files.contents.items():
        if _model(file) is not None:
            document = read_document(file, content)
            loaded.documents[file] = document
            loaded.problems.extend(document.problems)
    vocabulary = _vocabulary(loaded.documents)
    reader = Reader(vocabulary)
    for file, document in loaded.documents.items():
        if document.complete:
            _validate(loaded, file, document, reader)
    knowledge = _assemble(loaded, files.sha256)
    problems = [
        *loaded.problems,
        *cross_problems(loaded.models, loaded.documents, vocabulary),
        *circle_problems(knowledge, loaded.models, loaded.documents),
    ]
    if problems:
        raise KnowledgeError(_sorted(problems))
    return knowledge


def _sorted(problems: list[Problem]) -> list[Problem]:
    return sorted(set(problems), key=lambda problem: (problem.file, problem.line or 0, problem.path, problem.message))


def _model(file: str) -> type[Entry] | None:
    """Return the model of a file, or `None` where it has no place in a knowledge base."""
    folder, _, name = file.partition("/")
    inside = bool(name) and "/" not in name and name.endswith(".yaml")
    return SINGLE_FILES.get(file) or (FOLDERS.get(folder) if inside else None)


def _file_problems(files: RuleFiles) -> Iterator[Problem]:
    """Yield what is missing, cannot be read, or has no place."""
    present = {*files.contents, *files.unreadable, *files.strangers}
    for name in SINGLE_FILES:
        if name not in present:
            yield Problem(name, None, "", "this file is missing")
    for name, reason in files.unreadable.items():
        if _model(name) is not None:
            yield Problem(name, None, "", f"this file cannot be read: {reason}")
    for name in present:
        if _model(name) is None:
            yield Problem(name, None, "", _no_place(name))


def _no_place(file: str) -> str:
    allowed = [*SINGLE_FILES, *(f"{name}/*.yaml" for name in FOLDERS)]
    stem = FilePath(file.split("/")[0]).stem
    near = nearest(stem, [*FOLDERS, *(FilePath(name).stem for name in SINGLE_FILES)])
    return f"this file has no place in a knowledge base; allowed: {listed(allowed, 20)}{near}"


def _vocabulary(documents: Mapping[str, Document]) -> Vocabulary:
    """Gather the names that one file may use of another, from raw data, so that one bad file does not hide the names of the others."""
    kinds = typing.get_args(models.Fault.model_fields["kind"].annotation)
    names = Vocabulary(kinds=kinds, groups=_stems(documents, "observables"), drills=_stems(documents, "drills"))
    names.contributors = _stems(documents, "contributors")
    for stem in _stems(documents, "faults"):
        data = documents[f"faults/{stem}.yaml"].data
        names.faults[stem] = str(data.get("kind")) if isinstance(data, dict) else ""
    for stem in names.groups:
        for name, item in _entries(documents, names, f"observables/{stem}.yaml", "observables", "observable"):
            values = item.get("values")
            names.values[name] = tuple(values) if isinstance(values, dict) else ()
    for name, item in _entries(documents, names, "parameters.yaml", "parameters", "parameter"):
        value = item.get("value")
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        names.parameters[name] = value if number else None
    names.findings = {name for name, _ in _entries(documents, names, "findings.yaml", "findings", "finding")}
    names.sources = {name for name, _ in _entries(documents, names, "sources.yaml", "sources", "source")}
    names.poses = {name for name, _ in _entries(documents, names, "poses.yaml", "poses", "pose")}
    names.levels = {str(item.get("id")) for _, item in _entries(documents, names, "triage.yaml", "levels", "triage level")}
    names.verdicts = {str(item.get("id")) for _, item in _entries(documents, names, "readiness.yaml", "verdicts", "verdict of readiness")}
    return names


def _stems(documents: Mapping[str, Document], folder: str) -> set[str]:
    return {file.removeprefix(f"{folder}/").removesuffix(".yaml") for file in documents if file.startswith(f"{folder}/")}


def _entries(documents: Mapping[str, Document], names: Vocabulary, file: str, key: str, what: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the entries under a key with their names; note it where not all of them could be read."""
    document = documents.get(file)
    data = document.data if document is not None and isinstance(document.data, dict) else {}
    entries = data.get(key)
    if document is None or not document.complete or not isinstance(entries, dict | list):
        names.partial.add(what)
    pairs = entries.items() if isinstance(entries, dict) else enumerate(entries) if isinstance(entries, list) else ()
    return [(str(name), item if isinstance(item, dict) else {}) for name, item in pairs]


def _validate(loaded: Loaded, file: str, document: Document, reader: Reader) -> None:
    model = _model(file)
    assert model is not None
    data = _frozen(document.data)
    try:
        loaded.models[file] = model.model_validate(data, context={"reader": reader})
    except ValidationError as error:
        told = {problem.path for problem in document.problems}
        found = _explained(document, model, error.errors(include_url=False))
        loaded.problems.extend(problem for problem in found if problem.path not in told)


def _frozen(data: Any) -> Any:
    """Return the data with tuples for lists, as strict models want them."""
    if isinstance(data, dict):
        return {key: _frozen(value) for key, value in data.items()}
    return tuple(_frozen(value) for value in data) if isinstance(data, list) else data


def _explained(document: Document, model: type[Entry], errors: Sequence[Any]) -> Iterator[Problem]:
    """Say what validation errors mean, where they are.

    Where one of several shapes is allowed there is an error for each; it is told once, for the shape that was meant.
    """
    placed = [(_placed(document.data, error["loc"]), error) for error in errors]
    wanted: dict[Path, list[str]] = {}
    for path, error in placed:
        if error["type"] in NEEDED:
            wanted.setdefault(path, []).append(NEEDED[error["type"]])
        else:
            yield from _one_explained(document, model, path, error)
    for path, shapes in wanted.items():
        inside = (other for other, error in placed if other[: len(path)] == path and (other != path or error["type"] not in NEEDED))
        if not any(True for _ in inside):
            found = next(error["input"] for other, error in placed if other == path)
            quotes = "; put it in quotes" if shapes == ["text"] and isinstance(found, bool | int | float) else ""
            yield document.problem(path, f"{' or '.join(dict.fromkeys(shapes))} is needed; found {shown(found)}{quotes}")


def _placed(data: Any, steps: Sequence[str | int]) -> Path:
    """Return the steps that lead somewhere in the data; the others name a shape that was tried, or a key that is missing."""
    path: list[str | int] = []
    for step in steps:
        inside = range(len(data)) if isinstance(data, list) else data if isinstance(data, dict) else ()
        if step in inside:
            data = data[step]
            path.append(step)
    return tuple(path)


def _one_explained(document: Document, model: type[Entry], path: Path, error: Any) -> Iterator[Problem]:
    context, found = error.get("ctx", {}), shown(error["input"])
    match error["type"]:
        case "condition":
            for below, message in context["problems"]:
                yield document.problem((*path, *below), message)
            return
        case "extra_forbidden":
            allowed = _keys_at(model, path[:-1])
            message = f"unknown key {shown(path[-1])}; allowed: {listed(allowed, 20)}{nearest(path[-1], allowed)}"
        case "missing" if isinstance(error["loc"][-1], int):
            message = f"at least {error['loc'][-1] + 1} entries are needed; found {error['loc'][-1]}"
        case "missing":
            message = f"the key {shown(error['loc'][-1])} is missing"
        case "literal_error":
            allowed = [word.strip("' ") for word in context["expected"].replace(" or ", ", ").split(",")]
            message = f"{found} is not allowed; allowed: {listed(allowed)}{nearest(error['input'], allowed)}"
        case "string_pattern_mismatch":
            message = f"{found} is not allowed; allowed: {PATTERNS.get(context['pattern'], context['pattern'])}"
        case "too_short" if len(error["input"]) >= context["min_length"]:
            return  # its entries are at fault, and each of them is told
        case "too_short":
            least = context["min_length"]
            message = f"at least {least} {'entry is' if least == 1 else 'entries are'} needed; found {len(error['input'])}"
        case "too_long":
            message = f"at most {context['max_length']} entries are allowed; found {len(error['input'])}"
        case "string_too_short" | "string_too_long" as kind:
            end = f"at least {context['min_length']}" if kind == "string_too_short" else f"at most {context['max_length']}"
            message = f"text of {end} characters is needed; found {found}"
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


def _mentions(data: Any) -> Iterator[str]:
    """Yield every text that may be a name, and every parameter in a text; keys are where things are made and not where they are used."""
    if isinstance(data, str):
        yield data
        yield from PLACE.findall(data)
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from _mentions(value)


def _rank(name: str, order: Sequence[str]) -> tuple[int, str]:
    return (order.index(name) if name in order else len(order), name)


def _assemble(loaded: Loaded, sha256: str) -> KnowledgeBase:
    """Put the files together. A broken file is left out; then the result serves for further checks only."""

    def part(file: str, key: str, absent: Any = ()) -> Any:
        return getattr(loaded.models[file], key) if file in loaded.models else absent

    info: Any = loaded.models.get("knowledge.yaml")
    words: Any = loaded.models.get("words.yaml")
    handout: Any = loaded.models.get("handout.yaml")
    intake: Any = loaded.models.get("intake.yaml")
    poses: Any = loaded.models.get("poses.yaml")
    body: Any = loaded.models.get("body.yaml")
    coaching: tuple[Any, ...] = part("coaching.yaml", "order")
    order = [name for item in coaching for name in ([item] if isinstance(item, str) else item.by_confidence)]
    faults = loaded.of("faults")
    groups: list[models.Group] = list(loaded.of("observables").values())
    return KnowledgeBase(
        info=info,
        sha256=sha256,
        sources=part("sources.yaml", "sources", {}),
        parameters=part("parameters.yaml", "parameters", {}),
        groups=tuple(sorted(groups, key=lambda group: _rank(group.group, info.groups if info else ()))),
        findings=part("findings.yaml", "findings", {}),
        faults={name: faults[name] for name in sorted(faults, key=lambda name: _rank(name, order))},
        contributors=loaded.of("contributors"),
        drills=loaded.of("drills"),
        mentions=frozenset(_mentions([document.data for document in loaded.documents.values()])),
        no_dose=part("coaching.yaml", "no_dose", {}),
        ladders={"triage": part("triage.yaml", "levels"), "readiness": part("readiness.yaml", "verdicts")},
        coaching=coaching,
        remarks=part("remarks.yaml", "remarks"),
        properties=part("properties.yaml", "properties"),
        words=words,
        handout=handout,
        intake=intake,
        poses=poses,
        body=body,
        languages=loaded.of("languages"),
    )
