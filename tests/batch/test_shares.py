"""Shares are never rounded to none or all, and their intervals are those of Wilson."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hingeexpert.batch.shares import ENDS, axis_end, interval, percent, wilson


@pytest.mark.parametrize(
    ("count", "total", "words"),
    [
        (0, 0, "0.0 %"),
        (0, 9, "0.0 %"),
        (1, 3, "33.3 %"),
        (9, 9, "100.0 %"),
        (1, 5000, "under 0.1 %"),
        (4999, 5000, "over 99.9 %"),
        (7, 100, "7.0 %"),
    ],
)
def test_a_share_is_never_rounded_to_none_or_all(count: int, total: int, words: str) -> None:
    assert percent(count, total) == words


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [(0, 10, 0.0, 27.753), (5, 10, 23.659, 76.341), (10, 10, 72.247, 100.0), (81, 263, 25.5, 36.6)],
)
def test_the_interval_is_that_of_wilson(count: int, total: int, low: float, high: float) -> None:
    """The last is an example of R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872."""
    assert wilson(count, total) == pytest.approx((low, high), abs=0.06)


@given(
    st.integers(1, 10_000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
)
def test_the_interval_holds_the_share(counted: tuple[int, int]) -> None:
    count, total = counted
    low, high = wilson(count, total)
    assert 0 <= low <= 100 * count / total + 0.001
    assert 100 * count / total - 0.001 <= high <= 100


def test_of_nothing_there_is_no_interval() -> None:
    assert wilson(0, 0) == (0, 100)
    assert interval(0, 0) == ""


@pytest.mark.parametrize(("largest", "end"), [(0, 1), (0.4, 1), (12.6, 20), (20, 20), (81, 100)])
def test_an_axis_ends_at_a_round_number(largest: float, end: int) -> None:
    assert axis_end(largest) == end
    assert end in ENDS
