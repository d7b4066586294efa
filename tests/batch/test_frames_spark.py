"""The same forms give the same results on Spark: a local session with two workers."""

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from counts import thorough
from framed import IDS, as_columns, as_polars, some_forms
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from hingeexpert import diagnose_frame
from hingeexpert.assurance.sql import export_sql
from hingeexpert.assurance.sql_check import export_check
from hingeexpert.errors import InputError
from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge import KnowledgeBase

pytestmark = [
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # the socket to the Java side
]
TYPES = {"integer": "INT", "number": "DOUBLE"}
SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "64",
}


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYSPARK_PYTHON", sys.executable)
        environment.setenv("PYSPARK_DRIVER_PYTHON", sys.executable)
        environment.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        environment.setenv("POLARS_MAX_THREADS", "1")
        builder = SparkSession.builder.master("local[2]").appName("hingeexpert tests")
        for name, value in SETTINGS.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        yield session
        session.stop()


def as_spark(
    spark: SparkSession, knowledge: KnowledgeBase, columns: dict[str, list[Any]]
) -> DataFrame:
    """Return columns as a Spark frame: choices as text, numbers as numbers."""
    kinds = {name: TYPES.get(item.type, "STRING") for name, item in knowledge.observables.items()}
    schema = ", ".join(f"`{name}` {kinds.get(name, 'STRING')}" for name in columns)
    values = (
        map(float_or_blank, cells) if kinds.get(name) == "DOUBLE" else cells
        for name, cells in columns.items()
    )
    return spark.createDataFrame(list(zip(*values, strict=True)), schema)


def float_or_blank(value: Any) -> float | None:
    return None if value is None else float(value)


def rows(frame: DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.collect()]


