"""`convert`: a form of any kind as another; and every command reads any form."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from shown_forms import shown_forms
from submitted import submission

from hingeexpert.cli import main
from hingeexpert.formats.documents import Document
from hingeexpert.forms import Assessment, form_of, read_form
from hingeexpert.forms.reading import assess
from hingeexpert.interop.brought import nested
from hingeexpert.interop.conversion import converted
from hingeexpert.interop.fhir.response import response_of
from hingeexpert.interop.reading import read_any
from hingeexpert.knowledge import KnowledgeBase

FORMS = 40
FORM = "form: hinge/2\npatient: {id: P-1, name: Sam}\ndate: 2026-11-20\nstick: {sacrum: lost}\n"
OLDER = (
    'form: hinge/1\npatient: {id: "=1", phone: "0"}\ndate: May\nsafety: {screen: all_no}\n'
    "clinician: ' A'\n"
)
ONE_BLANK = "patient: {id: P-1}\nsafety: {screen: all_no, left_blank: [gait_change]}\n"


def run(*arguments: str | Path, text: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=text)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "form.yaml").write_text(FORM, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read_again(knowledge: KnowledgeBase, text: str) -> list[Assessment]:
    """Return the forms of a text of any kind but a table."""
    forms = [read.form for read in read_any(knowledge, "form", text.encode())]
    assert all(isinstance(form, Assessment) for form in forms), forms
    return [form for form in forms if isinstance(form, Assessment)]


def read_table(knowledge: KnowledgeBase, text: str) -> list[Assessment]:
    """Return the forms of a table of ours."""
    forms = []
    for row in csv.DictReader(text.splitlines()):
        items = knowledge.observables
        cells = {
            name: items[name].answer.read(cell) if name in items else cell
            for name, cell in row.items()
            if cell
        }
        forms.append(assess(knowledge, Document("row", nested(cells.items()))))
    return forms


@pytest.mark.parametrize("target", ["yaml", "json", "fhir"])
def test_what_was_written_reads_back_the_same(knowledge: KnowledgeBase, target: str) -> None:
    for form in shown_forms(knowledge, FORMS):
        assert read_again(knowledge, converted(knowledge, [form], target)) == [form]


def test_several_forms_read_back_the_same(knowledge: KnowledgeBase) -> None:
    forms = list(shown_forms(knowledge, FORMS))
    assert read_table(knowledge, converted(knowledge, forms, "csv")) == forms
    assert read_again(knowledge, converted(knowledge, forms, "fhir")) == forms
    lines = converted(knowledge, forms, "json").splitlines()
    assert [read_form(knowledge, "line", line.encode()) for line in lines] == forms


def test_a_bundle_has_an_address_of_its_own_for_each_form(knowledge: KnowledgeBase) -> None:
    (form,) = shown_forms(knowledge, 1)
    bundle = json.loads(converted(knowledge, [form, form], "fhir"))
    assert len({entry["fullUrl"] for entry in bundle["entry"]}) == 2
    assert converted(knowledge, [form, form], "fhir") == converted(knowledge, [form] * 2, "fhir")


@pytest.mark.parametrize(
    ("target", "places"),
    [
        ("fhir", ["form", "patient.phone", "date"]),
        ("csv", ["form", "patient.id", "patient.phone", "date", "clinician"]),
    ],
)
def test_what_a_format_cannot_hold_is_named_and_nothing_is_written(
    folder: Path, target: str, places: list[str]
) -> None:
    Path("older.yaml").write_text(OLDER, encoding="utf-8")
    result = run("convert", "form.yaml", "older.yaml", "--to", target, "-o", "out")
    told = [line.split(": ")[2] for line in result.stderr.splitlines()]
    assert (result.exit_code, told) == (1, places)
    assert f"cannot be written as {target}" in result.stderr
    assert not Path("out").exists()
    assert run("convert", "older.yaml", "--to", "json").exit_code == 0


@pytest.mark.parametrize("target", ["fhir", "csv"])
def test_what_was_said_at_once_is_never_written_as_asked_one_by_one(target: str) -> None:
    Path("blank.yaml").write_text(ONE_BLANK, encoding="utf-8")
    result = run("convert", "blank.yaml", "--to", target, "-o", "out")
    assert (result.exit_code, Path("out").exists()) == (1, False)
    assert "safety.left_blank: cannot be written as" in result.stderr
    assert "34 flags were answered at once beside 1 left blank" in result.stderr


@pytest.mark.parametrize("target", ["yaml", "json"])
def test_what_was_said_at_once_beside_a_blank_reads_back(
    knowledge: KnowledgeBase, target: str
) -> None:
    form = read_form(knowledge, "form", ONE_BLANK.encode())
    assert "safety.gait_change" not in form.answers
    assert len(form.at_once) == 34
    assert read_again(knowledge, converted(knowledge, [form], target)) == [form]


def test_one_that_cannot_be_read_stops_all() -> None:
    Path("bad.yaml").write_text("stick: {sacrum: gone}", encoding="utf-8")
    result = run("convert", "form.yaml", "bad.yaml", "--to", "csv", "-o", "out")
    assert (result.exit_code, Path("out").exists()) == (1, False)
    assert "'gone' is not allowed" in result.stderr


def test_yaml_holds_one_form() -> None:
    result = run("convert", "form.yaml", "form.yaml", "--to", "yaml")
    assert result.exit_code == 2
    assert "YAML holds one form, and there are 2; use --to json" in result.stderr


def as_response(knowledge: KnowledgeBase, form: Assessment) -> str:
    return json.dumps(response_of(knowledge, form), indent=2)


def as_bundle(knowledge: KnowledgeBase, form: Assessment) -> str:
    entries = [
        {"resource": response_of(knowledge, form)},
        {"resource": {"resourceType": "Patient"}},
    ]
    return json.dumps({"entry": entries, "type": "collection", "resourceType": "Bundle"})


KINDS: dict[str, Callable[[KnowledgeBase, Assessment], str]] = {
    "own": form_of,
    "response": as_response,
    "bundle": as_bundle,
    "submission": submission,
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_command_reads_it_by_what_stands_in_it(knowledge: KnowledgeBase, kind: str) -> None:
    (form,) = shown_forms(knowledge, 1)
    Path("form.dat").write_text(KINDS[kind](knowledge, form), encoding="utf-8")
    Path("own.yaml").write_text(form_of(knowledge, form), encoding="utf-8")
    for command in (["diagnose", "--format", "json"], ["explain", "--format", "json"]):
        got, own = run(*command, "form.dat"), run(*command, "own.yaml")
        assert (got.exit_code, got.stdout) == (0, own.stdout)
    visit = run("intake", "--no-input", "--no-record", "--from", "form.dat", "-o", "kept.yaml")
    assert visit.exit_code == 0, visit.stderr
    assert read_form(knowledge, "kept.yaml") == form
    assert run("handout", "form.dat", "-o", "sheet.html").exit_code == 0


def test_several_forms_of_a_bundle(knowledge: KnowledgeBase, folder: Path) -> None:
    forms = list(shown_forms(knowledge, 3))
    bundle = json.loads(converted(knowledge, forms, "fhir"))
    bundle["entry"][1]["resource"]["status"] = "entered-in-error"
    Path("b.json").write_text(json.dumps(bundle), encoding="utf-8")

    printed = run("diagnose", "--format", "json", "b.json")
    assert (printed.exit_code, len(printed.stdout.splitlines())) == (1, 2)
    assert "b.json: entry[1]: status: the response is marked as" in printed.stderr
    assert run("diagnose", "b.json", "-o", "out").exit_code == 1
    assert sorted(path.name for path in Path("out").glob("*.txt")) == ["b-1.txt", "b-3.txt"]
    one = run("explain", "b.json")
    assert one.exit_code == 1
    assert "b.json: 3 forms stand in it, and this command takes one" in one.stderr
    sheet = run("handout", "b.json", "-o", "sheet.html")
    assert "3 forms do not go into one file" in sheet.stderr


NO_FORM = {
    "another resource": ('{"resourceType": "Patient"}', "'Patient' is no filled form"),
    "empty bundle": ('{"resourceType": "Bundle"}', "no QuestionnaireResponse stands in this"),
    "workbook": ("PK\x03\x04", "it is a table, or packed; `hingeexpert batch` reads it"),
    "no JSON": ('{"resourceType": "Bundle",}', "this is not JSON"),
    "key twice": ('{"resourceType": "Bundle", "a": 1, "a": 2}', "the key 'a' stands twice"),
    "deep": ('{"resourceType": "Bundle", "a":' + "[" * 100_000, "nested too deep"),
    "no number": ('{"resourceType": "Bundle", "a": NaN}', "NaN is no number"),
    "long number": (f'{{"resourceType": "Bundle", "a": {"9" * 5_000}}}', "5000 characters"),
}


@pytest.mark.parametrize(("text", "words"), NO_FORM.values(), ids=NO_FORM)
def test_what_holds_no_form_is_refused_in_words(text: str, words: str) -> None:
    result = run("diagnose", "-", text=text)
    assert result.exit_code == 1
    assert words in result.stderr
