"""Things beside a person: hands meet them, they stand on what they should, and people who hold
them do it right.
"""

import re
from typing import get_args

import pytest
from bodies import middle_of_mass
from shipped import shipped

from hingeexpert.knowledge.models.poses import DrillPicture, Panel, Prop
from hingeexpert.pictures import HIGHEST, draw
from hingeexpert.pictures.figure import Figure
from hingeexpert.pictures.looks import COLOURS, GREYS
from hingeexpert.pictures.scene import extent, wall_at
from hingeexpert.pictures.things import BLOCK, DISC, FORMS, SEAT, Rod, Thing, hiked_back, things

MEETS = 0.002
"""The most that a thing may be off what it stands on or meets, in body heights: 3.5 mm in a person
of 1.75 m.
"""
LOAD = 0.16
"""A bell of 12 kg as a share of the mass of who weighs 75 kg."""
BODY = shipped().poses
PROPS: dict[str, tuple[Prop, ...]] = {
    "standing_bell": ("block", "bell"),
    "hinge_bell_block": ("block", "bell"),
    "hinge_bell_floor": ("bell",),
    "standing_bells": ("bells",),
    "hinge_bells": ("bells",),
    "standing_bar": ("block", "bar"),
    "hinge_bar": ("block", "bar"),
    "standing_suitcase": ("bell",),
    "hinge_suitcase": ("bell",),
    "standing_kickstand": (),
    "hinge_kickstand": (),
    "standing_rail": ("rail",),
    "one_leg_rail": ("rail",),
    "standing_one_leg": (),
    "one_leg_hinge": (),
    "hinge_swept": (),
    "hike_start": ("bell",),
    "hiked": ("bell",),
    "swing_top": ("bell",),
    "standing_chair": ("chair",),
    "hinge_chair": ("chair",),
    "hinge_to_seat": ("seat",),
    "hinge_to_block": ("block",),
    "strap_low": ("mat", "strap"),
    "strap_high": ("mat", "strap"),
    "lying_towel": ("mat", "towel"),
    "lying_towel_arms_up": ("mat", "towel"),
}
OTHERS: dict[str, tuple[Prop, ...]] = {"standing_bag": ("bag",), "standing_plate": ("plate",)}
PICKED_UP = ("hinge_bell_block", "hinge_bell_floor", "hinge_bells", "hinge_bar", "hinge_suitcase")
BELLS = [pose for pose, props in PROPS.items() if {"bell", "bells"} & {*props}]
LYING = ("strap_low", "strap_high", "lying_towel", "lying_towel_arms_up")
UPRIGHT = [pose for pose in PROPS if pose not in LYING]
INKS = {
    "bag": "prop",
    "mat": "prop",
    "plate": "stick",
    "bell": "iron",
    "bells": "iron",
    "block": "prop",
    "bar": "iron",
    "rail": "wall",
    "chair": "stick",
    "seat": "stick",
    "strap": "stick",
    "towel": "prop",
}
every_pose = pytest.mark.parametrize("pose", PROPS)
every_prop = pytest.mark.parametrize("prop", get_args(Prop))


def panel(pose: str) -> Panel:
    return Panel(pose=pose, props=PROPS[pose])


def figure(pose: str) -> Figure:
    return Figure(BODY, BODY.poses[pose], panel(pose))


def made_of(drawn: Figure, ink: str) -> list[Thing]:
    layers = ("behind", "between", "before", "top")
    return [thing for layer in layers for thing in things(drawn, layer) if thing.of == ink]


def lowest(found: list[Thing]) -> float:
    return min(
        point.imag - (thing.half if isinstance(thing, Rod) else 0)
        for thing in found
        for point in thing.points
    )


def highest(found: list[Thing]) -> float:
    return max(
        point.imag + (thing.half if isinstance(thing, Rod) else 0)
        for thing in found
        for point in thing.points
    )


def pose_with(prop: Prop) -> str:
    return next(pose for pose, props in {**PROPS, **OTHERS}.items() if prop in props)


def drawing(pose: str, props: tuple[Prop, ...], *, grey: bool) -> str:
    shown = Panel(pose=pose, props=props)
    picture = DrillPicture(alt="A person.", first=shown, second=shown)
    return "".join(draw(BODY, picture, grey=grey))


def test_every_prop_of_the_rules_has_a_form_or_lies_on_the_floor() -> None:
    assert set(FORMS) | {"mat", "plate"} == set(get_args(Prop)) == set(INKS)


