"""Where a person stood on a ladder at each visit: steps from bottom to top in tinted bands, what is
no step in a lane below them, months below that, as far apart as the days.

Owns the page of that chart. It knows neither what a step means nor a word: titles, months and
alternative text are arguments. A pure function of them: the same bytes for the same arguments.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
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
"""Where the lines of the levels begin."""
ROOM = 7
"""Points between the title of a level and the next."""
LANE = 10
"""Points between the ladder and what is no step of it."""
SIGN = 5
"""Radius of the disc of a visit."""
FIRST, LAST = LEFT + 12, WIDTH - EDGE - 12
"""Where the first and the last visit stand."""
APART = 14
"""Points from one visit of a day to the next where there is room: no sign covers another."""
MONTH = 32
"""The least points from one month that is named to the next."""
EVERY = (1, 2, 3, 6, 12, 24, 60, 120)
"""Months from one that is named to the next: the first of these that leaves room is taken."""
BANDS = ("#e3efe9", "#e8f1f5", "#f6efe4")
"""Tints of the bands, in turn; each has a rim, so that they are told apart in grey too."""


@dataclass(frozen=True)
class LadderVisit:
    """A visit: its date as YYYY-MM-DD, and how many levels lie below the one that was reached;
    `None` while that was open.
    """

    date: str
    place: int | None

    @property
    def day(self) -> datetime.date:
        """Its day."""
        return datetime.date.fromisoformat(self.date)


@dataclass(frozen=True)
class ChartLevel:
    """A level of the chart.

    Attributes:
        title: What stands beside it.
        band: Levels of one band that follow each other have one tint; `None` is no step of the
            ladder, but a state beside it.
    """

    title: str
    band: int | None


@dataclass(frozen=True)
class ChartWords:
    """The words of the chart.

    Attributes:
        alt: What it shows, for who cannot see it.
        open: What stands beside visits whose level was open.
        months: Names of the months, January first; the first three letters are shown.
    """

    alt: str
    open: str
    months: Sequence[str]


_Titled = tuple[str, int | None, int | None]
"""Title, band and place of a level."""


@dataclass(frozen=True)
class _Row:
    """A level line with its title."""

    lines: Sequence[str]
    height: float
    band: int | None
    place: int | None

    @property
    def half(self) -> float:
        """Half of the height that it takes."""
        return (len(self.lines) * LINE + ROOM) / 2


def ladder_chart(
    levels: Sequence[ChartLevel], visits: Sequence[LadderVisit], words_: ChartWords
) -> str:
    """Return the chart as SVG, its alternative text in the title.

    Args:
        levels: The levels, the lowest first. A state that no visit has is not shown.
        visits: At least one, the earliest first; only the last ones are shown.
        words_: Its words; there is a line for what was open only where a visit was.
    """
    shown = visits[-MOST:]
    rows = _rows(levels, shown, words_.open)
    low = rows[-1].height + rows[-1].half + LINE
    height = low + LINE + EDGE
    card = element("rect", width=WIDTH, height=height, rx=EDGE, fill=COLOURS["paper"])
    parts = [card, *_parts(shown, rows), *_months(shown, words_.months, low)]
    return svg(words_.alt, (WIDTH, height), parts, font_size=FONT) + "\n"


def _parts(shown: Sequence[LadderVisit], rows: Sequence[_Row]) -> Iterator[str]:
    """Yield the bands, the levels, the way from visit to visit, and the visits."""
    heights = {row.place: row.height for row in rows}
    steps = {row.place for row in rows if row.band is not None}
    middles = [
        complex(across, heights[visit.place])
        for across, visit in zip(_across(shown), shown, strict=True)
    ]
    yield from _bands(rows)
    for row in rows:
        yield from _line(row, row.place == shown[-1].place)
    yield from _ways(shown, middles, steps)
    for visit, middle in zip(shown, middles, strict=True):
        if visit is shown[-1]:
            yield _rim(middle)
        yield _sign(middle, visit.place in steps, visit.place is None)


def _across(shown: Sequence[LadderVisit]) -> list[float]:
    """Return where each visit stands, as far from the others as its day; those of one day stand
    beside each other.
    """
    first, last = shown[0].day, shown[-1].day
    found: list[float] = []
    for day, visits in groupby(visit.day for visit in shown):
        found += _beside(_at(day, first, last), len(list(visits)))
    return found


def _beside(middle: float, count: int) -> list[float]:
    """Return where the visits of one day stand: around its place, and between the first and the
    last.
    """
    gap = min(APART, (LAST - FIRST) / max(count - 1, 1))
    width = gap * (count - 1)
    left = min(max(middle - width / 2, FIRST), LAST - width)
    return [left + gap * number for number in range(count)]


def _at(day: datetime.date, first: datetime.date, last: datetime.date) -> float:
    """Return where a day stands; a single one in the middle."""
    days = (last - first).days
    share = (day - first).days / days if days else 0.5
    return FIRST + (LAST - FIRST) * share


def _rows(levels: Sequence[ChartLevel], shown: Sequence[LadderVisit], undecided: str) -> list[_Row]:
    """Return the steps from the top down, and in a lane below them the states that a visit has."""
    places = {visit.place for visit in shown}
    everything = enumerate(levels)
    titles: list[_Titled] = [(level.title, level.band, place) for place, level in everything]
    titles.reverse()
    steps = [item for item in titles if item[1] is not None]
    states = [item for item in titles if item[1] is None and item[2] in places]
    if None in places:
        states.append((undecided, None, None))
    return list(_below_each_other([*steps, *states]))


def _below_each_other(
    titles: Sequence[_Titled],
) -> Iterator[_Row]:
    """Yield a row for each title, the lane a bit below the ladder."""
    top, ladder = float(EDGE), True
    for title, band, place in titles:
        if ladder and band is None:
            top, ladder = top + LANE, False
        row = _Row(_wrapped(title), 0, band, place)
        yield _Row(row.lines, top + row.half, band, place)
        top += 2 * row.half


def _wrapped(title: str) -> list[str]:
    """Return a title in lines that fit; a word that is too long for a line is cut."""
    return wrapped(" ".join(wrap(title, int(TITLE / (CHARACTER * FONT)))), TITLE)


def _bands(rows: Sequence[_Row]) -> Iterator[str]:
    """Yield the ground of the levels that belong together."""
    for number, (band, group) in enumerate(groupby(rows, key=lambda row: row.band)):
        if band is not None:
            yield _band(list(group), BANDS[number % len(BANDS)])


def _band(inside: Sequence[_Row], tint: str) -> str:
    """Return the ground of some levels below each other."""
    top, low = inside[0].height - inside[0].half, inside[-1].height + inside[-1].half
    ends = {"x": EDGE / 2, "y": top, "width": WIDTH - EDGE, "height": low - top}
    return element("rect", **ends, fill=tint, stroke=COLOURS["wall"], stroke_width=0.8)


def _line(row: _Row, last: bool) -> Iterator[str]:
    """Yield the title of a level, bold where the last visit stands, and its line: of dashes where
    it is no step.
    """
    dashes = {} if row.band is not None else {"stroke_dasharray": "2 5"}
    ends = straight(complex(LEFT, row.height), complex(WIDTH - EDGE, row.height))
    yield unfilled(ends, COLOURS["wall"], 1.4, **dashes)
    first = row.height - (len(row.lines) - 1) * LINE / 2 + 0.35 * FONT
    bold = {"font_weight": 700} if last else {}
    for place, text in enumerate(row.lines):
        yield words(text, complex(EDGE, first + place * LINE), fill=COLOURS["line"], **bold)


def _ways(
    shown: Sequence[LadderVisit], middles: Sequence[complex], steps: set[int | None]
) -> Iterator[str]:
    """Yield a line from each visit to the next where both stood on a step."""
    for (before, after), ends in zip(pairwise(shown), pairwise(middles), strict=True):
        if before.place in steps and after.place in steps:
            yield unfilled(straight(*ends), COLOURS["shorts"], 2, stroke_linecap="round")


def _sign(middle: complex, step: bool, undecided: bool) -> str:
    """Return a full disc for a visit on a step, a hollow diamond for a state, its rim of dashes
    where the level was open.
    """
    if step:
        return element("path", d=ring(middle, SIGN), fill=COLOURS["shorts"])
    dashes = {"stroke_dasharray": "2 2"} if undecided else {}
    corners = straight(*(middle + SIGN * 1.2 * 1j**turn for turn in range(4))) + "z"
    ink = COLOURS["line"]
    return element("path", d=corners, fill=COLOURS["paper"], stroke=ink, stroke_width=1.4, **dashes)


def _rim(middle: complex) -> str:
    """Return what shows around the last visit."""
    return element(
        "path",
        d=ring(middle, SIGN + 3),
        fill=COLOURS["paper"],
        stroke=COLOURS["shorts"],
        stroke_width=1.8,
    )


def _months(shown: Sequence[LadderVisit], months: Sequence[str], low: float) -> Iterator[str]:
    """Yield the months below the visits, and the year below the first and each new one; the first
    and the last day where no two months begin.
    """
    first, last = shown[0].day, shown[-1].day
    starts = _named(first, last)
    days = starts if len(starts) > 1 else list(dict.fromkeys((first, last)))
    year = None
    for day in days:
        name = months[day.month - 1][:3]
        text = name if days is starts else f"{day.day} {name}"
        across = min(_at(day, first, last), WIDTH - EDGE - CHARACTER * FONT * len(text) / 2)
        yield _centred(text, complex(across, low))
        if day.year != year:
            yield _centred(str(day.year), complex(across, low + LINE))
        year = day.year


def _centred(text: str, at: complex) -> str:
    return words(text, at, fill=COLOURS["line"], text_anchor="middle")


def _named(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """Return the first days of the months that are named, as many as have room."""
    whole = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    starts = [datetime.date(month // 12, month % 12 + 1, 1) for month in whole]
    inside = [day for day in starts if first <= day <= last]
    for every in EVERY:
        named = [day for day in inside if (day.year * 12 + day.month - 1) % every == 0]
        places = [_at(day, first, last) for day in named]
        if all(after - before >= MONTH for before, after in pairwise(places)):
            return named
    return []
