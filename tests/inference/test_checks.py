"""Answers that do not fit together, and the drills that a verdict opens."""

import dataclasses

import polars as pl
import pytest
from counts import examples
from hypothesis import given
from hypothesis import strategies as st
from small import SMALL
from strategies import answers

from hingeexpert.assurance.worked_cases import Outcome
from hingeexpert.forms import Assessment, read_form
from hingeexpert.forms.assessment import what_is_known
from hingeexpert.inference import Diagnosis, diagnose
from hingeexpert.inference.columns import Columns
from hingeexpert.inference.conclude import engine_for
from hingeexpert.inference.homework import cues_withheld
from hingeexpert.knowledge import KnowledgeBase, load_knowledge

SLOW = examples(quick=15, thorough=60)
NOTHING_ASKED = "form: {tag}\nsafety: {{screen: all_no}}\n"


def shown(diagnosis: Diagnosis) -> list[str]:
    return [check.id for check in diagnosis.checks]


def test_each_check_is_shown_in_a_worked_case_and_not_in_another(
    knowledge: KnowledgeBase, outcomes: list[Outcome]
) -> None:
    wanted: set[str] = set()
    unwanted: set[str] = set()
    for outcome in outcomes:
        wanted.update(outcome.case.expect.checks)
        unwanted.update(outcome.case.expect.not_checks)

    every = {check.id for check in knowledge.checks}
    assert wanted == unwanted == every


@pytest.fixture(scope="module")
def unchecked(knowledge: KnowledgeBase) -> KnowledgeBase:
    """Return the rules without checks."""
    return dataclasses.replace(knowledge, checks=())


@SLOW
@given(data=st.data())
def test_without_checks_everything_else_is_the_same(
    knowledge: KnowledgeBase, unchecked: KnowledgeBase, data: st.DataObject
) -> None:
    form = Assessment(data.draw(answers(knowledge)))

    told = {"checks", "trace"}
    before = diagnose(unchecked, form).model_dump(exclude=told)
    assert diagnose(knowledge, form).model_dump(exclude=told) == before


@SLOW
@given(data=st.data())
def test_a_check_rests_on_answers_that_suffice_for_it(
    knowledge: KnowledgeBase, data: st.DataObject
) -> None:
    for check in diagnose(knowledge, Assessment(data.draw(answers(knowledge)))).checks:
        assert check.observations
        assert check.id in shown(diagnose(knowledge, Assessment(check.observations)))


@pytest.fixture(scope="module")
def columns(knowledge: KnowledgeBase) -> Columns:
    """Return the rules as columns."""
    return Columns(knowledge)


@SLOW
@given(data=st.data())
def test_columns_and_engine_show_the_same_checks(
    knowledge: KnowledgeBase, columns: Columns, data: st.DataObject
) -> None:
    drawn = data.draw(answers(knowledge))
    row = pl.LazyFrame({name: [value] for name, value in drawn.items()} or {"other": [1]})
    typed = row.cast({name: columns.schema[name] for name in drawn})

    (found,) = columns.conclude(typed).collect()["checks"]
    assert found == (" ".join(shown(diagnose(knowledge, Assessment(drawn)))) or None)


def test_a_shorthand_on_an_older_form_is_checked_for_what_the_form_did_not_have() -> None:
    small = load_knowledge(SMALL)
    newer = small.newer_than("small/1")
    form = read_form(small, "form", NOTHING_ASKED.format(tag="small/1").encode())

    (check,) = diagnose(small, form).checks
    assert check.id == small.older_form.id
    assert check.observations == {name: "no" for name in small.observables if name in newer}


def test_the_shorthand_of_a_present_form_is_not_checked() -> None:
    small = load_knowledge(SMALL)
    form = read_form(small, "form", NOTHING_ASKED.format(tag=small.info.form).encode())

    assert diagnose(small, form).checks == []


def test_in_a_table_the_shorthand_of_an_older_form_is_checked_as_well() -> None:
    small = load_knowledge(SMALL)
    (flag,) = (name for name in small.newer_than("small/1") if name.startswith("safety."))
    rows = {
        "form": ["small/1", "small/1", small.info.form, None],
        "safety.screen": ["all_no"] * 4,
        flag: [None, "no", None, None],
    }
    columns = Columns(small)
    types = {**columns.shorthands, flag: columns.schema[flag]}
    found = columns.conclude(pl.LazyFrame(rows).cast(types)).collect()["checks"]

    assert found.to_list() == [small.older_form.id, None, None, None]


@SLOW
@given(data=st.data())
def test_a_verdict_opens_drills_unless_it_is_open_or_cues_are_withheld(
    knowledge: KnowledgeBase, data: st.DataObject
) -> None:
    drawn = data.draw(answers(knowledge))
    readiness = diagnose(knowledge, Assessment(drawn)).readiness
    facts = what_is_known(knowledge, drawn).facts
    withheld = cues_withheld(knowledge, engine_for(knowledge).infer(facts).truth)

    assert bool(readiness.drills) == (readiness.decided and not withheld)
