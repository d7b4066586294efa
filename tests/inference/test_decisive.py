"""The few questions that decide: what the quick card ends in; the smallest set, by trying all."""

import itertools
from collections.abc import Mapping

import pytest
from counts import examples
from hypothesis import given
from hypothesis import strategies as st
from quick import FINDINGS, card
from shipped import shipped
from strategies import answers

from hingeexpert.forms import Assessment
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.knowledge.condition import Value

KNOWLEDGE = shipped()
SOMETIMES = examples(quick=15, thorough=100)


def of(form: Mapping[str, Value]) -> Diagnosis:
    return diagnose(KNOWLEDGE, Assessment(dict(form)))


@pytest.mark.parametrize("finding", FINDINGS)
def test_the_card_with_each_of_the_four_findings_decides_readiness(finding: str) -> None:
    """And names its fault first; of triage two questions are left."""
    seen, fault = FINDINGS[finding]
    diagnosis = of(card(KNOWLEDGE, seen=seen))

    assert diagnosis.readiness.verdict == "continue_pattern"
    assert diagnosis.focus is not None
    assert diagnosis.focus.fault == fault
    assert diagnosis.decisive is not None
    assert diagnosis.decisive.ladder == "triage"
    assert diagnosis.decisive.observables == [
        "symptom.pain_with_deadlift",
        "symptom.pain_with_swing",
    ]


def test_a_count_under_five_decides_an_easier_version() -> None:
    seen, _ = FINDINGS["feet"]
    diagnosis = of(card(KNOWLEDGE, seen=seen, count={"wall.clean_reps": 4}))
    assert diagnosis.readiness.verdict == "regress_pattern"


def test_a_card_with_nothing_seen_leaves_open_what_it_does_not_ask() -> None:
    """The setup, the shift of weight, the depth, and whether it is a first visit: too many for
    two.
    """
    diagnosis = of(card(KNOWLEDGE))
    open_ = {item.observable for item in diagnosis.ask_next if "readiness" in item.could_change}

    assert not diagnosis.readiness.decided
    assert diagnosis.readiness.not_ruled_out == "continue_pattern"
    assert diagnosis.decisive is None
    assert open_ == {
        "context.visit",
        "retest.clean_uncued",
        "stick.depth_degrees",
        "stick.weight_shift",
        "wall.barefoot",
        "wall.distance_feet",
        "wall.touch",
        "wall.weight_shift",
    }


def test_pain_in_a_drill_hangs_on_the_one_question_that_stands_on_the_card_for_it() -> None:
    pain: dict[str, Value] = {"pain.during_drill": 3}
    seen, _ = FINDINGS["sacrum"]
    diagnosis = of(card(KNOWLEDGE, seen=seen, pain=pain))
    assert not diagnosis.readiness.decided
    assert diagnosis.decisive is not None
    assert diagnosis.decisive.ladder == "readiness"
    assert diagnosis.decisive.observables == ["pain.behaviour"]

    told = of(card(KNOWLEDGE, seen=seen, pain=pain | {"pain.behaviour": "steady"}))
    assert told.readiness.verdict == "continue_pattern"


@pytest.mark.parametrize("count", [1, 2, 3])
def test_up_to_two_blank_flags_are_named_and_three_are_too_many(count: int) -> None:
    seen, _ = FINDINGS["sacrum"]
    form = card(KNOWLEDGE, seen=seen)
    blank = ["safety.gait_change", "safety.calf_swollen_hot", "safety.major_trauma"][:count]
    diagnosis = of({name: value for name, value in form.items() if name not in blank})

    assert not diagnosis.readiness.decided
    named = diagnosis.decisive.observables if diagnosis.decisive else []
    assert sorted(named) == (sorted(blank) if count < 3 else [])


def test_nothing_decides_what_is_decided() -> None:
    stopped = of({"safety.bladder_change": "yes"})
    assert stopped.readiness.decided
    assert stopped.triage.decided
    assert stopped.decisive is None


@SOMETIMES
@given(
    st.sampled_from([*FINDINGS]),
    st.sets(st.sampled_from(sorted(card(KNOWLEDGE))), max_size=3),
    answers(KNOWLEDGE),
)
def test_it_is_the_smallest_set_whose_harmless_answers_decide(
    finding: str, blank: set[str], other: dict[str, Value]
) -> None:
    """By diagnosing every set of one and of two questions, each answered as it should be."""
    seen, _ = FINDINGS[finding]
    more = {name: value for name, value in other.items() if name.startswith("context.")}
    form = {**card(KNOWLEDGE, seen=seen), **more}
    form = {name: value for name, value in form.items() if name not in blank}
    diagnosis = of(form)
    few = diagnosis.decisive
    ladder = few.ladder if few is not None else "readiness"
    open_ = [item.observable for item in diagnosis.ask_next if ladder in item.could_change]
    if few is not None:
        assert [name for name in open_ if name in few.observables] == few.observables
    for size in range(1, len(few.observables) if few is not None else 3):
        for names in itertools.combinations(open_, size):
            for values in itertools.product(*(harmless(name) for name in names)):
                answered = form | dict(zip(names, values, strict=True))
                assert not getattr(of(answered), ladder).decided, names


def harmless(name: str) -> list[Value]:
    """Return the answers to a question that are as they should be; all where none is better."""
    item, values = KNOWLEDGE.observables[name], list(KNOWLEDGE.answers[name])
    if item.harmful == "higher":
        return [min(value for value in values if not isinstance(value, str))]
    if item.harmful == "lower":
        return [max(value for value in values if not isinstance(value, str))]
    return list(item.harmless) or ([item.well] if item.well is not None else values)
