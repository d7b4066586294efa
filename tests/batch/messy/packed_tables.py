"""Tables in other clothes: packed, from standard input, as JSON, with names like patterns."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import polars as pl
from messy import Arguments, as_csv, as_json_lines, outcome, workbook, written

HEADINGS = ["patient.id", "date", "wall.hips", "stick.sacrum", "pain.during_drill"]
P1 = ["P1", "2026-11-20", "back", "kept", 2]
P2 = ["P2", "2026-11-21", "back", "lost", 3]
TABLE = as_csv([HEADINGS, P1, P2])
FORMS = [dict(zip(HEADINGS, row, strict=True)) for row in (P1, P2)]
NESTED = [
    {
        "patient": {"id": form["patient.id"]},
        "date": form["date"],
        "wall": {"hips": form["wall.hips"]},
        "stick.sacrum": form["stick.sacrum"],
    }
    for form in FORMS
]


def _zipped(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, TABLE)
    return path


def _as_parquet(path: Path) -> Path:
    pl.DataFrame(FORMS).write_parquet(path)
    return path


@outcome(judged=["P1", "P2"])
def csv_in_gzip(folder: Path) -> Arguments:
    return [written(folder / "t.csv.gz", gzip.compress(TABLE.encode()))]


@outcome(judged=["P1", "P2"])
def tabs_in_gzip(folder: Path) -> Arguments:
    return [written(folder / "t.TSV.GZ", gzip.compress(TABLE.replace(",", "\t").encode()))]


@outcome(judged=["P1", "P2"])
def json_lines_in_gzip(folder: Path) -> Arguments:
    return [written(folder / "t.jsonl.gz", gzip.compress(as_json_lines(FORMS).encode()))]


@outcome(rejected={"": ["unreadable_file"]})
def gzip_that_broke_off(folder: Path) -> Arguments:
    return [written(folder / "t.csv.gz", gzip.compress(TABLE.encode() * 100)[:60])]


@outcome(rejected={"": ["unreadable_file"]})
def far_too_much_in_gzip(folder: Path) -> Arguments:
    packed = io.BytesIO()
    with gzip.open(packed, "wb") as file:
        file.write(TABLE.encode())
        for _ in range(300):
            file.write(b" " * (1 << 20))
    return [written(folder / "t.csv.gz", packed.getvalue())]


@outcome(judged=["P1", "P2"])
def one_table_in_zip(folder: Path) -> Arguments:
    return [_zipped(folder / "t.zip", "export/forms.csv", "__MACOSX/export/._forms.csv")]


@outcome(judged=["P1", "P2"])
def a_workbook_in_zip(folder: Path) -> Arguments:
    book = workbook(folder / "t.xlsx", Forms=[HEADINGS, P1, P2])
    with zipfile.ZipFile(folder / "t.zip", "w") as archive:
        archive.write(book, "t.xlsx")
    return [folder / "t.zip"]


@outcome(rejected={"": ["unreadable_file"]})
def two_tables_in_zip(folder: Path) -> Arguments:
    return [_zipped(folder / "t.zip", "a.csv", "b.csv")]


@outcome(judged=["P1", "P2"], standard_input=TABLE.encode())
def csv_from_standard_input(folder: Path) -> Arguments:
    return ["-"]


@outcome(judged=["P1", "P2"], standard_input=as_json_lines(NESTED).encode())
def json_lines_from_standard_input(folder: Path) -> Arguments:
    return ["-"]


@outcome(judged=["P1", "P2"], standard_input=json.dumps(FORMS, indent=1).encode())
def a_list_from_standard_input(folder: Path) -> Arguments:
    return ["-"]


@outcome(judged=["P1"], standard_input=json.dumps(NESTED[0], indent=1).encode())
def one_form_from_standard_input(folder: Path) -> Arguments:
    return ["-"]


@outcome(judged=["P1", "P2"], standard_input=gzip.compress(TABLE.encode()))
def gzip_from_standard_input(folder: Path) -> Arguments:
    return ["-"]


@outcome(rejected={"": ["empty_file"]}, standard_input=b"")
def nothing_from_standard_input(folder: Path) -> Arguments:
    return ["-"]


@outcome(judged=["P1", "P2"])
def a_list_of_forms_as_json(folder: Path) -> Arguments:
    return [written(folder / "t.json", json.dumps(FORMS, indent=2))]


@outcome(judged=["P1", "P2"])
def a_list_of_nested_forms_as_json(folder: Path) -> Arguments:
    return [written(folder / "t.json", "\ufeff" + json.dumps(NESTED))]


@outcome(judged=["P1"], rejected={"": ["bad_json"]})
def a_list_that_is_broken(folder: Path) -> Arguments:
    return [written(folder / "t.json", json.dumps(FORMS, indent=2)[:-40])]


@outcome(judged=["P1", "P2"])
def nested_json_lines(folder: Path) -> Arguments:
    return [written(folder / "t.jsonl", as_json_lines(NESTED))]


@outcome(judged=["P1", "P2"])
def a_name_that_looks_like_a_pattern(folder: Path) -> Arguments:
    pl.DataFrame([{"patient.id": "P9", "wall.hips": "back"}]).write_parquet(
        folder / "week2.parquet"
    )
    return [_as_parquet(folder / "week[2].parquet")]


@outcome(judged=["P1", "P2"])
def a_name_of_stars(folder: Path) -> Arguments:
    _as_parquet(folder / "all of them.parquet")
    return [_as_parquet(folder / "all*?{a}~$%41.parquet")]


@outcome(judged=["P1", "P2"], says=["column 'photos' holds values of the type List"])
def a_list_beside_the_answers(folder: Path) -> Arguments:
    forms = [{**form, "photos": ["a", "b"]} for form in FORMS]
    pl.DataFrame(forms).write_parquet(folder / "t.parquet")
    return [folder / "t.parquet"]


@outcome(rejected={"": ["nested_list"]})
def a_list_for_an_answer(folder: Path) -> Arguments:
    pl.DataFrame([{**FORMS[0], "wall.hips": ["back"]}]).write_parquet(folder / "t.parquet")
    return [folder / "t.parquet"]


@outcome(judged=["P1", "P2"], rejected={"": ["unreadable_file"]})
def one_table_that_is_none_stops_no_other(folder: Path) -> Arguments:
    return [written(folder / "t.docx2", "x"), written(folder / "t.csv", TABLE)]


@outcome(rejected={"": ["empty_file"] * 3})
def files_that_hold_nothing(folder: Path) -> Arguments:
    return [written(folder / name, b"") for name in ("a.csv", "b.xlsx", "c.parquet")]


@outcome(rejected={"": ["empty_file"]})
def a_folder_of_tables(folder: Path) -> Arguments:
    (folder / "tables").mkdir()
    written(folder / "tables" / "t.csv", TABLE)
    return [folder / "tables"]
