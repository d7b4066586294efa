"""What one record holds that another lacks, as a backup that takes the place of a record would lose
it, or bring it back.
"""

from typing import NamedTuple

from hingeexpert.record.driver import Connection, PlainConnection

VISITS = "SELECT id FROM visit"
EVENTS = "SELECT visit, number, at, kind, data FROM event"
PEOPLE = "SELECT id FROM person"
ONE_VISIT = "SELECT 1 FROM visit WHERE id = ?"
ONE_EVENT = (
    "SELECT 1 FROM event WHERE visit = ? AND number = ? AND at = ? AND kind = ? AND data = ?"
)
ONE_PERSON = "SELECT 1 FROM person WHERE id = ?"


class BackupDifference(NamedTuple):
    """How a backup differs from the record that is there.

    Attributes:
        visits: How many of the record the backup lacks.
        events: The same of the entries of visits.
        returning: How many people of the backup are not in the record.
    """

    visits: int
    events: int
    returning: int

    @property
    def loses(self) -> bool:
        """Whether something would be lost."""
        return bool(self.visits or self.events)


def difference(
    backup: Connection | PlainConnection, there: Connection | PlainConnection
) -> BackupDifference:
    """Return how a backup differs from the record that is there."""
    return BackupDifference(
        _lacking(backup, ONE_VISIT, there, VISITS),
        _lacking(backup, ONE_EVENT, there, EVENTS),
        _lacking(there, ONE_PERSON, backup, PEOPLE),
    )


def _lacking(
    one: Connection | PlainConnection,
    query: str,
    other: Connection | PlainConnection,
    listing: str,
) -> int:
    """Return how many rows of another file one file lacks."""
    rows = (tuple(row) for row in other.execute(listing))
    return sum(1 for row in rows if one.execute(query, row).fetchone() is None)
