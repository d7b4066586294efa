"""What stands around a person in a picture: floor, wall, mat, plate, and how much room all of it
takes.

Owns surroundings; the person is `person.py`, marks and words are `signs.py`.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hingeexpert.knowledge.models.poses import Arrow, Mark
from hingeexpert.pictures.back_view import BackView
from hingeexpert.pictures.figure import Figure
from hingeexpert.pictures.person import Paper
from hingeexpert.pictures.strokes import element, line, straight
from hingeexpert.pictures.things import around

View = Figure | BackView
"""A person from the side or from behind."""
WALL = 0.035
"""Thickness of the wall in body heights."""
MAT = 0.014
"""Thickness of the mat in body heights."""


LOADS = 0.25
"""How far to either side of a person seen from behind the signs of the load reach."""
BOX = (1 + 1j, -1 - 1j)
"""Two corners of a square around a point."""


@dataclass(frozen=True)
class Extent:
    """What a person takes with all around: least and most forward, how far below the floor and how
    far above it, in body heights.
    """

    back: float
    front: float
    below: float
    above: float


def extent(view: View) -> Extent:
    """Return what a person takes with all around; of a part that is shown near, what the part
    takes: the floor may then lie below the page.
    """
    points = [*_seen(view), *_around(view)]
    across, upward = [point.real for point in points], [point.imag for point in points]
    below = view.floor - min(upward)
    if view.panel.view == "whole":
        below = max(0.0, below)
    return Extent(min(across), max(across), below, max(upward) - view.floor)


def _seen(view: View) -> Iterator[complex]:
    """Yield the skin that is in the picture, and that of the start."""
    if isinstance(view, BackView) or view.panel.view == "whole":
        yield from view.skin()
    else:
        yield from view.part(view.panel.view)
    if isinstance(view, Figure) and view.ghost is not None:
        yield from view.ghost.skin()


def _around(view: View) -> Iterator[complex]:
    """Yield the outermost points of everything beside the skin."""
    if isinstance(view, Figure):
        yield from _around_props(view)
    for mark in view.panel.marks:
        if mark.kind == "gaze" and isinstance(view, Figure):
            yield view.sight(mark.size)[1]
        yield from _around_mark(view.places[mark.at], mark)
    if isinstance(view, BackView):
        yield from (complex(side * LOADS, 0) for side in (-1, 1))
    for arrow in view.panel.arrows:
        yield from _around_arrow(view.places[arrow.at], arrow)


def _around_props(figure: Figure) -> Iterator[complex]:
    """Yield the ends of stick and wall, the mat, and all other things."""
    if figure.stick is not None:
        yield from figure.stick_ends[1 if figure.panel.view == "head" else 0 :]
    if figure.panel.wall is not None:
        yield complex(
            wall_at(figure) - (WALL if figure.panel.wall == "touched" else 0.02), figure.floor
        )
    yield from around(figure)
    if "mat" in figure.panel.props:
        yield complex(0, figure.floor - MAT)


def _around_mark(place: complex, mark: Mark) -> Iterator[complex]:
    """Yield corners around a mark; swaying lines stand on either side of it."""
    wide = mark.size * {"sway": 1.5, "angle": 0, "gaze": 0}.get(mark.kind, 1.25)
    for corner in BOX:
        yield place + wide * corner


def _around_arrow(place: complex, arrow: Arrow) -> Iterator[complex]:
    """Yield corners around both ends of an arrow, for its head."""
    start = place + complex(*arrow.beside)
    for end in (start, start + complex(*arrow.go)):
        for corner in BOX:
            yield end + 0.045 * corner


def wall_at(figure: Figure) -> float:
    """Return where the face of the wall is, forward of the ankle, in body heights: foot lengths
    behind the heels, or at the bottom.
    """
    if figure.panel.wall == "touched":
        return min(point.real for point in figure.skin())
    sizes = figure.body.proportions
    assert figure.panel.wall is not None
    return -sizes.heel - figure.panel.wall * sizes.foot_length


@dataclass(frozen=True)
class Ground:
    """Where on the page surroundings may be: left and right end of the floor, top of the wall."""

    left: float
    right: float
    top: float


def scene(view: View, paper: Paper, inks: Mapping[str, str], ground: Ground) -> Iterator[str]:
    """Yield wall, mat, plate and floor.

    Args:
        view: The person.
        paper: Where it stands.
        inks: Colours.
        ground: Where floor and wall may be.
    """
    floor = paper.at(complex(0, view.floor)).imag + 0.8
    if isinstance(view, Figure) and view.panel.wall is not None:
        yield from _wall(view, paper, inks, ground, floor)
    if "mat" in view.panel.props:
        thick = MAT * paper.scale
        yield _mat(inks, ground, floor, thick)
        # The line of the floor goes below the mat.
        floor += thick + 0.6
    if isinstance(view, Figure) and "plate" in view.panel.props:
        yield _plate(view, paper, inks)
    yield line(
        straight(complex(ground.left, floor), complex(ground.right, floor)), inks["line"], 1.6
    )


def _wall(
    figure: Figure, paper: Paper, inks: Mapping[str, str], ground: Ground, floor: float
) -> Iterator[str]:
    """Yield the wall, as thick as there is room for, and its face."""
    face = paper.at(complex(wall_at(figure), 0)).real
    thick = min(WALL * paper.scale, face - ground.left)
    high = floor - ground.top
    yield element("rect", x=face - thick, y=ground.top, width=thick, height=high, fill=inks["wall"])
    edge = straight(complex(face, ground.top), complex(face, floor))
    yield line(edge, inks["line"], 1.3)


def _mat(inks: Mapping[str, str], ground: Ground, top: float, thick: float) -> str:
    """Return a mat from one end of the floor to the other."""
    return element(
        "rect",
        x=ground.left,
        y=top,
        width=ground.right - ground.left,
        height=thick,
        rx=1,
        fill=inks["prop"],
        stroke=inks["line"],
        stroke_width=0.9,
    )


def _plate(figure: Figure, paper: Paper, inks: Mapping[str, str]) -> str:
    """Return a plate below the front of the feet: as high as the lifted ball of the foot."""
    leg, sizes = figure.bones.near, figure.body.proportions
    ball = 0.62 * sizes.foot_length
    lifted = ball * math.sin(math.radians(leg.foot))
    corner = paper.at(complex(leg.ankle.real - sizes.heel + ball, figure.floor + lifted))
    return element(
        "rect",
        x=corner.real,
        y=corner.imag,
        width=0.5 * sizes.foot_length * paper.scale,
        height=paper.at(complex(0, figure.floor)).imag - corner.imag,
        fill=inks["stick"],
        stroke=inks["line"],
        stroke_width=1,
    )
