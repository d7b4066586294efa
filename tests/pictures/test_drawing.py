"""The pictures: bodies keep their lengths, sticks touch what they should, people do not fall, and
the page is whole.
"""

import math
import xml.etree.ElementTree as ET
from functools import cache
from typing import Any

import pytest
from bodies import MASSES, gap, over_the_foot
from counts import examples
from hypothesis import given
from hypothesis import strategies as st
from shipped import shipped

from hingeexpert.assurance.lint import lint
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.poses import (
    CONTACTS,
    Angles,
    Arm,
    Behind,
    FaultPicture,
    Panel,
    Picture,
    Pose,
    Stick,
)
from hingeexpert.pictures import HIGHEST, PANEL, draw, draw_blank
from hingeexpert.pictures.back_view import BackView
from hingeexpert.pictures.figure import Figure
from hingeexpert.pictures.looks import COLOURS, GREYS
from hingeexpert.pictures.scene import wall_at
from hingeexpert.pictures.signs import FONT
from hingeexpert.pictures.skeleton import heading, reach, stand
from hingeexpert.pictures.strokes import number, smooth

TOUCHES = 0.004
"""The most that a stick may be off skin it touches, in body heights: 7 mm in a person of 1.75 m."""
LOST = 0.03
"""The least that it must be off skin it lost: 5 cm, half as much again as a loss that is seen."""
SVG = "{http://www.w3.org/2000/svg}"

KNOWLEDGE = shipped()
BODY = KNOWLEDGE.poses
PICTURES: dict[str, Picture] = {
    name: entry.picture
    for name, entry in {**KNOWLEDGE.faults, **KNOWLEDGE.drills}.items()
    if entry.picture is not None
}
SIDED = {
    "panels": [
        (name, panel)
        for name, picture in PICTURES.items()
        for panel in (picture.first, picture.second)
    ]
}
every_picture = pytest.mark.parametrize("name", PICTURES)
angles = st.floats(-60, 120).map(lambda angle: round(angle, 2))
leans = st.floats(0, 120)


def figure(panel: Panel, lean: float | None = None) -> Figure:
    return Figure(BODY, BODY.pose(panel, lean), panel)


def holding(pose: str) -> Figure:
    return figure(Panel(pose=pose, stick=Stick(kept=CONTACTS)))


@cache
def panels(name: str) -> tuple[str, ...]:
    """Return a picture as it stands in the rules."""
    return draw(BODY, PICTURES[name])


def balance(pose: str) -> float:
    return over_the_foot(figure(Panel(pose=pose)))


def numbers(name: str, element: ET.Element) -> list[float]:
    return [float(element.get(key, "0")) for key in name.split()]


@given(angles, angles, angles, angles, angles, angles)
def test_bones_keep_their_lengths(
    ankle: float, knee: float, hip: float, lumbar: float, thoracic: float, neck: float
) -> None:
    pose = Pose(
        ankle=ankle,
        knee=knee,
        hip=hip,
        lumbar=lumbar,
        thoracic=thoracic,
        neck=neck,
        near=Arm(to="shoulder"),
    )
    bones = stand(BODY, pose)

    assert abs(bones.near.knee - bones.near.ankle) == pytest.approx(BODY.proportions.shank)
    assert abs(bones.near.hip - bones.near.knee) == pytest.approx(BODY.proportions.thigh)


@given(angles, angles, angles)
def test_lean_of_the_thighs_and_the_pelvis_follows_from_the_joints(
    ankle: float, knee: float, hip: float
) -> None:
    bones = stand(BODY, Pose(ankle=ankle, knee=knee, hip=hip, near=Arm(to="shoulder")))

    assert bones.near.hip - bones.near.knee == pytest.approx(
        BODY.proportions.thigh * heading(ankle - knee)
    )
    assert bones.lean == pytest.approx(ankle - knee + hip)


