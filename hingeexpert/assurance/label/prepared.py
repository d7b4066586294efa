"""The label of a folder of rules, gathered: what is counted, what is written by hand, and what was
proven of rules with just this hash.

Needs no solver; what is proven is read from the file beside the rules, see `proving.py`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hingeexpert.assurance.hazards.log import FILES as HAZARD_FILES
from hingeexpert.assurance.hazards.log import read_log
from hingeexpert.assurance.label.counts import LabelCounts, counts_of
from hingeexpert.formats.files import CASES
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.beside import read_beside, vocabulary_of_folder
from hingeexpert.knowledge.models.hazards import Hazard
from hingeexpert.knowledge.models.label import (
    AttributeEffects,
    LabelFile,
    ProvenCases,
    ProvenFile,
    ProvenHazards,
)
from hingeexpert.knowledge.rule_files import LABEL, PROVEN, hash_beside
from hingeexpert.knowledge.vocabulary import Vocabulary

CASE_FILES = f"{CASES}/**/*.yaml"


@dataclass(frozen=True)
class ProvenParts:
    """What was proven of these very rules; `None` is what was not.

    Attributes:
        changed: Something was proven, of rules, cases or hazards that are others now.
        altered: What was written down of it was changed by hand since.
    """

    properties: Mapping[str, str] | None = None
    cases: ProvenCases | None = None
    hazards: ProvenHazards | None = None
    attributes: Mapping[str, AttributeEffects] | None = None
    changed: bool = False
    altered: bool = False

    @property
    def effects(self) -> dict[str, dict[str, tuple[str, ...]]] | None:
        """What each attribute can change, by kind."""
        if self.attributes is None:
            return None
        return {name: effect.named for name, effect in self.attributes.items()}


@dataclass(frozen=True)
class RulesLabel:
    """All that a label says.

    Attributes:
        written: What is written by hand.
        hazards: The hazard log, by name.
    """

    knowledge: KnowledgeBase
    counts: LabelCounts
    written: LabelFile
    proven: ProvenParts
    hazards: Mapping[str, Hazard]


def label_of(folder: Path, knowledge: KnowledgeBase) -> RulesLabel:
    """Gather the label of a folder of rules.

    Args:
        folder: The folder.
        knowledge: What stands in it.

    Raises:
        KnowledgeError: With every problem of the files that lie beside the knowledge for it.
    """
    written = written_by_hand(folder)
    proven = proven_of(folder, knowledge, written)
    hazards = {hazard.id: hazard for hazard in read_log(folder, knowledge).hazards}
    return RulesLabel(knowledge, counts_of(knowledge), written, proven, hazards)


def written_by_hand(folder: Path) -> LabelFile:
    """Return what of the label is written by hand; where nothing is, nothing is known.

    Raises:
        KnowledgeError: With every problem of the file.
    """
    read = read_beside(folder, LABEL, LabelFile, vocabulary_of_folder(folder))
    return read[LABEL].model if read else LabelFile()


def whole_of(proven: ProvenFile) -> str:
    """Return the hash of all that was proven, hexadecimal digits."""
    data = proven.model_dump(mode="json", exclude_defaults=True, exclude={"whole"})
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def proven_of(folder: Path, knowledge: KnowledgeBase, written: LabelFile) -> ProvenParts:
    """Return what was proven of these very rules, cases, hazards and attributes.

    Raises:
        KnowledgeError: With every problem of the file.
    """
    read = read_beside(folder, PROVEN, ProvenFile, Vocabulary())
    if not read:
        return ProvenParts()
    proven = read[PROVEN].model
    if proven.whole != whole_of(proven):
        return ProvenParts(changed=True, altered=True)
    if proven.sha256 != knowledge.sha256:
        return ProvenParts(changed=True)
    hazards = proven.hazards
    cases = proven.cases if proven.cases.sha256 == hash_beside(folder, CASE_FILES) else None
    if hazards is not None and hazards.sha256 != hash_beside(folder, HAZARD_FILES):
        hazards = None
    attributes = proven.attributes if {*proven.attributes} == {*written.attributes} else None
    changed = None in (cases, attributes) or hazards != proven.hazards
    return ProvenParts(proven.properties, cases, hazards, attributes, changed)
