"""The signs on a picture: rings, arrows, badges, and labels with a line to what they name.

Owns marks, which tell by form and word and never by colour alone. What they say is knowledge.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hingeexpert.knowledge.models.poses import Arrow, Mark
from hingeexpert.pictures.person import Paper
from hingeexpert.pictures.strokes import element, group, line, number, straight, unfilled, words

FONT = 12
LINE = 13.5
"""Points from one line of a label to the next."""
CHARACTER = 0.56
"""Width of a letter for the height of its font: the mean of a line stays below it."""
SLANT = complex(0.7, -0.7)
"""From the middle of a ring to where its stroke leaves it, for a radius of 1."""
RASTER = 4
"""Points from one row of the ground that a person covers to the next."""
STEPS = 16
"""How many places along a label a line may begin at."""
TICK = ((-4.6 + 0.4j, -1.2 + 4j, 4.8 - 3.8j),)
CROSS = ((-3.6 - 3.6j, 3.6 + 3.6j), (-3.6 + 3.6j, 3.6 - 3.6j))
"""Strokes of a badge, from its middle."""
CLEAR = 3
"""Points that a line to a mark keeps off the person, for its rim."""
DOWN = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Shares of the height that a line to a mark may go straight down."""
BEND = 4
"""How much longer a line to a mark may be to save its bend."""
CROSSING = 6
"""How much longer a line to a mark may be to save crossing one unit of the person."""


def cased(path: str, colour: str, paper: str, width: float = 2.2) -> str:
    """Return a line in ink with a rim of paper, so that it shows on any ground."""
    strokes = [line(path, paper, width + 2.4), line(path, colour, width)]
    return group(strokes, fill="none", stroke_linecap="round", stroke_linejoin="round")


def arrow_sign(paper: Paper, place: complex, arrow: Arrow, colour: str, white: str) -> str:
    """Return an arrow beside the body."""
    start = place + complex(*arrow.beside)
    end = start + complex(*arrow.go)
    return cased(arrow_path(paper.at(start), paper.at(end)), colour, white, 3)


def arrow_path(start: complex, end: complex, head: float = 6.5) -> str:
    """Return the path of an arrow with an open head."""
    back = (start - end) / abs(end - start) * head
    wings = straight(end + back * (0.8 + 0.75j), end, end + back * (0.8 - 0.75j))
    return straight(start, end) + wings


def mark_sign(paper: Paper, place: complex, mark: Mark, colour: str, white: str) -> str:
    """Return a ring, a ring struck through, swaying or breath."""
    middle, size = paper.at(place), mark.size * paper.scale
    match mark.kind:
        case "ring":
            path = ring(middle, size)
        case "no_breath":
            path = ring(middle, size) + straight(middle - size * SLANT, middle + size * SLANT)
        case "sway":
            path = _swaying(middle, size)
        case "breath":
            path = _breath(middle, size)
    return cased(path, colour, white)


def _swaying(middle: complex, size: float) -> str:
    """Return the path of two arcs on either side."""
    path = ""
    for side in (-1, 1):
        for far in (0.8, 1.15):
            path += arc(middle + side * size * far, side * size * 0.28)
    return path


def _breath(middle: complex, size: float) -> str:
    """Return the path of three waves, one below the other."""
    starts = (middle + complex(-size, row * size * 0.6) for row in (-1, 0, 1))
    return "".join(wave(start, size * 2) for start in starts)


def ring(middle: complex, size: float) -> str:
    """Return the path of a circle."""
    radius = round(size, 1)
    half = f"a{number(radius)} {number(radius)} 0 1 0 "
    return f"{straight(middle - radius)}{half}{number(2 * radius)} 0{half}{number(-2 * radius)} 0z"


def arc(middle: complex, bow: float) -> str:
    """Return the path of an upright arc that bows to the right, or to the left where `bow` is
    negative.
    """
    half = abs(bow) * 1.6
    return f"{straight(middle - half * 1j)}q{number(bow)} {number(half)} 0 {number(2 * half)}"


def wave(start: complex, long: float) -> str:
    """Return the path of a level line with two waves."""
    quarter, high = number(long / 4), number(long / 6)
    return f"{straight(start)}q{quarter} -{high} {number(long / 2)} 0t{number(long / 2)} 0"


def badge(middle: complex, good: bool, colour: str, white: str) -> str:
    """Return a cross in an open ring, or a tick in a full one: apart by form, not by colour."""
    fill, ink = (colour, white) if good else (white, colour)
    disc = element(
        "circle", cx=middle.real, cy=middle.imag, r=9, fill=fill, stroke=colour, stroke_width=2
    )
    sign = TICK if good else CROSS
    path = "".join(straight(*(middle + point for point in stroke)) for stroke in sign)
    return disc + unfilled(path, ink, 2.6, stroke_linecap="round")


