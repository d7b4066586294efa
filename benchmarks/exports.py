"""Exports of other systems through `batch`: the same results as our own table, and how long it
takes beside it.

    python benchmarks/exports.py [--forms 500] [--rows 20000] [--times 5]
        [--formpack PYTHON] [--central FOLDER]

Random forms go through an imitation of each exporter (`tests/support/exporters.py`) and back; the
results must be the same bytes as those of the same forms as our own table, the name of the file
aside. Then each kind of table is timed in processes of their own that take turns: `ratio` is the
processor time beside that of our own table in the same run, as the median of the rounds.

The exporters themselves take part where they are at hand:

--formpack: a Python in whose environment `formpack` (github.com/kobotoolbox/formpack) is
    installed, with `python-dateutil`.
--central: a checkout of github.com/getodk/central-backend, beside which (in a `node_modules` of it
    or of a folder above) stand its packages archiver, cloneable-readable, csv-parse, csv-stringify,
    entities, htmlparser2, ramda and sanitize-filename; and `node`.

Ends with exit code 1 where a result differs.
"""

import argparse
import csv
import io
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from exporters import central_export, central_json, kobo_export, kobo_json, questions_export
from redcap_export import redcap_export
from shown_forms import shown_forms

from hingeexpert.batch.mapping import identifiers
from hingeexpert.formats.files import data_folder
from hingeexpert.forms import Assessment
from hingeexpert.forms.writing import cells_of
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

Forms = Sequence[Assessment]
Export = Callable[[KnowledgeBase, Forms], str]


def own_table(knowledge: KnowledgeBase, forms: Forms) -> str:
    """Return forms as our own table."""
    text = io.StringIO()
    writer = csv.DictWriter(text, identifiers(knowledge))
    writer.writeheader()
    writer.writerows(cells_of(knowledge, form) for form in forms)
    return text.getvalue()


OWN = "own.csv"
EXPORTS: dict[str, Export] = {
    OWN: own_table,
    "central.csv": central_export,
    "central.json": central_json,
    "kobo.csv": lambda knowledge, forms: kobo_export(knowledge, forms, None),
    "kobo-en.csv": lambda knowledge, forms: kobo_export(knowledge, forms, "en"),
    "kobo-es.csv": lambda knowledge, forms: kobo_export(knowledge, forms, "es"),
    "kobo.json": kobo_json,
    "redcap.csv": lambda knowledge, forms: redcap_export(knowledge, forms, None),
    "redcap-es.csv": lambda knowledge, forms: redcap_export(knowledge, forms, "es"),
    "questions-en.csv": lambda knowledge, forms: questions_export(knowledge, forms, "en"),
}


def write_all(knowledge: KnowledgeBase, forms: Forms, folder: Path, names: Sequence[str]) -> None:
    """Write forms as each kind of table."""
    for name in names:
        (folder / name).write_text(EXPORTS[name](knowledge, forms), encoding="utf-8", newline="")


def batch(table: Path, out: Path) -> float:
    """Run `batch` on a table in a process of its own; return the seconds of all processors."""
    command = [sys.executable, "-m", "hingeexpert", "batch", str(table), "-o", str(out)]
    command += ["--overwrite", "--only", "csv"]
    with Path(os.devnull).open("w") as nothing:
        process = subprocess.Popen(command, stdout=nothing, stderr=nothing)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        sys.exit(f"failed: {' '.join(command)}")
    return used.ru_utime + used.ru_stime


def results(out: Path, name: str) -> bytes:
    """Return the results without the name of their file."""
    return (out / "results.csv").read_bytes().replace(name.encode(), b"")


def differing(folder: Path, names: Sequence[str]) -> Iterator[str]:
    """Yield the tables whose results are not those of our own table."""
    batch(folder / OWN, folder / "own")
    right = results(folder / "own", OWN)
    for name in names:
        out = folder / f"of-{name}"
        batch(folder / name, out)
        same = results(out, name) == right
        print(f"{name:<20} {'the same bytes' if same else 'DIFFERS'}", flush=True)
        if not same:
            yield name


def time_all(folder: Path, times: int) -> None:
    """Print how long each kind of table takes beside our own."""
    seconds: dict[str, list[float]] = {name: [] for name in EXPORTS}
    for _ in range(times):
        for name in EXPORTS:
            seconds[name].append(batch(folder / name, folder / "timed"))
    own = seconds[OWN]
    for name, each in seconds.items():
        ratio = statistics.median(one / base for one, base in zip(each, own, strict=True))
        print(f"{name:<20} {statistics.median(each):6.2f} s of processors, ratio {ratio:.2f}")


def many(forms: Forms, rows: int) -> list[Assessment]:
    """Return so many forms, each of another patient."""
    repeated = islice(cycle(forms), rows)
    return [replace(form, patient={"id": f"P{n:07}"}) for n, form in enumerate(repeated)]


def main() -> None:
    """Compare, then time."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--forms", type=int, default=500, help="how many go there and back")
    parser.add_argument("--rows", type=int, default=20_000, help="of the tables that are timed")
    parser.add_argument("--times", type=int, default=5, help="rounds")
    options = parser.parse_args()
    knowledge = load_knowledge(data_folder("rules"))
    forms = list(shown_forms(knowledge, options.forms))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_all(knowledge, forms, folder, list(EXPORTS))
        wrong = list(differing(folder, [name for name in EXPORTS if name != OWN]))
        write_all(knowledge, many(forms, options.rows), folder, list(EXPORTS))
        time_all(folder, options.times)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
