"""Worked cases: a form, and what must and must not follow from it.

Owns reading case files and comparing a diagnosis with what a case expects. The shipped ones lie in
`rules/cases/`; any folder of the same shape can be run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hingeexpert.errors import HingeError, InputError, Problem, nearest, shown
from hingeexpert.formats.documents import Document, read_document
from hingeexpert.forms import Assessment
from hingeexpert.forms.reading import assess
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.inference.diagnosis import INCOMPLETE, LadderResult
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.conclusions import Confidence


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Bounds(_Model):
    """The two ends of what is open on a ladder."""

    at_least: str | None = None
    not_ruled_out: str | None = None


Verdicts = str | list[str] | Bounds
Wanted = Confidence | Literal["any"]


class Expectation(_Model):
    """What must and must not follow. A key that is not given expects nothing."""

    triage: Verdicts | None = None
    readiness: Verdicts | None = None
    faults: dict[str, Wanted] = {}
    contributors: dict[str, Wanted] = {}
    not_faults: list[str] = []
    not_contributors: list[str] = []
    undetermined: list[str] = []
    not_readiness: list[str] = []
    only_faults: bool = False
    focus: str | None = None
    remarks: list[str] = []
    not_remarks: list[str] = []
    ask_next_includes: list[str] = []


class CaseFile(_Model):
    """One worked case as it is written."""

    name: Annotated[str, Field(min_length=10)]
    form: dict[str, Any]
    expect: Expectation
    why: Annotated[str, Field(min_length=10)]


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
        The good cases by file name, and the problems of the others.

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
    for path in files:
        file = path.name if path == folder else path.relative_to(folder).as_posix()
        try:
            cases.append(_read_case(knowledge, read_document(file, path.read_bytes())))
        except HingeError as error:
            problems.extend(error.problems)
    return cases, problems


def _read_case(knowledge: KnowledgeBase, document: Document) -> WorkedCase:
    if document.problems:
        raise InputError(document.problems)
    try:
        case = CaseFile.model_validate(document.data)
    except ValidationError as error:
        raise InputError(_explained(document, item) for item in error.errors()) from None
    unknown = list(_unknown_names(knowledge, document, case.expect))
    if unknown:
        raise InputError(unknown)
    return WorkedCase(
        document.file, case.name, case.why, assess(knowledge, document, ("form",)), case.expect
    )


def _explained(document: Document, item: Any) -> Problem:
    place = tuple(
        step
        for step in item["loc"]
        if isinstance(step, int) or not step.startswith(("str", "list[", "literal[", "Bounds"))
    )
    hint = nearest(place[-1], Expectation.model_fields) if item["type"] == "extra_forbidden" else ""
    return document.problem(place, f"{item['msg'][0].lower()}{item['msg'][1:]}{hint}")


def _unknown_names(
    knowledge: KnowledgeBase, document: Document, expect: Expectation
) -> Iterator[Problem]:
    """Yield a problem for every name that the knowledge base does not have, so that a slip cannot
    pass as `not present`.
    """
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
                yield document.problem(
                    ("expect", key), f"{shown(name)} is not known{nearest(name, allowed)}"
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
