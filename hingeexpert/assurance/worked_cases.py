"""Worked cases: a form, and what must and must not follow from it.

Owns checking the cases of a folder and comparing a diagnosis with what a case expects. The shipped
ones lie in `rules/cases/`; any folder of the same shape can be run.
"""

from collections.abc import Iterator
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
from hingeexpert.errors import HingeError, InputError, Problem, nearest, shown
from hingeexpert.formats.documents import read_document
from hingeexpert.forms import Assessment
from hingeexpert.forms.reading import assess
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.inference.diagnosis import INCOMPLETE, LadderResult
from hingeexpert.knowledge import KnowledgeBase


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
        raise InputError(
            [Problem(str(folder), None, "", "there are no worked cases (*.yaml) here")]
        )
    cases: list[WorkedCase] = []
    problems: list[Problem] = []
    names: dict[str, str] = {}
    for path in files:
        file = path.name if path == folder else path.relative_to(folder).as_posix()
        try:
            written = written_cases(read_document(file, path.read_bytes()))
        except HingeError as error:
            problems.extend(error.problems)
            continue
        problems.extend(_repeated_names(written, names))
        found, wrong = _checked(knowledge, written)
        cases.extend(found)
        problems.extend(wrong)
    return cases, problems


def _repeated_names(written: list[WrittenCase], names: dict[str, str]) -> Iterator[Problem]:
    """Yield a problem for every name that an earlier case has; remember the names of these."""
    for case in written:
        problem = case.document.problem((*case.at, "name"), "")
        if case.name in names:
            yield replace(problem, message=f"this name stands twice; first in {names[case.name]}")
        names.setdefault(case.name, f"{problem.file}:{problem.line}")


def _checked(
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
    expect = case.expect
    levels = {
        ladder: [*(level.id for level in knowledge.ladders[ladder]), INCOMPLETE]
        for ladder in knowledge.ladders
    }
    checks: list[tuple[str, list[str], Any]] = [
        ("faults", list(expect.faults), knowledge.faults),
        ("not_faults", expect.not_faults, knowledge.faults),
        ("contributors", list(expect.contributors), knowledge.contributors),
        ("not_contributors", expect.not_contributors, knowledge.contributors),
        ("undetermined", expect.undetermined, {**knowledge.faults, **knowledge.contributors}),
        ("focus", [expect.focus] if expect.focus else [], knowledge.faults),
        ("remarks", expect.remarks, [remark.id for remark in knowledge.remarks]),
        ("not_remarks", expect.not_remarks, [remark.id for remark in knowledge.remarks]),
        ("ask_next_includes", expect.ask_next_includes, knowledge.observables),
        ("not_readiness", expect.not_readiness, levels["readiness"]),
        ("triage", _verdict_names(expect.triage), levels["triage"]),
        ("readiness", _verdict_names(expect.readiness), levels["readiness"]),
    ]
    for key, names, allowed in checks:
        for name in names:
            if name not in allowed:
                yield case.document.problem(
                    (*case.at, "expect", key), f"{shown(name)} is not known{nearest(name, allowed)}"
                )


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
    present = {
        fault.id: fault.confidence for fault in diagnosis.faults if fault.status == "present"
    }
    yield from _present_difference("fault", expect.faults, expect.not_faults, present)
    contributors = {
        item.id: item.confidence for item in diagnosis.contributors if item.status == "present"
    }
    yield from _present_difference(
        "contributor", expect.contributors, expect.not_contributors, contributors
    )
    statuses = {fault.id: fault.status for fault in diagnosis.faults} | {
        item.id: item.status for item in diagnosis.contributors
    }
    for name in expect.undetermined:
        if (status := statuses.get(name, "absent")) != "undetermined":
            yield f"{name} is {status}; expected undetermined"
    if expect.only_faults:
        for name in present:
            if name not in expect.faults and knowledge.faults[name].kind != "practice":
                yield f"fault {name} is present, which the case does not list"
    if "focus" in expect.model_fields_set:
        focus = diagnosis.focus.fault if diagnosis.focus else None
        if focus != expect.focus:
            yield f"focus is {focus or 'null'}; expected {expect.focus or 'null'}"
    made = {remark.id for remark in diagnosis.remarks}
    yield from (f"remark {name} is not made" for name in expect.remarks if name not in made)
    yield from (
        f"remark {name} is made, which must not be" for name in expect.not_remarks if name in made
    )
    asked = {question.observable for question in diagnosis.ask_next}
    for name in expect.ask_next_includes:
        if name not in asked:
            yield f"ask_next does not include {name}"


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


def run_case(knowledge: KnowledgeBase, case: WorkedCase) -> Outcome:
    """Diagnose the form of a case and compare."""
    diagnosis = diagnose(knowledge, case.assessment)
    return Outcome(case, tuple(differences(case, diagnosis, knowledge)), diagnosis)
