"""Turn a `rules/` folder into a `KnowledgeBase`, or report every problem of every file at once.

Owns reading and the checks inside one file; what must fit between files is `checks`.
"""

import math
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from hingeexpert.errors import KnowledgeError, Problem, listed, nearest
from hingeexpert.formats.documents import Document, read_document
from hingeexpert.formats.validation import explained
from hingeexpert.knowledge.checks.between_files import cross_problems
from hingeexpert.knowledge.checks.circles import circle_problems
from hingeexpert.knowledge.grammar import PLACE, Reader, Vocabulary
from hingeexpert.knowledge.knowledge_base import KnowledgeBase
from hingeexpert.knowledge.models.base import Entry
from hingeexpert.knowledge.models.body import BodyFile
from hingeexpert.knowledge.models.conclusions import CoachingFile, Contributor, Fault, FindingFile
from hingeexpert.knowledge.models.drills import Drill
from hingeexpert.knowledge.models.handout import HandoutFile, LanguageFile
from hingeexpert.knowledge.models.intake import IntakeFile
from hingeexpert.knowledge.models.ladders import ReadinessFile, TriageFile
from hingeexpert.knowledge.models.observables import Group
from hingeexpert.knowledge.models.poses import PoseFile
from hingeexpert.knowledge.models.properties import PropertyFile
from hingeexpert.knowledge.models.remarks import RemarkFile
from hingeexpert.knowledge.models.sources import Info, ParameterFile, SourceFile
from hingeexpert.knowledge.models.tables import TableFile
from hingeexpert.knowledge.models.words import WordFile
from hingeexpert.knowledge.rule_files import RuleFiles, read_rule_files

SINGLE_FILES: dict[str, type[Entry]] = {
    "knowledge.yaml": Info,
    "sources.yaml": SourceFile,
    "parameters.yaml": ParameterFile,
    "findings.yaml": FindingFile,
    "triage.yaml": TriageFile,
    "readiness.yaml": ReadinessFile,
    "coaching.yaml": CoachingFile,
    "remarks.yaml": RemarkFile,
    "properties.yaml": PropertyFile,
    "words.yaml": WordFile,
    "handout.yaml": HandoutFile,
    "intake.yaml": IntakeFile,
    "poses.yaml": PoseFile,
    "body.yaml": BodyFile,
    "tables.yaml": TableFile,
}
FOLDERS: dict[str, type[Entry]] = {
    "observables": Group,
    "faults": Fault,
    "contributors": Contributor,
    "drills": Drill,
    "languages": LanguageFile,
}
"""Folder to the model of each of its files; a file is named after the id inside."""


@dataclass
class Loaded:
    """Everything that was read, before it is known to fit together."""

    documents: dict[str, Document] = field(default_factory=dict)
    models: dict[str, Entry] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def of(self, folder: str) -> dict[str, Any]:
        """Return the model of every good file in a folder, by the name of the file."""
        return {
            FilePath(file).stem: model
            for file, model in sorted(self.models.items())
            if file.startswith(f"{folder}/")
        }


def load_knowledge(folder: FilePath) -> KnowledgeBase:
    """Read and check a knowledge base.

    Args:
        folder: A folder laid out as docs/knowledge-format.md says.

    Raises:
        KnowledgeError: With every problem of every file.
    """
    return knowledge_of(read_rule_files(folder))


def knowledge_of(files: RuleFiles) -> KnowledgeBase:
    """Check the files of a folder of rules, and return the knowledge base that they form.

    Errors: see `load_knowledge`.
    """
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
    return sorted(
        set(problems),
        key=lambda problem: (problem.file, problem.line or 0, problem.path, problem.message),
    )


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
    """Gather the names that one file may use of another, from raw data, so that one bad file does
    not hide the names of the others.
    """
    kinds = typing.get_args(Fault.model_fields["kind"].annotation)
    names = Vocabulary(
        kinds=kinds, groups=_stems(documents, "observables"), drills=_stems(documents, "drills")
    )
    names.contributors = _stems(documents, "contributors")
    for stem in _stems(documents, "faults"):
        data = documents[f"faults/{stem}.yaml"].data
        names.faults[stem] = str(data.get("kind")) if isinstance(data, dict) else ""
    for stem in names.groups:
        for name, item in _entries(
            documents, names, f"observables/{stem}.yaml", "observables", "observable"
        ):
            values = item.get("values")
            names.values[name] = tuple(values) if isinstance(values, dict) else ()
    for name, item in _entries(documents, names, "parameters.yaml", "parameters", "parameter"):
        value = item.get("value")
        number = (
            isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        )
        names.parameters[name] = value if number else None
    names.findings = {
        name for name, _ in _entries(documents, names, "findings.yaml", "findings", "finding")
    }
    names.sources = {
        name for name, _ in _entries(documents, names, "sources.yaml", "sources", "source")
    }
    names.poses = {name for name, _ in _entries(documents, names, "poses.yaml", "poses", "pose")}
    names.levels = {
        str(item.get("id"))
        for _, item in _entries(documents, names, "triage.yaml", "levels", "triage level")
    }
    names.verdicts = {
        str(item.get("id"))
        for _, item in _entries(
            documents, names, "readiness.yaml", "verdicts", "verdict of readiness"
        )
    }
    return names


