"""Who and what stands in the record, and what can be wrong with a wish of it."""

from dataclasses import dataclass, field


class StaleError(Exception):
    """Somebody else has written to the visit since it was last read."""


class MissingError(Exception):
    """There is no such person or visit, or no longer."""


@dataclass(frozen=True)
class RecordedPerson:
    """Somebody with at least one visit. `patient_id` and `name` may be empty."""

    id: str
    patient_id: str = field(repr=False)
    name: str = field(repr=False)
    begun: str

    @property
    def patient(self) -> dict[str, str]:
        """Return what a form says of the patient."""
        return {key: text for key, text in (("id", self.patient_id), ("name", self.name)) if text}


@dataclass(frozen=True)
class Visit:
    """One visit: a form in the making, or a finished one. `date` is YYYY-MM-DD."""

    id: str
    person: str
    begun: str
    date: str
    clinician: str = field(repr=False)


@dataclass(frozen=True)
class StandingVisit:
    """How a visit stands, as lists show it.

    Attributes:
        version: Number of its last event.
        finished: Whether it is finished.
        readiness: Name of the level that was kept when it was finished, or nothing.
    """

    visit: Visit
    version: int
    finished: bool
    readiness: str = field(repr=False)


@dataclass(frozen=True)
class Deleted:
    """What was deleted with a person.

    Attributes:
        overwritten: Nothing of it is left in the file. It is not so while that is left for later,
            another program reads, or the disk is full: see `Record.overwrite`.
    """

    visits: int
    events: int
    overwritten: bool
