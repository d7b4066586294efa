"""Where the joints lie: from the angles of a pose to points, to the stick on the back, and to the
middle of the body's mass.

Owns geometry only. Points are complex numbers in body heights: the person looks along the real
axis, up is the imaginary axis, and the ankle is at zero. It draws nothing and knows no number of a
body: those stand in `poses.yaml`.
"""

import bisect
import cmath
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hingeexpert.knowledge.models.poses import Arm, Pose, PoseFile, Stick

STEP = 0.01
"""Length of the pieces from which a curved back is put together, in body heights."""
NEAREST = 1e-9
"""Two points that are no farther apart are one."""


def heading(lean: float) -> complex:
    """Return the direction, one long, that leans so many degrees forward of upright."""
    return complex(math.sin(math.radians(lean)), math.cos(math.radians(lean)))


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
        steps = max(1, math.ceil(abs(height) / STEP))
        piece = height / steps
        return self.hip + sum(
            piece * heading(self.lean((step + 0.5) * piece)) for step in range(steps)
        )


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
    far = near
    if pose.far_leg is not None:
        thigh = pose.lean - pose.far_leg.hip
        far_knee = hip - sizes.thigh * heading(thigh)
        far = LegPoints(
            hip,
            far_knee,
            far_knee - sizes.shank * heading(thigh + pose.far_leg.knee),
            pose.far_leg.foot,
        )
    spine = _spine(body, pose, hip)
    skull = spine.nodes[-1]
    head = pose.lean + body.neutral.head + pose.lumbar + pose.thoracic + pose.neck
    return Skeleton(near, far, spine, pose.lean, skull, head, spine.at(sizes.shoulder))


def _spine(body: PoseFile, pose: Pose, hip: complex) -> Spine:
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
class Line:
    """A straight line: a point of it and its direction, one long, toward the head."""

    point: complex
    along: complex

    def beyond(self, point: complex) -> float:
        """Return how far a point lies on the far side of the line, away from the belly; negative on
        the belly's side.
        """
        return ((point - self.point) * (self.along * 1j).conjugate()).real

    def upto(self, point: complex) -> float:
        """Return how far along the line the foot of a point lies."""
        return ((point - self.point) * self.along.conjugate()).real

    def at(self, far: float) -> complex:
        """Return the point so far along the line."""
        return self.point + far * self.along


def lay_stick(stick: Stick, skin: Mapping[str, Sequence[complex]], trunk: complex) -> Line:
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
        along = trunk * heading(stick.tilt) / 1j
        touched = max(skin[kept[0]], key=lambda point: (point * (along * 1j).conjugate()).real)
        return Line(touched, along)
    below, above = skin[kept[0]], skin[kept[-1]]
    lines = [Line(low, (high - low) / abs(high - low)) for low in below for high in above]
    return min(lines, key=lambda line: max(line.beyond(point) for point in (*below, *above)))


@dataclass(frozen=True)
class ArmPoints:
    """Shoulder, elbow and wrist, and the direction, one long, in which the hand points."""

    shoulder: complex
    elbow: complex
    wrist: complex


def reach(
    body: PoseFile, arm: Arm, shoulder: complex, goal: complex, forward: complex
) -> ArmPoints:
    """Return where elbow and wrist lie when the wrist goes to a goal, or as near as the arm is
    long.

    Two links by the law of cosines; what points out of the plane is shortened by its cosine.

    Args:
        body: What says how long the arm is.
        arm: How it is bent.
        shoulder: Where it begins.
        goal: Where the wrist goes.
        forward: Direction, one long, in which the chest points.
    """
    upper, lower = (
        length * math.cos(math.radians(out))
        for length, out in zip(
            (body.proportions.upper_arm, body.proportions.forearm), arm.out, strict=True
        )
    )
    far = abs(goal - shoulder)
    way = (goal - shoulder) / far if far > NEAREST else -1j
    far = min(max(far, abs(upper - lower) + NEAREST), upper + lower - NEAREST)
    turn = math.acos(min(1.0, max(-1.0, (upper**2 + far**2 - lower**2) / (2 * upper * far))))
    elbows = [shoulder + upper * way * cmath.rect(1, side * turn) for side in (1, -1)]
    ahead = sorted(elbows, key=lambda elbow: (elbow * forward.conjugate()).real)
    elbow = ahead[-1] if arm.bend == "front" else ahead[0]
    return ArmPoints(shoulder, elbow, shoulder + far * way)


def middle_of_mass(body: PoseFile, bones: Skeleton, arms: Sequence[ArmPoints]) -> complex:
    """Return the middle of the body's mass: the mean of the middles of its parts, weighted with
    their shares of the mass.

    Args:
        body: What says the share of each part and where along it its middle lies.
        bones: Where the joints lie.
        arms: Both arms.
    """
    neck = bones.spine.nodes[-2]
    half = [(name, part) for leg in (bones.near, bones.far) for name, part in _leg_parts(body, leg)]
    half += [
        (name, part)
        for arm in arms
        for name, part in (
            ("upper_arm", (arm.shoulder, arm.elbow)),
            ("forearm", (arm.elbow, arm.wrist)),
        )
    ]
    half += [("hand", (arm.wrist, arm.wrist)) for arm in arms]
    whole = [
        ("trunk", (bones.spine.hip, bones.spine.at(neck))),
        ("head", (bones.spine.at(neck), bones.spine.at(bones.skull))),
    ]
    parts = [
        (body.masses[name].share * weight, body.masses[name].along, ends)
        for weight, group in ((0.5, half), (1.0, whole))
        for name, ends in group
    ]
    return sum(share * (low + along * (high - low)) for share, along, (low, high) in parts) / sum(
        share for share, _, _ in parts
    )


def _leg_parts(body: PoseFile, leg: LegPoints) -> list[tuple[str, tuple[complex, complex]]]:
    sizes = body.proportions
    toward = cmath.rect(1, math.radians(leg.foot))
    toes = leg.ankle + (sizes.foot_length - sizes.heel) * toward - sizes.foot_height * toward * 1j
    return [
        ("thigh", (leg.hip, leg.knee)),
        ("shank", (leg.knee, leg.ankle)),
        ("foot", (leg.ankle, toes)),
    ]
