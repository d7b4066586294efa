"""The skin and the clothes of a posed body, seen from the side: closed outlines around its joints,
and what touches them.

Owns shapes in body heights; where the joints lie is `skeleton.py`, paper and ink are `person.py`.
What a head or a foot looks like is a drawing and no measurement, so it stands here.
"""

import cmath
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from hingeexpert.knowledge.models.poses import Arm, Panel, Pose, PoseFile, Row
from hingeexpert.pictures.skeleton import (
    ArmPoints,
    LegPoints,
    Line,
    Skeleton,
    heading,
    lay_stick,
    reach,
    stand,
)

# Unit of the head: its height. Origin: half way between chin and crown, in the middle of its depth;
# the face looks along the real axis.
FACE = (
    (-0.29, -0.40), (-0.41, -0.16), (-0.46, 0.08), (-0.39, 0.31), (-0.20, 0.46), (0.02, 0.50), (0.22, 0.44), (0.345, 0.28), (0.375, 0.13),  # noqa: E501
    (0.355, 0.05), (0.42, -0.05), (0.475, -0.125), (0.405, -0.175), (0.415, -0.235), (0.385, -0.275), (0.395, -0.32), (0.365, -0.37),  # noqa: E501
    (0.375, -0.43), (0.30, -0.50), (0.13, -0.44), (-0.04, -0.38),
)  # fmt: skip
CHEEK = {13: (0.455, -0.225), 14: (0.445, -0.27), 15: (0.455, -0.32)}
"""Points of the face that differ while the cheeks are full of air."""
HAIR = (
    (-0.30, -0.39), (-0.425, -0.17), (-0.48, 0.08), (-0.41, 0.33), (-0.21, 0.49), (0.02, 0.535), (0.24, 0.475), (0.365, 0.30),  # noqa: E501
    (0.27, 0.27), (0.14, 0.20), (0.04, 0.14), (0.025, -0.02), (-0.03, 0.05), (-0.13, 0.08), (-0.185, -0.06), (-0.19, -0.22),  # noqa: E501
)  # fmt: skip
# Unit of the foot: its length, from the back of the heel along the sole; upward from the sole.
FOOT = (
    (0.02, 0.05), (0.00, 0.14), (0.05, 0.27), (0.08, 0.40), (0.38, 0.40), (0.46, 0.29), (0.62, 0.20), (0.80, 0.125), (0.93, 0.115),  # noqa: E501
    (1.00, 0.07), (0.985, 0.015), (0.90, 0.00), (0.72, 0.005), (0.50, 0.028), (0.32, 0.012), (0.14, 0.00),  # noqa: E501
)  # fmt: skip
FAR_LEG = 0.020 + 0.008j
"""How far the far leg shows beside the near one: feet apart are seen a little from above."""
TROUSER = 0.60
"""Share of the thigh that the shorts cover."""
STICK = 0.007
"""Half the thickness of the stick."""


@dataclass(frozen=True)
class Shape:
    """A closed outline.

    Attributes:
        of: What it is made of.
        corners: Which of its points are corners; at the others it is smooth.
    """

    of: str
    points: tuple[complex, ...]
    corners: tuple[int, ...] = ()

    def moved(self, way: complex) -> "Shape":
        """Return the same outline elsewhere."""
        return Shape(self.of, tuple(point + way for point in self.points), self.corners)


def tube(
    line: Sequence[complex], left: Sequence[float], right: Sequence[float]
) -> tuple[complex, ...]:
    """Return the closed outline around a line: so far to its left on the way there, so far to its
    right on the way back.
    """
    last = len(line) - 1
    tangents = [line[min(place + 1, last)] - line[max(place - 1, 0)] for place in range(last + 1)]
    sides = [1j * tangent / abs(tangent) for tangent in tangents]
    there = [point + side * width for point, side, width in zip(line, sides, left, strict=True)]
    return (
        *there,
        *(
            point - side * width
            for point, side, width in reversed(list(zip(line, sides, right, strict=True)))
        ),
    )


def limb(
    start: complex, end: complex, form: Sequence[Row], widen: float = 0.0
) -> tuple[complex, ...]:
    """Return the outline of a part that hangs down from start to end; its back lies on the right of
    the way.
    """
    line = [start + (end - start) * along for along, _, _ in form]
    return tube(
        line, [front + widen for _, _, front in form], [back + widen for _, back, _ in form]
    )


def upto(form: Sequence[Row], end: float) -> list[Row]:
    """Return the rows of a form up to an end, with a row at the end."""
    before, after = next((low, high) for low, high in itertools.pairwise(form) if high[0] >= end)
    share = (end - before[0]) / (after[0] - before[0])
    edge = [low + share * (high - low) for low, high in zip(before, after, strict=True)]
    return [*(row for row in form if row[0] < end), (end, edge[1], edge[2])]


