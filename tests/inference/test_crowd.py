"""Many forms at once: the crowd says of each person what the engine and the columns say."""

import itertools

import pytest
from evaluators import case_answers, random_forms
from judged import claims_that_differ, counts_that_differ
from shipped import shipped
from small import SMALL

from hingeexpert.forms import Assessment
from hingeexpert.inference import diagnose
from hingeexpert.inference.crowd import Crowd, Judged, judged
from hingeexpert.inference.labels import labels_of, level_ends, level_label
from hingeexpert.knowledge import load_knowledge
from hingeexpert.knowledge.condition import Value

FORMS, ONE_BY_ONE = 6000, 200


@pytest.fixture(scope="module")
def forms() -> list[dict[str, Value]]:
    knowledge = shipped()
    drawn = random_forms(knowledge, 23, case_answers(knowledge))
    return [{}, *itertools.islice(drawn, FORMS - 1)]


@pytest.fixture(scope="module")
def crowd(forms: list[dict[str, Value]]) -> Judged:
    return judged(shipped(), Crowd(forms))


def test_every_claim_of_the_engine_is_made_of_the_same_people(crowd: Judged) -> None:
    every = FORMS // ONE_BY_ONE

    assert list(claims_that_differ(crowd, range(0, FORMS, every))) == []


def test_every_count_is_that_of_the_columns(crowd: Judged, forms: list[dict[str, Value]]) -> None:
    assert list(counts_that_differ(crowd, forms)) == []


def test_everybody_has_one_label_of_each_conclusion(crowd: Judged) -> None:
    for name, masks in crowd.labels.items():
        assert sum(masks.values()) == crowd.crowd.everyone, name
        assert 0 not in masks.values()
        assert crowd.labels_of(name) == masks
        assert judged(shipped(), crowd.crowd).labels_of(name) == masks


def test_a_person_has_the_form_that_was_given(crowd: Judged, forms: list[dict[str, Value]]) -> None:
    for number in (0, 1, 7, 8, FORMS - 1):
        assert crowd.crowd.form(number) == forms[number]


def test_what_the_rules_do_not_allow_as_an_answer_is_blank_for_them() -> None:
    """As where a crowd of the rules with one more question, or answer, is judged without it."""
    known: dict[str, Value] = {"stick.breath": "held", "symptom.low_back_pain": "no"}
    strange: dict[str, Value] = {
        **known,
        "wall.feet": "bare",
        "stick.clean_reps": 11,
        "stick.rhythm": "rushed",
    }

    crowd = judged(shipped(), Crowd([strange]))

    expected = labels_of(shipped(), diagnose(shipped(), Assessment(known)))
    assert {name: [*masks] for name, masks in crowd.labels.items()} == {
        name: [label] for name, label in expected.items()
    }


def test_a_small_knowledge_base_is_judged_alike() -> None:
    small = load_knowledge(SMALL)
    drawn = list(itertools.islice(random_forms(small, 5, [{}]), 60))

    assert list(claims_that_differ(judged(small, Crowd(drawn)), range(60))) == []


@pytest.mark.parametrize(
    ("label", "ends"),
    [("open, urgent to clear", ("urgent", "clear")), ("note", ("note", "note"))],
)
def test_the_ends_of_a_ladder_are_read_from_its_label(label: str, ends: tuple[str, str]) -> None:
    assert level_ends(label) == ends
    assert level_label(*ends) == label
