"""The pictures of the handout: two panels side by side, each a person in a hinge drawn from joint
angles, as SVG text.

Owns the page of a picture. A pure function of its arguments: the same bytes for the same arguments.
Every number of a body and every word stands in the rules; where the joints lie is `skeleton.py`,
shapes are `figure.py` and `back_view.py`, ink is `person.py`, marks are `signs.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hingeexpert.knowledge.models.poses import CONTACTS, Mark, Panel, Picture, PoseFile, Stick
from hingeexpert.pictures.back_view import BackView
from hingeexpert.pictures.figure import Figure
from hingeexpert.pictures.person import COLOURS, GREYS, Paper, from_behind, person
from hingeexpert.pictures.scene import Extent, Ground, View, extent, scene
from hingeexpert.pictures.signs import (
    FONT,
    LINE,
    arrow_path,
    arrow_sign,
    badge,
    cased,
    label_sign,
    leader,
    mark_sign,
    ring,
    silhouette,
    wrapped,
)
from hingeexpert.pictures.strokes import straight, svg, unfilled, words

WIDTH = 298
"""Width of a picture in points: two panels of 5 cm and the arrow between them."""
PANEL = 138
"""Width of a panel."""
HIGHEST = 160
"""The most points that a picture is high; a person who lies needs fewer."""
LEAST = 70
"""The least points that it is high."""
BADGE = 24
"""Width that a badge takes beside a label."""
BELOW = 7.5
"""Points between the last line of a label and the person."""
EDGE = 3.0
"""Points that the edge of a panel stays free."""
FLOOR = 5.0
"""Points from the floor to the lower edge of the picture."""
LARGEST = 172
"""The most points that a body height may have."""
RING, REACH = 0.045, 0.115
"""Radius of a ring for a pen, and how far from the contact it reaches, in body heights."""
Side = Literal["left", "right"]


@dataclass(frozen=True)
class Half:
    """One panel, placed on the page.

    Attributes:
        left: Its left edge.
        top: Where the person may begin.
        good: Whether it shows what is wanted, `None` in a picture that does not judge.
        label: What its first mark shows.
    """

    view: View
    paper: Paper
    left: float
    top: float
    good: bool | None
    label: str | None


def draw(
    body: PoseFile,
    picture: Picture,
    lean: float | None = None,
    side: Side | None = None,
    *,
    grey: bool = False,
) -> str:
    """Return a picture as SVG, its alternative text in the title.

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
    halves, height = _halves(body, picture, lean, side)
    inside = [part for half in halves for part in _half(half, inks)]
    inside.append(_arrow_between(complex(WIDTH / 2, (halves[0].top + height) / 2), inks))
    return _page(picture.alt, WIDTH, height, inside)


def _halves(
    body: PoseFile, picture: Picture, lean: float | None, side: Side | None
) -> tuple[list[Half], float]:
    """Return both panels, and how high the picture is."""
    views = [_view(body, panel, lean, side) for panel in (picture.first, picture.second)]
    lefts = (0, WIDTH - PANEL)
    top = _top(picture)
    height, papers = _fit(views, top, lefts)
    halves = []
    for number, label in enumerate((picture.label, picture.aim)):
        # What is wanted is the second panel.
        good = bool(number) if picture.judged else None
        halves.append(Half(views[number], papers[number], lefts[number], top, good, label))
    return halves, height


def _top(picture: Picture) -> float:
    """Return where the people may begin: below the longer of the labels."""
    labels = [label for label in (picture.label, picture.aim) if label]
    if not labels:
        return EDGE
    return max(len(wrapped(label, _line(picture.judged))) for label in labels) * LINE + BELOW


def _arrow_between(middle: complex, inks: Mapping[str, str]) -> str:
    """Return the arrow from the first panel to the second."""
    path = arrow_path(middle - 6.5, middle + 6.5, 6)
    return unfilled(path, inks["line"], 2.4, stroke_linecap="round")


def draw_blank(body: PoseFile, *, grey: bool = True) -> str:
    """Return one person in a hinge with the stick on and an open ring, with a number, for each
    contact: to be marked with a pen.

    Args:
        body: The body and its poses; its `blank` pose is drawn.
        grey: Draw in greys only.
    """
    inks = GREYS if grey else COLOURS
    view = _blank_figure(body)
    height, (paper,) = _fit([view], EDGE, (0,))
    inside = [
        *scene(view, paper, inks, Ground(1, PANEL - 1, EDGE)),
        *person(view, paper, inks),
        *_numbered_rings(view, paper, inks),
    ]
    return _page(body.blank_alt, PANEL, height, inside)


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


