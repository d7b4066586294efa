"""The chart of a person over time, drawn from what the record keeps of the finished visits.

Owns which level of readiness is a step of the ladder, and in which band; how it looks is
`pictures/ladder_chart.py`.
"""

from collections.abc import Sequence
from itertools import takewhile

from markupsafe import Markup

from hingeexpert.intake import Intake
from hingeexpert.intake.comparing import Before
from hingeexpert.intake.visits import Look
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.pictures.ladder_chart import ChartLevel, ChartWords, LadderVisit, ladder_chart

BANDS = 3
"""Bands of the chart: the first rungs each have one, the last is that of all further rungs."""


def course_until(intake: Intake, look: Look) -> list[Before]:
    """Return what is kept of the finished visits of a person up to this one, the earliest first."""
    visits = intake.record.visits(look.person.id)
    earlier = takewhile(lambda visit: visit.id != look.visit.id, visits)
    kept = map(intake.kept, (*earlier, look.visit))
    return [before for before in kept if before is not None]


def person_chart(knowledge: KnowledgeBase, course: Sequence[Before]) -> Markup:
    """Return the chart.

    Args:
        knowledge: The knowledge base.
        course: What is kept of at least one finished visit, the earliest first.
    """
    levels, words = knowledge.levels("readiness"), knowledge.intake
    places = {name: place for place, name in enumerate(levels)}
    visits = [LadderVisit(kept.date, places.get(kept.result.readiness)) for kept in course]
    steps = [
        ChartLevel(level.title, None if level.rung is None else min(level.rung, BANDS))
        for level in levels.values()
    ]
    months = knowledge.handout.dates.months
    told = ChartWords(words.chart_alt, words.chart_open, months)
    # Drawn by the program, which escapes what stands in it.
    return Markup(ladder_chart(steps, visits, told))  # noqa: S704
