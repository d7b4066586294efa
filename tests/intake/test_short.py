"""A short visit: the questions of the quick card, back and forth without losing an answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import asked, asked_of, desk, give, version
from quick import FINDINGS, WELL
from small import SMALL

from hingeexpert.errors import InputError
from hingeexpert.intake import Intake
from hingeexpert.intake.checking import before_finish
from hingeexpert.intake.course import steps_of
from hingeexpert.knowledge import KnowledgeBase, load_knowledge


@pytest.fixture
def intake(knowledge: KnowledgeBase, tmp_path: Path) -> Iterator[Intake]:
    with desk(knowledge, tmp_path) as opened:
        yield opened


@pytest.fixture
def visit(intake: Intake) -> str:
    return intake.begin(short=True)


def turn(intake: Intake, visit: str, kind: str) -> None:
    intake.step(visit, version(intake, visit), kind)  # type: ignore[arg-type]


def no_flags(intake: Intake, visit: str) -> None:
    for cluster in intake.knowledge.quick_clusters:
        intake.none_of(visit, version(intake, visit), cluster.id)


def test_it_asks_what_the_card_asks_and_nothing_else(intake: Intake, visit: str) -> None:
    """But for how pain went on, which is asked once there was some."""
    wanted = {*intake.knowledge.quick_asks} - {"pain.behaviour"}
    assert asked(intake, visit).keys() == wanted
    assert version(intake, visit) == 1

    give(intake, visit, {"pain.during_drill": 2})
    assert asked(intake, visit).keys() == wanted | {"pain.behaviour"}


def test_its_steps_are_fewer(intake: Intake, visit: str) -> None:
    look = intake.look(visit)
    steps = steps_of(intake.knowledge, intake.parts(look), short=True)
    assert [step.step.id for step in steps] == ["safety", "wall", "stick"]
    assert len(steps) < len(steps_of(intake.knowledge, intake.parts(look, everything=True)))


@pytest.mark.parametrize("finding", FINDINGS)
def test_by_presses_each_of_the_four_findings_is_decided(
    intake: Intake, visit: str, finding: str
) -> None:
    """Safety in groups, the finding, and the rest of each drill at once."""
    seen, fault = FINDINGS[finding]
    no_flags(intake, visit)
    give(intake, visit, {name: WELL[name] for name in WELL if name.startswith("symptom.")})
    give(intake, visit, seen)
    for group in ("wall", "stick"):
        intake.all_well(visit, version(intake, visit), group)
    counts = ("wall.clean_reps", "stick.clean_reps")
    open_ = [name for name in counts if name not in intake.state(visit).answers]
    give(intake, visit, dict.fromkeys(open_, 8))
    give(intake, visit, {"pain.during_drill": 0})

    diagnosis = intake.look(visit).diagnosis
    assert diagnosis.readiness.verdict == "continue_pattern"
    assert diagnosis.focus is not None
    assert diagnosis.focus.fault == fault
    assert [name for name, item in asked(intake, visit).items() if not item.settled] == []


def test_one_press_answers_nothing_that_was_not_asked(intake: Intake, visit: str) -> None:
    for group in ("wall", "stick"):
        intake.all_well(visit, version(intake, visit), group)
    given = intake.state(visit).answers.keys()
    drills = {name for name in given if name.startswith(("wall.", "stick."))}
    assert drills == {name for name in WELL if name.startswith(("wall.", "stick."))}
    parts = {part.group.group: part for part in intake.parts(intake.look(visit))}
    assert parts["wall"].is_well
    assert parts["wall"].rest.answers == {}


def test_back_and_forth_no_answer_is_lost(intake: Intake) -> None:
    visit = intake.begin()
    give(intake, visit, {"wall.touch": "leaning", "wall.hips": "back"})
    intake.all_well(visit, version(intake, visit), "stick")
    answers = dict(intake.state(visit).answers)

    turn(intake, visit, "short")
    assert intake.state(visit).answers == answers
    shown = asked(intake, visit)
    assert "wall.touch" in shown  # somebody saw it
    assert "stick.breath" not in shown  # a press answered it, and a short visit does not ask it
    turn(intake, visit, "full")
    assert intake.state(visit).answers == answers
    assert "stick.breath" in asked(intake, visit)


def test_the_change_is_no_answer_that_is_undone(intake: Intake) -> None:
    visit = intake.begin()
    give(intake, visit, {"wall.hips": "back"})
    turn(intake, visit, "short")
    turn(intake, visit, "short")
    assert version(intake, visit) == 3
    turn(intake, visit, "undo")
    assert "wall.hips" not in intake.state(visit).answers
    assert intake.state(visit).short
    turn(intake, visit, "redo")
    assert intake.state(visit).answers["wall.hips"] == "back"


def test_what_decides_is_asked_and_stays_once_it_is_answered(intake: Intake, visit: str) -> None:
    """A card that somebody copied in, with pain and no word on how it went on; a finding of the
    setup that a full visit saw stays in sight, too.
    """
    no_flags(intake, visit)
    give(intake, visit, {**WELL, "stick.sacrum": "lost", "pain.during_drill": 3})
    few = intake.look(visit).diagnosis.decisive
    assert few is not None
    assert {*few.observables} <= asked(intake, visit).keys()
    give(intake, visit, {"pain.behaviour": "steady"})
    assert asked(intake, visit)["pain.behaviour"].settled
    assert intake.look(visit).diagnosis.readiness.decided


def test_a_stopped_visit_behaves_as_always(intake: Intake, visit: str) -> None:
    full = intake.begin()
    for answers in ({"safety.bladder_change": "yes"}, {"safety.cauda_equina_investigated": "no"}):
        for each in (visit, full):
            give(intake, each, answers)
        assert asked(intake, visit).keys() == asked(intake, full).keys()
    for each in (visit, full):
        give(intake, each, {"safety.bladder_change": "no", "pain.during_drill": 7})
        no_flags(intake, each)
    assert intake.look(visit).diagnosis.readiness.at_least == "hold_reassess"
    assert asked(intake, visit).keys() == asked(intake, full).keys()


def test_the_end_says_what_it_did_not_ask(intake: Intake, visit: str) -> None:
    no_flags(intake, visit)
    give(intake, visit, {**WELL, "stick.sacrum": "lost"})
    look = intake.look(visit)
    check = before_finish(intake, look)
    shown = asked_of(intake.parts(look)).keys()
    wanted = [item.observable for item in look.diagnosis.ask_next if item.observable not in shown]

    assert [*check.left_out] == wanted != []
    assert check.could_change == ()
    turn(intake, visit, "full")
    full = intake.look(visit)
    assert before_finish(intake, full).left_out == ()
    assert {"symptom.pain_with_deadlift", "wall.touch"} <= asked(intake, visit).keys()


def test_a_finished_visit_is_turned_only_once_it_is_open_again(intake: Intake, visit: str) -> None:
    intake.finish(visit, version(intake, visit))
    with pytest.raises(InputError, match="this visit is finished"):
        turn(intake, visit, "full")
    turn(intake, visit, "reopen")
    turn(intake, visit, "full")
    assert not intake.state(visit).short


def test_rules_without_a_card_have_no_short_visit(tmp_path: Path) -> None:
    with desk(load_knowledge(SMALL), tmp_path) as small:
        visit = small.begin(short=True)
        assert not small.state(visit).short
        turn(small, visit, "short")
        assert not small.state(visit).short
