"""One person seen from the side, and what stands around it, as SVG: outlines in ink, layer on
layer.

Owns the order of layers and the widths of ink. Shapes come from `figure.py` and `back_view.py`,
colours from `looks.py`; how panels share a picture is `drawing.py`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hingeexpert.pictures.back_view import BackView
from hingeexpert.pictures.figure import FAR_LEG, Figure
from hingeexpert.pictures.outline import EYE, Shape, placed
from hingeexpert.pictures.posed import STICK
from hingeexpert.pictures.strokes import element, group, line, smooth, straight, unfilled
from hingeexpert.pictures.things import Layer, Rod, Thing, hiked_back, things

OUTLINE, OUTLINE_FAR = 2.3, 1.6
"""Width of the ink around a shape in points, on the near side and on the far one; the fill covers
its inner half.
"""
INNER = 0.7
"""Width of a line inside a shape."""
HALO = 2.0
"""How much wider the paper is around what crosses the body."""
EDGE = 1.0
"""The same around a thing."""
# Unit and origin of the following are those of the face in `outline.py`.
FINGER = 0.0105
"""Width of a finger in body heights."""
EAR = ((-0.09, 0.06), (-0.03, 0.04), (-0.035, -0.05), (-0.085, -0.10), (-0.125, -0.03))
MOUTH = ((0.395, -0.275), (0.32, -0.285), (0.25, -0.25))


@dataclass(frozen=True)
class Paper:
    """Where the floor line below the ankle lies on the page, and how many units of it a body height
    has.
    """

    origin: complex
    scale: float

    def at(self, point: complex) -> complex:
        """Return where a point in body heights lies on the page."""
        return self.origin + self.scale * point.conjugate()

    def all(self, points: Iterable[complex]) -> list[complex]:
        """Return where points in body heights lie on the page."""
        return [self.at(point) for point in points]


def person(figure: Figure, paper: Paper, inks: Mapping[str, str]) -> list[str]:
    """Return the person, the stick and the things, from the far side to the near one."""
    layers = [
        *_far_side(figure, paper, inks),
        _things(figure, paper, inks, "between"),
        *_near_side(figure, paper, inks),
        _stick(figure, paper, inks),
        _things(figure, paper, inks, "top"),
    ]
    return [layer for layer in layers if layer]


def silhouette(figure: Figure, paper: Paper, inks: Mapping[str, str]) -> str:
    """Return the person as a pale shape."""
    shapes = (*figure.leg(figure.bones.near), *figure.trunk, *figure.head)
    path = "".join(path for _, path in _paths(shapes, paper))
    return element("path", d=path, fill=inks["ghost"])


def _far_side(figure: Figure, paper: Paper, inks: Mapping[str, str]) -> Iterator[str]:
    """Yield the things behind, the far arm and the far leg."""
    yield _things(figure, paper, inks, "behind")
    _, arm = figure.arms
    pose = figure.pose.far or figure.pose.near
    yield _layer(figure.arm(arm, pose), paper, inks, far=True)
    yield _layer(figure.leg(figure.bones.far, FAR_LEG), paper, inks, far=True)


def _near_side(figure: Figure, paper: Paper, inks: Mapping[str, str]) -> Iterator[str]:
    """Yield leg, trunk and head, what is drawn on them, the things before them, and the near arm:
    before all that, or between trunk and leg.
    """
    leg = figure.leg(figure.bones.near)
    trunk = (*figure.trunk, *figure.head)
    arm = _layer(figure.arm(figure.arms[0], figure.pose.near), paper, inks, halo=True)
    if hiked_back(figure):
        yield _layer(trunk, paper, inks)
        yield arm
        yield _layer(leg, paper, inks, seamless=(figure.seat,))
    else:
        yield _layer((*leg, *trunk), paper, inks)
    yield _details(figure, paper, inks)
    yield _things(figure, paper, inks, "before")
    if not hiked_back(figure):
        yield arm


def _things(figure: Figure, paper: Paper, inks: Mapping[str, str], layer: Layer) -> str:
    """Return the things of a layer, one before the other."""
    drawn = [_thing(thing, paper, inks) for thing in things(figure, layer)]
    return group(drawn, stroke_linecap="round", stroke_linejoin="round") if drawn else ""


def _thing(thing: Thing, paper: Paper, inks: Mapping[str, str]) -> str:
    """Return a thing; a rod is a line in ink, and on it a thinner one."""
    points = paper.all(thing.points)
    if isinstance(thing, Rod):
        path, wide = straight(*points), 2 * thing.half * paper.scale
        outer = unfilled(path, inks["line"], wide + EDGE)
        return outer + unfilled(path, inks[thing.of], wide - EDGE)
    path = smooth(points, thing.corners)
    return element("path", d=path, fill=inks[thing.of], stroke=inks["line"], stroke_width=EDGE)


def from_behind(view: BackView, paper: Paper, inks: Mapping[str, str]) -> list[str]:
    """Return the person seen from behind, and the line half way between the feet."""
    middle = line(straight(*paper.all(view.middle)), inks["line"], 1.6, stroke_dasharray="4 3")
    layers = [_layer(shapes, paper, inks) for shapes in view.layers]
    return [*layers, middle]


def _layer(
    shapes: Iterable[Shape],
    paper: Paper,
    inks: Mapping[str, str],
    far: bool = False,
    halo: bool = False,
    seamless: Iterable[Shape] = (),
) -> str:
    """Return shapes as one body: first the ink around all of them, then all fills, so that no seam
    shows where they overlap; `halo` parts it from what it crosses, `seamless` are filled only.
    """
    drawn = _paths(shapes, paper)
    outline = "".join(path for _, path in drawn)
    ink, wide = ("line_far", OUTLINE_FAR) if far else ("line", OUTLINE)
    inked = [unfilled(outline, inks["paper"], wide + HALO)] if halo else []
    inked.append(unfilled(outline, inks[ink], wide))
    filled = [*drawn, *_paths(seamless, paper)]
    fills = [element("path", d=path, fill=_fill(of, inks, far)) for of, path in filled]
    return group([*inked, *fills], stroke_linejoin="round")


def _paths(shapes: Iterable[Shape], paper: Paper) -> list[tuple[str, str]]:
    """Return of what each shape is made, and its path."""
    return [(shape.of, smooth(paper.all(shape.points), shape.corners)) for shape in shapes]


def _fill(of: str, inks: Mapping[str, str], far: bool) -> str:
    """Return the colour of a shape; some are darker on the far side."""
    return inks.get(f"{of}_far", inks[of]) if far else inks[of]


def _stick(figure: Figure, paper: Paper, inks: Mapping[str, str]) -> str:
    """Return the stick, a rod in ink and on it a thinner one in the colour of wood, and the fingers
    around it.
    """
    if figure.stick is None:
        return ""
    path = straight(*paper.all(figure.stick_ends))
    wide = 2 * STICK * paper.scale
    rods = [line(path, inks["line"], wide + 1.6), line(path, inks["stick"], wide - 0.2)]
    return group([*rods, *_fingers(figure, paper, inks)], stroke_linecap="round")


def _fingers(figure: Figure, paper: Paper, inks: Mapping[str, str]) -> Iterator[str]:
    """Yield the fingers of each hand that holds the stick."""
    wide = FINGER * paper.scale
    for hand in figure.fingers:
        path = "".join(straight(*paper.all(finger)) for finger in hand)
        yield line(path, inks["line"], wide + 1.2)
        yield line(path, inks["skin"], wide - 0.2)


def _details(figure: Figure, paper: Paper, inks: Mapping[str, str]) -> str:
    """Return ear, eye and mouth, and the hem of the shorts."""
    ear = smooth(_on_head(EAR, figure, paper))
    lines = [
        straight(*_on_head(MOUTH, figure, paper)),
        straight(*paper.all(_trouser_hem(figure))),
    ]
    return group(
        [
            element("path", d=ear, fill=inks["skin"], stroke=inks["line"], stroke_width=INNER),
            _eye(figure, paper, inks),
            unfilled("".join(lines), inks["line"], INNER, stroke_linecap="round"),
        ]
    )


def _on_head(points: Iterable[tuple[float, float]], figure: Figure, paper: Paper) -> list[complex]:
    """Return where points of the head lie on the page."""
    return paper.all(placed(points, *figure.head_frame))


def _eye(figure: Figure, paper: Paper, inks: Mapping[str, str]) -> str:
    """Return the eye."""
    (middle,) = _on_head([EYE], figure, paper)
    radius = 0.045 * abs(figure.head_frame[1]) * paper.scale
    return element("circle", cx=middle.real, cy=middle.imag, r=radius, fill=inks["line"])


def _trouser_hem(figure: Figure) -> tuple[complex, ...]:
    """Return the two ends of the hem of the near leg of the shorts: the points half way around
    it.
    """
    trouser = figure.leg(figure.bones.near)[-1].points
    half = len(trouser) // 2
    return trouser[half - 1 : half + 1]
