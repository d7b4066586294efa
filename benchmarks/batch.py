"""Time a batch: against Polars reading the same file and writing it back, against itself with bad
rows and a map, and against CLIPS and experta.

    python benchmarks/batch.py [--rows 1000000] [--times 5] [--memory] [--evidence] [--engines]

Every run is a process of its own; those that are compared take turns. A line gives the medians of
the wall time, the time of all processors and the peak memory. `ratio` is of the processor time,
`in wall` of the wall time, and `less start` of the processor time that each takes beyond its run on
the smallest table. This process imports nothing large: the peak of a child begins at its parent's.
No two forms are the same.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
WORK = HERE / "batch_work.py"
SMALL = 2_000
SHEET_SHARE = 20
"""A sheet has one row for so many of the table."""
FEW_FORMS, MORE_FORMS = 100, 500
COMPILED_ONCE = {
    name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
}
LONGER = 10


@dataclass(frozen=True)
class Cost:
    """What one run took: seconds of wall time, seconds of all processors, and MB at its peak."""

    wall: float
    cpu: float
    peak: float


def run(*arguments: object) -> Cost:
    """Do one piece of work in a process of its own, see `batch_work.py`."""
    start = time.perf_counter()
    command = [sys.executable, str(WORK), *map(str, arguments)]
    _, status, used = os.wait4(os.posix_spawn(sys.executable, command, COMPILED_ONCE), 0)
    if status:
        sys.exit(f"failed: {' '.join(command)}")
    wall = time.perf_counter() - start
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def medians(works: Mapping[str, Sequence[object]], times: int) -> dict[str, Cost]:
    """Let some works take turns; return the medians of each."""
    costs: dict[str, list[Cost]] = {name: [] for name in works}
    for _ in range(times):
        for name, arguments in works.items():
            costs[name].append(run(*arguments))
    return {
        name: Cost(
            statistics.median(cost.wall for cost in taken),
            statistics.median(cost.cpu for cost in taken),
            statistics.median(cost.peak for cost in taken),
        )
        for name, taken in costs.items()
    }


def works(folder: Path) -> dict[str, Sequence[object]]:
    """Return every run that is compared."""
    clean, out = folder / "clean.csv", folder / "out"
    copy, mapped = folder / "copy.parquet", folder / "mapped.csv"
    return {
        "start, Polars": ("copy", folder / "small.csv", copy),
        "start": ("batch", folder / "small.csv", out, "parquet"),
        "Polars, CSV to Parquet": ("copy", clean, copy),
        "CSV to Parquet": ("batch", clean, out, "parquet"),
        "CSV to CSV and Parquet": ("batch", clean, out, "csv,parquet"),
        "5 % bad rows": ("batch", folder / "bad.csv", out, "parquet"),
        "with a map": ("batch", mapped, out, "parquet", folder / "map.yaml"),
        "Polars, Parquet to Parquet": ("copy", folder / "clean.parquet", copy),
        "Parquet to Parquet": ("batch", folder / "clean.parquet", out, "parquet"),
        "Polars, reading a sheet": ("copy", folder / "sheet.xlsx", copy),
        "xlsx to Parquet": ("batch", folder / "sheet.xlsx", out, "parquet"),
    }


AGAINST = {
    "start": "start, Polars",
    "CSV to Parquet": "Polars, CSV to Parquet",
    "CSV to CSV and Parquet": "Polars, CSV to Parquet",
    "5 % bad rows": "CSV to Parquet",
    "with a map": "CSV to Parquet",
    "Parquet to Parquet": "Polars, Parquet to Parquet",
    "xlsx to Parquet": "Polars, reading a sheet",
}
"""Each run to the one that it is measured by."""


def ratios(costs: Mapping[str, Cost], name: str) -> str:
    """Return what a run takes of the one that it is measured by."""
    if name not in AGAINST:
        return ""
    cost, other = costs[name], costs[AGAINST[name]]
    text = f"{cost.cpu / other.cpu:8.2f} {cost.wall / other.wall:8.2f}"
    if name == "start":
        return text
    own = costs["start"].cpu
    others = own if AGAINST[name] in AGAINST else costs["start, Polars"].cpu
    return f"{text} {(cost.cpu - own) / max(other.cpu - others, 0.01):11.2f}"


def compare_files(folder: Path, rows: int, times: int) -> None:
    """Print a line for each run."""
    sizes = f"{rows:,} forms, a sheet of {rows // SHEET_SHARE:,}; medians of {times}"
    print(
        f"{sizes}\n{'':28}{'wall s':>8} {'CPU s':>8} {'MB':>8} {'ratio':>8} {'in wall':>8} ", end=""
    )
    print(f"{'less start':>11}")
    costs = medians(works(folder), times)
    for name, cost in costs.items():
        numbers = f"{cost.wall:8.2f} {cost.cpu:8.2f} {cost.peak:8,.0f}"
        print(f"{name:28}{numbers} {ratios(costs, name)}")


def compare_memory(folder: Path, rows: int) -> None:
    """Print how much more memory a table takes that is longer."""
    run("write", folder / "longer", rows * LONGER)
    short = run("batch", folder / "clean.csv", folder / "out", "parquet").peak
    long = run("batch", folder / "longer" / "clean.csv", folder / "out", "parquet").peak
    print(f"peak memory, {LONGER} times the rows: {long:,.0f} MB, {long / short:.2f} times as much")


def time_evidence(folder: Path) -> None:
    """Print how many forms a second one core judges with their evidence."""
    few, more = (
        run("batch", folder / f"forms-{count}.csv", folder / "out", "evidence").cpu
        for count in (FEW_FORMS, MORE_FORMS)
    )
    print(f"with evidence: {(MORE_FORMS - FEW_FORMS) / (more - few):,.0f} forms a second and core")


def main() -> None:
    """Print one line for each comparison."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=5, help="runs to take the median of")
    parser.add_argument("--memory", action="store_true", help="also a table ten times as long")
    parser.add_argument("--evidence", action="store_true", help="also forms with their evidence")
    parser.add_argument("--engines", action="store_true", help="also the rules in other engines")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run("write", folder, options.rows)
        compare_files(folder, options.rows, options.times)
        if options.memory:
            compare_memory(folder, options.rows)
        if options.evidence:
            time_evidence(folder)
        if options.engines:
            run("engines")


if __name__ == "__main__":
    main()
