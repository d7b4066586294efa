"""A question on the page: the answers to pick, and all that its piece hangs on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hingeexpert.forms.assessment import NOT_NOTED
from hingeexpert.intake.course import AskedQuestion
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.observables import Observable

Tone = Literal["fine", "finding", "plain"]
"""Whether an answer is as it should be, is not, or says neither."""


@dataclass(frozen=True)
class Pick:
    """One answer to pick: what it is on the form, what stands on it, and what it means."""

    value: str
    label: str
    means: str | None
    tone: Tone


def picks(item: Observable) -> tuple[Pick, ...]:
    """Return the answers that a question offers to pick; for a number whole ones in a row, or its
    marks.
    """
    spelled = [spelling(value) for value in item.answer.picks()]
    return tuple(
        Pick(text, text.replace("_", " "), item.values.get(text), tone_of(item, text))
        for text in spelled
        if text != NOT_NOTED
    )


def tone_of(item: Observable, value: str) -> Tone:
    """Return how an answer is shown."""
    if value in item.harmless or value == str(item.well):
        return "fine"
    if not isinstance(item.harmful, str) and value in item.harmful:
        return "finding"
    of_drill = item.well is not None and bool(item.values) and value != item.default
    return "finding" if of_drill else "plain"


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
class NotKept:
    """What was pressed or typed and not kept: the question, the text, and why."""

    name: str
    text: str
    why: str


@dataclass(frozen=True)
class QuestionState:
    """All that the piece of a question hangs on, beside the rules.

    Attributes:
        value: The answer, or `None`.
        passed, at_once, fallen, contradicted, void, carried, computed, follows, sharpens: See
            `AskedQuestion`.
        last: The answer at the visit before, if there was one.
        closed: The visit is finished.
        refused: What was typed and is not allowed, while nothing else was said since.
    """

    name: str
    value: str | None
    passed: bool
    at_once: bool
    fallen: bool
    contradicted: str | None
    void: bool
    carried: bool
    computed: bool
    follows: bool
    sharpens: tuple[str, ...]
    last: str | None
    closed: bool
    refused: NotKept | None

    @property
    def settled(self) -> bool:
        """Whether it needs no more attention."""
        return (self.value is not None and not self.void) or self.passed


def question_state(
    question: AskedQuestion,
    last: Mapping[str, Value],
    closed: bool,
    refused: NotKept | None,
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
        carried=question.carried,
        computed=question.computed,
        follows=question.follows,
        sharpens=question.sharpens,
        last=spelled_or_none(last.get(question.name)),
        closed=closed,
        refused=refused,
    )