@dataclass(frozen=True)
class Silhouette:
    """The ground that a person covers on the page: for each row of a raster, where outlines begin
    and end.
    """

    rows: Mapping[int, Sequence[tuple[float, float]]]

    def covers(self, point: complex) -> bool:
        """Whether a point of the page lies on the person, or almost."""
        return any(
            start - CLEAR < point.real < end + CLEAR
            for start, end in self.rows.get(round(point.imag / RASTER), ())
        )

    def crossed(self, start: complex, end: complex) -> float:
        """Return how many units of a straight way lie on the person."""
        steps = max(1, round(abs(end - start) / RASTER))
        return RASTER * sum(
            self.covers(start + (end - start) * (step + 0.5) / steps) for step in range(steps)
        )


def silhouette(outlines: Iterable[Sequence[complex]]) -> Silhouette:
    """Return the ground that closed outlines on the page cover, each row by row."""
    rows: dict[int, list[tuple[float, float]]] = {}
    for points in outlines:
        for row in _rows_of(points):
            cuts = sorted(_cuts(points, row * RASTER))
            # Between each two crossings lies the inside.
            rows.setdefault(row, []).extend(zip(cuts[::2], cuts[1::2], strict=False))
    return Silhouette(rows)


def _rows_of(points: Sequence[complex]) -> range:
    """Return the rows that an outline meets."""
    heights = [point.imag for point in points]
    return range(round(min(heights) / RASTER), round(max(heights) / RASTER) + 1)


def _cuts(points: Sequence[complex], height: float) -> Iterator[float]:
    """Yield where the outline crosses a level line."""
    for start, end in zip(points, (*points[1:], points[0]), strict=True):
        if (start.imag <= height) != (end.imag <= height):
            share = (height - start.imag) / (end.imag - start.imag)
            yield start.real + share * (end.real - start.real)


def label_sign(
    text: str, start: complex, width: float, ink: str
) -> tuple[list[str], list[complex]]:
    """Return a label in lines that fit, and points along its lower edge.

    Args:
        text: The label.
        start: Where its first line begins.
        width: How long a line may be.
        ink: Its colour.
    """
    lines = wrapped(text, width)
    written = [words(row, start + number * LINE * 1j, fill=ink) for number, row in enumerate(lines)]
    return written, _lower_edge(lines, start)


def _lower_edge(lines: Sequence[str], start: complex) -> list[complex]:
    """Return points below a label, from its left end to its right one: below each, the lowest line
    that reaches so far.
    """
    ends = [CHARACTER * FONT * len(row) - 2 for row in lines]
    edge = []
    for step in range(STEPS + 1):
        far = 2 + (max(ends) - 2) * step / STEPS
        row = max(row for row, end in enumerate(ends) if far <= end)
        edge.append(start + complex(far, LINE * row + 4))
    return edge


def leader(
    edge: Sequence[complex], middle: complex, size: float, person: Silhouette
) -> list[complex]:
    """Return the way from a label to the edge of a mark that crosses the least of the person, then
    the shortest.

    It goes straight down from the label first, and then straight to the mark.

    Args:
        edge: Points along the label's lower edge.
        middle: Middle of the mark.
        size: Its radius.
        person: What to keep off.
    """
    ways = [_way(top, share, middle, size) for top, share in itertools.product(edge, DOWN)]
    return min(ways, key=lambda way: _cost(way, person))


def _way(top: complex, share: float, middle: complex, size: float) -> list[complex]:
    """Return the way that goes straight down for a share of the height, and then to the edge of the
    mark.
    """
    knee = top + share * (middle.imag - top.imag) * 1j
    end = middle + (knee - middle) / (abs(knee - middle) or 1) * size
    return [top, knee, end] if share else [top, end]


def _cost(way: Sequence[complex], person: Silhouette) -> float:
    """Return what a way costs: its length, more for what it crosses, a little for a bend."""
    steps = list(itertools.pairwise(way))
    long = sum(abs(end - start) for start, end in steps)
    crossed = sum(person.crossed(start, end) for start, end in steps)
    return round(long + CROSSING * crossed + (BEND if len(steps) > 1 else 0), 3)


def wrapped(text: str, width: float) -> list[str]:
    """Return a text in lines of at most so many units, by the width of a letter."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and len(longer) * CHARACTER * FONT > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
