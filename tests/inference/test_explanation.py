"""How, why not, what if."""

import itertools
import re

import pytest
from counts import count, examples, thorough
from evaluators import Table
from hypothesis import given
from hypothesis import strategies as st
from strategies import answers

from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.forms import Assessment
from hingeexpert.inference import diagnose
from hingeexpert.inference.explained import Explained
from hingeexpert.inference.explanation import Explainer
from hingeexpert.inference.what_if import what_if
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value

SPA = ("wakes_second_half_night", "buttock_pain", "better_with_movement", "better_with_nsaid")


def calm(knowledge: KnowledgeBase, **more: Value) -> dict[str, Value]:
    safety = {name: "no" for name in knowledge.observables if name.startswith("safety.")}
    return {**safety, **{name.replace("__", "."): value for name, value in more.items()}}


def clean(knowledge: KnowledgeBase) -> dict[str, Value]:
    """A first visit with nothing to find."""
    drills = {"weight_shift": "none", "cueing": "none", "clean_reps": 10, "knees": "soft"}
    both: dict[str, Value] = {
        f"{drill}.{name}": value for drill in ("wall", "stick") for name, value in drills.items()
    }
    wall = {
        "barefoot": "yes",
        "distance_feet": 1,
        "touch": "light",
        "hips": "back",
        "feet": "flat",
        "balance": "steady",
    }
    stick = {"head": "kept", "midback": "kept", "sacrum": "kept", "depth_degrees": 60}
    symptoms = {
        "low_back_pain": "no",
        "pain_with_deadlift": "no",
        "pain_with_swing": "no",
        "groin_pinch": "none",
        "leg_symptoms": "none",
    }
    return {
        **calm(knowledge),
        **both,
        **{f"wall.{name}": value for name, value in wall.items()},
        **{f"stick.{name}": value for name, value in stick.items()},
        **{f"symptom.{name}": value for name, value in symptoms.items()},
        "context.visit": "first",
        "context.age_years": 30,
        "pain.during_drill": 0,
    }


def walk(item: Explained) -> list[Explained]:
    return [item, *itertools.chain.from_iterable(walk(part) for part in item.parts)]


def test_why_not_names_the_answer_that_made_a_condition_false(knowledge: KnowledgeBase) -> None:
    explanation = Explainer(knowledge, Assessment(clean(knowledge))).explain("shallow_range")
    said = [
        item.answer
        for rule in explanation.rules
        for item in walk(rule.condition)
        if item.truth == "false"
    ]

    assert explanation.standing == "absent"
    assert "stick.depth_degrees is 60" in said


def test_a_count_says_how_many_are_needed_met_false_and_not_asked(knowledge: KnowledgeBase) -> None:
    known = {
        "spa.onset_under_45": "yes",
        "symptom.low_back_pain": "yes",
        "symptom.duration": "over_3_months",
    }
    told = {f"spa.{name}": value for name, value in zip(SPA, ("yes", "yes", "no"), strict=False)}
    explanation = Explainer(knowledge, Assessment({**known, **told})).explain("routine_referral")
    tallies = [
        item.tally for rule in explanation.rules for item in walk(rule.condition) if item.tally
    ]

    assert len(tallies) == 1
    met = "2 met because spa.wakes_second_half_night is yes, spa.buttock_pain is yes"
    assert tallies[0].startswith(
        f"needs 4 of 8; {met}, 1 false because spa.better_with_movement is no, 5 unknown because "
    )
    assert "spa.better_with_nsaid was not asked" in tallies[0]


@pytest.mark.parametrize(
    ("answers_given", "observable", "words"),
    [
        (
            {"stick.hold": "slipped", "stick.sacrum": "lost"},
            "stick.sacrum",
            "was answered lost, which cannot be read",
        ),
        ({}, "stick.lumbar_gap", "is assumed not_noted"),
        ({"symptom.low_back_pain": "no"}, "symptom.pain_now", "is not needed"),
        ({}, "screen.toe_touch", "is not needed"),
        ({}, "wall.touch", "was not asked"),
        ({"wall.touch": "light"}, "wall.touch", "is light"),
    ],
)
def test_an_answer_is_told_as_what_it_is(
    knowledge: KnowledgeBase, answers_given: dict[str, Value], observable: str, words: str
) -> None:
    assert (
        Explainer(knowledge, Assessment(answers_given)).answer(observable)
        == f"{observable} {words}"
    )


@pytest.mark.parametrize(
    ("answers_given", "observable", "words"),
    [
        (
            {"stick.hold": "slipped", "stick.sacrum": "lost"},
            "stick.sacrum",
            "Stick on the sacrum: lost, which cannot be read",
        ),
        ({}, "stick.lumbar_gap", "Gap at the low back is assumed not noted"),
        ({}, "screen.toe_touch", "Toe touch, knees straight: not needed"),
        ({}, "wall.touch", "Bottom meets the wall: not asked"),
        ({"wall.touch": "not_reached"}, "wall.touch", "Bottom meets the wall: not reached"),
    ],
)
def test_an_answer_is_told_by_its_title(
    knowledge: KnowledgeBase, answers_given: dict[str, Value], observable: str, words: str
) -> None:
    assert Explainer(knowledge, Assessment(answers_given), titles=True).answer(observable) == words


