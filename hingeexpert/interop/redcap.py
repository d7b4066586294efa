"""The form as the data dictionary of a REDCap project: an instrument for each part, a field for
each question, and when it is shown.

Nothing is required and nothing is prefilled: a field that stays blank is unknown. A question is
shown once it is certain that it is asked; where that takes more logic than anybody could read, it
is always shown, and its note says when it is asked.
"""

from collections.abc import Iterator, Mapping

from hingeexpert.formats.csv_cells import FORMULA, csv_line
from hingeexpert.forms.assessment import as_text
from hingeexpert.interop.asked import only_where
from hingeexpert.interop.codebook import limits_in_words
from hingeexpert.interop.gates import (
    ALWAYS,
    Compared,
    Counted,
    Empty,
    Every,
    Gates,
    Named,
    Picked,
    Some,
    Term,
)
from hingeexpert.interop.questionnaire import HEAD, FormItem, Part, Questionnaire, questionnaire
from hingeexpert.knowledge import KnowledgeBase, in_language

HEADINGS = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
"""Of a data dictionary, as REDCap writes and reads them."""
RECORD = "record_id"
"""The first field, by which REDCap numbers its records."""
ANNOTATION = "@HINGE="
"""What stands before the identifier in the annotation of a field. REDCap keeps it, and does nothing
with it.
"""
NAMING_A_PERSON = ("patient.id", "patient.name", "date")
"""What REDCap leaves out of an export without identifiers."""
VALIDATION = {"integer": "integer", "number": "number", "date": "date_ymd"}
LONGEST_LOGIC = 4_000
"""Characters of the logic of one field."""

Field = dict[str, str]
"""Heading to cell; blank cells are left out."""


def redcap_dictionary(knowledge: KnowledgeBase, language: str) -> str:
    """Return the data dictionary as CSV with the 18 columns of REDCap.

    Args:
        knowledge: The knowledge base, as loaded.
        language: Code of the language of questions and answers.
    """
    lines = [csv_line(HEADINGS, "\n")]
    for field in _Dictionary(knowledge, language).fields():
        lines.append(csv_line((field.get(heading) for heading in HEADINGS), "\n"))
    return "".join(lines)


class _Dictionary:
    """Makes the fields in one language."""

    def __init__(self, knowledge: KnowledgeBase, language: str) -> None:
        self._knowledge = knowledge
        self._language = language
        self._form: Questionnaire = questionnaire(knowledge)
        self._gates = Gates(knowledge)

    def fields(self) -> Iterator[Field]:
        """Yield every field, that of the record first."""
        words = in_language(self._knowledge, self._language).exchange
        yield {
            "Variable / Field Name": RECORD,
            "Form Name": HEAD,
            "Field Type": "text",
            "Field Label": _text(words.record_number),
        }
        for part in (self._form.head, *self._form.parts):
            yield from self._part(part)

    def _part(self, part: Part) -> Iterator[Field]:
        """Yield the fields of a part; its title stands above the first."""
        heading = {"Section Header": _text(part.title[self._language])}
        for item in part.items:
            yield self._field(part.name, item) | heading
            heading = {}

    def _field(self, instrument: str, item: FormItem) -> Field:
        logic = branching_logic(self._gates.shown(item.identifier), self._knowledge.variables)
        is_long = len(logic) > LONGEST_LOGIC
        least, most = item.ends
        return {
            "Variable / Field Name": item.variable,
            "Form Name": instrument,
            "Field Type": "radio" if item.choices else "text",
            "Field Label": _text(item.label[self._language]),
            "Choices, Calculations, OR Slider Labels": self._choices(item),
            "Field Note": _text(" ".join(self._notes(item, is_long=is_long))),
            "Text Validation Type OR Show Slider Number": VALIDATION.get(item.kind, ""),
            "Text Validation Min": least,
            "Text Validation Max": most,
            "Identifier?": "y" if item.identifier in NAMING_A_PERSON else "",
            "Branching Logic (Show field only if...)": "" if is_long else logic,
            "Field Annotation": f"{ANNOTATION}{item.identifier}",
        }

    def _choices(self, item: FormItem) -> str:
        """Return the codes with their words; REDCap parts them at each bar."""
        words = ((one.code, _text(one.label[self._language])) for one in item.choices)
        return " | ".join(f"{code}, {label.replace('|', '&#124;')}" for code, label in words)

    def _notes(self, item: FormItem, *, is_long: bool) -> Iterator[str]:
        """Yield the sentences below a field."""
        if hint := item.hint[self._language]:
            yield hint
        if item.limits is not None:
            yield limits_in_words(self._form, item, self._language)
        if is_long:
            yield only_where(self._knowledge, item.identifier)[self._language]


def branching_logic(term: Term, variables: Mapping[str, str]) -> str:
    """Write a term in the language of REDCap's branching logic; what always holds is empty.

    A blank answer is smaller than any number to some versions of REDCap, and not to others: a
    number is compared only where there is one.

    Args:
        term: When a field is shown.
        variables: Identifier to the name of its field.

    Raises:
        ValueError: A named condition stands in it.
    """
    return "" if term == ALWAYS else _logic(term, variables)


def _logic(term: Term, variables: Mapping[str, str]) -> str:
    """Return a term, without brackets around the whole."""
    match term:
        case Picked(identifier, code):
            return f"[{variables[identifier]}] = '{code}'"
        case Empty(identifier):
            return f"[{variables[identifier]}] = ''"
        case Compared(identifier, operator, number):
            field = f"[{variables[identifier]}]"
            return f"{field} <> '' and {field} {operator} {as_text(number)}"
        case Every(parts):
            return " and ".join(_part(part, variables) for part in parts) or "1 = 1"
        case Some(parts):
            return " or ".join(_part(part, variables) for part in parts) or "1 = 0"
        case Counted(least, parts):
            ones = " + ".join(f"if({_logic(part, variables)}, 1, 0)" for part in parts)
            return f"({ones}) >= {least}"
        case Named(name):
            raise ValueError(name)


def _part(term: Term, variables: Mapping[str, str]) -> str:
    """Return a term as a part of another."""
    text = _logic(term, variables)
    return text if isinstance(term, Picked | Empty) else f"({text})"


def _text(text: str) -> str:
    """Return a text as REDCap shows it: it takes what stands after `<` for HTML. None begins like a
    formula, since dictionaries are edited in spreadsheets; a blank is not shown.
    """
    shown = text.replace("<", "&lt;")
    return f" {shown}" if shown.startswith(FORMULA) else shown
