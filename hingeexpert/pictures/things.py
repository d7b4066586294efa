"""The things beside a person seen from the side: what hands hold and reach, what a body lies on.

Owns their forms, in body heights. Where a thing is follows from the person: it hangs from the hand,
stands below it or meets the fingertips, so that no hand is off what it holds. What it looks like is
a drawing and no measurement, so it stands here; ink is `person.py`.
"""

import cmath
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from hingeexpert.knowledge.models.things import Prop
from hingeexpert.pictures.figure import Figure
from hingeexpert.pictures.outline import Shape
from hingeexpert.pictures.skeleton import heading

Layer = Literal["behind", "between", "before", "top"]
"""Behind the person, between the legs, before the body, on the near hand."""
BAG = (
    (-0.045, -0.092), (0.046, -0.092), (0.064, -0.040), (0.058, 0.020), (0.016, 0.060),
    (0.036, 0.100), (0.012, 0.092), (-0.014, 0.102), (-0.006, 0.060), (-0.048, 0.022),
    (-0.060, -0.040),
)  # fmt: skip
"""A sack, forward and upward from its middle."""
TIE = ((-0.008, 0.060), (0.018, 0.060))
"""Where it is tied."""
BELLY = 0.13
"""Height above the hip at which the bag is hugged."""
# Both hang along the real axis, from the middle of the grip.
BELL = (
    (0.130, -0.024), (0.120, -0.038), (0.102, -0.050), (0.078, -0.055), (0.053, -0.049),
    (0.035, -0.030), (0.028, 0.0), (0.035, 0.030), (0.053, 0.049), (0.078, 0.055),
    (0.102, 0.050), (0.120, 0.038), (0.130, 0.024),
)  # fmt: skip
HANDLE = (
    (0.052, -0.030), (0.024, -0.036), (0.004, -0.026), (0.0, 0.0),
    (0.004, 0.026), (0.024, 0.036), (0.052, 0.030),
)  # fmt: skip
DISC, HUB = 0.09, 0.016
"""Radius of a weight disc, and of the end of the bar in it."""
BLOCK = (0.16, 0.14)
"""Width and height of a block: 24 cm high beside a person of 1.70 m."""
RAIL = (0.15, 0.56)
"""Where the posts of a rail stand, forward of the ankle."""
SEAT = (0.26, 0.20)
"""Height and depth of the seat of a chair."""
BACKREST = 0.24
"""How far the back of a chair rises above its seat."""
WOOD, GRIP, STRAP = 0.009, 0.007, 0.007
"""Half the thickness of what rail and chair are made of, of a handle, and of a strap."""
TIED = 0.006
"""Half the thickness of what the bag is tied with."""
CORNERS = 12
"""Points of an outline that is round."""


@dataclass(frozen=True)
class Rod:
    """A thick line.

    Attributes:
        of: What it is made of.
        half: Half its thickness.
    """

    of: str
    points: tuple[complex, ...]
    half: float


Thing = Shape | Rod
Pieces = Iterator[tuple[Layer, Thing]]


def things(figure: Figure, layer: Layer) -> list[Thing]:
    """Return what a layer of a picture holds of all that is beside the person."""
    return [thing for where, thing in _pieces(figure) if where == layer]


def hiked_back(figure: Figure) -> bool:
    """Whether both hands hold one bell behind the knees: then the arms go between the legs."""
    hand, _ = figure.grips[0]
    alone = "bell" in figure.panel.props and figure.pose.far is None
    return alone and hand.real < figure.bones.near.knee.real


def around(figure: Figure) -> Iterator[complex]:
    """Yield the outermost points of everything beside the person."""
    for _, thing in _pieces(figure):
        half = thing.half if isinstance(thing, Rod) else 0.0
        for point in thing.points:
            yield point - half * (1 + 1j)
            yield point + half * (1 + 1j)


def _pieces(figure: Figure) -> Pieces:
    for prop in figure.panel.props:
        if prop in FORMS:
            yield from FORMS[prop](figure)


def _bag(figure: Figure) -> Pieces:
    """Yield a bag hugged to the belly."""
    spine = figure.bones.spine
    up = heading(spine.lean(BELLY))
    middle = spine.behind(BELLY, -0.105)
    sack, tie = (tuple(middle - 1j * up * x + up * y for x, y in part) for part in (BAG, TIE))
    yield "before", Shape("prop", sack, (0, 1, 5, 7))
    yield "before", Rod("stick", tie, TIED)


def _bell(figure: Figure) -> Pieces:
    """Yield a kettlebell: between the legs where both hands hold it, beside the near leg where the
    other arm goes elsewhere.
    """
    yield from _hung("before" if figure.pose.far else "between", *figure.grips[0])


