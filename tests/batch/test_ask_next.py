"""What a table says to ask next is what a single form says."""

import itertools
from collections import Counter

import polars as pl
from counts import count, thorough
from evaluators import case_answers, random_forms

from hingeexpert.batch.ask_next import ask_next_of_rows, left_open
from hingeexpert.forms.assessment import Assessment, what_is_known
from hingeexpert.inference import ask_next, diagnose
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge import KnowledgeBase


@thorough
def test_the_same_questions_in_the_same_order(knowledge: KnowledgeBase) -> None:
    columns, cases = Columns(knowledge), case_answers(knowledge)
    forms = [
        {},
        *cases[:30],
        *itertools.islice(random_forms(knowledge, 3, cases), count(quick=60, thorough=230)),
    ]
    table = pl.DataFrame(
        {
            name: pl.Series([form.get(name) for form in forms], dtype=type_)
            for name, type_ in columns.schema.items()
        }
    )

    asked = ask_next_of_rows(columns, table)

    assert asked == [
        " ".join(
            question.observable for question in ask_next(knowledge, what_is_known(knowledge, form))
        )
        for form in forms
    ]
    assert "" in asked


def test_no_rows(knowledge: KnowledgeBase) -> None:
    columns = Columns(knowledge)

    assert ask_next_of_rows(columns, pl.DataFrame(schema=columns.schema)) == []


def test_blanks_that_leave_forms_open_are_those_that_may_change_a_ladder(
    knowledge: KnowledgeBase,
) -> None:
    """Counted as a single form asks them; where one is the only one, its answer decides."""
    columns, cases = Columns(knowledge), case_answers(knowledge)
    forms = [*cases[:40], *itertools.islice(random_forms(knowledge, 5, cases), 40)]
    table = pl.DataFrame(
        {
            name: pl.Series([form.get(name) for form in forms], dtype=type_)
            for name, type_ in columns.schema.items()
        }
    )
    open_, only = Counter[str](), Counter[str]()
    for form in forms:
        asked = [
            question.observable
            for question in diagnose(knowledge, Assessment(dict(form))).ask_next
            if set(question.could_change) & set(knowledge.ladders)
        ]
        open_.update(asked)
        only.update(asked if len(asked) == 1 else [])

    assert left_open(columns, table) == (open_, only)
    assert only
