"""The bars and rows of the page about a whole table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """A number of forms, with its share of a total.

    Attributes:
        start: Where its bar begins, in percent of the axis; of several in one bar, where the one
            before ends.
        share: How long it is, in percent of the axis.
        percent: The share of the total in words.
        interval: Its 95 % interval in words.
        low, high: The ends of that on the axis.
    """

    id: str
    title: str
    count: int
    start: float
    share: float
    percent: str
    interval: str = ""
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True)
class SummaryChart:
    """Bars on one axis from 0 to `end` percent."""

    end: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class ConclusionRow:
    """A fault or contributor.

    Attributes:
        present: Forms in which it is present, with the interval.
        parts: A bar for each confidence, one behind the other; its share in words is that of the
            forms in which it is present.
    """

    title: str
    present: Bar
    parts: tuple[Bar, ...]
    undetermined: int
    absent: int


@dataclass(frozen=True)
class PairRow:
    """Two faults in one form: how often, how often of the forms with the rarer one, and how often
    chance alone would bring them together.
    """

    titles: tuple[str, str]
    both: int
    of_rarer: Bar
    by_chance: float


@dataclass(frozen=True)
class OpenRow:
    """A question whose blank left forms open: how many, and in how many of them no other did."""

    bar: Bar
    only: int
