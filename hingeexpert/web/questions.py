"""A question on the page: the answers to pick, and all that its piece hangs on."""

from dataclasses import dataclass

from hingeexpert.forms.assessment import NOT_NOTED
from hingeexpert.intake.comparing import Before
from hingeexpert.intake.course import AskedQuestion
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.observables import Observable


@dataclass(frozen=True)
class Pick:
    """One answer to pick: what it is on the form, what stands on it, and what it means."""

    value: str
    label: str
    means: str | None


def picks(item: Observable) -> tuple[Pick, ...]:
    """Return the answers that a question offers to pick; for a number whole ones in a row, or its
    marks.
    """
    spelled = [spelling(value) for value in item.answer.picks()]
    return tuple(
        Pick(text, text.replace("_", " "), item.values.get(text))
        for text in spelled
        if text != NOT_NOTED
    )


def spelling(value: Value) -> str:
    """Return an answer as the form writes it."""
    return f"{value:g}" if isinstance(value, int | float) else value


def spelled_or_none(value: Value | None) -> str | None:
    """Return an answer as the form writes it, or nothing where there is none."""
    return None if value is None else spelling(value)


def piece_id(name: str) -> str:
    """Return the id of the piece of a question."""
    return "q-" + name.replace(".", "-")


@dataclass(frozen=True)
class QuestionState:
    """All that the piece of a question hangs on, beside the rules.

    Attributes:
        value: The answer, or `None`.
        passed, at_once, fallen, contradicted, void: See `AskedQuestion`.
        waits: A referral comes before its part.
        last: The answer at the visit before, if there was one.
        closed: The visit is finished.
    """

    name: str
    value: str | None
    passed: bool
    at_once: bool
    fallen: bool
    contradicted: str | None
    void: bool
    waits: bool
    last: str | None
    closed: bool


def question_state(
    question: AskedQuestion, waits: bool, before: Before | None, closed: bool
) -> QuestionState:
    """Return what the piece of a question hangs on; see `QuestionState`."""
    return QuestionState(
        name=question.name,
        value=spelled_or_none(question.value),
        passed=question.passed,
        at_once=question.at_once,
        fallen=question.fallen,
        contradicted=question.contradicted,
        void=question.void,
        waits=waits,
        last=None if before is None else spelled_or_none(before.answers.get(question.name)),
        closed=closed,
    )
