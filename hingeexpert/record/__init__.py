"""The record: every visit of every person, in one file on this machine.

Owns the file, who can open it, and what proves that it is as it was written. What a visit means is
`intake`. Others use `keys.py` and `protecting.py`, too.
"""

from hingeexpert.record.entries import Deleted, MissingError, RecordedPerson, StaleError, Visit
from hingeexpert.record.event import Event, EventKind
from hingeexpert.record.store import HEAD, Record, default_path
from hingeexpert.record.unopened import DamagedError, ProtectedError

__all__ = [
    "HEAD",
    "DamagedError",
    "Deleted",
    "Event",
    "EventKind",
    "MissingError",
    "ProtectedError",
    "Record",
    "RecordedPerson",
    "StaleError",
    "Visit",
    "default_path",
]
