"""A form that was filled in as a PDF says the same as one of text, and is refused with the same
words.
"""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner
from evaluators import random_forms
from filled import blank, filled, typed_in
from papers import typed
from shipped import shipped_cases

from hingeexpert.cli import main
from hingeexpert.errors import InputError
from hingeexpert.formats.documents import MOST_BYTES
from hingeexpert.forms import Assessment, form_of, read_form
from hingeexpert.forms.assessment import NOT_NOTED
from hingeexpert.inference import diagnose
from hingeexpert.knowledge import KnowledgeBase

EVERY = 40
"""Of so many worked cases one is filled in."""
SEED, FORMS = 20_261, 12


def same(knowledge: KnowledgeBase, assessment: Assessment) -> None:
    """Check that a form gives the same result as text and as a PDF; what a blank stands for has no
    box.
    """
    answers = {name: value for name, value in assessment.answers.items() if value != NOT_NOTED}
    patient = {key: text for key, text in assessment.patient.items() if key in ("id", "name")}
    text = form_of(knowledge, replace(assessment, answers=answers, patient=patient))
    written = typed(knowledge, text)
    read = read_form(knowledge, "form.pdf", filled(typed_in(text)))

    assert read == written
    assert diagnose(knowledge, read).as_json() == diagnose(knowledge, written).as_json()


def test_worked_cases_give_the_same_result(knowledge: KnowledgeBase) -> None:
    cases = shipped_cases()[::EVERY]
    assert len(cases) > 10
    for case in cases:
        same(knowledge, replace(case.assessment, older_form=None))


def test_random_forms_give_the_same_result(knowledge: KnowledgeBase) -> None:
    begun = [dict(case.assessment.answers) for case in shipped_cases()[:20]]
    drawn = random_forms(knowledge, SEED, begun)
    for answers, number in zip(drawn, range(FORMS), strict=False):
        same(knowledge, Assessment(answers, {"id": f"P-{number}"}, "2026-11-20"))


def test_a_blank_form_says_nothing(knowledge: KnowledgeBase) -> None:
    assert read_form(knowledge, "form.pdf", blank()) == Assessment({})


def test_it_is_tagged_and_claims_no_more() -> None:
    """What is typed stands in letters that are not in the file, so PDF/UA is not claimed."""
    with pikepdf.open(io.BytesIO(blank())) as pdf, pdf.open_metadata() as told:
        assert pdf.Root.MarkInfo.Marked
        assert "pdfuaid:part" not in told


def test_a_box_that_is_cleared_is_blank(knowledge: KnowledgeBase) -> None:
    ticked = filled({"stick.head": "lost", "stick.midback": "lost"})
    cleared = filled({"stick.head": "Off"}, ticked)
    assert read_form(knowledge, "form.pdf", cleared).answers == {"stick.midback": "lost"}


TICKED = {"stick.head": "lost", "stick.midback": "kept", "safety.screen": "all_no"}
UNEVEN = ("stick.head", "safety.screen")


def uneven(key: str) -> bytes:
    """Return a form in which the field of some ticks (`V`), or what is seen of it (`AS`), says
    that there are none.
    """
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(filled(TICKED))) as pdf:
        for part in pdf.Root.AcroForm.Fields:
            for field in part.get("/Kids", []):
                if f"{part.T}.{field.get('/T', '')}" in UNEVEN:
                    for widget in field.get("/Kids", [field]) if key == "AS" else [field]:
                        widget[f"/{key}"] = pikepdf.Name.Off
        pdf.save(written)
    return written.getvalue()


def test_a_tick_that_is_not_seen_is_an_answer(knowledge: KnowledgeBase) -> None:
    read = read_form(knowledge, "form.pdf", uneven("AS"))
    assert read == read_form(knowledge, "form.pdf", filled(TICKED))


def test_a_tick_that_is_only_seen_is_neither_taken_nor_lost(knowledge: KnowledgeBase) -> None:
    with pytest.raises(InputError, match="looks ticked") as caught:
        read_form(knowledge, "form.pdf", uneven("V"))
    assert sorted(problem.path for problem in caught.value.problems) == sorted(UNEVEN)


def test_spanish_fields_have_the_same_names_and_codes(knowledge: KnowledgeBase) -> None:
    raw = filled({"wall.touch": "not_reached", "patient.name": "Zoë Łuk"}, blank("es"))
    read = read_form(knowledge, "form.pdf", raw)
    assert (read.answers, read.patient) == ({"wall.touch": "not_reached"}, {"name": "Zoë Łuk"})


def test_a_number_may_have_a_comma(knowledge: KnowledgeBase) -> None:
    read = read_form(knowledge, "form.pdf", filled({"wall.distance_feet": "1,5"}))
    assert read.answers == {"wall.distance_feet": 1.5}


def changed(**values: pikepdf.Object) -> bytes:
    """Return the blank form with other values than its boxes offer, and with other fields, where a
    name has two underscores for its dot.
    """
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(blank())) as pdf:
        fields = pdf.Root.AcroForm.Fields
        for name, value in values.items():
            part, _, key = name.partition("__")
            here = next(field for field in fields if part == field.T)
            found = [kid for kid in here.get("/Kids", []) if kid.get("/T") == key]
            if not key:
                here.V = value
            elif found:
                found[0].V = value
            else:
                here.Kids.append(
                    pikepdf.Dictionary(T=key, FT=pikepdf.Name.Tx, V=value, Parent=here)
                )
        pdf.save(written)
    return written.getvalue()


