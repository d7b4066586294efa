"""Time `diagnose_frame` on Spark against Spark reading and writing the same file.

    python benchmarks/spark.py [--rows 1000000] [--times 3]

Needs the extra `spark`. Both read one Parquet file of 40 answers a form and write another, turn and
turn about, in one local session of two cores. Beside them: the way to Python and back with nothing
done there. What is printed are the medians of wall time and of processor time, Java and workers in
it, and ratios of them.
"""

import argparse
import itertools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import psutil

from hingeexpert import diagnose_frame
from hingeexpert.formats.files import data_folder
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

GROUPS = ("context", "symptom", "wall", "stick", "pain", "safety")
DONE = {f"{group}.done" for group in GROUPS}
"""Questions that are answered yes, or the findings of their drills would contradict them."""
COLUMNS = 40
BLANK = 0.35
SEED = 28
SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "3g",
    "spark.sql.files.openCostInBytes": "1",  # as many parts as cores, however small the file
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
}


def main() -> None:
    """Print one line for each way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    knowledge = load_knowledge(data_folder("rules"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        forms = some_forms(knowledge, options.rows)
        forms.write_parquet(folder / "forms.parquet", row_group_size=options.rows // 8)
        measure(folder, options.times)


def measure(folder: Path, times: int) -> None:
    """Time each way and print it beside the copy."""
    spark = session()
    given = spark.read.parquet(str(folder / "forms.parquet"))
    ways: dict[str, Callable[[], Any]] = {
        "a copy": lambda: given,
        "to Python and back": lambda: given.toDF(*plain(given)).mapInArrow(same, schema(given)),
        "judged": lambda: diagnose_frame(given),
    }
    taken: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for turn in range(times + 1):
        for way, frame in ways.items():
            before = time.perf_counter(), processor_time()
            frame().write.mode("overwrite").parquet(str(folder / "out"))
            if turn:  # the first warms up
                after = time.perf_counter(), processor_time()
                taken[way].append((after[0] - before[0], after[1] - before[1]))
    medians = {}
    for way, each in taken.items():
        walls, processors = zip(*each, strict=True)
        medians[way] = statistics.median(walls), statistics.median(processors)
    copy = medians["a copy"]
    for way, (wall, processor) in medians.items():
        print(f"{way:20} {wall:6.1f} s wall, {wall / copy[0]:.2f} times the copy;", end=" ")
        print(f"{processor:6.1f} s processor, {processor / copy[1]:.2f} times")
    spark.stop()


def processor_time() -> float:
    """Return the seconds that this process and all below it have worked."""
    this = psutil.Process()
    times = (process.cpu_times() for process in [this, *this.children(recursive=True)])
    return sum(each.user + each.system + each.children_user for each in times)


def plain(frame: Any) -> list[str]:
    """Return names without a dot, which mapInArrow takes for a field of a struct."""
    return [f"c{number}" for number in range(len(frame.columns))]


def schema(frame: Any) -> Any:
    """Return what comes back from Python."""
    return frame.toDF(*plain(frame)).schema


def same(batches: Iterator[Any]) -> Iterator[Any]:
    """Hand batches back."""
    yield from batches


def session() -> Any:
    """Return a local session with two workers."""
    from pyspark.sql import SparkSession

    os.environ |= {"PYSPARK_PYTHON": sys.executable, "POLARS_MAX_THREADS": "1"}
    os.environ |= {"SPARK_LOCAL_IP": "127.0.0.1"}
    builder = SparkSession.builder.master("local[2]").appName("hingeexpert benchmark")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def some_forms(knowledge: KnowledgeBase, rows: int) -> pl.DataFrame:
    """Return random forms, hardly two of them alike."""
    chance = np.random.default_rng(SEED)
    columns = {"patient.id": pl.Series([f"P-{number}" for number in range(rows)])}
    for name in asked(knowledge):
        values = ["yes"] if name in DONE else list(knowledge.answers[name])
        drawn = pl.Series(values, strict=False)[chance.integers(len(values), size=rows)]
        columns[name] = drawn.set(pl.Series(chance.random(rows) < BLANK), None)
    return pl.DataFrame(columns)


def asked(knowledge: KnowledgeBase) -> list[str]:
    """Return the questions of the file, in turn one of each part."""
    parts = [
        [name for name in knowledge.observables if name.startswith(f"{group}.")] for group in GROUPS
    ]
    turns = itertools.zip_longest(*parts)
    return [name for turn in turns for name in turn if name is not None][:COLUMNS]


if __name__ == "__main__":
    main()
