"""What a visit takes over from an earlier one, and what it reads from its own answers."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from desk import asked, desk, give, pass_over, replayed, version
from shipped import shipped
from small import SMALL

from hingeexpert.errors import InputError
from hingeexpert.forms import form_of, read_form
from hingeexpert.intake import Intake
from hingeexpert.intake.events import NewAnswers, replay
from hingeexpert.knowledge import KnowledgeBase, load_knowledge
from hingeexpert.knowledge.condition import Value
from hingeexpert.record import Event, Record

AGE, STAGE, CLEAN = "context.age_years", "context.stage", "retest.clean_uncued"
BOTH_CLEAN: dict[str, Value] = {
    "wall.clean_reps": 10,
    "wall.cueing": "none",
    "stick.clean_reps": 10,
    "stick.cueing": "none",
}
LOST: dict[str, Value] = {"stick.sacrum": "lost", "stick.sacrum_when": "middle"}


@pytest.fixture
def intake(knowledge: KnowledgeBase, tmp_path: Path) -> Iterator[Intake]:
    with desk(knowledge, tmp_path) as opened:
        yield opened


BEFORE = "2026-11-01"


def person_of(intake: Intake, visit: str) -> str:
    return intake.look(visit).person.id


def again(intake: Intake, answers: dict[str, Value], finished: bool = True) -> str:
    """Return a second visit of somebody who answered so in the first."""
    first = intake.begin()
    give(intake, first, answers)
    if finished:
        intake.finish(first, version(intake, first))
    intake.describe(first, {"date": BEFORE})
    return intake.begin(person_of(intake, first))


def same(intake: Intake, visit: str, group: str) -> None:
    intake.same_as_before(visit, version(intake, visit), group)


# Carried over


def test_age_and_step_are_taken_over_and_said_to_be(intake: Intake) -> None:
    visit = again(intake, {AGE: 42, STAGE: "pattern", "stick.sacrum": "lost"}, finished=False)
    state = intake.state(visit)

    assert state.answers == {AGE: 42, STAGE: "pattern", "context.visit": "retest"}
    assert state.carried == {AGE, STAGE}
    assert asked(intake, visit)[AGE].carried
    assert not asked(intake, visit)["context.visit"].carried


def test_what_is_taken_over_is_no_step_to_undo_and_nothing_that_was_begun(intake: Intake) -> None:
    visit = again(intake, {AGE: 42})
    intake.step(visit, version(intake, visit), "undo")
    state = intake.state(visit)

    assert (state.version, state.undoable) == (1, 0)
    assert state.answers[AGE] == 42


@pytest.mark.parametrize("value", [42, 43])
def test_once_touched_it_is_an_answer_of_today(intake: Intake, value: int) -> None:
    visit = again(intake, {AGE: 42, STAGE: "pattern"})
    give(intake, visit, {AGE: value})

    assert intake.state(visit).carried == {STAGE}
    assert intake.state(visit).answers[AGE] == value
    intake.step(visit, version(intake, visit), "undo")
    assert intake.state(visit).carried == {AGE, STAGE}


def test_passed_over_it_is_gone(intake: Intake) -> None:
    visit = again(intake, {AGE: 42})
    pass_over(intake, visit, AGE)

    assert AGE not in intake.state(visit).answers
    assert not intake.state(visit).carried


def test_the_latest_visit_that_knew_it_counts(intake: Intake) -> None:
    second = again(intake, {AGE: 42, STAGE: "pattern"})
    give(intake, second, {AGE: 43})
    pass_over(intake, second, STAGE)
    third = intake.begin(person_of(intake, second))

    assert intake.state(third).answers[AGE] == 43
    assert intake.state(third).answers[STAGE] == "pattern"


def test_somebody_new_takes_nothing_over(intake: Intake) -> None:
    again(intake, {AGE: 42})

    assert not intake.state(intake.begin()).carried


# As at the last visit


def test_a_part_is_answered_as_before_with_what_follows_from_it(intake: Intake) -> None:
    visit = again(intake, {**LOST, "stick.gaze": "up", "stick.clean_reps": 4, "wall.hips": "down"})
    same(intake, visit, "stick")
    state = intake.state(visit)
    given = {name: value for name, value in state.answers.items() if not name.startswith("context")}

    assert given == {**LOST, "stick.gaze": "up"}
    assert not state.at_once
    assert state.undoable == 1


def test_what_was_answered_or_passed_over_today_stays(intake: Intake) -> None:
    visit = again(intake, {**LOST, "stick.gaze": "up", "stick.knees": "locked"})
    give(intake, visit, {"stick.sacrum": "kept"})
    pass_over(intake, visit, "stick.knees")
    same(intake, visit, "stick")
    state = intake.state(visit)

    assert state.answers["stick.sacrum"] == "kept"
    assert state.answers["stick.gaze"] == "up"
    assert "stick.sacrum_when" not in state.answers
    assert "stick.knees" in state.passed


def test_a_drill_that_was_not_done_today_is_not_answered_as_before(intake: Intake) -> None:
    visit = again(intake, {**LOST, "stick.gaze": "up"})
    give(intake, visit, {"stick.done": "no"})
    same(intake, visit, "stick")

    assert not {*LOST, "stick.gaze"} & intake.state(visit).answers.keys()
    assert not intake.state(visit).contradicted


def test_in_a_stopped_visit_no_drill_is_answered_as_before(intake: Intake) -> None:
    visit = again(intake, LOST)
    give(intake, visit, {"safety.tearing_pain": "yes"})
    same(intake, visit, "stick")

    assert not {*LOST} & intake.state(visit).answers.keys()


@pytest.mark.parametrize("group", ["safety", "nothing"])
def test_safety_is_asked_anew_at_every_visit(intake: Intake, group: str) -> None:
    visit = again(intake, {"safety.past_cancer": "no"})
    with pytest.raises(InputError, match="cannot be taken from an earlier visit"):
        same(intake, visit, group)

    assert "safety.past_cancer" not in intake.state(visit).answers


def test_without_a_finished_visit_before_there_is_nothing_to_take(intake: Intake) -> None:
    visit = again(intake, LOST, finished=False)
    with pytest.raises(InputError, match="cannot be taken from an earlier visit"):
        same(intake, visit, "stick")


def test_of_a_visit_on_an_older_form_only_what_is_still_asked_is_taken(tmp_path: Path) -> None:
    small = load_knowledge(SMALL)
    result = {
        "knowledge": {"version": "1.4.0", "sha256": "0" * 64},
        "triage": "clear",
        "readiness": "ready_dance",
        "faults": {},
    }
    with closing(Record(tmp_path / "record.sqlite")) as record:
        intake = Intake(small, record)
        old = NewAnswers({"stick.hold": "secure", "stick.drift": "left"}, at_once=True)
        first = record.begin(None, "2025-03-01", [old.data()])
        record.add(first, 1, "finish", result)
        visit = intake.begin(person_of(intake, first))
        same(intake, visit, "stick")

        assert intake.state(visit).answers["stick.hold"] == "secure"
        assert not intake.state(visit).dropped


# Read from other answers


def test_the_retest_follows_from_the_drills_and_goes_with_them(intake: Intake) -> None:
    visit = again(intake, LOST)
    give(intake, visit, BOTH_CLEAN)
    clean = intake.state(visit)
    give(intake, visit, {"stick.clean_reps": 9})
    fewer = intake.state(visit)
    give(intake, visit, {"stick.clean_reps": None})
    unknown = intake.state(visit)

    assert (clean.answers[CLEAN], fewer.answers[CLEAN]) == ("yes", "no")
    assert clean.computed == fewer.computed == {CLEAN}
    assert CLEAN not in unknown.answers
    assert not unknown.computed


def test_at_a_first_visit_it_does_not_follow(intake: Intake) -> None:
    visit = intake.begin()
    give(intake, visit, BOTH_CLEAN)

    assert CLEAN not in intake.state(visit).answers


def test_an_answer_of_somebody_wins_also_when_it_is_that_nobody_assessed_it(
    intake: Intake,
) -> None:
    visit = again(intake, LOST)
    give(intake, visit, BOTH_CLEAN)
    give(intake, visit, {CLEAN: "no"})
    assert intake.state(visit).answers[CLEAN] == "no"
    assert not intake.state(visit).computed

    pass_over(intake, visit, CLEAN)
    assert CLEAN not in intake.state(visit).answers

    give(intake, visit, {CLEAN: None})
    assert intake.state(visit).answers[CLEAN] == "yes"


def test_it_stands_in_the_form_and_nobody_has_touched_it(
    intake: Intake, knowledge: KnowledgeBase
) -> None:
    visit = again(intake, LOST)
    give(intake, visit, BOTH_CLEAN)
    look, question = intake.look(visit), asked(intake, visit)[CLEAN]
    form = read_form(knowledge, "form", form_of(knowledge, look.assessment).encode())

    assert form.answers[CLEAN] == "yes"
    assert CLEAN not in look.state.touched
    assert (question.value, question.computed) == ("yes", True)


def test_it_is_not_taken_from_the_visit_before(intake: Intake) -> None:
    second = again(intake, LOST)
    give(intake, second, BOTH_CLEAN)
    intake.finish(second, version(intake, second))
    third = intake.begin(person_of(intake, second))
    same(intake, third, "retest")

    assert CLEAN not in intake.state(third).answers


def test_a_finished_visit_that_is_opened_again_still_reads_it(intake: Intake) -> None:
    visit = again(intake, LOST)
    give(intake, visit, BOTH_CLEAN)
    intake.finish(visit, version(intake, visit))
    intake.step(visit, version(intake, visit), "reopen")
    give(intake, visit, {"wall.cueing": "one"})

    assert intake.state(visit).answers[CLEAN] == "no"


# Logs of before


def test_a_log_without_the_newer_keys_means_what_it_meant() -> None:
    older = ("given", "passed", "at_once", "preset")
    changes = [
        NewAnswers({"context.visit": "retest", AGE: 42}, preset=True, carried=[AGE]),
        NewAnswers({"safety.past_cancer": "no"}, cluster="cancer"),
        NewAnswers({"wall.hips": "back", "wall.feet": "flat"}, at_once=True),
        NewAnswers({"stick.sacrum": "lost"}, passed=["stick.head"]),
    ]
    events = [
        Event(number, "", "answer", {key: item.data()[key] for key in older})
        for number, item in enumerate(changes, 1)
    ]
    before, now = replay(shipped(), events), replayed(shipped(), *changes)

    assert (before.answers, before.passed, before.at_once, before.undoable) == (
        now.answers,
        now.passed,
        now.at_once,
        now.undoable,
    )
    assert not before.carried
    assert not before.clusters
    assert NewAnswers({"wall.hips": "back"}).data().keys() == {*older}
