"""The checks of cells that every table needs that is not read as delimited text."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from hingeexpert.formats.tables.defects import CODES, Defect, Flaw, cut
from hingeexpert.formats.tables.table import (
    Chunk,
    FlawedRow,
    Table,
    filled_rows,
    without_blanks,
)

MOST_CELL = 10_000
"""Longest cell that is read, in characters."""


def screened(table: Table, chunk: Chunk) -> tuple[Chunk, list[Defect]]:
    """Make blank cells null, drop blank rows, and refuse rows with a cell that no text should hold.

    Args:
        table: The table, for the names in defects.
        chunk: Rows as they were read. Numbers of records count every row that is not blank.

    Returns:
        The sound rows, and the defects of the others.
    """
    cells = without_blanks(chunk.cells)
    if not cells.height:
        return chunk, []
    wrong = _with_a_cell_that_no_text_holds(cells)
    defects: list[Defect] = []
    flawed = list(chunk.flawed)
    for place in wrong.arg_true().to_list():
        row = chunk.cells.row(place, named=True)
        patient = cut((row.get(table.patient) or "").strip())
        rejected, found = chunk.rejected_row(place, table.name, patient), list(_flaws(row))
        defects += rejected.defects(found)
        flawed.append(FlawedRow.of(rejected.row, row.items(), found, rejected.file))
    keep = ~wrong & pl.Series(filled_rows(cells))
    chunk = replace(chunk, cells=cells, flawed=flawed)
    return (chunk if keep.all() else chunk.where(keep)), defects


def _with_a_cell_that_no_text_holds(cells: pl.DataFrame) -> pl.Series:
    """Return which rows have a cell that is absurdly long or holds a NUL character."""
    text = pl.col(pl.String)
    longest = cells.select(pl.lit(0), text.str.len_bytes().max()).row(0)
    too_long = text.str.len_chars() > MOST_CELL
    with_nul = text.str.contains("\0", literal=True)
    some_long = any(length is not None and length > MOST_CELL for length in longest)
    tests = (pl.lit(False), with_nul, *((too_long,) if some_long else ()))
    wrong = cells.lazy().select(pl.any_horizontal(*tests)).collect().to_series()
    if len(wrong) < cells.height:  # no column holds text
        return pl.repeat(False, cells.height, eager=True)
    return wrong.fill_null(value=False)


def _flaws(row: Mapping[str, str | None]) -> Iterator[Flaw]:
    """Yield what is wrong with the cells of a row."""
    for column, value in row.items():
        if value is not None and len(value) > MOST_CELL:
            yield long_cell(column, value)
        if value is not None and "\0" in value:
            yield nul_byte(column, value)


def long_cell(column: str, value: str) -> Flaw:
    """Say that a cell is too long to be read."""
    message = f"the cell has {len(value)} characters; at most {MOST_CELL} are read"
    return Flaw(column, value, "long_cell", message)


def nul_byte(column: str, value: str) -> Flaw:
    """Say that a cell holds a NUL character."""
    return Flaw(column, value, "nul_byte", f"{CODES['nul_byte']}; take it out")


def blank_heading(value: str, place: int) -> Flaw:
    """Say that a cell stands in a column without a heading.

    Args:
        value: The cell.
        place: Of the column, from 1.
    """
    message = f"{CODES['blank_heading']}; column {place} needs one, or must be empty"
    return Flaw("", value, "blank_heading", message)
