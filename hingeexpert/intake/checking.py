"""What to look at before a visit is finished: who it was, what was left blank, what does not fit.

Owns what is found; it stops nobody. The words are the page's.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hingeexpert.intake.course import AskedPart
from hingeexpert.intake.visits import Intake, Look
from hingeexpert.record import RecordedPerson


@dataclass(frozen=True)
class BeforeFinish:
    """What is worth a look before a visit is finished.

    Attributes:
        nameless: Neither a name nor an id is known.
        same_id: Another person of the record with the same patient id, if there is one.
        blank_first: The questions of the parts that are asked first that have no answer and were
            not passed over.
        contradicted: The questions whose answers cannot stand.
        could_change: The questions that are asked now and could still change the result, the most
            decisive first.
        left_out: Those that a short visit does not ask.
    """

    nameless: bool
    same_id: RecordedPerson | None
    blank_first: tuple[str, ...]
    contradicted: tuple[str, ...]
    could_change: tuple[str, ...]
    left_out: tuple[str, ...]


def before_finish(
    intake: Intake, look: Look, parts: Sequence[AskedPart] | None = None
) -> BeforeFinish:
    """Return what to look at before a visit is finished.

    Args:
        intake: The visits.
        look: The visit.
        parts: What it asks now, where that is known already.
    """
    asked = intake.parts(look) if parts is None else parts
    return BeforeFinish(
        nameless=not look.person.patient,
        same_id=_same_id(intake, look.person),
        blank_first=tuple(_blank_first(asked)),
        contradicted=tuple(look.state.contradicted),
        could_change=tuple(_could_change(look, asked)),
        left_out=tuple(_left_out(look, asked)),
    )


def _same_id(intake: Intake, person: RecordedPerson) -> RecordedPerson | None:
    """Return another person with the same patient id, written in whatever case."""
    same = intake.record.same_id(person.patient_id)
    return next((other for other in same if other.id != person.id), None)


def _blank_first(parts: Iterable[AskedPart]) -> Iterator[str]:
    """Yield what is asked first, is asked now, and is not settled."""
    for part in parts:
        if part.group.asked_first:
            yield from (item.name for item in part.asked if not item.settled)


def _could_change(look: Look, parts: Iterable[AskedPart]) -> list[str]:
    """Return what is asked now, is not settled, and weighs on the result, the most decisive first;
    where a person is handed over, what whoever takes over needs.
    """
    names = [
        item.name
        for part in parts
        for item in part.asked
        if item.matters and not item.settled and not part.waits
    ]
    turns = [question.observable for question in look.diagnosis.ask_next]
    return sorted(names, key=lambda name: turns.index(name) if name in turns else len(turns))


def _left_out(look: Look, parts: Iterable[AskedPart]) -> Iterator[str]:
    """Yield what could still change the result and a short visit does not ask, the most decisive
    first.
    """
    asked = {item.name for part in parts for item in part.questions}
    for question in look.diagnosis.ask_next if look.state.short else ():
        if question.observable not in asked:
            yield question.observable