@given(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3))
def test_arm_keeps_its_lengths_wherever_the_hand_goes(x: float, y: float) -> None:
    arm = reach(BODY, Arm(to="shoulder"), 0j, complex(x, y), 1)

    assert abs(arm.elbow) == pytest.approx(BODY.proportions.upper_arm, abs=1e-6)
    assert abs(arm.wrist - arm.elbow) == pytest.approx(BODY.proportions.forearm, abs=1e-6)


def test_standing_body_is_one_body_height_high() -> None:
    drawn = figure(Panel(pose="standing"))

    assert max(point.imag for point in drawn.skin()) - drawn.floor == pytest.approx(1, abs=0.02)


def test_masses_of_the_parts_make_one_body() -> None:
    assert sum(part.share for part in MASSES.values()) == pytest.approx(1)


@pytest.mark.parametrize("pose", ["standing_stick", "hinge", "short_hinge"])
@pytest.mark.parametrize("contact", CONTACTS)
def test_straight_stick_touches_all_three_places_of_a_neutral_back(pose: str, contact: str) -> None:
    assert abs(gap(holding(pose), contact)) < TOUCHES


def test_small_gap_shows_between_the_stick_and_a_neutral_low_back() -> None:
    drawn = holding("hinge")
    assert drawn.stick is not None
    low_back = drawn.back(BODY.regions.low_back)

    assert 0.01 < -max(drawn.stick.beyond(point) for point in low_back) < 0.03


@pytest.mark.parametrize(
    ("name", "panel", "contact"),
    [
        (name, panel, contact)
        for name, panel in SIDED["panels"]
        if panel.stick is not None
        for contact in CONTACTS
    ],
)
@pytest.mark.parametrize("lean", [None, 20, 45, 90])
def test_stick_is_off_what_was_lost_and_on_what_was_kept(
    name: str, panel: Panel, contact: str, lean: float | None
) -> None:
    off = gap(figure(panel, lean), contact)
    assert panel.stick is not None

    if contact in panel.stick.kept:
        assert abs(off) < TOUCHES, name
    else:
        assert off > LOST, name


@pytest.mark.parametrize(
    "pose",
    [
        "standing",
        "standing_hips",
        "standing_stick",
        "standing_bag",
        "hinge",
        "hinge_hips",
        "short_hinge",
        "hinge_bag",
        "hinge_plate",
    ],
)
def test_middle_of_the_mass_is_over_the_foot_in_what_is_wanted(pose: str) -> None:
    assert 0.2 < balance(pose) < 0.75


@pytest.mark.parametrize("pose", ["heels_only", "tipping"])
def test_middle_of_the_mass_is_over_the_heel_or_behind_it_when_the_toes_lift(pose: str) -> None:
    assert balance(pose) < 0.15


def test_shins_are_near_upright_and_knees_soft_in_the_hinge() -> None:
    assert abs(BODY.poses["hinge"].ankle) <= 5
    assert 10 <= BODY.poses["hinge"].knee <= 30


@given(st.floats(BODY.drawable_lean.least, BODY.drawable_lean.most))
def test_pose_is_taken_to_exactly_the_measured_lean(lean: float) -> None:
    assert BODY.poses["hinge"].at_lean(lean, BODY.poses[BODY.upright]).lean == pytest.approx(lean)


@given(leans)
def test_measured_lean_that_cannot_be_drawn_is_held_to_what_can(lean: float) -> None:
    pose = BODY.pose(Panel(pose="hinge", lean="measured"), lean)

    assert BODY.drawable_lean.least - 1e-6 <= pose.lean <= BODY.drawable_lean.most + 1e-6


def test_change_is_added_to_the_measured_lean() -> None:
    panel = Panel(pose="hinge", lean="measured", change=Angles(hip=-10, lumbar=30))

    assert BODY.pose(panel, 50).lean == pytest.approx(40)


