"""A record and its visits for the tests: opened, answered, looked at."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.intake import Intake
from hingeexpert.intake.course import AskedPart, AskedQuestion, course
from hingeexpert.intake.events import NewAnswers, State, replay
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.observables import Group
from hingeexpert.record import Event, Record


@contextmanager
def desk(knowledge: KnowledgeBase, folder: Path) -> Iterator[Intake]:
    """Open an empty record until the block ends."""
    with closing(Record(folder / "record.sqlite")) as record:
        yield Intake(knowledge, record)


def give(intake: Intake, visit: str, answers: Mapping[str, Value | None]) -> None:
    """Answer questions one by one."""
    intake.change(visit, version(intake, visit), NewAnswers(answers))


def pass_over(intake: Intake, visit: str, *names: str) -> None:
    """Say that questions are not assessed."""
    intake.change(visit, version(intake, visit), NewAnswers(passed=names))


def version(intake: Intake, visit: str) -> int:
    """Return the number of the last event of a visit."""
    return intake.state(visit).version


def asked(intake: Intake, visit: str) -> dict[str, AskedQuestion]:
    """Return what a visit asks now."""
    return asked_of(intake.parts(intake.look(visit)))


def asked_of(parts: tuple[AskedPart, ...]) -> dict[str, AskedQuestion]:
    """Return the questions of some parts."""
    return {question.name: question for part in parts for question in part.questions}


def replayed(knowledge: KnowledgeBase, *changes: NewAnswers) -> State:
    """Return what is answered after some changes, without a record."""
    events = [Event(number, "", "answer", item.data()) for number, item in enumerate(changes, 1)]
    return replay(knowledge, events)


def judged(knowledge: KnowledgeBase, state: State) -> Diagnosis:
    """Return what follows from a state."""
    return diagnose(knowledge, state.assessment({}, None, None))


def course_of(knowledge: KnowledgeBase, state: State) -> tuple[AskedPart, ...]:
    """Return what a visit in a state asks now."""
    return course(knowledge, state, judged(knowledge, state))


def part(knowledge: KnowledgeBase, name: str) -> Group:
    """Return a part of the form."""
    return next(group for group in knowledge.groups if group.group == name)
