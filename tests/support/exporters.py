"""Small imitations of what other systems export: ODK Central, Kobo, a form of questions."""

import csv
import io
import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from hingeexpert.forms import Assessment
from hingeexpert.forms.writing import cells_of
from hingeexpert.interop.questionnaire import FormItem, Questionnaire, questionnaire
from hingeexpert.knowledge import KnowledgeBase

NOT_ASSESSED = "not_assessed"
BEFORE_CENTRAL = ("SubmissionDate", "start", "end")
BEHIND_CENTRAL = (
    *("meta-instanceID", "meta-instanceName", "KEY", "SubmitterID", "SubmitterName"),
    *("AttachmentsPresent", "AttachmentsExpected", "Status", "ReviewState", "DeviceID", "Edits"),
    "FormVersion",
)
BEFORE_KOBO = ("start", "end")
BEHIND_KOBO = (
    *("__version__", "_id", "_uuid", "_submission_time", "_validation_status", "_notes"),
    *("_status", "_submitted_by", "_tags", "_index"),
)
OF_SYSTEM = {
    "SubmissionDate": "2026-11-29T11:00:00.000Z",
    "start": "2026-11-29T10:50:00.000+01:00",
    "KEY": "uuid:5f0c",
    "_uuid": "5f0c",
    "_status": "submitted_via_web",
    "_submission_time": "2026-11-29T11:00:00",
}
"""What a system writes into some of its columns."""
Row = Mapping[str, str]


def rows_of(knowledge: KnowledgeBase, assessments: Iterable[Assessment]) -> Iterator[Row]:
    """Yield identifier to code or text as the form was filled on a device: blanks in plenty, and
    *not assessed* where that was pressed.
    """
    rng = random.Random(7)
    form = questionnaire(knowledge)
    for assessment in assessments:
        cells = {name: str(value) for name, value in cells_of(knowledge, assessment).items()}
        for part in form.parts:
            short = any(item.is_shorthand and item.identifier in cells for item in part.items)
            for item in part.items:
                may_be_pressed = item.choices and not short and "not_noted" not in item.codes
                if may_be_pressed and item.identifier not in cells and rng.random() < 0.05:
                    cells[item.identifier] = NOT_ASSESSED
        yield cells


def central_export(
    knowledge: KnowledgeBase, assessments: Iterable[Assessment], *, groups: bool = True
) -> str:
    """Return the table that ODK Central writes."""
    form = questionnaire(knowledge)
    columns = dict(_columns(form, "-" if groups else "", None))
    behind = [name if groups else name.removeprefix("meta-") for name in BEHIND_CENTRAL]
    rows = rows_of(knowledge, assessments)
    return _table(form, columns, rows, (BEFORE_CENTRAL, behind), None, csv.QUOTE_MINIMAL, ",")


def kobo_export(
    knowledge: KnowledgeBase,
    assessments: Iterable[Assessment],
    labels: str | None,
    *,
    groups: bool = True,
) -> str:
    """Return the table that Kobo writes: codes, or the labels of a language."""
    form = questionnaire(knowledge)
    columns = dict(_columns(form, "/" if groups else "", labels))
    rows = rows_of(knowledge, assessments)
    around = (BEFORE_KOBO, BEHIND_KOBO)
    return _table(form, columns, rows, around, labels, csv.QUOTE_ALL, ";")


def questions_export(
    knowledge: KnowledgeBase, assessments: Iterable[Assessment], labels: str
) -> str:
    """Return the table of a form made elsewhere with our words: a question above each column."""
    form = questionnaire(knowledge)
    columns = dict(_columns(form, "", labels))
    rows = rows_of(knowledge, assessments)
    return _table(form, columns, rows, (["Timestamp"], []), labels, csv.QUOTE_MINIMAL, ",")


def central_json(knowledge: KnowledgeBase, assessments: Iterable[Assessment]) -> str:
    """Return the OData feed of ODK Central: groups in groups, blanks as null."""
    form = questionnaire(knowledge)
    values = [_nested(form, cells, blank=None) for cells in rows_of(knowledge, assessments)]
    for number, value in enumerate(values):
        value["__id"] = f"uuid:{number}"
        value["__system"] = {"submissionDate": "2026-11-29T11:00:00.000Z", "reviewState": None}
        value["meta"] = {"instanceID": f"uuid:{number}", "instanceName": None}
    return json.dumps({"value": values, "@odata.context": "https://example.org/$metadata"})


def kobo_json(knowledge: KnowledgeBase, assessments: Iterable[Assessment]) -> str:
    """Return what the interface of Kobo gives: flat keys, no blanks, lists of its own."""
    form = questionnaire(knowledge)
    names = {item: name for name, item in _columns(form, "/", None)}
    results = [
        {names[item]: text for item, text in cells.items()}
        | {"_id": number, "_tags": [], "_geolocation": [None, None], "_validation_status": {}}
        | {"_attachments": [{"filename": "audit.csv"}], "formhub/uuid": "5f0c"}
        for number, cells in enumerate(rows_of(knowledge, assessments))
    ]
    return json.dumps({"count": len(results), "next": None, "results": results}, indent=1)


def _nested(form: Questionnaire, cells: Row, blank: None) -> dict[str, Any]:
    groups: dict[str, Any] = {}
    for part in (form.head, *form.parts):
        answers = {item.variable: cells.get(item.identifier, blank) for item in part.items}
        groups[part.name] = answers
    return groups


def _columns(form: Questionnaire, between: str, labels: str | None) -> Iterator[tuple[str, str]]:
    """Yield each heading with the identifier of what stands below it."""
    for part in (form.head, *form.parts):
        group = part.name if labels is None else part.title[labels]
        for item in part.items:
            name = item.variable if labels is None else item.label[labels]
            yield (f"{group}{between}{name}" if between else name), item.identifier


def _table(
    form: Questionnaire,
    columns: Row,
    rows: Iterable[Row],
    around: tuple[Sequence[str], Sequence[str]],
    labels: str | None,
    quoting: Any,
    delimiter: str,
) -> str:
    before, behind = around
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\r\n")
    writer.writerow([*before, *columns, *behind])
    items = form.by_identifier
    for row in rows:
        answers = [
            cell_of(form, items[name], row.get(name, ""), labels) for name in columns.values()
        ]
        system = [[OF_SYSTEM.get(name, "") for name in names] for names in (before, behind)]
        writer.writerow([*system[0], *answers, *system[1]])
    return text.getvalue()


def cell_of(form: Questionnaire, item: FormItem, text: str, labels: str | None) -> str:
    """Return a cell as codes or in the labels of a language."""
    if labels is None or not item.choices or not text:
        return text
    if text == NOT_ASSESSED:
        return form.not_assessed[labels]
    return next(choice.label[labels] for choice in item.choices if choice.code == text)
