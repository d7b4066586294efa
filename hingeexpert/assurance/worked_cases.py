"""Worked cases: a form, and what must and must not follow from it.

Owns checking the cases of a folder and comparing a diagnosis with what a case expects. The shipped
ones lie in `rules/cases/`; any folder of the same shape can be run.
"""

from collections.abc import Callable, Collection, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any

from hingeexpert.assurance.case_files import (
    Base,
    Bounds,
    Expectation,
    Verdicts,
    Wanted,
    WrittenCase,
    written_cases,
)
from hingeexpert.errors import HingeError, InputError, Problem, listed, nearest, shown
from hingeexpert.formats.documents import read_document
from hingeexpert.formats.files import read_plain
from hingeexpert.forms import Assessment
from hingeexpert.forms.reading import assess
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.inference.diagnosis import (
    INCOMPLETE,
    CheckResult,
    ContributorResult,
    FaultResult,
    LadderResult,
    RemarkResult,
)
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.conclusions import Confidence
from hingeexpert.knowledge.models.ladders import Meanwhile

Judge = Callable[[KnowledgeBase, Assessment], Diagnosis]


@dataclass(frozen=True)
class WorkedCase:
    """A checked case.

    Attributes:
        file: Its file, below the folder it was read from.
    """

    file: str
    name: str
    why: str
    assessment: Assessment
    expect: Expectation


def read_cases(
    knowledge: KnowledgeBase, folder: FilePath
) -> tuple[list[WorkedCase], list[Problem]]:
    """Read every case below a folder.

    Args:
        knowledge: The knowledge base that the forms are checked against.
        folder: A folder of `.yaml` files, in folders or not; or one file.

    Returns:
        The good cases by file name, those of one file in its order; and the problems of the others.

    Raises:
        InputError: There is no such folder, or no case in it.
    """
    files = [folder] if folder.is_file() else sorted(folder.rglob("*.yaml"))
    if not files:
        raise InputError.about(folder, "there are no worked cases (*.yaml) here")
    cases: list[WorkedCase] = []
    problems: list[Problem] = []
    names: dict[str, str] = {}
    for path in files:
        file = path.name if path == folder else path.relative_to(folder).as_posix()
        try:
            written = written_cases(read_document(file, read_plain(path)))
        except HingeError as error:
            problems.extend(error.problems)
            continue
        problems.extend(repeated_names(written, names))
        found, wrong = checked_cases(knowledge, written)
        cases.extend(found)
        problems.extend(wrong)
    return cases, problems


def repeated_names(written: list[WrittenCase], names: dict[str, str]) -> Iterator[Problem]:
    """Yield a problem for every name that an earlier case has; remember the names of these."""
    for case in written:
        problem = case.document.problem((*case.at, "name"), "")
        if case.name in names:
            yield replace(problem, message=f"this name stands twice; first in {names[case.name]}")
        names.setdefault(case.name, f"{problem.file}:{problem.line}")


def checked_cases(
    knowledge: KnowledgeBase, written: list[WrittenCase]
) -> tuple[list[WorkedCase], list[Problem]]:
    """Return the good cases of one file, and the problems of the others.

    The base is checked first and on its own, so that what is wrong in it is told once.
    """
    cases: list[WorkedCase] = []
    problems = _problems_of_base(knowledge, written[0]) if written[0].at else []
    told = {(problem.line, problem.message) for problem in problems}
    for case in written:
        try:
            cases.append(_worked(knowledge, case))
        except InputError as error:
            new = [item for item in error.problems if (item.line, item.message) not in told]
            problems.extend(new)
    return cases, problems


def _problems_of_base(knowledge: KnowledgeBase, case: WrittenCase) -> list[Problem]:
    base = Base.model_validate(case.document.data["base"])
    try:
        _worked(knowledge, replace(case, at=("base",), expect=base.expect))
    except InputError as error:
        return list(error.problems)
    return []


def _worked(knowledge: KnowledgeBase, case: WrittenCase) -> WorkedCase:
    document = case.document
    problems = list(_unknown_names(knowledge, case))
    try:
        assessment = assess(knowledge, document, (*case.at, "form"))
    except InputError as error:
        problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return WorkedCase(document.file, case.name, case.why, assessment, case.expect)


def _unknown_names(knowledge: KnowledgeBase, case: WrittenCase) -> Iterator[Problem]:
    """Yield a problem for every name that the knowledge base does not have, so that a slip cannot
    pass as `not present`.
    """
    allowed = allowed_names(knowledge)
    for key, names in _expected_names(case.expect):
        for name in names:
            if name not in allowed[key]:
                message = f"{shown(name)} is not known{nearest(name, allowed[key])}"
                yield case.document.problem((*case.at, "expect", key), message)


