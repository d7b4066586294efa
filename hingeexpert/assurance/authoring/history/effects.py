"""What a change of the rules does, as far as its keeping hangs on it and its history tells it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hingeexpert.assurance.authoring.seeing.cases_moved import CaseMoved
from hingeexpert.assurance.authoring.seeing.change import RulesChange, changed
from hingeexpert.assurance.authoring.seeing.conclusion_words import ConclusionWords
from hingeexpert.assurance.authoring.seeing.states import Snapshot, StateReader
from hingeexpert.assurance.authoring.seeing.telling import Moved
from hingeexpert.assurance.invented import crowd_of
from hingeexpert.assurance.people import person_line
from hingeexpert.errors import KnowledgeError
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.history import KeptCase, KeptPeople

PEOPLE = 10_000
"""Invented people who are judged before and after a change that is kept."""
MOST_TOLD = 20
"""Ways in which people moved that the history tells, each in a line."""
NOT_MOVED = "as before"


@dataclass(frozen=True)
class Effects:
    """What came of a change.

    Attributes:
        before: The rules before it.
        after: The rules after it.
        cases: Worked cases that are judged otherwise, or written otherwise.
        failing: Those of them that fail, each in words.
        people: How many invented people are judged otherwise; `None` where there are none.
        hazards: Hazards of the two highest severities that are open and that the log does not know
            to be, and safety sentences that do not hold, each in words with a person.
    """

    before: KnowledgeBase
    after: KnowledgeBase
    cases: tuple[KeptCase, ...]
    failing: tuple[str, ...]
    people: KeptPeople | None
    hazards: tuple[str, ...]


def effects_of(before: Path, after: Path) -> Effects:
    """Judge a change of the rules. Needs the extra `verify`.

    Args:
        before: A folder of rules.
        after: The same, changed.

    Raises:
        KnowledgeError: The changed rules are broken, or their cases or hazards are.
    """
    reader = StateReader()
    old = reader.read(Snapshot.of(before))
    crowd = crowd_of(before, old.knowledge, PEOPLE)
    return effects_of_change(changed(reader, old, Snapshot.of(after), crowd))


def effects_of_change(change: RulesChange) -> Effects:
    """Return what came of a change that is judged already.

    Raises:
        KnowledgeError: The changed rules are broken, or their cases or hazards are.
    """
    if change.problems:
        raise KnowledgeError(change.problems)
    words = ConclusionWords(change.before.knowledge, change.after.knowledge)
    return Effects(
        before=change.before.knowledge,
        after=change.after.knowledge,
        cases=tuple(_kept_case(change, case, words) for case in change.cases.cases),
        failing=tuple(_failing(case) for case in change.cases.failing),
        people=_people(change, words),
        hazards=tuple(_open(change)),
    )


def _kept_case(change: RulesChange, moved: CaseMoved, words: ConclusionWords) -> KeptCase:
    """Return a case as the history tells it."""
    known = change.before.cases_by_name.get(moved.case.name)
    meant = (moved.case.assessment, moved.case.expect)
    return KeptCase(
        case=moved.case.name,
        was=_said([(move.conclusion, move.before) for move in moved.moves], words),
        now=_said([(move.conclusion, move.after) for move in moved.moves], words),
        outcome="fails" if moved.fails else "passes",
        rewritten=known is None or (known.assessment, known.expect) != meant,
    )


def _said(labels: Sequence[tuple[str, str]], words: ConclusionWords) -> str:
    """Return what is said of some conclusions, in a line."""
    told = [f"{words.named(name)}: {words.said(name, label)}" for name, label in labels]
    return "; ".join(told) or NOT_MOVED


def _failing(moved: CaseMoved) -> str:
    return f"{moved.case.file}: {moved.case.name} {'; '.join(moved.now.differences)}"


def _people(change: RulesChange, words: ConclusionWords) -> KeptPeople | None:
    """Return who of the crowd is judged otherwise."""
    people = change.people
    if not people.of:
        return None
    lines = {shown.moved: shown.line for shown in change.shown}
    moves = sorted(people.moves, key=lambda move: (move not in lines, -move.count))
    told = tuple(_told(move, lines.get(move), words) for move in moves[:MOST_TOLD])
    return KeptPeople(invented=people.of, moved=people.count, told=told)


def _told(move: Moved, line: str | None, words: ConclusionWords) -> str:
    """Return a line about those who moved, with one of them where one is shown."""
    told = f"{words.moved(move)}: {move.count:,}"
    return told if line is None else f"{told}, such as: {line}"


def _open(change: RulesChange) -> Iterator[str]:
    """Yield the grave hazards that are open and not known to be, and the safety sentences that do
    not hold.
    """
    state = change.after
    grave = {
        hazard.id
        for hazard in state.beside.log.hazards
        if hazard.is_grave and hazard.known_open is None
    }
    for shown in state.holding(change.crowd).shown:
        if shown.kind == "safety" or shown.id in grave:
            person = "not decided in time"
            if shown.person is not None:
                person = person_line(state.knowledge, shown.person)
            yield f"{shown.id} {_FATE[shown.kind]}: {shown.sentence} ({person})"


_FATE = {"safety": "does not hold", "hazard": "can happen"}
