"""What one press of a part answers, and what it leaves to be looked at."""

from collections.abc import Mapping
from itertools import permutations
from pathlib import Path

import pytest
import strategies
from counts import examples
from desk import asked, asked_of, course_of, desk, give, judged, part, pass_over, replayed, version
from hypothesis import given
from hypothesis import strategies as st
from shipped import shipped

from hingeexpert.forms import Assessment
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.intake.at_once import all_well, rest_of
from hingeexpert.intake.events import NewAnswers, State
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.conclusions import CONFIDENCES

KNOWLEDGE = shipped()
DRILLS = [group for group in KNOWLEDGE.drills_of_form if all_well(group)]
STICK = part(KNOWLEDGE, "stick")
WELL = all_well(STICK)
LOST: dict[str, Value] = {"stick.sacrum": "lost"}
LATE: dict[str, Value] = {"stick.sacrum_when": "end_range", "stick.depth_degrees": 50}
MIDDLE: dict[str, Value] = {"stick.sacrum_when": "middle", "stick.depth_degrees": 40}
COUNTED: dict[str, Value] = {"stick.clean_reps": 5}
NOT_LOOKED_AT = ("stick.lumbar_gap", "stick.feel", "stick.visible_rounding")
BENDS = "lumbar_flexion"
"""The fault of the low back that bends more than the hips."""


def with_rest(state: State, group: str = "stick") -> State:
    """Press the rest of a part in a state that has no log."""
    return replayed(KNOWLEDGE, *_as_changes(state), press(state, group))


def press(state: State, group: str = "stick") -> NewAnswers:
    rest = rest_of(KNOWLEDGE, part(KNOWLEDGE, group), state.answers, state.touched, state.at_once)
    return NewAnswers(rest.answers, at_once=True)


def _as_changes(state: State) -> list[NewAnswers]:
    said = {name: value for name, value in state.answers.items() if name not in state.at_once}
    pressed = {name: state.answers[name] for name in state.at_once}
    return [NewAnswers(pressed, at_once=True), NewAnswers(said, tuple(state.passed))]


def sure(diagnosis: Diagnosis, fault: str = BENDS) -> str | None:
    """Return how sure a fault is that is present."""
    found = [item for item in diagnosis.faults if item.id == fault and item.status == "present"]
    return found[0].confidence if found else None


def routed(*steps: Mapping[str, Value] | str) -> State:
    """Go through a visit; a text presses the rest of the part of that name."""
    changes: list[NewAnswers] = []
    for step in steps:
        before = replayed(KNOWLEDGE, *changes)
        changes.append(press(before, step) if isinstance(step, str) else NewAnswers(step))
    return replayed(KNOWLEDGE, *changes)


@pytest.mark.parametrize("order", list(permutations(["stick", LOST, LATE, COUNTED])))
def test_a_loss_at_the_end_of_the_range_is_no_fault_in_any_order_of_presses(
    order: tuple[Mapping[str, Value] | str, ...],
) -> None:
    from_list = Assessment({**WELL, **LOST, **LATE, **COUNTED})

    assert sure(diagnose(KNOWLEDGE, from_list)) is None
    assert sure(judged(KNOWLEDGE, routed(*order))) is None


@pytest.mark.parametrize("order", list(permutations(["stick", LOST, MIDDLE, COUNTED])))
def test_a_loss_in_the_middle_is_as_sure_as_from_the_list_in_any_order_of_presses(
    order: tuple[Mapping[str, Value] | str, ...],
) -> None:
    """What nobody looked at stays open on all routes."""
    looked_at = {name: value for name, value in WELL.items() if name not in NOT_LOOKED_AT}
    others = {name: value for name, value in looked_at.items() if not name.endswith("_when")}
    from_list = diagnose(KNOWLEDGE, Assessment({**others, **LOST, **MIDDLE, **COUNTED}))
    state = routed(*order)

    assert sure(from_list) == "high"
    assert sure(judged(KNOWLEDGE, state)) == "high"
    assert not state.answers.keys() & {*NOT_LOOKED_AT}


@pytest.mark.parametrize("order", list(permutations(["stick", LOST])))
def test_the_time_of_a_loss_is_open_before_and_after_the_press(
    order: tuple[Mapping[str, Value] | str, ...],
) -> None:
    state = routed(*order)
    question = asked_of(course_of(KNOWLEDGE, state))["stick.sacrum_when"]

    assert question.value is None
    assert not question.settled
    assert question.follows
    assert question.matters
    assert KNOWLEDGE.faults[BENDS].title in question.sharpens
    assert with_rest(state).answers == state.answers


