"""The drawing that is the form: it shows what is found, its spots can be pressed, and it is the
same page whatever is answered.
"""

import itertools
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping

import pytest
from bodies import gap
from hypothesis import given
from hypothesis import strategies as st
from shipped import shipped

from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.body import BodyFigure, Change, Spot
from hingeexpert.knowledge.models.poses import CONTACTS
from hingeexpert.pictures import draw_body
from hingeexpert.pictures.body_form import HEIGHT, SIGN, WIDTH, BodyDrawing
from hingeexpert.pictures.figure import Figure
from hingeexpert.pictures.scene import extent, wall_at

PHONE = 320
"""Width in CSS pixels at which the drawing must still be of use."""
FINGER = 48
"""The least between two spots there, and the height of what a finger presses."""
TOUCHES, LOST = 0.004, 0.02
"""The most that a stick may be off what it touches, and the least that it must be off what it lost,
in body heights.
"""
SVG = "{http://www.w3.org/2000/svg}"
UNSAID: frozenset[Value] = frozenset({"not_noted"})

KNOWLEDGE = shipped()
BODY = KNOWLEDGE.poses
FIGURES = KNOWLEDGE.body.figures
SPOTS = [(group, spot) for group, figure in FIGURES.items() for spot in figure.spots]
FINDINGS = [(group, spot.observable, value) for group, spot in SPOTS for value in spot.shows]
every_figure = pytest.mark.parametrize("group", FIGURES)


def drawn(group: str, answers: Mapping[str, Value]) -> BodyDrawing:
    return draw_body(BODY, FIGURES[group], answers, UNSAID)


def view(group: str, answers: Mapping[str, Value]) -> Figure:
    panel = FIGURES[group].shown(BODY, answers)
    return Figure(BODY, BODY.pose(panel), panel)


def found(group: str) -> Iterator[dict[str, Value]]:
    """Yield every set of findings that can be marked on a drawing, with forward leans of many
    sizes.
    """
    figure = FIGURES[group]
    names = [spot.observable for spot in figure.spots]
    for values in itertools.product(*([None, *spot.shows] for spot in figure.spots)):
        answers: dict[str, Value] = {
            name: value for name, value in zip(names, values, strict=True) if value is not None
        }
        yield answers
        yield from (
            {**answers, figure.lean: lean} for lean in (0, 40, 65, 120) if figure.lean is not None
        )


@st.composite
def forms(draw: st.DrawFn) -> tuple[str, dict[str, Value]]:
    """A drawing with any answers, also such as say nothing."""
    group = draw(st.sampled_from(sorted(FIGURES)))
    figure: BodyFigure = FIGURES[group]
    values = {
        spot.observable: st.sampled_from([*KNOWLEDGE.observables[spot.observable].values])
        for spot in figure.spots
    }
    numbers = {} if figure.lean is None else {figure.lean: st.integers(0, 120)}
    return group, draw(st.fixed_dictionaries({}, optional={**values, **numbers}))


@given(forms())
def test_any_answers_make_a_page_of_the_same_size_and_the_same_bytes(
    form: tuple[str, dict[str, Value]],
) -> None:
    drawing = drawn(*form)
    page = ET.fromstring(drawing.svg)

    assert page.get("viewBox") == f"0 0 {WIDTH} {HEIGHT}"
    assert drawing == drawn(*form)
    assert apart(drawing) >= FINGER


@every_figure
def test_a_finger_meets_one_spot_only_whatever_is_found(group: str) -> None:
    for answers in found(group):
        drawing = drawn(group, answers)
        assert apart(drawing) >= FINGER, answers
        for across, down in pixels(drawing):
            assert FINGER / 2 <= across <= PHONE - FINGER / 2, answers
            assert FINGER / 2 <= down <= PHONE * HEIGHT / WIDTH - FINGER / 2, answers


def pixels(drawing: BodyDrawing) -> list[tuple[float, float]]:
    """Return the middles of the spots in CSS pixels on a phone."""
    return [(spot.x * PHONE / 100, spot.y * PHONE * HEIGHT / WIDTH / 100) for spot in drawing.spots]


def apart(drawing: BodyDrawing) -> float:
    middles = [complex(*middle) for middle in pixels(drawing)]
    return min(abs(one - other) for one, other in itertools.combinations(middles, 2))


def test_signs_can_be_told_apart_on_a_phone() -> None:
    assert 2 * SIGN * PHONE / WIDTH >= 23


@every_figure
def test_nothing_is_drawn_outside_the_page_whatever_is_found(group: str) -> None:
    for answers in found(group):
        person = extent(view(group, answers))
        assert person.above <= 1.07, answers
        assert person.back >= -0.48, answers
        assert person.front <= 0.62, answers


def test_bottom_never_goes_through_the_wall() -> None:
    for answers in found("wall"):
        person = view("wall", answers)
        assert min(point.real for point in person.skin()) - wall_at(person) > -0.001, answers


