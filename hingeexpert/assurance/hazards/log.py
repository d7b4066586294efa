"""The hazard log as it lies beside the rules: read, and checked against them.

A hazard is written in answers and in limits of the log's own. With a finding in it, deleting the
finding would delete the hazard; with a number of the rules, moving the number would move it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from hingeexpert.assurance.hazards.log_checks import LogFiles, log_problems
from hingeexpert.errors import KnowledgeError, shown
from hingeexpert.formats.documents import Document, Path
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.beside import documents_beside, read_beside, vocabulary_of_folder
from hingeexpert.knowledge.condition import AllOf, Condition, Is, Value
from hingeexpert.knowledge.condition import leaves as leaves_of
from hingeexpert.knowledge.grammar import Problems, Reader
from hingeexpert.knowledge.models.hazards import Hazard, HazardFile, InformsOnly, Limit
from hingeexpert.knowledge.rule_files import HAZARDS
from hingeexpert.knowledge.vocabulary import Vocabulary

FILES = f"{HAZARDS}/*.yaml"
CONCLUDED = ("finding", "fault", "contributor", "triage", "any_fault", "any_reason")
"""Words of a condition that name what the rules conclude."""


@dataclass(frozen=True)
class HazardLog:
    """All files of the log together.

    Attributes:
        limits: The log's own numbers.
        hazards: In the order of the files and of each.
        informs_only: Rules of the ladders that no hazard needs to name.
        files: Hazard to the file that it stands in.
    """

    limits: Mapping[str, Limit]
    hazards: tuple[Hazard, ...]
    informs_only: tuple[InformsOnly, ...]
    files: Mapping[str, str]

    @property
    def conditions(self) -> Iterator[Condition]:
        """Yield every condition of a hazard."""
        for hazard in self.hazards:
            if hazard.happens is not None:
                yield from hazard.happens.conditions

    @cached_property
    def tests(self) -> Mapping[str, list[Is]]:
        """Observable to what the hazards ask of it."""
        tests: dict[str, list[Is]] = {}
        for condition in self.conditions:
            for leaf in leaves_of(condition):
                assert isinstance(leaf, Is)
                tests.setdefault(leaf.observable, []).append(leaf)
        return tests

    def answers(self, knowledge: KnowledgeBase) -> dict[str, tuple[Value, ...]]:
        """Return for each observable answers that have every effect on rules and hazards: a number
        that no rule tells apart would prove a hazard of nobody.
        """
        return {
            name: item.answer.representatives(
                [*knowledge.tests[name], *(leaf.test for leaf in self.tests.get(name, ()))]
            )
            for name, item in knowledge.observables.items()
        }


def read_log(
    folder: FilePath, knowledge: KnowledgeBase, vocabulary: Vocabulary | None = None
) -> HazardLog:
    """Read the hazard log that lies in a folder of rules; an empty one where there is none.

    Args:
        folder: The folder of rules.
        knowledge: The knowledge base of this folder.
        vocabulary: The names that the folder offers, where they are known already.

    Raises:
        KnowledgeError: With every problem of every file.
    """
    rules = vocabulary or vocabulary_of_folder(folder)
    reader = AnswersReader(rules, _limits(documents_beside(folder, FILES)))
    files: LogFiles = read_beside(folder, FILES, HazardFile, rules, reader)
    problems = [*log_problems(files, knowledge, Reader(rules))]
    if problems:
        raise KnowledgeError(problems)
    models = {file: item.model for file, item in files.items()}
    return HazardLog(
        limits={name: limit for model in models.values() for name, limit in model.limits.items()},
        hazards=tuple(hazard for model in models.values() for hazard in model.hazards),
        informs_only=tuple(entry for model in models.values() for entry in model.informs_only),
        files={hazard.id: file for file, model in models.items() for hazard in model.hazards},
    )


def _limits(documents: Mapping[str, Document]) -> dict[str, float | None]:
    """Return the limits of all files, `None` for one whose value is no number."""
    limits: dict[str, float | None] = {}
    for document in documents.values():
        given = document.data.get("limits") if isinstance(document.data, dict) else None
        for name, limit in given.items() if isinstance(given, dict) else ():
            value = limit.get("value") if isinstance(limit, dict) else None
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            limits[str(name)] = value if is_number else None
    return limits


class AnswersReader(Reader):
    """Reads conditions that hold nothing but answers, with the limits of the log as numbers."""

    def __init__(self, rules: Vocabulary, limits: Mapping[str, float | None]) -> None:
        super().__init__(Vocabulary(values=rules.values, parameters=dict(limits)))
        self._of_rules = rules.parameters

    def _entry(self, key: str, value: Any, path: Path, problems: Problems) -> Condition:
        if key in CONCLUDED:
            message = (
                f"'{key}' is what the rules conclude; a hazard is written in answers, or deleting "
                "a rule would delete the hazard too"
            )
            problems.append((path, message))
            return AllOf(())
        return super()._entry(key, value, path, problems)

    def _parameter(self, raw: Any, path: Path, problems: Problems) -> float | None:
        if raw in self._of_rules and raw not in self.vocabulary.parameters:
            message = (
                f"{shown(raw)} is a number of the rules; a hazard has its own under 'limits', or "
                "moving the number would move the hazard too"
            )
            problems.append((path, message))
            return None
        return super()._parameter(raw, path, problems)
