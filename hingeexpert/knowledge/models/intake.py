"""The frozen model of `intake.yaml`: what of the knowledge concerns filling a form with the person
in the room.

Owns its shape; what may be pressed at once, and which parts wait until they are needed, stands with
the questions in `observables/`.
"""

from hingeexpert.knowledge.models.base import Entry, ObservableId, Sentence, Short


class IntakeFile(Entry):
    """`intake.yaml`.

    Attributes:
        first_visit: What is answered by a person of whom the record knows no earlier visit with a
            drill.
        next_visit: What is answered by a person with one.
        chart_alt: What the chart of a person over time shows.
        chart_open: What stands there beside a visit whose verdict was open.
    """

    first_visit: dict[ObservableId, str]
    next_visit: dict[ObservableId, str]
    chart_alt: Sentence
    chart_open: Short