def placed(
    points: Iterable[tuple[float, float]], origin: complex, forward: complex
) -> tuple[complex, ...]:
    """Return a drawing at an origin, its real axis turned and stretched to `forward`."""
    return tuple(origin + complex(x, y) * forward for x, y in points)


@dataclass(frozen=True)
class Figure:
    """A posed person, drawn.

    Attributes:
        body: The body.
        pose: What it does.
        panel: What else is in the picture.
    """

    body: PoseFile
    pose: Pose
    panel: Panel

    @cached_property
    def bones(self) -> Skeleton:
        """The joints."""
        return stand(self.body, self.pose)

    @cached_property
    def head_frame(self) -> tuple[complex, complex]:
        """Middle of the head, and its forward direction as long as the head is high."""
        size, up = self.body.proportions.head, heading(self.bones.head_lean)
        forward = -1j * up
        return self.bones.spine.at(self.bones.skull) + size * (
            0.27 * up + 0.06 * forward
        ), size * forward

    def back(self, least: float, most: float) -> tuple[complex, ...]:
        """Return points of the skin of the back between two heights above the hip along the
        spine.
        """
        form, spine = self.body.forms.trunk, self.bones.spine
        heights = [least + (most - least) * step / 8 for step in range(9)]
        widths = [upto(form, height)[-1][1] for height in heights]
        return tuple(
            spine.at(at) + 1j * heading(spine.lean(at)) * width
            for at, width in zip(heights, widths, strict=True)
        )

    @cached_property
    def contacts(self) -> dict[str, tuple[complex, ...]]:
        """Points of the skin where a stick may touch."""
        regions = self.body.regions
        return {
            "head": placed(HAIR[:5], *self.head_frame),
            "midback": self.back(regions.midback.least, regions.midback.most),
            "sacrum": self.back(regions.sacrum.least, regions.sacrum.most),
        }

    @cached_property
    def stick(self) -> Line | None:
        """The middle line of the stick."""
        if self.panel.stick is None:
            return None
        trunk = self.bones.spine.at(self.bones.spine.nodes[-2]) - self.bones.spine.hip
        line = lay_stick(self.panel.stick, self.contacts, trunk / abs(trunk))
        return Line(line.point + (STICK + self.panel.stick.off) * 1j * line.along, line.along)

    def gap(self, contact: str) -> float:
        """Return how far the stick is from the nearest skin of a contact, in body heights; zero
        where it touches.
        """
        assert self.stick is not None
        return min(-self.stick.beyond(point) for point in self.contacts[contact]) - STICK

    @cached_property
    def stick_ends(self) -> tuple[complex, complex]:
        """Lower and upper end of the stick: a little beyond the bottom and beyond the head."""
        assert self.stick is not None
        low = min(self.stick.upto(point) for point in self.contacts["sacrum"]) - 0.07
        return self.stick.at(low), self.stick.at(
            max(self.stick.upto(point) for point in self.contacts["head"]) + 0.05
        )

    @cached_property
    def floor(self) -> float:
        """Height of the floor: that of the lowest skin of legs, trunk and head."""
        shapes = (*self.leg(self.bones.near), *self.leg(self.bones.far), *self.trunk, *self.head)
        return min(point.imag for shape in shapes for point in shape.points)

    def leg(self, leg: LegPoints, shift: complex = 0) -> tuple[Shape, ...]:
        """Return shank, foot, thigh and the leg of the shorts."""
        forms, sizes = self.body.forms, self.body.proportions
        forward = cmath.rect(sizes.foot_length, math.radians(leg.foot))
        origin = leg.ankle - forward * complex(sizes.heel, sizes.foot_height) / sizes.foot_length
        trouser = upto(forms.thigh, TROUSER)
        shapes = (
            Shape("skin", limb(leg.knee, leg.ankle, forms.shank)),
            Shape("skin", placed(FOOT, origin, forward)),
            Shape("skin", limb(leg.hip, leg.knee, forms.thigh)),
            Shape(
                "shorts", limb(leg.hip, leg.knee, trouser, 0.006), (len(trouser) - 1, len(trouser))
            ),
        )
        return tuple(shape.moved(shift) for shape in shapes)

    @cached_property
    def trunk(self) -> tuple[Shape, ...]:
        """Neck, shorts and the shirt over them."""
        spine, form = self.bones.spine, self.body.forms.trunk
        waist = self.body.proportions.sacrum + 0.02
        above = [row for row in form if row[0] > waist]
        edge = upto(form, waist)[-1]
        root = spine.nodes[-2]
        neck = [
            (root + along * (spine.nodes[-1] - root), back, front)
            for along, back, front in self.body.forms.neck
        ]
        shorts, shirt = upto(form, waist), [upto(form, waist - 0.015)[-1], edge, *above]
        return (
            Shape("skin", self._along_spine(neck)),
            Shape("shorts", self._along_spine(shorts), (len(shorts) - 1, len(shorts))),
            Shape("shirt", self._along_spine(shirt), (0, 2 * len(shirt) - 1)),
        )

    def _along_spine(self, rows: Sequence[Row]) -> tuple[complex, ...]:
        spine = self.bones.spine
        there = [spine.at(at) + 1j * heading(spine.lean(at)) * back for at, back, _ in rows]
        return (
            *there,
            *(
                spine.at(at) - 1j * heading(spine.lean(at)) * front
                for at, _, front in reversed(rows)
            ),
        )

    @cached_property
    def head(self) -> tuple[Shape, ...]:
        """Face and hair."""
        held = any(mark.kind == "no_breath" for mark in self.panel.marks)
        face = [CHEEK.get(number, point) if held else point for number, point in enumerate(FACE)]
        return (
            Shape("skin", placed(face, *self.head_frame)),
            Shape("hair", placed(HAIR, *self.head_frame)),
        )

    @cached_property
    def arms(self) -> tuple[ArmPoints, ArmPoints]:
        """The near arm and the far arm."""
        return self._arm(self.pose.near), self._arm(self.pose.far or self.pose.near)

    def _arm(self, arm: Arm) -> ArmPoints:
        forward = -1j * heading(self.bones.lean)
        return reach(self.body, arm, self.bones.shoulder, self._goal(arm), forward)

    def _goal(self, arm: Arm) -> complex:
        """Return where the wrist goes."""
        off = complex(*arm.at)
        bones, spine = self.bones, self.bones.spine
        match arm.to:
            case "neck" | "low_back":
                low_back = self.body.regions.low_back
                height = (
                    spine.nodes[-1] if arm.to == "neck" else (low_back.least + low_back.most) / 2
                )
                point = spine.at(height)
                if self.stick is not None:
                    return self.stick.at(self.stick.upto(point)) - (0.022j + off) * self.stick.along
                return point + 1j * heading(spine.lean(height)) * 0.055
            case "trunk":
                return bones.spine.hip + off * -1j * heading(bones.lean)
            case "floor":
                return complex(bones.near.knee.real, self.floor) + off
            case "knee":
                return bones.near.knee + off
            case _:
                return bones.shoulder + off

    def arm(self, arm: ArmPoints, of: Arm) -> tuple[Shape, ...]:
        """Return upper arm, forearm and hand; a hand on the floor lies flat, one on the stick is
        closed.
        """
        forms, sizes = self.body.forms, self.body.proportions
        along = (arm.wrist - arm.elbow) / (abs(arm.wrist - arm.elbow) or 1)
        size = sizes.hand * (0.50 if of.to in ("neck", "low_back") else 0.7)
        if of.to == "floor":
            along = 1
        return (
            Shape("skin", limb(arm.wrist, arm.wrist + size * along, forms.hand)),
            Shape("skin", limb(arm.elbow, arm.wrist, forms.forearm)),
            Shape("skin", limb(arm.shoulder, arm.elbow, forms.upper_arm)),
        )

    def places(self) -> dict[str, complex]:
        """Return where the places lie that a mark or an arrow may name; a contact that was lost
        lies between skin and stick.
        """
        spine, low_back = self.bones.spine, self.body.regions.low_back
        origin, forward = self.head_frame
        foot = cmath.rect(self.body.proportions.foot_length, math.radians(self.bones.near.foot))
        heel = self.bones.near.ankle - foot * complex(
            self.body.proportions.heel, self.body.proportions.foot_height
        ) / abs(foot)
        found = {name: self._contact(name) for name in self.contacts}
        waist = self.back(low_back.least, low_back.most)[4]
        return {
            **found, "low_back": waist, "neck": spine.at(spine.nodes[-1]), "chin": origin + forward * complex(0.30, -0.45),  # noqa: E501
            "face": origin,
            "air": origin + forward * complex(0.95, -0.33), "shoulder": self.bones.shoulder, "hip": spine.hip,  # noqa: E501
            "chest": spine.at(0.21) - 1j * heading(spine.lean(0.21)) * 0.07, "knee": self.bones.near.knee,  # noqa: E501
            "heel": heel, "toe": heel + foot, "bottom": min(self.trunk[1].points, key=lambda point: point.real),  # noqa: E501
        }  # fmt: skip

    def _contact(self, name: str) -> complex:
        skin = self.contacts[name]
        if self.stick is None:
            return skin[len(skin) // 2]
        near = max(skin, key=self.stick.beyond)
        return near - (self.stick.beyond(near) / 2) * 1j * self.stick.along

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """Every outline of the person."""
        near, far = self.arms
        legs = (*self.leg(self.bones.near), *self.leg(self.bones.far, FAR_LEG))
        return (
            *legs,
            *self.trunk,
            *self.head,
            *self.arm(near, self.pose.near),
            *self.arm(far, self.pose.far or self.pose.near),
        )

    def skin(self) -> Iterator[complex]:
        """Yield every point of every outline of the person."""
        for shape in self.shapes:
            yield from shape.points
