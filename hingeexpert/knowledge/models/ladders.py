"""The frozen models of `triage.yaml` and `readiness.yaml`: levels in an order, each with its
rules.
"""

from typing import Annotated, Literal

from pydantic import Field

from hingeexpert.knowledge.models.base import (
    DrillId,
    Entry,
    GroupId,
    Id,
    ObservableId,
    OnceId,
    Sentence,
    Sources,
    Told,
    When,
)

LADDERS = {"triage.yaml": "levels", "readiness.yaml": "verdicts"}
"""File of an ordered list to the key of its entries."""
Tone = Literal["stop", "warn", "info", "fine"]
"""The colours that the style of pages has, beside that of an open verdict."""
Shape = Literal["octagon", "triangle", "arrow", "pencil", "tick", "circle"]
"""The signs that stand beside a level, so that none is told by its colour alone."""


class LevelRule(Entry):
    """A reason for a level of triage or a verdict of readiness.

    Attributes:
        ask: What a letter asks of who sees the person.
        patient: The reason in the person's words.
        topic: Reasons of one topic tell a person the same; see `situation.said_once`.
        go: Where to go, and how soon, for who is sent on: one action.
        go_with_number: The same where the number to call is known.
        then: What else holds on the way there.
    """

    id: OnceId
    when: When
    because: Sentence
    act: Sentence | None = None
    ask: Sentence | None = None
    patient: Told | None = None
    topic: Id | None = None
    go: Told | None = None
    go_with_number: Told | None = None
    then: Told | None = None
    sources: Sources


class NoDose(Entry):
    """What to say of a drill in place of its dose, while a verdict is not ruled out or is
    proven.
    """

    while_open: Sentence | None = None
    while_true: Sentence | None = None


class Level(Entry):
    """A level of triage, or a verdict of readiness."""

    id: OnceId
    title: Sentence
    clinician: Sentence
    patient: Told
    withholds_cues: Literal["until_ruled_out", "while_true"] | None = None
    rules_limit: Literal["yes"] | None = None
    no_dose: NoDose = NoDose.model_construct()
    homework: Literal["none", "easier"] | None = None
    referral: Literal["yes"] | None = None
    rung: Annotated[int, Field(ge=1)] | None = None
    next: Told | None = None
    unlocks: tuple[Sentence, ...] = ()
    advice: tuple[Sentence, ...] = ()
    rules: tuple[LevelRule, ...] = ()
    always: Literal["yes"] | None = None


class HandsOver(Entry):
    """What whoever takes a person over needs answered: parts of the form, then single questions."""

    groups: Annotated[tuple[GroupId, ...], Field(min_length=1)]
    then: tuple[ObservableId, ...] = ()


class TriageLevel(Level):
    """A level of triage, and how pages show it; for one that ends a visit, what is asked all the
    same; whether a letter may be written for its reasons.
    """

    letter: Literal["yes"] | None = None
    hands_over: HandsOver | None = None
    tone: Tone
    shape: Shape


class Said(Entry):
    """What is said of a verdict to and about some people in place of what is said of all others.

    Attributes:
        clinician, next: Left out, what is said of all others stands.
    """

    id: OnceId
    when: When
    patient: Told
    clinician: Sentence | None = None
    next: Told | None = None


class Meanwhile(Entry):
    """What happens to the loads that the person already trains, and what the person is told of
    it.
    """

    id: OnceId
    when: When
    say: Sentence
    patient: Told
    sources: Sources


class Verdict(Level):
    """A verdict of readiness.

    Attributes:
        drills: The drills that it opens, easiest first, as far as they suit the person.
        said: The first that is true stands in place of what is said of all others.
        meanwhile: The first that is true holds.
    """

    drills: tuple[DrillId, ...] = ()
    said: tuple[Said, ...] = ()
    meanwhile: tuple[Meanwhile, ...] = ()

    def in_words_of(self, said: Said | None) -> "Verdict":
        """Return the verdict with what is said of some people in place."""
        given = {key: getattr(said, key, None) for key in ("patient", "clinician", "next")}
        return self.model_copy(update={key: text for key, text in given.items() if text})

    def opening_nothing(self) -> "Verdict":
        """Return the verdict as it stands for whom none of its drills suits."""
        return self.model_copy(update={"unlocks": (), "advice": ()})


class TriageFile(Entry):
    """`triage.yaml`, most severe first."""

    levels: Annotated[tuple[TriageLevel, ...], Field(min_length=2)]


class ReadinessFile(Entry):
    """`readiness.yaml`, most restrictive first."""

    verdicts: Annotated[tuple[Verdict, ...], Field(min_length=2)]
