"""The picture of what was seen: made of the answers, and true to all of them."""

from collections.abc import Iterator, Mapping

import pytest
from bodies import gap, over_the_foot
from counts import examples
from hypothesis import given
from hypothesis import strategies as st
from measured import LABELS, denied
from shipped import shipped
from strategies import answers as form_answers

from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.forms.assessment import NOT_NOTED, what_is_known
from hingeexpert.handout.document import Wishes
from hingeexpert.handout.situation import Situation
from hingeexpert.handout.writing import handout
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.poses import CONTACTS
from hingeexpert.knowledge.models.seen import SeenPicture
from hingeexpert.pictures import Seen, as_it_stands, draw, seen_picture
from hingeexpert.pictures.figure import Figure
from hingeexpert.pictures.scene import wall_at

KNOWLEDGE = shipped()
BODY = KNOWLEDGE.poses
LIMITS = {name: item.value for name, item in KNOWLEDGE.parameters.items()}
PICTURES: dict[str, SeenPicture] = {
    name: fault.picture for name, fault in KNOWLEDGE.faults.items() if fault.picture is not None
}
SIGHTINGS = [
    (name, number) for name, picture in PICTURES.items() for number in range(len(picture.seen))
]
Answers = Mapping[str, Value]


def made(fault: str, answers: Answers) -> Seen:
    seen = seen_picture(KNOWLEDGE, PICTURES[fault], answers)
    assert seen is not None
    return seen


def label(fault: str, answers: Answers) -> str:
    return made(fault, answers).picture.label


def side_of(answers: Answers) -> str | None:
    """Return the side to which a sheet draws a person."""
    names = KNOWLEDGE.handout.measured.side
    return next((str(answers[n]) for n in names if answers.get(n) in ("left", "right")), None)


def given_of(answers: dict[str, Value]) -> Answers:
    """Return what was given: nothing assumed, nothing void."""
    known = what_is_known(KNOWLEDGE, answers)
    return {
        name: value
        for name, value in known.facts.items()
        if name not in known.assumed and value != NOT_NOTED
    }


@st.composite
def drills(draw: st.DrawFn) -> Answers:
    """What was given of both drills."""
    everything = draw(form_answers(KNOWLEDGE, calm=True))
    return given_of(
        {name: value for name, value in everything.items() if name.startswith(("wall.", "stick."))}
    )


@examples(quick=20, thorough=150)
@given(drills())
def test_no_picture_shows_what_an_answer_denies(answers: Answers) -> None:
    assert_nothing_denied(answers)


def assert_nothing_denied(answers: Answers) -> None:
    for fault, picture in PICTURES.items():
        seen = seen_picture(KNOWLEDGE, picture, answers)
        if seen is not None:
            first, said = seen.picture.first, seen.picture.label
            assert seen.denied_by(answers, LIMITS) == (), fault
            assert denied(BODY, first, said, answers, side_of(answers)) == [], (fault, said)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({}, id="heels-alone"),
        pytest.param({"wall.touch": "not_reached"}, id="wall-not-reached"),
        pytest.param(
            {"wall.touch": "not_reached", "wall.distance_feet": 1.25, "wall.balance": "steady"},
            id="wall-too-far",
        ),
        pytest.param({"wall.balance": "wobbles"}, id="not-steady"),
    ],
)
def test_hips_are_drawn_back_on_locked_knees_whose_heels_come_up(more: Answers) -> None:
    answers = {"wall.hips": "back", "wall.feet": "heels_lift", "wall.knees": "locked", **more}
    seen = made("forward_fold", answers).picture

    assert seen.label == "Heels come up"
    assert_nothing_denied(answers)
    assert 0.6 < over_the_foot(Figure(BODY, BODY.pose(seen.first), seen.first)) < 1