def on_polars(knowledge: KnowledgeBase, columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Return the results of a Polars frame, without its own columns."""
    return diagnose_frame(as_polars(knowledge, columns)).drop(columns).to_dicts()


@thorough
def test_spark_gives_what_polars_gives(spark: SparkSession, knowledge: KnowledgeBase) -> None:
    """On the forms for which `test_frames.py` holds Polars to `diagnose`."""
    columns = as_columns(knowledge, some_forms(knowledge))
    given = as_spark(spark, knowledge, columns)
    judged = diagnose_frame(given)

    assert judged.columns[: len(columns)] == list(columns)
    assert judged.schema.fields[: len(columns)] == given.schema.fields
    found = rows(judged)
    assert [
        {name: row[name] for name in judged.columns[len(columns) :]} for row in found
    ] == on_polars(knowledge, columns)
    assert [{name: row[name] for name in columns} for row in found] == rows(given)


def test_the_exported_sql_gives_the_same(spark: SparkSession, knowledge: KnowledgeBase) -> None:
    forms = some_forms(knowledge)[:60]
    blank = {name: [None] * len(forms) for name in ("date", "form", "safety.screen")}
    columns = as_columns(knowledge, forms) | blank
    right = on_polars(knowledge, columns)
    as_spark(spark, knowledge, columns).createOrReplaceTempView("forms")
    results, unclean = (
        spark.sql(write(knowledge, "spark").rstrip().removesuffix(";"))
        for write in (export_sql, export_check)
    )

    by_id = {row["patient.id"]: row for row in rows(results)}
    assert [{name: by_id[one][name] for name in right[0]} for one in columns[IDS]] == right
    assert unclean.collect() == []


def test_the_check_finds_an_unclean_form(spark: SparkSession, knowledge: KnowledgeBase) -> None:
    forms: list[dict[str, Any]] = [
        {"stick.sacrum": "Lost"},
        {"wall.done": "no", "wall.hips": "back"},
        {},
    ]
    columns = as_columns(knowledge, forms)
    as_spark(spark, knowledge, columns).createOrReplaceTempView("forms")
    statement = export_check(knowledge, "spark", list(columns))
    found = rows(spark.sql(statement.rstrip().removesuffix(";")))

    assert sorted((row[IDS], row["problems"]) for row in found) == [
        ("P-0", "stick.sacrum: allowed: kept, lost"),
        ("P-1", "wall.hips: is a finding of a drill that was not done"),
    ]


def test_flags_may_be_truth_values_and_other_columns_come_through(
    spark: SparkSession, knowledge: KnowledgeBase
) -> None:
    flag = next(name for name, item in knowledge.observables.items() if item.type == "flag")
    own = {
        "at": [datetime(2026, 11, 20, 9, 30), None],
        "a.b`c": [[1, 2], []],
        flag: [True, None],
        "safety.screen": ["all_no", None],
    }
    schema = f"at TIMESTAMP, `a.b``c` ARRAY<INT>, `{flag}` BOOLEAN, `safety.screen` STRING"
    judged = rows(
        diagnose_frame(spark.createDataFrame(list(zip(*own.values(), strict=True)), schema))
    )
    right = on_polars(knowledge, {flag: ["yes", None], "safety.screen": ["all_no", None]})

    assert [{name: row[name] for name in own} for row in judged] == [
        dict(zip(own, row, strict=True)) for row in zip(*own.values(), strict=True)
    ]
    assert [row["triage.verdict"] for row in judged] == [row["triage.verdict"] for row in right]


def test_a_frame_without_rows_has_the_columns_of_results(spark: SparkSession) -> None:
    judged = diagnose_frame(spark.createDataFrame([], "`stick.head` STRING"))

    assert judged.columns == diagnose_frame(pl.DataFrame({"stick.head": ["kept"]})).columns
    assert judged.collect() == []


def test_a_wrong_heading_is_named_at_once(spark: SparkSession) -> None:
    with pytest.raises(
        InputError, match=r"there is no observable 'stick.haed'; did you mean 'stick.head'"
    ):
        diagnose_frame(spark.createDataFrame([("kept",)], "`stick.haed` STRING"))


def test_a_wrong_value_is_named_when_an_action_runs(spark: SparkSession) -> None:
    judged = diagnose_frame(
        spark.createDataFrame([("lots", "Sam Example")], f"`stick.head` STRING, `{IDS}` STRING")
    )

    with pytest.raises(PySparkException) as caught:
        judged.collect()
    assert (
        "frame: stick.head: 'lots' is not allowed; allowed: kept, lost; did you mean 'lost'? "
        "(in 1 row)"
    ) in str(caught.value)
    assert "Sam" not in str(caught.value)


def test_workers_judge_by_the_rules_of_the_driver(spark: SparkSession, tmp_path: Path) -> None:
    shutil.copytree(
        data_folder("rules"), tmp_path / "rules", ignore=shutil.ignore_patterns("cases")
    )
    numbers = tmp_path / "rules" / "parameters.yaml"
    numbers.write_text(
        numbers.read_text(encoding="utf-8").replace(
            "{value: 5, unit: clean", "{value: 9, unit: clean"
        ),
        encoding="utf-8",
    )
    frame = spark.createDataFrame([(7,)], "`wall.clean_reps` INT")
    other, shipped = diagnose_frame(frame, tmp_path / "rules"), diagnose_frame(frame)
    shutil.rmtree(tmp_path / "rules")

    assert [row["readiness.at_least"] for row in rows(other)] == ["regress_pattern"]
    assert [row["readiness.at_least"] for row in rows(shipped)] != ["regress_pattern"]


def test_a_worker_builds_the_knowledge_base_once(spark: SparkSession) -> None:
    def built(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        from hingeexpert.batch.frames import _unpacked

        for batch in batches:
            cache = _unpacked.cache_info()
            yield pa.RecordBatch.from_pylist(
                [{"worker": os.getpid(), "hits": cache.hits, "misses": cache.misses}] * len(batch)
            )

    def caches() -> dict[int, Any]:
        return {
            row.worker: row
            for row in spark.range(2, numPartitions=2)
            .mapInArrow(built, "worker LONG, hits LONG, misses LONG")
            .collect()
        }

    frame = diagnose_frame(spark.range(4, numPartitions=2).selectExpr("'kept' AS `stick.head`"))
    frame.collect()
    before = caches()
    for _ in range(3):
        frame.collect()
    after = caches()
    assert sum(row.hits for row in after.values()) > 0
    assert all(
        row.misses <= (before[worker].misses if worker in before else 0) + 1
        for worker, row in after.items()
    )
