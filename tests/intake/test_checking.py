"""What to look at before a visit is finished, on which day it may be, and where each question
stands.
"""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
import strategies
from desk import asked, course_of, desk, give, part, pass_over, replayed, version
from hypothesis import given
from shipped import shipped

from hingeexpert.errors import InputError
from hingeexpert.forms import Assessment
from hingeexpert.inference import diagnose
from hingeexpert.intake import Intake
from hingeexpert.intake.checking import BeforeFinish, before_finish
from hingeexpert.intake.course import course, next_question, steps_of
from hingeexpert.intake.events import NewAnswers
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value

KNOWLEDGE = shipped()
DRILLS = {name for group in KNOWLEDGE.drills_of_form for name in group.observables}


@pytest.fixture
def intake(knowledge: KnowledgeBase, tmp_path: Path) -> Iterator[Intake]:
    with desk(knowledge, tmp_path) as opened:
        yield opened


@pytest.fixture
def visit(intake: Intake) -> str:
    return intake.begin()


def checked(intake: Intake, visit: str) -> BeforeFinish:
    return before_finish(intake, intake.look(visit))


# Who


@pytest.mark.parametrize("text", [{"name": "Sam Example"}, {"patient_id": "P-1"}])
def test_who_has_neither_name_nor_id_is_nameless(
    intake: Intake, visit: str, text: dict[str, str]
) -> None:
    assert checked(intake, visit).nameless
    intake.describe(visit, text)
    assert not checked(intake, visit).nameless


def test_another_person_with_the_same_id_is_told_and_the_same_person_is_not(
    intake: Intake, visit: str
) -> None:
    intake.describe(visit, {"patient_id": "p-77"})
    assert checked(intake, visit).same_id is None

    retest = intake.begin(intake.look(visit).person.id)
    assert checked(intake, retest).same_id is None

    other = intake.begin()
    intake.describe(other, {"patient_id": "P-77"})
    assert checked(intake, other).same_id == intake.look(visit).person
    assert checked(intake, visit).same_id == intake.look(other).person


def test_people_without_an_id_are_not_the_same(intake: Intake, visit: str) -> None:
    intake.begin()

    assert checked(intake, visit).same_id is None


# Blank, impossible, open


def test_the_blanks_of_what_is_asked_first_are_told(
    intake: Intake, visit: str, knowledge: KnowledgeBase
) -> None:
    safety = part(knowledge, "safety").observables
    first, second, *_ = safety
    every = {name for name, item in safety.items() if item.follows is None}
    assert {*checked(intake, visit).blank_first} == every

    give(intake, visit, {first: "no"})
    pass_over(intake, visit, second)
    assert {*checked(intake, visit).blank_first} == every - {first, second}

    intake.all_well(visit, version(intake, visit), "safety")
    assert checked(intake, visit).blank_first == ()


def test_answers_that_cannot_stand_are_told(intake: Intake, visit: str) -> None:
    assert checked(intake, visit).contradicted == ()
    give(intake, visit, {"stick.done": "no", "stick.gaze": "up"})

    assert checked(intake, visit).contradicted == ("stick.gaze",)


def most_decisive(intake: Intake, visit: str) -> str:
    return intake.look(visit).diagnosis.ask_next[0].observable


def test_what_could_change_the_result_is_told_until_it_is_settled(
    intake: Intake, visit: str
) -> None:
    for group in ("safety", "wall", "stick"):
        intake.all_well(visit, version(intake, visit), group)
    assert "pain.during_drill" in checked(intake, visit).could_change
    assert checked(intake, visit).could_change[0] == most_decisive(intake, visit)

    give(intake, visit, {"pain.during_drill": 0, "stick.sacrum": "lost"})
    assert "pain.during_drill" not in checked(intake, visit).could_change
    assert "stick.sacrum_when" in checked(intake, visit).could_change

    pass_over(intake, visit, "stick.sacrum_when")
    assert "stick.sacrum_when" not in checked(intake, visit).could_change


def test_where_a_referral_comes_first_no_drill_could_change_the_result(
    intake: Intake, visit: str
) -> None:
    give(intake, visit, {"safety.gait_change": "yes", "stick.sacrum": "lost"})
    urgent = checked(intake, visit).could_change
    give(intake, visit, {"safety.saddle_numbness": "yes"})
    emergency = checked(intake, visit).could_change

    assert urgent
    assert "safety.cauda_equina_investigated" in emergency
    assert not {*urgent, *emergency} & DRILLS


# No drill where a referral comes first


