"""One state of a folder of rules after the other, with what is asked of each: the crowd and the
worked cases as it judges them.

Each part of a state is made when it is first asked for, and kept with it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from hingeexpert.assurance.authoring.seeing.cases_read import CaseReader, CaseSet
from hingeexpert.assurance.authoring.seeing.hazards_seen import HazardsSeen
from hingeexpert.assurance.authoring.seeing.holding import WhatHolds
from hingeexpert.assurance.authoring.seeing.log_read import LogReader
from hingeexpert.assurance.hazards.log import HazardLog
from hingeexpert.assurance.worked_cases import Outcome, WorkedCase, run_case
from hingeexpert.errors import KnowledgeError, Problem
from hingeexpert.formats.extras import has
from hingeexpert.formats.files import CASES, files_below, read_plain
from hingeexpert.inference.conclude import diagnose_plainly
from hingeexpert.inference.crowd import Crowd, Judged, judged
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.loading import Loader
from hingeexpert.knowledge.rule_files import CROWD, HAZARDS, RuleFiles, read_rule_files

JUDGED_BY = (CASES, HAZARDS, CROWD)
"""Files and folders beside the knowledge that say more of a change."""
NO_LOG = HazardLog({}, (), (), {})


@dataclass(frozen=True)
class Snapshot:
    """A folder of rules at one moment.

    Attributes:
        folder: Where it lies; the hazard log and the shares of the crowd are read from there.
        files: The files of the knowledge.
        beside: Files beside it that a change is judged by, by name from the folder, to their bytes.
        unreadable: Those of them that cannot be read, to what the system says.
    """

    folder: Path
    files: RuleFiles
    beside: Mapping[str, bytes]
    unreadable: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> "Snapshot":
        """Read a folder.

        Raises:
            KnowledgeError: There is no such folder, or one inside cannot be looked into.
        """
        files = read_rule_files(folder)
        names = [name for name, _ in files_below(folder, files.contents.keys())]
        beside, unreadable = {}, {}
        for name in (name for name in names if name.partition("/")[0] in JUDGED_BY):
            try:
                beside[name] = read_plain(folder / name)
            except OSError as error:
                unreadable[name] = error.strerror or str(error)
        return cls(folder, files, beside, unreadable)

    @property
    def cases(self) -> dict[str, bytes]:
        """File of worked cases, below their folder, to its bytes."""
        inside = f"{CASES}/"
        return {
            name.removeprefix(inside): content
            for name, content in self.beside.items()
            if name.startswith(inside) and name.endswith(".yaml")
        }

    @property
    def unread_cases(self) -> Iterator[Problem]:
        """A problem for each file of worked cases that cannot be read; the hazard log tells its
        own.
        """
        for name, why in self.unreadable.items():
            if name.startswith(f"{CASES}/"):
                file = name.removeprefix(f"{CASES}/")
                yield Problem(file, None, "", f"this file cannot be read: {why}")

    def written(self, contents: Mapping[str, bytes]) -> "Snapshot":
        """Return the folder as it were with other bytes in some files, by name from the folder."""
        rules, beside = dict(self.files.contents), dict(self.beside)
        for name, content in contents.items():
            where = beside if name.partition("/")[0] in JUDGED_BY else rules
            where[name] = content
        ordered = dict(sorted(rules.items(), key=lambda item: item[0].split("/")))
        return replace(self, files=replace(self.files, contents=ordered), beside=beside)

    def differing(self, other: "Snapshot") -> tuple[str, ...]:
        """Return the names of the files that are not the same in both."""
        old = {**self.files.contents, **self.beside}
        new = {**other.files.contents, **other.beside}
        return tuple(name for name in {**old, **new} if old.get(name) != new.get(name))


@dataclass(frozen=True)
class BesideRules:
    """What lies beside the knowledge, as far as it is read at each change.

    Attributes:
        cases: The worked cases.
        case_crowd: Their forms, as a crowd.
        log: The hazard log; an empty one where it has problems.
        problems: Those of cases and log.
    """

    cases: CaseSet
    case_crowd: Crowd
    log: HazardLog
    problems: tuple[Problem, ...]


class RulesState:
    """A folder of rules that can be used, at one moment.

    Attributes:
        snapshot: Its files.
        knowledge: The knowledge base that they form.
        beside: What lies beside it.
    """

    def __init__(self, snapshot: Snapshot, knowledge: KnowledgeBase, beside: "BesideRules") -> None:
        self.snapshot, self.knowledge, self.beside = snapshot, knowledge, beside
        self._judged: list[Judged] = []
        self._outcomes: dict[int, Outcome] = {}
        self._holding: WhatHolds | None = None

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

    def holding(self, crowd: Crowd) -> WhatHolds:
        """Return what holds of it: by proof, or without the solver as far as a crowd shows it."""
        if self._holding is None:
            if has("proofs"):
                from hingeexpert.assurance.authoring.seeing.quick_proofs import QuickProofs

                self._holding = QuickProofs(self.knowledge, self.beside.log)
            else:
                self._holding = HazardsSeen(self.knowledge, self.beside.log, crowd)
        return self._holding

    @cached_property
    def cases_by_name(self) -> dict[str, WorkedCase]:
        """Its cases by name."""
        return {case.name: case for case in self.beside.cases.cases}


class StateReader:
    """Reads states, and keeps of the last one what the next may have in common with it."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._loader = Loader()
        self._cases = CaseReader()
        self._log = LogReader()
        self._case_crowd: tuple[tuple[WorkedCase, ...], Crowd] = ((), Crowd(()))

    def read(self, snapshot: Snapshot) -> RulesState:
        """Return a state that can be used.

        Raises:
            KnowledgeError: With every problem of every file.
        """
        knowledge = self._loader.knowledge_of(snapshot.files)
        cases = self._cases.read(knowledge, snapshot.cases)
        log, problems = NO_LOG, (*snapshot.unread_cases, *cases.problems)
        try:
            log = self._log.read(snapshot.folder, knowledge, self._loader.vocabulary)
        except KnowledgeError as error:
            problems += error.problems
        beside = BesideRules(cases, self._crowd(cases.cases), log, problems)
        return RulesState(snapshot, knowledge, beside)

    def _crowd(self, cases: tuple[WorkedCase, ...]) -> Crowd:
        """Return the forms of cases as a crowd, the same one for the same cases."""
        if cases != self._case_crowd[0]:
            self._case_crowd = cases, Crowd([case.assessment.answers for case in cases])
        return self._case_crowd[1]
