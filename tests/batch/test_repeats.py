"""Repeated visits are found within a chunk and across chunks, as a plain dictionary finds them."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hingeexpert.batch.repeats import Visits

VISITS = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["2026-11-20", "2026-11-21", None])),
    max_size=30,
)


@given(st.lists(VISITS, max_size=8))
def test_every_later_row_of_a_visit_is_repeated(chunks: list[list[tuple[str, str | None]]]) -> None:
    seen: set[tuple[str, str | None]] = set()
    visits = Visits()
    for chunk in chunks:
        rows = pl.DataFrame(
            chunk, schema={"patient.id": pl.String, "date": pl.String}, orient="row"
        )
        expected = [
            place for place, visit in enumerate(chunk) if visit in seen or visit in chunk[:place]
        ]
        seen.update(chunk)

        assert visits.repeated(rows) == expected
