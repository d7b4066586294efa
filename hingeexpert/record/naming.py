"""How a visit is named where the record may be altered: by its day and its id, never by a name."""

import json
import re
from collections.abc import Iterator
from datetime import datetime

from hingeexpert.errors import shown
from hingeexpert.record.copying import foreign
from hingeexpert.record.driver import Connection, Row

DAY = re.compile(r"\d{4}-\d\d-\d\d")
ID = re.compile(r"[\w-]{1,40}", re.ASCII)
BEGUN = "SELECT data FROM happening WHERE visit = ? AND kind = 'visit'"


class Moment:
    """A record as it stands at one moment."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rows(self, query: str, *values: object) -> list[Row]:
        """Return what a query finds."""
        return list(self._connection.execute(query, values))

    def foreign(self) -> list[str]:
        """Return what is not of this program's schema; see `copying.foreign`."""
        return foreign(self._connection)

    def each(self, query: str) -> Iterator[Row]:
        """Yield what a query finds, row by row."""
        yield from self._connection.execute(query)


def named(moment: Moment, visit: object) -> str:
    """Return a visit as the beginning of a sentence."""
    rows = moment.rows("SELECT date FROM visit WHERE id = ?", visit)
    days = [row["date"] for row in rows] or [
        _begun(row["data"]) for row in moment.rows(BEGUN, visit)
    ]
    id_ = visit if isinstance(visit, str) and ID.fullmatch(visit) else shown(visit)
    day = next((day for day in days if isinstance(day, str) and DAY.fullmatch(day)), None)
    return f"The visit {id_}" if day is None else f"The visit of {day} ({id_})"


def _begun(data: object) -> object:
    try:
        return json.loads(str(data))["date"]
    except (ValueError, LookupError, TypeError):
        return None


def day_of(at: object) -> str:
    """Return the day of a moment on this machine's clock, or what stands in its place."""
    try:
        return datetime.fromisoformat(str(at)).astimezone().date().isoformat()
    except (ValueError, OverflowError):
        return shown(at)