def _page(alt: str, width: float, height: float, inside: Sequence[str]) -> str:
    """Return a page of the handout's letters."""
    return svg(alt, (width, height), inside, font_family="Noto Sans", font_size=FONT) + "\n"


def _fit(views: Sequence[View], top: float, lefts: Sequence[float]) -> tuple[float, list[Paper]]:
    """Return the height of the picture, and where the people stand.

    They are of one size in all panels, as large as fits, each in the middle of its panel and all on
    one floor.
    """
    extents = [extent(view) for view in views]
    below = max(room.below for room in extents)
    high = below + max(room.above for room in extents)
    scale = _scale(max(room.front - room.back for room in extents), high, HIGHEST - FLOOR - top)
    height = max(LEAST, round(top + FLOOR + scale * high))
    floor = height - FLOOR - scale * below
    papers = [
        _placed(view, room, complex(left, floor), scale)
        for view, room, left in zip(views, extents, lefts, strict=True)
    ]
    return height, papers


def _scale(wide: float, high: float, space: float) -> float:
    """Return how many points a body height has: as many as fit.

    Args:
        wide: What the widest person takes, in body heights.
        high: What they all take together from the lowest point to the highest.
        space: Points that there are for that height.
    """
    return min(LARGEST, (PANEL - 2 * EDGE) / wide, space / high)


def _placed(view: View, room: Extent, corner: complex, scale: float) -> Paper:
    """Return where a person stands in the middle of a panel.

    Args:
        view: The person.
        room: What it takes.
        corner: Left edge of the panel and height of the floor on the page.
        scale: Points that a body height has.
    """
    across = corner.real + PANEL / 2 - scale * (room.back + room.front) / 2
    return Paper(complex(across, corner.imag + scale * view.floor), scale)


def _line(judged: bool) -> float:
    """Return how long a line of a label may be; it may reach into the room between the panels."""
    return PANEL + 10 - (BADGE if judged else 2)


def _half(half: Half, inks: Mapping[str, str]) -> Iterator[str]:
    """Yield a panel: what stands around, the person, and on top the signs."""
    view, paper, colour = half.view, half.paper, _colour(half, inks)
    ground = Ground(half.left + 1, half.left + PANEL - 1, half.top)
    yield from scene(view, paper, inks, ground)
    if isinstance(view, BackView):
        yield from from_behind(view, paper, inks)
    else:
        yield from person(view, paper, inks)
    yield from _signs(half, inks, colour)
    if half.good is not None:
        yield badge(complex(half.left + 11, 11), half.good, colour, inks["paper"])


def _colour(half: Half, inks: Mapping[str, str]) -> str:
    """Return the colour of the signs of a panel."""
    if half.good is None:
        return inks["line"]
    return inks["good" if half.good else "mark"]


def _signs(half: Half, inks: Mapping[str, str], colour: str) -> Iterator[str]:
    """Yield arrows, the label and marks."""
    paper, places, white = half.paper, half.view.places, inks["paper"]
    for arrow in half.view.panel.arrows:
        yield arrow_sign(paper, places[arrow.at], arrow, colour, white)
    if half.label is not None:
        yield from _label(half, half.label, inks, colour)
    for mark in half.view.panel.marks:
        yield mark_sign(paper, places[mark.at], mark, colour, white)


def _label(half: Half, text: str, inks: Mapping[str, str], colour: str) -> Iterator[str]:
    """Yield the lines of a label above the person, and a line from it to the first mark."""
    judged = half.good is not None
    start = complex(half.left + (BADGE if judged else 2), FONT)
    written, edge = label_sign(text, start, _line(judged), inks["line"])
    for mark in half.view.panel.marks[:1]:
        way = _way_to(half, mark, edge)
        yield cased(straight(*way), colour, inks["paper"], 1.2)
    yield from written


def _way_to(half: Half, mark: Mark, edge: Sequence[complex]) -> list[complex]:
    """Return the way from a label's lower edge to a mark, past the person."""
    paper = half.paper
    covered = silhouette(paper.all(shape.points) for shape in half.view.shapes)
    middle = paper.at(half.view.places[mark.at])
    return leader(edge, middle, mark.size * paper.scale, covered)
