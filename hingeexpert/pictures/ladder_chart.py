"""Where a person stood on a ladder at each visit: steps from bottom to top, a sign for each visit,
dates below.

Owns the page of that chart. It knows neither what a step means nor a word: titles, label and
alternative text are arguments. A pure function of them: the same bytes for the same arguments.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from textwrap import wrap

from hingeexpert.pictures.person import COLOURS
from hingeexpert.pictures.signs import CHARACTER, FONT, LINE, ring, wrapped
from hingeexpert.pictures.strokes import element, straight, words

WIDTH = 288
"""Width of the page in points: that of a phone without its margins, so that letters have their full
size there.
"""
MOST = 12
"""How many visits are shown, the last ones."""
EDGE = 8
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


@dataclass(frozen=True)
class Mark:
    """A visit: its date as YYYY-MM-DD, and how many steps lie below the one that was reached;
    `None` while that was open.
    """

    date: str
    place: int | None


@dataclass(frozen=True)
class _Row:
    """A level line with its title; a step, or what stands below all steps."""

    lines: Sequence[str]
    height: float
    step: bool


def ladder_chart(rungs: Sequence[str], visits: Sequence[Mark], alt: str, undecided: str) -> str:
    """Return the chart as SVG, its alternative text in the title.

    Args:
        rungs: Title of each step, the lowest first.
        visits: The visits, the earliest first; only the last ones are shown.
        alt: The alternative text.
        undecided: Label of the line for visits at which the step was open; without such a visit
            there is no such line.
    """
    shown = visits[-MOST:]
    slot = (WIDTH - EDGE - LEFT) / max(len(shown), 1)
    rows = _rows(rungs, undecided if any(mark.place is None for mark in shown) else None)
    middles = [
        complex(LEFT + slot * (place + 0.5), _height(rows, mark))
        for place, mark in enumerate(shown)
    ]
    low = rows[-1].height + SIGN + ROOM + LINE
    inside = [part for row in rows for part in _line(row)]
    inside += [*_ways(shown, middles), *_signs(shown, middles)]
    inside += [
        _date(mark.date, complex(middle.real, low), slot < DATE)
        for mark, middle in zip(shown, middles, strict=True)
    ]
    return _svg(alt, low + (TURNED if slot < DATE else EDGE), inside)


def _svg(alt: str, height: float, inside: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {height:g}" '
        f'font-size="{FONT}">'
    )
    card = element("rect", width=WIDTH, height=height, rx=EDGE, fill=COLOURS["paper"])
    return f"{head}<title>{escape(alt)}</title>{card}{''.join(inside)}</svg>\n"


def _rows(rungs: Sequence[str], undecided: str | None) -> list[_Row]:
    """Return the steps from the top down, all equally far apart, and what stands below them."""
    titles = [_wrapped(title) for title in reversed(rungs)]
    high = max(len(lines) for lines in titles) * LINE + ROOM
    rows = [_Row(lines, EDGE + high * (place + 0.5), True) for place, lines in enumerate(titles)]
    if undecided is not None:
        lines = _wrapped(undecided)
        rows.append(_Row(lines, EDGE + high * len(titles) + ROOM + len(lines) * LINE / 2, False))
    return rows


def _wrapped(title: str) -> list[str]:
    """Return a title in lines that fit; a word that is too long for a line is cut."""
    return wrapped(" ".join(wrap(title, int(TITLE / (CHARACTER * FONT)))), TITLE)


def _height(rows: Sequence[_Row], mark: Mark) -> float:
    if mark.place is None:
        return rows[-1].height
    return [row.height for row in rows if row.step][::-1][mark.place]


def _line(row: _Row) -> Iterator[str]:
    """Yield the title of a row and its line: faint where it is a step, of dashes where it is
    none.
    """
    dashes = {} if row.step else {"stroke_dasharray": "2 5"}
    ends = straight(complex(LEFT, row.height), complex(WIDTH - EDGE, row.height))
    yield element("path", d=ends, fill="none", stroke=COLOURS["wall"], stroke_width=1.4, **dashes)
    first = row.height - (len(row.lines) - 1) * LINE / 2 + 0.35 * FONT
    for place, text in enumerate(row.lines):
        yield words(text, complex(EDGE, first + place * LINE), fill=COLOURS["line"])


def _ways(shown: Sequence[Mark], middles: Sequence[complex]) -> Iterator[str]:
    """Yield a line from each visit to the next where the step was known at both."""
    for (before, after), ends in zip(pairwise(shown), pairwise(middles), strict=True):
        if before.place is not None and after.place is not None:
            yield element(
                "path",
                d=straight(*ends),
                fill="none",
                stroke=COLOURS["shorts"],
                stroke_width=2,
                stroke_linecap="round",
            )


def _signs(shown: Sequence[Mark], middles: Sequence[complex]) -> Iterator[str]:
    """Yield a full disc for each visit, a larger one with a rim for the last, and a hollow diamond
    where the step was open.
    """
    for place, (mark, middle) in enumerate(zip(shown, middles, strict=True), 1):
        if mark.place is None:
            corners = (middle + SIGN * 1.2 * 1j**turn for turn in range(4))
            yield element(
                "path",
                d=straight(*corners) + "z",
                fill=COLOURS["paper"],
                stroke=COLOURS["line"],
                stroke_width=1.4,
                stroke_dasharray="2 2",
            )
        else:
            if place == len(shown):
                yield element(
                    "path",
                    d=ring(middle, SIGN + 3),
                    fill=COLOURS["paper"],
                    stroke=COLOURS["shorts"],
                    stroke_width=1.8,
                )
            yield element("path", d=ring(middle, SIGN), fill=COLOURS["shorts"])


def _date(date: str, below: complex, turned: bool) -> str:
    if not turned:
        return words(date, below, fill=COLOURS["line"], text_anchor="middle")
    end = below + complex(FONT * 0.3, -FONT * 0.4)
    turn = f"rotate(-{TURN} {end.real:.1f} {end.imag:.1f})"
    return words(date, end, fill=COLOURS["line"], text_anchor="end", transform=turn)
