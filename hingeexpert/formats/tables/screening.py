"""The checks of cells that every table needs that is not read as delimited text."""

import polars as pl

from hingeexpert.formats.tables.defects import CODES, Defect, cut
from hingeexpert.formats.tables.table import Chunk, Table, blank_rows, without_blanks

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
    wrong = cells.select(
        pl.any_horizontal(
            pl.all().str.len_chars() > MOST_CELL, pl.all().str.contains("\0", literal=True)
        )
    ).to_series()
    wrong = wrong.fill_null(value=False)
    defects = [
        defect for place in wrong.arg_true().to_list() for defect in _defects(table, chunk, place)
    ]
    blank = blank_rows(cells)
    keep = ~wrong if blank is None else ~wrong & ~blank
    return (kept(chunk, cells, keep) if not keep.all() else _with(chunk, cells)), defects


def kept(chunk: Chunk, cells: pl.DataFrame, keep: pl.Series) -> Chunk:
    """Return the rows of a chunk for which a flag is set, with these cells."""
    places = keep.arg_true().to_list()
    files = None if chunk.files is None else [chunk.files[place] for place in places]
    return Chunk(
        cells.filter(keep),
        chunk.lines.filter(keep),
        chunk.rows.filter(keep),
        lambda wanted: chunk.raw([places[place] for place in wanted]),
        files,
    )


def _with(chunk: Chunk, cells: pl.DataFrame) -> Chunk:
    return Chunk(cells, chunk.lines, chunk.rows, chunk.raw, chunk.files)


def _defects(table: Table, chunk: Chunk, place: int) -> list[Defect]:
    row = chunk.cells.row(place, named=True)
    found = []
    for column, value in row.items():
        if value is not None and len(value) > MOST_CELL:
            found.append(
                (
                    column,
                    value,
                    "long_cell",
                    f"the cell has {len(value)} characters; at most {MOST_CELL} are read",
                )
            )
        if value is not None and "\0" in value:
            found.append((column, value, "nul_byte", f"{CODES['nul_byte']}; take it out"))
    file = table.name if chunk.files is None else chunk.files[place]
    raw, patient = chunk.raw([place])[0], cut((row.get(table.patient) or "").strip())
    line, number = chunk.lines[place], chunk.rows[place]
    return [
        Defect(file, line, number, patient, column, cut(value), code, message, raw)
        for column, value, code, message in found
    ]
