"""Exports of other systems through `batch`: the same results as our own table, and how long it
takes beside it.

    python benchmarks/exports.py [--forms 500] [--rows 20000] [--times 5]
        [--formpack PYTHON] [--central FOLDER]

Random forms go through an imitation of each exporter (`tests/support/exporters.py`) and back; the
results must be the same as those of the same forms as our own table, the name of the file
aside. Then each kind of table is timed in processes of their own that take turns: `ratio` is the
processor time beside that of our own table in the same run, as the median of the rounds, and beside
that of the Kobo table with nothing but other headings: ours.

The exporters themselves take part where they are at hand, with the form that `form --format
xlsform` writes:

--formpack: a Python in whose environment stand github.com/kobotoolbox/formpack, `openpyxl` and
    `python-dateutil`.
--central: a checkout of github.com/getodk/central-backend. In a `node_modules` of it or of a folder
    above stand archiver, cloneable-readable, csv-parse, csv-stringify, entities, htmlparser2, ramda
    and sanitize-filename; it needs `node`, Java and the extra `test`. JavaRosa, the engine of ODK
    Collect, fills the forms.

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
from itertools import cycle, islice, product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from exporters import (
    NOT_ASSESSED,
    central_export,
    central_json,
    kobo_export,
    kobo_json,
    questions_export,
    rows_of,
)
from redcap_export import redcap_export
from shown_forms import shown_forms
from xforms import filled, pressed

from hingeexpert.batch.mapping import identifiers
from hingeexpert.formats.files import data_folder
from hingeexpert.forms import Assessment
from hingeexpert.forms.writing import cells_of
from hingeexpert.interop.recognise import recognise
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

HERE = Path(__file__).parent
LANGUAGES = ("English (en)", "Español (es)")
"""As the form names them."""
Forms = Sequence[Assessment]
Export = Callable[[KnowledgeBase, Forms], str]


def own_table(knowledge: KnowledgeBase, forms: Forms) -> str:
    """Return forms as our own table."""
    text = io.StringIO()
    writer = csv.DictWriter(text, identifiers(knowledge))
    writer.writeheader()
    writer.writerows(cells_of(knowledge, form) for form in forms)
    return text.getvalue()


def kobo_with_ours(knowledge: KnowledgeBase, forms: Forms) -> str:
    """Return the table that Kobo writes, with our headings and without *not assessed*."""
    head, _, rows = kobo_export(knowledge, forms, None).partition("\r\n")
    headings = next(csv.reader([head], delimiter=";"))
    taken = recognise(knowledge, headings).taken
    assert taken is not None
    ours = ";".join(f'"{taken.columns.get(heading, heading)}"' for heading in headings)
    return f"{ours}\r\n{rows.replace(NOT_ASSESSED, '')}"


OWN, KOBO_WITH_OURS = "own.csv", "kobo-with-ours.csv"
EXPORTS: dict[str, Export] = {
    OWN: own_table,
    KOBO_WITH_OURS: kobo_with_ours,
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


def results(out: Path) -> list[dict[str, str]]:
    """Return the results without the name of their file."""
    with (out / "results.csv").open(encoding="utf-8") as file:
        return [{**row, "file": ""} for row in csv.DictReader(file)]


def differing(folder: Path, names: Sequence[str]) -> Iterator[str]:
    """Yield the tables whose results are not those of our own table."""
    batch(folder / OWN, folder / "own")
    right = results(folder / "own")
    for name in names:
        out = folder / f"of-{name}"
        batch(folder / name, out)
        same = results(out) == right
        print(f"{name:<20} {'the same results' if same else 'DIFFERS'}", flush=True)
        if not same:
            yield name


def time_all(folder: Path, times: int) -> None:
    """Print how long each kind of table takes beside our own."""
    seconds: dict[str, list[float]] = {name: [] for name in EXPORTS}
    for _ in range(times):
        for name in EXPORTS:
            seconds[name].append(batch(folder / name, folder / "timed"))
    for name, each in seconds.items():
        own, kobo = (ratio(each, seconds[base]) for base in (OWN, KOBO_WITH_OURS))
        median = statistics.median(each)
        print(f"{name:<20} {median:6.2f} s of processors, ratio {own:.2f}, to Kobo's {kobo:.2f}")


def ratio(each: Sequence[float], others: Sequence[float]) -> float:
    """Return the median of the ratios, round by round."""
    return statistics.median(one / base for one, base in zip(each, others, strict=True))


def real_exports(
    knowledge: KnowledgeBase, forms: Forms, folder: Path, python: str | None, central: str | None
) -> Iterator[str]:
    """Let the exporters themselves write forms, Kobo's those of `kobo.json`; yield the tables."""
    form = folder / "form.xlsx"
    if python or central:
        command = [sys.executable, "-m", "hingeexpert", "form", "--format", "xlsform", "-o"]
        subprocess.run([*command, str(form)], check=True)
    kinds = product(("codes", *LANGUAGES), ("yes", "no"), ("csv", "xlsx")) if python else ()
    for language, groups, ending in kinds:
        name = f"formpack-{language}-{groups}.{ending}"
        given = [form, folder / "kobo.json", language, groups, folder / name]
        subprocess.run([str(python), HERE / "exports_formpack.py", *given], check=True)
        yield name
    if central:
        xform, submissions = folder / "form.xml", folder / "submissions"
        convert = [sys.executable, "-m", "pyxform.xls2xform", "--skip_validate"]
        subprocess.run([*convert, str(form), str(xform)], check=True, capture_output=True)
        write_submissions(knowledge, forms, xform, submissions)
        for groups in ("yes", "no"):
            name = f"central-{groups}.zip"
            given = [central, xform, submissions, groups]
            write_output(["node", HERE / "exports_central.js", *given], folder / name)
            yield name


def write_output(command: Sequence[object], path: Path) -> None:
    """Run a command with its output in a file."""
    with path.open("wb") as file:
        subprocess.run([*map(str, command)], check=True, stdout=file)


def write_submissions(knowledge: KnowledgeBase, forms: Forms, xform: Path, folder: Path) -> None:
    """Fill forms by the engine of ODK Collect, and write what it sends."""
    folder.mkdir()
    given = [pressed(knowledge, dict(cells)) for cells in rows_of(knowledge, forms)]
    for number, form in enumerate(filled(xform, given)):
        (folder / f"{number:05}.xml").write_text(form.xml, encoding="utf-8")


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
    parser.add_argument("--formpack", help="a Python that has Kobo's exporter")
    parser.add_argument("--central", help="a checkout of ODK Central's server")
    options = parser.parse_args()
    knowledge = load_knowledge(data_folder("rules"))
    forms = list(shown_forms(knowledge, options.forms))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_all(knowledge, forms, folder, list(EXPORTS))
        names = [name for name in EXPORTS if name != OWN]
        names += real_exports(knowledge, forms, folder, options.formpack, options.central)
        wrong = list(differing(folder, names))
        write_all(knowledge, many(forms, options.rows), folder, list(EXPORTS))
        time_all(folder, options.times)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
