"""Arms and legs seen from the side: their outlines, and the fingers that close around a thing.

Owns what a hand looks like, in body heights; where the joints lie is `skeleton.py`.
"""

import cmath
import math
from collections.abc import Iterator

from hingeexpert.knowledge.models.poses import PoseFile
from hingeexpert.pictures.outline import FOOT, TROUSER, Shape, hem, jointed, limb, placed, upto
from hingeexpert.pictures.skeleton import ArmPoints, LegPoints, StickLine, along

THUMB = ((0.10, 0.010, 0.010), (0.55, 0.011, 0.010), (1.05, 0.006, 0.006))
"""Its form: how far along it, and how far the skin lies to either side."""
LARGER = 1.08
"""How much larger a foot is drawn than it is."""
ROOT, THUMB_LENGTH, SPREAD = 0.30, 0.58, 36
"""Where on the hand the thumb begins, how long it is for the hand, how far it is held off it."""
FINGER, FINGERS = 0.0125, 4
"""From one finger to the next on a stick, and how many there are."""
ACROSS = 0.017
"""How far a finger reaches over the middle of a stick on either side."""


def leg_shapes(body: PoseFile, leg: LegPoints, sole: tuple[complex, complex]) -> tuple[Shape, ...]:
    """Return thigh and shank, the foot, and last the leg of the shorts."""
    forms, (heel, foot) = body.forms, sole
    trouser = upto(forms.thigh, TROUSER)
    joints = (leg.hip, leg.knee, leg.ankle)
    return (
        *(Shape("skin", outline) for outline in jointed(joints, forms.thigh, forms.shank)),
        Shape("skin", placed(FOOT, heel - (LARGER - 1) / 2 * foot, LARGER * foot)),
        Shape("shorts", limb(leg.hip, leg.knee, trouser, 0.006), hem(trouser)),
    )


def arm_shapes(
    body: PoseFile, arm: ArmPoints, hand: complex, forward: complex, open_: bool
) -> tuple[Shape, ...]:
    """Return hand, thumb, forearm and upper arm.

    Args:
        body: Its forms.
        arm: Its joints.
        hand: The way from the wrist to the end of the hand.
        forward: The way, one long, in which the chest points: the thumb is on that side.
        open_: Whether the thumb shows beside the hand.
    """
    forms = body.forms
    joints = (arm.shoulder, arm.elbow, arm.wrist)
    thumb = [_thumb(arm.wrist, hand, forward)] if open_ else []
    return (
        Shape("skin", limb(arm.wrist, arm.wrist + hand, forms.hand)),
        *thumb,
        *(Shape("skin", outline) for outline in jointed(joints, forms.upper_arm, forms.forearm)),
    )


def _thumb(wrist: complex, hand: complex, forward: complex) -> Shape:
    ways = [hand * cmath.rect(THUMB_LENGTH, math.radians(side * SPREAD)) for side in (1, -1)]
    way = max(ways, key=lambda way: along(way, forward))
    root = wrist + ROOT * hand
    return Shape("skin", limb(root, root + way, THUMB))


def fingers_on(stick: StickLine, wrist: complex) -> Iterator[tuple[complex, complex]]:
    """Yield both ends of each finger of a hand that is closed around a stick."""
    middle = stick.upto(wrist)
    across = 1j * stick.along * ACROSS
    for finger in range(FINGERS):
        place = stick.at(middle + (finger - (FINGERS - 1) / 2) * FINGER)
        yield place - across, place + across
