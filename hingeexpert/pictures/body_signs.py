"""Signs that lie on the body of a panel and follow from it: the line of the back, where a stick
touches and where it is off, the line of a leg, the line of sight, how far the wall is, the load on
each foot.

Owns their forms: each tells by form and never by colour alone. What a panel shows is knowledge;
that a contact was lost, or how far the bottom is from the wall, follows from the figure.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence

from hingeexpert.knowledge.models.poses import Mark
from hingeexpert.pictures.back_view import BackView
from hingeexpert.pictures.figure import Figure
from hingeexpert.pictures.outline import FOOT, HAIR, placed, upto
from hingeexpert.pictures.person import Paper
from hingeexpert.pictures.posed import STICK
from hingeexpert.pictures.scene import wall_at
from hingeexpert.pictures.signs import arrow_path, cased, ring
from hingeexpert.pictures.skeleton import stand
from hingeexpert.pictures.strokes import element, group, line, smooth, straight, unfilled

SPINE = 3.0
"""Width of the line of the back in points."""
WITHIN = 0.030
"""How far that line lies behind the middle of the trunk, in body heights."""
PIECES = 12
LOWEST, TOP, STEP = -0.03, 0.30, 0.012
"""From where to where the skin of the back is followed, and in what steps."""
OFF = 0.007
"""How far off the skin a stick is before it is seen to be off."""
DOT, LEAST_DOT = 0.017, 2.7
"""Radius of a contact in body heights, and the least of it in points."""
HATCH, HATCHED = 3.4, 1.1
"""Points from one line of a hatching to the next, and how wide it is."""
SLANT = 1.3
"""How many such steps the lines lean over."""
BEYOND = 0.7
"""Share of the shank that the line of the thigh goes on beyond the knee."""
LIPS = ((0.56, -0.19), (0.56, -0.39))
"""Ends of a bar before the lips, in the unit of the head."""
SOLE = 0.004
"""How far above the floor the feet stand that measure it."""
ROUGHLY = 0.1
"""Share of a foot length by which a wall may be too near for a whole one."""
LIFTED = 4
"""Degrees by which a foot is off level before it is seen."""
Inks = Mapping[str, str]


def spine_sign(figure: Figure, paper: Paper, colour: str, inks: Inks) -> str:
    """Return the line of the back from the sacrum to the head: straight in a neutral back, bent
    where the back is.
    """
    return cased(straight(*paper.all(spine_line(figure))), colour, inks["paper"], SPINE)


def spine_line(figure: Figure) -> list[complex]:
    """Return the line of the back: its own neutral curve is drawn straight, so that only what
    differs from it is a bend.
    """
    spine, skull = figure.bones.spine, figure.bones.skull
    still = {"lumbar": 0.0, "thoracic": 0.0, "neck": 0.0}
    neutral = stand(figure.body, figure.pose.model_copy(update=still)).spine
    low, high = (neutral.behind(height, WITHIN) for height in (0.0, skull))
    line = []
    for piece in range(PIECES + 1):
        height = skull * piece / PIECES
        bent = spine.behind(height, WITHIN) - neutral.behind(height, WITHIN)
        line.append(low + (high - low) * piece / PIECES + bent)
    _, forward = figure.head_frame
    return [*line, line[-1] + 0.45j * forward]


def stick_signs(figure: Figure, paper: Paper, colour: str, inks: Inks) -> Iterator[str]:
    """Yield a hatched gap where the stick is off, and on it a dot of a colour where it touches."""
    if figure.stick is None:
        return
    assert figure.panel.stick is not None
    for gap in gaps(figure):
        yield _hatched(gap, paper, inks)
    size = max(DOT * paper.scale, LEAST_DOT)
    for contact in figure.panel.stick.kept:
        if figure.panel.stick.off == 0:
            middle = paper.at(touched(figure, contact))
            yield _disc(middle, size + 1.1, inks["paper"]) + _disc(middle, size, colour)


def touched(figure: Figure, contact: str) -> complex:
    """Return where on the line of the stick a contact lies."""
    assert figure.stick is not None
    near = max(figure.contacts[contact], key=figure.stick.beyond)
    return figure.stick.at(figure.stick.upto(near))


def _disc(middle: complex, radius: float, ink: str) -> str:
    return element("circle", cx=middle.real, cy=middle.imag, r=radius, fill=ink)


Gap = tuple[list[complex], list[complex]]
"""Points of the skin, and for each the point of the stick across from it."""


def gaps(figure: Figure) -> list[Gap]:
    """Return the gaps between skin and stick where a contact was lost, each from where the stick
    leaves the skin to where it meets it again.
    """
    assert figure.stick is not None
    assert figure.panel.stick is not None
    skin = _back(figure)
    lost = set(figure.contacts) - set(figure.panel.stick.kept)
    if figure.panel.stick.off:
        lost = set(figure.contacts)
    near = {_nearest(skin, max(figure.contacts[name], key=figure.stick.beyond)) for name in lost}
    off = [-figure.stick.beyond(point) - STICK > OFF for point in skin]
    found = []
    for is_off, run in itertools.groupby(range(len(skin)), key=off.__getitem__):
        places = list(run)
        if is_off and near.intersection(places):
            around = range(max(0, places[0] - 1), min(len(skin), places[-1] + 2))
            found.append(_across(figure, [skin[place] for place in around]))
    return found


def _back(figure: Figure) -> list[complex]:
    """Return the skin of the back from the bottom up, and the back of the head."""
    form, spine = figure.body.forms.trunk, figure.bones.spine
    steps = round((TOP - LOWEST) / STEP)
    heights = [LOWEST + step * STEP for step in range(steps + 1)]
    skin = [spine.behind(height, upto(form, height)[-1][1]) for height in heights]
    return [*skin, *placed(HAIR[:5], *figure.head_frame)]


def _nearest(skin: Sequence[complex], point: complex) -> int:
    return min(range(len(skin)), key=lambda place: abs(skin[place] - point))


def _across(figure: Figure, skin: list[complex]) -> Gap:
    """Return a gap of rising steps along the stick."""
    stick = figure.stick
    assert stick is not None
    rising = sorted(skin, key=stick.upto)
    under = -STICK * 1j * stick.along
    return rising, [stick.at(stick.upto(point)) + under for point in rising]


def _hatched(gap: Gap, paper: Paper, inks: Inks) -> str:
    """Return a pale gap with lines from the skin to the stick, and its edge."""
    skin, stick = (paper.all(side) for side in gap)
    area = straight(*skin, *reversed(stick)) + "z"
    ways = "".join(straight(*ends) for ends in _lines(skin, stick))
    return group(
        [
            element("path", d=area, fill=inks["pale"], stroke=inks["mark"], stroke_width=1.2),
            unfilled(ways, inks["mark"], HATCHED),
        ],
        stroke_linejoin="round",
    )


def _lines(skin: Sequence[complex], stick: Sequence[complex]) -> Iterator[tuple[complex, complex]]:
    """Yield slanted lines at even steps across a gap."""
    start, end = stick[0], stick[-1]
    long = abs(end - start)
    way = (end - start) / (long or 1)
    for number in range(1, int(long / HATCH)):
        low = _at(skin, stick, number * HATCH)
        high = start + number * HATCH * way
        yield low, high + min(SLANT * HATCH, long - number * HATCH) * way


def _at(skin: Sequence[complex], stick: Sequence[complex], far: float) -> complex:
    """Return the skin across from a point so far along a gap."""
    for before, after in itertools.pairwise(range(len(stick))):
        from_, to = abs(stick[before] - stick[0]), abs(stick[after] - stick[0])
        if to >= far:
            share = (far - from_) / ((to - from_) or 1)
            return skin[before] + share * (skin[after] - skin[before])
    return skin[-1]


def leg_sign(figure: Figure, paper: Paper, colour: str, inks: Inks) -> str:
    """Return the line of the near leg, and a dashed one where it would be straight."""
    leg = figure.bones.near
    hip, knee, ankle = (paper.at(point) for point in (leg.hip, leg.knee, leg.ankle))
    start, end = knee + 0.72 * (hip - knee), knee + 0.86 * (ankle - knee)
    on = knee + (knee - hip) / abs(knee - hip) * abs(ankle - knee) * BEYOND
    dashed = line(straight(knee, on), colour, 1.6, stroke_dasharray="3 2.4")
    return cased(straight(start, knee, end), colour, inks["paper"], SPINE) + dashed


def gaze_sign(figure: Figure, mark: Mark, paper: Paper, colour: str, inks: Inks) -> str:
    """Return a dashed line of sight that ends in an arrow."""
    start, end = (paper.at(point) for point in figure.sight(mark.size))
    rim = line(straight(start, end), inks["paper"], 4)
    dashed = line(straight(start, end), colour, 2, stroke_dasharray="4 3")
    tip = arrow_path(end - (end - start) / abs(end - start), end, 6).split("M", 2)[2]
    return rim + dashed + cased("M" + tip, colour, inks["paper"], 2.2)


def held_sign(figure: Figure, mark: Mark, paper: Paper, colour: str, inks: Inks) -> str:
    """Return a ring on the full cheek, and a bar before the lips that lets no air by."""
    middle, forward = figure.head_frame
    bar = straight(*paper.all(placed(LIPS, middle, forward)))
    cheek = ring(paper.at(figure.places[mark.at]), mark.size * paper.scale)
    return cased(cheek, colour, inks["paper"]) + cased(bar, colour, inks["paper"], 4)


def sole_sign(figure: Figure, paper: Paper, inks: Inks) -> str:
    """Return the hatched gap between the floor and a sole that is lifted at one end."""
    heel, foot = figure.sole(figure.bones.near)
    ends = (heel, heel + foot)
    low = min(end.imag for end in ends)
    if abs(figure.pose.foot) < LIFTED or low - figure.floor > OFF + 0.02:
        return ""
    sole = [heel + foot * step / PIECES for step in range(PIECES + 1)]
    return _hatched((sole, [complex(point.real, figure.floor) for point in sole]), paper, inks)


def measure_sign(figure: Figure, paper: Paper, colour: str, inks: Inks) -> Iterator[str]:
    """Yield how far the wall is behind the heels: a foot for each foot length, and a line with two
    ends; and the hatched gap where the bottom does not reach the wall.
    """
    heel, _ = figure.sole(figure.bones.near)
    face, size = wall_at(figure), figure.body.proportions.foot_length
    bottom = figure.places["bottom"]
    if bottom.real - face > OFF:
        yield _wall_gap(bottom, face, paper, inks)
    level = 1j * (figure.floor + SOLE)
    for foot in range(int((heel.real - face) / size + ROUGHLY)):
        outline = placed(FOOT, heel.real - (foot + 1) * size + level, complex(size * 0.94))
        path = smooth(paper.all(outline))
        yield element("path", d=path, fill=inks["paper"], stroke=colour, stroke_width=1.6)


def _wall_gap(bottom: complex, face: float, paper: Paper, inks: Inks) -> str:
    """Return the gap between the bottom and the wall."""
    heights = [bottom.imag + 0.02 * step for step in range(-3, 4)]
    skin = [complex(bottom.real + 3.0 * (h - bottom.imag) ** 2, h) for h in heights]
    return _hatched((skin, [complex(face, height) for height in heights]), paper, inks)


def load_sign(view: BackView, paper: Paper, colour: str, inks: Inks) -> Iterator[str]:
    """Yield an arrow onto the floor beside each foot, as long and thick as the load is large."""
    for side, share in zip((-1, 1), view.loads, strict=True):
        across = side * (view.body.proportions.hip_breadth * 0.5 + 0.1)
        foot, top = complex(across, 0.02), complex(across, 0.07 + 0.26 * share)
        path = arrow_path(paper.at(top), paper.at(foot), 4 + 5 * share)
        yield cased(path, colour, inks["paper"], 1 + 5 * share)
