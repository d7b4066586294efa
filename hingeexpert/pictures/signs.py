"""The signs on a picture: rings, arrows, badges, and labels with a line to what they name.

Owns marks, which tell by form and word and never by colour alone. What they say is knowledge.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hingeexpert.knowledge.models.poses import Arrow, Mark
from hingeexpert.pictures.person import Paper
from hingeexpert.pictures.strokes import element, group, number, straight, words

FONT = 12
LINE = 13.5
"""Points from one line of a label to the next."""
CHARACTER = 0.56
"""Width of a letter for the height of its font: the mean of a line stays below it."""
SLANT = complex(0.7, -0.7)
RASTER = 4
STEPS = 16
"""How many places along a label a line may begin at."""
CLEAR = 3
"""Points that a line to a mark keeps off the person, for its rim."""
CROSSING = 6
"""How much longer a line to a mark may be to save crossing one unit of the person."""


def cased(path: str, colour: str, paper: str, width: float = 2.2) -> str:
    """Return a line in ink with a rim of paper, so that it shows on any ground."""
    rims = ((paper, width + 2.4), (colour, width))
    lines = (element("path", d=path, stroke=ink, stroke_width=wide) for ink, wide in rims)
    return group(lines, fill="none", stroke_linecap="round", stroke_linejoin="round")


def arrow_sign(paper: Paper, place: complex, arrow: Arrow, colour: str, white: str) -> str:
    """Return an arrow beside the body."""
    start = place + complex(*arrow.beside)
    return cased(
        arrow_path(paper.at(start), paper.at(start + complex(*arrow.go))), colour, white, 3
    )


def arrow_path(start: complex, end: complex, head: float = 6.5) -> str:
    """Return the path of an arrow with an open head."""
    back = (start - end) / abs(end - start) * head
    return straight(start, end) + straight(
        end + back * (0.8 + 0.75j), end, end + back * (0.8 - 0.75j)
    )


def mark_sign(paper: Paper, place: complex, mark: Mark, colour: str, white: str) -> str:
    """Return a ring, a ring struck through, swaying or breath."""
    middle, size = paper.at(place), mark.size * paper.scale
    match mark.kind:
        case "ring":
            path = ring(middle, size)
        case "no_breath":
            path = ring(middle, size) + straight(middle - size * SLANT, middle + size * SLANT)
        case "sway":
            path = "".join(
                arc(middle + side * size * far, side * size * 0.28)
                for side in (-1, 1)
                for far in (0.8, 1.15)
            )
        case "breath":
            path = "".join(
                wave(middle + complex(-size, row * size * 0.6), size * 2) for row in (-1, 0, 1)
            )
    return cased(path, colour, white)


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
    if good:
        sign = straight(middle + (-4.6 + 0.4j), middle + (-1.2 + 4j), middle + (4.8 - 3.8j))
    else:
        sign = straight(middle - 3.6 - 3.6j, middle + 3.6 + 3.6j) + straight(
            middle - 3.6 + 3.6j, middle + 3.6 - 3.6j
        )
    disc = element(
        "circle",
        cx=middle.real,
        cy=middle.imag,
        r=9,
        fill=colour if good else white,
        stroke=colour,
        stroke_width=2,
    )
    line = element(
        "path",
        d=sign,
        fill="none",
        stroke=white if good else colour,
        stroke_width=2.6,
        stroke_linecap="round",
    )
    return disc + line


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
        heights = [point.imag for point in points]
        for row in range(round(min(heights) / RASTER), round(max(heights) / RASTER) + 1):
            cuts = sorted(_cuts(points, row * RASTER))
            rows.setdefault(row, []).extend(zip(cuts[::2], cuts[1::2], strict=False))
    return Silhouette(rows)


def _cuts(points: Sequence[complex], height: float) -> Iterator[float]:
    """Yield where the outline crosses a level line."""
    for start, end in zip(points, (*points[1:], points[0]), strict=True):
        if (start.imag <= height) != (end.imag <= height):
            yield start.real + (height - start.imag) / (end.imag - start.imag) * (
                end.real - start.real
            )


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
    written = [words(line, start + row * LINE * 1j, fill=ink) for row, line in enumerate(lines)]
    ends = [CHARACTER * FONT * len(line) - 2 for line in lines]
    edge = []
    for step in range(STEPS + 1):
        far = 2 + (max(ends) - 2) * step / STEPS
        row = max(row for row, end in enumerate(ends) if far <= end)
        edge.append(start + complex(far, LINE * row + 4))
    return written, edge


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
    ways = []
    for step, top in enumerate(edge):
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            knee = top + share * (middle.imag - top.imag) * 1j
            end = middle + (knee - middle) / (abs(knee - middle) or 1) * size
            long = abs(knee - top) + abs(end - knee)
            crossed = person.crossed(top, knee) + person.crossed(knee, end)
            ways.append(
                (
                    round(long + CROSSING * crossed + (4 if share else 0), 3),
                    step,
                    [top, knee, end] if share else [top, end],
                )
            )
    return min(ways, key=lambda way: way[:2])[2]


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
