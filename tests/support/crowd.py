"""Many people in a record, written in one go."""

from hingeexpert.record import Record
from hingeexpert.record.listing import list_person, list_visit


def fill(record: Record, count: int, first: int = 0) -> None:
    """Write people, each with a visit, every second one not finished, in one go."""
    statements = (
        "INSERT INTO person VALUES (?1, 'P-' || ?1, 'Núria Ñandú ' || ?1, '2026-01-01T08:00:00Z')",
        "INSERT INTO visit VALUES ('v' || ?1, ?1, '2026-01-01T08:00:00Z', '2026-01-01', 'Dr. Ô')",
    )
    event = "INSERT INTO event VALUES ('v' || ?, 1, '2026-01-01T08:00:00Z', ?, ?)"
    with record._file.writing() as connection:
        for number in range(first, first + count):
            for statement in statements:
                connection.execute(statement, (str(number),))
            kind, data = (
                ("finish", "{}")
                if number % 2
                else ("answer", '{"given": {}, "passed": [], "at_once": false}')
            )
            connection.execute(event, (str(number), kind, data))
            list_visit(connection, f"v{number}")
            list_person(connection, str(number))
