"""Exports of other systems are known by their headings and read back as the forms they were; where
that is not sure, nothing is taken for granted.
"""

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from click.testing import CliRunner, Result
from doors import EXPORTS, read_table
from exporters import kobo_export, kobo_json
from redcap_export import BOM, redcap_export
from shown_forms import shown_forms

from hingeexpert.cli import main
from hingeexpert.forms import Assessment
from hingeexpert.inference.columns import Columns
from hingeexpert.interop.questionnaire import Questionnaire, questionnaire
from hingeexpert.interop.recognise import recognise
from hingeexpert.interop.xlsform import sheets
from hingeexpert.knowledge import KnowledgeBase

FORMS = 100


@pytest.fixture(scope="module")
def columns(knowledge: KnowledgeBase) -> Columns:
    return Columns(knowledge)


@pytest.fixture(scope="module")
def forms(knowledge: KnowledgeBase) -> list[Assessment]:
    return list(shown_forms(knowledge, FORMS))


@pytest.fixture(scope="module")
def form(knowledge: KnowledgeBase) -> Questionnaire:
    return questionnaire(knowledge)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="")
    return path


CSV = [name for name, (_, ending, _) in EXPORTS.items() if ending == ".csv"]


@pytest.mark.parametrize("name", CSV)
def test_an_export_is_taken_for_what_it_is(
    knowledge: KnowledgeBase, forms: list[Assessment], name: str
) -> None:
    kind, _, export = EXPORTS[name]
    lines = io.StringIO(export(knowledge, forms[:1]).removeprefix(BOM))
    taken = recognise(knowledge, next(csv.reader(lines, delimiter=delimiter(name)))).taken
    assert taken is not None
    assert taken.kind == kind
    assert not taken.foreign


def delimiter(name: str) -> str:
    return ";" if name.startswith("kobo") else ","