def _stems(documents: Mapping[str, Document], folder: str) -> set[str]:
    return {
        file.removeprefix(f"{folder}/").removesuffix(".yaml")
        for file in documents
        if file.startswith(f"{folder}/")
    }


def _entries(
    documents: Mapping[str, Document], names: Vocabulary, file: str, key: str, what: str
) -> list[tuple[str, dict[str, Any]]]:
    """Return the entries under a key with their names; note it where not all of them could be
    read.
    """
    document = documents.get(file)
    data = document.data if document is not None and isinstance(document.data, dict) else {}
    entries = data.get(key)
    if document is None or not document.complete or not isinstance(entries, dict | list):
        names.partial.add(what)
    pairs = (
        entries.items()
        if isinstance(entries, dict)
        else enumerate(entries)
        if isinstance(entries, list)
        else ()
    )
    return [(str(name), item if isinstance(item, dict) else {}) for name, item in pairs]


def _validate(loaded: Loaded, file: str, document: Document, reader: Reader) -> None:
    model = _model(file)
    assert model is not None
    data = _frozen(document.data)
    try:
        loaded.models[file] = model.model_validate(data, context={"reader": reader})
    except ValidationError as error:
        told = {problem.path for problem in document.problems}
        found = explained(document, model, error.errors(include_url=False))
        loaded.problems.extend(problem for problem in found if problem.path not in told)


def _frozen(data: Any) -> Any:
    """Return the data with tuples for lists, as strict models want them."""
    if isinstance(data, dict):
        return {key: _frozen(value) for key, value in data.items()}
    return tuple(_frozen(value) for value in data) if isinstance(data, list) else data


def _mentions(data: Any) -> Iterator[str]:
    """Yield every text that may be a name, and every parameter in a text; keys are where things are
    made and not where they are used.
    """
    if isinstance(data, str):
        yield data
        yield from PLACE.findall(data)
    for value in (
        data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    ):
        yield from _mentions(value)


def _rank(name: str, order: Sequence[str]) -> tuple[int, str]:
    return (order.index(name) if name in order else len(order), name)


def _assemble(loaded: Loaded, sha256: str) -> KnowledgeBase:
    """Put the files together.

    A broken file is left out; then the result serves for further checks only.
    """

    def part(file: str, key: str, absent: Any = ()) -> Any:
        return getattr(loaded.models[file], key) if file in loaded.models else absent

    info: Any = loaded.models.get("knowledge.yaml")
    words: Any = loaded.models.get("words.yaml")
    handout: Any = loaded.models.get("handout.yaml")
    intake: Any = loaded.models.get("intake.yaml")
    poses: Any = loaded.models.get("poses.yaml")
    body: Any = loaded.models.get("body.yaml")
    tables: Any = loaded.models.get("tables.yaml")
    coaching: tuple[Any, ...] = part("coaching.yaml", "order")
    order = [
        name
        for item in coaching
        for name in ([item] if isinstance(item, str) else item.by_confidence)
    ]
    faults = loaded.of("faults")
    groups: list[Group] = list(loaded.of("observables").values())
    return KnowledgeBase(
        info=info,
        sha256=sha256,
        sources=part("sources.yaml", "sources", {}),
        parameters=part("parameters.yaml", "parameters", {}),
        groups=tuple(
            sorted(groups, key=lambda group: _rank(group.group, info.groups if info else ()))
        ),
        findings=part("findings.yaml", "findings", {}),
        faults={name: faults[name] for name in sorted(faults, key=lambda name: _rank(name, order))},
        contributors=loaded.of("contributors"),
        drills=loaded.of("drills"),
        mentions=frozenset(_mentions([document.data for document in loaded.documents.values()])),
        no_dose=part("coaching.yaml", "no_dose", {}),
        triage=part("triage.yaml", "levels"),
        readiness=part("readiness.yaml", "verdicts"),
        coaching=coaching,
        remarks=part("remarks.yaml", "remarks"),
        properties=part("properties.yaml", "properties"),
        words=words,
        handout=handout,
        intake=intake,
        poses=poses,
        body=body,
        tables=tables,
        languages=loaded.of("languages"),
    )
