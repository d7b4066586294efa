"""A person who bends, seen from behind, with the hips in the middle or to one side: outlines and
places.

Owns the shapes of this one view, in body heights; the real axis points to the right of the page,
which is the person's right. It is a plain drawing: how far the hips go aside and how much they tip
is knowledge, the rest is what a person looks like.
"""

import cmath
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from hingeexpert.knowledge.models.build import Row
from hingeexpert.knowledge.models.poses import Behind, Panel, Pose, PoseFile
from hingeexpert.pictures.outline import TROUSER, Shape, hem, jointed, limb, upto

SEAT = ((-0.098, -0.105), (-0.126, -0.055), (-0.130, 0.0), (-0.112, 0.055), (-0.072, 0.082))
"""Left half of the shorts, from the middle of the hips: in a hinge they are what is nearest."""
SHIRT = (
    (-0.088, 0.03),
    (-0.098, 0.08),
    (-0.122, 0.128),
    (-0.126, 0.152),
    (-0.085, 0.172),
    (-0.03, 0.180),
)
"""The same of the shirt: the trunk leans away, so that little of it is seen."""
HEAD = ((-0.034, -0.060), (-0.053, -0.030), (-0.059, 0.008), (-0.048, 0.047), (-0.02, 0.066))
EARS = ((-0.048, -0.024), (-0.068, -0.008), (-0.066, 0.014), (-0.048, 0.014))
NECK = 0.205
"""How far the middle of the head is above the hips: half of it is hidden by the shoulders."""
BUN = ((-0.020, -0.022), (-0.032, 0.0), (-0.020, 0.024))
"""Left half of tied hair, from the crown."""
FOOT = (
    (-0.020, 0.070),
    (-0.026, 0.035),
    (-0.030, 0.012),
    (-0.022, 0.0),
    (0.022, 0.0),
    (0.030, 0.012),
    (0.026, 0.035),
    (0.020, 0.070),
)
TOES = ((0.0, 0.004), (0.022, 0.03), (0.046, 0.026), (0.052, 0.010), (0.044, 0.002))
HIPS = 0.191
"""Breadth of the hips for which the seat is drawn."""
LEAST = 0.12
"""The least share of the weight that a foot is shown to bear."""
FOLLOW = 0.35
"""Share of the way of the hips that shoulders and head go."""


def both(
    half: tuple[tuple[float, float], ...], middle: complex, turn: complex = 1
) -> tuple[complex, ...]:
    """Return a closed outline from its left half, its mirror image on the right, turned and
    placed.
    """
    left = [complex(x, y) for x, y in half]
    right = [complex(-point.real, point.imag) for point in reversed(left)]
    return tuple(middle + turn * point for point in (*left, *right))


def even(form: Sequence[Row], share: float = 1) -> list[Row]:
    """Return a form that is as wide on one side as on the other, or a share of that."""
    widths = [(along, share * (back + front) / 2) for along, back, front in form]
    return [(along, width, width) for along, width in widths]


