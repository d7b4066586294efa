"""The next visit in a calendar: where and whom to call, and nothing of the person."""

import datetime
import uuid
from dataclasses import replace

import pytest
from icalendar import Calendar
from papers import CLINIC, form, languages

from hingeexpert.handout import Wishes
from hingeexpert.handout.calendar_entry import calendar_entry
from hingeexpert.knowledge import KnowledgeBase, in_language

DAY = datetime.date(2026, 12, 4)
SECRET = "Zoe Secret"


def said(knowledge: KnowledgeBase, wishes: Wishes, name: str = SECRET) -> dict[str, str]:
    """Return what the entry says."""
    raw = calendar_entry(knowledge, form(knowledge, "fault", name=name), DAY, wishes)
    (entry,) = Calendar.from_ical(raw).walk("VEVENT")
    return {str(key): str(value) for key, value in entry.items()}


def test_clinic_and_phone_are_told(knowledge: KnowledgeBase) -> None:
    entry = said(knowledge, Wishes(clinic=CLINIC))

    assert entry["SUMMARY"] == f"Your next visit at {CLINIC.name}"
    assert entry["LOCATION"] == f"{CLINIC.name}, {CLINIC.address}"
    assert str(CLINIC.phone) in entry["DESCRIPTION"]


def test_it_is_one_whole_day_with_an_id_of_its_own(knowledge: KnowledgeBase) -> None:
    """Made on the day of the form: no clock is read."""
    raw = calendar_entry(knowledge, form(knowledge, "fault"), DAY, Wishes())
    (entry,) = Calendar.from_ical(raw).walk("VEVENT")
    assert uuid.UUID(str(entry["UID"])).version == 5
    assert (entry["DTSTART"].dt, entry["DTEND"].dt) == (DAY, DAY + datetime.timedelta(days=1))
    assert entry["DTSTAMP"].dt.date() == datetime.date(2026, 11, 20)
    assert raw == calendar_entry(knowledge, form(knowledge, "fault"), DAY, Wishes())


def test_without_a_clinic_nothing_is_left_to_be_filled_in(knowledge: KnowledgeBase) -> None:
    entry = said(knowledge, Wishes())

    assert entry["SUMMARY"] == "Your next visit"
    assert "LOCATION" not in entry
    assert "[" not in "".join(entry.values())


def test_every_language_has_its_words(knowledge: KnowledgeBase) -> None:
    codes = list(languages(knowledge))
    titles = {said(in_language(knowledge, code), Wishes())["SUMMARY"] for code in codes}
    assert len(titles) == len(codes)


def test_the_name_stands_there_only_if_that_is_wished(knowledge: KnowledgeBase) -> None:
    assert SECRET not in str(said(knowledge, Wishes(clinic=CLINIC)))
    assert said(knowledge, Wishes(name_in_file=True))["SUMMARY"] == f"Your next visit: {SECRET}"


def test_the_entry_of_another_name_is_the_same(knowledge: KnowledgeBase) -> None:
    assert said(knowledge, Wishes()) == said(knowledge, Wishes(), "Sam Other")


@pytest.mark.parametrize(
    "change", [{"patient": {"id": "other"}}, {"date": "2026-11-01"}, {"date": None}]
)
def test_another_person_or_visit_is_another_entry(
    knowledge: KnowledgeBase, change: dict[str, object]
) -> None:
    person = form(knowledge, "fault")
    one, other = (
        calendar_entry(knowledge, item, DAY, Wishes())
        for item in (person, replace(person, **change))  # type: ignore[arg-type]
    )
    assert one.split(b"DTSTAMP")[0] != other.split(b"DTSTAMP")[0]


def test_a_form_without_a_date_was_made_on_the_day_of_the_visit(knowledge: KnowledgeBase) -> None:
    raw = calendar_entry(knowledge, replace(form(knowledge, "fault"), date=None), DAY, Wishes())
    assert b"DTSTAMP:20261204T000000Z" in raw
