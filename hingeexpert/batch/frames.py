"""Judge a frame of the user's own, on the engine that it comes from, and hand it back with the
results beside it.

Owns how the columns of a frame become answers, and the way to Polars and back. The rules themselves
are the expressions of `inference.columns`, written once: every engine hands over its columns as
Arrow or Polars, and PySpark does so batch by batch on its workers. Text is read as it stands; to
mend a table's own spellings is the work of `batch`.

Narwhals is not used. Its conditions are those of the engine below: on ordinary pandas columns a
comparison with a blank is false and its negation true, so that unknown would become "no" (measured
with 2.29; PyArrow, DuckDB, Spark and pandas' nullable types keep it). For the way to Polars alone
it saves nothing.
"""

import functools
import math
import pickle
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar, cast

import polars as pl

from hingeexpert import __version__
from hingeexpert.errors import InputError, Problem, nearest, shown
from hingeexpert.formats.files import data_folder
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.condition import Value
from hingeexpert.knowledge.models.answers import Number
from hingeexpert.knowledge.models.observables import Observable
from hingeexpert.knowledge.recalled import quick_knowledge

Frame = TypeVar("Frame")
FRAME = "frame"
"""What a problem names in place of a file."""
MOST_VALUES = 5
"""Wrong values of one column that an error shows, the most frequent first."""
TRUTHS = {True: "yes", False: "no"}
TEXTS = (pl.String, pl.Categorical, pl.Enum)
Slips = Counter[str]
"""Why values of one column are refused, and how often."""


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
    for kind, judged in ENGINES.items():
        module, _, name = kind.rpartition(".")
        class_ = getattr(sys.modules.get(module), name, None)
        if class_ is not None and isinstance(df, class_):
            return cast(
                Frame, judged(df, _shipped() if rules is None else Judge(quick_knowledge(rules)))
            )
    raise TypeError(
        f"a frame is needed, one of {', '.join(ENGINES)}; found "
        f"{type(df).__module__}.{type(df).__qualname__}"
    )


@functools.cache
def _shipped() -> "Judge":
    return Judge(quick_knowledge(data_folder("rules")))


class Judge:
    """One knowledge base, ready for the columns of any frame.

    Attributes:
        schema: The columns of the results and their types.
    """

    def __init__(self, knowledge: KnowledgeBase) -> None:
        """Compile the knowledge base.

        Args:
            knowledge: The knowledge base.
        """
        self.knowledge = knowledge
        self.columns = Columns(knowledge)
        self.types: dict[str, pl.DataType] = {**self.columns.schema, **self.columns.shorthands}
        self.schema = self.columns.conclude(
            pl.LazyFrame(schema=self.columns.schema)
        ).collect_schema()
        self._groups = {_folded(group.group) for group in knowledge.groups}
        self._spelled = {_folded(name) for name in self.types}

    def check(self, names: Iterable[object]) -> None:
        """Look at the headings of a frame.

        Raises:
            InputError: With every column that is not allowed.
        """
        _, problems = self._headings(names)
        if problems:
            raise InputError(problems)

    def results(
        self, names: Iterable[object], column: Callable[[str], pl.Series], rows: int
    ) -> pl.DataFrame:
        """Judge every row.

        Args:
            names: The headings of a frame.
            column: Returns the column of this name.
            rows: Number of rows of the frame.

        Returns:
            The columns of `schema`, a row for each row, in order.

        Raises:
            InputError: With every column and value that is not allowed.
        """
        found, problems = self._headings(names)
        answers = {
            next(iter(self.types)): pl.Series([None] * rows, dtype=next(iter(self.types.values())))
        }
        refused: dict[str, Slips] = {}
        for name in found:
            answers[name], refused[name] = self._read(name, column(name))
        table = pl.DataFrame(answers)
        self._contradictions(table, refused)
        problems += [
            problem for name, slips in refused.items() for problem in _problems(name, slips)
        ]
        if problems:
            raise InputError(problems)
        return self.columns.conclude(table.lazy()).collect()

    def _headings(self, names: Iterable[object]) -> tuple[list[str], list[Problem]]:
        """Return the columns that are answers, and what is wrong with the others."""
        found, problems = [], []
        for name, times in Counter(name for name in names if isinstance(name, str)).items():
            if name in self.schema:
                problems.append(
                    Problem(
                        FRAME,
                        None,
                        name,
                        "is a column of the results; drop or rename the one that is there",
                    )
                )
            elif name in self.types and times > 1:
                problems.append(Problem(FRAME, None, name, f"{times} columns have this name"))
            elif name in self.types:
                found.append(name)
            elif _folded(name) in self._spelled or (
                "." in name and _folded(name.partition(".")[0]) in self._groups
            ):
                hint = nearest(name, self.types) or "; rename or drop the column if it is no answer"
                problems.append(
                    Problem(FRAME, None, name, f"there is no observable {shown(name)}{hint}")
                )
        return found, problems

    def _read(self, name: str, values: pl.Series) -> tuple[pl.Series, Slips]:
        """Return a column with its type, null for a blank, and why the others are refused."""
        item, dtype = self.knowledge.observables.get(name), self.types[name]
        values = values.fill_nan(None) if values.dtype.is_float() else values
        read = _quick(item, dtype, values)
        odd, slips = values.is_not_null() & read.is_null(), Slips()
        if odd.any():
            answers: list[Value | None] = []
            for value in values.filter(odd).to_list():
                answer, slip = self._judged(name, item, value)
                answers.append(answer)
                slips.update([slip] if slip else [])
            read = read.scatter(odd.arg_true(), pl.Series(answers, dtype=dtype))
        return read, slips

    def _judged(
        self, name: str, item: Observable | None, value: Any
    ) -> tuple[Value | None, str | None]:
        """Return the answer that one value is, and why it is none."""
        if getattr(value, "ndim", None) == 0:
            value = value.item()
        if isinstance(value, float) and math.isnan(value):
            return None, None
        if item is None:
            only = self.columns.shorthands[name].categories[0]
            return (
                (only, None)
                if value == only
                else (
                    None,
                    f"{shown(value)} is not allowed; allowed: {only}{nearest(value, [only])}",
                )
            )
        if isinstance(value, bool) and item.answer.is_flag:
            value = TRUTHS[value]
        if isinstance(value, float | Decimal) and item.answer.is_number:
            value = int(value) if math.isfinite(value) and value == int(value) else float(value)
        slip = item.answer.slip(value)
        if slip is None:
            return value, None
        is_text = isinstance(value, str) and item.answer.is_number
        return None, f"{slip}; this is text" if is_text else slip

    def _contradictions(self, table: pl.DataFrame, refused: dict[str, Slips]) -> None:
        """Add the findings of drills that were not done."""
        wrong = self.columns.contradictions(table.lazy()).collect()
        for name in refused:
            if name in wrong.columns and wrong[name].any():
                slip = (
                    "is a finding of a drill that was not done; leave it out, or say that the "
                    "drill was done"
                )
                refused[name].update(
                    f"{shown(value)} {slip}" for value in table[name].filter(wrong[name])
                )


