"""What the page of a visit shows, piece by piece."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from visits import CLEAN

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


def under(piece: str, word: str) -> str:
    """Return the faults in the fold of a word."""
    found = re.search(rf"<summary>\d+ {word}</summary>(.*?)</details>", piece, re.DOTALL)
    return found[1] if found is not None else ""


def test_what_nobody_looked_at_is_not_called_ruled_out(
    knowledge: KnowledgeBase, intake: Intake
) -> None:
    title = knowledge.faults["breath_holding"].title
    blank = pieces_of(intake, {})["result-faults"]
    looked = pieces_of(intake, {"stick.breath": "easy"})["result-faults"]

    assert title in under(blank, "not looked at")
    assert title not in under(blank, "ruled out")
    assert title in under(looked, "ruled out")
    assert title not in under(looked, "not looked at")


def test_questions_of_both_drills_are_told_apart_on_the_result(
    knowledge: KnowledgeBase, intake: Intake
) -> None:
    visit = intake.begin()
    for group in ("safety", "wall", "stick"):
        intake.all_well(visit, intake.state(visit).version, group)
    blank = {"wall.clean_reps": None, "stick.clean_reps": None}
    intake.change(visit, intake.state(visit).version, NewAnswers({**CLEAN, **blank}))
    check = Pieces(intake, None).of(intake.look(visit), everything=False)["check"]
    short = knowledge.observables["wall.clean_reps"].short

    for group in ("wall", "stick"):
        title = knowledge.part_of[f"{group}.clean_reps"].title
        assert f">{short} ({title})</a>" in check
    assert f">{short}</a>" not in check


def test_what_does_not_fit_is_told_once(knowledge: KnowledgeBase, intake: Intake) -> None:
    answers: dict[str, Value] = {"pain.during_drill": 3, "pain.behaviour": "none"}
    visit = intake.begin()
    intake.change(visit, intake.state(visit).version, NewAnswers(answers))
    open_ = Pieces(intake, None).of(intake.look(visit), everything=False)
    intake.finish(visit, intake.state(visit).version)
    closed = Pieces(intake, None).of(intake.look(visit), everything=False)

    assert "Does not fit" in open_["check"]
    assert open_["result-checks"] == '<div id="result-checks"></div>'
    assert "Please check" in closed["result-checks"]
    assert "Does not fit" not in closed["check"]


def test_a_finished_visit_asks_for_nothing_more(intake: Intake) -> None:
    visit = intake.begin()
    before = Pieces(intake, None).of(intake.look(visit), everything=False)["next-result"]
    intake.finish(visit, intake.state(visit).version)
    after = Pieces(intake, None).of(intake.look(visit), everything=False)

    assert '"eyebrow">Next<' in before
    assert not [name for name in after if name.startswith("next-") and " open<" in after[name]]


def test_the_line_of_a_stop_says_once_what_to_do(intake: Intake) -> None:
    pieces = pieces_of(intake, {"safety.saddle_numbness": "yes"})
    line = re.search(r'class="stop-line">.*?<span>(.*?)</span>', pieces["sight-say"], re.DOTALL)

    assert line is not None
    assert line[1].count("Emergency") == 1


def test_questions_with_a_comma_are_told_apart(knowledge: KnowledgeBase, intake: Intake) -> None:
    visit = intake.begin()
    lost: dict[str, Value] = {**CLEAN, "stick.sacrum": "lost", "pain.behaviour": "steady"}
    intake.change(visit, intake.state(visit).version, NewAnswers(lost))
    for group in ("safety", "wall", "stick"):
        intake.all_well(visit, intake.state(visit).version, group)
    pieces = Pieces(intake, None).of(intake.look(visit), everything=False)
    reps = knowledge.observables["stick.clean_reps"].short
    leg = knowledge.observables["screen.leg_raise_degrees"].short

    assert f'; <a href="#q-stick-clean_reps">{reps}</a>' in pieces["rest-stick"]
    assert f"; {leg}" in pieces["go-after"]
