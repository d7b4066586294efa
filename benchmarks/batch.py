"""Time a batch: against Polars reading and writing the same file, against itself with bad rows, and
against CLIPS and experta.

    python benchmarks/batch.py [--rows 1000000] [--memory]

Every ratio is of times taken in one run of this script, the best of three each. With `--memory` it
also runs a file four times as long and compares the peak memory of the two.
"""

import argparse
import itertools
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

import polars as pl
from engine import StockEngine
from evaluators import Answers, Clips, Experta, Plain, Table, case_answers, random_forms

from hingeexpert.batch.mapping import Mapping
from hingeexpert.batch.run import Options, Run
from hingeexpert.formats.files import data_folder
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.inference.conclude import engine_for
from hingeexpert.inference.facts import Concluded
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

FORMS = 2000
SLOW_FORMS = 200
STOCK_FORMS = 5
TIMES = 3
DISTINCT = 5000
GROUPS = ("context", "symptom", "wall", "stick", "pain")
DONE = {f"{group}.done" for group in GROUPS}
"""Questions that are answered yes, or the findings of their drills would contradict them."""
COLUMNS = 40
PIECE = 100_000
WRONG = "bakc"


def main() -> None:
    """Print one line for each comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument(
        "--memory",
        action="store_true",
        help="also compare the peak memory of a file four times as long",
    )
    parser.add_argument("--only-run", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only_run:
        batch(Path(options.only_run[0]), Path(options.only_run[1]))
        return
    knowledge = load_knowledge(data_folder("rules"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clean = folder / "clean.csv"
        write_forms(knowledge, clean, options.rows, share_bad=0.0)
        compare_files(knowledge, folder, clean, options.rows)
        compare_engines(knowledge)
        if options.memory:
            compare_memory(knowledge, folder, clean, options.rows)


def compare_files(knowledge: KnowledgeBase, folder: Path, clean: Path, rows: int) -> None:
    """Time Polars alone, a batch, and a batch with bad rows, and print the ratios."""
    bad = folder / "bad.csv"
    write_forms(knowledge, bad, rows, share_bad=0.05)
    unchanged = best(lambda: pl.read_csv(clean).write_parquet(folder / "unchanged.parquet"))
    judged = best(lambda: batch(clean, folder / "clean"))
    rejected = best(lambda: batch(bad, folder / "bad"))
    size = f"{clean.stat().st_size / 1e6:,.0f} MB"
    print(f"{rows:,} forms of {COLUMNS} answers, CSV to Parquet, {size}")
    print(f"Polars, unchanged         {unchanged:8.2f} s")
    print(
        f"batch                     {judged:8.2f} s   {judged / unchanged:.2f} times that, "
        f"{rows / judged:,.0f} forms a second"
    )
    print(
        f"batch, 5 % bad rows       {rejected:8.2f} s   {rejected / judged:.2f} times the "
        "clean file"
    )


def compare_memory(knowledge: KnowledgeBase, folder: Path, clean: Path, rows: int) -> None:
    """Print the peak memory of a file, and how much more one takes that is four times as long."""
    longer = folder / "longer.csv"
    write_forms(knowledge, longer, 4 * rows, share_bad=0.0)
    short, long = peak(clean, folder / "short"), peak(longer, folder / "long")
    print(
        f"peak memory               {short / 1024:8,.0f} MB; four times the rows take "
        f"{long / short:.2f} times that"
    )


def write_forms(knowledge: KnowledgeBase, path: Path, rows: int, share_bad: float) -> None:
    """Write a table of random forms, some of them with a word that is not allowed."""
    chance = random.Random(1)
    forms = random_answers(knowledge, chance)
    column = next(name for name in forms if takes_words(knowledge, name))
    with path.open("wb") as file:
        for start in range(0, rows, PIECE):
            count = min(PIECE, rows - start)
            table = pl.DataFrame(forms)[[chance.randrange(DISTINCT) for _ in range(count)]]
            wrong = pl.Series([chance.random() < share_bad for _ in range(count)])
            wrong_word = pl.when(wrong).then(pl.lit(WRONG)).otherwise(pl.col(column)).alias(column)
            numbers = [f"P{number:08}" for number in range(start, start + count)]
            table = table.select(
                pl.Series("patient.id", numbers),
                pl.lit("2026-11-20").alias("date"),
                pl.lit("all_no").alias("safety.screen"),
                pl.all(),
            ).with_columns(wrong_word)
            table.write_csv(file, include_header=not start)


def random_answers(knowledge: KnowledgeBase, chance: random.Random) -> dict[str, list[str]]:
    """Return random answers to the questions of `GROUPS`, `DISTINCT` to each."""
    names: list[str] = []
    for group in GROUPS:
        names += [name for name in knowledge.observables if name.startswith(f"{group}.")]
    answers: dict[str, list[str]] = {}
    for name in names[: COLUMNS - 1]:
        if name in DONE:
            answers[name] = ["yes"] * DISTINCT
        else:
            allowed = knowledge.answers[name]
            answers[name] = [str(chance.choice(allowed)) for _ in range(DISTINCT)]
    return answers


def takes_words(knowledge: KnowledgeBase, name: str) -> bool:
    """Return whether words answer a question, and not only that a drill was done."""
    return name not in DONE and not knowledge.observables[name].answer.is_number


def batch(table: Path, output: Path) -> None:
    """Judge a table, with Parquet as the only format."""
    shutil.rmtree(output, ignore_errors=True)
    rules = data_folder("rules")
    run = Run(
        load_knowledge(rules), rules, [table], output, Mapping(), Options(formats=("parquet",))
    )
    run.execute(lambda *_: None, lambda _: None)


def compare_engines(knowledge: KnowledgeBase) -> None:
    """Judge the same forms by columns, CLIPS and experta, and print the ratios."""
    forms = list(itertools.islice(random_forms(knowledge, 7, case_answers(knowledge)), FORMS))
    table, clips, experta = Table(knowledge), Clips(knowledge), Experta(knowledge)
    frame = table.frame(forms)
    columns = best(lambda: table.columns.conclude(frame).collect()) / FORMS
    verdicts = [verdict for _, verdict in table.judge(forms)]
    few = forms[:SLOW_FORMS]
    times = {}
    for name, judge in (("CLIPS (clipspy)", clips.judge), ("experta", experta.judge)):
        start = time.perf_counter()
        found = [judge(form)[1] for form in few]
        times[name] = (time.perf_counter() - start) / SLOW_FORMS
        if found != verdicts[:SLOW_FORMS]:
            sys.exit(f"{name} and the columns differ")
    times["experta as it comes"] = stock_experta(knowledge, forms)
    print(f"columns, {FORMS} forms       {columns * 1000:8.4f} ms a form")
    for name, seconds in times.items():
        print(
            f"{name:<25} {seconds * 1000:8.2f} ms a form, {seconds / columns:,.0f} times as "
            "long; the same results"
        )


def stock_experta(knowledge: KnowledgeBase, forms: list[Answers]) -> float:
    """Return the time for a form of experta without our matcher, in seconds; it must conclude the
    same.
    """
    engine, plain = engine_for(knowledge), Plain(knowledge)
    stock, names = StockEngine(engine), knowledge.network.names
    start = time.perf_counter()
    concluded = [
        stock.infer(engine, what_is_known(knowledge, form).facts) for form in forms[:STOCK_FORMS]
    ]
    seconds = (time.perf_counter() - start) / STOCK_FORMS
    for form, found in zip(forms, concluded, strict=False):
        truths = plain.truths(form)
        if any(
            (str(Concluded(place, truth)) in found) != (truths[name] is truth)
            for name, place in names.items()
            for truth in (True, False)
        ):
            sys.exit("experta as it comes and the plain algebra differ")
    return seconds


def best(work: Callable[[], object]) -> float:
    """Return the shortest of a few times, in seconds."""
    times = []
    for _ in range(TIMES):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def peak(table: Path, output: Path) -> int:
    """Return the peak memory of judging a table in a process of its own, in KiB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    subprocess.run([sys.executable, __file__, "--only-run", str(table), str(output)], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(before, after)


if __name__ == "__main__":
    main()
