"""The text of results, against what Polars writes where it looks at every cell."""

import itertools

import polars as pl

from hingeexpert.batch.written_cells import quoted_cells

SIGNS = ("", ",", '"', "\n", "\r", " ", "a", "é", "=")


def test_quoted_cells_are_what_polars_quotes():
    cells = [None, *("".join(signs) for signs in itertools.product(SIGNS, repeat=3))]
    table = pl.DataFrame(
        {
            "free": cells,
            "turned": cells[::-1],
            "word": pl.Series(["high"] * len(cells), dtype=pl.Enum(["high"])),
            "row": range(len(cells)),
            "blank": pl.Series([None] * len(cells), dtype=pl.String),
        }
    )
    quoted = quoted_cells(table).write_csv(include_header=False, quote_style="never")
    assert quoted == table.write_csv(include_header=False)
