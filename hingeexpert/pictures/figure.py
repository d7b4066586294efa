"""A posed body, seen from the side: the skin and the clothes around its joints, and what touches
them.

Owns how outlines are put together to a person, in body heights; where the joints lie is
`skeleton.py`, single outlines are `outline.py`, paper and ink are `person.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from hingeexpert.knowledge.models.build import Row
from hingeexpert.knowledge.models.poses import Arm, Panel, View
from hingeexpert.pictures.limbs import arm_shapes, fingers_on, leg_shapes
from hingeexpert.pictures.outline import CHEEK, FACE, HAIRS, Shape, hem, placed, upto
from hingeexpert.pictures.posed import SAMPLES, Posed
from hingeexpert.pictures.skeleton import (
    ArmPoints,
    LegPoints,
    along,
    reach,
)

FAR_LEG = 0.036 + 0.011j
"""How far the far leg shows beside the near one: feet apart are seen a little from above."""
CLOSED, OPEN = 0.50, 0.7
"""How long a closed and an open hand are drawn, as shares of a hand."""
HELD, TOUCHING = 0.32, 0.64
"""At what share of a hand it holds a thing, and with what share it touches one, open."""
HOLDING = frozenset({"bell", "bells", "bar", "strap"})
"""What is held in a closed hand."""
SHOULDERS = 0.19
"""From what height above the hip the head and the shoulders are shown near."""


@dataclass(frozen=True)
class Figure(Posed):
    """A posed person, drawn."""

    @cached_property
    def floor(self) -> float:
        """Height of the floor: that of the lowest skin of legs, trunk and head."""
        shapes = (*self.leg(self.bones.near), *self.leg(self.bones.far), *self.trunk, *self.head)
        return min(point.imag for shape in shapes for point in shape.points)

    def leg(self, leg: LegPoints, shift: complex = 0) -> tuple[Shape, ...]:
        """Return thigh and shank, the foot, and last the leg of the shorts."""
        shapes = leg_shapes(self.body, leg, self.sole(leg))
        return tuple(shape.moved(shift) for shape in shapes)

    @cached_property
    def trunk(self) -> tuple[Shape, ...]:
        """Neck, shorts and the shirt over them."""
        shorts, shirt = self._shorts(self._waist), self._shirt(self._waist)
        return (
            Shape("skin", self._along_spine(self._neck())),
            Shape("shorts", self._along_spine(shorts), hem(shorts)),
            Shape("shirt", self._along_spine(shirt), (0, 2 * len(shirt) - 1)),
        )

    @property
    def _waist(self) -> float:
        """Height above the hip at which the shirt begins."""
        return self.body.proportions.sacrum + 0.02

    @property
    def seat(self) -> Shape:
        """The part of the shorts that no shirt hangs over: it hides where a leg begins."""
        return Shape("shorts", self._along_spine(self._shorts(self._waist - 0.02)))

    def _neck(self) -> list[Row]:
        """Return the form of the neck by height above the hip."""
        root, skull = self.bones.spine.nodes[-2:]
        form = self.body.forms.neck
        return [(root + along * (skull - root), back, front) for along, back, front in form]

    def _shorts(self, waist: float) -> list[Row]:
        """Return the form of the trunk up to the waist."""
        return upto(self.body.forms.trunk, waist)

    def _shirt(self, waist: float) -> list[Row]:
        """Return the form of the trunk from the waist up; its hem hangs a little over the
        shorts.
        """
        form = self.body.forms.trunk
        above = [row for row in form if row[0] > waist]
        return [upto(form, waist - 0.015)[-1], upto(form, waist)[-1], *above]

    def _along_spine(self, rows: Sequence[Row]) -> tuple[complex, ...]:
        """Return the outline of rows: up along the back, and down along the front."""
        spine = self.bones.spine
        up = [spine.behind(height, back) for height, back, _ in rows]
        down = [spine.behind(height, -front) for height, _, front in reversed(rows)]
        return (*up, *down)

    @cached_property
    def head(self) -> tuple[Shape, ...]:
        """Face and hair."""
        breath_held = any(mark.kind == "no_breath" for mark in self.panel.marks)
        cheek = CHEEK if breath_held else {}
        face = [cheek.get(number, point) for number, point in enumerate(FACE)]
        return (
            Shape("skin", placed(face, *self.head_frame)),
            *(Shape("hair", placed(lock, *self.head_frame)) for lock in HAIRS[self.body.hair]),
        )

    @cached_property
    def arms(self) -> tuple[ArmPoints, ArmPoints]:
        """The near arm and the far arm."""
        return self._arm(self.pose.near), self._arm(self.pose.far or self.pose.near)

    def _arm(self, arm: Arm) -> ArmPoints:
        """Return where the joints of an arm lie."""
        beyond = self._upto_grip(arm) if arm.to == "ground" else 0
        return reach(self.body, arm, self.bones.shoulder, self._goal(arm), self.forward, beyond)

    def holds(self, arm: Arm) -> bool:
        """Whether an arm holds a thing; a single bell that one hand holds is in the near one."""
        held = HOLDING.intersection(self.panel.props)
        return bool(held) and (held != {"bell"} or arm is self.pose.near)

    def _upto_grip(self, arm: Arm) -> float:
        """Return how far beyond the wrist a hand holds a thing, or an empty one ends."""
        share = HELD if self.holds(arm) else TOUCHING
        return self.body.proportions.hand * share

    @cached_property
    def grips(self) -> tuple[tuple[complex, complex], tuple[complex, complex]]:
        """For the near hand and the far one: where it holds a thing, or an empty one ends; and the
        direction, one long, in which it points.
        """
        near, far = self.arms
        return self._grip(near, self.pose.near), self._grip(far, self.pose.far or self.pose.near)

    def _grip(self, arm: ArmPoints, of: Arm) -> tuple[complex, complex]:
        hand = self._hand(arm, of)
        way = hand / abs(hand)
        return arm.wrist + self._upto_grip(of) * way, way

    def _goal(self, arm: Arm) -> complex:
        """Return where the wrist goes."""
        off, bones = complex(*arm.at), self.bones
        match arm.to:
            case "neck":
                return self._behind_back(bones.skull, off)
            case "low_back":
                low_back = self.body.regions.low_back
                return self._behind_back((low_back.least + low_back.most) / 2, off)
            case "trunk":
                return bones.spine.hip + off * self.forward
            case "floor":
                return complex(bones.near.knee.real, self.floor) + off
            case "knee":
                return bones.near.knee + off
            case "ground":
                return 1j * self.floor + off
            case _:
                return bones.shoulder + off

    def _behind_back(self, height: float, off: complex) -> complex:
        """Return where the wrist of a hand behind the back goes: to the stick, or without one to
        the skin.
        """
        if self.stick is None:
            return self.bones.spine.behind(height, 0.055)
        far = self.stick.upto(self.bones.spine.at(height))
        return self.stick.at(far) - (0.022j + off) * self.stick.along

    def arm(self, arm: ArmPoints, of: Arm) -> tuple[Shape, ...]:
        """Return hand, forearm and upper arm."""
        closed = self._closed(of)
        hand = self._hand(arm, of)
        return arm_shapes(self.body, arm, hand, self.forward, not closed)

    def _closed(self, of: Arm) -> bool:
        """Whether a hand is closed around a stick or a thing."""
        return of.to in ("neck", "low_back") or self.holds(of)

    @property
    def fingers(self) -> tuple[tuple[tuple[complex, complex], ...], ...]:
        """For each hand that holds the stick both ends of its fingers."""
        if self.stick is None:
            return ()
        arms = zip((self.pose.near, self.pose.far or self.pose.near), self.arms, strict=True)
        held = [arm.wrist for of, arm in arms if of.to in ("neck", "low_back")]
        return tuple(tuple(fingers_on(self.stick, wrist)) for wrist in held)

    def _hand(self, arm: ArmPoints, of: Arm) -> complex:
        """Return the way from the wrist to the knuckles; a hand on the floor lies flat, one on the
        stick or on a thing is closed.
        """
        size = self.body.proportions.hand * (CLOSED if self._closed(of) else OPEN)
        if of.to == "floor":
            return complex(size)
        return size * ((arm.wrist - arm.elbow) / (abs(arm.wrist - arm.elbow) or 1))

    @cached_property
    def places(self) -> dict[str, complex]:
        """Where the places lie that a mark or an arrow may name; a contact that was lost
        lies between skin and stick.
        """
        touched = {name: self._contact(name) for name in self.contacts}
        return {**touched, **self._head_places(), **self._trunk_places(), **self._leg_places()}

    def _contact(self, name: str) -> complex:
        """Return where a mark of a contact goes."""
        skin = self.contacts[name]
        if self.stick is None:
            return skin[len(skin) // 2]
        near = max(skin, key=self.stick.beyond)
        return near - (self.stick.beyond(near) / 2) * 1j * self.stick.along

    def _head_places(self) -> dict[str, complex]:
        middle, forward = self.head_frame
        return {
            "face": middle,
            "cheek": middle + forward * complex(0.19, -0.20),
            "chin": middle + forward * complex(0.30, -0.45),
            "air": middle + forward * complex(0.95, -0.33),
        }

    def _trunk_places(self) -> dict[str, complex]:
        spine = self.bones.spine
        return {
            "neck": spine.at(self.bones.skull),
            "shoulder": self.bones.shoulder,
            "chest": spine.behind(0.21, -0.07),
            "low_back": self.back(self.body.regions.low_back)[SAMPLES // 2],
            "hip": spine.hip,
            "bottom": min(self.trunk[1].points, key=lambda point: point.real),
        }

    def _leg_places(self) -> dict[str, complex]:
        heel, foot = self.sole(self.bones.near)
        return {"knee": self.bones.near.knee, "heel": heel, "toe": heel + foot}

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """Every outline of the person."""
        near, far = self.arms
        return (
            *self.leg(self.bones.near),
            *self.leg(self.bones.far, FAR_LEG),
            *self.trunk,
            *self.head,
            *self.arm(near, self.pose.near),
            *self.arm(far, self.pose.far or self.pose.near),
        )

    @cached_property
    def ghost(self) -> "Figure | None":
        """The person at the start of the movement, if the panel shows that behind."""
        start = self.panel.ghost
        if start is None:
            return None
        return Figure(self.body, self.body.poses[start], Panel(pose=start))

    def part(self, view: View) -> Iterator[complex]:
        """Yield every point of the outlines of a part that is shown near."""
        if view == "legs":
            hip = self.bones.near.hip + 0.03j
            legs = (*self.leg(self.bones.near), *self.leg(self.bones.far, FAR_LEG))
            yield from (point for shape in legs for point in shape.points if point.imag < hip.imag)
            return
        low = self.bones.spine.at(SHOULDERS if view == "head" else -0.03)
        near, far = self.arms
        upper = (*self.trunk, *self.head, *self.arm(near, self.pose.near))
        for shape in (*upper, *self.arm(far, self.pose.far or self.pose.near)):
            yield from (
                point for point in shape.points if along(point - low, self.trunk_direction) > 0
            )

    def skin(self) -> Iterator[complex]:
        """Yield every point of every outline of the person."""
        for shape in self.shapes:
            yield from shape.points
