"""What goes out by a door comes back by it: the same form, and the same result to the byte."""

import pytest
from counts import count
from doors import DOORS, Door, in_fields
from shown_forms import shown_forms

from hingeexpert.formats.pdf import Paper
from hingeexpert.forms import Assessment, read_form
from hingeexpert.handout.paper_form import fillable_pdf, paper_form
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


@pytest.mark.parametrize(("language", "paper"), [("es", "us-letter"), ("es", "a4")])
def test_the_form_to_fill_in_is_the_same_in_each_language_and_size(
    knowledge: KnowledgeBase, language: str, paper: Paper
) -> None:
    empty = fillable_pdf(paper_form(knowledge, language), paper)
    (person,) = shown_forms(knowledge, 1, seed=len(paper))
    assert read_form(knowledge, "form.pdf", in_fields(knowledge, person, empty)) == person


def results(knowledge: KnowledgeBase, people: list[Assessment]) -> list[str]:
    """Return what `diagnose --format json` writes of forms."""
    return [diagnose(knowledge, person).as_json() for person in people]
