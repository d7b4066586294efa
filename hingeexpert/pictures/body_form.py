"""A person on whose drawing answers are marked with a press, and who then shows them: one panel,
with a sign at each spot.

Owns the page of that drawing; it does not change with the answers, so that a spot moves no more
than the limb it belongs to. What is drawn for an answer stands in the rules. A pure function of its
arguments.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.body import BodyFigure, Spot
from hingeexpert.knowledge.models.poses import PoseFile
from hingeexpert.pictures.figure import Figure
from hingeexpert.pictures.looks import COLOURS, GREYS
from hingeexpert.pictures.person import Paper, person
from hingeexpert.pictures.scene import Ground, scene
from hingeexpert.pictures.signs import arrow_sign, cased, mark_sign, ring
from hingeexpert.pictures.strokes import element, group, straight, svg, unfilled

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
"""Colour of a sign where nothing is answered yet."""
PALE = 0.3
"""How much of the person of an earlier visit is seen."""
WHITE = COLOURS["paper"]
TICK = ((-5 + 0j, -1.5 + 4j, 5.5 - 4.5j),)
CROSS = ((-4.5 - 4.5j, 4.5 + 4.5j), (-4.5 + 4.5j, 4.5 - 4.5j))
"""Strokes in a sign, from its middle."""
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
    before: Mapping[str, Value] | None = None,
) -> BodyDrawing:
    """Draw a person as the answers say.

    Args:
        body: The body and its poses.
        figure: The drawing and its spots.
        answers: Observable to value; what the figure does not know changes nothing.
        unsaid: Values that say nothing.
        before: The answers of an earlier visit, if there was one: the person as they were stands
            pale behind.
    """
    panel = figure.shown(body, answers)
    view = Figure(body, body.pose(panel), panel)
    paper = Paper(ANKLE + 1j * SCALE * view.floor, SCALE)
    inside, spots = [*_person(view, paper, _earlier(body, figure, before, paper))], []
    for spot in figure.spots:
        state = _state(spot, answers.get(spot.observable), unsaid)
        middle = _middle(view, paper, spot)
        inside += _sign(paper.at(view.places[spot.at]), middle, state)
        spots.append(_spot_at(middle, spot.observable, state))
    return BodyDrawing(svg(figure.alt, (WIDTH, HEIGHT), inside) + "\n", tuple(spots))


def draw_seen(
    body: PoseFile, figure: BodyFigure, answers: Mapping[str, Value], alt: str
) -> str | None:
    """Draw a person as the answers say, without the signs that are pressed.

    A stick of which a contact was not answered is left out, and so is a wall of which the touch was
    not; everything else that was not answered stands as it should be.

    Args:
        body: The body and its poses.
        figure: The drawing and its spots.
        answers: Observable to value, those that say something.
        alt: What the picture shows, for who cannot see it.

    Returns:
        SVG to stand in a page, or `None` where no spot of the drawing was answered.
    """
    if not any(spot.observable in answers for spot in figure.spots):
        return None
    hidden = dict.fromkeys(_not_known(figure, answers))
    panel = figure.shown(body, answers).model_copy(update=hidden)
    view = Figure(body, body.pose(panel), panel)
    paper = Paper(ANKLE + 1j * SCALE * view.floor, SCALE)
    return svg(alt, (WIDTH, HEIGHT), _person(view, paper, []), first={})


def _not_known(figure: BodyFigure, answers: Mapping[str, Value]) -> Iterator[str]:
    """Yield what of a panel stands somewhere that an unanswered spot would say."""
    blank = [spot for spot in figure.spots if spot.observable not in answers]
    changes = [change for spot in blank for change in spot.shows.values()]
    if any(change.lost is not None for change in changes):
        yield "stick"
    if any(change.wall is not None for change in changes):
        yield "wall"


def _earlier(
    body: PoseFile, figure: BodyFigure, before: Mapping[str, Value] | None, paper: Paper
) -> list[str]:
    """Return the person of an earlier visit, without colour."""
    if before is None:
        return []
    panel = figure.shown(body, before)
    return [group(person(Figure(body, body.pose(panel), panel), paper, GREYS), opacity=PALE)]


def _person(view: Figure, paper: Paper, behind: Iterable[str]) -> Iterator[str]:
    """Yield the person, what stands around and behind, and the marks and arrows of the panel."""
    places, red = view.places, COLOURS["mark"]
    yield from scene(view, paper, COLOURS, Ground(4, WIDTH - 4, 4))
    yield from behind
    yield from person(view, paper, COLOURS)
    for arrow in view.panel.arrows:
        yield arrow_sign(paper, places[arrow.at], arrow, red, WHITE)
    for mark in view.panel.marks:
        yield mark_sign(paper, places[mark.at], mark, red, WHITE)


def _spot_at(middle: complex, observable: str, state: State) -> Placed:
    """Return a spot with its place in percent of the page."""
    across, down = 100 * middle.real / WIDTH, 100 * middle.imag / HEIGHT
    return Placed(observable, round(across, 1), round(down, 1), state)


def _state(spot: Spot, value: Value | None, unsaid: frozenset[Value]) -> State:
    """Return how a spot shows its answer."""
    if value is None or value in unsaid:
        return "blank"
    return "finding" if str(value) in spot.shows else "fine"


def _middle(view: Figure, paper: Paper, spot: Spot) -> complex:
    """Return the middle of the sign of a spot, held on the page."""
    off = complex(*spot.off) + spot.away * 1j * view.trunk_direction
    middle = paper.at(view.places[spot.at] + off)
    across = min(max(middle.real, INSIDE), WIDTH - INSIDE)
    down = min(max(middle.imag, INSIDE), HEIGHT - INSIDE)
    return complex(across, down)


def _sign(touched: complex, middle: complex, state: State) -> Iterator[str]:
    """Yield a line from the body to a ring, and in it a tick, a cross or nothing: state is told by
    form, and by colour besides.
    """
    colour = {"blank": GREY, "fine": COLOURS["good"], "finding": COLOURS["mark"]}[state]
    way = middle - touched
    if abs(way) > SIGN + 2:
        yield cased(straight(touched, middle - way / abs(way) * SIGN), colour, WHITE, 1.6)
    yield element("path", d=ring(middle, SIGN + RIM), fill=WHITE)
    yield _ring(middle, colour, state)
    if state == "fine":
        yield _stroked(TICK, middle, colour)
    if state == "finding":
        yield _stroked(CROSS, middle, WHITE)


def _ring(middle: complex, colour: str, state: State) -> str:
    """Return the ring of a sign: of dashes where nothing is answered, full for a finding."""
    fill = colour if state == "finding" else WHITE
    dashes = {"stroke_dasharray": "4 3"} if state == "blank" else {}
    return element(
        "path", d=ring(middle, SIGN), fill=fill, stroke=colour, stroke_width=RIM, **dashes
    )


def _stroked(strokes: Iterable[tuple[complex, ...]], middle: complex, ink: str) -> str:
    """Return what stands in a sign."""
    path = "".join(straight(*(middle + point for point in stroke)) for stroke in strokes)
    return group([unfilled(path, ink, 2.8)], stroke_linecap="round", stroke_linejoin="round")
