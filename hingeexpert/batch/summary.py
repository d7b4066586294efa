"""What came of a table of forms in numbers: who goes first, how many of what, what blanks left
open, what was rejected.

Owns the shape of these numbers. The run counts them, `summary_page.py` shows them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hingeexpert.knowledge.models.conclusions import CONFIDENCES

INCOMPLETE = "incomplete"
"""The verdict of a ladder that is open."""
STATUSES = (*CONFIDENCES, "undetermined", "absent")
"""What a fault or contributor is counted as, the surest first."""


@dataclass(frozen=True)
class RunFacts:
    """What was read, and what read it.

    Attributes:
        files: Names of the tables, in the order they were given.
        inputs: Their SHA-256, in the same order.
        rows: Forms that were read: those accepted and those rejected.
        taken: Name of a table and what it was taken for, where it is one of another system.
    """

    files: Sequence[str]
    inputs: Sequence[str]
    rows: int
    accepted: int
    rejected: int
    knowledge_version: str
    knowledge_sha256: str
    program_version: str
    taken: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class PersonRow:
    """The latest form of a person who is named.

    Attributes:
        patient: Whose form it is; empty where that could not be read.
        triage: The level that is decided; while triage is open, and of a rejected row, the level
            that is proven at least.
        not_ruled_out: While triage is open, the worst level not ruled out; `None` where it is
            decided.
        readiness: The verdict, or `incomplete`.
        reason: Name of the first rule of the level that is true.
        reasons: Rules of triage that are true.
    """

    patient: str = field(repr=False)
    date: str | None
    triage: str
    readiness: str
    file: str
    row: int
    not_ruled_out: str | None = None
    reason: str | None = None
    reasons: int = 0


@dataclass(frozen=True)
class RetestRow:
    """A person with several forms: the first and the latest verdict of readiness."""

    patient: str = field(repr=False)
    forms: int
    since: str
    before: str
    date: str
    now: str


@dataclass(frozen=True)
class FormGroup:
    """The forms of a month or of a clinician.

    Attributes:
        first: Those whose person goes first.
        ready: Those whose verdict opens more than the lowest rung.
        decided: Those of which neither triage nor readiness is open.
    """

    name: str
    forms: int
    first: int
    ready: int
    decided: int


@dataclass(frozen=True)
class PeopleFacts:
    """The forms of a run by person, month and clinician.

    Attributes:
        people: How many there are.
        first: Those who go first by their latest form and are named, most severe first, in the
            order of the input.
        first_by_level: Level of triage to all of them; `first_by_reason` likewise by rule.
        no_longer_first: People who went first on another form, and do not on the latest.
        several: People with several dated forms.
        moves: `up`, `same`, `down`, or `open` where one of the two verdicts is, to people.
        moved_down: Those of them who are named.
        pairs: Dated forms that have an earlier one of the same person.
        fault_changes: `gone`, `new` or `undecided` to a fault to the pairs in which it became
            that.
        waiting: Verdict of readiness that holds people back to those whose latest form has it.
        longest_waiting: Those of them who are named, the longest ago first.
        last_date: The latest date of all forms.
        clinicians_left_out: How many more there are.
    """

    people: int = 0
    first: Sequence[PersonRow] = ()
    first_by_level: Mapping[str, int] = field(default_factory=dict)
    first_by_reason: Mapping[str, int] = field(default_factory=dict)
    no_longer_first: int = 0
    several: int = 0
    moves: Mapping[str, int] = field(default_factory=dict)
    moved_down: Sequence[RetestRow] = ()
    pairs: int = 0
    fault_changes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    waiting: Mapping[str, int] = field(default_factory=dict)
    longest_waiting: Sequence[PersonRow] = ()
    last_date: str | None = None
    months: Sequence[FormGroup] = ()
    clinicians: Sequence[FormGroup] = ()
    clinicians_left_out: int = 0


@dataclass(frozen=True)
class RejectedFacts:
    """What the rejected rows prove all the same.

    Attributes:
        first: Those whose person goes first and who are named, most severe first, in the order of
            the input.
        first_by_level: Level of triage to all of them.
        not_looked_at: Rejected rows of which no cell could be read.
        refused: Tables that could not be read: the name of each and why.
    """

    first: Sequence[PersonRow] = ()
    first_by_level: Mapping[str, int] = field(default_factory=dict)
    not_looked_at: int = 0
    refused: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Summary:
    """The numbers of a run.

    Attributes:
        triage: Verdict, or `incomplete`, to accepted forms; so `readiness`.
        faults: Fault to its status, or confidence where it is present, to accepted forms; so
            `contributors`.
        together: Two faults to the forms in which both are present.
        open_counts: Worst level of triage not ruled out to forms whose triage is open.
        open_forms: Forms of which triage or readiness is open.
        left_open: Question to forms that its blank leaves open; `only_left` where no other does.
        defects: Code to defects in rejected rows.
        rejects_file: Name of the table of rejects.
        without_column: Questions for which no table has a column.
        rejected: What the rejected rows prove all the same.
    """

    run: RunFacts
    triage: Mapping[str, int]
    readiness: Mapping[str, int]
    faults: Mapping[str, Mapping[str, int]]
    contributors: Mapping[str, Mapping[str, int]]
    together: Mapping[tuple[str, str], int]
    people: PeopleFacts
    open_counts: Mapping[str, int]
    open_forms: int
    left_open: Mapping[str, int]
    only_left: Mapping[str, int]
    defects: Mapping[str, int]
    rejects_file: str
    without_column: Sequence[str] = ()
    rejected: RejectedFacts = RejectedFacts()
