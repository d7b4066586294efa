"""Many people in a record, written in one go."""

from hingeexpert.record import Event, Record
from hingeexpert.record.listing import list_person, list_visit

AT, DAY = "2026-01-01T08:00:00Z", "2026-01-01"
ANSWER = {"given": {}, "passed": [], "at_once": False}
NOBODY = {"patient_id": "", "name": "", "date": DAY, "clinician": ""}


def fill(record: Record, count: int, first: int = 0) -> list[str]:
    """Write people, each with a visit, every second one not finished, in one go; return the ids of
    the visits.
    """
    visits: list[str] = []
    with record._file.writing() as connection:
        for number in range(first, first + count):
            person = record._new_person(connection, AT)
            visit = record._new_visit(connection, person, AT, DAY)
            event = Event(1, AT, "finish") if number % 2 else Event(1, AT, "answer", ANSWER)
            record._insert(connection, person, visit, event)
            who = {"patient_id": f"P-{number}", "name": f"Núria Ñandú {number}"}
            record._write_head(connection, person, visit, NOBODY, {**who, "clinician": "Dr. Ô"})
            list_visit(connection, visit)
            list_person(connection, person)
            visits.append(visit)
    return visits
