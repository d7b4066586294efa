"""A whole day as a file that every calendar takes up: iCalendar, RFC 5545.

Owns the format; what is said of the day are arguments. No clock is read, so the same arguments give
the same bytes.
"""

import datetime
import re
from collections.abc import Iterator, Mapping

MOST_OCTETS = 75
"""Octets of a line; what is longer goes on in the next, which begins with a space."""
PRODUCT = "-//hingeexpert//next visit//EN"
_SPECIAL = re.compile(r"([\\;,])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def calendar_file(
    uid: str, made: datetime.date, day: datetime.date, texts: Mapping[str, str | None]
) -> bytes:
    """Return a calendar with one entry.

    Args:
        uid: What tells the entry from all others; letters, digits, `-`, `.` and `@`.
        made: When the entry was made.
        day: The day.
        texts: Such as `SUMMARY` to what it says; what is `None` is left out.
    """
    lines = {
        "UID": uid,
        "DTSTAMP": f"{made:%Y%m%d}T000000Z",
        "DTSTART;VALUE=DATE": f"{day:%Y%m%d}",
        "DTEND;VALUE=DATE": f"{day + datetime.timedelta(days=1):%Y%m%d}",
        **{name: _escaped(text) for name, text in texts.items() if text is not None},
        "CLASS": "PRIVATE",
        "TRANSP": "TRANSPARENT",
    }
    inside = (f"{name}:{value}" for name, value in lines.items())
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "BEGIN:VEVENT")
    whole = (*head, *inside, "END:VEVENT", "END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in whole for part in _folded(line)).encode()


def _escaped(text: str) -> str:
    """Return a text as a value: what ends a line and what parts values is marked."""
    lines = (_CONTROL.sub("", line) for line in text.splitlines())
    return "\\n".join(_SPECIAL.sub(r"\\\1", line) for line in lines)


def _folded(line: str) -> Iterator[str]:
    """Yield the parts of a line that are short enough; no character is cut."""
    part = ""
    for character in line:
        if len(f"{part}{character}".encode()) > MOST_OCTETS:
            yield part
            part = " "
        part += character
    yield part
