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
from hingeexpert.pictures.body_signs import (
    gaze_sign,
    held_sign,
    leg_sign,
    load_sign,
    measure_sign,
    sole_sign,
    spine_sign,
    stick_signs,
)
from hingeexpert.pictures.figure import Figure
from hingeexpert.pictures.framing import EDGE, HIGHEST, PANEL, fit, near
from hingeexpert.pictures.looks import NEUTRAL, Looks, inks
from hingeexpert.pictures.person import Paper, from_behind, person, silhouette
from hingeexpert.pictures.scene import Ground, View, scene
from hingeexpert.pictures.signs import FONT, arrow_sign, mark_sign, ring
from hingeexpert.pictures.strokes import straight, svg, unfilled, words

RING, REACH = 0.045, 0.115
"""Radius of a ring for a pen, and how far from the contact it reaches, in body heights."""
BENT = 5
"""Degrees by which two backs differ before a line shows it."""
BACK = ("lumbar", "thoracic", "neck")
Side = Literal["left", "right"]
Inks = Mapping[str, str]
__all__ = ["HIGHEST", "PANEL", "Side", "draw", "draw_blank"]


@dataclass(frozen=True)
class Half:
    """One panel, placed on its page.

    Attributes:
        good: Whether it shows what is wanted, `None` in a picture that does not judge.
        spine: Whether it shows how the back is held.
    """

    view: View
    paper: Paper
    good: bool | None
    spine: bool


def draw(
    body: PoseFile,
    picture: Picture,
    lean: float | None = None,
    side: Side | None = None,
    *,
    grey: bool = False,
    look: Looks = NEUTRAL,
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
        look: Who is drawn.
    """
    body, colours = body.built(look.body), inks(look, grey=grey)
    views = [_view(body, panel, lean, side) for panel in _panels(picture)]
    height, papers = fit(views)
    differs = picture.judged and _backs_differ(views)
    panels = []
    for number, (view, paper) in enumerate(zip(views, papers, strict=True)):
        spine = differs if view.panel.spine is None else view.panel.spine
        # What is wanted is the second panel.
        half = Half(view, paper, bool(number) if picture.judged else None, spine)
        inside = _half(half, colours)
        if view.panel.view != "whole":
            inside = near(inside, height, colours["line_far"])
        panels.append(svg(None, (PANEL, height), inside) + "\n")
    return tuple(panels)


def _panels(picture: Picture) -> tuple[Panel, Panel]:
    """Return both panels; what was seen is shown as near as what is wanted, with the same start
    behind and the same measure, however its panel came about.
    """
    first, second = picture.first, picture.second
    if not picture.judged:
        return first, second
    shared = {
        "view": second.view,
        "ghost": first.ghost or second.ghost,
        "measure": first.measure or second.measure,
    }
    return first.model_copy(update=shared), second


def _backs_differ(views: Sequence[View]) -> bool:
    """Whether the people hold their backs in different ways, seen from the side."""
    first, second = (view.pose for view in views)
    apart = [abs(getattr(first, name) - getattr(second, name)) for name in BACK]
    return max(apart) > BENT and not any(isinstance(view, BackView) for view in views)


def draw_blank(body: PoseFile, *, grey: bool = True) -> str:
    """Return one person in a hinge with the stick on and an open ring, with a number, for each
    contact: to be marked with a pen.

    Args:
        body: The body and its poses; its `blank` pose is drawn.
        grey: Draw in greys only.
    """
    colours = inks(grey=grey)
    view = _blank_figure(body)
    height, (paper,) = fit([view])
    inside = [
        *scene(view, paper, colours, Ground(1, PANEL - 1, EDGE)),
        *person(view, paper, colours),
        *_numbered_rings(view, paper, colours),
    ]
    return (
        svg(body.blank_alt, (PANEL, height), inside, font_family="Noto Sans", font_size=FONT) + "\n"
    )


def _blank_figure(body: PoseFile) -> Figure:
    """Return the person to be marked; the marks keep room on the page for the rings."""
    marks = tuple(Mark(at=contact, size=REACH) for contact in CONTACTS)
    panel = Panel(pose=body.blank, stick=Stick(kept=CONTACTS), marks=marks)
    return Figure(body, body.pose(panel), panel)


def _numbered_rings(view: Figure, paper: Paper, inks: Inks) -> Iterator[str]:
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


def _half(half: Half, inks: Inks) -> list[str]:
    """Return a panel: what stands around, the person, and on top the signs."""
    view, paper = half.view, half.paper
    around = [*scene(view, paper, inks, Ground(1, PANEL - 1, EDGE))]
    if isinstance(view, BackView):
        return [*around, *from_behind(view, paper, inks), *_signs_behind(view, half, inks)]
    if view.ghost is not None:
        around.append(silhouette(view.ghost, paper, inks))
    return [*around, *person(view, paper, inks), *_signs(view, half, inks)]


def _signs_behind(view: BackView, half: Half, inks: Inks) -> Iterator[str]:
    """Yield the load on both feet, and the marks."""
    yield from load_sign(view, half.paper, _colour(half, inks), inks)
    yield from _marks(half, inks)


def _signs(view: Figure, half: Half, inks: Inks) -> Iterator[str]:
    """Yield how back and feet are held, what the stick touches, how far the wall is, and marks."""
    paper, colour = half.paper, _colour(half, inks)
    if half.spine:
        yield spine_sign(view, paper, colour, inks)
    if half.good is False:
        yield sole_sign(view, paper, inks)
    kept = inks["line" if half.good is None else "good"]
    yield from stick_signs(view, paper, kept, inks)
    if view.panel.measure and view.panel.wall is not None:
        yield from measure_sign(view, paper, colour, inks)
    yield from _marks(half, inks)


def _marks(half: Half, inks: Inks) -> Iterator[str]:
    """Yield arrows and marks."""
    paper, places, white, colour = half.paper, half.view.places, inks["paper"], _colour(half, inks)
    for arrow in half.view.panel.arrows:
        yield arrow_sign(paper, places[arrow.at], arrow, colour, white)
    for mark in half.view.panel.marks:
        if mark.kind == "angle" and isinstance(half.view, Figure):
            yield leg_sign(half.view, paper, colour, inks)
        elif mark.kind == "gaze" and isinstance(half.view, Figure):
            yield gaze_sign(half.view, mark, paper, colour, inks)
        elif mark.kind == "no_breath" and isinstance(half.view, Figure):
            yield held_sign(half.view, mark, paper, colour, inks)
        else:
            yield mark_sign(paper, places[mark.at], mark, colour, white)


def _colour(half: Half, inks: Inks) -> str:
    """Return the colour of the signs of a panel."""
    if half.good is None:
        return inks["line"]
    return inks["good" if half.good else "mark"]
