"""The pictures of the handout: two panels side by side, each a person in a hinge drawn from joint angles, as SVG text.

Owns the page of a picture: panels, badges, labels, marks, arrows and the alternative text. A pure function of its arguments: the same
bytes for the same arguments. Every number of a body and every word stands in the rules.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from hingeexpert.outline import Figure
from hingeexpert.person import COLOURS, GREYS, Paper, bag, person
from hingeexpert.poses import Arrow, Mark, Picture, PoseFile
from hingeexpert.strokes import element, group, number, straight, words

WIDTH, HEIGHT = 298, 160
"""Size of a picture in points: two panels of 5 cm with an arrow between them."""
PANEL = 138
FONT = 12
LINE = 13.5
BAND = 33
"""Height that the two lines of a label take above a person."""
CHARACTER = 0.56
"""Width of a letter for the height of its font, at most, on the mean of a line."""
LARGEST = 172
"""The most units that a body height may have."""
WALL = 0.035
EDGE = 3.0
SLANT = complex(0.7, -0.7)


@dataclass(frozen=True)
class Half:
    """One panel, placed on the page.

    Attributes:
        left: Its left edge.
        good: Whether it shows what is wanted, `None` in a picture that does not judge.
        label: What its first mark shows.
    """

    figure: Figure
    paper: Paper
    left: float
    good: bool | None
    label: str | None


def draw(
    body: PoseFile, picture: Picture, lean: float | None = None, side: Literal["left", "right"] | None = None, *, grey: bool = False
) -> str:
    """Return a picture as SVG, its alternative text in the title.

    Args:
        body: The body and its poses.
        picture: What to show.
        lean: Measured forward lean at the hips in degrees, 0 to 120, or `None`: then the poses as they stand in the rules.
        side: The side to which the person goes, where the picture shows it from behind; `None` draws it as it stands in the rules.
        grey: Draw in greys only.
    """
    inks = GREYS if grey else COLOURS
    panels = (picture.first, picture.second)
    figures = [Figure(body, body.pose(panel, lean), panel) for panel in panels]
    labels = (picture.label, picture.aim)
    top = BAND if any(labels) or picture.judged else EDGE
    papers = _fit(figures, top)
    halves = [
        Half(figure, paper, left, good if picture.judged else None, label)
        for figure, paper, left, good, label in zip(figures, papers, (0, WIDTH - PANEL), (False, True), labels, strict=True)
    ]
    inside = [part for half in halves for part in _half(half, inks)]
    return _svg(picture.alt, [*inside, _next(inks)])


def _svg(alt: str, inside: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="Noto Sans" font-size="{FONT}">'
        f"<title>{escape(alt)}</title>{''.join(inside)}</svg>\n"
    )


def _fit(figures: Sequence[Figure], top: float) -> list[Paper]:
    """Return where the people stand: of one size in both panels, as large as fits, each in the middle of its panel."""
    boxes = [_box(figure) for figure in figures]
    wide, high = (max(size) for size in zip(*((box[1] - box[0], box[3] - box[2]) for box in boxes), strict=True))
    scale = min(LARGEST, (PANEL - 2 * EDGE) / wide, (HEIGHT - EDGE - 3 - top) / high)
    return [
        Paper(complex(left + PANEL / 2 - scale * (box[0] + box[1]) / 2, HEIGHT - EDGE - 2 + scale * box[2]), scale)
        for left, box in zip((0, WIDTH - PANEL), boxes, strict=True)
    ]


def _box(figure: Figure) -> tuple[float, float, float, float]:
    """Return what a figure and all around it takes: least and most forward, least and most upward, in body heights."""
    points = [*figure.skin(), *_around(figure)]
    return (
        min(p.real for p in points),
        max(p.real for p in points),
        min(figure.floor, min(p.imag for p in points)),
        max(p.imag for p in points),
    )


def _around(figure: Figure) -> Iterator[complex]:
    """Yield the outermost points of everything beside the skin."""
    places = figure.places()
    if figure.stick is not None:
        yield from figure.stick_ends
    if figure.panel.wall is not None:
        yield complex(wall_at(figure) - WALL, figure.floor)
    if "bag" in figure.panel.props:
        yield from bag(figure)
    for mark in figure.panel.marks:
        for corner in (1 + 1j, -1 - 1j):
            yield places[mark.at] + 1.4 * mark.size * corner
    for arrow in figure.panel.arrows:
        start = places[arrow.at] + complex(*arrow.beside)
        yield from (end + 0.03 * corner for end in (start, start + complex(*arrow.go)) for corner in (1 + 1j, -1 - 1j))


def wall_at(figure: Figure) -> float:
    """Return where the face of the wall is, forward of the ankle, in body heights."""
    if figure.panel.wall == "touched":
        return min(point.real for point in figure.skin())
    sizes = figure.body.proportions
    assert figure.panel.wall is not None
    return -sizes.heel - figure.panel.wall * sizes.foot_length


def _half(half: Half, inks: Mapping[str, str]) -> Iterator[str]:
    yield from _room(half, inks)
    yield from person(half.figure, half.paper, inks)
    places = half.figure.places()
    colour = inks["line" if half.good is None else "good" if half.good else "mark"]
    for arrow in half.figure.panel.arrows:
        yield _arrow(half.paper, places[arrow.at], arrow, colour, inks["paper"])
    if half.label is not None:
        yield from _label(half, places, inks, colour)
    for mark in half.figure.panel.marks:
        yield _mark(half.paper, places[mark.at], mark, colour, inks["paper"])
    if half.good is not None:
        yield _badge(half, colour, inks["paper"])


def _room(half: Half, inks: Mapping[str, str]) -> Iterator[str]:
    """Yield floor and wall."""
    floor = half.paper.at(complex(0, half.figure.floor)).imag
    if half.figure.panel.wall is not None:
        face = half.paper.at(complex(wall_at(half.figure), 0)).real
        wide = WALL * half.paper.scale
        yield element("rect", x=face - wide, y=BAND, width=wide, height=floor - BAND, fill=inks["wall"])
        yield element("path", d=straight(complex(face, BAND), complex(face, floor)), stroke=inks["line"], stroke_width=1.3)
    ends = complex(half.left + 1, floor + 0.8), complex(half.left + PANEL - 1, floor + 0.8)
    yield element("path", d=straight(*ends), stroke=inks["line"], stroke_width=1.6)


def _cased(path: str, colour: str, paper: str, width: float = 2.2) -> str:
    """Return a line in ink with a rim of paper, so that it shows on any ground."""
    rims = ((paper, width + 2.4), (colour, width))
    lines = (element("path", d=path, stroke=ink, stroke_width=wide) for ink, wide in rims)
    return group(lines, fill="none", stroke_linecap="round", stroke_linejoin="round")


def _arrow(paper: Paper, place: complex, arrow: Arrow, colour: str, white: str) -> str:
    start = paper.at(place + complex(*arrow.beside))
    end = paper.at(place + complex(*arrow.beside) + complex(*arrow.go))
    return _cased(arrow_path(start, end), colour, white, 3)


def arrow_path(start: complex, end: complex, head: float = 6.5) -> str:
    """Return the path of an arrow with an open head."""
    back = (start - end) / abs(end - start) * head
    return straight(start, end) + straight(end + back * (0.8 + 0.75j), end, end + back * (0.8 - 0.75j))


def _mark(paper: Paper, place: complex, mark: Mark, colour: str, white: str) -> str:
    middle, size = paper.at(place), mark.size * paper.scale
    match mark.kind:
        case "ring":
            path = ring(middle, size)
        case "no_breath":
            path = ring(middle, size) + straight(middle - size * SLANT, middle + size * SLANT)
        case "sway":
            path = "".join(arc(middle + side * size * far, side * size * 0.45) for side in (-1, 1) for far in (0.75, 1.05))
        case "breath":
            path = "".join(wave(middle + complex(-size, row * size * 0.6), size * 2) for row in (-1, 0, 1))
    return _cased(path, colour, white)


def ring(middle: complex, size: float) -> str:
    """Return the path of a circle."""
    half = f"a{number(size)} {number(size)} 0 1 0 "
    return f"{straight(middle - size)}{half}{number(2 * size)} 0{half}{number(-2 * size)} 0z"


def arc(middle: complex, bow: float) -> str:
    """Return the path of an upright arc that bows to the right, or to the left where `bow` is negative."""
    return f"{straight(middle - abs(bow) * 1.3j)}q{number(bow)} {number(abs(bow) * 1.3)} 0 {number(abs(bow) * 2.6)}"


def wave(start: complex, long: float) -> str:
    """Return the path of a level line with two waves."""
    quarter, high = number(long / 4), number(long / 6)
    return f"{straight(start)}q{quarter} -{high} {number(long / 2)} 0t{number(long / 2)} 0"


def _badge(half: Half, colour: str, white: str) -> str:
    """Return a cross in an open ring, or a tick in a full one: apart by form, not by colour."""
    middle = complex(half.left + 11, 11)
    if half.good:
        sign = straight(middle + (-4.6 + 0.4j), middle + (-1.2 + 4j), middle + (4.8 - 3.8j))
    else:
        sign = straight(middle - 3.6 - 3.6j, middle + 3.6 + 3.6j) + straight(middle - 3.6 + 3.6j, middle + 3.6 - 3.6j)
    ring = element("circle", cx=middle.real, cy=middle.imag, r=9, fill=colour if half.good else white, stroke=colour, stroke_width=2)
    line = element("path", d=sign, fill="none", stroke=white if half.good else colour, stroke_width=2.6, stroke_linecap="round")
    return ring + line


def _label(half: Half, places: Mapping[str, complex], inks: Mapping[str, str], colour: str) -> Iterator[str]:
    """Yield the lines of a label above the person, and a line from it to the first mark."""
    start = half.left + (24 if half.good is not None else 2)
    lines = wrapped(half.label or "", half.left + PANEL + 10 - start)
    if half.figure.panel.marks:
        mark = half.figure.panel.marks[0]
        middle = half.paper.at(places[mark.at])
        ends = start + 4, start + CHARACTER * FONT * len(lines[-1]) - 4
        above = complex(min(max(middle.real, ends[0]), ends[1]), FONT + LINE * (len(lines) - 1) + 4)
        edge = middle + (above - middle) / abs(above - middle) * mark.size * half.paper.scale
        yield _cased(straight(above, edge), colour, inks["paper"], 1.2)
    for row, line in enumerate(lines):
        yield words(line, complex(start, FONT + row * LINE), fill=inks["line"])


def wrapped(text: str, width: float) -> list[str]:
    """Return a text in lines of at most so many units, by the greatest width of a letter."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and len(longer) * CHARACTER * FONT > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _next(inks: Mapping[str, str]) -> str:
    """Return the arrow from the first panel to the second."""
    middle = complex(WIDTH / 2, HEIGHT * 0.60)
    return element(
        "path", d=arrow_path(middle - 6.5, middle + 6.5, 6), fill="none", stroke=inks["line"], stroke_width=2.4, stroke_linecap="round"
    )
