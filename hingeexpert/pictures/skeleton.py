"""Where the joints lie: from the angles of a pose to points, and to the stick on the back.

Owns geometry only. Points are complex numbers in body heights: the person looks along the real
axis, up is the imaginary axis, and the ankle is at zero. It draws nothing and knows no number of a
body: those stand in `poses.yaml`.
"""

import bisect
import cmath
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from hingeexpert.knowledge.models.poses import Arm, Leg, Pose, PoseFile, Stick

STEP = 0.01
"""Length of the pieces from which a curved back is put together, in body heights."""
NEAREST = 1e-9
"""Two points that are no farther apart are one."""


def heading(lean: float) -> complex:
    """Return the direction, one long, that leans so many degrees forward of upright."""
    return complex(math.sin(math.radians(lean)), math.cos(math.radians(lean)))


def along(vector: complex, direction: complex) -> float:
    """Return how far a vector goes in a direction, one long."""
    return (vector * direction.conjugate()).real


@dataclass(frozen=True)
class Spine:
    """The middle line of the trunk from below the hip to the skull.

    Attributes:
        nodes: Heights above the hip along the line, rising.
        leans: The forward lean at each of them in degrees; between two it changes evenly.
        hip: The hip joint.
    """

    nodes: tuple[float, ...]
    leans: tuple[float, ...]
    hip: complex

    def lean(self, height: float) -> float:
        """Return the forward lean in degrees at a height along the line."""
        after = bisect.bisect_left(self.nodes, height)
        if after in (0, len(self.nodes)):
            return self.leans[min(after, len(self.nodes) - 1)]
        low, high = self.nodes[after - 1], self.nodes[after]
        share = (height - low) / (high - low)
        return self.leans[after - 1] + share * (self.leans[after] - self.leans[after - 1])

    def at(self, height: float) -> complex:
        """Return the point at a height along the line, below zero for what hangs below the hip."""
        if height <= 0:
            return self.hip + height * heading(self.leans[0])
        step = min(int(height / STEP), len(self._steps) - 1)
        rest = height - step * STEP
        return self._steps[step] + rest * heading(self.lean(step * STEP + rest / 2))

    @cached_property
    def _steps(self) -> list[complex]:
        """The points at even steps along the line."""
        points = [self.hip]
        for step in range(math.ceil(self.nodes[-1] / STEP)):
            points.append(points[-1] + STEP * heading(self.lean((step + 0.5) * STEP)))
        return points

    def behind(self, height: float, far: float) -> complex:
        """Return the point so far behind the line at a height, square to it; negative: before
        it.
        """
        return self.at(height) + 1j * heading(self.lean(height)) * far


@dataclass(frozen=True)
class LegPoints:
    """Hip, knee and ankle, and how many degrees the toes are lifted off level."""

    hip: complex
    knee: complex
    ankle: complex
    foot: float


@dataclass(frozen=True)
class Skeleton:
    """Where the joints of a pose lie.

    Attributes:
        lean: Forward lean of the pelvis in degrees.
        skull: Height along the spine at which the head sits.
        head_lean: Forward lean of the head in degrees.
    """

    near: LegPoints
    far: LegPoints
    spine: Spine
    lean: float
    skull: float
    head_lean: float
    shoulder: complex


def stand(body: PoseFile, pose: Pose) -> Skeleton:
    """Return where the joints of a pose lie, ankle at zero.

    From the ankle up: the shank leans `ankle` degrees forward of upright, the thigh `ankle - knee`,
    the pelvis `ankle - knee + hip` (plane forward kinematics); then the neutral curve of the back,
    to which the bends of the back are added evenly along their part.
    """
    sizes = body.proportions
    knee = sizes.shank * heading(pose.ankle)
    hip = knee + sizes.thigh * heading(pose.ankle - pose.knee)
    near = LegPoints(hip, knee, 0j, pose.foot)
    far = near if pose.far_leg is None else _far_leg(body, pose, pose.far_leg, hip)
    spine = _spine(body, pose, hip)
    return Skeleton(
        near=near,
        far=far,
        spine=spine,
        lean=pose.lean,
        skull=spine.nodes[-1],
        head_lean=pose.lean + body.neutral.head + pose.lumbar + pose.thoracic + pose.neck,
        shoulder=spine.at(sizes.shoulder),
    )


def _far_leg(body: PoseFile, pose: Pose, leg: Leg, hip: complex) -> LegPoints:
    """Return the far leg, from the hip down, as no floor holds it."""
    sizes = body.proportions
    thigh_lean = pose.lean - leg.hip
    knee = hip - sizes.thigh * heading(thigh_lean)
    ankle = knee - sizes.shank * heading(thigh_lean + leg.knee)
    return LegPoints(hip, knee, ankle, leg.foot)


