"""One state of a folder of rules after the other, with what is asked of each: the crowd and the
worked cases as it judges them.

Each part of a state is made when it is first asked for, and kept with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from hingeexpert.assurance.authoring.cases_read import CaseReader, CaseSet
from hingeexpert.assurance.hazards.log import HazardLog, read_log
from hingeexpert.assurance.worked_cases import Outcome, WorkedCase, run_case
from hingeexpert.formats.files import CASES, files_below
from hingeexpert.inference.conclude import diagnose_plainly
from hingeexpert.inference.crowd import Crowd, Judged, judged
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.loading import Loader
from hingeexpert.knowledge.rule_files import RuleFiles, read_rule_files

if TYPE_CHECKING:
    from hingeexpert.assurance.authoring.fallen import QuickProofs


@dataclass(frozen=True)
class Snapshot:
    """A folder of rules at one moment.

    Attributes:
        folder: Where it lies; what lies beside the knowledge is read from there.
        files: The files of the knowledge.
        cases: File of worked cases, below their folder, to its bytes.
    """

    folder: Path
    files: RuleFiles
    cases: Mapping[str, bytes]

    @classmethod
    def of(cls, folder: Path) -> "Snapshot":
        """Read a folder.

        Raises:
            KnowledgeError: There is no such folder, or one inside cannot be looked into.
        """
        files = read_rule_files(folder)
        cases = folder / CASES
        names = [name for name, _ in files_below(cases)] if cases.is_dir() else []
        read = {name: (cases / name).read_bytes() for name in names if name.endswith(".yaml")}
        return cls(folder, files, read)

    def written(self, contents: Mapping[str, bytes]) -> "Snapshot":
        """Return the folder as it were with other bytes in some files, by name from the folder."""
        cases = dict(self.cases)
        rules = dict(self.files.contents)
        for name, content in contents.items():
            inside = name.removeprefix(f"{CASES}/")
            where = rules if inside == name else cases
            where[inside] = content
        ordered = dict(sorted(rules.items(), key=lambda item: item[0].split("/")))
        return replace(self, files=replace(self.files, contents=ordered), cases=cases)


class RulesState:
    """A folder of rules that can be used, at one moment.

    Attributes:
        snapshot: Its files.
        knowledge: The knowledge base that they form.
        cases: Its worked cases.
        case_crowd: Their forms, as a crowd.
    """

    def __init__(
        self, snapshot: Snapshot, knowledge: KnowledgeBase, cases: CaseSet, case_crowd: Crowd
    ) -> None:
        self.snapshot, self.knowledge = snapshot, knowledge
        self.cases, self.case_crowd = cases, case_crowd
        self._judged: list[Judged] = []
        self._outcomes: dict[int, Outcome] = {}

    def judged(self, crowd: Crowd) -> Judged:
        """Return a crowd as these rules judge it."""
        for known in self._judged:
            if known.crowd is crowd:
                return known
        self._judged.append(judged(self.knowledge, crowd))
        return self._judged[-1]

    def outcome(self, case: WorkedCase) -> Outcome:
        """Return what comes of one of its cases."""
        if id(case) not in self._outcomes:
            self._outcomes[id(case)] = run_case(self.knowledge, case, diagnose_plainly)
        return self._outcomes[id(case)]

    @cached_property
    def quick_proofs(self) -> "QuickProofs":
        """What is quickly proven of it; needs the solver."""
        from hingeexpert.assurance.authoring.fallen import QuickProofs

        return QuickProofs(self.knowledge, self.log)

    @cached_property
    def log(self) -> HazardLog:
        """Its hazard log.

        Raises:
            KnowledgeError: With every problem of every file of it.
        """
        return read_log(self.snapshot.folder, self.knowledge)

    @cached_property
    def cases_by_name(self) -> dict[str, WorkedCase]:
        """Its cases by name."""
        return {case.name: case for case in self.cases.cases}


class StateReader:
    """Reads states, and keeps of the last one what the next may have in common with it."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._loader = Loader()
        self._cases = CaseReader()
        self._case_crowd: tuple[tuple[WorkedCase, ...], Crowd] = ((), Crowd(()))

    def read(self, snapshot: Snapshot) -> RulesState:
        """Return a state that can be used.

        Raises:
            KnowledgeError: With every problem of every file.
        """
        knowledge = self._loader.knowledge_of(snapshot.files)
        cases = self._cases.read(knowledge, snapshot.cases)
        return RulesState(snapshot, knowledge, cases, self._crowd(cases.cases))

    def _crowd(self, cases: tuple[WorkedCase, ...]) -> Crowd:
        """Return the forms of cases as a crowd, the same one for the same cases."""
        if cases != self._case_crowd[0]:
            self._case_crowd = cases, Crowd([case.assessment.answers for case in cases])
        return self._case_crowd[1]
