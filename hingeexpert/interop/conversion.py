"""Filled forms written in another format, and what that format cannot hold."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from hingeexpert.errors import InputError, Problem, clean
from hingeexpert.formats.csv_cells import csv_line, harmless
from hingeexpert.forms import Assessment, answered_by_older_shorthand, form_of
from hingeexpert.forms.assessment import as_text
from hingeexpert.forms.writing import cells_of, csv_form, entries_of
from hingeexpert.interop.brought import BroughtSlip, partly_at_once
from hingeexpert.interop.fhir.answers import is_day
from hingeexpert.interop.fhir.response import (
    collection_of,
    not_in_response,
    response_of,
)
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.base import HEAD_COLUMNS

Target = Literal["yaml", "json", "csv", "fhir"]
LINE_ENDS = "\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}"
HELD_WHOLE = ("yaml", "json")
"""Formats that hold all that a form can say."""


def check_held(
    knowledge: KnowledgeBase, forms: Sequence[tuple[str, Assessment]], target: Target
) -> None:
    """Stop where a format cannot hold all that stands in forms.

    Args:
        knowledge: The knowledge base.
        forms: Each with the name of its file.
        target: The format.

    Raises:
        InputError: With everything that it cannot hold, and nothing of the person.
    """
    problems = [
        Problem(file, None, slip.place, f"cannot be written as {target}: {slip.message}")
        for file, form in forms
        for slip in not_held(knowledge, form, target)
    ]
    if problems:
        raise InputError(problems)


def not_held(knowledge: KnowledgeBase, form: Assessment, target: Target) -> Iterator[BroughtSlip]:
    """Yield what of a form a format cannot hold."""
    if target in HELD_WHOLE:
        return
    newer = answered_by_older_shorthand(knowledge, form)
    if newer:
        so_many = f"its shorthand answers {len(newer)} questions that {form.older_form} did not ask"
        yield BroughtSlip("form", f"{so_many}, and the tag that says so has no place there")
    if target == "fhir":
        yield from not_in_response(knowledge, form)
        return
    yield from partly_at_once(knowledge, form)
    yield from _not_in_csv(form)


def _not_in_csv(form: Assessment) -> Iterator[BroughtSlip]:
    """Yield what of the head of a form a table has no column or no spelling for."""
    entries = {f"patient.{key}": text for key, text in form.patient.items()}
    entries |= {"date": form.date or "", "clinician": form.clinician or ""}
    for name, text in entries.items():
        if name not in HEAD_COLUMNS:
            message = "the table has columns for id and name of the patient alone"
            yield BroughtSlip(clean(name), message)
        elif name == "date" and text and not is_day(text):
            yield BroughtSlip(name, "it is no day such as 2026-11-20")
        elif text != text.strip() or set(text) & set(LINE_ENDS):
            yield BroughtSlip(name, "blanks at its ends and line breaks are lost in a table")
        elif text != harmless(text):
            yield BroughtSlip(name, "a spreadsheet would take it for a formula")


def converted(knowledge: KnowledgeBase, forms: Sequence[Assessment], target: Target) -> str:
    """Return forms in a format that can hold them; the same forms give the same text.

    Args:
        knowledge: The knowledge base.
        forms: One or several; YAML holds one alone. As JSON several are one object a line, as FHIR
            a Bundle.
        target: The format.
    """
    match target:
        case "yaml":
            (form,) = forms
            return form_of(knowledge, form)
        case "csv":
            return "".join(_table(knowledge, forms))
        case "json":
            return _as_json([_json_form(knowledge, form) for form in forms])
    responses = [response_of(knowledge, form) for form in forms]
    return _as_json(responses if len(responses) == 1 else [collection_of(responses)])


def _as_json(values: Sequence[Any]) -> str:
    """Return one value so that it can be read, or several each on a line."""
    indent = 2 if len(values) == 1 else None
    return "".join(f"{json.dumps(value, ensure_ascii=False, indent=indent)}\n" for value in values)


def _table(knowledge: KnowledgeBase, forms: Sequence[Assessment]) -> Iterator[str]:
    """Yield the header of a table of forms, and a line for each."""
    header = csv_form(knowledge)
    yield header
    columns = header.rstrip("\n").split(",")
    for form in forms:
        cells = cells_of(knowledge, form)
        yield csv_line((as_text(cells.get(name, "")) for name in columns), "\n")


def _json_form(knowledge: KnowledgeBase, form: Assessment) -> dict[str, Any]:
    """Return a form as the map that it is read from."""
    head = {
        "form": form.older_form or knowledge.info.form,
        "patient": {str(key): text for key, text in form.patient.items()},
        "date": form.date,
        "clinician": form.clinician,
    }
    entries = {group.group: entries_of(group, form) for group in knowledge.groups}
    answers = {name: answered for name, answered in entries.items() if answered}
    return {key: value for key, value in head.items() if value not in (None, {})} | answers