@given(st.floats(0, 49))
def test_wanted_bend_is_adequate_where_the_bend_stopped_short(lean: float) -> None:
    picture = PICTURES["shallow_range"]

    assert BODY.pose(picture.first, lean).lean == pytest.approx(BODY.drawable_lean.hold(lean))
    assert BODY.pose(picture.second, lean).lean >= KNOWLEDGE.parameters["adequate_range"].value


def test_bottom_just_taps_the_wall_at_the_end_of_the_wall_drill() -> None:
    drawn = figure(PICTURES["wall_drill"].second)

    assert min(point.real for point in drawn.skin()) - wall_at(drawn) == pytest.approx(0, abs=0.01)


@every_picture
@examples(quick=4, thorough=8)
@given(lean=st.none() | leans, side=st.sampled_from([None, "left", "right"]))
def test_nothing_lies_outside_the_page(name: str, lean: float | None, side: Any) -> None:
    for panel in draw(BODY, PICTURES[name], lean, side):
        page = ET.fromstring(panel)
        _, _, width, height = (float(part) for part in page.get("viewBox", "").split())

        for across, down in drawn_points(page):
            assert -0.5 <= across <= width + 0.5
            assert -0.5 <= down <= height + 0.5


def whole(page: ET.Element) -> list[ET.Element]:
    """Return all elements but those that are cut at a frame."""
    cut = {item for part in page.iter(f"{SVG}svg") if part is not page for item in part.iter()}
    return [item for item in page.iter() if item not in cut]


def drawn_points(page: ET.Element) -> list[tuple[float, float]]:
    """Return the ends of all steps of all paths, and the corners of all else."""
    points = []
    for item in whole(page):
        match item.tag.removeprefix(SVG):
            case "path":
                points += path_points(item.get("d", ""))
            case "rect":
                x, y, wide, high = numbers("x y width height", item)
                points += [(x, y), (x + wide, y + high)]
            case "circle":
                x, y, radius = numbers("cx cy r", item)
                points += [(x - radius, y - radius), (x + radius, y + radius)]
            case "text":
                x, y = numbers("x y", item)
                points += (
                    [(x, y - 10), (x + 0.5 * FONT * len(item.text or ""), y + 3)]
                    if item.get("text-anchor") is None
                    else [(x, y)]
                )
    return points