@dataclass(frozen=True)
class BackView:
    """A person from behind.

    Attributes:
        side: The side to which the hips go; `None` as the rules say, right being positive.
    """

    body: PoseFile
    pose: Pose
    panel: Panel
    side: Literal["left", "right"] | None = None
    floor: float = 0.0

    @property
    def behind(self) -> Behind:
        """How far the hips go aside, and how much they tip."""
        assert self.panel.behind is not None
        return self.panel.behind

    @cached_property
    def sign(self) -> float:
        """1 to go to the side that the rules say, -1 to go to the other one."""
        asked = {"left": -1.0, "right": 1.0, None: 0.0}[self.side]
        return -1.0 if asked * self.behind.shift < 0 else 1.0

    @cached_property
    def hips(self) -> complex:
        """The middle of the hips: as high as the bent legs carry them."""
        sizes, pose = self.body.proportions, self.pose
        shank = math.cos(math.radians(pose.ankle))
        thigh = math.cos(math.radians(pose.ankle - pose.knee))
        height = sizes.foot_height + sizes.shank * shank + sizes.thigh * thigh
        return complex(self.sign * self.behind.shift, height)

    @cached_property
    def turn(self) -> complex:
        """How the hips are tipped."""
        return cmath.rect(1, -math.radians(self.sign * self.behind.roll))

    @cached_property
    def shoulders(self) -> complex:
        """What shirt and head are placed on: it follows the hips a part of the way."""
        return complex(self.hips.real * FOLLOW, self.hips.imag)

    def leg(self, side: int) -> tuple[Shape, ...]:
        """Return toes, foot, leg and the leg of the shorts; -1 is the left side."""
        forms = self.body.forms
        hip, knee, ankle = joints = self._leg_joints(side)
        thigh = even(forms.thigh, 0.95)
        trouser = upto(thigh, TROUSER)
        return (
            *self._foot(side, ankle.real),
            *(Shape("skin", outline) for outline in jointed(joints, thigh, even(forms.shank))),
            Shape("shorts", limb(hip, knee, trouser, 0.008), hem(trouser)),
        )

    def _leg_joints(self, side: int) -> tuple[complex, complex, complex]:
        """Return hip, knee and ankle: from behind a bent leg looks straight, only shorter."""
        sizes = self.body.proportions
        hip = self.hips + self.turn * complex(side * sizes.hip_breadth * 0.27, -0.02)
        ankle = complex(side * sizes.hip_breadth * 0.5, sizes.foot_height)
        knee = ankle + (hip - ankle) * sizes.shank / (sizes.shank + sizes.thigh)
        return hip, knee, ankle

    def _foot(self, side: int, middle: float) -> tuple[Shape, Shape]:
        """Return the toes, which show a little on the outer side, and the heel before them."""
        toes = tuple(complex(middle + side * x, y) for x, y in TOES)
        foot = tuple(complex(middle + side * x, y) for x, y in FOOT)
        return Shape("skin", toes), Shape("skin", foot)

    def arm(self, side: int) -> tuple[Shape, ...]:
        """Return an arm with the hand in the crease of the hip, where the hips hide it; -1 is the
        left side.
        """
        forms = self.body.forms
        shoulder = self.shoulders + complex(side * 0.108, 0.142)
        elbow = shoulder + complex(side * 0.098, -0.085)
        wrist = self.hips + self.turn * complex(side * 0.085, 0.0)
        joints = (shoulder, elbow, wrist)
        outlines = jointed(joints, even(forms.upper_arm), even(forms.forearm))
        return tuple(Shape("skin", outline) for outline in outlines)

    @cached_property
    def layers(self) -> tuple[tuple[Shape, ...], ...]:
        """Every outline, one body before the other: head and arms, shirt, legs and seat."""
        head = self.shoulders + 1j * NECK
        bun = [Shape("hair", both(BUN, head + 0.075j))] if self.body.hair == "tied" else []
        far = (Shape("skin", both(EARS, head)), Shape("hair", both(HEAD, head)), *bun)
        return (
            (*far, *self.arm(-1), *self.arm(1)),
            (self._shirt(),),
            (*self.leg(-1), *self.leg(1), self._seat()),
        )

    def _seat(self) -> Shape:
        """Return the seat of the shorts, as wide as the hips."""
        wide = self.body.proportions.hip_breadth / HIPS
        return Shape("shorts", both(tuple((wide * x, y) for x, y in SEAT), self.hips, self.turn))

    def _shirt(self) -> Shape:
        """Return the shirt; its hem, two points at either end, goes all the way with the hips."""
        shirt = both(SHIRT, self.shoulders)
        ends = (*shirt[:2], *shirt[-2:])
        hanging = [self.hips + self.turn * (point - self.shoulders) for point in ends]
        return Shape("shirt", (*hanging[:2], *shirt[2:-2], *hanging[2:]))

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Every outline, the farthest first."""
        return tuple(shape for layer in self.layers for shape in layer)

    @property
    def loads(self) -> tuple[float, float]:
        """The share of the weight on the left foot and on the right one."""
        right = 0.5 + self.hips.real / self.body.proportions.hip_breadth
        return 1 - min(max(right, LEAST), 1 - LEAST), min(max(right, LEAST), 1 - LEAST)

    def skin(self) -> Iterator[complex]:
        """Yield every point of every outline."""
        for shape in self.shapes:
            yield from shape.points

    @cached_property
    def places(self) -> dict[str, complex]:
        """Where the places lie that a mark or an arrow may name."""
        aside = math.copysign(1, self.hips.real)
        return {
            "hip": self.hips + self.turn * aside * 0.09,
            "bottom": self.hips,
            "toe": 0j,
            "heel": 0j,
        }

    @cached_property
    def middle(self) -> tuple[complex, complex]:
        """The line half way between the feet, from the floor to above the hips."""
        return 0j, 1j * (self.hips.imag - 0.02)
