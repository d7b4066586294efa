"""Which rows of an archived table two knowledge bases judge differently."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from hingeexpert.batch.cells import CellReader, layout
from hingeexpert.batch.mapping import Mapping
from hingeexpert.errors import InputError, Problem
from hingeexpert.formats.tables.opening import open_table
from hingeexpert.formats.tables.table import PATIENT
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge import KnowledgeBase


def changed_rows(
    before: KnowledgeBase, after: KnowledgeBase, path: Path
) -> Iterator[tuple[int, dict[str, tuple[str, str]] | None]]:
    """Yield each row of a table by its number, with what the two say differently of it: column of
    the results to old and new.

    Args:
        before: The old knowledge base; an answer that it does not know is a blank to it.
        after: The new one, which the rows are read by.
        path: The table.

    Yields:
        `None` for a row that was rejected, once for each row.

    Raises:
        InputError: The table cannot be read.
    """
    table = open_table(path)
    found = layout(after, table.columns, Mapping(), own_columns=table.own_columns)
    problems = [defect.message for defect in table.header_defects] or [
        problem.message for problem in found.problems
    ]
    if problems:
        raise InputError(Problem(str(path), 1, "", message) for message in problems)
    table.patient = found.columns.get(PATIENT, PATIENT)
    old, new = Columns(before), Columns(after)
    known = {**old.schema, **old.shorthands}
    reader = CellReader(new, found, Mapping(), table.name, decimal_comma=table.decimal_comma)
    for chunk, defects in table.chunks():
        rows, slips = reader.read(chunk)
        rejected = {defect.row for defect in (*defects, *slips) if defect.row is not None}
        given = rows.with_columns(
            pl.col(name).cast(pl.String).cast(known[name], strict=False)
            for name in rows.columns
            if name in known
        )
        results = pl.collect_all([old.conclude(given.lazy()), new.conclude(rows.lazy())])
        both = [name for name in results[1].columns if name in results[0].columns]
        pairs = (
            frame.select(pl.col(both).cast(pl.String).fill_null("none")).iter_rows()
            for frame in results
        )
        for number, was, is_ in zip(rows["row"], *pairs, strict=True):
            yield (
                number,
                {
                    name: (old_, new_)
                    for name, old_, new_ in zip(both, was, is_, strict=True)
                    if old_ != new_
                },
            )
        for number in sorted(rejected):
            yield number, None
