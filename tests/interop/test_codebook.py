"""The columns of a table of forms, described for people and for programs that check one."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from counts import count, thorough
from shown_forms import cells_of, shown_forms
from small import SMALL

from hingeexpert.forms.writing import csv_form
from hingeexpert.interop.codebook import codebook, table_schema
from hingeexpert.interop.gates import ALWAYS, Gates
from hingeexpert.interop.questionnaire import questionnaire
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

COLUMNS = "variable,identifier,part,type,question,answers,least,most,unit,ucum,default,asked_when"
Row = dict[str, str]


@pytest.fixture(scope="module", params=["shipped", "small"])
def rules(request: pytest.FixtureRequest, knowledge: KnowledgeBase) -> KnowledgeBase:
    return knowledge if request.param == "shipped" else load_knowledge(SMALL)


def lines_of(knowledge: KnowledgeBase, language: str = "en") -> list[Row]:
    return list(csv.DictReader(io.StringIO(codebook(knowledge, language), newline="")))


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_column_of_a_table_has_a_line(rules: KnowledgeBase, language: str) -> None:
    assert codebook(rules, language).splitlines()[0] == COLUMNS
    lines = lines_of(rules, language)
    assert [line["identifier"] for line in lines] == csv_form(rules).strip().split(",")
    for line, item in zip(lines, questionnaire(rules).items, strict=True):
        assert line["variable"] == item.variable
        assert line["question"] == item.label[language]
        assert line["type"] == ("flag" if item.is_flag else item.kind)
        answers = [f"{one.code} = {one.label[language]}" for one in item.choices]
        assert line["answers"] == "; ".join(answers)


def test_it_says_what_the_rules_say_of_a_question(rules: KnowledgeBase) -> None:
    gates = Gates(rules)
    for line in lines_of(rules):
        item = rules.observables.get(line["identifier"])
        if item is None:
            continue
        assert line["default"] == (item.default or "")
        assert bool(line["asked_when"]) == (gates.shown(line["identifier"]) != ALWAYS)
        ends = [float(line[key]) for key in ("least", "most") if line[key]]
        assert ends == ([item.range.least, item.range.most] if item.range else [])
        unit = (item.range.unit, item.range.ucum or "") if item.range else ("", "")
        assert (line["unit"], line["ucum"]) == unit


def test_both_reasons_to_ask_are_told(knowledge: KnowledgeBase) -> None:
    told = {line["identifier"]: line["asked_when"] for line in lines_of(knowledge)}
    assert told["practice.days_last_week"] == "context.visit is retest"
    assert told["stick.sacrum"] == "not (stick.done is no)"
    assert told["stick.done"] == ""


def test_no_cell_of_the_codebook_is_a_formula(knowledge: KnowledgeBase) -> None:
    group = knowledge.groups[0]
    name, *_ = group.observables
    odd = group.observables[name].model_copy(update={"question": "=1+1"})
    changed = group.model_copy(update={"observables": {**group.observables, name: odd}})
    other = replace(knowledge, groups=(changed, *knowledge.groups[1:]), languages={})
    (line,) = (line for line in lines_of(other) if line["identifier"] == name)
    assert line["question"] == "'=1+1"


def table_of(knowledge: KnowledgeBase, forms: int) -> tuple[list[str], list[Row]]:
    """Return the headings of a table of forms, and random rows."""
    headings = csv_form(knowledge).strip().split(",")
    rows = []
    for form in shown_forms(knowledge, forms, seed=forms):
        cells = cells_of(knowledge, form)
        rows.append({name: str(cells.get(name, "")) for name in headings})
    return headings, rows


def errors_in(folder: Path, schema: str, headings: list[str], rows: list[Row]) -> list[Any]:
    """Return what frictionless finds in a table."""
    import frictionless  # takes long, so not while tests are collected

    with (folder / "forms.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, headings)
        lines.writeheader()
        lines.writerows(rows)
    described = frictionless.Schema.from_descriptor(json.loads(schema))
    table = frictionless.Resource(path="forms.csv", basepath=str(folder), schema=described)
    report = table.validate()
    return [error for task in report.tasks for error in task.errors]


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_schema_is_one(rules: KnowledgeBase, language: str) -> None:
    import frictionless

    schema = json.loads(table_schema(rules, language))
    assert not list(frictionless.Schema.metadata_validate(schema))
    assert [field["name"] for field in schema["fields"]] == csv_form(rules).strip().split(",")
    titles = [field["title"] for field in schema["fields"]]
    assert titles == [item.label[language] for item in questionnaire(rules).items]


@thorough
def test_good_tables_pass(rules: KnowledgeBase, tmp_path: Path) -> None:
    headings, rows = table_of(rules, count(quick=40, thorough=500))
    assert errors_in(tmp_path, table_schema(rules, "en"), headings, rows) == []


def _set(column: str, value: str) -> Callable[[list[str], list[Row]], None]:
    """Return a slip: one cell holds something else."""
    return lambda _, rows: rows[1].update({column: value})


def _twice(_: list[str], rows: list[Row]) -> None:
    rows[1] |= {key: rows[0][key] for key in ("patient.id", "date")}


def _renamed(headings: list[str], rows: list[Row]) -> None:
    headings[headings.index("stick.sacrum")] = "stick.sacrun"
    for row in rows:
        row["stick.sacrun"] = row.pop("stick.sacrum")


SLIPS = {
    "other code": (_set("stick.sacrum", "maybe"), "constraint-error", "stick.sacrum"),
    "letter case": (_set("safety.weight_loss", "Yes"), "constraint-error", "safety.weight_loss"),
    "label": (_set("pain.behaviour", "no pain"), "constraint-error", "pain.behaviour"),
    "shorthand": (_set("safety.screen", "no"), "constraint-error", "safety.screen"),
    "decimals": (_set("symptom.pain_now", "2.5"), "type-error", "symptom.pain_now"),
    "comma": (_set("screen.wall_to_neck_cm", "3,5"), "type-error", "screen.wall_to_neck_cm"),
    "too much": (_set("stick.depth_degrees", "121"), "constraint-error", "stick.depth_degrees"),
    "too little": (_set("context.age_years", "-1"), "constraint-error", "context.age_years"),
    "text for a number": (_set("stick.clean_reps", "ten"), "type-error", "stick.clean_reps"),
    "day": (_set("date", "03.11.2026"), "type-error", "date"),
    "twice": (_twice, "primary-key", None),
    "heading": (_renamed, "incorrect-label", "stick.sacrum"),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_found_where_it_is(
    knowledge: KnowledgeBase, tmp_path: Path, name: str, three_rows: tuple[list[str], list[Row]]
) -> None:
    slip, kind, column = SLIPS[name]
    headings, rows = list(three_rows[0]), [dict(row) for row in three_rows[1]]
    slip(headings, rows)
    errors = errors_in(tmp_path, table_schema(knowledge, "en"), headings, rows)
    found = {(error.type, getattr(error, "field_name", None)) for error in errors}
    assert found == {(kind, column)}


@pytest.fixture(scope="module")
def three_rows(knowledge: KnowledgeBase) -> tuple[list[str], list[Row]]:
    return table_of(knowledge, 3)
