"""The record: every visit of every person, in one file on this machine.

Owns the file, who can open it, and what proves that it is as it was written. What a visit means is
`intake`. Others use `keys.py`, `key_content.py`, `passphrases.py` and
`protecting.py`, too.
"""

from hingeexpert.record.entries import (
    Deleted,
    MissingError,
    RecordedPerson,
    StaleError,
    StandingVisit,
    Visit,
)
from hingeexpert.record.event import Event, EventKind
from hingeexpert.record.feedback import CardFeedback, CardOutcome
from hingeexpert.record.reading import RecordReader
from hingeexpert.record.replaying import Altered
from hingeexpert.record.store import HEAD, Record, default_path
from hingeexpert.record.unopened import DamagedError, ProtectedError
from hingeexpert.record.verifying import FoundHead, Verified

__all__ = [
    "HEAD",
    "Altered",
    "CardFeedback",
    "CardOutcome",
    "DamagedError",
    "Deleted",
    "Event",
    "EventKind",
    "FoundHead",
    "MissingError",
    "ProtectedError",
    "Record",
    "RecordReader",
    "RecordedPerson",
    "StaleError",
    "StandingVisit",
    "Verified",
    "Visit",
    "default_path",
]
