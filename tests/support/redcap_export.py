"""A small imitation of what REDCap exports."""

import csv
import io
from collections.abc import Iterable

from exporters import NOT_ASSESSED, cell_of, rows_of

from hingeexpert.forms import Assessment
from hingeexpert.interop.questionnaire import questionnaire
from hingeexpert.knowledge import KnowledgeBase

MISSING = "NASK"
"""Missing-data code of a project for what was not asked."""


def redcap_export(
    knowledge: KnowledgeBase, assessments: Iterable[Assessment], labels: str | None
) -> str:
    """Return the table that REDCap writes, a record a form: raw values, or the labels of a
    language.
    """
    form = questionnaire(knowledge)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    head = ["record_id" if labels is None else "Record ID"]
    for part in (form.head, *form.parts):
        head += [item.variable if labels is None else item.label[labels] for item in part.items]
        head.append(f"{part.name}_complete" if labels is None else "Complete?")
    writer.writerow(head)
    for number, row in enumerate(rows_of(knowledge, assessments), start=1):
        cells = [str(number)]
        for part in (form.head, *form.parts):
            for item in part.items:
                code = row.get(item.identifier, "")
                missing = code == NOT_ASSESSED
                cells.append(MISSING if missing else cell_of(form, item, code, labels))
            cells.append("2" if labels is None else "Complete")
        writer.writerow(cells)
    return text.getvalue()