def test_no_sheet_of_a_worked_case_shows_what_an_answer_denies(outcomes: list[Outcome]) -> None:
    drawn = 0
    for outcome in outcomes:
        person = Situation(KNOWLEDGE, outcome.case.assessment, outcome.diagnosis, Wishes())
        focus, practised = outcome.diagnosis.focus, person.suited.practised
        if focus is None or focus.fault not in PICTURES or not practised:
            continue
        needs = KNOWLEDGE.drills[practised[0]].needs
        seen = seen_picture(KNOWLEDGE, PICTURES[focus.fault], person.given, needs)
        if seen is not None:
            first, said = seen.picture.first, seen.picture.label
            told = denied(BODY, first, said, person.given, side_of(person.facts))
            assert told == [], (outcome.case.name, said)
            assert seen.picture.needs <= set(needs), outcome.case.name
            drawn += 1
    assert drawn > 150


def test_sheet_shows_the_picture_made_of_the_answers(outcomes: list[Outcome]) -> None:
    wanted = {"stick_setup": "Stick not on your tailbone", "squat_pattern": "Hips go down"}
    for fault, said in wanted.items():
        found = (item for item in outcomes if item.case.file.startswith(f"{fault}/"))
        labels = {name for item in found for name in labels_of(item)}
        assert said in labels


def labels_of(outcome: Outcome) -> Iterator[str | None]:
    """Yield what stands beside the first panel on a sheet."""
    sheet = handout(KNOWLEDGE, outcome.case.assessment, outcome.diagnosis)
    for part in sheet.sections:
        if part.id == "cue":
            yield from (block.panels[0].label for block in part.blocks if block.kind == "drawing")


def test_every_label_of_what_was_seen_is_judged() -> None:
    told = {item.label for picture in PICTURES.values() for item in (picture, *picture.seen)}

    assert told <= set(LABELS)


@pytest.mark.parametrize("fault", PICTURES)
def test_picture_as_it_stands_says_of_the_stick_what_it_touches(fault: str) -> None:
    picture = PICTURES[fault]
    seen = as_it_stands(KNOWLEDGE, picture)

    for contact in CONTACTS:
        name = f"stick.{contact}"
        assert (name in seen.shows) is (picture.first.stick is not None)
        if picture.first.stick is not None:
            figure = Figure(BODY, BODY.pose(picture.first), picture.first)
            lost = gap(figure, contact) > 0.02
            assert seen.shows[name] <= {"lost" if lost else "kept"}


@pytest.mark.parametrize(("fault", "number"), SIGHTINGS)
def test_every_way_of_seeing_a_fault_is_drawn(fault: str, number: int) -> None:
    picture = PICTURES[fault]
    sighting = picture.seen[number]
    answers: dict[str, Value] = {}
    for name, wanted in sighting.about.items():
        match wanted:
            case str():
                answers[name] = wanted
            case tuple():
                answers[name] = wanted[0]
            case _:
                answers[name] = 0.25 if wanted.below == "wall_too_near" else 40
                answers[name] = 1.5 if wanted.over is not None else answers[name]
    only = picture.model_copy(update={"seen": (sighting,)})
    seen = seen_picture(KNOWLEDGE, only, answers)

    assert seen is not None
    assert seen.picture != only.drawn
    assert seen.picture.label == sighting.label
    assert all(draw(BODY, seen.picture))


@pytest.mark.parametrize(
    ("fault", "answers", "wanted"),
    [
        ("lumbar_flexion", {"stick.sacrum": "lost"}, "Stick off your tailbone"),
        (
            "lumbar_flexion",
            {"stick.sacrum": "kept", "stick.lumbar_gap": "closes"},
            "Low back rounds",
        ),
        ("squat_pattern", {"wall.hips": "down", "wall.knees": "soft"}, "Hips go down"),
        ("squat_pattern", {"wall.hips": "back", "wall.knees": "forward"}, "Knees go forward"),
        (
            "squat_pattern",
            {"wall.hips": "down", "wall.knees": "forward"},
            "Knees forward, hips down",
        ),
        ("wall_distance", {"wall.touch": "leaning"}, "Leaning on the wall"),
        ("forward_fold", {"wall.feet": "heels_lift", "wall.hips": "back"}, "Heels come up"),
        ("return_back_led", {"stick.return": "back_rounds"}, "Back rounds on the way up"),
        ("balance_loss", {"wall.balance": "wobbles"}, "Not steady"),
        ("stick_setup", {"stick.hold": "slipped"}, "Stick slipped"),
        (
            "stick_setup",
            {"stick.sacrum": "lost", "stick.sacrum_when": "setup", "stick.head": "kept"},
            "Stick not on your tailbone",
        ),
        ("asymmetric_shift", {"stick.weight_shift": "left"}, "Hips move to your left"),
    ],
)
def test_label_says_the_answer(fault: str, answers: Answers, wanted: str) -> None:
    assert label(fault, answers) == wanted