@every_prop
@pytest.mark.parametrize(
    ("inks", "grey"), [(COLOURS, False), (GREYS, True)], ids=["colour", "grey"]
)
def test_prop_is_drawn_in_its_ink(prop: Prop, inks: dict[str, str], grey: bool) -> None:
    pose, ink = pose_with(prop), f'"{inks[INKS[prop]]}"'
    without, with_it = (drawing(pose, props, grey=grey).count(ink) for props in ((), (prop,)))

    assert with_it > without


@every_pose
def test_picture_of_every_pose_is_whole_small_and_grey_where_asked(pose: str) -> None:
    page = drawing(pose, PROPS[pose], grey=True)
    height = float(re.findall(r'viewBox="0 0 \S+ (\S+)"', page)[0])

    assert height <= HIGHEST
    assert len(page.encode()) < 24_000
    assert all(ink[:2] == ink[2:4] == ink[4:] for ink in re.findall(r"#([0-9a-f]{6})", page))


@every_pose
def test_nothing_of_the_person_or_the_things_is_below_the_floor(pose: str) -> None:
    drawn = figure(pose)
    held = [
        point.imag
        for ink in set(INKS.values())
        for thing in made_of(drawn, ink)
        for point in thing.points
    ]

    assert min(*(point.imag for point in drawn.skin()), *held, 9) >= drawn.floor - MEETS


@every_pose
def test_hand_that_goes_to_the_ground_gets_there(pose: str) -> None:
    drawn = figure(pose)
    arms = (drawn.pose.near, drawn.pose.far or drawn.pose.near)

    for arm, (grip, way) in zip(arms, drawn.grips, strict=True):
        goal = complex(*arm.at) + 1j * drawn.floor
        assert abs(way) == pytest.approx(1)
        assert arm.to != "ground" or abs(grip - goal) < MEETS


@pytest.mark.parametrize("pose", BELLS)
def test_handle_of_a_bell_goes_through_the_hand_that_holds_it(pose: str) -> None:
    drawn = figure(pose)
    handles = [thing for thing in made_of(drawn, "iron") if isinstance(thing, Rod)]
    holding = drawn.grips if "bells" in PROPS[pose] else drawn.grips[:1]

    assert len(handles) == len(holding)
    for handle in handles:
        assert min(abs(point - hand) for point in handle.points for hand, _ in holding) < 1e-9


@pytest.mark.parametrize(
    ("pose", "height"),
    [
        ("hinge_bell_block", BLOCK[1]),
        ("hinge_bell_floor", 0),
        ("hinge_suitcase", 0),
        ("hike_start", 0),
        ("hinge_bar", BLOCK[1]),
    ],
)
def test_weight_stands_on_the_block_or_the_floor(pose: str, height: float) -> None:
    drawn = figure(pose)
    iron = [thing for thing in made_of(drawn, "iron") if not isinstance(thing, Rod)]

    assert lowest(iron) - drawn.floor == pytest.approx(height, abs=MEETS)


@pytest.mark.parametrize(
    "pair", [("standing_bell", "hinge_bell_block"), ("standing_bar", "hinge_bar")]
)
def test_block_stays_where_it_is(pair: tuple[str, str]) -> None:
    first, second = (made_of(figure(pose), "prop")[0].points for pose in pair)

    assert max(abs(a - b) for a, b in zip(first, second, strict=True)) < MEETS


def test_weights_of_the_romanian_deadlift_come_to_the_middle_of_the_shins() -> None:
    drawn = figure("hinge_bells")
    leg = drawn.bones.near
    iron = made_of(drawn, "iron")

    assert lowest(iron) < (leg.knee.imag + leg.ankle.imag) / 2 < highest(iron)


def test_disc_has_the_hand_in_its_middle() -> None:
    drawn = figure("hinge_bar")
    disc = made_of(drawn, "iron")[0]

    assert {round(abs(point - drawn.grips[0][0]), 6) for point in disc.points} == {DISC}


@pytest.mark.parametrize("pose", PICKED_UP)
def test_shoulders_are_straight_above_the_weight_and_arms_long(pose: str) -> None:
    drawn = figure(pose)
    arm, _ = drawn.arms
    bend = (arm.wrist - arm.elbow) / (arm.elbow - arm.shoulder)

    assert drawn.bones.shoulder.real == pytest.approx(drawn.grips[0][0].real, abs=0.005)
    assert abs(bend.imag / bend.real) < 0.25


@pytest.mark.parametrize("pose", UPRIGHT)
def test_back_is_neutral_and_heels_are_down(pose: str) -> None:
    held = BODY.poses[pose]

    assert (held.lumbar, held.thoracic, held.neck) == (0, 0, 0)
    assert held.foot == 0


