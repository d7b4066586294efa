"""How dates are written: which ways can be read back, and reading one date."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

from hingeexpert.errors import listed, shown

DATE_PARTS = ("d", "mbB", "yY")
"""Directives of which a format of dates has one each: a day, a month, a year."""
TIME_PARTS = "HIMSpfz%"
"""Directives that it may have, too."""
ALLOWED = "".join((*DATE_PARTS, TIME_PARTS))
EXCEL = "excel"
"""The format of a date that Excel shows as a number: days since its day 0."""

_ISO = re.compile(
    r"\d{4}-\d\d-\d\d"
    r"([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?( ?(Z|[+-]\d\d(:?\d\d)?))?)?",
    re.IGNORECASE,
)
_DAY_NUMBER = re.compile(r"\d{5}([.,]\d+)?")
_DAY_ZERO = date(1899, 12, 30)
_DAY_FIRST = "%Y-%d-%m"
"""A format with this takes what looks like an ISO date for another day."""
_MIDNIGHT = " 00:00:00"
"""What a spreadsheet leaves out behind a date."""
_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
_SAMPLES = tuple(
    _NOON.replace(year=2000 + year, month=month, day=day)
    for year, month, day in permutations((9, 10, 11))
)
"""Dates that tell the orders of day, month and year apart."""


def date_format_slip(date_format: str) -> str | None:
    """Say why a format of dates cannot be used, or return `None` where it can.

    Args:
        date_format: Such as `%d/%m/%Y`, or `EXCEL`.
    """
    if date_format == EXCEL:
        return None
    used = re.findall(r"%(.?)", date_format)
    odd = [part for part in used if part == "" or part not in ALLOWED]
    if odd:
        allowed = listed([f"%{part}" for part in ALLOWED], 20)
        return f"'%{odd[0]}' is not known; allowed: {allowed}"
    if any(sum(part in parts for part in used) != 1 for parts in DATE_PARTS):
        needed = "one day (%d), one month (%m, %b or %B) and one year (%Y or %y)"
        return f"{shown(date_format)} needs {needed}, such as %d/%m/%Y, or {EXCEL}"
    if not _gives_back(date_format):
        slip = "does not give back a date that it has written"
        return f"{shown(date_format)} {slip}; put a sign between the parts"
    return None


def _gives_back(date_format: str) -> bool:
    """Return whether a date is read as it was written; a day above 12 tells day and month apart."""
    return _read(_NOON.strftime(date_format), date_format) == _NOON.date()


def formats_that_clash(formats: Sequence[str]) -> tuple[str, str] | None:
    """Return the first two formats of which one reads as another day what the other has written;
    `None` where there are none, and every date has one meaning.

    Args:
        formats: Each by itself without a slip.
    """
    for written, read in permutations(formats, 2):
        if EXCEL in (written, read):
            other = read if written == EXCEL else written
            if not re.sub(r"%.", "", other):  # its digits might be the number of a day
                return written, read
        elif any(_read(day.strftime(written), read) not in (None, day.date()) for day in _SAMPLES):
            return written, read
    return None


def read_date(text: str, formats: Sequence[str]) -> date | None:
    """Return the date that a text says, as it is written there, whatever its time and zone.

    Args:
        text: Such as `2026-11-20T09:30:00+02:00`. ISO is read beside every other format, unless one
            takes it for another day.
        formats: As in `Mapping`.
    """
    text = text.strip()
    for format_ in formats:
        found = _read(text, format_) or _read(text + _MIDNIGHT, format_)
        if found is not None:
            return found
    is_iso = not any(_DAY_FIRST in format_ for format_ in formats) and _ISO.fullmatch(text)
    return _iso_date(text) if is_iso else None


def _iso_date(text: str) -> date | None:
    day, moment = text[:10], text[11:].replace(" ", "").upper()
    try:
        return datetime.fromisoformat(f"{day}T{moment}" if moment else day).date()
    except ValueError:
        return None


def _read(text: str, date_format: str) -> date | None:
    """Return the date that one format finds in a text."""
    if date_format == EXCEL:
        return day_of_excel(text)
    try:
        return datetime.strptime(text, date_format).date()
    except ValueError:
        return None


def day_of_excel(text: str) -> date | None:
    """Return the date that Excel shows as this number, or `None` where it is none: it has five
    digits from 1927 to 2173.
    """
    if not _DAY_NUMBER.fullmatch(text.strip()):
        return None
    return _DAY_ZERO + timedelta(days=int(text.strip()[:5]))