def test_bottom_is_off_the_wall_that_it_does_not_reach_and_on_it_otherwise() -> None:
    for answers in found("wall"):
        person = view("wall", answers)
        gap = min(point.real for point in person.skin()) - wall_at(person)
        assert (gap > 0.02) is (answers.get("wall.touch") == "not_reached"), answers


def test_stick_is_off_what_was_lost_and_on_what_was_kept_whatever_is_found() -> None:
    for answers in found("stick"):
        for contact in CONTACTS:
            off = gap(view("stick", answers), contact)
            lost = answers.get(f"stick.{contact}") == "lost"
            assert off > LOST if lost else abs(off) < TOUCHES, (contact, answers)


@pytest.mark.parametrize(("group", "name", "value"), FINDINGS)
def test_every_finding_changes_the_person(group: str, name: str, value: str) -> None:
    figure, well = FIGURES[group], str(KNOWLEDGE.observables[name].well)

    assert figure.shown(BODY, {name: value}) != figure.shown(BODY, {name: well})


def test_locked_knees_are_straight_whatever_else_is_found() -> None:
    for group, name in (("wall", "wall.knees"), ("stick", "stick.knees")):
        bends = [
            BODY.pose(FIGURES[group].shown(BODY, answers)).knee
            for answers in found(group)
            if answers.get(name) == "locked"
        ]
        assert len(bends) > 10
        assert max(map(abs, bends)) < 12


@every_figure
def test_findings_of_one_spot_look_different(group: str) -> None:
    for spot in FIGURES[group].spots:
        shown = [drawn(group, {spot.observable: value}).svg for value in spot.shows]
        assert len(set(shown)) == len(spot.shows)


@pytest.mark.parametrize(("group", "spot"), SPOTS)
def test_state_of_a_spot_follows_its_answer(group: str, spot: Spot) -> None:
    name = spot.observable
    well, finding = str(KNOWLEDGE.observables[name].well), next(iter(spot.shows))

    assert state(group, name, None) == state(group, name, "not_noted") == "blank"
    assert state(group, name, well) == "fine"
    assert state(group, name, finding) == "finding"


def state(group: str, name: str, value: Value | None) -> str:
    placed = drawn(group, {} if value is None else {name: value}).spots
    return next(spot.state for spot in placed if spot.observable == name)


def test_blank_fine_and_finding_are_told_by_form() -> None:
    blank, fine, finding = (
        drawn("wall", {} if value is None else {"wall.hips": value}).svg
        for value in (None, "back", "down")
    )

    assert (
        blank.count("stroke-dasharray")
        == fine.count("stroke-dasharray") + 1
        == finding.count("stroke-dasharray") + 1
    )
    assert strokes(fine) != strokes(finding)


def strokes(svg: str) -> int:
    """Return how many lines the signs have inside: one of a tick, two of a cross."""
    marks = [
        item.get("d", "")
        for item in ET.fromstring(svg).iter(f"{SVG}path")
        if item.get("stroke-width") == "2.8"
    ]
    return sum(mark.count("M") for mark in marks)


@pytest.mark.parametrize("group", [*KNOWLEDGE.body.figures])
def test_who_was_here_before_stands_pale_behind_and_moves_no_spot(group: str) -> None:
    figure = KNOWLEDGE.body.figures[group]
    found = {spot.observable: next(iter(spot.shows)) for spot in figure.spots}
    alone = draw_body(KNOWLEDGE.poses, figure, {})
    behind = draw_body(KNOWLEDGE.poses, figure, {}, before=found)
    as_now = draw_body(KNOWLEDGE.poses, figure, {}, before={})

    assert 'opacity="' in behind.svg
    assert "opacity" not in alone.svg
    assert behind.svg != as_now.svg
    assert behind.spots == alone.spots


def test_measured_lean_is_drawn() -> None:
    leans = [drawn("stick", {"stick.depth_degrees": lean}).svg for lean in (30, 60, 90)]

    assert len(set(leans)) == 3


def test_answer_that_no_spot_knows_changes_nothing() -> None:
    assert drawn("wall", {"wall.clean_reps": 3, "stick.sacrum": "lost"}) == drawn("wall", {})


def test_finding_of_a_later_spot_wins_where_two_change_the_same() -> None:
    spots = [
        spot.model_copy(update={"shows": dict.fromkeys(spot.shows, Change(wall=place))})
        for place, spot in enumerate(FIGURES["wall"].spots)
    ]
    figure = FIGURES["wall"].model_copy(update={"spots": tuple(spots)})
    answers: dict[str, Value] = {spot.observable: next(iter(spot.shows)) for spot in spots}

    assert figure.shown(BODY, answers).wall == len(spots) - 1


@every_figure
def test_title_is_the_first_child_and_is_escaped(group: str) -> None:
    figure = FIGURES[group].model_copy(update={"alt": "a < b & c"})
    page = ET.fromstring(draw_body(BODY, figure, {}).svg)

    assert page.get("role") == "img"
    assert page[0].tag == f"{SVG}title"
    assert page[0].text == "a < b & c"