def _quick(item: Observable | None, dtype: pl.DataType, values: pl.Series) -> pl.Series:
    """Return most values at once; what is not one of the common types, or not allowed, is null."""
    given = values.dtype
    answer = None if item is None else item.answer
    if isinstance(answer, Number) and given.is_numeric():
        # A narrow float means the decimal that it prints as: widened as it is, 0.8 would lie above
        # 0.8.
        narrow = given.is_float() and given != pl.Float64
        number = (values.cast(pl.String) if narrow else values).cast(pl.Float64)
        right = number.is_between(answer.limits.least, answer.limits.most)
        whole = number.eq(number.floor()) if answer.whole else right
        return number.set(~(right & whole), None).cast(dtype)
    if isinstance(dtype, pl.Enum) and given in TEXTS:
        return values.cast(pl.String).cast(dtype, strict=False)
    if answer is not None and answer.is_flag and given == pl.Boolean:
        return values.replace_strict(list(TRUTHS), list(TRUTHS.values()), return_dtype=dtype)
    return pl.Series(values.name, [None] * len(values), dtype)


def _problems(name: str, slips: Slips) -> Iterator[Problem]:
    """Yield the problems of one column, the most frequent first."""
    for slip, count in slips.most_common(MOST_VALUES):
        yield Problem(FRAME, None, name, f"{slip} ({_rows(count)})")
    others = slips.most_common()[MOST_VALUES:]
    if others:
        yield Problem(
            FRAME,
            None,
            name,
            (
                f"{len(others)} more values that are not allowed "
                f"({_rows(sum(count for _, count in others))})"
            ),
        )


def _rows(count: int) -> str:
    return f"in {count} row" if count == 1 else f"in {count} rows"


def _folded(name: str) -> str:
    """Return a heading without letter case and separators: what is spelled alike is meant alike."""
    return "".join(character for character in name.casefold() if character.isalnum())


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
            return pl.Series(
                [
                    None if blank else value
                    for value, blank in zip(values, values.isna(), strict=True)
                ],
                dtype=pl.Object,
            )

    results = judge.results(df.columns, column, len(df)).to_pandas()
    return pd.concat([df, results.set_index(df.index)], axis=1)


def _duckdb(relation: Any, judge: Judge) -> Any:
    hingeexpert_judged = _arrow(relation.to_arrow_table(), judge)  # noqa: F841 - DuckDB finds it by its name
    own = zip(relation.columns, relation.types, strict=True)
    columns = [
        f"CAST({_quoted(name)} AS {type_}) AS {_quoted(name)}" for name, type_ in own
    ]  # Arrow knows no ENUM, UUID or HUGEINT
    columns += [_quoted(name) for name in judge.schema]
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

    schema = StructType(
        [*df.schema.fields, *(StructField(name, StringType()) for name in judge.schema)]
    )
    plain = df.toDF(
        *(f"c{number}" for number in range(len(names)))
    )  # mapInArrow takes a dot in a name for a field of a struct
    return plain.mapInArrow(judged, schema)


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
    return Judge(pickle.loads(packed.pickled))  # noqa: S301 - packed by the driver, whose code Spark runs anyway


ENGINES: dict[str, Callable[[Any, Judge], Any]] = {
    "polars.DataFrame": _polars,
    "polars.LazyFrame": _lazy,
    "pandas.DataFrame": _pandas,
    "pyarrow.Table": _arrow,
    "duckdb.DuckDBPyRelation": _duckdb,
    "pyspark.sql.DataFrame": _spark,
}
"""The kinds of frames; one can only be at hand when its module is loaded."""
