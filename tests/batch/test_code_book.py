"""Every column and every value that can stand in the results is in the code book."""

import csv

import polars as pl

from hingeexpert.batch.code_book import HEAD, CodeBook
from hingeexpert.batch.kept import PREFIX
from hingeexpert.batch.words import COLUMNS as WORDS
from hingeexpert.inference.columns import Columns
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.translation import in_language

PLACES = ["patient.id", "date", "file", "row"]


def book(knowledge: KnowledgeBase, columns: list[str], language: str | None = None) -> list[dict]:
    lines = CodeBook(knowledge, language).text(columns).splitlines()
    return list(csv.DictReader(lines))


def test_every_value_of_every_column_has_a_meaning(knowledge: KnowledgeBase) -> None:
    compiled = Columns(knowledge)
    schema = compiled.conclude(pl.LazyFrame(schema=compiled.schema)).collect_schema()
    lines = book(knowledge, list(schema))
    assert tuple(lines[0]) == HEAD
    assert all(line["label"] for line in lines)
    for column, dtype in schema.items():
        mine = [line for line in lines if line["column"] == column]
        assert mine
        if isinstance(dtype, pl.Enum):
            assert [line["value"] for line in mine] == dtype.categories.to_list()
            assert [line["order"] for line in mine] == [str(n + 1) for n in range(len(mine))]
            assert all(line["meaning"] for line in mine)


def test_columns_without_values_are_said(knowledge: KnowledgeBase) -> None:
    columns = [*PLACES, f"{PREFIX}Site", *WORDS]
    lines = book(knowledge, columns)
    assert [line["column"] for line in lines] == columns
    assert all(line["label"] and not line["value"] for line in lines)


def test_questions_are_in_the_language(knowledge: KnowledgeBase) -> None:
    lines = book(knowledge, ["ask_next"], "es")
    spanish = in_language(knowledge, "es").observables
    assert {line["value"]: line["meaning"] for line in lines} == {
        name: item.question for name, item in spanish.items()
    }