@thorough
def test_an_explanation_by_titles_differs_in_words_alone_and_names_nothing(
    knowledge: KnowledgeBase, outcomes: list[Outcome]
) -> None:
    for outcome in outcomes[:: count(quick=90, thorough=30)]:
        named, titled = (
            Explainer(knowledge, outcome.case.assessment, titles, passes=0)
            for titles in (False, True)
        )
        for name in named.ids():
            one, other = named.explain(name), titled.explain(name)
            assert [rule.truth for rule in one.rules] == [rule.truth for rule in other.rules]
            parts = [item for rule in other.rules for item in walk(rule.condition)]
            said = [
                other.standing,
                *(text for item in parts for text in (item.condition, *item.decided_by)),
            ]
            assert not [text for text in said if re.search(r"[a-z]_[a-z]|\b[a-z]+\.[a-z]", text)]


def test_how_ends_in_the_conclusion_and_begins_with_answers(knowledge: KnowledgeBase) -> None:
    explanation = Explainer(knowledge, Assessment(calm(knowledge, stick__sacrum="lost"))).explain(
        "lumbar_flexion"
    )

    assert explanation.truth == "true"
    assert "stick.sacrum is lost" in {
        premise for step in explanation.chain for premise in step.from_
    }
    assert explanation.chain[-1].concludes == "fault:lumbar_flexion is true"


@examples(quick=10, thorough=25)
@given(data=st.data())
def test_every_part_of_an_explanation_has_the_truth_of_kleene_logic(
    knowledge: KnowledgeBase, data: st.DataObject
) -> None:
    explainer = Explainer(knowledge, Assessment(data.draw(answers(knowledge))), passes=0)
    for name in explainer.ids():
        for rule in explainer.explain(name).rules:
            for item in walk(rule.condition):
                truths = [part.truth for part in item.parts]
                if item.condition == "all of":
                    assert item.truth == (
                        "false"
                        if "false" in truths
                        else "unknown"
                        if "unknown" in truths
                        else "true"
                    )
                elif item.condition == "any of":
                    assert item.truth == (
                        "true"
                        if "true" in truths
                        else "unknown"
                        if "unknown" in truths
                        else "false"
                    )


def test_what_if_finds_the_one_answer_that_is_missing(knowledge: KnowledgeBase) -> None:
    retest = {
        "context.visit": "retest",
        "practice.days_last_week": 7,
        "practice.sets_per_day": 5,
        "practice.reps_per_set": 10,
    }
    form = Assessment({**clean(knowledge), **retest, "retest.clean_uncued": "no"})
    found = what_if(knowledge, form, "ready_grind")

    assert [(change.observable, change.now, change.then) for change in found.changes] == [
        ("retest.clean_uncued", "no", "yes")
    ]


@pytest.mark.parametrize(
    "verdict",
    [
        "continue_pattern",
        "consolidate_pattern",
        "regress_pattern",
        "hold_reassess",
        "routine_referral",
    ],
)
def test_what_if_reaches_what_it_promises(knowledge: KnowledgeBase, verdict: str) -> None:
    form = {
        **clean(knowledge),
        "stick.sacrum": "lost",
        "stick.sacrum_when": "early",
        "stick.depth_degrees": 20,
        "wall.clean_reps": 4,
    }
    found = what_if(knowledge, Assessment(form), verdict)
    after = diagnose(
        knowledge,
        Assessment({**form, **{change.observable: change.then for change in found.changes}}),
    )

    assert found.reachable
    assert verdict in (after.triage.verdict, after.readiness.verdict)
    assert all(
        knowledge.observables[change.observable].changeable == "yes" for change in found.changes
    )


def test_no_smaller_set_of_answers_does(knowledge: KnowledgeBase) -> None:
    """Every proper subset of the changes found leaves the verdict unreached; every single other
    answer does, too.
    """
    form = {
        **clean(knowledge),
        "stick.sacrum": "lost",
        "stick.sacrum_when": "early",
        "stick.depth_degrees": 20,
    }
    changes = {
        change.observable: change.then
        for change in what_if(knowledge, Assessment(form), "consolidate_pattern").changes
    }

    assert len(changes) == 2
    single = []
    for name, item in knowledge.observables.items():
        if item.changeable == "yes":
            single += [{**form, name: value} for value in knowledge.answers[name]]
    reached = {told.ladders["readiness"][2] for _, told in Table(knowledge).judge(single)}
    assert len(reached) > 1
    assert "consolidate_pattern" not in reached


def test_what_if_never_changes_history_and_says_what_is_in_the_way(
    knowledge: KnowledgeBase,
) -> None:
    found = what_if(
        knowledge, Assessment({**clean(knowledge), "safety.saddle_numbness": "yes"}), "ready_grind"
    )

    assert found.reachable is False
    assert "safety.saddle_numbness" in found.in_the_way


def test_nothing_else_is_explained_unasked_while_a_referral_comes_first(
    knowledge: KnowledgeBase,
) -> None:
    form = {**clean(knowledge), "stick.sacrum": "lost", "safety.saddle_numbness": "yes"}
    explainer = Explainer(knowledge, Assessment(form))

    assert explainer.refer_first()
    assert explainer.reached() == ["emergency", "stop_refer"]
    assert not Explainer(knowledge, Assessment(clean(knowledge))).refer_first()


def test_what_if_asks_for_nothing_where_the_verdict_holds_already(knowledge: KnowledgeBase) -> None:
    found = what_if(knowledge, Assessment(clean(knowledge)), "consolidate_pattern")

    assert (found.reachable, found.changes) == (True, [])
