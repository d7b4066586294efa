"""Exports as REDCap itself writes them, for a project that was made from our dictionary: one row a
visit, raw codes or labels, with the columns that REDCap adds.
"""

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from hingeexpert.forms import Assessment
from hingeexpert.forms.writing import cells_of
from hingeexpert.interop.questionnaire import FormItem, Part, questionnaire
from hingeexpert.knowledge import KnowledgeBase, in_language

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
SYSTEM = {
    "redcap_event_name": "Event Name",
    "redcap_repeat_instrument": "Repeat Instrument",
    "redcap_repeat_instance": "Repeat Instance",
    "redcap_data_access_group": "Data Access Group",
    "redcap_survey_identifier": "Survey Identifier",
}
"""Columns behind the record: in a raw export, and above labels."""
MISSING = {
    "NI": "No information",
    "INV": "Invalid",
    "UNK": "Unknown",
    "NASK": "Not asked",
    "ASKU": "Asked but unknown",
    "NAV": "Temporarily unavailable",
    "MSK": "Masked",
    "NA": "Not applicable",
    "NAVU": "Not available",
    "NP": "Not present",
}
"""Codes that a project may offer in place of an answer, and their labels."""
EVERY = 5
"""Of the blank cells every so manieth holds such a code, where a project has them."""


@dataclass(frozen=True)
class _Column:
    """One column: its headings, and where its cells come from.

    Attributes:
        item: What was asked; none of what REDCap adds.
        raw: Its name, which also says what REDCap adds.
    """

    raw: str
    label: str
    item: FormItem | None = None


def redcap_export(
    knowledge: KnowledgeBase,
    assessments: Iterable[Assessment],
    labels: str | None,
    *,
    system: bool = True,
    surveys: bool = False,
    missing: bool = False,
    bom: bool = False,
) -> str:
    """Return assessments as REDCap exports their records, as CSV.

    Args:
        knowledge: The knowledge base.
        assessments: The visits; those of one patient are instances of one record.
        labels: `None` for raw codes; else the language of the labels, in headings and cells.
        system: With event, repeats, data access group and survey identifier.
        surveys: With the time at which each instrument was sent in.
        missing: Some blank cells hold a missing-data code; none beside a shorthand, which would
            contradict it, and none in place of a name or an identifier, where it would be one.
        bom: Begin with a byte order mark.
    """
    columns = list(_columns(knowledge, labels or knowledge.info.language, system, surveys))
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow([column.label if labels else column.raw for column in columns])
    lines.writerows(_rows(knowledge, columns, assessments, labels, missing))
    return (BOM if bom else "") + text.getvalue()


def _columns(
    knowledge: KnowledgeBase, language: str, system: bool, surveys: bool
) -> Iterator[_Column]:
    form = questionnaire(knowledge)
    yield _Column("record_id", in_language(knowledge, language).exchange.record_number)
    if system:
        yield from (_Column(raw, label) for raw, label in SYSTEM.items())
    for part in (form.head, *form.parts):
        yield from _part_columns(part, language, surveys)


def _part_columns(part: Part, language: str, surveys: bool) -> Iterator[_Column]:
    if surveys:
        yield _Column(f"{part.name}_timestamp", "Survey Timestamp")
    for item in part.items:
        yield _Column(item.variable, item.label[language], item)
    yield _Column(f"{part.name}_complete", "Complete?")


def _rows(
    knowledge: KnowledgeBase,
    columns: list[_Column],
    assessments: Iterable[Assessment],
    labels: str | None,
    missing: bool,
) -> Iterator[list[str]]:
    records: dict[str, int] = {}
    visits: Counter[int] = Counter()
    blanks = 0
    for number, assessment in enumerate(assessments, start=1):
        record = records.setdefault(assessment.patient.get("id", f"#{number}"), len(records) + 1)
        visits[record] += 1
        cells, row = cells_of(knowledge, assessment), []
        told = {name for key in cells for name in _answered_by(knowledge, key)}
        for column in columns:
            if column.item is None:
                row.append(_added(column.raw, record, visits[record], labels))
                continue
            cell = _written(column.item, cells.get(column.item.identifier), labels)
            blanks += not cell
            may_be_said = column.item.kind != "text" and column.item.identifier not in told
            if missing and not cell and may_be_said and blanks % EVERY == 0:
                code = list(MISSING)[blanks // EVERY % len(MISSING)]
                cell = MISSING[code] if labels else code
            row.append(cell)
        yield row


def _answered_by(knowledge: KnowledgeBase, name: str) -> Collection[str]:
    """Return the questions that a shorthand answers."""
    group = knowledge.shorthands.get(name)
    return group.flags if group else ()


def _added(column: str, record: int, visit: int, labels: str | None) -> str:
    """Return what REDCap writes into a column of its own."""
    if column.endswith("_complete"):
        return "Complete" if labels else "2"
    if column.endswith("_timestamp"):
        return f"2026-11-{record % 28 + 1:02} 09:{visit % 60:02}"
    added = {
        "record_id": str(record),
        "redcap_event_name": "Clinic (Arm 1: Hinge)" if labels else "clinic_arm_1",
        "redcap_repeat_instance": str(visit),
        "redcap_data_access_group": "North site" if labels else "north_site",
    }
    return added.get(column, "")


def _written(item: FormItem, value: str | int | float | None, labels: str | None) -> str:
    """Return an answer as REDCap writes it."""
    if value is None:
        return ""
    if labels is None or not item.choices:
        return str(value)
    return next(choice.label[labels] for choice in item.choices if choice.code == value)