@pytest.mark.parametrize("pose", UPRIGHT)
def test_middle_of_the_mass_with_the_load_is_over_the_foot(pose: str) -> None:
    drawn, sizes = figure(pose), BODY.proportions
    load = LOAD if {"bell", "bells", "bar"} & {*PROPS[pose]} else 0
    middle = (middle_of_mass(drawn) + load * drawn.grips[0][0]) / (1 + load)

    assert 0.2 < (middle.real + sizes.heel) / sizes.foot_length < 0.75


def test_legs_differ_where_one_stands_behind_or_is_lifted() -> None:
    for pose in ("standing_kickstand", "hinge_kickstand"):
        drawn = figure(pose)
        toes = min(point.imag for shape in drawn.leg(drawn.bones.far) for point in shape.points)
        assert toes == pytest.approx(drawn.floor, abs=MEETS)
        assert drawn.bones.far.ankle.real < drawn.bones.near.ankle.real - 0.1
    for pose in ("standing_one_leg", "one_leg_hinge", "one_leg_rail"):
        drawn = figure(pose)
        foot = min(point.imag for shape in drawn.leg(drawn.bones.far) for point in shape.points)
        assert foot > drawn.floor + 0.02


def test_arm_goes_between_the_legs_only_when_the_bell_is_hiked_back() -> None:
    assert [pose for pose in PROPS if hiked_back(figure(pose))] == ["hiked"]


def test_one_hand_holds_the_suitcase_and_the_other_hangs_open() -> None:
    drawn = figure("hinge_suitcase")
    assert drawn.pose.far is not None

    assert drawn.holds(drawn.pose.near)
    assert not drawn.holds(drawn.pose.far)


@pytest.mark.parametrize(
    ("pair", "ink"),
    [(("standing_rail", "one_leg_rail"), "wall"), (("standing_chair", "hinge_chair"), "stick")],
)
def test_rail_and_chair_meet_the_fingertips_and_stay_where_they_are(
    pair: tuple[str, str], ink: str
) -> None:
    first, second = (figure(pose) for pose in pair)
    for drawn in (first, second):
        assert highest(made_of(drawn, ink)) == pytest.approx(drawn.grips[1][0].imag, abs=1e-9)
    for one, other in zip(made_of(first, ink), made_of(second, ink), strict=True):
        moved = [abs(a - b) for a, b in zip(one.points, other.points, strict=True)]
        assert max(moved) < MEETS


def test_rail_is_as_high_as_the_hips() -> None:
    drawn = figure("standing_rail")

    assert drawn.grips[1][0].imag == pytest.approx(drawn.bones.near.hip.imag, abs=0.05)


def test_fingertips_touch_the_seat_and_then_lower() -> None:
    seat, block = figure("hinge_to_seat"), figure("hinge_to_block")

    assert seat.grips[0][0].imag - seat.floor == pytest.approx(SEAT[0], abs=0.006)
    assert block.grips[0][0].imag - block.floor == pytest.approx(BLOCK[1], abs=MEETS)


def test_bottom_just_taps_the_near_wall() -> None:
    shown = Panel(pose="hinge_chair", props=("chair",), wall=0.5)
    drawn = Figure(BODY, BODY.poses["hinge_chair"], shown)

    assert min(point.real for point in drawn.skin()) - wall_at(drawn) == pytest.approx(0, abs=MEETS)


@pytest.mark.parametrize("pose", ["strap_low", "strap_high"])
def test_strap_goes_from_the_hand_around_the_sole(pose: str) -> None:
    drawn = figure(pose)
    (strap,) = made_of(drawn, "stick")
    heel, foot = drawn.sole(drawn.bones.near)
    over = (strap.points[-1] - heel) / foot

    assert strap.points[0] == drawn.grips[0][0]
    assert 0.5 < over.real < 0.8
    assert over.imag < 0


@pytest.mark.parametrize("pose", ["lying_towel", "lying_towel_arms_up"])
def test_towel_touches_the_floor_and_the_upper_back(pose: str) -> None:
    drawn = figure(pose)
    (towel,) = made_of(drawn, "prop")
    midback = [point.imag for point in drawn.back(BODY.regions.midback)]

    assert lowest([towel]) == pytest.approx(drawn.floor, abs=MEETS)
    assert min(midback) - MEETS < highest([towel]) < max(midback) + MEETS
    assert highest([towel]) - drawn.floor > 0.03


@every_pose
def test_room_holds_all_things(pose: str) -> None:
    drawn = figure(pose)
    room = extent(drawn)

    for ink in set(INKS.values()):
        for thing in made_of(drawn, ink):
            assert all(room.back <= point.real <= room.front for point in thing.points)
            assert all(point.imag - drawn.floor <= room.above for point in thing.points)
