"""What goes out by a door comes back by it: the same form, and the same result to the byte."""

import pytest
from counts import count
from doors import DOORS, Door
from shown_forms import shown_forms

from hingeexpert.forms import Assessment
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase

JUDGED = 4
"""Forms of each door whose result is looked at; `benchmarks/round_trips.py` looks at hundreds."""


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_what_comes_back_is_what_went(knowledge: KnowledgeBase, door: Door) -> None:
    """Some of the forms are of people whose names are hard to write."""
    people = list(shown_forms(knowledge, door.most * count(quick=1, thorough=5), seed=7))
    sent = [door.kept(person) for person in people]
    came = door.through(knowledge, people)
    assert came == sent
    assert results(knowledge, came[:JUDGED]) == results(knowledge, sent[:JUDGED])


def results(knowledge: KnowledgeBase, people: list[Assessment]) -> list[str]:
    """Return what `diagnose --format json` writes of forms."""
    return [diagnose(knowledge, person).as_json() for person in people]
