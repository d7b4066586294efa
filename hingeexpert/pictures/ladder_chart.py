"""Where a person stood on a ladder at each visit: steps from bottom to top, a sign for each visit,
dates below.

Owns the page of that chart. It knows neither what a step means nor a word: titles, label and
alternative text are arguments. A pure function of them: the same bytes for the same arguments.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import wrap

from hingeexpert.pictures.looks import COLOURS
from hingeexpert.pictures.signs import CHARACTER, FONT, LINE, ring, wrapped
from hingeexpert.pictures.strokes import element, straight, svg, unfilled, words

WIDTH = 288
"""Width of the page in points: that of a phone without its margins, so that letters have their full
size there.
"""
MOST = 12
"""How many visits are shown, the last ones."""
EDGE = 8
"""Points that the edge of the page stays free; its corners are rounded by as much."""
TITLE = 116
"""The most that a line of a title takes."""
LEFT = EDGE + TITLE + 6
"""Where the lines of the steps begin."""
ROOM = 7
"""Points between the title of a step and the next."""
DATE = 70
"""How long a date is."""
TURN, TURNED = 60, 66
"""Degrees by which dates are turned where they do not fit side by side, and how far down they then
reach.

Turned like this, their digits pass each other even at `MOST` visits.
"""
SIGN = 5
"""Radius of the disc of a visit."""


@dataclass(frozen=True)
class LadderVisit:
    """A visit: its date as YYYY-MM-DD, and how many steps lie below the one that was reached;
    `None` while that was open.
    """

    date: str
    place: int | None


@dataclass(frozen=True)
class _Level:
    """A level line with its title; a step, or what stands below all steps."""

    lines: Sequence[str]
    height: float
    step: bool


def ladder_chart(
    rungs: Sequence[str], visits: Sequence[LadderVisit], alt: str, undecided: str
) -> str:
    """Return the chart as SVG, its alternative text in the title.

    Args:
        rungs: Title of each step, the lowest first.
        visits: The visits, the earliest first; only the last ones are shown.
        alt: The alternative text.
        undecided: Label of the line for visits at which the step was open; without such a visit
            there is no such line.
    """
    shown = visits[-MOST:]
    levels = _levels(rungs, undecided if any(visit.place is None for visit in shown) else None)
    low = levels[-1].height + SIGN + ROOM + LINE
    height = low + (TURNED if _slot(shown) < DATE else EDGE)
    card = element("rect", width=WIDTH, height=height, rx=EDGE, fill=COLOURS["paper"])
    return svg(alt, (WIDTH, height), [card, *_parts(shown, levels, low)], font_size=FONT) + "\n"


def _slot(shown: Sequence[LadderVisit]) -> float:
    """Return the width that each visit has."""
    return (WIDTH - EDGE - LEFT) / max(len(shown), 1)


def _parts(shown: Sequence[LadderVisit], levels: Sequence[_Level], low: float) -> Iterator[str]:
    """Yield the levels, the way from visit to visit, the visits, and their dates."""
    slot = _slot(shown)
    middles = [
        complex(LEFT + slot * (place + 0.5), _height(levels, visit))
        for place, visit in enumerate(shown)
    ]
    for level in levels:
        yield from _line(level)
    yield from _ways(shown, middles)
    yield from _signs(shown, middles)
    for visit, middle in zip(shown, middles, strict=True):
        yield _date(visit.date, complex(middle.real, low), slot < DATE)


def _levels(rungs: Sequence[str], undecided: str | None) -> list[_Level]:
    """Return the steps from the top down, all equally far apart, and what stands below them."""
    titles = [_wrapped(title) for title in reversed(rungs)]
    high = max(len(lines) for lines in titles) * LINE + ROOM
    levels = [_Level(rows, EDGE + high * (place + 0.5), True) for place, rows in enumerate(titles)]
    if undecided is not None:
        rows = _wrapped(undecided)
        height = EDGE + high * len(titles) + ROOM + len(rows) * LINE / 2
        levels.append(_Level(rows, height, False))
    return levels


def _wrapped(title: str) -> list[str]:
    """Return a title in lines that fit; a word that is too long for a line is cut."""
    return wrapped(" ".join(wrap(title, int(TITLE / (CHARACTER * FONT)))), TITLE)


def _height(levels: Sequence[_Level], visit: LadderVisit) -> float:
    """Return the height on the page at which a visit stands."""
    if visit.place is None:
        return levels[-1].height
    upward = [level.height for level in reversed(levels) if level.step]
    return upward[visit.place]


def _line(level: _Level) -> Iterator[str]:
    """Yield the title of a level and its line: faint where it is a step, of dashes where it is
    none.
    """
    dashes = {} if level.step else {"stroke_dasharray": "2 5"}
    ends = straight(complex(LEFT, level.height), complex(WIDTH - EDGE, level.height))
    yield unfilled(ends, COLOURS["wall"], 1.4, **dashes)
    first = level.height - (len(level.lines) - 1) * LINE / 2 + 0.35 * FONT
    for place, text in enumerate(level.lines):
        yield words(text, complex(EDGE, first + place * LINE), fill=COLOURS["line"])


def _ways(shown: Sequence[LadderVisit], middles: Sequence[complex]) -> Iterator[str]:
    """Yield a line from each visit to the next where the step was known at both."""
    for (before, after), ends in zip(pairwise(shown), pairwise(middles), strict=True):
        if before.place is not None and after.place is not None:
            yield unfilled(straight(*ends), COLOURS["shorts"], 2, stroke_linecap="round")


def _signs(shown: Sequence[LadderVisit], middles: Sequence[complex]) -> Iterator[str]:
    """Yield a full disc for each visit, a larger one with a rim for the last, and a hollow diamond
    where the step was open.
    """
    for number, (visit, middle) in enumerate(zip(shown, middles, strict=True), 1):
        if visit.place is None:
            yield _diamond(middle)
            continue
        if number == len(shown):
            yield _rim(middle)
        yield element("path", d=ring(middle, SIGN), fill=COLOURS["shorts"])


def _diamond(middle: complex) -> str:
    """Return the sign of a visit at which the step was open."""
    corners = (middle + SIGN * 1.2 * 1j**turn for turn in range(4))
    return element(
        "path",
        d=straight(*corners) + "z",
        fill=COLOURS["paper"],
        stroke=COLOURS["line"],
        stroke_width=1.4,
        stroke_dasharray="2 2",
    )


def _rim(middle: complex) -> str:
    """Return what shows around the last visit."""
    return element(
        "path",
        d=ring(middle, SIGN + 3),
        fill=COLOURS["paper"],
        stroke=COLOURS["shorts"],
        stroke_width=1.8,
    )


def _date(date: str, below: complex, turned: bool) -> str:
    """Return a date, level in the middle below a point, or turned so that it ends there."""
    if not turned:
        return words(date, below, fill=COLOURS["line"], text_anchor="middle")
    end = below + complex(FONT * 0.3, -FONT * 0.4)
    turn = f"rotate(-{TURN} {end.real:.1f} {end.imag:.1f})"
    return words(date, end, fill=COLOURS["line"], text_anchor="end", transform=turn)