def path_points(path: str) -> list[tuple[float, float]]:
    """Return the points that a path goes through."""
    import re

    at, found, absolute = 0j, [], True
    for command, rest in re.findall(r"([MLcsqtazv])([^MLcsqtaz]*)", path):
        values = [float(value) for value in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", rest)]
        size = {"M": 2, "c": 6, "s": 4, "q": 4, "t": 2, "a": 7, "z": 1}[command]
        absolute = command == "M"
        for start in range(0, len(values), size):
            step = complex(*values[start : start + size][-2:])
            at = step if absolute else at + step
            found.append((at.real, at.imag))
    return found


@every_picture
def test_panels_are_of_one_size_and_not_too_high(name: str) -> None:
    boxes = {ET.fromstring(panel).get("viewBox", "") for panel in panels(name)}

    assert len(boxes) == 1
    _, _, width, height = (float(part) for part in boxes.pop().split())
    assert width == PANEL
    assert height <= HIGHEST


@every_picture
def test_no_letter_stands_in_a_panel(name: str) -> None:
    for panel in panels(name):
        page = ET.fromstring(panel)

        assert page.get("aria-hidden") == "true"
        assert not [item for item in page.iter() if item.text]


@every_picture
def test_picture_is_the_same_text_every_time(name: str) -> None:
    assert draw(BODY, PICTURES[name], 44.0, "left") == draw(BODY, PICTURES[name], 44.0, "left")


@every_picture
def test_picture_is_small(name: str) -> None:
    assert len("".join(panels(name)).encode()) < 27_000


def test_hips_go_to_the_side_that_was_seen() -> None:
    views = [
        BackView(BODY, BODY.poses["hinge_hips"], PICTURES["asymmetric_shift"].first, side)
        for side in ("left", "right")
    ]

    assert [math.copysign(1, view.hips.real) for view in views] == [-1, 1]


@given(st.floats(-0.1, 0.1), st.floats(-15, 15))
def test_left_from_behind_is_the_mirror_image_of_right(shift: float, roll: float) -> None:
    panel = Panel(pose="hinge_hips", behind=Behind(shift=shift, roll=roll))
    left, right = (
        sorted_points(BackView(BODY, BODY.poses["hinge_hips"], panel, side), sign)
        for side, sign in (("left", -1), ("right", 1))
    )

    assert shift == 0 or left == right


def sorted_points(view: BackView, sign: int) -> list[tuple[float, float]]:
    return sorted(
        (round(sign * point.real, 6) + 0.0, round(point.imag, 6)) for point in view.skin()
    )


def test_picture_of_a_side_differs_from_that_of_the_other() -> None:
    assert draw(BODY, PICTURES["asymmetric_shift"], side="left") != draw(
        BODY, PICTURES["asymmetric_shift"], side="right"
    )


def test_grey_picture_has_no_colour() -> None:
    import re

    for ink in re.findall(
        r"#([0-9a-f]{6})", "".join(draw(BODY, PICTURES["squat_pattern"], grey=True))
    ):
        assert ink[:2] == ink[2:4] == ink[4:]


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours, 1 to 21, as WCAG 2 defines it."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(ink: str) -> float:
    parts = [int(ink[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("inks", [COLOURS, GREYS], ids=["colours", "greys"])
@pytest.mark.parametrize("ink", ["line", "mark", "good"])
def test_outlines_and_marks_stand_out_from_paper_and_skin(inks: dict[str, str], ink: str) -> None:
    assert contrast(inks[ink], inks["paper"]) >= 3
    assert contrast(inks[ink], inks["skin"]) >= 3


def test_blank_picture_has_a_numbered_open_ring_for_each_contact() -> None:
    page = ET.fromstring(draw_blank(BODY))

    assert [item.text for item in page.iter(f"{SVG}text")] == ["1", "2", "3"]
    assert page[0].text == BODY.blank_alt


def test_captions_are_shared_where_a_picture_has_none_of_its_own() -> None:
    picture = PICTURES["squat_pattern"]

    assert BODY.captions_of(picture) == BODY.captions.fault
    assert BODY.captions_of(PICTURES["wall_drill"]) == BODY.captions.drill
    assert BODY.captions_of(picture.model_copy(update={"captions": ("one", "two")})) == (
        "one",
        "two",
    )


def test_missing_picture_is_told(knowledge: KnowledgeBase) -> None:
    from dataclasses import replace

    fault = {
        name: item.model_copy(update={"picture": None}) for name, item in knowledge.faults.items()
    }
    drill = {
        name: item.model_copy(update={"picture": None}) for name, item in knowledge.drills.items()
    }
    found = list(lint(replace_base(replace, knowledge, fault, drill), knowledge.conditions))

    assert "squat_pattern: a fault of the movement needs a picture" in found
    assert "drill wall_drill: a drill needs a picture" in found


def replace_base(replace: Any, knowledge: KnowledgeBase, faults: Any, drills: Any) -> KnowledgeBase:
    return replace(knowledge, faults=faults, drills=drills)


@given(st.floats(-999, 999))
def test_number_is_read_back_to_a_tenth(value: float) -> None:
    assert float(number(value)) == pytest.approx(value, abs=0.051)


def test_smooth_outline_goes_through_its_points() -> None:
    corners = [complex(0, 0), complex(10, 0), complex(10, 10), complex(0, 10)]

    assert path_points(smooth(corners)) == [(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)]


def test_picture_is_of_the_knowledge_base() -> None:
    assert all(
        isinstance(fault.picture, FaultPicture)
        for fault in KNOWLEDGE.faults.values()
        if fault.kind == "movement"
    )
