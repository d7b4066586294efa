"""Whether a way of writing dates can be read back."""

import re
from datetime import datetime

from hingeexpert.errors import listed, shown

DATE_PARTS = ("d", "mbB", "yY")
"""Directives of which a format of dates has one each: a day, a month, a year."""
TIME_PARTS = "HIMSpf%"
"""Directives that it may have, too."""
ALLOWED = "".join((*DATE_PARTS, TIME_PARTS))


def date_format_slip(date_format: str) -> str | None:
    """Say why a format of dates cannot be used, or return `None` where it can.

    Args:
        date_format: Such as `%d/%m/%Y`.
    """
    used = re.findall(r"%(.?)", date_format)
    odd = [part for part in used if part == "" or part not in ALLOWED]
    if odd:
        allowed = listed([f"%{part}" for part in ALLOWED], 20)
        return f"'%{odd[0]}' is not known; allowed: {allowed}"
    if any(sum(part in parts for part in used) != 1 for parts in DATE_PARTS):
        needed = "one day (%d), one month (%m, %b or %B) and one year (%Y or %y)"
        return f"{shown(date_format)} needs {needed}, such as %d/%m/%Y"
    if not _gives_back(date_format):
        slip = "does not give back a date that it has written"
        return f"{shown(date_format)} {slip}; put a sign between the parts"
    return None


def _gives_back(date_format: str) -> bool:
    """Return whether a date is read as it was written; a day above 12 tells day and month apart."""
    noon = datetime(2026, 11, 23, 12)
    try:
        return datetime.strptime(noon.strftime(date_format), date_format).date() == noon.date()
    except ValueError:
        return False
