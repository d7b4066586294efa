"""Judge a frame of the user's own, on the engine that it comes from, and hand it back with the
results beside it.

Owns the way to Polars and back. The rules themselves are the expressions of `inference.columns`,
written once: every engine hands over its columns as Arrow or Polars, and PySpark does so batch by
batch on its workers. How a column becomes answers is `frame_judge.py`.

Narwhals is not used. Its conditions are those of the engine below: on ordinary pandas columns a
comparison with a blank is false and its negation true, so that unknown would become "no" (measured
with 2.29; PyArrow, DuckDB, Spark and pandas' nullable types keep it). For the way to Polars alone
it saves nothing.
"""

import functools
import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

import polars as pl

from hingeexpert import __version__
from hingeexpert.batch.frame_judge import Judge
from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge.recalled import quick_knowledge

Frame = TypeVar("Frame")


def diagnose_frame(df: Frame, rules: Path | None = None) -> Frame:
    """Judge every row of a frame.

    Args:
        df: A Polars DataFrame or LazyFrame, a pandas or PySpark DataFrame, a PyArrow Table or a
            DuckDB relation. Columns named by observables and shorthands hold the answers: choices
            as text or categories, flags also as truth values, numbers as numbers. A null, a NaN and
            a column that is missing are blanks. Every other column is handed through.
        rules: Folder of another knowledge base than the shipped one.

    Returns:
        The same kind of frame: its own columns and rows in their order, and behind them the columns
        that `batch` writes, from `triage.verdict` to `contributor.<id>`.

    Raises:
        InputError: With every column and value that is not allowed. A LazyFrame and Spark name
            values only when an action runs; Spark then wraps the error in its own, with the
            problems of one batch.
        KnowledgeError: The knowledge base is broken.
        TypeError: The frame is of another kind.
    """
    for engine, judged in ENGINES.items():
        module, _, name = engine.rpartition(".")
        class_ = getattr(sys.modules.get(module), name, None)
        if class_ is not None and isinstance(df, class_):
            judge = _shipped() if rules is None else Judge(quick_knowledge(rules))
            return cast(Frame, judged(df, judge))
    raise TypeError(
        f"a frame is needed, one of {', '.join(ENGINES)}; found "
        f"{type(df).__module__}.{type(df).__qualname__}"
    )


@functools.cache
def _shipped() -> "Judge":
    return Judge(quick_knowledge(data_folder("rules")))


def _polars(df: pl.DataFrame, judge: Judge) -> pl.DataFrame:
    return df.hstack(judge.results(df.columns, df.get_column, df.height))


def _lazy(df: pl.LazyFrame, judge: Judge) -> pl.LazyFrame:
    schema = df.collect_schema()
    judge.check(schema.names())
    return df.map_batches(
        lambda part: _polars(part, judge),
        schema={**schema, **judge.schema},
        slice_pushdown=True,
        streamable=True,
    )


def _arrow(table: Any, judge: Judge) -> Any:
    results = judge.results(
        table.column_names, lambda name: _series(table.column(name)), table.num_rows
    ).to_arrow()
    for head, column in zip(results.schema, results.columns, strict=True):
        table = table.append_column(head, column)
    return table


def _series(column: Any) -> pl.Series:
    """Return a column of Arrow."""
    return cast(pl.Series, pl.from_arrow(column))


def _pandas(df: Any, judge: Judge) -> Any:
    import pandas as pd
    import pyarrow as pa

    def column(name: str) -> pl.Series:
        values = df[name]
        try:
            return _series(pa.array(values, from_pandas=True))
        except (pa.ArrowException, OverflowError):  # values of several types in one column
            pairs = zip(values, values.isna(), strict=True)
            objects = [None if blank else value for value, blank in pairs]
            return pl.Series(objects, dtype=pl.Object)

    results = judge.results(df.columns, column, len(df)).to_pandas()
    return pd.concat([df, results.set_index(df.index)], axis=1)


def _duckdb(relation: Any, judge: Judge) -> Any:
    # DuckDB finds it by its name.
    hingeexpert_judged = _arrow(relation.to_arrow_table(), judge)  # noqa: F841
    columns = []
    for name, type_ in zip(relation.columns, relation.types, strict=True):
        quoted = _quoted(name)  # cast back, as Arrow knows no ENUM, UUID or HUGEINT
        columns.append(f"CAST({quoted} AS {type_}) AS {quoted}")
    columns += map(_quoted, judge.schema)
    return relation.query(
        "hingeexpert_given",
        f"SELECT {', '.join(columns)} FROM hingeexpert_judged",  # noqa: S608
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _spark(df: Any, judge: Judge) -> Any:
    from pyspark.sql.types import StringType, StructField, StructType

    names = df.columns
    judge.check(names)
    packed = Packed(judge.knowledge.sha256, __version__, pickle.dumps(judge.knowledge))

    def judged(batches: Iterator[Any]) -> Iterator[Any]:
        return _on_worker(packed, names, batches)

    results = [StructField(name, StringType()) for name in judge.schema]
    schema = StructType([*df.schema.fields, *results])
    # mapInArrow takes a dot in a name for a field of a struct.
    without_dots = df.toDF(*(f"c{number}" for number in range(len(names))))
    return without_dots.mapInArrow(judged, schema)


@dataclass(frozen=True)
class Packed:
    """The knowledge base of Spark's driver, for its workers.

    Attributes:
        sha256: Of the rules; by it a worker knows the knowledge base again.
        version: Of hingeexpert on the driver.
        pickled: The knowledge base.
    """

    sha256: str
    version: str
    pickled: bytes = field(compare=False, repr=False)


def _on_worker(packed: Packed, names: Sequence[str], batches: Iterator[Any]) -> Iterator[Any]:
    """Judge batches of Arrow on a worker of Spark.

    Args:
        packed: The knowledge base.
        names: The headings of the frame.
        batches: The rows; their columns are in the order of the headings.

    Raises:
        RuntimeError: The worker runs another version of hingeexpert.
    """
    import pyarrow as pa

    if packed.version != __version__:
        raise RuntimeError(
            f"the driver runs hingeexpert {packed.version} and this worker {__version__}; ship "
            "the same one"
        )
    judge = _unpacked(packed)
    for batch in batches:
        table = _arrow(pa.Table.from_batches([batch]).rename_columns(list(names)), judge)
        text = [pa.field(name, pa.string()) for name in judge.schema]
        yield from table.cast(pa.schema([*list(table.schema)[: len(names)], *text])).to_batches()


@functools.lru_cache(maxsize=1)
def _unpacked(packed: Packed) -> Judge:
    """Return the judge of a packed knowledge base, made once for each worker process."""
    # It was packed by the driver, whose code Spark runs anyway.
    return Judge(pickle.loads(packed.pickled))  # noqa: S301


ENGINES: dict[str, Callable[[Any, Judge], Any]] = {
    "polars.DataFrame": _polars,
    "polars.LazyFrame": _lazy,
    "pandas.DataFrame": _pandas,
    "pyarrow.Table": _arrow,
    "duckdb.DuckDBPyRelation": _duckdb,
    "pyspark.sql.DataFrame": _spark,
}
"""The kinds of frames; one can only be at hand when its module is loaded."""
