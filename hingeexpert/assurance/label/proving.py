"""Prove what the label says of the rules: their properties, worked cases, hazards, and what each
personal attribute can change. What came of it is kept beside the rules.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

import yaml
import yamlcore

from hingeexpert import __version__
from hingeexpert.assurance.hazards.gaps import unnamed_points
from hingeexpert.assurance.hazards.log import FILES as HAZARD_FILES
from hingeexpert.assurance.hazards.log import read_log
from hingeexpert.assurance.hazards.prover import HazardProver
from hingeexpert.assurance.label.attributes import AttributeFlips
from hingeexpert.assurance.label.prepared import CASE_FILES, whole_of
from hingeexpert.assurance.proofs import Prover
from hingeexpert.assurance.solver import Solver
from hingeexpert.assurance.worked_cases import read_cases, run_case
from hingeexpert.errors import InputError
from hingeexpert.formats.files import CASES
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.label import ProvenCases, ProvenFile, ProvenHazards
from hingeexpert.knowledge.rule_files import hash_beside

HEAD = """\
# What was proven of the rules as entered, by `hingeexpert rules label --prove`. It counts for rules
# with this hash alone.
"""


def prove(
    folder: Path, knowledge: KnowledgeBase, attributes: Iterable[str], tell: Callable[[str], None]
) -> ProvenFile:
    """Prove everything that a label says of a folder of rules.

    Args:
        folder: The folder.
        knowledge: What stands in it.
        attributes: Its personal attributes.
        tell: Takes one line on each thing that was done.

    Raises:
        InputError: A worked case cannot be read.
    """
    prover = Prover(knowledge)
    properties = {item.id: prover.prove(item).outcome for item in knowledge.properties}
    tell(f"sentences: {list(properties.values()).count('proven')} of {len(properties)} proven")
    cases = _cases(folder, knowledge)
    tell(f"worked cases: {cases.passed} of {cases.run} passed")
    hazards = _hazards(folder, knowledge)
    if hazards is not None:
        tell(f"hazards: {', '.join(_counted(hazards.outcomes.values()))}")
    flips = AttributeFlips(Solver(knowledge))
    effects = {name: flips.effects(name) for name in attributes}
    tell(f"personal attributes: {len(effects)} flipped over all forms")
    return ProvenFile(
        program=__version__,
        sha256=knowledge.sha256,
        properties=properties,
        cases=cases,
        hazards=hazards,
        attributes=effects,
    )


def _cases(folder: Path, knowledge: KnowledgeBase) -> ProvenCases:
    """Run the worked cases beside a knowledge base."""
    sha256 = hash_beside(folder, CASE_FILES)
    if not (folder / CASES).is_dir():
        return ProvenCases(sha256=sha256, run=0, passed=0)
    cases, problems = read_cases(knowledge, folder / CASES)
    if problems:
        raise InputError(problems)
    passed = sum(not run_case(knowledge, case).differences for case in cases)
    return ProvenCases(sha256=sha256, run=len(cases), passed=passed)


def _hazards(folder: Path, knowledge: KnowledgeBase) -> ProvenHazards | None:
    """Prove the hazard log beside a knowledge base; `None` where there is none."""
    log = read_log(folder, knowledge)
    if not log.hazards:
        return None
    proofs = list(HazardProver(knowledge, log).prove_all())
    return ProvenHazards(
        sha256=hash_beside(folder, HAZARD_FILES),
        outcomes={proof.hazard.id: proof.outcome for proof in proofs},
        single_points=_sorted(proof.single_points for proof in proofs),
        unnamed=_sorted(unnamed_points(knowledge, proof) for proof in proofs),
    )


def _sorted(names: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Return every name once."""
    return tuple(sorted(set(chain.from_iterable(names))))


def _counted(outcomes: Iterable[str]) -> Iterator[str]:
    """Yield how many have each outcome."""
    for outcome, number in Counter(outcomes).items():
        yield f"{number} {outcome}"


def proven_in_yaml(proven: ProvenFile) -> str:
    """Return what was proven as the file that lies beside the rules."""
    whole = proven.model_copy(update={"whole": whole_of(proven)})
    data = whole.model_dump(mode="json", exclude_defaults=True)
    dumped = yaml.dump(
        data, Dumper=yamlcore.CoreDumper, sort_keys=False, allow_unicode=True, width=100
    )
    return f"{HEAD}{dumped}"
