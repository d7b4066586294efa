"""What takes seconds to find out of a state of the rules: the other proofs, and all worked cases.

It is made in a process of its own, which gives up at the next save.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hingeexpert.assurance.authoring.seeing.states import RulesState, Snapshot, StateReader
from hingeexpert.formats.extras import has
from hingeexpert.formats.workers import Aside
from hingeexpert.knowledge.condition import Value


@dataclass(frozen=True)
class NotHeld:
    """A property that is not proven.

    Attributes:
        id: Its id.
        sentence: What it claims.
        what: What speaks against it, or that it was not decided in time.
        person: A form that shows it, or `None`.
    """

    id: str
    sentence: str
    what: str
    person: Mapping[str, Value] | None


@dataclass(frozen=True)
class SlowlyFound:
    """What was found of one state.

    Attributes:
        sha256: The hash of its knowledge.
        cases: How many worked cases were run.
        failing: File and name of those that fail.
        properties: How many properties were asked for; `None` where the solver is not installed.
        not_held: Those that are not proven.
    """

    sha256: str
    cases: int
    failing: tuple[tuple[str, str], ...]
    properties: int | None
    not_held: tuple[NotHeld, ...]


class SlowProofs:
    """Looks for it beside what else is done."""

    def __init__(self) -> None:
        """Begin with nothing to do."""
        self._aside = Aside()

    def begin(self, snapshot: Snapshot) -> None:
        """Look at another state; what was looked for in the last one is given up."""
        self._aside.begin(found_slowly, snapshot)

    def found(self) -> SlowlyFound | None:
        """Return what was found, once; `None` while it is not there.

        Raises:
            HingeError: The process was ended from outside.
        """
        made = self._aside.made()
        return made[0] if made else None

    def stop(self) -> None:
        """Give up what is under way, and end the process."""
        self._aside.stop()


def found_slowly(snapshot: Snapshot) -> SlowlyFound:
    """Return what is found of a state that can be used."""
    state = StateReader().read(snapshot)
    cases = state.beside.cases.cases
    outcomes = map(state.outcome, cases)
    failing = tuple((item.case.file, item.case.name) for item in outcomes if item.differences)
    proven = _not_held(state) if has("proofs") else None
    count = None if proven is None else proven[0]
    not_held = () if proven is None else proven[1]
    return SlowlyFound(state.knowledge.sha256, len(cases), failing, count, not_held)


def _not_held(state: RulesState) -> tuple[int, tuple[NotHeld, ...]]:
    """Prove the properties that are not quick."""
    from hingeexpert.assurance.lessons import KeptLessons
    from hingeexpert.assurance.proofs import Prover

    lessons = KeptLessons(state.knowledge)
    prover = Prover(state.knowledge, lessons)
    slow = [item for item in state.knowledge.properties if item.never is None]
    not_held = []
    for proof in map(prover.prove, slow):
        item = proof.property
        for finding in proof.findings:
            not_held.append(NotHeld(item.id, item.sentence, finding.what, finding.answers))
        for what in proof.undecided:
            undecided = f"not decided in time: {what}"
            not_held.append(NotHeld(item.id, item.sentence, undecided, None))
    lessons.keep()
    return len(slow), tuple(not_held)
