"""One entry of the log of a visit, as the record keeps it.

What events mean is `intake/events.py`.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

EventKind = Literal["answer", "undo", "redo", "finish", "reopen", "short", "full"]


@dataclass(frozen=True)
class Event:
    """One entry of the log of a visit.

    Attributes:
        number: Place in the log, from 1.
        at: When, ISO 8601 in UTC.
        data: For `answer`: see `NewAnswers`; for `finish`: see `comparing.KeptResult`.
    """

    number: int
    at: str
    kind: EventKind
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


def now() -> str:
    """Return the time as the record keeps it; see `kept_moment`."""
    return kept_moment(datetime.datetime.now(datetime.UTC))


def kept_moment(moment: datetime.datetime) -> str:
    """Return a moment as the record keeps it: ISO 8601, UTC, to the second."""
    return moment.astimezone(datetime.UTC).isoformat(timespec="seconds")
