"""The record: every visit of every person, in one file on this machine.

Owns the file, who can open it, and what proves that it is as it was written. What a visit means is
`intake`.
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
from hingeexpert.record.reading import RecordReader
from hingeexpert.record.store import HEAD, Record, default_path

__all__ = [
    "HEAD",
    "Deleted",
    "Event",
    "EventKind",
    "MissingError",
    "Record",
    "RecordReader",
    "RecordedPerson",
    "StaleError",
    "StandingVisit",
    "Visit",
    "default_path",
]
