"""Turn a `rules/` folder into a `KnowledgeBase`, or report every problem of every file at once.

Owns putting the files together. What is checked inside one file is `checked_files.py`, what must
fit between files is `checks`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from hingeexpert.errors import KnowledgeError, Problem, listed, nearest
from hingeexpert.formats.documents import Document, read_document
from hingeexpert.knowledge.checked_files import CheckedFile, FileChecks
from hingeexpert.knowledge.checks.circles import circle_problems
from hingeexpert.knowledge.checks.consistency import cross_problems
from hingeexpert.knowledge.knowledge_base import KnowledgeBase
from hingeexpert.knowledge.models.base import Entry
from hingeexpert.knowledge.models.conclusions import Fault
from hingeexpert.knowledge.models.files import FOLDERS, SINGLE_FILES, model_of
from hingeexpert.knowledge.models.observables import Group
from hingeexpert.knowledge.rule_files import RuleFiles, read_rule_files
from hingeexpert.knowledge.vocabulary import Vocabulary

WHOLE_FILES = (
    "words.yaml",
    "handout.yaml",
    "intake.yaml",
    "poses.yaml",
    "body.yaml",
    "tables.yaml",
    "exchange.yaml",
)
"""Files that a knowledge base holds as they are, under their own name."""
PARTS: dict[str, tuple[str, str, Any]] = {
    "triage": ("triage.yaml", "levels", ()),
    "readiness": ("readiness.yaml", "verdicts", ()),
    "coaching": ("coaching.yaml", "order", ()),
    "sure_first": ("coaching.yaml", "sure_first", ()),
    "together": ("coaching.yaml", "together", ()),
    "contact_table": ("coaching.yaml", "contact_table", None),
    "no_dose": ("coaching.yaml", "no_dose", {}),
    "less_dose_when": ("coaching.yaml", "less_dose_when", None),
    "sources": ("sources.yaml", "sources", {}),
    "parameters": ("parameters.yaml", "parameters", {}),
    "findings": ("findings.yaml", "findings", {}),
    "checks": ("checks.yaml", "checks", ()),
    "older_form": ("checks.yaml", "older_form", None),
    "remarks": ("remarks.yaml", "remarks", ()),
    "properties": ("properties.yaml", "properties", ()),
}
"""Part of a knowledge base to its file and key, and what stands for it where the file is bad."""


@dataclass
class Loaded:
    """Everything that was read, before it is known to fit together."""

    documents: dict[str, Document] = field(default_factory=dict)
    models: dict[str, Entry] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    mentions: set[str] = field(default_factory=set)

    def take(self, file: str, checked: CheckedFile) -> None:
        """Take in one file as it was checked by itself."""
        self.documents[file] = checked.parsed.document
        self.problems.extend(checked.problems)
        self.mentions.update(checked.parsed.mentions)
        if checked.model is not None:
            self.models[file] = checked.model

    def of(self, folder: str) -> dict[str, Any]:
        """Return the model of every good file in a folder, by the name of the file."""
        return {
            FilePath(file).stem: model
            for file, model in sorted(self.models.items())
            if file.startswith(f"{folder}/")
        }

    def part(self, file: str, key: str, absent: Any) -> Any:
        """Return what stands under a key of a file, or what stands for it where the file is bad."""
        return getattr(self.models[file], key) if file in self.models else absent


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
    return Loader().knowledge_of(files)


class Loader:
    """Loads one state of a folder of rules after the other; what did not change is not parsed and
    checked again. What comes out is what `knowledge_of` gives for each state.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._checks = FileChecks()

    @property
    def vocabulary(self) -> Vocabulary:
        """The names that the last state offers, also one that has problems."""
        return self._checks.vocabulary

    def knowledge_of(self, files: RuleFiles) -> KnowledgeBase:
        """Return the knowledge base of this state. Errors: see `load_knowledge`."""
        self._checks.check(files.contents)
        loaded = Loaded(problems=list(_file_problems(files)))
        for file, checked in self._checks.files.items():
            loaded.take(file, checked)
        knowledge = _assemble(loaded, files.sha256)
        problems = [
            *loaded.problems,
            *cross_problems(loaded.models, loaded.documents, self.vocabulary),
            *circle_problems(knowledge, loaded.models, loaded.documents),
        ]
        if problems:
            raise KnowledgeError(_sorted(problems))
        return knowledge


def model_documents(folder: FilePath) -> dict[str, Document]:
    """Return the raw data of every file of a folder of rules that has its place there.

    Raises:
        KnowledgeError: There is no such folder.
    """
    return {
        file: read_document(file, content)
        for file, content in read_rule_files(folder).contents.items()
        if model_of(file) is not None
    }


def _sorted(problems: list[Problem]) -> list[Problem]:
    return sorted(
        set(problems),
        key=lambda problem: (problem.file, problem.line or 0, problem.path, problem.message),
    )


def _file_problems(files: RuleFiles) -> Iterator[Problem]:
    """Yield what is missing, cannot be read, or has no place."""
    present = {*files.contents, *files.unreadable, *files.strangers}
    for name in SINGLE_FILES:
        if name not in present:
            yield Problem(name, None, "", "this file is missing")
    for name, reason in files.unreadable.items():
        if model_of(name) is not None:
            yield Problem(name, None, "", f"this file cannot be read: {reason}")
    for name in present:
        if model_of(name) is None:
            yield Problem(name, None, "", _no_place(name))


def _no_place(file: str) -> str:
    allowed = [*SINGLE_FILES, *(f"{name}/*.yaml" for name in FOLDERS)]
    stem = FilePath(file.split("/")[0]).stem
    near = nearest(stem, [*FOLDERS, *(FilePath(name).stem for name in SINGLE_FILES)])
    return f"this file has no place in a knowledge base; allowed: {listed(allowed, 20)}{near}"


def _rank(name: str, order: Sequence[str]) -> tuple[int, str]:
    return (order.index(name) if name in order else len(order), name)


def _assemble(loaded: Loaded, sha256: str) -> KnowledgeBase:
    """Put the files together.

    A broken file is left out; then the result serves for further checks only.
    """
    whole: dict[str, Any] = {
        file.removesuffix(".yaml"): loaded.models.get(file) for file in WHOLE_FILES
    }
    info: Any = loaded.models.get("knowledge.yaml")
    return KnowledgeBase(
        info=info,
        sha256=sha256,
        groups=_ordered_groups(loaded, info),
        faults=_ordered_faults(loaded),
        contributors=loaded.of("contributors"),
        drills=loaded.of("drills"),
        languages=loaded.of("languages"),
        mentions=frozenset(loaded.mentions),
        **whole,
        **{name: loaded.part(*where) for name, where in PARTS.items()},
    )


def _ordered_groups(loaded: Loaded, info: Any) -> tuple[Group, ...]:
    """Return the parts of the form in their order; those that are not listed come last."""
    order = info.groups if info is not None else ()
    groups: list[Group] = list(loaded.of("observables").values())
    return tuple(sorted(groups, key=lambda group: _rank(group.group, order)))


def _ordered_faults(loaded: Loaded) -> dict[str, Fault]:
    """Return the faults in coaching order; those that are not coached come last."""
    order: list[str] = []
    for item in loaded.part("coaching.yaml", "order", ()):
        order.extend([item] if isinstance(item, str) else item.by_confidence)
    faults = loaded.of("faults")
    return {name: faults[name] for name in sorted(faults, key=lambda name: _rank(name, order))}
