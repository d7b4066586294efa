"""Repeated visits are found within a chunk and across chunks, as a plain dictionary finds them."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hingeexpert.batch.visits import Visits

VISITS = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["2026-11-20", "2026-11-21", None])), max_size=30)


@given(st.lists(VISITS, max_size=8))
def test_every_later_row_of_a_visit_is_repeated(chunks: list[list[tuple[str, str | None]]]) -> None:
    seen: dict[tuple[str, str | None], int] = {}
    visits, number = Visits(), 0
    for chunk in chunks:
        rows = pl.DataFrame(chunk, schema={"patient.id": pl.String, "date": pl.String}, orient="row")
        numbers = list(range(number, number + len(chunk)))
        number += len(chunk)
        expected = []
        for place, visit in enumerate(chunk):
            if visit in seen:
                expected.append((place, seen[visit]))
            else:
                seen[visit] = numbers[place]

        assert visits.repeated(rows, pl.Series(numbers, dtype=pl.Int64)) == expected
