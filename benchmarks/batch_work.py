"""The pieces of work that `batch.py` times, each in a process of its own.

python benchmarks/batch_work.py write FOLDER ROWS
python benchmarks/batch_work.py copy TABLE TO
python benchmarks/batch_work.py batch TABLE FOLDER csv,parquet|parquet|evidence [MAP]
python benchmarks/batch_work.py engines
"""

import itertools
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from evaluators import Answers

    from hingeexpert.knowledge import KnowledgeBase

FORMS = 2000
SLOW_FORMS = 200
STOCK_FORMS = 5
TIMES = 3
GROUPS = ("context", "symptom", "wall", "stick", "pain")
DONE = {f"{group}.done" for group in GROUPS}
"""Questions that are answered yes, or the findings of their drills would contradict them."""
COLUMNS = 40
SHARE_BAD = 0.05
SMALL_ROWS = {"small": 2000, "forms-100": 100, "forms-500": 500}
SHEET_SHARE = 20
MOST_SHEET = 1_000_000


def copy(table: str, to: str) -> None:
    """Let Polars read a table, and write it unless it is a sheet."""
    path = Path(table)
    match path.suffix:
        case ".xlsx":
            pl.read_excel(path, infer_schema_length=0)
        case ".parquet":
            pl.read_parquet(path).write_parquet(to)
        case _:
            pl.read_csv(path).write_parquet(to)


def batch(table: str, output: str, formats: str, map_: str = "") -> None:
    """Judge a table as the command does."""
    from hingeexpert.cli import main

    shutil.rmtree(output, ignore_errors=True)
    arguments = ["batch", table, "-o", output]
    arguments += [] if formats == "csv,parquet" else ["--only", "parquet"]
    arguments += ["--evidence"] if formats == "evidence" else []
    arguments += ["--map", map_] if map_ else []
    sys.stdout = sys.stderr = Path("/dev/null").open("w")  # noqa: SIM115
    try:
        main(arguments, standalone_mode=False)
    except SystemExit as done:  # 1 where some rows were rejected
        if done.code not in (0, 1):
            raise
    assert (Path(output) / "run.json").exists()


def write(to: str, rows: str) -> None:
    """Write every table of a comparison."""
    folder = Path(to)
    folder.mkdir(exist_ok=True)
    forms = random_forms_of(int(rows))
    forms.write_csv(folder / "clean.csv")
    if folder.name == "longer":
        return
    forms.write_parquet(folder / "clean.parquet")
    for name, count in SMALL_ROWS.items():
        forms.head(count).write_csv(folder / f"{name}.csv")
    sheet = min(forms.height // SHEET_SHARE, MOST_SHEET)
    forms.head(sheet).cast(pl.String).write_excel(folder / "sheet.xlsx")
    with_bad_rows(forms).write_csv(folder / "bad.csv")
    write_mapped(forms, folder)


def random_forms_of(rows: int) -> pl.DataFrame:
    """Return random forms; each person and each answer is drawn apart."""
    from hingeexpert.formats.files import data_folder
    from hingeexpert.knowledge import load_knowledge

    knowledge = load_knowledge(data_folder("rules"))
    names = [name for name in knowledge.observables if name.split(".")[0] in GROUPS]
    places = pl.int_range(rows, eager=True)
    columns = [
        ("P" + places.cast(pl.String).str.zfill(8)).alias("patient.id"),
        pl.lit("2026-11-20").alias("date"),
        pl.lit("all_no").alias("safety.screen"),
    ]
    for seed, name in enumerate(names[: COLUMNS - 3]):
        words = ["yes"] if name in DONE else list(map(str, knowledge.answers[name]))
        drawn = (places.hash(seed) % len(words)).cast(pl.UInt32)
        columns.append(pl.lit(pl.Series(words).gather(drawn)).alias(name))
    return pl.select(columns)


def with_bad_rows(forms: pl.DataFrame) -> pl.DataFrame:
    """Return forms of which some have a word that is not allowed."""
    column = forms.columns[-1]
    wrong = (pl.int_range(pl.len()).hash(99) % 1000) < SHARE_BAD * 1000
    return forms.with_columns(pl.when(wrong).then(pl.lit("bakc")).otherwise(column).alias(column))


def write_mapped(forms: pl.DataFrame, folder: Path) -> None:
    """Write the forms with other headings, words and dates, and the map that says what they
    mean.
    """
    headings = {name: f"Question {number}" for number, name in enumerate(forms.columns)}
    lines = ["date_format: '%d.%m.%Y'", "columns:"]
    lines += [f"  {heading}: {name}" for name, heading in headings.items()]
    lines.append("values:")
    for name in forms.columns[3:]:
        words = forms[name].unique().sort().to_list()
        if not any(word[0].isdigit() for word in words):
            labels = {word: f"Label {number}" for number, word in enumerate(words)}
            lines.append(f"  {name}:")
            lines += [f"    {label}: '{word}'" for word, label in labels.items()]
            forms = forms.with_columns(pl.col(name).replace(labels))
    (folder / "map.yaml").write_text("\n".join(lines) + "\n")
    forms = forms.with_columns(pl.lit("20.11.2026").alias("date"))
    forms.rename(headings).write_csv(folder / "mapped.csv")


def engines() -> None:
    """Judge the same forms by columns, CLIPS and experta, and print the ratios."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))
    from evaluators import Clips, Experta, Table, case_answers, random_forms

    from hingeexpert.formats.files import data_folder
    from hingeexpert.knowledge import load_knowledge

    knowledge = load_knowledge(data_folder("rules"))
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


def stock_experta(knowledge: "KnowledgeBase", forms: "list[Answers]") -> float:
    """Return the time for a form of experta without our matcher, in seconds; it must conclude the
    same.
    """
    from engine import StockEngine
    from evaluators import Plain

    from hingeexpert.forms.assessment import what_is_known
    from hingeexpert.inference.conclude import engine_for
    from hingeexpert.inference.facts import Concluded

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


WORKS: dict[str, Callable[..., None]] = {
    "write": write,
    "copy": copy,
    "batch": batch,
    "engines": engines,
}

if __name__ == "__main__":
    WORKS[sys.argv[1]](*sys.argv[2:])
