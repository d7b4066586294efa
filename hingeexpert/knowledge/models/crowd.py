"""The frozen models of `crowd.yaml`: how often invented people give each answer.

Owns shapes only; the people are made in `assurance/invented.py`. Nobody has measured these shares.
"""

from typing import Annotated

from pydantic import Field

from hingeexpert.knowledge.models.base import Entry, Id, ObservableId, OnceId, Sources, Status

ANYBODY = "anybody"
"""The kind of person under which shares stand that are the same for all."""

PerCent = Annotated[float, Field(ge=0, le=100)]


class Stated(Entry):
    """A share that says how well it is known."""

    status: Status
    sources: Sources


class LeftBlank(Stated):
    """How much is left blank.

    Attributes:
        people: How many people leave something blank, in per cent.
        questions: How many of the questions each of them leaves blank, in per cent.
    """

    people: PerCent
    questions: PerCent


class Kinds(Stated):
    """A way in which people differ.

    Attributes:
        shares: Kind to how many are of it, in per cent; together 100.
    """

    id: OnceId
    shares: Annotated[dict[Id, PerCent], Field(min_length=1)]


class GivenAnswers(Stated):
    """How often questions are answered with what.

    Attributes:
        asks: The questions, each answered for itself.
        by: The way in which people differ that counts here; without it all are `anybody`.
        rest: The answer of all others: a word, a number, or a stretch such as `18 to 34`, of which
            each number is as frequent.
        shares: Kind to answer to how many give it, in per cent. A kind that is left out gives
            `rest`.
    """

    asks: Annotated[tuple[ObservableId, ...], Field(min_length=1)]
    by: Id | None = None
    rest: str | int | float
    shares: dict[Id, dict[str, PerCent]] = {}


class CrowdFile(Entry):
    """`crowd.yaml`.

    Attributes:
        answers: What questions are answered with. Of a question without an entry all give a good
            answer, or where none is good each as often.
    """

    blank: LeftBlank
    kinds: tuple[Kinds, ...] = ()
    answers: tuple[GivenAnswers, ...] = ()
