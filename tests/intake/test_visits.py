"""What may be done with a visit, and what follows from it."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.errors import InputError
from hingeexpert.forms import Assessment, form_of, read_form
from hingeexpert.inference import diagnose
from hingeexpert.intake import Intake
from hingeexpert.intake.at_once import all_well
from hingeexpert.intake.checking import before_finish
from hingeexpert.intake.events import NewAnswers
from hingeexpert.intake.visits import read_value
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.record import MissingError, Record, StaleError

DAY = "2026-11-20"
HEAD = {"patient_id": "P-1", "name": "Sam Example", "date": DAY, "clinician": "Dr. Who"}


@pytest.fixture
def intake(knowledge: KnowledgeBase, tmp_path: Path) -> Iterator[Intake]:
    record = Record(tmp_path / "record.sqlite")
    yield Intake(knowledge, record)
    record.close()


def give(intake: Intake, visit: str, answers: dict[str, object], at_once: bool = False) -> None:
    intake.change(visit, intake.state(visit).version, NewAnswers(dict(answers), at_once=at_once))  # type: ignore[arg-type]


def clean(intake: Intake, visit: str) -> None:
    """Answer every part that can be answered at once."""
    for group in intake.knowledge.groups:
        if all_well(group):
            intake.all_well(visit, intake.state(visit).version, group.group)


def test_a_first_visit_and_a_next_one_are_told_apart(
    intake: Intake, knowledge: KnowledgeBase
) -> None:
    first = intake.begin()
    person = intake.look(first).person.id
    give(intake, first, {"safety.fever_or_chills": "no", "symptom.groin_pinch": "none"})
    second = intake.begin(person)
    assert intake.state(second).answers == knowledge.intake.first_visit
    give(intake, second, {"stick.sacrum": "lost"})
    same_day = intake.begin(person)
    intake.describe(second, {"date": "2026-11-01"})
    third = intake.begin(person)

    assert intake.state(same_day).answers == {}
    assert intake.state(third).answers == knowledge.intake.next_visit
    assert intake.look(third).visit.date == datetime.date.today().isoformat()
    with pytest.raises(MissingError):
        intake.begin("nobody")


def test_a_look_is_the_diagnosis_of_its_form(intake: Intake, knowledge: KnowledgeBase) -> None:
    visit = intake.begin()
    clean(intake, visit)
    intake.describe(visit, HEAD)
    look = intake.look(visit)
    form = read_form(knowledge, "form", form_of(knowledge, look.assessment).encode())

    assert look.diagnosis == diagnose(knowledge, form)
    assert look.diagnosis.patient == {"id": "P-1", "name": "Sam Example"}
    assert look.diagnosis.screenings[0].at_once == look.diagnosis.screenings[0].flags


def test_a_flag_taken_back_leaves_the_others_said_at_once(
    intake: Intake, knowledge: KnowledgeBase
) -> None:
    visit = intake.begin()
    intake.all_well(visit, intake.state(visit).version, "safety")
    give(intake, visit, {"safety.gait_change": None})
    give(intake, visit, {"safety.fever_or_chills": "yes"})
    look = intake.look(visit)
    form = read_form(knowledge, "form", form_of(knowledge, look.assessment).encode())
    (screening,) = diagnose(knowledge, form).screenings

    assert look.diagnosis.screenings == [screening]
    assert (screening.at_once, screening.one_by_one) == (screening.flags - 2, 1)
    assert screening.left_blank == ["safety.gait_change"]
    assert intake.look(intake.take(form)).diagnosis.screenings == [screening]


def test_what_the_presses_say_is_a_clean_hinge(intake: Intake, knowledge: KnowledgeBase) -> None:
    visit = intake.begin()
    clean(intake, visit)
    look = intake.look(visit)
    seen = {
        name
        for group in knowledge.groups
        if group.not_done_when is not None
        for name in all_well(group)
    }

    assert seen == {
        name
        for group in knowledge.groups
        if group.not_done_when is not None
        for name, item in group.observables.items()
        if item.blank == "unknown"
    }
    assert seen <= look.assessment.answers.keys()
    assert not [fault.id for fault in look.diagnosis.faults if fault.status == "present"]
    assert not [
        question.observable for question in look.diagnosis.ask_next if question.observable in seen
    ]


def test_a_look_after_a_change_of_the_head_tells_the_new_one(intake: Intake) -> None:
    visit = intake.begin()
    intake.describe(visit, HEAD)
    intake.describe(visit, {**HEAD, "name": "Pat Other"})

    assert intake.look(visit).diagnosis.patient["name"] == "Pat Other"


def test_the_worked_cases_taken_as_visits_give_the_same(
    intake: Intake, knowledge: KnowledgeBase, outcomes: list[Outcome]
) -> None:
    for outcome in outcomes[::7]:
        look = intake.look(intake.take(outcome.case.assessment))
        kept = {
            key: text
            for key, text in outcome.case.assessment.patient.items()
            if key in ("id", "name")
        }

        assert look.diagnosis == outcome.diagnosis.model_copy(update={"patient": kept}), (
            outcome.case.file
        )


def test_a_form_without_a_day_is_of_today_and_one_with_no_day_is_refused(intake: Intake) -> None:
    assert intake.look(intake.take(Assessment({}))).visit.date == datetime.date.today().isoformat()
    with pytest.raises(InputError, match="a day is needed here"):
        intake.take(Assessment({}, date="in spring"))
    assert len(intake.record.visits()) == 1


def test_a_value_that_is_not_allowed_is_refused_with_every_other(intake: Intake) -> None:
    visit = intake.begin()
    with pytest.raises(InputError) as caught:
        give(
            intake,
            visit,
            {
                "stick.sacrum": "gone",
                "pain.during_drill": 11,
                "stick.sacrun": "kept",
                "wall.feet": True,
            },
        )

    assert len(caught.value.problems) == 4
    assert intake.state(visit).version == 1


def test_who_writes_to_a_visit_as_it_was_is_told(intake: Intake) -> None:
    visit = intake.begin()
    version = intake.state(visit).version
    give(intake, visit, {"stick.sacrum": "lost"})
    with pytest.raises(StaleError):
        intake.change(visit, version, NewAnswers({"stick.sacrum": "kept"}))

    assert intake.state(visit).answers["stick.sacrum"] == "lost"


def test_a_part_without_the_one_press_cannot_be_answered_by_it(intake: Intake) -> None:
    visit = intake.begin()
    for group in ("context", "nothing"):
        with pytest.raises(InputError, match="cannot be answered at once"):
            intake.all_well(visit, 1, group)


def test_a_finished_visit_stays_as_it_is_until_it_is_opened(intake: Intake) -> None:
    visit = intake.begin()
    give(intake, visit, {"stick.sacrum": "lost"})
    intake.finish(visit, intake.state(visit).version)
    version = intake.state(visit).version
    for change in (
        lambda: give(intake, visit, {"stick.sacrum": "kept"}),
        lambda: intake.step(visit, version, "undo"),
    ):
        with pytest.raises(InputError, match="finished"):
            change()
    kept = intake.kept(intake.look(visit).visit)
    assert kept is not None
    assert kept.result.faults.keys() == {"lumbar_flexion"}
    intake.step(visit, version, "reopen")
    give(intake, visit, {"stick.sacrum": "kept"})

    assert intake.state(visit).answers["stick.sacrum"] == "kept"
    assert intake.kept(intake.look(visit).visit) is None


def test_a_finished_visit_cannot_be_finished_again_nor_a_draft_opened(intake: Intake) -> None:
    visit = intake.begin()
    with pytest.raises(InputError, match="not finished"):
        intake.step(visit, 1, "reopen")
    intake.finish(visit, 1)
    with pytest.raises(InputError, match="finished"):
        intake.finish(visit, 2)

    assert [event.kind for event in intake.record.events(visit)] == ["answer", "finish"]


def test_what_is_kept_of_a_finished_visit_is_what_was_told_then(intake: Intake) -> None:
    visit = intake.begin()
    clean(intake, visit)
    look = intake.look(visit)
    intake.finish(visit, look.state.version)
    kept = intake.kept(look.visit)

    assert kept is not None
    assert (kept.result.triage, kept.result.readiness) == (
        look.diagnosis.triage.verdict,
        look.diagnosis.readiness.verdict,
    )
    assert kept.result.knowledge == look.diagnosis.knowledge


def test_a_retest_is_set_beside_the_visit_before(intake: Intake, knowledge: KnowledgeBase) -> None:
    first = intake.begin()
    clean(intake, first)
    give(intake, first, {"stick.sacrum": "lost", "stick.clean_reps": 4, "wall.balance": "wobbles"})
    intake.describe(first, HEAD)
    assert intake.compared(intake.look(first)) is None
    intake.finish(first, intake.state(first).version)
    second = intake.begin(intake.look(first).person.id)
    clean(intake, second)
    give(intake, second, {"stick.breath": "held", "wall.balance": "wobbles"})
    found = intake.compared(intake.look(second))

    assert found is not None
    assert (found.date, found.other_rules) == (DAY, False)
    assert found.gone == (knowledge.faults["lumbar_flexion"].title,)
    assert found.still == (knowledge.faults["balance_loss"].title,)
    assert found.new == (knowledge.faults["breath_holding"].title,)
    assert [(number.then, number.now) for number in found.numbers if number.then is not None] == [
        (4, None)
    ]


def test_an_unfinished_visit_and_one_of_somebody_else_are_never_compared(intake: Intake) -> None:
    other, draft = intake.begin(), intake.begin()
    intake.finish(other, 1)
    second = intake.begin(intake.look(draft).person.id)

    assert intake.compared(intake.look(second)) is None


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [("wall.balance", "wobbles", "balance_loss"), ("stick.breath", "held", "breath_holding")],
)
def test_a_fault_that_nobody_looked_for_today_is_neither_gone_nor_still_there(
    intake: Intake, knowledge: KnowledgeBase, name: str, value: str, fault: str
) -> None:
    """Also one of which a blank is taken as its absence."""
    first = intake.begin()
    give(intake, first, {name: value})
    intake.finish(first, 2)
    second = intake.begin(intake.look(first).person.id)
    found = intake.compared(intake.look(second))

    assert found is not None
    assert found.unknown == (knowledge.faults[fault].title,)
    assert found.gone == found.still == found.new == ()


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("name", "x" * 201, "201 characters"),
        ("name", "Sam\x1b[2J", "control character"),
        ("clinician", "\ud800", "control character"),
        ("date", "20.11.2026", "a day is needed"),
        ("date", "", "a day is needed"),
    ],
)
def test_a_head_that_no_form_could_hold_is_refused_and_not_shown(
    intake: Intake, key: str, text: str, said: str
) -> None:
    visit = intake.begin()
    with pytest.raises(InputError, match=said) as caught:
        intake.describe(visit, {**HEAD, key: text})

    assert "Sam" not in str(caught.value)
    assert intake.look(visit).person.name == ""


UNSEEN = {
    "blanks": " \u2003\t",
    "joiners": "\u200d\u200c",
    "Hangul filler": "\u3164",
    "half a filler": "\u115f\u1160\uffa0",
    "blank Braille": "\u2800",
    "marks on nothing": "\ufe0f\u034f",
    "what turns text": "\u202e\u2066\u200b",
}


@pytest.mark.parametrize("text", UNSEEN.values(), ids=UNSEEN)
def test_a_name_of_which_nothing_is_seen_is_none(intake: Intake, text: str) -> None:
    visit = intake.begin()
    intake.describe(visit, {"name": text, "patient_id": text})
    look = intake.look(visit)

    assert before_finish(intake, look).nameless
    assert (look.person.name, look.person.patient_id) == ("", "")


SPELLED = {
    "short": "Ly",
    "Arabic with a joiner": "\u0646\u0648\u0631\u200c\u0627\u0644\u0644\u0647",
    "a filler inside": "\ud55c\u3164\uae00",
    "a letter with a mark": "e\u0301",
    "Braille": "\u2801",
    "newer than this Python": "\U0001fae8",
    "a dash": "-",
}


@pytest.mark.parametrize("name", SPELLED.values(), ids=SPELLED)
def test_a_name_is_kept_as_it_is_spelled(intake: Intake, name: str) -> None:
    visit = intake.begin()
    intake.describe(visit, {"name": name})

    assert intake.look(visit).person.name == name
    assert not before_finish(intake, intake.look(visit)).nameless


@pytest.mark.parametrize("text", ["20261120", "2026-W47-5", " 2026-11-20 "])
def test_a_day_is_kept_in_one_way(intake: Intake, text: str) -> None:
    visit = intake.begin()
    intake.describe(visit, {**HEAD, "date": text})

    assert intake.look(visit).visit.date == DAY


@pytest.mark.parametrize(("text", "value"), [(" 3 ", 3), ("3,0", 3), ("3.0", 3), ("+3", 3)])
def test_a_number_is_read_as_it_is_typed(knowledge: KnowledgeBase, text: str, value: float) -> None:
    assert read_value(knowledge.observables["pain.during_drill"], text) == value


@pytest.mark.parametrize(
    "text", ["", "three", "11", "-1", "2.5", "nan", "inf", "1e400", "1 2", "yes"]
)
def test_what_is_no_allowed_number_is_told_with_what_is(
    knowledge: KnowledgeBase, text: str
) -> None:
    with pytest.raises(InputError, match="a whole number from 0 to 10"):
        read_value(knowledge.observables["pain.during_drill"], text)


def test_a_word_is_read_only_where_it_is_one_of_the_values(knowledge: KnowledgeBase) -> None:
    assert read_value(knowledge.observables["stick.sacrum"], "lost") == "lost"
    with pytest.raises(InputError, match="allowed: kept, lost"):
        read_value(knowledge.observables["stick.sacrum"], "gone")


def test_a_text_that_is_not_sent_stays(intake: Intake) -> None:
    visit = intake.begin()
    intake.describe(visit, HEAD)
    intake.describe(visit, {"clinician": "Dr. Late"})

    look = intake.look(visit)
    assert (look.person.name, look.visit.clinician) == (HEAD["name"], "Dr. Late")
