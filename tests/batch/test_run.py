"""A whole run: results, rejects, summary and account; broken off and taken up again; the same bytes
for the same input.
"""

import csv
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result
from counts import count, thorough
from evaluators import case_answers, random_forms

from hingeexpert.batch.output_folder import WORK
from hingeexpert.cli import main
from hingeexpert.formats.holding import HOLDER, LOCK
from hingeexpert.forms import Assessment
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase

HEAD = [
    "patient.id",
    "date",
    "triage.verdict",
    "triage.at_least",
    "triage.not_ruled_out",
    "readiness.verdict",
    "readiness.at_least",
    "readiness.not_ruled_out",
    "focus",
    "checks",
]
CLASSIC = """\
patient.id,date,safety.screen,wall.hips,stick.sacrum,pain.during_drill,context.age_years
P1,2026-11-20,all_no,back,lost,2,29
P2,2026-13-20,all_no,back,lost,2,29
P3,2026-11-20,all_no,bakc,lost,2,29
P4,2026-11-20,all_no,back,lost,44,29
P5,2026-11-20,all_no,back,lost,yes,29
P1,2026-11-20,all_no,back,lost,2,29
P7,2026-11-20,all_no,back,lost,2,29,extra
P8,2026-11-20,all_no,back
,2026-11-20,all_no,back,lost,2,29
"=P10",2026-11-20,all_no,back,lost,2,29
P11,2026-11-20,all no,sideways,lost,-1,999
"""


def batch(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["batch", *map(str, arguments)])


def records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def classic(tmp_path: Path) -> Path:
    path = tmp_path / "forms.csv"
    path.write_text(CLASSIC, encoding="utf-8")
    return path


def test_bad_rows_never_stop_good_ones(classic: Path, tmp_path: Path) -> None:
    result = batch(classic, "-o", tmp_path / "out")
    rejects = records(tmp_path / "out" / "rejects.csv")

    assert result.exit_code == 1
    assert [row["patient.id"] for row in records(tmp_path / "out" / "results.csv")] == [
        "P1",
        "'=P10",
    ]
    assert [
        (row["line"], row["row"], row["patient.id"], row["column"], row["code"]) for row in rejects
    ] == [
        ("3", "2", "P2", "date", "bad_date"),
        ("4", "3", "P3", "wall.hips", "unknown_choice"),
        ("5", "4", "P4", "pain.during_drill", "out_of_range"),
        ("6", "5", "P5", "pain.during_drill", "wrong_type"),
        ("7", "6", "P1", "patient.id", "repeated_visit"),
        ("8", "7", "P7", "", "extra_cell"),
        ("9", "8", "P8", "stick.sacrum", "short_row"),
        ("10", "9", "", "patient.id", "missing_id"),
        ("12", "11", "P11", "safety.screen", "unknown_choice"),
        ("12", "11", "P11", "wall.hips", "unknown_choice"),
        ("12", "11", "P11", "pain.during_drill", "out_of_range"),
        ("12", "11", "P11", "context.age_years", "out_of_range"),
    ]
    assert rejects[1]["nearest"] == "back"
    assert rejects[1]["raw"] == "P3,2026-11-20,all_no,bakc,lost,2,29"
    assert "9 rows rejected, 12 defects" in result.stderr
    assert "3 unknown_choice" in result.stderr
    said = result.output.replace(str(tmp_path), "")
    assert not any(secret in said for secret in ("P1", "P5", "bakc", "sideways", "44"))


def test_mended_rejects_can_be_fed_in_again(classic: Path, tmp_path: Path) -> None:
    batch(classic, "-o", tmp_path / "out")
    raw = next(
        row["raw"] for row in records(tmp_path / "out" / "rejects.csv") if row["patient.id"] == "P3"
    )
    mended = tmp_path / "mended.csv"
    mended.write_text(
        CLASSIC.splitlines()[0] + "\n" + raw.replace("bakc", "back") + "\n", encoding="utf-8"
    )

    assert batch(mended, "-o", tmp_path / "again").exit_code == 0


def numbered(table: pl.DataFrame, letter: str) -> pl.DataFrame:
    """Return a table with a patient's number in each row."""
    ids = pl.Series("patient.id", [f"{letter}{number}" for number in range(table.height)])
    return table.select(ids, pl.all())