def rows_in(path: Path, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8")), delimiter=delimiter))


def test_a_workbook_is_read_like_its_text(
    columns: Columns, forms: list[Assessment], tmp_path: Path
) -> None:
    rows = csv.reader(io.StringIO(kobo_export(columns.knowledge, forms, "es")), delimiter=";")
    path = tmp_path / "kobo.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("hinge")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        book.add_worksheet("other").write_row(0, 0, ["_index", "photo"])
    assert read_table(columns, path) == (forms, [])


def batch(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["batch", *map(str, arguments)])


def results(folder: Path) -> list[dict[str, str]]:
    """Return the rows of the results, without the name of their file."""
    with (folder / "results.csv").open(encoding="utf-8") as file:
        return [{**row, "file": ""} for row in csv.DictReader(file)]


def test_a_run_says_what_it_took_a_table_for_and_can_be_told(
    knowledge: KnowledgeBase, forms: list[Assessment], tmp_path: Path
) -> None:
    few, out = forms[:10], tmp_path / "out"
    kobo = written(tmp_path / "kobo.csv", kobo_export(knowledge, few, "es"))
    plain = written(tmp_path / "own.csv", kobo_export(knowledge, few, None, groups=False))
    first = batch(kobo, "-o", out)
    assert first.exit_code == 0, first.output
    note = "kobo.csv: taken for a Kobo export with labels in the language es; --from says otherwise"
    assert note in first.output
    page = (out / "summary.html").read_text(encoding="utf-8")
    assert "Taken for a Kobo export with labels in the language es" in page
    batch(plain, "-o", tmp_path / "other")
    assert results(out) == results(tmp_path / "other")
    again = batch(kobo, "-o", out, "--from", "kobo-labels", "--overwrite")
    assert "finished before" not in again.output  # what it was said to be belongs to a run
    wrong = batch(kobo, "-o", tmp_path / "wrong", "--from", "central")
    assert wrong.exit_code == 1
    assert "it is not an export of ODK Central: none of its headings is a variable" in wrong.output
    assert "--from kobo-labels" in wrong.output
    off = batch(kobo, "-o", tmp_path / "off", "--from", "plain")
    assert off.exit_code == 1
    assert "no column is patient.id" in off.output
    for other in ("--draft-map", "--map"):
        arguments = [other] if other == "--draft-map" else [other, kobo, "-o", tmp_path / "map"]
        refused = batch(kobo, *arguments, "--from", "kobo")
        assert refused.exit_code == 2
        assert "leave out --from" in refused.output


def test_a_missing_data_code_is_nobody(
    knowledge: KnowledgeBase, forms: list[Assessment], tmp_path: Path
) -> None:
    """People whose number is not known would all become one person."""
    exported = redcap_export(knowledge, forms[:3], None)
    head, *rows = csv.reader(io.StringIO(exported))
    for row in rows[:2]:
        row[head.index("patient_id")] = "UNK"
    path = tmp_path / "redcap.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    told = batch(path, "-o", tmp_path / "out")
    assert "2 missing_id" in told.output
    assert len(results(tmp_path / "out")) == 1


def test_what_a_system_and_a_device_say_of_a_form_is_told(
    knowledge: KnowledgeBase, forms: list[Assessment], tmp_path: Path
) -> None:
    own = written(tmp_path / "own.csv", kobo_export(knowledge, forms, None))
    batch(own, "-o", tmp_path / "own")
    judged = [row["triage.at_least"] for row in results(tmp_path / "own")]
    head, *rows = rows_in(own, ";")
    status = head.index("_validation_status")
    head += ["rules_version", "visit/rules_sha256", "visit/triage_at_least", "note_open"]
    for number, (row, level) in enumerate(zip(rows, judged, strict=True), start=1):
        row[status] = {4: "Not Approved", 5: "Approved"}.get(number, "")
        said = "emergency" if level == "clear" else "clear"
        sha256 = "0" * 64 if number == 9 else knowledge.sha256
        row += ["1", sha256, said if number in (3, 70) else level, ""]
    path = tmp_path / "live.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([head, *rows])
    told = batch(path, "-o", tmp_path / "out", "--keep", "visit/triage_at_least").output
    assert "_validation_status is not approved in 1 of the rows" in told
    assert "of the rows 1 carry the hash of other rules" in told
    assert "'visit/triage_at_least' differs from the results in 2 of the rows" in told
    assert "judged row 3, 70 otherwise" in told
    assert "not known" not in told
    kept = [row["keep.visit/triage_at_least"] for row in results(tmp_path / "out")]
    assert sum(one != other for one, other in zip(kept, judged, strict=True)) == 2
    assert [row["triage.at_least"] for row in results(tmp_path / "out")] == judged


@pytest.mark.parametrize(
    ("language", "groups"), [("en", False), ("es", True)], ids=["en-bare", "es-groups"]
)
def test_the_words_of_the_notes_are_no_answers(
    knowledge: KnowledgeBase, forms: list[Assessment], tmp_path: Path, language: str, groups: bool
) -> None:
    """Under labels each note is an empty column below its words, the same ones many times."""
    exported = kobo_export(knowledge, forms[:3], language, groups=groups)
    head, *rows = csv.reader(io.StringIO(exported), delimiter=";")
    notes, carried = headings_of_notes(knowledge, language, groups), ["rules_sha256"]
    assert len(set(notes)) < len(notes)
    rows = [[*row, *[""] * len(notes), knowledge.sha256] for row in rows]
    path = tmp_path / "kobo.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([[*head, *notes, *carried], *rows])
    told = batch(path, "-o", tmp_path / "out").output
    assert f"taken for a Kobo export with labels in the language {language}" in told
    assert "not known" not in told
    batch(written(tmp_path / "own.csv", exported), "-o", tmp_path / "own")
    assert results(tmp_path / "out") == results(tmp_path / "own")


def headings_of_notes(knowledge: KnowledgeBase, language: str, groups: bool) -> list[str]:
    """Return what Kobo writes above the columns of the notes."""
    found, group = list[str](), ""
    for row in sheets(knowledge, "all")["survey"]:
        words = next((text for name, text in row.items() if name.endswith(f"({language})")), "")
        if row["type"] == "begin_group":
            group = words or row["name"]
        elif row["type"] == "note":
            found.append(f"{group}/{words}" if groups else words)
    return found


def identifiers(form: Questionnaire) -> list[str]:
    return [item.identifier for item in form.items]


def labels(form: Questionnaire, language: str) -> list[str]:
    return [item.label[language] for item in form.items]


def grouped(form: Questionnaire) -> list[str]:
    parts = (form.head, *form.parts)
    return [f"{part.name}/{item.variable}" for part in parts for item in part.items]


def foreign(count: int) -> list[str]:
    return [f"foreign {number}" for number in range(count)]


IN_DOUBT: dict[str, Callable[[Questionnaire], Sequence[str]]] = {
    "too few variables": lambda form: [*grouped(form), "_uuid", *foreign(15)],
    "too few labels": lambda form: [*labels(form, "en"), *foreign(15)],
    "two languages": lambda form: [*labels(form, "en")[:60], *labels(form, "es")[60:]],
    "two spellings": lambda form: [*grouped(form)[:60], *identifiers(form)[60:]],
}
"""Headings of tables that are nearly known."""
STRANGE: dict[str, Sequence[str]] = {
    "a date and a clinician": ["id", "date", "clinician", "sex"],
    "a head in words": ["Patient number", "Name", "Date", "Seen by", "Timestamp"],
    "a group of another form": ["lab/date", "lab/clinician", "lab/patient_id", "_uuid"],
    "a system without our questions": ["record_id", "date", "age", "visit_complete"],
}
"""Headings of tables that are none of ours."""


@pytest.mark.parametrize("name", IN_DOUBT)
def test_what_is_nearly_known_is_not_taken_for_granted(
    knowledge: KnowledgeBase, form: Questionnaire, name: str
) -> None:
    found = recognise(knowledge, IN_DOUBT[name](form))
    assert found.taken is None
    assert "--from " in found.doubt


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_table_is_taken_for_nothing(knowledge: KnowledgeBase, name: str) -> None:
    found = recognise(knowledge, STRANGE[name])
    assert (found.taken, found.doubt) == (None, "")


def test_identifiers_are_left_as_they_are(knowledge: KnowledgeBase, form: Questionnaire) -> None:
    for headings in (identifiers(form), [*identifiers(form)[:20], *foreign(90)]):
        assert recognise(knowledge, headings).taken is None


def test_nine_of_ten_headings_are_enough_and_the_others_are_told(
    knowledge: KnowledgeBase, form: Questionnaire
) -> None:
    found = recognise(knowledge, [*labels(form, "es"), *foreign(13)]).taken
    assert found is not None
    assert found.foreign == tuple(foreign(13))


def test_a_name_of_the_head_counts_in_its_own_group_alone(
    knowledge: KnowledgeBase, form: Questionnaire
) -> None:
    headings = [f"follow-up/{heading}" for heading in grouped(form)]
    found = recognise(knowledge, [*headings, "lab/date", "lab/clinician", "_uuid"]).taken
    assert found is not None
    assert found.foreign == ("lab/date", "lab/clinician")


def test_what_a_form_said_on_a_device_is_no_answer(
    knowledge: KnowledgeBase, form: Questionnaire
) -> None:
    rows = sheets(knowledge, "all")["survey"]
    said = [row["label::English (en)"] for row in rows if row["type"] == "note"]
    notes = [f"Stick drill/{words}" for words in dict.fromkeys(said)]
    headings = [*labels(form, "en"), *notes, "t_triage_urgent", "triage_at_least"]
    live = recognise(knowledge, [*headings, "rules_sha256"]).taken
    assert live is not None
    assert not live.foreign
    assert recognise(knowledge, headings).taken is None  # nothing says that it judged itself


def test_the_account_of_microsoft_forms_is_nobodys_name(
    knowledge: KnowledgeBase, form: Questionnaire
) -> None:
    account = ["ID", "Start time", "Completion time", "Email", "Name"]
    questions = [label for label in labels(form, "en") if label != "Name"]
    found = recognise(knowledge, [*account, *questions]).taken
    assert found is not None
    assert "patient.name" not in found.columns.values()
    assert found.passed_over == tuple(account)


def test_the_record_stands_for_a_patient_who_is_not_named(columns: Columns, tmp_path: Path) -> None:
    text = "record_id,date,stick_sacrum,wall_hips,symptom_pain_now,visit_complete\n"
    rows = "17,2026-11-20,kept,back,UNK,2\n17,2026-11-21,NASK,back,3,2\n"
    forms, defects = read_table(columns, written(tmp_path / "redcap.csv", text + rows))
    assert not defects
    assert [form.patient for form in forms] == [{"id": "17"}, {"id": "17"}]
    first, second = (form.answers for form in forms)
    assert (first["stick.sacrum"], first.get("symptom.pain_now")) == ("kept", None)
    assert (second.get("stick.sacrum"), second["symptom.pain_now"]) == (None, 3)


def test_no_other_column_stands_for_the_patient(knowledge: KnowledgeBase) -> None:
    questions = ["date", "stick_sacrum", "wall_hips", "symptom_pain_now"]
    found = recognise(knowledge, ["clinic", *questions, "visit_complete"]).taken
    assert found is not None
    assert (found.record, found.kind) == (None, "redcap")
    assert "patient.id" not in found.columns.values()


def test_a_column_that_stands_twice_is_refused(
    knowledge: KnowledgeBase, form: Questionnaire, tmp_path: Path
) -> None:
    headings = [*grouped(form), "stick/stick_sacrum", "_uuid"]
    row = ["P1", *[""] * (len(headings) - 1)]
    path = tmp_path / "twice.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([headings, row])
    told = batch(path, "-o", tmp_path / "out")
    assert told.exit_code == 1
    assert "two columns are stick.sacrum" in told.output


@pytest.mark.parametrize("apart", ["stick_sacrum___lost", "stick/stick_sacrum/lost"])
def test_answers_in_columns_of_their_own_are_refused(
    form: Questionnaire, tmp_path: Path, apart: str
) -> None:
    """What is ticked there would be lost; where the question has a column, that has it, too."""
    own = "stick/stick_sacrum"
    all_but_it = [heading for heading in grouped(form) if heading != own]
    for name, headings in {"without": all_but_it, "with": [*all_but_it, own]}.items():
        row = ["P1", *[""] * (len(headings) - 1), "1"]
        path = written(
            tmp_path / f"{name}.csv", f"{','.join([*headings, apart])}\n{','.join(row)}\n"
        )
        told = batch(path, "-o", tmp_path / name)
        is_refused = f"'{apart}'" in told.output and "a column for each answer" in told.output
        assert (told.exit_code, is_refused) == ((1, True) if name == "without" else (0, False))


def test_rows_of_json_that_say_something_unknown_later_are_refused(
    knowledge: KnowledgeBase, forms: list[Assessment], tmp_path: Path
) -> None:
    data = json.loads(kobo_json(knowledge, forms))
    data["results"][0]["photo"] = "p.jpg"
    data["results"][50]["stick_sacrum"] = "kept"
    data["results"][50]["stick/stick_sacrum"] = "lost"
    path = written(tmp_path / "kobo.json", json.dumps(data))
    told = batch(path, "-o", tmp_path / "out")
    assert "column 'photo' is not known and was not read" in told.output
    assert "1 row rejected" in told.output
    rejects = pl.read_csv(tmp_path / "out" / "rejects.csv")
    assert set(rejects["row"]) == {51}


def test_not_assessed_beside_the_shorthand_is_refused(columns: Columns, tmp_path: Path) -> None:
    head = "patient_id,date,safety_screen,safety_bladder_change,stick_sacrum,wall_hips,_uuid\n"
    rows = (
        "P1,2026-11-20,all_no,not_assessed,kept,back,1\nP2,2026-11-20,,not_assessed,kept,back,2\n"
    )
    forms, defects = read_table(columns, written(tmp_path / "kobo.csv", head + rows))
    assert [defect.code for defect in defects] == ["not_asked"]
    assert [form.patient["id"] for form in forms] == ["P2"]
