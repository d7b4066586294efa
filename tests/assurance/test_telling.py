"""The few people who tell most of a change: whom it moves, as plain as the move allows."""

from collections.abc import Callable
from pathlib import Path

import pytest
from planted import edited
from shipped import shipped

from hingeexpert.assurance.authoring.seeing.telling import (
    Moved,
    changed_conditions,
    moved_people,
    moves,
    telling,
)
from hingeexpert.assurance.invented import Inventor
from hingeexpert.assurance.people import good_answers, out_of_order
from hingeexpert.assurance.shares import read_shares
from hingeexpert.formats.files import data_folder
from hingeexpert.forms import Assessment
from hingeexpert.forms.contradictions import contradictions
from hingeexpert.inference import diagnose
from hingeexpert.inference.crowd import Crowd, Judged, judged
from hingeexpert.inference.labels import labels_of
from hingeexpert.knowledge import KnowledgeBase

PEOPLE = 20_000
TURNED = ("triage.yaml", "when: {safety.major_trauma: yes}", "when: {safety.major_trauma: no}")
LESS_DEEP = (
    "parameters.yaml",
    "{value: 50, unit: degrees of forward lean",
    "{value: 45, unit: degrees of forward lean",
)
LESS_SURE = ("faults/breath_holding.yaml", "confidence: medium", "confidence: low")


@pytest.fixture(scope="module")
def crowd() -> Crowd:
    shares = read_shares(data_folder("rules"), shipped())
    return Inventor(shipped(), shares, PEOPLE).crowd()


@pytest.fixture(scope="module")
def before(crowd: Crowd) -> Judged:
    return judged(shipped(), crowd)


Edit = tuple[str, str, str]
Edited = Callable[[Edit], KnowledgeBase]


@pytest.fixture
def changed(tmp_path: Path) -> Edited:
    return lambda edit: edited(tmp_path, *edit)


@pytest.mark.parametrize("edit", [TURNED, LESS_DEEP, LESS_SURE], ids=["turned", "number", "sure"])
def test_each_person_shows_the_move_by_the_engine_and_could_not_be_plainer(
    before: Judged, changed: Edited, edit: Edit
) -> None:
    new = changed(edit)
    people = telling(before, judged(new, before.crowd))

    assert 1 <= len(people) <= 3
    for person in people:
        moved, answers = person.moved, dict(person.answers)
        assert _said(shipped(), answers, moved) == moved.before
        assert _said(new, answers, moved) == moved.after
        assert not list(contradictions(new, answers))
        for name in out_of_order(new, answers):
            plainer = {**answers, name: good_answers(new, name)[0]}
            stays = (
                _said(shipped(), plainer, moved) == moved.before
                and _said(new, plainer, moved) == moved.after
                and not list(contradictions(new, plainer))
                and _checks(new, plainer) <= _checks(new, answers)
            )
            assert not stays, f"{name} could be in order"


def _said(knowledge: KnowledgeBase, answers: dict[str, str | int | float], moved: Moved) -> str:
    diagnosis = diagnose(knowledge, Assessment(answers))
    return labels_of(knowledge, diagnosis)[moved.conclusion]


def _checks(knowledge: KnowledgeBase, answers: dict[str, str | int | float]) -> set[str]:
    return {check.id for check in diagnose(knowledge, Assessment(answers)).checks}


def test_ladders_come_first_and_what_becomes_milder(before: Judged, changed: Edited) -> None:
    """A rule turned round: who fell is told nothing, and who did not is stopped."""
    new = changed(TURNED)
    people = telling(before, judged(new, before.crowd), changed_conditions(shipped(), new))

    told = [(person.moved.conclusion, person.moved.before, person.line) for person in people]
    (first, second, third) = told
    assert {first[:2], second[:2]} == {("readiness", "stop_refer"), ("triage", "urgent")}
    assert "Big fall, crash or hard blow: yes" in first[2]
    assert "Big fall, crash or hard blow: no" in third[2]


def test_what_a_changed_condition_asks_is_told_even_where_it_is_in_order(
    before: Judged, changed: Edited
) -> None:
    new = changed(LESS_DEEP)
    names = changed_conditions(shipped(), new)
    people = telling(before, judged(new, before.crowd), names)

    assert "finding:sacrum_lost_end_short" in names
    assert all("Forward lean at the hips: 4" in person.line for person in people)


def test_moves_say_of_whom_something_else_is_said_now(before: Judged, changed: Edited) -> None:
    after = judged(changed(LESS_SURE), before.crowd)
    found = moves(before, after)

    held = before.crowd.answers["stick.breath"]["held"]
    (sure,) = [item for item in found if item.conclusion == "breath_holding"]
    assert (sure.before, sure.after) == ("present, medium", "present, low")
    assert (sure.people, sure.count) == (held, held.bit_count())
    assert moved_people(found) == held


def test_where_nothing_changed_nobody_is_told_of(before: Judged) -> None:
    assert moves(before, judged(shipped(), before.crowd)) == []
    assert telling(before, judged(shipped(), before.crowd)) == []
