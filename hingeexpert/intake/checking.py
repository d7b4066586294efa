"""What to look at before a visit is finished: who it was, what was left blank, what does not fit.

Owns what is found; it stops nobody. The words are the page's.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from hingeexpert.intake.record import RecordedPerson
from hingeexpert.intake.visits import Intake, Look


@dataclass(frozen=True)
class BeforeFinish:
    """What is worth a look before a visit is finished.

    Attributes:
        nameless: Neither a name nor an id is known.
        same_id: Another person of the record with the same patient id, if there is one.
        blank_first: The questions of the parts that are asked first that have no answer and were
            not passed over.
        contradicted: The questions whose answers cannot stand.
        could_change: The questions that are asked now and could still change the result.
    """

    nameless: bool
    same_id: RecordedPerson | None
    blank_first: tuple[str, ...]
    contradicted: tuple[str, ...]
    could_change: tuple[str, ...]


def before_finish(intake: Intake, look: Look) -> BeforeFinish:
    """Return what to look at before a visit is finished."""
    return BeforeFinish(
        nameless=not look.person.patient,
        same_id=_same_id(intake.record.people(), look.person),
        blank_first=tuple(_blank_first(intake, look)),
        contradicted=tuple(look.state.contradicted),
        could_change=tuple(_could_change(intake, look)),
    )


def _same_id(people: Iterable[RecordedPerson], person: RecordedPerson) -> RecordedPerson | None:
    """Return another person with the same patient id, written in whatever case."""
    wanted = person.patient_id.casefold()
    for other in people:
        if wanted and other.id != person.id and other.patient_id.casefold() == wanted:
            return other
    return None


def _blank_first(intake: Intake, look: Look) -> Iterable[str]:
    """Yield what is asked first, is asked now, and is not settled."""
    for part in intake.parts(look):
        if part.group.asked_first:
            yield from (item.name for item in part.asked if not item.settled)


def _could_change(intake: Intake, look: Look) -> Iterable[str]:
    """Yield what is asked now, is not settled, and weighs on the result; where a person is handed
    over, what whoever takes over needs.
    """
    for part in intake.parts(look):
        if not part.waits:
            yield from (item.name for item in part.asked if item.matters and not item.settled)
