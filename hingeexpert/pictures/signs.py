"""The signs on a picture: rings, arrows, swaying and breath.

Owns marks, which tell by form and never by colour alone. What they say is knowledge.
"""

from hingeexpert.knowledge.models.poses import Arrow, Mark
from hingeexpert.pictures.person import Paper
from hingeexpert.pictures.strokes import group, line, number, straight

FONT = 12
CHARACTER = 0.56
"""Width of a letter for the height of its font: the mean of a line stays below it."""
LINE = 13.5
"""Points from one line of words to the next."""


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
    """Return a ring, swaying or breath."""
    middle, size = paper.at(place), mark.size * paper.scale
    match mark.kind:
        case "ring":
            path = ring(middle, size)
        case "sway":
            path = _swaying(middle, size)
        case _:
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
