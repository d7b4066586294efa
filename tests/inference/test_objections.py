"""Which answers speak against a fault that others show."""

import strategies
from counts import examples
from hypothesis import given
from hypothesis import strategies as st
from shipped import shipped

from hingeexpert.forms import Assessment
from hingeexpert.inference import diagnose
from hingeexpert.inference.objections import speaking_against
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.conclusions import CONFIDENCES

KNOWLEDGE = shipped()
DRILLED = [name for group in KNOWLEDGE.drills_of_form for name in group.observables]
LOST: dict[str, Value] = {
    "stick.sacrum": "lost",
    "stick.sacrum_when": "middle",
    "stick.depth_degrees": 40,
    "stick.head": "kept",
    "stick.midback": "kept",
}
FORWARD: dict[str, Value] = {"stick.knees": "forward", "stick.sacrum": "kept"}


def places(answers: dict[str, Value]) -> dict[str, int]:
    """Return how sure each fault is that is present, 0 for the surest."""
    faults = diagnose(KNOWLEDGE, Assessment(answers)).faults
    return {fault.id: CONFIDENCES.index(fault.confidence) for fault in faults if fault.confidence}


def lowered(before: dict[str, int], after: dict[str, int]) -> list[str]:
    last = len(CONFIDENCES)
    return [name for name, place in before.items() if after.get(name, last) > place]


def test_what_lowers_a_fault_is_found_and_what_does_not_is_left() -> None:
    steady: dict[str, Value] = {"stick.lumbar_gap": "steady", "stick.gaze": "down"}

    assert lowered(places(LOST), places({**LOST, "stick.lumbar_gap": "steady"}))
    assert speaking_against(KNOWLEDGE, LOST, steady) == {"stick.lumbar_gap"}


def test_what_speaks_against_it_in_another_drill_is_found() -> None:
    soft: dict[str, Value] = {"wall.knees": "soft", "wall.feet": "flat"}

    assert speaking_against(KNOWLEDGE, {"stick.knees": "locked"}, soft) == {"wall.knees"}


def test_what_speaks_against_it_together_only_is_found() -> None:
    both: dict[str, Value] = {"wall.hips": "back", "wall.knees": "soft"}
    before = places(FORWARD)

    assert before
    assert not any(lowered(before, places({**FORWARD, name: both[name]})) for name in both)
    assert lowered(before, places({**FORWARD, **both}))
    assert speaking_against(KNOWLEDGE, FORWARD, both)


def test_where_no_fault_is_shown_nothing_speaks_against_one() -> None:
    assert speaking_against(KNOWLEDGE, {}, {"stick.lumbar_gap": "steady"}) == set()
    assert speaking_against(KNOWLEDGE, {"stick.sacrum": "kept"}, {"wall.knees": "soft"}) == set()


@examples(quick=30, thorough=120)
@given(strategies.answers(KNOWLEDGE, calm=True), st.data())
def test_without_what_is_found_no_fault_is_lowered(
    drawn: dict[str, Value], data: st.DataObject
) -> None:
    here = [name for name in DRILLED if name in drawn and not name.endswith((".done", ".hold"))]
    names = data.draw(st.sets(st.sampled_from(here))) if here else set()
    candidates = {name: drawn[name] for name in here if name in names}
    said = {name: value for name, value in drawn.items() if name not in names}
    found = speaking_against(KNOWLEDGE, said, candidates)
    rest = {name: value for name, value in candidates.items() if name not in found}

    assert found <= candidates.keys()
    assert not lowered(places(said), places({**said, **rest}))
