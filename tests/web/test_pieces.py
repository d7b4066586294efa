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


@pytest.fixture
def seen_before(intake: Intake) -> str:
    """A person in whom a finished visit saw faults."""
    earlier = intake.begin()
    intake.change(earlier, intake.state(earlier).version, NewAnswers(SEEN))
    intake.finish(earlier, intake.state(earlier).version)
    return intake.look(earlier).person.id


def pieces_of(
    intake: Intake,
    answers: dict[str, Value],
    person: str | None = None,
    everything: bool = False,
) -> dict[str, str]:
    visit = intake.begin(person)
    intake.change(visit, intake.state(visit).version, NewAnswers(answers))
    return Pieces(intake, None).of(intake.look(visit), everything)


def of_drills(knowledge: KnowledgeBase, shown: str) -> list[str]:
    """Return what of the drills, and which fault, is named."""
    words = [drill.title for drill in knowledge.drills.values()]
    words += [fault.title for fault in knowledge.faults.values()]
    for group in knowledge.drills_of_form:
        words.append(group.title)
        for item in group.observables.values():
            words += [item.question, *filter(None, [item.short])]
    ids = [name for name in knowledge.drills if re.search(rf"\b{name}\b", shown)]
    return [word for word in words if word in shown] + ids


@pytest.mark.parametrize("everything", [False, True], ids=["steps", "all_questions"])
@pytest.mark.parametrize("flag", ["tearing_pain", "gait_change"])
def test_before_a_referral_no_piece_shows_anything_of_a_drill(
    knowledge: KnowledgeBase, intake: Intake, seen_before: str, flag: str, everything: bool
) -> None:
    answers: dict[str, Value] = {**SEEN, f"safety.{flag}": "yes"}
    pieces = pieces_of(intake, answers, seen_before, everything)

    assert of_drills(knowledge, "\n".join(pieces.values())) == []
    assert pieces["result-faults"] == '<div id="result-faults"></div>'
    assert pieces["result-before"] == '<div id="result-before"></div>'


def test_an_emergency_asks_what_whoever_takes_over_needs(
    knowledge: KnowledgeBase, intake: Intake, seen_before: str
) -> None:
    pieces = pieces_of(intake, {**SEEN, "safety.tearing_pain": "yes"}, seen_before)

    assert "For whoever takes over" in pieces["next-result"]
    assert "safety.cauda_equina_investigated" in pieces["next-result"]
    assert "For whoever takes over" in pieces["next-safety"]
    assert knowledge.observables["symptom.duration"].question in pieces["q-symptom-duration"]
    assert '"eyebrow">Next<' not in "\n".join(pieces.values())


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
