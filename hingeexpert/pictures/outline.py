"""Closed outlines from which a body is put together: around a line, around a limb, or as drawn.

Owns shapes in body heights. What a head or a foot looks like is a drawing and no measurement, so it
stands here.
"""

import cmath
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hingeexpert.knowledge.models.build import Hair, Row

# Unit of the head: its height. Origin: half way between chin and crown, in the middle of its depth;
# the face looks along the real axis.
FACE = (
    (-0.29, -0.40), (-0.41, -0.16), (-0.46, 0.08), (-0.39, 0.31), (-0.20, 0.46), (0.02, 0.50),
    (0.22, 0.44), (0.345, 0.28), (0.375, 0.13), (0.355, 0.05), (0.42, -0.05), (0.475, -0.125),
    (0.405, -0.175), (0.415, -0.235), (0.385, -0.275), (0.395, -0.32), (0.365, -0.37),
    (0.375, -0.43), (0.30, -0.50), (0.13, -0.44), (-0.04, -0.38),
)  # fmt: skip
CHEEK = {13: (0.46, -0.225), 14: (0.43, -0.275), 15: (0.46, -0.33), 17: (0.41, -0.42)}
"""Points of the face that differ while the cheeks are full of air."""
EYE = (0.27, 0.05)
HAIR = (
    (-0.30, -0.39), (-0.425, -0.17), (-0.48, 0.08), (-0.41, 0.33), (-0.21, 0.49), (0.02, 0.535),
    (0.24, 0.475), (0.365, 0.30), (0.27, 0.27), (0.14, 0.20), (0.04, 0.14), (0.025, -0.02),
    (-0.03, 0.05), (-0.13, 0.08), (-0.185, -0.06), (-0.19, -0.22),
)  # fmt: skip
BUN = (
    (-0.40, 0.33), (-0.36, 0.55), (-0.20, 0.68), (0.02, 0.55), (-0.08, 0.42),
)  # fmt: skip
LOCK = (
    (0.30, 0.33), (0.14, 0.20), (0.06, 0.02), (0.075, -0.20), (0.03, -0.24), (-0.03, -0.05),
    (-0.12, 0.15),
)  # fmt: skip
HAIRS: Mapping[Hair, tuple[tuple[tuple[float, float], ...], ...]] = {
    "short": (HAIR,),
    "tied": (BUN, HAIR, LOCK),
}
"""How the hair is worn, to its outlines."""
# Unit of the foot: its length, from the back of the heel along the sole; upward from the sole.
FOOT = (
    (0.02, 0.05), (0.00, 0.14), (0.05, 0.27), (0.08, 0.40), (0.38, 0.40), (0.46, 0.29),
    (0.62, 0.20), (0.80, 0.125), (0.93, 0.115), (1.00, 0.07), (0.985, 0.015), (0.90, 0.00),
    (0.72, 0.005), (0.50, 0.028), (0.32, 0.012), (0.14, 0.00),
)  # fmt: skip
ROUNDED = 80
"""Degrees of bend up to which two parts of a limb are one outline; folded more, they are two."""
UPPER, LOWER = 0.93, 0.07
"""Up to which share of the upper part, and from which of the lower one, such an outline follows
them; between lies the joint.
"""
TROUSER = 0.60
"""Share of the thigh that the shorts cover."""


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
    sides = _left_of(line)
    there = [point + side * width for point, side, width in zip(line, sides, left, strict=True)]
    back = [point - side * width for point, side, width in zip(line, sides, right, strict=True)]
    return (*there, *reversed(back))


def _left_of(line: Sequence[complex]) -> list[complex]:
    """Return the direction, one long, to the left of a line at each of its points."""
    last = len(line) - 1
    ways = [line[min(place + 1, last)] - line[max(place - 1, 0)] for place in range(last + 1)]
    return [1j * way / abs(way) for way in ways]


def hem(rows: Sequence[Row]) -> tuple[int, int]:
    """Return the corners of an outline around rows where it ends: the last point on the way there
    and the first on the way back.
    """
    return len(rows) - 1, len(rows)


def limb(
    start: complex, end: complex, form: Sequence[Row], widen: float = 0.0
) -> tuple[complex, ...]:
    """Return the outline of a part that hangs down from start to end; its back lies on the right of
    the way.
    """
    line = [start + (end - start) * along for along, _, _ in form]
    front = [width + widen for _, _, width in form]
    back = [width + widen for _, width, _ in form]
    return tube(line, front, back)


def jointed(
    joints: tuple[complex, complex, complex], upper: Sequence[Row], lower: Sequence[Row]
) -> tuple[tuple[complex, ...], ...]:
    """Return the outline of two parts that hang from one joint over the next to the last: one,
    rounded where they meet, or two where the limb is folded.
    """
    start, joint, end = joints
    bend = cmath.phase((end - joint) / (joint - start))
    if abs(math.degrees(bend)) > ROUNDED:
        return limb(joint, end, lower), limb(start, joint, upper)
    above, below = upto(upper, UPPER)[:-1], [row for row in lower if row[0] > LOWER]
    _, back, front = upto(upper, 1.0)[-1]
    line = [start + (joint - start) * along for along, _, _ in above]
    line += [joint, *(joint + (end - joint) * along for along, _, _ in below)]
    rows = [*above, (1.0, back, front), *below]
    return (tube(line, [row[2] for row in rows], [row[1] for row in rows]),)


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
