"""What is wrong is seen without its words: by form, in grey, and by eyes that see fewer colours.

How colours look to such eyes follows Machado, Oliveira and Fernandes, A physiologically-based model
for simulation of color vision deficiency, IEEE Transactions on Visualization and Computer Graphics
15(6), 2009: their matrices of full severity, on linear light.
"""

import itertools
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from typing import get_args

import pytest
from shipped import shipped

from hingeexpert.knowledge.models.build import BodyName
from hingeexpert.knowledge.models.poses import CONTACTS, Angles, FaultPicture, Panel, Stick
from hingeexpert.pictures import Looks, Skin, draw
from hingeexpert.pictures.back_view import BackView
from hingeexpert.pictures.body_signs import gaps, spine_line, touched
from hingeexpert.pictures.figure import Figure
from hingeexpert.pictures.looks import GREYS, inks

ALIKE = 0.75
"""The most that two bodies may share of what both take, where no sign but a ring tells them apart.
"""
ROW = 0.008
"""From one row to the next in which bodies are compared, in body heights."""
STRAIGHT, BENT = 0.006, 0.014
"""The most that the line of a back that is wanted is off its chord, and the least where it is
wrong.
"""
SVG = "{http://www.w3.org/2000/svg}"
EYES = {
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
    "all colours": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
}
BODY = shipped().poses
FAULTS: dict[str, FaultPicture] = {
    name: fault.picture for name, fault in shipped().faults.items() if fault.picture is not None
}
every_fault = pytest.mark.parametrize("name", FAULTS)
Spans = list[tuple[float, float]]


def figure(panel: Panel, body: BodyName = "first") -> Figure:
    built = BODY.built(body)
    return Figure(built, built.pose(panel), panel)


def view(panel: Panel) -> Figure | BackView:
    return figure(panel) if panel.behind is None else BackView(BODY, BODY.poses[panel.pose], panel)


def spans(seen: Figure | BackView, height: float) -> Spans:
    """Return from where to where a body covers a level line, parts that meet as one."""
    found: Spans = []
    for shape in seen.shapes:
        cut = sorted(crossings(shape.points, height))
        found += zip(cut[::2], cut[1::2], strict=False)
    joined: Spans = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def crossings(points: Sequence[complex], height: float) -> Iterator[float]:
    for one, other in itertools.pairwise((*points, points[0])):
        if (one.imag <= height) != (other.imag <= height):
            share = (height - one.imag) / (other.imag - one.imag)
            yield one.real + share * (other.real - one.real)


def long(of: Spans) -> float:
    return sum(end - start for start, end in of)


def shared(one: Spans, other: Spans) -> float:
    both = (min(a[1], b[1]) - max(a[0], b[0]) for a, b in itertools.product(one, other))
    return sum(max(0.0, part) for part in both)


def overlap(picture: FaultPicture) -> float:
    """Return the area in both bodies over the area in either, ankle on ankle."""
    first, second = view(picture.first), view(picture.second)
    rows = [ROW * step - 0.1 for step in range(round(1.2 / ROW))]
    both, either = 0.0, 0.0
    for height in rows:
        one, other = spans(first, height), spans(second, height)
        common = shared(one, other)
        both += common
        either += long(one) + long(other) - common
    return both / either


def signs(panel: str, ink: str) -> list[ET.Element]:
    """Return what is drawn in the ink of a sign and is no ring."""
    return [
        item
        for item in ET.fromstring(panel).iter(f"{SVG}path")
        if item.get("stroke") == ink and "a" not in item.get("d", "")
    ]


@every_fault
def test_wrong_and_wanted_are_told_apart_by_the_body_or_by_a_sign_that_is_no_ring(
    name: str,
) -> None:
    wrong, wanted = draw(BODY, FAULTS[name])
    ink = inks()
    seen = signs(wrong, ink["mark"]) + signs(wanted, ink["good"])

    assert overlap(FAULTS[name]) <= ALIKE or seen


def test_one_body_is_wholly_the_same_as_itself_and_half_another_is_not() -> None:
    same = FAULTS["wall_distance"].model_copy(update={"second": FAULTS["wall_distance"].first})

    assert overlap(same) == pytest.approx(1)
    assert overlap(FAULTS["balance_loss"]) < 0.5


def off_the_chord(line: Sequence[complex]) -> float:
    """Return how far a line is off the straight way between its ends."""
    way = (line[-1] - line[0]) / abs(line[-1] - line[0])
    return max(abs(((point - line[0]) / way).imag) for point in line)


BACKS = [
    name
    for name, picture in FAULTS.items()
    if picture.first.behind is None
    and any(
        abs(getattr(BODY.pose(picture.first), part)) > 5 for part in ("lumbar", "thoracic", "neck")
    )
]


@pytest.mark.parametrize("name", BACKS)
def test_line_of_the_back_is_bent_in_what_is_wrong_and_straight_in_what_is_wanted(
    name: str,
) -> None:
    wrong, wanted = (
        spine_line(figure(panel)) for panel in (FAULTS[name].first, FAULTS[name].second)
    )

    assert off_the_chord(wrong) > BENT
    assert off_the_chord(wanted) < STRAIGHT


