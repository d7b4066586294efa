"""Which rows of an archived table two knowledge bases judge differently."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from hingeexpert.batch.known_headings import KnownHeadings
from hingeexpert.batch.layout import Layout, layout
from hingeexpert.batch.mapping import Mapping
from hingeexpert.batch.row_reading import CellReader
from hingeexpert.errors import InputError, Problem
from hingeexpert.formats.tables.opening import open_tables
from hingeexpert.formats.tables.table import PATIENT, Table
from hingeexpert.inference.columns import Columns
from hingeexpert.interop.rows import FormsElsewhere
from hingeexpert.knowledge import KnowledgeBase

Changes = dict[str, tuple[str, str]]
"""Column of the results to its old and its new value."""


def changed_rows(
    before: KnowledgeBase, after: KnowledgeBase, path: Path
) -> Iterator[tuple[int, Changes | None]]:
    """Yield each row of a table by its number, with what the two say differently of it.

    Args:
        before: The old knowledge base; an answer that it does not know is a blank to it.
        after: The new one, which the rows are read by.
        path: The table.

    Yields:
        `None` for a row that was rejected, once for each row.

    Raises:
        InputError: The table cannot be read.
    """
    table = _table(after, path)
    columns = _layout(after, table, path)
    table.patient = columns.columns.get(PATIENT, PATIENT)
    old, new = Columns(before), Columns(after)
    reader = CellReader(new, columns, Mapping(), table.name, decimal_comma=table.decimal_comma)
    for chunk, defects in table.chunks():
        rows, slips, _ = reader.read(chunk)
        yield from _changes(old, new, rows)
        rejected = {defect.row for defect in (*defects, *slips) if defect.row is not None}
        for number in sorted(rejected):
            yield number, None


def _table(knowledge: KnowledgeBase, path: Path) -> Table:
    """Open the one table of a file.

    Raises:
        InputError: There are several.
    """
    known, others = KnownHeadings(knowledge, Mapping()), FormsElsewhere(knowledge)
    tables = open_tables(path, known=known, others=others)
    if len(tables) > 1:
        raise InputError.about(path, "several sheets hold forms; save each as a file of its own")
    return tables[0]


def _layout(knowledge: KnowledgeBase, table: Table, path: Path) -> Layout:
    """Return what the columns of a table are.

    Raises:
        InputError: The table cannot be read.
    """
    columns = layout(knowledge, table.columns, Mapping(), own_columns=table.own_columns)
    messages = [defect.message for defect in table.header_defects]
    messages = messages or [problem.message for problem in columns.problems]
    if messages:
        raise InputError(Problem(str(path), 1, "", message) for message in messages)
    return columns


def _changes(old: Columns, new: Columns, rows: pl.DataFrame) -> Iterator[tuple[int, Changes]]:
    """Yield each row by its number, with what changes.

    Args:
        old: Judges by the old knowledge base.
        new: Judges by the new one.
        rows: Answers as the new one reads them.
    """
    dtypes = {**old.schema, **old.shorthands}
    known_to_old = rows.with_columns(
        pl.col(name).cast(pl.String).cast(dtypes[name], strict=False)
        for name in rows.columns
        if name in dtypes
    )
    was, becomes = pl.collect_all([old.conclude(known_to_old.lazy()), new.conclude(rows.lazy())])
    shared = [name for name in becomes.columns if name in was.columns]
    for number, *both in zip(
        rows["row"], _texts(was, shared), _texts(becomes, shared), strict=True
    ):
        yield number, _differences(shared, *both)


def _texts(results: pl.DataFrame, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield each row of some columns as text."""
    return results.select(pl.col(names).cast(pl.String).fill_null("none")).iter_rows()


def _differences(names: Sequence[str], was: Sequence[str], becomes: Sequence[str]) -> Changes:
    pairs = zip(names, zip(was, becomes, strict=True), strict=True)
    return {name: (old, new) for name, (old, new) in pairs if old != new}
