"""A person on whose drawing answers are marked with a press, and who then shows them: one panel,
with a sign at each spot.

Owns the page of that drawing; it does not change with the answers, so that a spot moves no more
than the limb it belongs to. What is drawn for an answer stands in the rules. A pure function of its
arguments.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal

from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.body import BodyFigure, Spot
from hingeexpert.knowledge.models.poses import Panel, PoseFile
from hingeexpert.pictures.outline import Figure
from hingeexpert.pictures.person import COLOURS, Paper, person
from hingeexpert.pictures.room import room
from hingeexpert.pictures.signs import arrow_sign, cased, mark_sign, ring
from hingeexpert.pictures.strokes import element, group, straight

WIDTH, HEIGHT = 330, 335
"""The page in points."""
SCALE = 300
"""Points that a body height has."""
ANKLE = complex(140, HEIGHT - 12)
"""Where the floor below the ankle lies."""
SIGN = 12
"""Radius of a sign."""
RIM = 2.4
"""Width of its line, and of the paper around it that parts it from dark clothes."""
INSIDE = 25
"""How near to the edge of the page a spot may come: half of what a fingertip needs."""
GREY = "#4d5b69"
State = Literal["blank", "fine", "finding"]


@dataclass(frozen=True)
class Placed:
    """A spot on the drawing: where, in percent of its width and height, and what is answered
    there.
    """

    observable: str
    x: float
    y: float
    state: State


@dataclass(frozen=True)
class BodyDrawing:
    """The drawing as SVG, and its spots."""

    svg: str
    spots: tuple[Placed, ...]


def draw_body(
    body: PoseFile,
    figure: BodyFigure,
    answers: Mapping[str, Value],
    unsaid: frozenset[Value] = frozenset(),
) -> BodyDrawing:
    """Draw a person as the answers say.

    Args:
        body: The body and its poses.
        figure: The drawing and its spots.
        answers: Observable to value; what the figure does not know changes nothing.
        unsaid: Values that say nothing.
    """
    panel = figure.shown(body, answers)
    view = Figure(body, body.pose(panel), panel)
    paper, places = Paper(ANKLE + 1j * SCALE * view.floor, SCALE), view.places()
    inside = [
        *room(view, paper, COLOURS, 4, WIDTH - 4, 4),
        *person(view, paper, COLOURS),
        *_beside(panel, paper, places),
    ]
    spots = []
    for spot in figure.spots:
        state, middle = (
            _state(spot, answers.get(spot.observable), unsaid),
            _middle(view, paper, places, spot),
        )
        inside += _sign(paper.at(places[spot.at]), middle, state)
        spots.append(
            Placed(
                spot.observable,
                round(100 * middle.real / WIDTH, 1),
                round(100 * middle.imag / HEIGHT, 1),
                state,
            )
        )
    return BodyDrawing(_svg(figure.alt, inside), tuple(spots))


def _svg(alt: str, inside: list[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {HEIGHT}">'
    return f"{head}<title>{escape(alt)}</title>{''.join(inside)}</svg>\n"


def _state(spot: Spot, value: Value | None, unsaid: frozenset[Value]) -> State:
    if value is None or value in unsaid:
        return "blank"
    return "finding" if str(value) in spot.shows else "fine"


def _beside(panel: Panel, paper: Paper, places: Mapping[str, complex]) -> Iterator[str]:
    """Yield the marks and arrows of the panel."""
    for arrow in panel.arrows:
        yield arrow_sign(paper, places[arrow.at], arrow, COLOURS["mark"], COLOURS["paper"])
    for mark in panel.marks:
        yield mark_sign(paper, places[mark.at], mark, COLOURS["mark"], COLOURS["paper"])


def _middle(view: Figure, paper: Paper, places: Mapping[str, complex], spot: Spot) -> complex:
    """Return the middle of the sign of a spot, held on the page."""
    spine = view.bones.spine
    trunk = spine.at(spine.nodes[-2]) - spine.hip
    middle = paper.at(places[spot.at] + complex(*spot.off) + spot.away * 1j * trunk / abs(trunk))
    return complex(
        min(max(middle.real, INSIDE), WIDTH - INSIDE),
        min(max(middle.imag, INSIDE), HEIGHT - INSIDE),
    )


def _sign(touched: complex, middle: complex, state: State) -> Iterator[str]:
    """Yield a line from the body to a ring, and in it a tick, a cross or nothing: state is told by
    form, and by colour besides.
    """
    colour = {"blank": GREY, "fine": COLOURS["good"], "finding": COLOURS["mark"]}[state]
    white = COLOURS["paper"]
    way = middle - touched
    if abs(way) > SIGN + 2:
        yield cased(straight(touched, middle - way / abs(way) * SIGN), colour, white, 1.6)
    yield element("path", d=ring(middle, SIGN + RIM), fill=white)
    dashes = {"stroke_dasharray": "4 3"} if state == "blank" else {}
    fill = colour if state == "finding" else white
    yield element(
        "path", d=ring(middle, SIGN), fill=fill, stroke=colour, stroke_width=RIM, **dashes
    )
    marks = {
        "fine": straight(middle + (-5 + 0j), middle + (-1.5 + 4j), middle + (5.5 - 4.5j)),
        "finding": straight(middle + (-4.5 - 4.5j), middle + (4.5 + 4.5j))
        + straight(middle + (-4.5 + 4.5j), middle + (4.5 - 4.5j)),
    }
    if state in marks:
        ink = white if state == "finding" else colour
        line = element("path", d=marks[state], fill="none", stroke=ink, stroke_width=2.8)
        yield group([line], stroke_linecap="round", stroke_linejoin="round")
