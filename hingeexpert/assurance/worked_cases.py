"""Worked cases: a form, and what must and must not follow from it.

Owns reading case files and comparing a diagnosis with what a case expects. The shipped ones lie in
`rules/cases/`; any folder of the same shape can be run. A file holds one case, or a base and the
cases that differ from it in a few answers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hingeexpert.errors import HingeError, InputError, Problem, nearest, shown
from hingeexpert.formats.documents import Document, Path, read_document
from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import assess
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


Sentence = Annotated[str, Field(min_length=10)]


class CaseFile(_Model):
    """One worked case as it is written."""

    name: Sentence
    form: dict[str, Any]
    expect: Expectation
    why: Sentence


class Base(_Model):
    """What the cases of one file have in common."""

    form: dict[str, Any]
    expect: Expectation = Expectation()
    why: Sentence | None = None


class Variant(_Model):
    """A case as it differs from the base of its file."""

    name: Sentence
    without: list[str] = []
    form: dict[str, Any] = {}
    expect: Expectation = Expectation()
    why: Sentence | None = None


class CasesFile(_Model):
    """Cases that stand together."""

    base: Base
    cases: Annotated[list[Variant], Field(min_length=1)]


KEYS = {key for shape in (CaseFile, Variant, CasesFile, Expectation) for key in shape.model_fields}
"""Every key of a file that is not of its form."""


@dataclass(frozen=True)
class WrittenCase:
    """A case as its file says it, together with what the base of the file gives.

    Attributes:
        document: The file. The form at `at` is whole here: it has the answers of the base as well,
            each with its line.
        at: Where the case stands in the file.
    """

    document: Document
    at: Path
    name: str
    why: str
    expect: Expectation

    @property
    def form(self) -> dict[str, Any]:
        """The whole form as plain data, unchecked."""
        case = self.document.data
        for step in self.at:
            case = case[step]
        form: dict[str, Any] = case["form"]
        return form


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


def written_cases(document: Document) -> list[WrittenCase]:
    """Return the cases of a parsed file, their forms and names unchecked.

    Args:
        document: A file with one case, or with a base and cases.

    Raises:
        InputError: The text, a key or a type is wrong, or `without` names what the base lacks.
    """
    if document.problems:
        raise InputError(document.problems)
    data = document.data
    together = isinstance(data, dict) and not data.keys().isdisjoint(CasesFile.model_fields)
    try:
        if together:
            return _together(document, CasesFile.model_validate(data))
        case = CaseFile.model_validate(data)
    except ValidationError as error:
        raise InputError(_explained(document, item) for item in error.errors()) from None
    return [WrittenCase(document, (), case.name, case.why, case.expect)]


def _together(document: Document, file: CasesFile) -> list[WrittenCase]:
    problems: list[Problem] = []
    written: list[WrittenCase] = []
    for number, case in enumerate(file.cases):
        at = ("cases", number)
        why = case.why or file.base.why
        if why is None:
            problems.append(document.problem((*at, "why"), "field required, here or in the base"))
        problems.extend(_not_in_base(document, at, file.base.form, case.without))
        own = {key: getattr(case.expect, key) for key in case.expect.model_fields_set}
        expect = file.base.expect.model_copy(update=own)
        form = _merged(_without(file.base.form, case.without), case.form)
        whole = _repeated(document, number, form)
        written.append(WrittenCase(whole, at, case.name, why or "", expect))
    if problems:
        raise InputError(problems)
    return written


def _not_in_base(
    document: Document, at: Path, form: dict[str, Any], without: list[str]
) -> Iterator[Problem]:
    """Yield a problem for everything that a case takes away and the base does not have."""
    groups = [(key, value) for key, value in form.items() if isinstance(value, dict)]
    known = [*form, *(f"{key}.{answer}" for key, value in groups for answer in value)]
    for number, name in enumerate(without):
        if name not in known:
            message = f"{shown(name)} is not in the form of the base{nearest(name, known)}"
            yield document.problem((*at, "without", number), message)


def _without(form: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Return a form without some of its groups and `group.answer`s."""
    kept = {}
    for key, value in form.items():
        if isinstance(value, dict):
            value = {
                answer: said for answer, said in value.items() if f"{key}.{answer}" not in names
            }
        if key not in names:
            kept[key] = value
    return kept


def _merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return a form with the answers of two; where both have one, with the second."""
    merged = {**base, **own}
    for key, value in own.items():
        before = base.get(key)
        if isinstance(value, dict) and isinstance(before, dict):
            merged[key] = {**before, **value}
    return merged


def _repeated(document: Document, number: int, form: dict[str, Any]) -> Document:
    """Return a file as if a case in it repeated what it has from the base.

    Args:
        document: The file.
        number: Place of the case in the list, from 0.
        form: Its whole form.
    """
    lines: dict[Path, int] = dict(document.lines)
    texts: dict[Path, str] = dict(document.texts)
    for path, line in document.lines.items():
        here = ("cases", number, *path[1:])
        if path[0:1] == ("base",) and here not in document.lines:
            lines[here] = line
            if path in document.texts:
                texts[here] = document.texts[path]
    cases = [*document.data["cases"]]
    cases[number] = {**cases[number], "form": form}
    return replace(document, data={**document.data, "cases": cases}, lines=lines, texts=texts)


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


def _explained(document: Document, item: Any) -> Problem:
    place = tuple(
        step
        for step in item["loc"]
        if isinstance(step, int) or not step.startswith(("str", "list[", "literal[", "Bounds"))
    )
    hint = nearest(place[-1], KEYS) if item["type"] == "extra_forbidden" else ""
    return document.problem(place, f"{item['msg'][0].lower()}{item['msg'][1:]}{hint}")


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
