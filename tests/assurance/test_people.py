"""A person in one line: by what is out of order."""

import pytest
from shipped import shipped

from hingeexpert.assurance.people import out_of_order, person_line
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value


def test_what_a_question_calls_good_is_in_order_and_what_it_calls_bad_is_not(
    knowledge: KnowledgeBase,
) -> None:
    for name, item in knowledge.observables.items():
        good: list[Value] = [
            value for value in (*item.harmless, item.well, item.default) if value is not None
        ]
        bad = [value for value in item.harmful if value in item.values and value not in good]
        assert [value for value in good if out_of_order(knowledge, {name: value})] == []
        assert [value for value in bad if not out_of_order(knowledge, {name: value})] == []


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("symptom.pain_now", 0, False),
        ("symptom.pain_now", 1, True),
        ("stick.clean_reps", 10, False),
        ("stick.clean_reps", 9, True),
        ("stick.depth_degrees", 73, False),
        ("stick.depth_degrees", 49, True),
        ("wall.distance_feet", 0.75, False),
        ("wall.distance_feet", 2, True),
        ("context.age_years", 19, True),
        ("context.age_years", 20, False),
        ("context.age_years", 64, False),
        ("context.age_years", 65, True),
        ("context.goal", "swing", False),
        ("symptom.duration", "over_3_months", False),
    ],
)
def test_a_number_is_out_of_order_away_from_its_good_end(
    name: str, value: Value, wrong: bool
) -> None:
    assert out_of_order(shipped(), {name: value}) == ((name,) if wrong else ())


@pytest.mark.parametrize(
    ("answers", "also", "line"),
    [
        (
            {"symptom.low_back_pain": "yes", "safety.fever_or_chills": "yes", "wall.feet": "flat"},
            (),
            "Fever or chills, last 2 weeks: yes; Low back pain: yes; and 1 in order",
        ),
        ({"stick.knees": "locked"}, (), "Knees on the way down (Stick drill): locked"),
        ({"context.goal": "swing"}, (), "nothing out of order; and 1 in order, 96 blank"),
        (
            {"context.goal": "swing", "wall.feet": "flat"},
            ("context.goal", "symptom.low_back_pain"),
            "Main aim of bending or lifting: swing; Low back pain: blank; and 1 in order",
        ),
    ],
    ids=["wrong-first", "alike-named", "nothing-wrong", "also-named"],
)
def test_what_is_out_of_order_is_named_and_the_rest_counted(
    answers: dict[str, Value], also: tuple[str, ...], line: str
) -> None:
    assert person_line(shipped(), answers, also) == line