def test_every_slip_is_told_at_once_in_the_words_of_a_form_of_text(
    knowledge: KnowledgeBase,
) -> None:
    raw = changed(
        form=pikepdf.String("hinge/9"),
        stick__head=pikepdf.Name("/gone"),
        stick__depth_degrees=pikepdf.String("abc"),
        context__age_years=pikepdf.String("999"),
        stick__heel=pikepdf.String("kept"),
        wall__hips=pikepdf.Array([pikepdf.String("back"), pikepdf.String("down")]),
    )
    text = (
        "form: hinge/9\nstick: {head: gone, depth_degrees: abc, heel: kept}\n"
        "context: {age_years: 999}\nwall: {hips: [back, down]}\n"
    )
    with pytest.raises(InputError) as of_pdf:
        read_form(knowledge, "form.pdf", raw)
    with pytest.raises(InputError) as of_text:
        typed(knowledge, text)

    told = {(problem.path, problem.message) for problem in of_pdf.value.problems}
    assert told == {(problem.path, problem.message) for problem in of_text.value.problems}
    assert len(told) == 6


def other(kind: str) -> bytes:
    """Return a PDF that is no form of ours."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(blank())) as pdf:
        if kind == "no fields":
            del pdf.Root.AcroForm
            for page in pdf.pages:
                del page.Annots
        elif kind == "other fields":
            next(field for field in pdf.Root.AcroForm.Fields if field.T == "form").T = "other"
        elif kind == "circle":
            fields = pdf.Root.AcroForm.Fields
            fields[-1].Kids.append(fields[-1])
        locked = pikepdf.Encryption(owner="a", user="b") if kind == "locked" else False
        pdf.save(written, encryption=locked)
    return written.getvalue()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("no fields", "has no fields to fill in; `hingeexpert form --format pdf --fillable`"),
        ("other fields", "`hingeexpert form --format pdf --fillable` makes one"),
        ("locked", "locked with a password; save it without one"),
        ("circle", "or they stand in a circle"),
    ],
)
def test_what_is_no_form_is_told(knowledge: KnowledgeBase, kind: str, words: str) -> None:
    with pytest.raises(InputError, match=r"^other\.pdf: ") as error:
        read_form(knowledge, "other.pdf", other(kind))
    assert words in str(error.value)


@pytest.mark.parametrize(
    "raw",
    [b"%PDF-1.7\nhello", None, b"%PDF-" + b"<" * 9000],
    ids=["no form", "cut off", "without end"],
)
def test_what_is_broken_is_told(knowledge: KnowledgeBase, raw: bytes | None) -> None:
    """Also a form that is cut off."""
    with pytest.raises(InputError, match=r"is broken|no fields"):
        read_form(knowledge, "broken.pdf", raw or blank()[:2000])


def test_what_is_too_long_is_not_opened(knowledge: KnowledgeBase) -> None:
    with pytest.raises(InputError, match=f"at most {MOST_BYTES} are read"):
        read_form(knowledge, "long.pdf", blank() + b" " * MOST_BYTES)


@pytest.mark.parametrize("command", ["diagnose", "handout"])
def test_the_commands_read_it(tmp_path: Path, command: str) -> None:
    values = {"safety.screen": "all_no", "stick.done": "yes", "stick.sacrum": "lost"}
    (tmp_path / "filled.pdf").write_bytes(filled(values))
    asked = [str(tmp_path / "filled.pdf"), "-o", str(tmp_path / "made.pdf")]
    result = CliRunner().invoke(main, [command, *asked])
    assert (result.exit_code, result.stderr) == (0, "")


@pytest.mark.parametrize("way", ["standard input", "explain"])
def test_so_do_those_that_take_one_form(tmp_path: Path, way: str) -> None:
    raw = filled({"safety.screen": "all_no", "stick.done": "yes", "stick.sacrum": "lost"})
    (tmp_path / "filled.pdf").write_bytes(raw)
    if way == "explain":
        result = CliRunner().invoke(
            main, ["explain", str(tmp_path / "filled.pdf"), "lumbar_flexion"]
        )
    else:
        result = CliRunner().invoke(main, ["diagnose", "-"], input=raw)
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_folder_of_forms_may_hold_some_that_were_filled_in(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    """The same answers give the same row; a sheet without fields is no form, one that is broken is
    told.
    """
    text = (
        "form: hinge/2\npatient: {id: P-1}\nsafety: {screen: all_no}\n"
        "wall: {done: yes, hips: down, distance_feet: 1.5}\n"
    )
    folder = tmp_path / "forms"
    folder.mkdir()
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    (folder / "b.pdf").write_bytes(filled({**typed_in(text), "patient.id": "P-2"}))
    (folder / "c.pdf").write_bytes(other("no fields"))
    (folder / "d.pdf").write_bytes(b"%PDF-1.7 broken")
    out = tmp_path / "out"
    result = CliRunner().invoke(main, ["batch", str(folder), "-o", str(out), "--format", "csv"])
    with (out / "results.csv").open(encoding="utf-8", newline="") as file:
        first, second = csv.DictReader(file)
    with (out / "rejects.csv").open(encoding="utf-8", newline="") as file:
        (rejected,) = csv.DictReader(file)

    assert result.exit_code == 1
    assert (first["patient.id"], second["patient.id"]) == ("P-1", "P-2")
    assert {key for key in first if first[key] != second[key]} <= {"patient.id", "row", "file"}
    assert rejected["file"] == "d.pdf"
    assert "broken" in rejected["message"]
