"""The next visit as an entry for the person's own calendar.

Owns what it says: the day, and where and whom to call, never what was seen; the person's name only
if that was wished. Others may see a calendar.
"""

import datetime
import json
import uuid
from collections.abc import Iterator

from hingeexpert.formats.calendar_file import calendar_file
from hingeexpert.forms import Assessment
from hingeexpert.forms.assessment import plain
from hingeexpert.handout.clinic import Clinic
from hingeexpert.handout.document import Wishes
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.handout import CalendarWords, filled

NEXT_VISIT = "hingeexpert next visit"
"""What the ids of these entries have in common."""


def calendar_entry(
    knowledge: KnowledgeBase, assessment: Assessment, day: datetime.date, wishes: Wishes
) -> bytes:
    """Return the file for a calendar, the same for the same arguments.

    Args:
        knowledge: The knowledge base in the language of the sheet.
        assessment: The form of this visit.
        day: The next visit.
        wishes: What the clinician chose.
    """
    words, clinic = knowledge.handout.calendar, wishes.clinic
    title = filled(words.title_at, clinic=clinic.name) if clinic else words.title
    name = plain(assessment.patient.get("name", ""))
    texts = {
        "SUMMARY": f"{title}: {name}" if wishes.name_in_file and name else title,
        "DESCRIPTION": " ".join((words.bring, _change(words, clinic))),
        "LOCATION": ", ".join(_place(clinic)) or None,
    }
    return calendar_file(_uid(assessment, day), _made(assessment, day), day, texts)


def _change(words: CalendarWords, clinic: Clinic | None) -> str:
    """Return what to do who can not come."""
    if clinic is None or clinic.phone is None:
        return words.change
    return filled(words.change_by_phone, phone=clinic.phone)


def _place(clinic: Clinic | None) -> Iterator[str]:
    if clinic is not None:
        yield from filter(None, (clinic.name, clinic.address))


def _uid(assessment: Assessment, day: datetime.date) -> str:
    """Return what tells the entry from those of other people and days: a UUID of version 5. No name
    goes into it.
    """
    facts = (assessment.patient.get("id") or "", assessment.date or "", day.isoformat())
    return str(uuid.uuid5(uuid.NAMESPACE_OID, json.dumps([NEXT_VISIT, *facts])))


def _made(assessment: Assessment, day: datetime.date) -> datetime.date:
    """Return the day of the form, or where it has none that of the next visit: no clock is read."""
    try:
        return datetime.date.fromisoformat(assessment.date or "")
    except ValueError:
        return day