@pytest.mark.parametrize("name", ["head", "midback", "sacrum"])
def test_a_time_is_asked_once_its_contact_is_lost_and_not_before(name: str) -> None:
    contact, when = f"stick.{name}", f"stick.{name}_when"
    kept = asked_of(course_of(KNOWLEDGE, replayed(KNOWLEDGE, NewAnswers({contact: "kept"}))))
    lost = asked_of(course_of(KNOWLEDGE, replayed(KNOWLEDGE, NewAnswers({contact: "lost"}))))

    assert when not in kept
    assert not lost[when].settled
    times = {item for item in lost if item.endswith("_when")}
    assert times == {when}


def test_a_time_that_was_passed_over_is_settled_and_the_press_leaves_it(tmp_path: Path) -> None:
    with desk(KNOWLEDGE, tmp_path) as intake:
        visit = intake.begin()
        give(intake, visit, LOST)
        pass_over(intake, visit, "stick.sacrum_when", "stick.gaze")
        intake.all_well(visit, version(intake, visit), "stick")
        state = intake.state(visit)

        assert {"stick.sacrum_when", "stick.gaze"} <= state.passed
        assert not {"stick.sacrum_when", "stick.gaze"} & state.answers.keys()
        assert asked(intake, visit)["stick.sacrum_when"].settled


def test_a_contact_that_cannot_be_read_raises_nothing_until_it_can() -> None:
    slipped = NewAnswers({"stick.hold": "slipped", **LOST})
    again = NewAnswers({"stick.hold": "secure"})
    unreadable = asked_of(course_of(KNOWLEDGE, replayed(KNOWLEDGE, slipped)))
    readable = asked_of(course_of(KNOWLEDGE, replayed(KNOWLEDGE, slipped, again)))
    pressed = routed(slipped.answers, "stick", again.answers)  # type: ignore[arg-type]

    assert "stick.sacrum_when" not in unreadable
    assert unreadable["stick.sacrum"].void
    assert not readable["stick.sacrum_when"].settled
    assert "stick.sacrum_when" not in pressed.answers


@pytest.mark.parametrize("group", DRILLS, ids=lambda group: group.group)
def test_a_finding_that_is_corrected_gives_back_all_that_the_press_said(
    tmp_path: Path, group: object
) -> None:
    name = group.group  # type: ignore[attr-defined]
    well = all_well(group)  # type: ignore[arg-type]
    for finding, value in harmful(name):
        pressed = NewAnswers(well, at_once=True)
        found = replayed(KNOWLEDGE, pressed, NewAnswers({finding: value}))
        back = replayed(
            KNOWLEDGE, pressed, NewAnswers({finding: value}), NewAnswers({finding: well[finding]})
        )

        assert finding in found.answers
        assert back.answers == well
        assert back.at_once == well.keys() - {finding}


def harmful(group: str) -> list[tuple[str, Value]]:
    """Return every finding that the press of a part could contradict."""
    return [
        (name, value)
        for name, item in part(KNOWLEDGE, group).observables.items()
        for value in item.values
        if value in item.harmful and name in all_well(part(KNOWLEDGE, group))
    ]


def test_a_drill_that_was_not_done_cannot_be_answered_by_a_press() -> None:
    for group in DRILLS:
        state = replayed(KNOWLEDGE, NewAnswers({f"{group.group}.done": "no"}))
        (found,) = [item for item in course_of(KNOWLEDGE, state) if item.group == group]

        assert not found.rest.answers
        assert not found.all_well


def test_a_question_that_follows_counts_as_seen_only_once_somebody_answered_it(
    tmp_path: Path,
) -> None:
    """The shorthand of the safety questions answers all of them, also the one that a yes raises."""
    raised = "safety.cauda_equina_investigated"
    with desk(KNOWLEDGE, tmp_path) as intake:
        visit = intake.begin()
        intake.all_well(visit, version(intake, visit), "safety")
        assert intake.state(visit).answers[raised] == "no"
        give(intake, visit, {"safety.saddle_numbness": "yes"})
        question = asked(intake, visit)[raised]
        give(intake, visit, {raised: "no"})
        answered = asked(intake, visit)[raised]
        (screening,) = [
            item for item in intake.look(visit).diagnosis.screenings if item.group == "safety"
        ]

    assert question.follows
    assert not question.settled
    assert answered.settled
    assert screening.one_by_one == 2