def _bells(figure: Figure) -> Pieces:
    """Yield a kettlebell in each hand."""
    near, far = figure.grips
    yield from _hung("behind", *far)
    yield from _hung("before", *near)


def _hung(layer: Layer, hand: complex, way: complex) -> Pieces:
    """Yield a kettlebell that hangs from a hand in the direction of the forearm."""
    handle = tuple(hand + complex(x, y) * way for x, y in HANDLE)
    ball = tuple(hand + complex(x, y) * way for x, y in BELL)
    yield layer, Rod("iron", handle, GRIP)
    yield layer, Shape("iron", ball, (0, len(ball) - 1))


def _bar(figure: Figure) -> Pieces:
    """Yield a bar seen from its end: the disc on the far side, and the end of the bar in the
    hand.
    """
    hand, _ = figure.grips[0]
    yield "between", Shape("iron", _round(hand, DISC))
    yield "top", Shape("wall", _round(hand, HUB))


def _block(figure: Figure) -> Pieces:
    """Yield a block straight below the near hand."""
    wide, high = BLOCK
    hand, _ = figure.grips[0]
    left = hand.real - wide / 2
    yield "between", _box("prop", complex(left, figure.floor), wide, high)


def _rail(figure: Figure) -> Pieces:
    """Yield a rail on two posts, its upper edge at the far fingertips, and a lower one."""
    tip, _ = figure.grips[1]
    high = tip.imag - WOOD
    half = (figure.floor + high) / 2
    low = figure.floor + WOOD
    left, right = (tuple(complex(post, height) for height in (low, half, high)) for post in RAIL)
    yield "behind", Rod("wall", (left[1], right[1]), WOOD)
    yield "behind", Rod("wall", (left[0], left[2], right[2], right[0]), WOOD)


def _chair(figure: Figure) -> Pieces:
    """Yield a chair that turns its back to the person, its upper edge at the fingertips."""
    tip, _ = figure.grips[1]
    yield from _chair_of(figure, tip.real, tip.real + SEAT[1], tip.real, tip.imag - WOOD)


def _seat(figure: Figure) -> Pieces:
    """Yield a chair that faces the person, the edge of its seat at the fingertips."""
    tip, _ = figure.grips[1]
    start = tip.real - WOOD
    back = start + SEAT[1]
    yield from _chair_of(figure, start, back, back, figure.floor + SEAT[0] + BACKREST)


def _chair_of(figure: Figure, left: float, right: float, back: float, high: float) -> Pieces:
    """Yield a chair between two legs; its back rises to a height above one of them."""
    seat = figure.floor + SEAT[0] - WOOD
    for post in (left, right):
        yield "behind", _leg(figure, post, high if post == back else seat)
    yield "behind", Rod("stick", (complex(left, seat), complex(right, seat)), WOOD)


def _leg(figure: Figure, across: float, high: float) -> Rod:
    """Return an upright from the floor to a height; its round end stays above the floor."""
    return Rod("stick", (complex(across, figure.floor + WOOD), complex(across, high)), WOOD)


def _strap(figure: Figure) -> Pieces:
    """Yield a strap from the hand around the ball of the near foot."""
    heel, foot = figure.sole(figure.bones.near)
    hand, _ = figure.grips[0]
    ball, over = heel + 0.62 * foot, 1j * foot * 0.16
    yield "before", Rod("stick", (hand, ball + over, ball - 0.06j * foot), STRAP)


def _towel(figure: Figure) -> Pieces:
    """Yield a rolled towel between the floor and the upper back."""
    skin = figure.back(figure.body.regions.midback)
    top = skin[len(skin) // 2]
    radius = (top.imag - figure.floor) / 2
    yield "behind", Shape("prop", _round(top - 1j * radius, radius))


def _round(middle: complex, radius: float) -> tuple[complex, ...]:
    """Return the outline of a disc."""
    turns = (2 * math.pi * step / CORNERS for step in range(CORNERS))
    return tuple(middle + cmath.rect(radius, turn) for turn in turns)


def _box(of: str, corner: complex, wide: float, high: float) -> Shape:
    """Return a box above and forward of a corner."""
    sides: Iterable[complex] = (0, wide, complex(wide, high), 1j * high)
    return Shape(of, tuple(corner + side for side in sides), (0, 1, 2, 3))


FORMS: Mapping[Prop, Callable[[Figure], Pieces]] = {
    "bag": _bag,
    "bell": _bell,
    "bells": _bells,
    "block": _block,
    "bar": _bar,
    "rail": _rail,
    "chair": _chair,
    "seat": _seat,
    "strap": _strap,
    "towel": _towel,
}
"""What is drawn for a prop; mat and plate belong to the floor: `scene.py`."""
