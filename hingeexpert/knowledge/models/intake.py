"""The frozen model of `intake.yaml`: what of the knowledge concerns filling a form with the person
in the room.

Owns its shape; what may be pressed at once, and which parts wait until they are needed, stands with
the questions in `observables/`.
"""

from typing import Annotated

from pydantic import Field

from hingeexpert.knowledge.models.base import Entry, Id, ObservableId, OnceId, Sentence, Short
from hingeexpert.knowledge.models.traits import ON_PAPER, Once, RefersTo

OnPaper = Annotated[Sentence, ON_PAPER]


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


class Quick(Entry):
    """The few questions of a short visit, and of the card on paper.

    Attributes:
        title: Of the card.
        intro: How the card is filled.
        none_of: Stands beside the one box that answers a whole cluster.
        none_at_all: Stands beside what is typed where every cluster was answered so.
        clusters: Ids of the clusters that are read aloud, in their order.
        asks: What is asked besides, in its order.
        steps: The screens of a short visit, as those of a visit.
    """

    title: OnPaper
    intro: OnPaper
    none_of: OnPaper
    none_at_all: OnPaper
    clusters: tuple[Annotated[Id, Once()], ...]
    asks: Annotated[tuple[Annotated[ObservableId, Once()], ...], Field(min_length=1)]
    steps: Annotated[tuple[VisitStep, ...], Field(min_length=1)]


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
        quick: The short visit; none where there is no such thing.
    """

    first_visit: dict[ObservableId, str]
    next_visit: dict[ObservableId, str]
    chart_alt: Sentence
    chart_open: Short
    rungs: Annotated[tuple[Short, ...], Field(min_length=1)]
    carried_over: tuple[ObservableId, ...] = ()
    steps: Annotated[tuple[VisitStep, ...], Field(min_length=1)]
    quick: Quick | None = None

    def screens(self, short: bool) -> tuple[VisitStep, ...]:
        """Return the screens of a visit, or of a short one where there is such a thing."""
        return self.quick.steps if short and self.quick is not None else self.steps
