"""The pictures of the handout: two panels side by side, each a person in a hinge drawn from joint
angles, as SVG text.

Owns the page of a picture. A pure function of its arguments: the same bytes for the same arguments.
Every number of a body and every word stands in the rules; where the joints lie is `skeleton.py`,
shapes are `outline.py` and `back_view.py`, ink is `person.py`, marks are `signs.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from hingeexpert.knowledge.models.poses import CONTACTS, Mark, Panel, Picture, PoseFile, Stick
from hingeexpert.pictures.back_view import BackView
from hingeexpert.pictures.outline import Figure
from hingeexpert.pictures.person import COLOURS, GREYS, Paper, from_behind, person
from hingeexpert.pictures.room import View, box, room
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
from hingeexpert.pictures.strokes import element, straight, words

WIDTH = 298
"""Width of a picture in points: two panels of 5 cm and the arrow between them."""
PANEL = 138
HIGHEST = 160
"""The most points that a picture is high; a person who lies needs fewer."""
LEAST = 70
BADGE = 24
"""Width that a badge takes beside a label."""
BELOW = 7.5
"""Points between the last line of a label and the person."""
EDGE = 3.0
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
    views = [_view(body, panel, lean, side) for panel in (picture.first, picture.second)]
    labels = (picture.label, picture.aim)
    lines = (
        max(len(wrapped(label, _line(picture.judged))) for label in labels if label)
        if any(labels)
        else 0
    )
    top = lines * LINE + BELOW if lines else EDGE
    height, papers = _fit(views, top, (0, WIDTH - PANEL))
    halves = [
        Half(view, paper, left, top, good if picture.judged else None, label)
        for view, paper, left, good, label in zip(
            views, papers, (0, WIDTH - PANEL), (False, True), labels, strict=True
        )
    ]
    middle = complex(WIDTH / 2, top + (height - top) * 0.5)
    between = element(
        "path",
        d=arrow_path(middle - 6.5, middle + 6.5, 6),
        fill="none",
        stroke=inks["line"],
        stroke_width=2.4,
        stroke_linecap="round",
    )
    return _svg(
        picture.alt,
        WIDTH,
        height,
        [*(part for half in halves for part in _half(half, inks)), between],
    )


def draw_blank(body: PoseFile, *, grey: bool = True) -> str:
    """Return one person in a hinge with the stick on and an open ring, with a number, for each
    contact: to be marked with a pen.

    Args:
        body: The body and its poses; its `blank` pose is drawn.
        grey: Draw in greys only.
    """
    inks = GREYS if grey else COLOURS
    panel = Panel(
        pose=body.blank,
        stick=Stick(kept=CONTACTS),
        marks=tuple(Mark(at=at, size=REACH) for at in CONTACTS),
    )
    view = Figure(body, body.pose(panel), panel)
    height, (paper,) = _fit([view], EDGE, (0,))
    places = view.places()
    parts = [*room(view, paper, inks, 1, PANEL - 1, EDGE), *person(view, paper, inks)]
    assert view.stick is not None
    for place, name in enumerate(CONTACTS, 1):
        away, size = (1j * view.stick.along).conjugate(), RING * paper.scale
        touch = paper.at(places[name])
        middle = touch + away * 0.085 * paper.scale
        lead = straight(touch, middle - away * size)
        parts.append(
            element(
                "path",
                d=lead + ring(middle, size),
                fill="none",
                stroke=inks["line"],
                stroke_width=1.6,
            )
        )
        parts.append(
            words(
                str(place), middle - size - 5 + FONT * 0.35j, fill=inks["line"], text_anchor="end"
            )
        )
    return _svg(body.blank_alt, PANEL, height, parts)


def _view(body: PoseFile, panel: Panel, lean: float | None, side: Side | None) -> View:
    pose = body.pose(panel, lean)
    return Figure(body, pose, panel) if panel.behind is None else BackView(body, pose, panel, side)


def _svg(alt: str, width: float, height: float, inside: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width:g} {height:g}" '
        f'font-family="Noto Sans" font-size="{FONT}">'
        f"<title>{escape(alt)}</title>{''.join(inside)}</svg>\n"
    )


def _fit(views: Sequence[View], top: float, lefts: Sequence[float]) -> tuple[float, list[Paper]]:
    """Return the height of the picture, and where the people stand.

    They are of one size in all panels, as large as fits, each in the middle of its panel and all on
    one floor.
    """
    boxes = [box(view) for view in views]
    wide, below, above = (
        max(sizes)
        for sizes in zip(
            *((item.front - item.back, item.below, item.above) for item in boxes), strict=True
        )
    )
    scale = min(LARGEST, (PANEL - 2 * EDGE) / wide, (HIGHEST - FLOOR - top) / (below + above))
    height = max(LEAST, round(top + FLOOR + scale * (below + above)))
    ground = height - FLOOR - scale * below
    papers = [
        Paper(
            complex(
                left + PANEL / 2 - scale * (item.back + item.front) / 2, ground + scale * view.floor
            ),
            scale,
        )
        for left, item, view in zip(lefts, boxes, views, strict=True)
    ]
    return height, papers


def _line(judged: bool) -> float:
    """Return how long a line of a label may be; it may reach into the room between the panels."""
    return PANEL + 10 - (BADGE if judged else 2)


def _half(half: Half, inks: Mapping[str, str]) -> Iterator[str]:
    view, paper = half.view, half.paper
    places, panel = view.places(), view.panel
    colour = inks["line" if half.good is None else "good" if half.good else "mark"]
    yield from room(view, paper, inks, half.left + 1, half.left + PANEL - 1, half.top)
    yield from (
        from_behind(view, paper, inks) if isinstance(view, BackView) else person(view, paper, inks)
    )
    for arrow in panel.arrows:
        yield arrow_sign(paper, places[arrow.at], arrow, colour, inks["paper"])
    if half.label is not None:
        yield from _label(half, half.label, places, inks, colour)
    for mark in panel.marks:
        yield mark_sign(paper, places[mark.at], mark, colour, inks["paper"])
    if half.good is not None:
        yield badge(complex(half.left + 11, 11), half.good, colour, inks["paper"])


def _label(
    half: Half, text: str, places: Mapping[str, complex], inks: Mapping[str, str], colour: str
) -> Iterator[str]:
    """Yield the lines of a label above the person, and a line from it to the first mark."""
    start = half.left + (BADGE if half.good is not None else 2)
    written, edge = label_sign(
        text, complex(start, FONT), _line(half.good is not None), inks["line"]
    )
    for mark in half.view.panel.marks[:1]:
        middle, size = half.paper.at(places[mark.at]), mark.size * half.paper.scale
        ground = silhouette(half.paper.all(shape.points) for shape in half.view.shapes)
        yield cased(straight(*leader(edge, middle, size, ground)), colour, inks["paper"], 1.2)
    yield from written