def _spine(body: PoseFile, pose: Pose, hip: complex) -> Spine:
    """Return the neutral curve of the back with its bends added."""
    sizes, neutral = body.proportions, body.neutral
    waist = sizes.sacrum + sizes.lumbar
    nodes = (0.0, sizes.sacrum, waist, waist + sizes.thoracic, waist + sizes.thoracic + sizes.neck)
    back = pose.lumbar + pose.thoracic
    bends = (
        neutral.sacrum,
        neutral.sacrum,
        neutral.waist + pose.lumbar,
        neutral.shoulders + back,
        neutral.skull + back + pose.neck,
    )
    return Spine(nodes, tuple(pose.lean + bend for bend in bends), hip)


@dataclass(frozen=True)
class StickLine:
    """The straight line of a stick: a point of it and its direction, one long, toward the head."""

    point: complex
    along: complex

    def beyond(self, point: complex) -> float:
        """Return how far a point lies on the far side of the line, away from the belly; negative on
        the belly's side.
        """
        return along(point - self.point, self.along * 1j)

    def upto(self, point: complex) -> float:
        """Return how far along the line the foot of a point lies."""
        return along(point - self.point, self.along)

    def at(self, far: float) -> complex:
        """Return the point so far along the line."""
        return self.point + far * self.along


def lay_stick(stick: Stick, skin: Mapping[str, Sequence[complex]], trunk: complex) -> StickLine:
    """Return the line in which a straight stick touches the skin.

    Two places: their common tangent, all skin of both on the belly's side. Three: the tangent of
    the outer two.

    Args:
        stick: What it touches.
        skin: Points of the skin where it may touch, for each place.
        trunk: Direction from hip to neck, one long.
    """
    kept = [name for name in ("sacrum", "midback", "head") if name in stick.kept]
    if len(kept) == 1:
        return _leaning(skin[kept[0]], trunk * heading(stick.tilt) / 1j)
    return _tangent(skin[kept[0]], skin[kept[-1]])


def _leaning(skin: Sequence[complex], direction: complex) -> StickLine:
    """Return the line of a direction that touches the outermost point of the skin."""
    return StickLine(max(skin, key=lambda point: along(point, direction * 1j)), direction)


def _tangent(below: Sequence[complex], above: Sequence[complex]) -> StickLine:
    """Return the line through a point of each that leaves the least skin on its far side."""
    lines = [StickLine(low, (high - low) / abs(high - low)) for low in below for high in above]
    return min(lines, key=lambda line: max(line.beyond(point) for point in (*below, *above)))


@dataclass(frozen=True)
class ArmPoints:
    """Shoulder, elbow and wrist, and the direction, one long, in which the hand points."""

    shoulder: complex
    elbow: complex
    wrist: complex


def reach(
    body: PoseFile,
    arm: Arm,
    shoulder: complex,
    goal: complex,
    forward: complex,
    beyond: float = 0,
) -> ArmPoints:
    """Return where elbow and wrist lie when the hand goes to a goal, or as near as the arm is
    long.

    Two links by the law of cosines; what points out of the plane is shortened by its cosine.

    Args:
        body: What says how long the arm is.
        arm: How it is bent.
        shoulder: Where it begins.
        goal: Where the wrist goes, or what lies beyond it.
        forward: Direction, one long, in which the chest points.
        beyond: How far beyond the wrist, in line with the forearm, that lies.
    """
    upper, forearm = _shortened(body, arm)
    lower = forearm + beyond
    far = abs(goal - shoulder)
    # A goal on the shoulder itself has no direction: then the arm hangs down.
    way = (goal - shoulder) / far if far > NEAREST else -1j
    far = _reachable(far, upper, lower)
    turn = _angle(upper, far, lower)
    elbows = sorted(
        (shoulder + upper * way * cmath.rect(1, side * turn) for side in (1, -1)),
        key=lambda elbow: along(elbow, forward),
    )
    elbow = elbows[-1] if arm.bend == "front" else elbows[0]
    end = shoulder + far * way
    return ArmPoints(shoulder, elbow, end - (end - elbow) * (beyond / lower))


def _shortened(body: PoseFile, arm: Arm) -> tuple[float, float]:
    """Return how long upper arm and forearm look in the plane of the picture."""
    sizes = body.proportions
    upper, lower = (math.cos(math.radians(out)) for out in arm.out)
    return sizes.upper_arm * upper, sizes.forearm * lower


def _reachable(far: float, upper: float, lower: float) -> float:
    """Return how far from the shoulder the wrist gets: no nearer than the folded arm allows, no
    farther than the straight one.
    """
    return min(max(far, abs(upper - lower) + NEAREST), upper + lower - NEAREST)


def _angle(one: float, other: float, opposite: float) -> float:
    """Return the angle between two sides of a triangle, in radians, by the law of cosines."""
    cosine = (one**2 + other**2 - opposite**2) / (2 * one * other)
    return math.acos(min(1.0, max(-1.0, cosine)))
