"""Judge a frame of the user's own, on the engine that it comes from, and hand it back with the
results beside it.

Owns the way to Polars and back. The rules themselves are the expressions of `inference.columns`,
written once: every engine hands over its columns as Arrow or Polars, and PySpark does so on its
workers, many batches together. How a column becomes answers is `frame_judge.py`.

Narwhals is not used. Its conditions are those of the engine below: on ordinary pandas columns a
comparison with a blank is false and its negation true, so that unknown would become "no" (measured
with 2.29; PyArrow, DuckDB, Spark and pandas' nullable types keep it). For the way to Polars alone
it saves nothing.
"""

import functools
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

import polars as pl

from hingeexpert import __version__
from hingeexpert.batch.frame_judge import Judge
from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge.recalled import quick_knowledge

Frame = TypeVar("Frame")
ROWS = 100_000
"""Rows that a worker of Spark judges at a time, however many it is handed: to begin costs as much
as some 40,000 rows, and the truth of every condition of so many rows is 6 MB.
"""


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

    results = judge.results(df.columns, lambda name: _series_of_pandas(df[name]), len(df))
    return pd.concat([df, results.to_pandas().set_index(df.index)], axis=1)


def _series_of_pandas(values: Any) -> pl.Series:
    """Return a column of pandas."""
    import pyarrow as pa

    try:
        return _series(pa.array(values, from_pandas=True))
    except (pa.ArrowException, OverflowError):  # values of several types in one column
        pairs = zip(values, values.isna(), strict=True)
        objects = [None if blank else value for value, blank in pairs]
        return pl.Series(objects, dtype=pl.Object)


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
    """Judge in a function of columns: answers alone go to Python, and words come back as their
    positions. What is no answer stays where it is, as `mapInArrow` would not let it.
    """
    names = df.columns
    judge.check(names)
    # A name is put aside, as a dot in it would mean a field of a struct.
    places = [f"c{place}" for place in range(len(names))]
    read = {name: place for name, place in zip(names, places, strict=True) if name in judge.read}
    frame = df.toDF(*places).withColumn("judged", _judged_column(judge, read))
    return frame.select(*places, *_results_of_spark(judge)).toDF(*names, *judge.schema)


def _judged_column(judge: Judge, read: Mapping[str, str]) -> Any:
    """Return the column of all results, as the workers make it.

    Args:
        judge: The knowledge base.
        read: Heading of each answer to the column that it was put aside in.
    """
    from pyspark.sql import functions

    # Two columns more: no column has no rows, and a single one would come without its tuple.
    given = [*map(functions.col, read.values()), functions.lit(True), functions.lit(True)]
    return _function_of_columns(judge, list(read))(*given)


def _results_of_spark(judge: Judge) -> Iterator[Any]:
    """Yield the columns of the results, made from what came back from the workers."""
    from pyspark.sql import functions

    for name, _, words in _fields(judge):
        result = functions.col(f"judged.{name}")
        listed = functions.array(*map(functions.lit, words))
        yield functions.get(listed, result) if words else result


def _function_of_columns(judge: Judge, names: Sequence[str]) -> Any:
    """Return the function that Spark runs on its workers, on the columns of these answers."""
    import pyarrow as pa
    from pyspark.sql.pandas.functions import arrow_udf

    packed = Packed(judge.knowledge.sha256, __version__, pickle.dumps(judge.knowledge))

    def judged(batches: Iterator[tuple[pa.Array, ...]]) -> Iterator[pa.Array]:
        return _on_worker(packed, names, batches)

    fields = ", ".join(f"{name} {type_}" for name, type_, _ in _fields(judge))
    make: Any = arrow_udf  # typed for each kind of function, this one not
    # Spark may run a function twice where it takes it for one that always gives the same.
    return make(judged, fields).asNondeterministic()


def _fields(judge: Judge) -> Iterator[tuple[str, str, list[str]]]:
    """Yield for each result how it comes back from a worker: a name without a dot, its type in
    Spark, and the words of which it is a position; none for text.
    """
    for number, dtype in enumerate(judge.schema.dtypes()):
        words = dtype.categories.to_list() if isinstance(dtype, pl.Enum) else []
        yield f"r{number}", "SMALLINT" if words else "STRING", words


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


def _on_worker(
    packed: Packed, names: Sequence[str], batches: Iterator[tuple[Any, ...]]
) -> Iterator[Any]:
    """Judge batches of Arrow on a worker of Spark.

    Args:
        packed: The knowledge base.
        names: The headings of the answers.
        batches: The rows: a column for each heading, and one more at the least.

    Yields:
        The results as structs, as `_fields` says.

    Raises:
        RuntimeError: The worker runs another version of hingeexpert.
    """
    if packed.version != __version__:
        raise RuntimeError(
            f"the driver runs hingeexpert {packed.version} and this worker {__version__}; ship "
            "the same one"
        )
    judge = _unpacked(packed)
    for gathered in _gathered(batches):
        yield _judged_together(judge, names, gathered)


def _gathered(batches: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield batches together, as few as have `ROWS` rows."""
    gathered: list[tuple[Any, ...]] = []
    rows = 0
    for batch in batches:
        gathered.append(batch)
        rows += len(batch[-1])
        if rows >= ROWS:
            yield gathered
            gathered, rows = [], 0
    if gathered:
        yield gathered


def _judged_together(judge: Judge, names: Sequence[str], batches: Sequence[tuple[Any, ...]]) -> Any:
    """Return the results of some batches as one array of structs."""
    import pyarrow as pa

    columns = {}
    for place, name in enumerate(names):
        columns[name] = _series(pa.chunked_array([batch[place] for batch in batches]))
    rows = sum(len(batch[-1]) for batch in batches)
    results = judge.results(names, columns.__getitem__, rows)
    heads = [name for name, _, _ in _fields(judge)]
    return pa.StructArray.from_arrays(list(map(_array, results)), heads)


def _array(result: pl.Series) -> Any:
    """Return a column of results as Spark takes it: words as their positions, else text."""
    import pyarrow as pa

    if isinstance(result.dtype, pl.Enum):
        return result.to_physical().cast(pl.Int16).to_arrow().cast(pa.int16())
    return result.to_arrow().cast(pa.string())


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
