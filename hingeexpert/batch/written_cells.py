"""Whole frames as lines of CSV: the cells of `formats/csv_cells.py`, at the speed of Polars."""

from typing import IO

import polars as pl

from hingeexpert.formats.csv_cells import FORMULA


def add_lines(frame: pl.DataFrame, file: IO[bytes]) -> None:
    """Write a frame into an open file, without its headings."""
    cells = quoted_cells(harmless_cells(frame))
    cells.write_csv(file, include_header=False, quote_style="never")


def harmless_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame whose free text no spreadsheet takes for a formula."""
    return frame.with_columns(map(_harmless, _free(frame)))


def _free(frame: pl.DataFrame) -> list[str]:
    """Return the columns of free text."""
    return [name for name, dtype in frame.schema.items() if dtype == pl.String]


def _harmless(name: str) -> pl.Expr:
    column = pl.col(name)
    formula = pl.any_horizontal(column.str.starts_with(sign) for sign in FORMULA)
    return pl.when(formula).then("'" + column).otherwise(column).alias(name)


def quoted_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with quotation marks around the text that needs them. A word of ours never
    does, so that Polars need not look for it in every cell.
    """
    free = _free(frame)
    needy = frame.select(_needs_quotes(name).any() for name in free).row(0) if free else ()
    marks = pl.lit('"')
    return frame.with_columns(
        pl.when(_needs_quotes(name))
        .then(marks + pl.col(name).str.replace_all('"', '""', literal=True) + marks)
        .otherwise(pl.col(name))
        .alias(name)
        for name, any_needs in zip(free, needy, strict=True)
        if any_needs
    )


def _needs_quotes(name: str) -> pl.Expr:
    """Return which cells mean something else without quotation marks: an empty text is no blank."""
    return pl.col(name).str.contains(r'[,"\n\r]|^$')
