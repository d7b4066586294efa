"""Judge random forms of all columns by the exported SQL, in DuckDB or Spark, and compare every
result with that of the columns.

    python benchmarks/sql.py [--forms 100000] [--spark]

Exit code 1 where anything differs. Ratios are of processor time in one run of this script; on Spark
nothing is timed.
"""

import argparse
import itertools
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

import polars as pl
from evaluators import case_answers, random_forms
from framed import IDS, as_columns, as_polars

from hingeexpert.assurance.sql import export_sql
from hingeexpert.assurance.sql_answers import DATE, FORM
from hingeexpert.assurance.sql_check import export_check
from hingeexpert.batch.frame_judge import Judge
from hingeexpert.formats.files import data_folder
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

SEED = 28


def main() -> int:
    """Print how many results differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--forms", type=int, default=100_000)
    parser.add_argument("--spark", action="store_true")
    options = parser.parse_args()
    knowledge = load_knowledge(data_folder("rules"))
    drawn = random_forms(knowledge, SEED, case_answers(knowledge))
    forms = list(itertools.islice(drawn, options.forms))
    answers = as_polars(knowledge, as_columns(knowledge, forms))
    print(f"{answers.height:,} forms, {answers.width - 1} columns, {blank(answers):.0%} blank")
    start = time.process_time()
    judged = Judge(knowledge).results(answers.columns, answers.get_column, answers.height)
    seconds = time.process_time() - start
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "forms.parquet"
        frees = [DATE, FORM, *Columns(knowledge).shorthands]
        blanks = [pl.lit(None, pl.String).alias(name) for name in frees]
        answers.with_columns(blanks).write_parquet(path)
        run = on_spark if options.spark else on_duckdb
        results, unclean = run(knowledge, path, seconds)
    results = results.sort(pl.col(IDS).str.slice(2).cast(pl.Int64)).drop(IDS, DATE)
    different = {name: number_different(results[name], judged[name]) for name in judged.columns}
    compared = results.height * results.width
    print(f"{sum(different.values())} results of {compared:,} differ, {unclean} forms unclean")
    return int(any(different.values()) or unclean > 0 or results.height != answers.height)


def blank(answers: pl.DataFrame) -> float:
    """Return the share of answers that are blank."""
    counts = answers.drop(IDS).null_count().row(0)
    return sum(counts) / (answers.height * len(counts))


def number_different(found: pl.Series, right: pl.Series) -> int:
    """Return in how many rows two columns differ."""
    return int(found.ne_missing(right.cast(pl.String)).sum())


def on_duckdb(knowledge: KnowledgeBase, path: Path, seconds: float) -> tuple[pl.DataFrame, int]:
    """Return the results, and how many forms the check finds."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE forms AS SELECT * FROM read_parquet('{path}')")
        start = time.process_time()
        results = connection.sql(export_sql(knowledge)).pl()
        judging = time.process_time() - start
        unclean = len(connection.sql(export_check(knowledge)).fetchall())
    print(f"DuckDB takes {judging / seconds:.0f} times as long as the columns")
    return results, unclean


def on_spark(knowledge: KnowledgeBase, path: Path, _: float) -> tuple[pl.DataFrame, int]:
    """Return the results, and how many forms the check finds."""
    from spark import session

    spark: Any = session()
    spark.read.parquet(str(path)).createTempView("forms")
    results = pl.from_arrow(spark.sql(statement(export_sql(knowledge, "spark"))).toArrow())
    unclean = spark.sql(statement(export_check(knowledge, "spark"))).count()
    assert isinstance(results, pl.DataFrame)
    return results, unclean


def statement(text: str) -> str:
    """Return a statement as Spark's Python takes it, without the sign at its end."""
    return text.rstrip().removesuffix(";")


if __name__ == "__main__":
    raise SystemExit(main())
