"""What goes out by a door comes back by it: the same form, and the same result to the byte."""

import pytest
from counts import count, thorough
from doors import DOORS, Door
from fields import FieldsFilled
from filled import blank
from shown_forms import hard_forms, shown_forms

from hingeexpert.formats.pdf import Paper
from hingeexpert.forms import Assessment, read_form
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase

FORMS = 12
"""Forms that go through each door."""
JUDGED = 2
"""Those of them whose result is looked at: one whose head is hard to write, and one more. The forms
are the same for each door, as are their answers; `benchmarks/round_trips.py` looks at hundreds.
"""


@pytest.fixture(scope="module")
def people(knowledge: KnowledgeBase) -> list[Assessment]:
    """Forms for each door, more than it must take."""
    forms = count(quick=FORMS, thorough=60)
    return list(hard_forms(knowledge, 2 * forms, seed=7))


@thorough
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_what_comes_back_is_what_went(
    knowledge: KnowledgeBase, people: list[Assessment], door: Door
) -> None:
    """Half of the forms have a head that is hard to write, or are of nobody."""
    sent = door.fit(knowledge, people, len(people) // 2)
    assert len(sent) == len(people) // 2
    came = door.through(knowledge, sent)
    assert came == sent
    assert results(knowledge, came[:JUDGED]) == results(knowledge, sent[:JUDGED])


@pytest.mark.parametrize(("language", "paper"), [("es", "us-letter"), ("es", "a4")])
def test_the_form_to_fill_in_is_the_same_in_each_language_and_size(
    knowledge: KnowledgeBase, language: str, paper: Paper
) -> None:
    empty = blank(language, paper)
    people = list(shown_forms(knowledge, 2, seed=len(paper)))
    for person, file in zip(people, FieldsFilled(knowledge, empty).all(people), strict=True):
        assert read_form(knowledge, "form.pdf", file) == person


def results(knowledge: KnowledgeBase, people: list[Assessment]) -> list[str]:
    """Return what `diagnose --format json` writes of forms."""
    return [diagnose(knowledge, person).as_json() for person in people]