def test_wall_stands_where_it_was_measured() -> None:
    for far in (0.25, 0.5, 0.75, 1, 1.25):
        answers: Answers = {"wall.distance_feet": far, "wall.touch": "light", "wall.feet": "flat"}
        seen = made("rock_back", {**answers, "wall.feet": "toes_lift"})
        figure = Figure(BODY, BODY.pose(seen.picture.first), seen.picture.first)
        sizes = BODY.proportions
        drawn = (-wall_at(figure) - sizes.heel) / sizes.foot_length
        assert drawn == pytest.approx(far, abs=0.03)


def test_who_is_too_near_steps_out_and_who_is_too_far_steps_in() -> None:
    near = made("wall_distance", {"wall.distance_feet": 0.25, "wall.touch": "light"}).picture
    far = made("wall_distance", {"wall.distance_feet": 1.5, "wall.touch": "not_reached"}).picture

    assert (near.label, near.aim) == ("Too near the wall", "Step out a little")
    assert (far.label, far.aim) == ("Too far from the wall", "Step in a little")
    # The wall is behind, so forward is away from it.
    assert near.second.arrows[0].go[0] > 0 > far.second.arrows[0].go[0]


def test_all_answers_of_the_drill_are_drawn_and_not_the_one_alone() -> None:
    alone = made("lumbar_flexion", {"stick.sacrum": "lost"}).picture.first
    answers: Answers = {"stick.sacrum": "lost", "stick.head": "lost", "stick.knees": "locked"}
    both = made("lumbar_flexion", answers).picture.first

    assert alone.stick is not None
    assert both.stick is not None
    assert set(alone.stick.kept) - set(both.stick.kept) == {"head"}
    assert BODY.pose(both).knee < BODY.pose(alone).knee


def test_picture_as_it_stands_is_drawn_where_the_answers_say_too_little() -> None:
    assert made("squat_pattern", {}).picture == PICTURES["squat_pattern"].drawn


def test_there_is_no_picture_where_every_one_would_be_denied() -> None:
    answers: Answers = {"wall.hips": "down", "wall.knees": "locked", "stick.knees": "soft"}

    assert seen_picture(KNOWLEDGE, PICTURES["squat_pattern"], answers) is None


def test_picture_takes_only_the_things_that_are_there() -> None:
    answers: Answers = {"wall.hips": "down"}
    with_wall = seen_picture(KNOWLEDGE, PICTURES["squat_pattern"], answers, ["wall"])
    without = seen_picture(KNOWLEDGE, PICTURES["squat_pattern"], answers, [])

    assert with_wall is not None
    assert without is not None
    assert with_wall.picture.needs == {"wall"}
    assert without.picture.needs == frozenset()


def test_hips_that_stay_are_denied_by_hips_that_go_anywhere() -> None:
    seen = as_it_stands(KNOWLEDGE, PICTURES["forward_fold"])

    assert seen.denied_by({"wall.hips": "back"}, LIMITS) == ("wall.hips",)
    assert seen.denied_by({"wall.hips": "down"}, LIMITS) == ("wall.hips",)
    assert seen.denied_by({}, LIMITS) == ()


def test_wall_on_the_other_side_of_a_limit_is_denied() -> None:
    seen = as_it_stands(KNOWLEDGE, PICTURES["wall_distance"])

    assert seen.denied_by({"wall.distance_feet": 0.75}, LIMITS) == ("wall.distance_feet",)
    assert seen.denied_by({"wall.distance_feet": 3}, LIMITS) == ()
