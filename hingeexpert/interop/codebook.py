"""The columns of a table of forms, described: as a table for people and statistics programs, and as
a Table Schema (Frictionless) by which a program checks such a table.
"""

import json
from collections.abc import Iterator
from typing import Any

from hingeexpert.formats.csv_cells import harmless_line
from hingeexpert.interop.asked import asked_when
from hingeexpert.interop.questionnaire import FormItem, Part, Questionnaire, questionnaire
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.handout import filled

COLUMNS = (
    *("variable", "identifier", "part", "type", "question", "answers"),
    *("least", "most", "unit", "ucum", "default", "asked_when"),
)
KEY = ("patient.id", "date")
"""What no two rows of a table have in common."""
SCHEMA_TYPES = {
    "choice": "string",
    "integer": "integer",
    "number": "number",
    "text": "string",
    "date": "date",
}


def codebook(knowledge: KnowledgeBase, language: str) -> str:
    """Return a line of CSV for each column of a table of forms.

    Args:
        knowledge: The knowledge base, as loaded.
        language: Code of the language of questions and answers. Units and conditions are in that of
            the rules.
    """
    lines = [harmless_line(COLUMNS)]
    form = questionnaire(knowledge)
    for part in (form.head, *form.parts):
        lines += [harmless_line(_line(knowledge, part, item, language)) for item in part.items]
    return "".join(lines)


def _line(knowledge: KnowledgeBase, part: Part, item: FormItem, language: str) -> Iterator[str]:
    """Yield the cells of a column."""
    observable = knowledge.observables.get(item.identifier)
    answers = (f"{one.code} = {one.label[language]}" for one in item.choices)
    yield item.variable
    yield item.identifier
    yield part.title[language]
    yield "flag" if item.is_flag else item.kind
    yield item.label[language]
    yield "; ".join(answers)
    yield from _limits(item)
    yield "" if observable is None else observable.default or ""
    yield asked_when(knowledge, item.identifier)


def _limits(item: FormItem) -> tuple[str, str, str, str]:
    """Return least, most and unit of a number, the unit in words and for programs."""
    limits = item.limits
    if limits is None:
        return "", "", "", ""
    return *item.ends, limits.unit, limits.ucum or ""


def table_schema(knowledge: KnowledgeBase, language: str) -> str:
    """Return the Table Schema of a table of forms as JSON, its fields in the order of the form.

    Args:
        knowledge: The knowledge base, as loaded.
        language: Code of the language of titles and descriptions.
    """
    form = questionnaire(knowledge)
    schema = {
        "fields": [_field(form, item, language) for item in form.items],
        "missingValues": [""],
        "primaryKey": list(KEY),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _field(form: Questionnaire, item: FormItem, language: str) -> dict[str, Any]:
    """Return what may stand in a column; entries without content are left out."""
    numbers = limits_in_words(form, item, language) if item.limits else ""
    field = {
        "name": item.identifier,
        "type": SCHEMA_TYPES[item.kind],
        "title": item.label[language],
        "description": " ".join(filter(None, (item.hint[language], numbers))),
        "constraints": _constraints(item),
        "categories": [{"value": one.code, "label": one.label[language]} for one in item.choices],
    }
    return {key: value for key, value in field.items() if value}


def _constraints(item: FormItem) -> dict[str, Any]:
    if item.limits is not None:
        return {"minimum": item.limits.least, "maximum": item.limits.most}
    return {"enum": list(item.codes)} if item.choices else {}


def limits_in_words(form: Questionnaire, item: FormItem, language: str) -> str:
    """Return which numbers are allowed, as a sentence with the unit: in words in the language of
    the rules, in any other as its code where it has one.

    Args:
        form: The form that the item is of.
        item: One that asks for a number.
        language: Code of a language of the form.
    """
    assert item.limits is not None
    limits, code = item.limits, item.limits.ucum or ""
    unit = limits.unit if language == form.languages[0] else code.partition("{")[0]
    least, most = item.ends
    sentence = filled(form.from_to[language], least=least, most=most)
    return f"{sentence.rstrip('.')} ({unit})." if unit else sentence
