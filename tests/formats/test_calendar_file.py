"""A day as a file for calendars, asked of icalendar."""

import datetime

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from icalendar.cal import Component

from hingeexpert.formats.calendar_file import MOST_OCTETS, calendar_file

MADE, DAY = datetime.date(2026, 11, 20), datetime.date(2026, 12, 31)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=200)


def entry(raw: bytes) -> Component:
    """Return the one entry of a file."""
    (found,) = Calendar.from_ical(raw).walk("VEVENT")
    return found


def written(text: str | None) -> bytes:
    return calendar_file("a@b", MADE, DAY, {"SUMMARY": "Visit", "DESCRIPTION": text})


def test_the_day_is_whole_and_ends_where_the_next_begins() -> None:
    found = entry(written(None))

    assert found.decoded("DTSTART") == DAY
    assert found.decoded("DTEND") == datetime.date(2027, 1, 1)
    assert found.decoded("DTSTAMP") == datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC)
    assert (str(found["UID"]), str(found["CLASS"])) == ("a@b", "PRIVATE")


def test_a_text_that_is_not_known_is_left_out() -> None:
    assert "DESCRIPTION" not in entry(written(None))


@given(texts)
def test_every_text_comes_back_as_it_was(text: str) -> None:
    assert str(entry(written(text))["DESCRIPTION"]) == text


@given(texts)
def test_no_line_is_too_long_and_each_ends_as_it_must(text: str) -> None:
    """And no character is cut in two."""
    raw = written(text)
    lines = raw.removesuffix(b"\r\n").split(b"\r\n")

    assert max(map(len, lines)) <= MOST_OCTETS
    assert all(line.decode() for line in lines)
    assert b"\n" not in b"".join(lines)


def test_lines_stay_lines_and_what_controls_a_screen_is_left_out() -> None:
    assert str(entry(written("one\r\ntwo\x07;"))["DESCRIPTION"]) == "one\ntwo;"


def test_same_arguments_give_the_same_bytes() -> None:
    assert written("a") == written("a")
