"""Words for many rows at once are those that `diagnose` has for one person."""

import itertools

import polars as pl
import pytest
from counts import count
from evaluators import case_answers, random_forms

from hingeexpert.batch.words import COLUMNS, Words
from hingeexpert.forms import Assessment
from hingeexpert.inference import diagnose
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.translation import in_language


@pytest.fixture(scope="module")
def columns(knowledge: KnowledgeBase) -> Columns:
    return Columns(knowledge)


def said(columns: Columns, forms: list[dict[str, object]], language: str) -> pl.DataFrame:
    table = pl.DataFrame(
        {
            name: pl.Series([form.get(name) for form in forms], strict=False).cast(dtype)
            for name, dtype in columns.schema.items()
        }
    )
    results = columns.conclude(table.lazy()).collect()
    return pl.DataFrame(Words(columns, language).of(table, results))


@pytest.mark.parametrize("language", ["en", "es"])
def test_words_are_those_of_single_forms(columns: Columns, language: str) -> None:
    knowledge = in_language(columns.knowledge, language)
    drawn = random_forms(columns.knowledge, 17, case_answers(columns.knowledge))
    coached = case_answers(columns.knowledge, "continue_pattern", "regress_pattern")
    some = count(quick=40, thorough=200)
    forms = [
        {name: form[name] for name in columns.schema if name in form}
        for form in (*itertools.islice(drawn, some), *coached[:some])
    ]
    table = said(columns, forms, language)
    assert table.columns == list(COLUMNS)
    focused = 0
    for form, row in zip(forms, table.iter_rows(named=True), strict=True):
        single = diagnose(knowledge, Assessment(form))
        focus = single.focus
        fault = None if focus is None else knowledge.faults[focus.fault].title
        assert row["words.focus"] == fault
        if focus is None or not single.readiness.decided:
            assert row["words.cue"] is row["words.drill"] is None
        else:
            focused += 1
            brief = knowledge.drills[focus.drill].brief
            assert row["words.cue"] == focus.cue
            assert brief is not None
            assert row["words.drill"] == brief.name
        if single.triage.decided:
            titles = {level.id: level.title for level in knowledge.triage}
            assert row["words.triage"] == titles[single.triage.verdict]
        else:
            assert row["words.triage"].startswith("Open. ")
    assert focused > len(forms) // 3


def test_no_step_is_named_while_readiness_is_open(columns: Columns) -> None:
    """It could be read as a permission."""
    form = {"safety.screen": "all_no", "pain.during_drill": 2, "stick.done": "yes"}
    answers = {name: form[name] for name in columns.schema if name in form}
    row = said(columns, [answers], "en").row(0, named=True)
    ready = [level for level in columns.knowledge.readiness if level.rules_limit]

    assert diagnose(columns.knowledge, Assessment(answers)).readiness.at_least == ready[0].id
    assert row["words.readiness"].startswith("Open. Not ruled out: ")
    for level in ready:
        assert level.title not in row["words.readiness"]
        for rule in level.rules:
            assert rule.because not in (row["words.reasons"] or "")


def test_a_level_that_opens_something_is_a_bound_from_above(columns: Columns) -> None:
    form = {
        "stick.done": "yes",
        "stick.sacrum": "lost",
        "stick.head": "kept",
        "stick.midback": "kept",
    }
    row = said(columns, [form], "en").row(0, named=True)
    level = columns.knowledge.level("readiness", "continue_pattern")

    assert not level.withholds_cues
    assert row["words.readiness"].endswith(f"In any case not beyond: {level.title}")
    assert "At least" not in row["words.readiness"]


def test_reasons_are_in_the_words_of_the_rules(columns: Columns) -> None:
    row = said(columns, [{"safety.saddle_numbness": "yes"}], "en").row(0, named=True)
    emergency = next(level for level in columns.knowledge.triage if level.id == "emergency")
    rule = next(rule for rule in emergency.rules if rule.id == "cauda_equina_new")
    assert row["words.triage"] == emergency.title
    assert row["words.reasons"].startswith(f"{rule.because} {rule.act}")


def test_in_another_language_the_person_is_told(columns: Columns) -> None:
    row = said(columns, [{"safety.saddle_numbness": "yes"}], "es").row(0, named=True)
    spanish = in_language(columns.knowledge, "es")
    rules = next(level for level in spanish.triage if level.id == "emergency").rules
    told = next(rule.patient for rule in rules if rule.id == "cauda_equina_new")
    assert told is not None
    assert row["words.reasons"].startswith(told)
