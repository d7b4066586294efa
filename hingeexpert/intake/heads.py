"""Who a visit is of, its day and who made it: what may be written there.

Owns no record; what stands there is never shown in a message, as it may name a person.
"""

import datetime
from collections.abc import Mapping

from hingeexpert.errors import InputError, Problem
from hingeexpert.forms.assessment import plain, text_slip
from hingeexpert.record import HEAD

EARLIEST = "1950-01-01"
"""No visit is older: before it a date is a slip of the keyboard."""


def today() -> str:
    """Return the day on this machine, as a visit has it."""
    return datetime.date.today().isoformat()


def checked_head(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of a visit as they are kept, or raise `InputError`.

    What stands there is not shown: it may name a person.
    """
    head = {key: plain(texts[key]) for key in HEAD if key in texts}
    problems: list[Problem] = []
    for key, text in head.items():
        slip = text_slip(text)
        if slip is not None:
            problems.append(Problem("visit", None, key, slip))
    if "date" in head:
        try:
            head["date"] = datetime.date.fromisoformat(head["date"]).isoformat()
        except ValueError:
            message = "a day is needed here, such as 2026-11-20"
            problems.append(Problem("visit", None, "date", message))
        else:
            if not EARLIEST <= head["date"] <= today():
                message = f"a visit is from {EARLIEST} to today, {today()}"
                problems.append(Problem("visit", None, "date", message))
    if problems:
        raise InputError(problems)
    return head
