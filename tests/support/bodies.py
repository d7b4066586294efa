"""What a drawn body must keep to: where its mass lies over its feet, and how far the stick is from
its skin.

The shares of the mass and where the middle of each part lies are those commonly quoted from Winter,
Biomechanics and Motor Control of Human Movement, 4th edition 2009 (`S142` in `rules/sources.yaml`).
"""

import cmath
import math
from collections.abc import Iterator
from typing import NamedTuple

from hingeexpert.knowledge.models.poses import PoseFile
from hingeexpert.pictures.figure import Figure
from hingeexpert.pictures.posed import STICK
from hingeexpert.pictures.skeleton import ArmPoints, LegPoints


class Mass(NamedTuple):
    """A part of the body: its share of the body's mass, both sides together, and how far along it
    its middle lies, from the joint nearer the trunk.
    """

    share: float
    along: float


MASSES = {
    "foot": Mass(0.029, 0.5),
    "shank": Mass(0.093, 0.433),
    "thigh": Mass(0.200, 0.433),
    "trunk": Mass(0.497, 0.5),
    "head": Mass(0.081, 1.0),
    "upper_arm": Mass(0.056, 0.436),
    "forearm": Mass(0.032, 0.430),
    "hand": Mass(0.012, 0.506),
}
BOTH, ONE = 1.0, 0.5
"""Of the share of a part: all of it, or that of one side."""
Segment = tuple[str, float, complex, complex]
"""A part, how much of its share lies here, and its ends."""


def gap(figure: Figure, contact: str) -> float:
    """Return how far the stick is from the nearest skin of a contact, in body heights; zero where
    it touches.
    """
    assert figure.stick is not None
    return min(-figure.stick.beyond(point) for point in figure.contacts[contact]) - STICK


def middle_of_mass(figure: Figure) -> complex:
    """Return the middle of the body's mass: the mean of the middles of its parts, weighted with
    their shares of the mass.
    """
    moment, mass = 0j, 0.0
    for name, sides, near, far in segments(figure):
        share, along = MASSES[name]
        moment += sides * share * (near + along * (far - near))
        mass += sides * share
    return moment / mass


def over_the_foot(figure: Figure) -> float:
    """Return where the middle of the mass is over the foot: 0 at the heel, 1 at the tip of the
    toes.
    """
    sizes = figure.body.proportions
    return (middle_of_mass(figure).real + sizes.heel) / sizes.foot_length


def segments(figure: Figure) -> Iterator[Segment]:
    """Yield every part of the body."""
    spine = figure.bones.spine
    neck = spine.at(spine.nodes[-2])
    yield "trunk", BOTH, spine.hip, neck
    yield "head", BOTH, neck, spine.at(figure.bones.skull)
    for leg in (figure.bones.near, figure.bones.far):
        yield from leg_segments(figure.body, leg)
    for arm in figure.arms:
        yield from arm_segments(arm)


def arm_segments(arm: ArmPoints) -> Iterator[Segment]:
    """Yield the parts of an arm; the hand counts as a point at the wrist."""
    yield "upper_arm", ONE, arm.shoulder, arm.elbow
    yield "forearm", ONE, arm.elbow, arm.wrist
    yield "hand", ONE, arm.wrist, arm.wrist


def leg_segments(body: PoseFile, leg: LegPoints) -> Iterator[Segment]:
    """Yield the parts of a leg; the foot goes from the ankle to the tip of the toes."""
    sizes = body.proportions
    forward = cmath.rect(1, math.radians(leg.foot))
    tip = (sizes.foot_length - sizes.heel) * forward - sizes.foot_height * forward * 1j
    yield "thigh", ONE, leg.hip, leg.knee
    yield "shank", ONE, leg.knee, leg.ankle
    yield "foot", ONE, leg.ankle, leg.ankle + tip
