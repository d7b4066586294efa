"""Which model each file of `rules/` is checked by."""

from hingeexpert.knowledge.models.base import Entry
from hingeexpert.knowledge.models.body import BodyFile
from hingeexpert.knowledge.models.checks import CheckFile
from hingeexpert.knowledge.models.conclusions import CoachingFile, Contributor, Fault, FindingFile
from hingeexpert.knowledge.models.drills import Drill
from hingeexpert.knowledge.models.exchange import ExchangeFile
from hingeexpert.knowledge.models.handout import HandoutFile
from hingeexpert.knowledge.models.intake import IntakeFile
from hingeexpert.knowledge.models.ladders import ReadinessFile, TriageFile
from hingeexpert.knowledge.models.languages import LanguageFile
from hingeexpert.knowledge.models.observables import Group
from hingeexpert.knowledge.models.poses import PoseFile
from hingeexpert.knowledge.models.properties import PropertyFile
from hingeexpert.knowledge.models.remarks import RemarkFile
from hingeexpert.knowledge.models.sources import Info, ParameterFile, SourceFile
from hingeexpert.knowledge.models.tables import TableFile
from hingeexpert.knowledge.models.words import WordFile

SINGLE_FILES: dict[str, type[Entry]] = {
    "knowledge.yaml": Info,
    "sources.yaml": SourceFile,
    "parameters.yaml": ParameterFile,
    "findings.yaml": FindingFile,
    "triage.yaml": TriageFile,
    "readiness.yaml": ReadinessFile,
    "coaching.yaml": CoachingFile,
    "checks.yaml": CheckFile,
    "remarks.yaml": RemarkFile,
    "properties.yaml": PropertyFile,
    "words.yaml": WordFile,
    "handout.yaml": HandoutFile,
    "intake.yaml": IntakeFile,
    "poses.yaml": PoseFile,
    "body.yaml": BodyFile,
    "tables.yaml": TableFile,
    "exchange.yaml": ExchangeFile,
}
FOLDERS: dict[str, type[Entry]] = {
    "observables": Group,
    "faults": Fault,
    "contributors": Contributor,
    "drills": Drill,
    "languages": LanguageFile,
}
"""Folder to the model of each of its files; a file is named after the id inside."""


def model_of(file: str) -> type[Entry] | None:
    """Return the model of a file, or `None` where it has no place in a knowledge base."""
    folder, _, name = file.partition("/")
    inside = bool(name) and "/" not in name and name.endswith(".yaml")
    return SINGLE_FILES.get(file) or (FOLDERS.get(folder) if inside else None)