def test_all_that_a_shorthand_answers_stands_beside_a_finding() -> None:
    safety = all_well(part(KNOWLEDGE, "safety"))
    state = replayed(
        KNOWLEDGE,
        NewAnswers(safety, at_once=True),
        NewAnswers({"safety.past_cancer": "yes"}),
    )

    assert state.answers == {**safety, "safety.past_cancer": "yes"}
    assert not state.fallen


def answers_of_drills() -> st.SearchStrategy[dict[str, Value]]:
    """Draw answers to the questions of the drills, some of them not as they should be."""
    names = [name for group in DRILLS for name in group.observables]
    return st.dictionaries(st.sampled_from(names), st.just(""), max_size=8).flatmap(
        lambda drawn: st.fixed_dictionaries(
            {name: strategies.values_of(KNOWLEDGE, name) for name in drawn}
        )
    )


@examples(quick=30, thorough=100)
@given(answers_of_drills(), st.sampled_from(DRILLS))
def test_a_press_never_speaks_against_a_fault_that_was_found(
    drawn: dict[str, Value], group: object
) -> None:
    """Neither all of its answers together nor one of them by itself."""
    name = group.group  # type: ignore[attr-defined]
    state = replayed(KNOWLEDGE, NewAnswers(drawn))
    answers, left_open = rest_of(
        KNOWLEDGE, part(KNOWLEDGE, name), state.answers, state.touched, state.at_once
    )
    before = diagnose(KNOWLEDGE, Assessment(state.answers))
    present = [fault for fault in before.faults if fault.status == "present"]

    # Where no fault was found there is nothing to speak against.
    for given_ in (*({key: value} for key, value in answers.items()), answers) if present else ():
        after = diagnose(KNOWLEDGE, Assessment({**state.answers, **given_}))
        for fault in present:
            assert position(sure(after, fault.id)) <= position(fault.confidence)
    untouched = all_well(part(KNOWLEDGE, name)).keys() - state.touched
    assert {*answers} | {*left_open} == untouched
    assert not {*answers} & {*left_open}


def position(confidence: str | None) -> int:
    """Return the place of a confidence; none comes last."""
    return len(CONFIDENCES) if confidence is None else CONFIDENCES.index(confidence)  # type: ignore[arg-type]


@examples(quick=30, thorough=100)
@given(answers_of_drills(), st.permutations([group.group for group in DRILLS]), st.data())
def test_press_and_findings_give_the_same_in_any_order(
    drawn: dict[str, Value], presses: list[str], data: st.DataObject
) -> None:
    """Whether the presses come before or after; among the findings, one that takes another back may
    come when a press has left something open for its sake: that stays open.
    """
    found: list[Mapping[str, Value] | str] = [{name: drawn[name]} for name in drawn]
    first = routed(*presses, *found)
    after = routed(*data.draw(st.permutations(found)), *reversed(presses))
    among = routed(*data.draw(st.permutations([*presses, *found])))

    assert after.answers == first.answers
    assert after.at_once == first.at_once
    assert among.answers.items() <= first.answers.items()
    assert among.at_once <= first.at_once


def test_a_contact_that_is_kept_after_all_takes_its_time_back_with_it(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    with desk(knowledge, tmp_path) as intake:
        visit = intake.begin()
        give(intake, visit, {"stick.sacrum": "lost"})
        give(intake, visit, {"stick.sacrum_when": "middle"})
        give(intake, visit, {"stick.sacrum": "kept"})
        assert "stick.sacrum_when" not in intake.state(visit).answers
        intake.step(visit, version(intake, visit), "undo")

        assert intake.state(visit).answers["stick.sacrum_when"] == "middle"


@pytest.mark.parametrize("how", ["no", "stopped_for_pain"])
def test_a_drill_that_was_not_gone_through_is_not_answered_as_it_should_be(
    knowledge: KnowledgeBase, tmp_path: Path, how: str
) -> None:
    with desk(knowledge, tmp_path) as intake:
        visit = intake.begin()
        give(intake, visit, {"stick.done": how})
        intake.all_well(visit, version(intake, visit), "stick")

        assert intake.state(visit).answers.keys() & {"stick.head", "stick.hold"} == set()


def test_what_cannot_be_read_is_not_answered_at_once(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    with desk(knowledge, tmp_path) as intake:
        visit = intake.begin()
        give(intake, visit, {"stick.hold": "slipped"})
        intake.all_well(visit, version(intake, visit), "stick")
        answers = intake.state(visit).answers

        assert answers.keys().isdisjoint({"stick.head", "stick.midback", "stick.sacrum"})
        assert answers["stick.knees"] == "soft"
