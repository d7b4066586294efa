"""Where the parts of a posed person lie, seen from the side: head, back, feet, and the stick on the
back.

Owns places; the joints are `skeleton.py`, the outlines around them `figure.py`.
"""

import cmath
import math
from dataclasses import dataclass
from functools import cached_property

from hingeexpert.knowledge.models.build import Region
from hingeexpert.knowledge.models.poses import Panel, Pose, PoseFile
from hingeexpert.pictures.outline import EYE, HAIR, placed, upto
from hingeexpert.pictures.skeleton import (
    LegPoints,
    Skeleton,
    StickLine,
    heading,
    lay_stick,
    stand,
)

STICK = 0.007
"""Half the thickness of the stick."""
SAMPLES = 9
"""Points of the skin of a part of the back that are looked at."""


@dataclass(frozen=True)
class Posed:
    """A person in a pose.

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
        # The middle of the head lies above the end of the spine, and a little before it.
        middle = self.bones.spine.at(self.bones.skull) + size * (0.27 * up + 0.09 * forward)
        return middle, size * forward

    def back(self, region: Region) -> tuple[complex, ...]:
        """Return points of the skin of a part of the back, from the lowest up."""
        form, spine, last = self.body.forms.trunk, self.bones.spine, SAMPLES - 1
        heights = [
            region.least + (region.most - region.least) * step / last for step in range(SAMPLES)
        ]
        return tuple(spine.behind(height, upto(form, height)[-1][1]) for height in heights)

    @cached_property
    def contacts(self) -> dict[str, tuple[complex, ...]]:
        """Points of the skin where a stick may touch."""
        return {
            "head": placed(HAIR[:5], *self.head_frame),
            "midback": self.back(self.body.regions.midback),
            "sacrum": self.back(self.body.regions.sacrum),
        }

    @cached_property
    def stick(self) -> StickLine | None:
        """The middle line of the stick."""
        if self.panel.stick is None:
            return None
        touching = lay_stick(self.panel.stick, self.contacts, self.trunk_direction)
        off = STICK + self.panel.stick.off
        return StickLine(touching.point + off * 1j * touching.along, touching.along)

    @cached_property
    def trunk_direction(self) -> complex:
        """The direction from hip to neck, one long."""
        spine = self.bones.spine
        trunk = spine.at(spine.nodes[-2]) - spine.hip
        return trunk / abs(trunk)

    @cached_property
    def stick_ends(self) -> tuple[complex, complex]:
        """Lower and upper end of the stick: a little beyond the bottom and beyond the head."""
        assert self.stick is not None
        low = min(self.stick.upto(point) for point in self.contacts["sacrum"])
        high = max(self.stick.upto(point) for point in self.contacts["head"])
        return self.stick.at(low - 0.07), self.stick.at(high + 0.05)

    @property
    def forward(self) -> complex:
        """The direction, one long, in which the chest points."""
        return -1j * heading(self.bones.lean)

    def sole(self, leg: LegPoints) -> tuple[complex, complex]:
        """Return the back of the heel on the sole, and the way from there to the tip of the
        toes.
        """
        sizes = self.body.proportions
        foot = cmath.rect(sizes.foot_length, math.radians(leg.foot))
        ankle_from_heel = foot * complex(sizes.heel, sizes.foot_height) / sizes.foot_length
        return leg.ankle - ankle_from_heel, foot

    def sight(self, far: float) -> tuple[complex, complex]:
        """Return the line of sight from before the eye, so many body heights long."""
        middle, forward = self.head_frame
        (eye,) = placed([EYE], middle, forward)
        way = forward / abs(forward)
        return eye + 0.05 * way, eye + (0.05 + far) * way
