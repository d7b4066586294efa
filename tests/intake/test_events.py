"""What a log of events means."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st
from shipped import shipped

from hingeexpert.intake.at_once import all_well
from hingeexpert.intake.events import NewAnswers, State, replay
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.record import Event, EventKind

KNOWLEDGE = shipped()
NAMES = [*KNOWLEDGE.observables]
PRESSES = [dict(well) for group in KNOWLEDGE.groups if (well := all_well(group))]
DRILLS = [
    group for group in KNOWLEDGE.groups if group.not_done_when is not None and all_well(group)
]


def log(steps: Sequence[NewAnswers | EventKind]) -> list[Event]:
    return [
        Event(
            number,
            "2026-11-20T10:00:00+00:00",
            "answer" if isinstance(step, NewAnswers) else step,
            step.data() if isinstance(step, NewAnswers) else {},
        )
        for number, step in enumerate(steps, start=1)
    ]


def state(*steps: NewAnswers | EventKind) -> State:
    return replay(KNOWLEDGE, log(steps))


def told(found: State) -> dict[str, Any]:
    """Return what a state says, less where it stands in its log."""
    return {**vars(found), "version": 0, "undoable": 0, "redoable": 0}


@st.composite
def changes(draw: st.DrawFn) -> NewAnswers:
    if draw(st.integers(0, 4)) == 0:
        return NewAnswers(draw(st.sampled_from(PRESSES)), at_once=True)
    chosen = draw(st.lists(st.sampled_from(NAMES), max_size=4, unique=True))
    given: dict[str, Value | None] = {
        name: draw(st.none() | strategies.values_of(KNOWLEDGE, name)) for name in chosen
    }
    return NewAnswers(given, draw(st.lists(st.sampled_from(NAMES), max_size=2)))


@given(st.lists(changes(), max_size=8))
def test_as_many_undone_is_empty_and_as_many_again_is_the_same(made: list[NewAnswers]) -> None:
    back: list[EventKind] = ["undo"] * len(made)
    again: list[EventKind] = ["redo"] * len(made)

    assert told(state(*made, *back)) == told(state())
    assert told(state(*made, *back, *again)) == told(state(*made))
    assert state(*made, *back).redoable == state(*made).undoable == len(made)


@given(st.lists(changes() | st.sampled_from(["undo", "redo", "finish", "reopen"]), max_size=12))
def test_the_same_log_always_means_the_same_and_is_not_touched(
    steps: list[NewAnswers | EventKind],
) -> None:
    events = log(steps)
    kept = [replace(event, data={**event.data}) for event in events]

    assert replay(KNOWLEDGE, events) == replay(KNOWLEDGE, iter(kept))
    assert events == kept
    assert replay(KNOWLEDGE, events).version == len(steps)


@given(st.lists(changes() | st.sampled_from(["undo", "redo"]), max_size=12))
def test_what_stands_is_allowed_and_nothing_is_two_things(
    steps: list[NewAnswers | EventKind],
) -> None:
    found = state(*steps)

    assert found.at_once <= found.answers.keys()
    assert not found.answers.keys() & (found.passed | found.fallen | {*found.dropped})
    assert list(found.answers) == [name for name in NAMES if name in found.answers]


@given(st.lists(changes(), min_size=1, max_size=5), changes())
def test_a_new_answer_ends_what_could_be_done_again(
    made: list[NewAnswers], new: NewAnswers
) -> None:
    found = state(*made, "undo", new)

    assert found.redoable == 0
    assert told(state(*made, "undo", new, "redo")) == told(found)


def test_more_undone_than_done_changes_nothing() -> None:
    assert told(state("undo", "redo", "undo")) == told(state())


@pytest.mark.parametrize("group", DRILLS, ids=lambda group: group.group)
def test_counts_of_the_one_press_fall_with_a_deviation_and_come_back(group: Any) -> None:
    well = all_well(group)
    counts = {name for name in well if group.observables[name].well_while}
    other = next(
        name
        for name, item in group.observables.items()
        if name in well.keys() - counts - group.markers and item.harmful
    )
    press, slip = (
        NewAnswers(dict(well), at_once=True),
        NewAnswers({other: group.observables[other].harmful[-1]}),
    )
    fallen = state(press, slip)

    assert counts
    assert fallen.fallen == counts
    assert not counts & fallen.answers.keys()
    assert told(state(press, slip, "undo")) == told(state(press))
    assert state(press, slip, NewAnswers({other: well[other]})).answers == well


@pytest.mark.parametrize("group", DRILLS, ids=lambda group: group.group)
def test_a_count_that_somebody_gave_stands_beside_a_deviation(group: Any) -> None:
    well = all_well(group)
    count = next(name for name in well if group.observables[name].well_while)
    other = next(
        name
        for name, item in group.observables.items()
        if name in well and not item.well_while and item.harmful
    )
    found = state(
        NewAnswers(dict(well), at_once=True),
        NewAnswers({count: well[count]}),
        NewAnswers({other: group.observables[other].harmful[-1]}),
    )

    assert found.answers[count] == well[count]


@pytest.mark.parametrize("group", DRILLS, ids=lambda group: group.group)
def test_findings_of_a_drill_that_was_not_done_step_back_and_return(group: Any) -> None:
    marker = next(name for name in group.observables if "no" in group.observables[name].values)
    press, not_done = NewAnswers(dict(all_well(group)), at_once=True), NewAnswers({marker: "no"})
    found = state(press, not_done)

    assert {name for name, value in found.answers.items() if value != "not_noted"} == {marker}
    assert told(state(press, not_done, "undo")) == told(state(press))
    assert found.assessment({}, None, None).answers == found.answers


AGE, ONSET = {"context.age_years": 29}, {"spa.onset_under_45": "no"}


@pytest.mark.parametrize("steps", [(AGE, ONSET), (ONSET, AGE), ({**ONSET, **AGE},)])
def test_an_answer_that_the_age_rules_out_falls_in_any_order_of_presses(
    steps: Sequence[dict[str, Value]],
) -> None:
    presses = [NewAnswers(dict(step)) for step in steps]
    found = state(*presses)

    assert (found.answers, found.fallen) == (AGE, {"spa.onset_under_45"})
    assert found.contradicted == {
        "spa.onset_under_45": "is not possible while context.age_years is below 45 "
        "(context.age_years is 29); correct one of the two"
    }
    older = state(*presses, NewAnswers({"context.age_years": 50}))
    assert (older.answers, older.fallen) == ({"context.age_years": 50, **ONSET}, frozenset())


def test_answers_that_these_rules_do_not_allow_are_dropped_and_named() -> None:
    name = NAMES[0]
    found = state(NewAnswers({name: "of old rules", "gone.question": "yes"}))

    assert found.dropped == {name: "of old rules", "gone.question": "yes"}
    assert found.answers == {}
    assert (
        state(
            NewAnswers({name: "of old rules"}),
            NewAnswers({name: next(iter(KNOWLEDGE.observables[name].values))}),
        ).dropped
        == {}
    )


def test_a_finished_visit_is_a_draft_again_once_opened() -> None:
    assert state("finish").finished is not None
    assert state("finish", "reopen").finished is None


def test_answers_do_not_show_in_what_a_traceback_would_print(knowledge: KnowledgeBase) -> None:
    name = NAMES[0]
    value = next(iter(knowledge.observables[name].values))
    change = NewAnswers({name: value})

    assert f"'{value}'" not in repr((change, log([change]), state(change)))
