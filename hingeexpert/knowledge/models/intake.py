"""The frozen model of `intake.yaml`: what of the knowledge concerns filling a form with the person
in the room.

Owns its shape; what may be pressed at once, and which parts wait until they are needed, stands with
the questions in `observables/`.
"""

from typing import Annotated

from pydantic import Field

from hingeexpert.knowledge.models.base import Entry, ObservableId, OnceId, Sentence, Short
from hingeexpert.knowledge.models.traits import RefersTo


class VisitStep(Entry):
    """One screen of a visit.

    Attributes:
        short: Its title where there is little room.
        asks: Parts of the form, and questions that are taken out of theirs to be asked here.
    """

    id: OnceId
    title: Short
    short: Short | None = None
    asks: Annotated[
        tuple[Annotated[str, RefersTo("group or observable")], ...], Field(min_length=1)
    ]


class IntakeFile(Entry):
    """`intake.yaml`.

    Attributes:
        first_visit: What is answered by a person of whom the record knows no earlier visit with a
            drill.
        next_visit: What is answered by a person with one.
        chart_alt: What the chart of a person over time shows.
        chart_open: What stands there beside a visit whose verdict was open.
        rungs: The steps of the ladder, as a clinician calls them.
        carried_over: What a next visit answers as the one before did, if it can.
        steps: The screens of a visit, in their order; each question stands in one.
    """

    first_visit: dict[ObservableId, str]
    next_visit: dict[ObservableId, str]
    chart_alt: Sentence
    chart_open: Short
    rungs: Annotated[tuple[Short, ...], Field(min_length=1)]
    carried_over: tuple[ObservableId, ...] = ()
    steps: Annotated[tuple[VisitStep, ...], Field(min_length=1)]
