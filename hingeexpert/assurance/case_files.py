"""A file of worked cases as it is written.

Owns its two shapes: one case, or a base and the cases that differ from it in a few answers. A case
comes out whole, with the line of everything in it. Names are not checked here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hingeexpert.errors import InputError, Problem, nearest, shown
from hingeexpert.formats.documents import Document, Path
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
    """What must and must not follow. A key that is not given expects nothing.

    Attributes:
        drills: All drills that the verdict opens, in their order.
        home: The first drill that goes home; `null` expects none.
        meanwhile: What happens to the loads that the person trains, by id; `null` expects nothing.
    """

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
    drills: list[str] = []
    home: str | None = None
    meanwhile: str | None = None
    checks: list[str] = []
    not_checks: list[str] = []
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


def _explained(document: Document, item: Any) -> Problem:
    place = tuple(
        step
        for step in item["loc"]
        if isinstance(step, int) or not step.startswith(("str", "list[", "literal[", "Bounds"))
    )
    hint = nearest(place[-1], KEYS) if item["type"] == "extra_forbidden" else ""
    return document.problem(place, f"{item['msg'][0].lower()}{item['msg'][1:]}{hint}")
