"""The part of a sheet that shows all visits: the steps of the ladder in the person's words, by day.

Owns which step a verdict is for the person; how the chart looks is `pictures/ladder_chart.py`.
"""

from collections.abc import Iterator

from hingeexpert.handout.document import Chart, Section
from hingeexpert.handout.situation import Situation
from hingeexpert.pictures.ladder_chart import (
    WIDTH,
    ChartLevel,
    ChartWords,
    LadderVisit,
    ladder_chart,
)

HELD = 0
"""Place of a visit at which the drills paused; the steps come after it."""
BANDS = 3
"""Bands of the chart: the first steps each have one, the last is that of all further steps."""


def over_time(person: Situation) -> Iterator[Section]:
    """Yield the part, where there are two or more visits and no referral comes first."""
    course, words = person.wishes.course, person.words.progress.chart
    if len(course) < 2 or person.kind == "referral":
        return
    rungs = enumerate(person.words.rungs, 1)
    steps = [ChartLevel(rung, min(number, BANDS)) for number, rung in rungs]
    levels = [ChartLevel(words["held"], None), *steps]
    visits = [LadderVisit(day, _place(person, verdict)) for day, verdict in course]
    told = ChartWords(words["alt"], words["open"], person.words.dates.months)
    drawn = ladder_chart(levels, visits, told)
    chart = Chart(svg=drawn, alt=words["alt"], width=WIDTH)
    yield Section(id="over_time", heading=words["heading"], blocks=(chart,))


def _place(person: Situation, verdict: str | None) -> int | None:
    """Return the place of a verdict in the chart; what is no verdict was open."""
    level = person.knowledge.levels("readiness").get(verdict or "")
    if level is None:
        return None
    return HELD if level.rung is None else level.rung
