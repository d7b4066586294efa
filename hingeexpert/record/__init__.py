"""The record: every visit of every person, in one file on this machine.

Owns the file, who can open it, and what proves that it is as it was written. What a visit means is
`intake`. Others use `keys.py` and `protecting.py`, too.
"""

from hingeexpert.record.entries import Deleted, MissingError, RecordedPerson, StaleError, Visit
from hingeexpert.record.event import Event, EventKind
from hingeexpert.record.replaying import Altered
from hingeexpert.record.store import HEAD, Record, default_path
from hingeexpert.record.unopened import DamagedError, ProtectedError
from hingeexpert.record.verifying import Found, Verified

__all__ = [
    "HEAD",
    "Altered",
    "DamagedError",
    "Deleted",
    "Event",
    "EventKind",
    "Found",
    "MissingError",
    "ProtectedError",
    "Record",
    "RecordedPerson",
    "StaleError",
    "Verified",
    "Visit",
    "default_path",
]
