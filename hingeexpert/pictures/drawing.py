"""The pictures of the handout: panels side by side, each a person in a hinge drawn from joint
angles, as SVG without a letter: what is said of a panel is set beside it by who prints it.

Owns the page of a panel. A pure function of its arguments: the same bytes for the same arguments.
Every number of a body stands in the rules; where the joints lie is `skeleton.py`, shapes are
`figure.py` and `back_view.py`, ink is `person.py`, marks are `signs.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hingeexpert.knowledge.models.poses import CONTACTS, Mark, Panel, Picture, PoseFile, Stick
from hingeexpert.pictures.back_view import BackView
from hingeexpert.pictures.figure import Figure
from hingeexpert.pictures.person import COLOURS, GREYS, Paper, from_behind, person
from hingeexpert.pictures.scene import Extent, Ground, View, extent, scene
from hingeexpert.pictures.signs import FONT, arrow_sign, mark_sign, ring
from hingeexpert.pictures.strokes import straight, svg, unfilled, words

PANEL = 138
"""Width of a panel in points."""
HIGHEST = 160
"""The most points that a panel is high; a person who lies needs fewer."""
LEAST = 70
"""The least points that it is high."""
EDGE = 3.0
"""Points that the edge of a panel stays free."""
FLOOR = 5.0
"""Points from the floor to the lower edge of a panel."""
LARGEST = 172
"""The most points that a body height may have."""
RING, REACH = 0.045, 0.115
"""Radius of a ring for a pen, and how far from the contact it reaches, in body heights."""
Side = Literal["left", "right"]


@dataclass(frozen=True)
class Half:
    """One panel, placed on its page.

    Attributes:
        good: Whether it shows what is wanted, `None` in a picture that does not judge.
    """

    view: View
    paper: Paper
    good: bool | None


def draw(
    body: PoseFile,
    picture: Picture,
    lean: float | None = None,
    side: Side | None = None,
    *,
    grey: bool = False,
) -> tuple[str, ...]:
    """Return the panels of a picture as SVG, all of one size and on one floor.

    Args:
        body: The body and its poses.
        picture: What to show.
        lean: Measured forward lean at the hips in degrees, 0 to 120, or `None`: then the poses as
            they stand in the rules.
        side: The side to which the person goes, where the picture shows it from behind; `None`
            draws it as it stands in the rules.
        grey: Draw in greys only.
    """
    inks = GREYS if grey else COLOURS
    views = [_view(body, panel, lean, side) for panel in (picture.first, picture.second)]
    height, papers = _fit(views, EDGE)
    panels = []
    for number, (view, paper) in enumerate(zip(views, papers, strict=True)):
        # What is wanted is the second panel.
        half = Half(view, paper, bool(number) if picture.judged else None)
        panels.append(svg(None, (PANEL, height), _half(half, inks)) + "\n")
    return tuple(panels)


def draw_blank(body: PoseFile, *, grey: bool = True) -> str:
    """Return one person in a hinge with the stick on and an open ring, with a number, for each
    contact: to be marked with a pen.

    Args:
        body: The body and its poses; its `blank` pose is drawn.
        grey: Draw in greys only.
    """
    inks = GREYS if grey else COLOURS
    view = _blank_figure(body)
    height, (paper,) = _fit([view], EDGE)
    inside = [
        *scene(view, paper, inks, Ground(1, PANEL - 1, EDGE)),
        *person(view, paper, inks),
        *_numbered_rings(view, paper, inks),
    ]
    return (
        svg(body.blank_alt, (PANEL, height), inside, font_family="Noto Sans", font_size=FONT) + "\n"
    )


def _blank_figure(body: PoseFile) -> Figure:
    """Return the person to be marked; the marks keep room on the page for the rings."""
    marks = tuple(Mark(at=contact, size=REACH) for contact in CONTACTS)
    panel = Panel(pose=body.blank, stick=Stick(kept=CONTACTS), marks=marks)
    return Figure(body, body.pose(panel), panel)


def _numbered_rings(view: Figure, paper: Paper, inks: Mapping[str, str]) -> Iterator[str]:
    """Yield for each contact an open ring off the back, a line to it, and its number."""
    assert view.stick is not None
    # Down the page is positive there, so a direction is mirrored.
    away = (1j * view.stick.along).conjugate()
    size = RING * paper.scale
    for number, contact in enumerate(CONTACTS, 1):
        touch = paper.at(view.places[contact])
        middle = touch + away * 0.085 * paper.scale
        lead = straight(touch, middle - away * size)
        yield unfilled(lead + ring(middle, size), inks["line"], 1.6)
        beside = middle - size - 5 + FONT * 0.35j
        yield words(str(number), beside, fill=inks["line"], text_anchor="end")


def _view(body: PoseFile, panel: Panel, lean: float | None, side: Side | None) -> View:
    """Return the person of a panel, from the side or from behind."""
    pose = body.pose(panel, lean)
    return Figure(body, pose, panel) if panel.behind is None else BackView(body, pose, panel, side)


def _fit(views: Sequence[View], top: float) -> tuple[float, list[Paper]]:
    """Return the height of the panels, and where the people stand.

    They are of one size in all panels, as large as fits, each in the middle of its panel and all on
    one floor.
    """
    extents = [extent(view) for view in views]
    below = max(room.below for room in extents)
    high = below + max(room.above for room in extents)
    scale = _scale(max(room.front - room.back for room in extents), high, HIGHEST - FLOOR - top)
    height = max(LEAST, round(top + FLOOR + scale * high))
    floor = height - FLOOR - scale * below
    papers = [_placed(view, room, floor, scale) for view, room in zip(views, extents, strict=True)]
    return height, papers


def _scale(wide: float, high: float, space: float) -> float:
    """Return how many points a body height has: as many as fit.

    Args:
        wide: What the widest person takes, in body heights.
        high: What they all take together from the lowest point to the highest.
        space: Points that there are for that height.
    """
    return min(LARGEST, (PANEL - 2 * EDGE) / wide, space / high)


def _placed(view: View, room: Extent, floor: float, scale: float) -> Paper:
    """Return where a person stands in the middle of a panel.

    Args:
        view: The person.
        room: What it takes.
        floor: Height of the floor on the page.
        scale: Points that a body height has.
    """
    across = PANEL / 2 - scale * (room.back + room.front) / 2
    return Paper(complex(across, floor + scale * view.floor), scale)


def _half(half: Half, inks: Mapping[str, str]) -> Iterator[str]:
    """Yield a panel: what stands around, the person, and on top the signs."""
    view, paper = half.view, half.paper
    yield from scene(view, paper, inks, Ground(1, PANEL - 1, EDGE))
    if isinstance(view, BackView):
        yield from from_behind(view, paper, inks)
    else:
        yield from person(view, paper, inks)
    yield from _signs(half, inks)


def _signs(half: Half, inks: Mapping[str, str]) -> Iterator[str]:
    """Yield arrows and marks."""
    paper, places, white, colour = half.paper, half.view.places, inks["paper"], _colour(half, inks)
    for arrow in half.view.panel.arrows:
        yield arrow_sign(paper, places[arrow.at], arrow, colour, white)
    for mark in half.view.panel.marks:
        yield mark_sign(paper, places[mark.at], mark, colour, white)


def _colour(half: Half, inks: Mapping[str, str]) -> str:
    """Return the colour of the signs of a panel."""
    if half.good is None:
        return inks["line"]
    return inks["good" if half.good else "mark"]