@thorough
def test_results_are_those_of_single_forms(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    """Once from a table of text, once from one whose cells have types."""
    forms = list(
        itertools.islice(
            random_forms(knowledge, 5, case_answers(knowledge)), count(quick=25, thorough=60)
        )
    )
    table = pl.DataFrame(
        {
            name: pl.Series([form.get(name) for form in forms], strict=False)
            for name in knowledge.observables
        }
    )
    of_text, of_types, out = tmp_path / "t.csv", tmp_path / "t.parquet", tmp_path / "out"
    numbered(table, "C").write_csv(of_text)
    numbered(table, "P").write_parquet(of_types)
    result = batch(of_text, of_types, "-o", out, "--evidence", "--questions")
    assert (result.exit_code, result.stderr) == (0, "")
    rows = records(out / "results.csv")
    whole = [
        json.loads(line)
        for line in (out / "results.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    subjects = [
        *(f"fault.{name}" for name in knowledge.faults),
        *(f"contributor.{name}" for name in knowledge.contributors),
    ]
    assert list(rows[0]) == [*HEAD, *subjects, "ask_next", "file", "row"]
    assert pl.read_parquet(out / "results.parquet").with_columns(
        pl.all().cast(pl.String)
    ).to_dicts() == [
        {name: cell or None for name, cell in row.items() if name != "ask_next"}
        | {"ask_next": row["ask_next"]}
        for row in rows
    ]
    for form, row, data in zip([*forms, *forms], rows, whole, strict=True):
        answers = {name: form[name] for name in knowledge.observables if name in form}
        single = diagnose(knowledge, Assessment(answers, {"id": row["patient.id"]}))
        assert data == json.loads(json.dumps(single.model_dump(mode="json")))
        assert (row["triage.verdict"], row["readiness.verdict"]) == (
            single.triage.verdict,
            single.readiness.verdict,
        )
        assert row["ask_next"].split() == [question.observable for question in single.ask_next]


def test_every_format_holds_the_same(classic: Path, tmp_path: Path) -> None:
    batch(classic, "-o", tmp_path / "out", "--format", "xlsx")
    sheets = pl.read_excel(tmp_path / "out" / "results.xlsx", sheet_id=0, infer_schema_length=0)
    for sheet, file in (
        ("Results", "results.csv"),
        ("Rejects", "rejects.csv"),
        ("Code book", "codebook.csv"),
    ):
        text = pl.read_csv(tmp_path / "out" / file, infer_schema=False)
        assert sheets[sheet].rows() == text.rows()
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "results.csv",
        "results.parquet",
        "results.xlsx",
        "rejects.csv",
        "changes.csv",
        "codebook.csv",
        "summary.html",
        "run.json",
    }


def test_one_format_alone(classic: Path, tmp_path: Path) -> None:
    batch(classic, "-o", tmp_path / "out", "--only", "parquet")

    assert not (tmp_path / "out" / "results.csv").exists()
    assert pl.read_parquet(tmp_path / "out" / "results.parquet")["patient.id"].to_list() == [
        "P1",
        "=P10",
    ]


def test_the_same_bytes_whatever_the_number_of_threads(classic: Path, tmp_path: Path) -> None:
    files = {}
    for threads in ("1", "4"):
        out = tmp_path / threads
        command = [
            sys.executable,
            "-m",
            "hingeexpert",
            "batch",
            str(classic),
            "-o",
            str(out),
            "--questions",
            "--format",
            "xlsx",
        ]
        subprocess.run(
            command,
            env={**os.environ, "POLARS_MAX_THREADS": threads},
            check=False,
            capture_output=True,
        )
        files[threads] = {path.name: path.read_bytes() for path in out.iterdir()}

    assert len(files["1"]) == 8
    assert files["1"] == files["4"]


def test_several_tables_in_one_run(classic: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text(
        "patient.id;date;wall.distance_feet\nP1;2026-11-20;1\nP20;2026-11-20;0,5\n",
        encoding="utf-8",
    )
    result = batch(classic, other, "-o", tmp_path / "out")
    account = json.loads((tmp_path / "out" / "run.json").read_bytes())

    assert [row["patient.id"] for row in records(tmp_path / "out" / "results.csv")] == [
        "P1",
        "'=P10",
        "P20",
    ]
    assert [item["name"] for item in account["inputs"]] == ["forms.csv", "other.csv"]
    assert [
        row["code"]
        for row in records(tmp_path / "out" / "rejects.csv")
        if row["file"] == "other.csv"
    ] == ["repeated_visit"]
    assert result.exit_code == 1


SLIP = """\
patient.id,date,safety.saddle_numbness,pain.during_drill,Site
P1,2026-01-20,yes,8/10,=Berlin
P2,2026-01-20,no,2, Bonn
P2,2026-02-20,no
"""


@pytest.fixture
def slip(tmp_path: Path) -> Path:
    path = tmp_path / "slip.csv"
    path.write_text(SLIP, encoding="utf-8")
    return path


def test_an_emergency_in_a_rejected_row_is_told(slip: Path, tmp_path: Path) -> None:
    """On the terminal without a name, in the rejects, and first in the summary."""
    result = batch(slip, "-o", tmp_path / "out")
    page = (tmp_path / "out" / "summary.html").read_text(encoding="utf-8")

    assert result.exit_code == 1
    assert "1 of the rejected rows already proves: must be seen first" in result.stderr
    assert "1 of the rejected rows was not looked at, as no cell could be read" in result.stderr
    assert "P1" not in result.output
    assert [
        (row["patient.id"], row["triage.at_least"])
        for row in records(tmp_path / "out" / "rejects.csv")
    ] == [("P1", "emergency"), ("P2", "")]
    assert page.index("P1") < page.index("These people first")
    assert json.loads((tmp_path / "out" / "run.json").read_bytes())["counts"]["rejected_first"] == 1


def test_results_can_be_joined_and_keep_columns(slip: Path, tmp_path: Path) -> None:
    mended = SLIP.replace("8/10", "8").replace("2026-02-20,no", "2026-02-20,no,,")
    slip.write_text(mended, encoding="utf-8")
    result = batch(slip, "-o", tmp_path / "out", "--keep", " site", "--keep", "patient.id")
    rows = records(tmp_path / "out" / "results.csv")

    assert (result.exit_code, result.stderr) == (0, "")
    assert [list(row)[-4:] for row in rows[:1]] == [["file", "row", "keep.site", "keep.patient.id"]]
    assert [(row["file"], row["row"], row["keep.site"]) for row in rows] == [
        ("slip.csv", "1", "'=Berlin"),
        ("slip.csv", "2", " Bonn"),
        ("slip.csv", "3", ""),
    ]
    table = pl.read_parquet(tmp_path / "out" / "results.parquet")
    assert table["keep.site"].to_list() == ["=Berlin", " Bonn", None]
    assert table["row"].to_list() == [1, 2, 3]


def test_a_column_to_keep_that_is_not_there(slip: Path, classic: Path, tmp_path: Path) -> None:
    """Before anything is written, in whichever table."""
    result = batch(slip, classic, "-o", tmp_path / "out", "--keep", "Site")

    assert result.exit_code == 1
    assert "forms.csv: there is no column 'Site' to keep" in result.stderr
    assert "the table has: patient.id, date, safety.screen" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_kept_column_of_single_forms_is_no_slip(tmp_path: Path) -> None:
    table = tmp_path / "t.jsonl"
    table.write_text(
        '{"patient.id": "P1", "site": "Bonn"}\n{"patient.id": "P2"}\n', encoding="utf-8"
    )
    result = batch(table, "-o", tmp_path / "out", "--keep", "site")

    assert (result.exit_code, result.stderr) == (0, "")
    kept = [row["keep.site"] for row in records(tmp_path / "out" / "results.csv")]
    assert kept == ["Bonn", ""]


def test_tables_of_text_for_excel(slip: Path, tmp_path: Path) -> None:
    """UTF-16 with a mark and tabs; the cells are the same, and the program reads them again."""
    batch(slip, "-o", tmp_path / "plain")
    batch(slip, "-o", tmp_path / "excel", "--excel")

    for name in ("results.csv", "rejects.csv", "changes.csv", "codebook.csv"):
        raw = (tmp_path / "excel" / name).read_bytes()
        assert raw.startswith(b"\xff\xfe")
        lines = csv.reader(raw.decode("utf-16").splitlines(), delimiter="\t")
        with (tmp_path / "plain" / name).open(encoding="utf-8", newline="") as file:
            assert list(lines) == list(csv.reader(file))
    account = json.loads((tmp_path / "excel" / "run.json").read_bytes())
    assert "finished before" in batch(slip, "-o", tmp_path / "excel", "--excel").stderr
    assert (account["excel"], "codebook.csv" in account["outputs"]) == (True, True)


def test_questions_without_a_column_are_one_entry(slip: Path, tmp_path: Path) -> None:
    batch(slip, "-o", tmp_path / "out")
    counts = json.loads((tmp_path / "out" / "run.json").read_bytes())["counts"]

    ((absent, rows),) = counts["without_column"].items()
    assert rows == 1
    assert "stick.sacrum" in absent.split()
    assert "pain.during_drill" not in absent.split()
    assert set(counts["blank"]).isdisjoint(absent.split())


def test_a_finished_run_is_not_done_again_and_another_is_refused(
    classic: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    batch(classic, "-o", out)
    before = {path.name: path.stat().st_mtime_ns for path in out.iterdir()}

    again = batch(classic, "-o", out)
    other = batch(classic, "-o", out, "--questions")

    assert (again.exit_code, {path.name: path.stat().st_mtime_ns for path in out.iterdir()}) == (
        1,
        before,
    )
    assert "finished before" in again.stderr
    assert other.exit_code == 2
    assert "holds the results of another run" in other.stderr
    assert batch(classic, "-o", out, "--questions", "--overwrite").exit_code == 1
    assert "ask_next" in (out / "results.csv").read_text(encoding="utf-8").splitlines()[0]


def large_tables(folder: Path) -> list[Path]:
    """Write tables of many rows each, of people who stand in no other."""
    paths = [folder / f"large-{number}.csv" for number in range(3)]
    for table, path in enumerate(paths):
        people = range(table * 60_000, (table + 1) * 60_000)
        rows = "".join(f"P{person},2026-11-20,all_no,lost,{person % 11}\n" for person in people)
        path.write_text(
            "patient.id,date,safety.screen,stick.sacrum,pain.during_drill\n" + rows,
            encoding="utf-8",
        )
    return paths


def test_a_killed_run_leaves_no_half_file_and_is_taken_up(tmp_path: Path) -> None:
    tables, out, whole = large_tables(tmp_path), tmp_path / "out", tmp_path / "whole"
    command = [sys.executable, "-m", "hingeexpert", "batch", *map(str, tables), "-o", str(out)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while (
        not list((out / WORK).glob("*.json"))
        and process.poll() is None
        and time.monotonic() < deadline
    ):
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert {path.name for path in out.iterdir()} == {WORK, LOCK, HOLDER}

    second = batch(*tables, "-o", out)

    assert second.exit_code == batch(*tables, "-o", whole).exit_code == 0
    assert "took up" in second.stderr
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        path.name: path.read_bytes() for path in whole.iterdir()
    }


def test_a_table_without_patients_is_refused_whole(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("Smith,lost\nJones,kept\n", encoding="utf-8")
    result = batch(table, "-o", tmp_path / "out")

    assert result.exit_code == 1
    assert "Smith" not in result.output
    assert "t.csv was not read: no column is patient.id; --draft-map writes a map" in result.stderr
    assert "rejected" not in result.stderr
    assert [row["code"] for row in records(tmp_path / "out" / "rejects.csv")] == ["missing_column"]


@pytest.mark.parametrize("kind", ["xlsform", "redcap", "codebook"])
def test_the_form_itself_is_no_table_of_forms(tmp_path: Path, kind: str) -> None:
    blank = tmp_path / ("blank.xlsx" if kind == "xlsform" else "blank.csv")
    written = CliRunner().invoke(main, ["form", "--format", kind, "-o", str(blank)])
    assert written.exit_code == 0
    result = batch(blank, "-o", tmp_path / "out")

    assert result.exit_code == 1
    assert "0 forms judged" in result.output
    assert "was not read: it is the form itself, as a" in result.stderr


def test_patients_alone_are_forms_without_answers(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("patient.id\nP1\nP2\n", encoding="utf-8")

    assert batch(table, "-o", tmp_path / "out").exit_code == 0
    assert [row["triage.verdict"] for row in records(tmp_path / "out" / "results.csv")] == [
        "incomplete",
        "incomplete",
    ]


def test_unknown_columns_are_named(classic: Path, tmp_path: Path) -> None:
    classic.write_text("patient.id,stick.sacrm\nP1,lost\n", encoding="utf-8")
    result = batch(classic, "-o", tmp_path / "out")

    assert result.exit_code == 0
    assert (
        "column 'stick.sacrm' is not known and was not read; did you mean 'stick.sacrum'?"
        in result.stderr
    )


def test_a_name_that_is_not_known_is_a_slip_of_its_form(tmp_path: Path) -> None:
    folder = tmp_path / "forms"
    folder.mkdir()
    (folder / "a.yaml").write_text("patient: {id: P1}\nstick: {sacrun: lost}\n", encoding="utf-8")
    (folder / "b.yaml").write_text("patient: {id: P2}\nstick: {sacrum: lost}\n", encoding="utf-8")
    result = batch(folder, "-o", tmp_path / "out")
    (reject,) = records(tmp_path / "out" / "rejects.csv")

    assert result.exit_code == 1
    assert [reject[key] for key in ("file", "patient.id", "column", "code")] == [
        "a.yaml",
        "P1",
        "stick.sacrun",
        "unknown_identifier",
    ]
    assert (
        reject["message"] == "there is no observable 'stick.sacrun'; did you mean 'stick.sacrum'?"
    )
    assert [row["patient.id"] for row in records(tmp_path / "out" / "results.csv")] == ["P2"]


def test_a_late_name_in_other_letters_is_a_slip_of_its_row(tmp_path: Path) -> None:
    table = tmp_path / "t.jsonl"
    calm = '{"patient.id": "P%d", "safety.saddle_numbness": "no"}\n'
    late = '{"patient.id": "LATE", "Safety.Saddle_Numbness": "yes"}\n{"safety.weight_loss": "no"}\n'
    table.write_text("".join(calm % number for number in range(250)) + late, encoding="utf-8")
    result = batch(table, "-o", tmp_path / "out")

    assert result.exit_code == 1
    assert len(records(tmp_path / "out" / "results.csv")) == 250
    assert [(row["line"], row["code"]) for row in records(tmp_path / "out" / "rejects.csv")] == [
        ("251", "unknown_identifier"),
        ("252", "missing_id"),
    ]


def test_overwriting_leaves_nothing_of_the_run_before(classic: Path, tmp_path: Path) -> None:
    out, templates = tmp_path / "out", tmp_path / "templates"
    batch(classic, "-o", out, "--format", "xlsx", "--evidence")
    other = tmp_path / "other.csv"
    other.write_text("patient.id\nBOB\n", encoding="utf-8")
    templates.mkdir()
    (templates / "summary.html").write_text("{{ nothing }}", encoding="utf-8")

    broken = batch(other, "-o", out, "--overwrite", "--templates", templates)
    assert (broken.exit_code, "BOB" in (out / "results.csv").read_text(encoding="utf-8")) == (
        3,
        False,
    )

    batch(other, "-o", out, "--overwrite")
    assert {path.name for path in out.iterdir()} == {
        "results.csv",
        "results.parquet",
        "rejects.csv",
        "changes.csv",
        "codebook.csv",
        "summary.html",
        "run.json",
    }
    (out / "results.csv").write_text("changed", encoding="utf-8")
    assert "finished before" not in batch(other, "-o", out).stderr
    assert "BOB" in (out / "results.csv").read_text(encoding="utf-8")


def test_results_inside_the_forms_are_refused(tmp_path: Path) -> None:
    assert batch(tmp_path, "-o", tmp_path / "out").exit_code == 1
    assert not (tmp_path / "out").exists()


def test_the_summary_names_the_form_of_who_goes_first(tmp_path: Path) -> None:
    folder = tmp_path / "forms"
    folder.mkdir()
    (folder / "calm.yaml").write_text("patient: {id: P1}\n", encoding="utf-8")
    (folder / "stop.yaml").write_text(
        "patient: {id: P2}\nsafety: {saddle_numbness: yes}\n", encoding="utf-8"
    )
    batch(folder, "-o", tmp_path / "out")

    assert "stop.yaml" in (tmp_path / "out" / "summary.html").read_text(encoding="utf-8")


def test_wrong_usage(classic: Path, tmp_path: Path) -> None:
    assert batch(classic).exit_code == 2
    assert batch(tmp_path / "none.csv", "-o", tmp_path / "out").exit_code == 2
    assert batch(classic, "-o", tmp_path / "out", "--draft-map").exit_code == 2


def test_a_draft_of_a_map_can_be_used(tmp_path: Path) -> None:
    table = tmp_path / "export.csv"
    table.write_text(
        "Patient ID,Did the sacrum stay on the stick? (stick.sacrum)\nP1,lost\n", encoding="utf-8"
    )
    draft = batch("--draft-map", table)
    (tmp_path / "map.yaml").write_text(draft.output, encoding="utf-8")

    assert draft.exit_code == 0
    assert "P1" not in draft.output
    assert batch(table, "--map", tmp_path / "map.yaml", "-o", tmp_path / "out").exit_code == 0