def allowed_names(knowledge: KnowledgeBase) -> dict[str, Collection[str]]:
    """Return the names that may stand under each key of what is expected."""
    checks = [knowledge.older_form.id, *(check.id for check in knowledge.checks)]
    remarks = [remark.id for remark in knowledge.remarks]
    triage, readiness = ([*knowledge.levels(ladder), INCOMPLETE] for ladder in knowledge.ladders)
    return {
        "faults": knowledge.faults,
        "not_faults": knowledge.faults,
        "contributors": knowledge.contributors,
        "not_contributors": knowledge.contributors,
        "undetermined": knowledge.conclusions,
        "focus": knowledge.faults,
        "drills": knowledge.drills,
        "home": knowledge.drills,
        "meanwhile": {item.id for item in _meanwhiles(knowledge, knowledge.levels("readiness"))},
        "checks": checks,
        "not_checks": checks,
        "remarks": remarks,
        "not_remarks": remarks,
        "ask_next_includes": knowledge.observables,
        "triage": triage,
        "readiness": readiness,
        "not_readiness": readiness,
    }


def _expected_names(expect: Expectation) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield every key of what is expected that names something, with the names."""
    yield "faults", expect.faults
    yield "not_faults", expect.not_faults
    yield "contributors", expect.contributors
    yield "not_contributors", expect.not_contributors
    yield "undetermined", expect.undetermined
    yield "focus", [expect.focus] if expect.focus else []
    yield "drills", expect.drills
    yield "home", [expect.home] if expect.home else []
    yield "meanwhile", [expect.meanwhile] if expect.meanwhile else []
    yield "checks", expect.checks
    yield "not_checks", expect.not_checks
    yield "remarks", expect.remarks
    yield "not_remarks", expect.not_remarks
    yield "ask_next_includes", expect.ask_next_includes
    yield "triage", _verdict_names(expect.triage)
    yield "readiness", _verdict_names(expect.readiness)
    yield "not_readiness", expect.not_readiness


def _verdict_names(wanted: Verdicts | None) -> list[str]:
    match wanted:
        case None:
            return []
        case str():
            return [wanted]
        case Bounds():
            return [name for name in (wanted.at_least, wanted.not_ruled_out) if name is not None]
    return wanted


def differences(case: WorkedCase, diagnosis: Diagnosis, knowledge: KnowledgeBase) -> Iterator[str]:
    """Yield what a diagnosis has that the case does not expect, or the other way round.

    Args:
        case: The case.
        diagnosis: What followed from its form.
        knowledge: The knowledge base.
    """
    expect = case.expect
    yield from _ladder_difference("triage", expect.triage, diagnosis.triage)
    yield from _ladder_difference("readiness", expect.readiness, diagnosis.readiness)
    if diagnosis.readiness.verdict in expect.not_readiness:
        yield f"readiness is {diagnosis.readiness.verdict}, which must not be"
    yield from _conclusion_differences(expect, diagnosis, knowledge)
    yield from _focus_difference(expect, diagnosis)
    yield from _drill_differences(expect, diagnosis)
    yield from _meanwhile_difference(expect, diagnosis, knowledge)
    checks, remarks = diagnosis.checks, diagnosis.remarks
    yield from _told_difference("check", expect.checks, expect.not_checks, checks)
    yield from _told_difference("remark", expect.remarks, expect.not_remarks, remarks)
    asked = {question.observable for question in diagnosis.ask_next}
    for name in expect.ask_next_includes:
        if name not in asked:
            yield f"ask_next does not include {name}"


def _conclusion_differences(
    expect: Expectation, diagnosis: Diagnosis, knowledge: KnowledgeBase
) -> Iterator[str]:
    """Yield what differs in the faults and contributors."""
    faults, contributors = _present(diagnosis.faults), _present(diagnosis.contributors)
    yield from _present_difference("fault", expect.faults, expect.not_faults, faults)
    yield from _present_difference(
        "contributor", expect.contributors, expect.not_contributors, contributors
    )
    results: list[FaultResult | ContributorResult] = [*diagnosis.faults, *diagnosis.contributors]
    statuses = {item.id: item.status for item in results}
    for name in expect.undetermined:
        status = statuses.get(name, "absent")
        if status != "undetermined":
            yield f"{name} is {status}; expected undetermined"
    if expect.only_faults:
        for name in faults:
            if name not in expect.faults and knowledge.faults[name].kind != "practice":
                yield f"fault {name} is present, which the case does not list"


def _present(results: Iterable[FaultResult | ContributorResult]) -> dict[str, Confidence | None]:
    """Return what is present, with its confidence."""
    return {item.id: item.confidence for item in results if item.status == "present"}


def _focus_difference(expect: Expectation, diagnosis: Diagnosis) -> Iterator[str]:
    """Yield another focus than the expected one, where one is expected or none may be."""
    focus = diagnosis.focus.fault if diagnosis.focus else None
    if "focus" in expect.model_fields_set and focus != expect.focus:
        yield f"focus is {focus or 'null'}; expected {expect.focus or 'null'}"


def _drill_differences(expect: Expectation, diagnosis: Diagnosis) -> Iterator[str]:
    """Yield other drills than the expected ones, where they are expected or none may be."""
    given = expect.model_fields_set
    opened = diagnosis.readiness.drills
    if "drills" in given and opened != expect.drills:
        found, wanted = (listed(names or ["none"]) for names in (opened, expect.drills))
        yield f"drills are {found}; expected {wanted}"
    home = diagnosis.home[0].drill if diagnosis.home else None
    if "home" in given and home != expect.home:
        yield f"home is {home or 'null'}; expected {expect.home or 'null'}"


def _meanwhile_difference(
    expect: Expectation, diagnosis: Diagnosis, knowledge: KnowledgeBase
) -> Iterator[str]:
    """Yield what else happens to the loads than expected, where something or nothing is."""
    if "meanwhile" not in expect.model_fields_set:
        return
    said = {item.id: item.say for item in _meanwhiles(knowledge, [diagnosis.readiness.at_least])}
    wanted = said.get(expect.meanwhile) if expect.meanwhile else None
    if diagnosis.readiness.meanwhile != wanted or (expect.meanwhile and wanted is None):
        found = diagnosis.readiness.meanwhile or "null"
        yield f"meanwhile is {shown(found)}; expected {expect.meanwhile or 'null'}"


def _meanwhiles(knowledge: KnowledgeBase, verdicts: Container[str]) -> Iterator[Meanwhile]:
    """Yield what may happen to loads at some verdicts."""
    for verdict in knowledge.readiness:
        if verdict.id in verdicts:
            yield from verdict.meanwhile


def _told_difference(
    kind: str,
    wanted: Iterable[str],
    unwanted: Iterable[str],
    results: Iterable[CheckResult | RemarkResult],
) -> Iterator[str]:
    """Yield checks or remarks that are not made, or that must not be."""
    made = {result.id for result in results}
    for name in wanted:
        if name not in made:
            yield f"{kind} {name} is not made"
    for name in unwanted:
        if name in made:
            yield f"{kind} {name} is made, which must not be"


def _ladder_difference(ladder: str, wanted: Verdicts | None, got: LadderResult) -> Iterator[str]:
    if isinstance(wanted, Bounds):
        for end in ("at_least", "not_ruled_out"):
            expected = getattr(wanted, end)
            if expected is not None and getattr(got, end) != expected:
                yield f"{ladder} {end} is {getattr(got, end)}; expected {expected}"
    elif wanted is not None and got.verdict not in (
        allowed := [wanted] if isinstance(wanted, str) else wanted
    ):
        yield f"{ladder} is {got.verdict}; expected {' or '.join(allowed)}"


def _present_difference(
    what: str, wanted: dict[str, Wanted], unwanted: list[str], present: dict[str, Any]
) -> Iterator[str]:
    for name, confidence in wanted.items():
        if name not in present:
            yield f"{what} {name} is not present; expected {confidence}"
        elif confidence not in ("any", present[name]):
            yield f"{what} {name} has confidence {present[name]}; expected {confidence}"
    for name in unwanted:
        if name in present:
            yield f"{what} {name} is present with confidence {present[name]}, which must not be"


@dataclass(frozen=True)
class Outcome:
    """A case that was run.

    Attributes:
        differences: What differed; empty where it passed.
        diagnosis: What followed from its form.
    """

    case: WorkedCase
    differences: tuple[str, ...]
    diagnosis: Diagnosis


def run_case(knowledge: KnowledgeBase, case: WorkedCase, judge: Judge = diagnose) -> Outcome:
    """Diagnose the form of a case and compare.

    Args:
        knowledge: The knowledge base.
        case: The case.
        judge: What diagnoses the form.
    """
    diagnosis = judge(knowledge, case.assessment)
    return Outcome(case, tuple(differences(case, diagnosis, knowledge)), diagnosis)
