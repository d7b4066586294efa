"""Days and moments as the pages write them: in words, as on the sheet. What is typed, searched for
or copied into a record keeps its figures.
"""

from datetime import date, datetime
from typing import Literal

from hingeexpert.handout.situation import day_in_words
from hingeexpert.knowledge import KnowledgeBase

PAPER: Literal["a4"] = "a4"
"""The paper whose way to write a day is the way of the pages."""


def written_day(knowledge: KnowledgeBase, day: str) -> str:
    """Return a day of the record in words."""
    return day_in_words(knowledge.handout.dates, date.fromisoformat(day), PAPER)


def local_moment(knowledge: KnowledgeBase, moment: str | None) -> str | None:
    """Return a moment of the record in words, as the clock of this machine shows it."""
    if not moment:
        return None
    local = datetime.fromisoformat(moment).astimezone()
    return f"{written_day(knowledge, f'{local:%Y-%m-%d}')}, {local:%H:%M}"
