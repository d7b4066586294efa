"""What stands around a person in a picture: floor, wall, mat, plate, and how much room all of it
takes.

Owns surroundings; the person is `person.py`, marks and words are `signs.py`.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hingeexpert.pictures.back_view import BackView
from hingeexpert.pictures.outline import Figure
from hingeexpert.pictures.person import Paper, bag
from hingeexpert.pictures.strokes import element, straight

View = Figure | BackView
"""A person from the side or from behind."""
WALL = 0.035
"""Thickness of the wall in body heights."""
MAT = 0.014
"""Thickness of the mat in body heights."""
MARGIN = 3.0
"""Room in points around a mark or an arrow for its line."""


@dataclass(frozen=True)
class Box:
    """What a person takes with all around: least and most forward, how far below the floor and how
    far above it, in body heights.
    """

    back: float
    front: float
    below: float
    above: float


def box(view: View) -> Box:
    """Return what a person takes with all around."""
    points = [*view.skin(), *_around(view)]
    across, upward = [point.real for point in points], [point.imag for point in points]
    return Box(
        min(across), max(across), max(0.0, view.floor - min(upward)), max(upward) - view.floor
    )


def _around(view: View) -> Iterator[complex]:
    """Yield the outermost points of everything beside the skin."""
    places = view.places()
    if isinstance(view, Figure):
        if view.stick is not None:
            yield from view.stick_ends
        if view.panel.wall is not None:
            yield complex(wall_at(view) - WALL, view.floor)
        if "bag" in view.panel.props:
            yield from bag(view)
        if "mat" in view.panel.props:
            yield complex(0, view.floor - MAT)
    for mark in view.panel.marks:
        wide = mark.size * (1.5 if mark.kind == "sway" else 1.25)
        yield from (places[mark.at] + wide * corner for corner in (1 + 1j, -1 - 1j))
    for arrow in view.panel.arrows:
        start = places[arrow.at] + complex(*arrow.beside)
        yield from (
            end + 0.045 * corner
            for end in (start, start + complex(*arrow.go))
            for corner in (1 + 1j, -1 - 1j)
        )


def wall_at(figure: Figure) -> float:
    """Return where the face of the wall is, forward of the ankle, in body heights: foot lengths
    behind the heels, or at the bottom.
    """
    if figure.panel.wall == "touched":
        return min(point.real for point in figure.skin())
    sizes = figure.body.proportions
    assert figure.panel.wall is not None
    return -sizes.heel - figure.panel.wall * sizes.foot_length


def room(
    view: View, paper: Paper, inks: Mapping[str, str], left: float, right: float, top: float
) -> Iterator[str]:
    """Yield floor, wall, mat and plate.

    Args:
        view: The person.
        paper: Where it stands.
        inks: Colours.
        left: Left end of the floor on the page.
        right: Its right end.
        top: Upper end of the wall.
    """
    low = paper.at(complex(0, view.floor)).imag + 0.8
    props = view.panel.props
    if isinstance(view, Figure) and view.panel.wall is not None:
        face = paper.at(complex(wall_at(view), 0)).real
        wide = min(WALL * paper.scale, face - left)
        yield element("rect", x=face - wide, y=top, width=wide, height=low - top, fill=inks["wall"])
        yield element(
            "path",
            d=straight(complex(face, top), complex(face, low)),
            stroke=inks["line"],
            stroke_width=1.3,
        )
    if "mat" in props:
        thick = MAT * paper.scale
        yield element(
            "rect",
            x=left,
            y=low,
            width=right - left,
            height=thick,
            rx=1,
            fill=inks["prop"],
            stroke=inks["line"],
            stroke_width=0.9,
        )
        low += thick + 0.6
    if isinstance(view, Figure) and "plate" in props:
        yield from _plate(view, paper, inks)
    yield element(
        "path",
        d=straight(complex(left, low), complex(right, low)),
        stroke=inks["line"],
        stroke_width=1.6,
    )


def _plate(figure: Figure, paper: Paper, inks: Mapping[str, str]) -> Iterator[str]:
    """Yield a plate below the front of the feet."""
    ankle, sizes = figure.bones.near.ankle, figure.body.proportions
    ball = 0.62 * sizes.foot_length
    start = paper.at(
        complex(
            ankle.real - sizes.heel + ball,
            figure.floor + ball * math.sin(math.radians(figure.bones.near.foot)),
        )
    )
    wide, high = (
        0.5 * sizes.foot_length * paper.scale,
        paper.at(complex(0, figure.floor)).imag - start.imag,
    )
    yield element(
        "rect",
        x=start.real,
        y=start.imag,
        width=wide,
        height=high,
        fill=inks["stick"],
        stroke=inks["line"],
        stroke_width=1,
    )
