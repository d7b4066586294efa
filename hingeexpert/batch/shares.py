"""Shares of a count: in words, with an interval, and on an axis."""

import math

Z = 1.959964
"""The 97.5th percentile of the normal distribution: what makes an interval one of 95 %."""
ENDS = (1, 2, 5, 10, 20, 25, 40, 50, 60, 80, 100)
"""Where an axis in percent may end."""


def percent(count: int, total: int) -> str:
    """Return a share in words, with one place behind the point, so that shares align; one that is
    nearly none or nearly all is not shown as none or all.
    """
    share = 100 * count / total if total else 0.0
    if 0 < share < 0.1:
        return "under 0.1 %"
    if 99.9 < share < 100:
        return "over 99.9 %"
    return f"{share:.1f} %"


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return the ends of the 95 % interval of a share, in percent.

    Wilson's score interval: E. B. Wilson, Probable inference, the law of succession, and
    statistical inference, Journal of the American Statistical Association 22 (1927), 209-212. It
    stays between none and all, and holds for small numbers too (L. D. Brown, T. T. Cai, A.
    DasGupta, Interval estimation for a binomial proportion, Statistical Science 16 (2001),
    101-133).

    Args:
        count: How many of them.
        total: Of how many; of none nothing is known.
    """
    if not total:
        return 0.0, 100.0
    share, spread = count / total, Z * Z / total
    middle = share + spread / 2
    half = Z * math.sqrt(share * (1 - share) / total + spread / total / 4)
    ends = (middle - half) / (1 + spread), (middle + half) / (1 + spread)
    return round(max(0.0, 100 * ends[0]), 3), round(min(100.0, 100 * ends[1]), 3)


def interval(count: int, total: int) -> str:
    """Return the 95 % interval of a share in words."""
    if not total:
        return ""
    low, high = wilson(count, total)
    return f"{low:.1f} to {high:.1f}"


def axis_end(largest: float) -> int:
    """Return the round number, in percent, at which an axis for shares up to the largest ends."""
    return next((end for end in ENDS if end >= largest), ENDS[-1])