@given(strategies.answers(KNOWLEDGE, calm=False))
def test_a_stopped_visit_asks_nothing_of_a_drill(drawn: dict[str, Value]) -> None:
    flag = next(name for name in part(KNOWLEDGE, "safety").observables)
    for answers in (drawn, {**drawn, flag: "yes"}, {**drawn, "safety.gait_change": "yes"}):
        state = replayed(KNOWLEDGE, NewAnswers(answers))
        result = diagnose(KNOWLEDGE, state.assessment({}, None, None))
        least = KNOWLEDGE.level("readiness", result.readiness.at_least)
        if least.withholds_cues != "until_ruled_out":
            continue
        parts = course(KNOWLEDGE, state, result)
        open_ = {question.name for step in steps_of(KNOWLEDGE, parts) for question in step.open}
        question = next_question(parts)

        assert not open_ & DRILLS
        assert question is None or question.name not in DRILLS
        if result.ask_for_handover:
            assert not {item.name for each in parts for item in each.questions} & DRILLS


def test_of_a_drill_that_led_to_a_referral_only_what_led_there_is_shown(
    intake: Intake, visit: str
) -> None:
    give(intake, visit, {"stick.hold": "slipped", "stick.head": "kept", "stick.head_when": "setup"})
    give(intake, visit, {"stick.done": "stopped_for_pain", "safety.gait_change": "yes"})
    look = intake.look(visit)
    shown = [
        question.name
        for part in intake.parts(look, everything=True)
        if not part.waits
        for question in part.questions
    ]

    assert [name for name in shown if name in DRILLS] == ["stick.done"]


# Steps


def test_every_question_of_the_form_stands_in_exactly_one_step() -> None:
    state = replayed(KNOWLEDGE)
    everything = course(KNOWLEDGE, state, diagnose(KNOWLEDGE, Assessment({})), everything=True)
    shown = [
        question.name
        for step in steps_of(KNOWLEDGE, everything)
        for each in step.parts
        for question in each.questions
    ]

    assert len(shown) == len(set(shown))
    assert {*shown} == KNOWLEDGE.observables.keys()


@given(strategies.answers(KNOWLEDGE))
def test_the_steps_hold_what_is_asked_no_more_no_less(drawn: dict[str, Value]) -> None:
    parts = course_of(KNOWLEDGE, replayed(KNOWLEDGE, NewAnswers(drawn)))
    steps = steps_of(KNOWLEDGE, parts)
    shown = [question.name for step in steps for each in step.parts for question in each.questions]
    order = [step.id for step in KNOWLEDGE.intake.steps]

    assert sorted(shown) == sorted(item.name for each in parts for item in each.questions)
    assert [step.step.id for step in steps] == [
        name for name in order if name in {step.step.id for step in steps}
    ]


def test_a_retest_begins_with_what_was_since(intake: Intake, visit: str) -> None:
    give(intake, visit, {"stick.sacrum": "lost"})
    intake.finish(visit, version(intake, visit))
    intake.describe(visit, {"date": "2026-11-01"})
    retest = intake.begin(intake.look(visit).person.id)
    first, *_ = steps_of(intake.knowledge, intake.parts(intake.look(retest)))

    assert "pain.next_morning" in asked(intake, retest)
    assert first.step.id == "since"
    assert {"pain.next_morning", "practice.days_last_week"} <= {item.name for item in first.open}


# The day


def day(offset: int) -> str:
    return (datetime.date.today() + datetime.timedelta(days=offset)).isoformat()


@pytest.mark.parametrize("text", ["1950-01-01", day(0), day(-1)])
def test_a_visit_may_be_of_today_or_before(intake: Intake, visit: str, text: str) -> None:
    intake.describe(visit, {"date": text})

    assert intake.look(visit).visit.date == text


@pytest.mark.parametrize("text", [day(2), "2999-01-01", "1949-12-31", "0001-01-01"])
def test_a_day_to_come_or_of_another_time_is_refused_with_what_is_allowed(
    intake: Intake, visit: str, text: str
) -> None:
    with pytest.raises(InputError, match="a visit is from 1950-01-01 to today, ") as caught:
        intake.describe(visit, {"date": text, "name": "Sam Example"})
    with pytest.raises(InputError, match="a visit is from 1950-01-01 to today, "):
        intake.take(Assessment({}, date=text))

    assert text not in str(caught.value)
    assert intake.look(visit).person.name == ""
    assert len(intake.record.visits()) == 1


@pytest.mark.parametrize("text", ["", "today", "2026-02-30", "11/20/2026"])
def test_what_is_no_day_is_refused(intake: Intake, visit: str, text: str) -> None:
    before = intake.look(visit).visit.date
    with pytest.raises(InputError, match="a day is needed here"):
        intake.describe(visit, {"date": text})

    assert intake.look(visit).visit.date == before
