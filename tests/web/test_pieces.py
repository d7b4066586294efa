"""What the page of a visit shows, piece by piece."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hingeexpert.intake import Intake
from hingeexpert.intake.events import NewAnswers
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.record import Record
from hingeexpert.web.pieces import Pieces

SEEN: dict[str, Value] = {"stick.sacrum": "lost", "wall.clean_reps": 3}


@pytest.fixture
def intake(knowledge: KnowledgeBase, tmp_path: Path) -> Iterator[Intake]:
    with closing(Record(tmp_path / "record.sqlite")) as record:
        yield Intake(knowledge, record)


def pieces_of(
    intake: Intake, answers: dict[str, Value], person: str | None = None
) -> dict[str, str]:
    visit = intake.begin(person)
    intake.change(visit, intake.state(visit).version, NewAnswers(answers))
    return Pieces(intake, None).of(intake.look(visit), everything=False)


def test_in_an_emergency_no_piece_shows_anything_of_a_drill(
    knowledge: KnowledgeBase, intake: Intake
) -> None:
    earlier = intake.begin()
    intake.change(earlier, intake.state(earlier).version, NewAnswers(SEEN))
    intake.finish(earlier, intake.state(earlier).version)
    person = intake.look(earlier).person.id
    pieces = pieces_of(intake, {**SEEN, "safety.tearing_pain": "yes"}, person)
    shown = "\n".join(pieces.values())

    assert "For whoever takes over" in pieces["next-result"]
    assert "safety.cauda_equina_investigated" in pieces["next-result"]
    assert "For whoever takes over" in pieces["next-safety"]
    assert knowledge.observables["symptom.duration"].question in pieces["q-symptom-duration"]
    for group in knowledge.drills_of_form:
        assert group.title not in shown
        for item in group.observables.values():
            assert item.question not in shown
            assert not item.short or item.short not in shown
    assert '"eyebrow">Next<' not in shown
    for name, drill in knowledge.drills.items():
        assert drill.title not in shown
        assert not re.search(rf"\b{name}\b", shown)
    assert pieces["result-faults"] == '<div id="result-faults"></div>'
    assert pieces["result-before"] == '<div id="result-before"></div>'


def test_in_an_emergency_with_all_answered_nothing_is_left(
    knowledge: KnowledgeBase, intake: Intake
) -> None:
    flags = {name: "no" for name in knowledge.observables if name.startswith("safety.")}
    answers = {**flags, "safety.tearing_pain": "yes", "symptom.low_back_pain": "no"}

    assert "Nothing is open" in pieces_of(intake, answers)["next-result"]
    assert "Next: Person" in pieces_of(intake, answers)["next-safety"]


def test_an_urgent_visit_shows_what_can_still_change_it(intake: Intake) -> None:
    pieces = pieces_of(intake, {"safety.gait_change": "yes"})

    assert '"eyebrow">Next<' in pieces["next-result"]
    assert "safety.saddle_numbness" in pieces["next-result"]
    assert "Next" in pieces["next-safety"]
    assert "For whoever takes over" not in pieces["next-safety"]
    assert pieces["q-stick-sacrum"] == '<div id="q-stick-sacrum"></div>'
