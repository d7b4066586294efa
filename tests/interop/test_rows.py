"""Forms of other systems in `batch`: judged as the same forms are in a table of ours."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rewritten import as_renderer
from shown_forms import shown_forms
from submitted import submission

from hingeexpert.cli import main
from hingeexpert.forms import Assessment
from hingeexpert.interop.conversion import converted
from hingeexpert.interop.fhir.response import response_of
from hingeexpert.interop.fhir.words import Json
from hingeexpert.knowledge import KnowledgeBase

FORMS = 40


def judged(*tables: str | Path, out: str = "out", text: str | None = None) -> Result:
    command = ["batch", *map(str, tables), "-o", out, "--only", "csv"]
    return CliRunner().invoke(main, command, input=text)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def forms(knowledge: KnowledgeBase) -> list[Assessment]:
    return list(shown_forms(knowledge, FORMS))


def results(out: str) -> list[dict[str, str]]:
    """Return the rows of results but for the name of their file."""
    with (Path(out) / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [{key: row[key] for key in row if key not in ("file", "line", "row")} for row in rows]


def as_lines(responses: list[Json]) -> str:
    return "".join(f"{json.dumps(response, ensure_ascii=False)}\n" for response in responses)


def test_every_way_of_sending_them_gives_the_same(
    knowledge: KnowledgeBase, forms: list[Assessment]
) -> None:
    Path("own.csv").write_text(converted(knowledge, forms, "csv"), encoding="utf-8")
    assert judged("own.csv", out="own").exit_code == 0
    responses = [response_of(knowledge, form) for form in forms]
    dressed = [as_renderer(knowledge, response) for response in responses]
    Path("r.ndjson").write_text(as_lines(responses), encoding="utf-8")
    Path("d.jsonl").write_text(as_lines(dressed), encoding="utf-8")
    Path("l.json").write_text(json.dumps(responses), encoding="utf-8")
    Path("b.json").write_text(converted(knowledge, forms, "fhir"), encoding="utf-8")
    Path("folder").mkdir()
    for number, form in enumerate(forms):
        is_xml = number % 2
        text = submission(knowledge, form) if is_xml else json.dumps(responses[number])
        path = Path("folder") / f"{number:03}{'.xml' if is_xml else '.json'}"
        path.write_text(text, encoding="utf-8")
    for table in ("r.ndjson", "d.jsonl", "l.json", "b.json", "folder"):
        result = judged(table, out=f"{table}-out")
        assert result.exit_code == 0, (table, result.stderr)
        assert results(f"{table}-out") == results("own"), table


@pytest.mark.parametrize("kind", ["bundle", "line", "submission"])
def test_standard_input_is_known_by_what_stands_in_it(
    knowledge: KnowledgeBase, forms: list[Assessment], kind: str
) -> None:
    text = {
        "bundle": converted(knowledge, forms[:2], "fhir"),
        "line": as_lines([response_of(knowledge, form) for form in forms[:2]]),
        "submission": submission(knowledge, forms[0]),
    }[kind]
    result = judged("-", text=text)
    assert result.exit_code == 0, result.stderr
    assert len(results("out")) == (1 if kind == "submission" else 2)


def test_what_is_refused_says_where_and_the_others_are_judged(
    knowledge: KnowledgeBase, forms: list[Assessment]
) -> None:
    sound, broken, retracted, open_ = (response_of(knowledge, form) for form in forms[:4])
    red = {"linkId": "safety.saddle_numbness", "answer": [{"valueBoolean": True}]}
    broken["item"] = [
        broken["item"][0],
        {"linkId": "stick.sacrum", "answer": [{"valueCoding": {"code": "Lost"}}]},
        {"linkId": "wall.hipps", "answer": [{"valueString": "x"}]},
    ]
    retracted |= {"status": "entered-in-error", "item": [retracted["item"][0], red]}
    open_["status"] = "in-progress"
    Path("r.ndjson").write_text(as_lines([sound, broken, retracted, open_]), encoding="utf-8")
    result = judged("r.ndjson")
    assert result.exit_code == 1
    assert "note: r.ndjson: 1 form: the response is not finished: in-progress" in result.stderr
    assert len(results("out")) == 2
    with (Path("out") / "rejects.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = [(row["line"], row["column"], row["code"], row["patient.id"]) for row in rows]
    assert found == [
        ("2", "stick.sacrum", "bad_answer", "P-001"),
        ("2", "wall.hipps", "bad_answer", "P-001"),
        ("3", "status", "bad_answer", "P-002"),
    ]
    assert "the form has no item 'wall.hipps'; did you mean 'wall.hips'?" in rows[1]["message"]
    assert rows[2]["triage.at_least"] == ""  # what was taken back proves nothing


def test_a_form_of_ours_with_a_flag_left_blank_is_judged_and_told(
    knowledge: KnowledgeBase,
) -> None:
    safety = {"screen": "all_no", "left_blank": ["gait_change"]}
    form = {"patient": {"id": "P-1"}, "safety": safety, "stick": {"sacrum": "lost"}}
    wrong = {**form, "safety": {**safety, "left_blank": ["gait"]}}
    asked = [name for name in knowledge.shorthands["safety.screen"].flags if "gait" not in name]
    flags = ", ".join(f"{name.partition('.')[2]}: no" for name in asked)
    Path("r.jsonl").write_text("\n".join(map(json.dumps, [form, wrong])), encoding="utf-8")
    Path("forms").mkdir()
    Path("forms/f.yaml").write_text(json.dumps(form), encoding="utf-8")
    Path("plain").mkdir()
    written_out = f"patient: {{id: P-1}}\nsafety: {{{flags}}}\nstick: {{sacrum: lost}}\n"
    Path("plain/f.yaml").write_text(written_out, encoding="utf-8")
    told = judged("r.jsonl", out="lines"), judged("forms", out="folder")
    assert judged("plain", out="plain_out").exit_code == 0

    assert results("lines") == results("folder") == results("plain_out")
    assert [result.exit_code for result in told] == [1, 0]
    assert all("1 form: what its shorthand answered counts" in item.stderr for item in told)
    with (Path("lines") / "rejects.csv").open(encoding="utf-8", newline="") as file:
        (refused,) = csv.DictReader(file)
    assert (refused["line"], refused["column"]) == ("2", "safety.left_blank")


def test_what_is_no_response_is_one_refused_row(knowledge: KnowledgeBase) -> None:
    lines = ['{"resourceType": "Patient"}', '{"resourceType": "Bundle", ', '{"resourceType": 1}']
    Path("r.ndjson").write_text("\n".join(lines) + "\n", encoding="utf-8")
    Path("x.xml").write_text("<!DOCTYPE a><a/>", encoding="utf-8")
    result = judged("r.ndjson", "x.xml")
    assert result.exit_code == 1
    with (Path("out") / "rejects.csv").open(encoding="utf-8", newline="") as file:
        codes = [row["code"] for row in csv.DictReader(file)]
    assert codes == ["bad_answer", "bad_json", "bad_answer", "bad_answer"]