@pytest.mark.parametrize("name", BACKS)
def test_line_of_the_back_is_drawn_in_both_panels_and_in_no_drill(name: str) -> None:
    picture = FAULTS[name]
    with_it = draw(BODY, picture)
    none = {
        place: getattr(picture, place).model_copy(update={"spine": False})
        for place in ("first", "second")
    }
    without = draw(BODY, picture.model_copy(update=none))

    assert all(len(a) > len(b) for a, b in zip(with_it, without, strict=True))


@every_fault
def test_what_was_seen_is_shown_as_near_as_what_is_wanted(name: str) -> None:
    picture = FAULTS[name]
    plain = picture.first.model_copy(update={"view": "whole", "ghost": None, "measure": False})

    assert draw(BODY, picture.model_copy(update={"first": plain})) == draw(BODY, picture)


def test_part_that_is_shown_near_is_larger_and_cut_at_a_frame() -> None:
    for name, picture in FAULTS.items():
        wrong = ET.fromstring(draw(BODY, picture)[0])
        whole = ET.fromstring(
            draw(
                BODY,
                picture.model_copy(
                    update={"second": picture.second.model_copy(update={"view": "whole"})}
                ),
            )[0]
        )
        near = picture.second.view != "whole"

        assert len(wrong.findall(f"{SVG}svg")) == near, name
        assert not near or size(wrong) > 1.15 * size(whole), name


def size(page: ET.Element) -> float:
    """Return the radius of the eye in points."""
    eye = next(item for item in page.iter(f"{SVG}circle") if item.get("fill") == inks()["line"])
    return float(eye.get("r", "0"))


def test_backs_of_drills_have_no_line() -> None:
    for drill in shipped().drills.values():
        if drill.picture is not None:
            shown = "".join(draw(BODY, drill.picture))
            assert inks()["mark"] not in shown
            assert inks()["good"] not in shown


@pytest.mark.parametrize("body", get_args(BodyName))
@pytest.mark.parametrize("kept", [("head", "midback"), ("midback", "sacrum"), ("head", "sacrum")])
def test_each_lost_contact_has_a_gap_and_each_kept_one_a_dot_on_the_stick(
    body: BodyName, kept: tuple[str, ...]
) -> None:
    bends = {
        ("head", "midback"): Angles(hip=-36, lumbar=52),
        ("midback", "sacrum"): Angles(neck=50),
        ("head", "sacrum"): Angles(hip=26, lumbar=-44, thoracic=-20),
    }
    panel = Panel(pose="hinge", change=bends[kept], stick=Stick.model_validate({"kept": kept}))
    drawn = figure(panel, body)
    assert drawn.stick is not None
    found = gaps(drawn)

    assert len(found) == 1
    for skin, stick in found:
        assert max(abs(a - b) for a, b in zip(skin, stick, strict=True)) > 0.02
    for contact in kept:
        assert abs(drawn.stick.beyond(touched(drawn, contact))) < 1e-9


@pytest.mark.parametrize("body", get_args(BodyName))
def test_stick_that_touches_all_three_has_no_gap(body: BodyName) -> None:
    for pose in ("hinge", "standing_stick", "short_hinge"):
        assert gaps(figure(Panel(pose=pose, stick=Stick(kept=CONTACTS)), body)) == []


def seen_by(eyes: str, ink: str) -> list[float]:
    """Return the linear light of a colour as some eyes see it."""
    parts = [int(ink[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    light = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    rows = EYES[eyes]
    return [
        min(1.0, max(0.0, sum(share * part for share, part in zip(row, light, strict=True))))
        for row in rows
    ]


def contrast(eyes: str, one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it, as some eyes see it."""
    weights = (0.2126, 0.7152, 0.0722)
    low, high = sorted(
        sum(weight * part for weight, part in zip(weights, seen_by(eyes, ink), strict=True))
        for ink in (one, other)
    )
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("skin", get_args(Skin))
@pytest.mark.parametrize("grey", [False, True])
def test_signs_stand_out_for_eyes_that_see_fewer_colours(eyes: str, skin: Skin, grey: bool) -> None:
    ink = inks(Looks(skin=skin), grey=grey)

    for sign in ("mark", "good", "line"):
        assert contrast(eyes, ink[sign], ink["paper"]) >= 4.5
        # A rim of paper lies around each sign: where the one does not stand out, the other does.
        assert max(contrast(eyes, ink[part], ink["skin"]) for part in (sign, "paper")) >= 3
        assert max(contrast(eyes, ink[part], ink["shirt"]) for part in (sign, "paper")) >= 2
    assert contrast(eyes, ink["mark"], ink["pale"]) >= 4.5
    assert contrast(eyes, ink["line"], ink["skin"]) >= 3
    assert contrast(eyes, ink["line"], ink["ghost"]) >= 7


@pytest.mark.parametrize("skin", get_args(Skin))
def test_tints_are_told_apart_in_grey_too(skin: Skin) -> None:
    others = [
        inks(Looks(skin=other), grey=True)["skin"] for other in get_args(Skin) if other != skin
    ]

    assert inks(Looks(skin=skin), grey=True)["skin"] not in others
    assert GREYS["mark"] == GREYS["good"]


@every_fault
def test_second_body_is_drawn_as_whole_as_the_first(name: str) -> None:
    panels = draw(BODY, FAULTS[name], look=Looks("second", "dark"))

    assert panels != draw(BODY, FAULTS[name], look=Looks("first", "dark"))
    for panel in panels:
        assert inks(Looks("second", "dark"))["skin"] in panel
