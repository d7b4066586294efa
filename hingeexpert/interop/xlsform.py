"""The form as an XLSForm: a workbook from which ODK and KoboToolbox make a form for phones and
browsers, which judges by itself while it is filled.

Owns the sheets and what stands in their cells: https://xlsform.org. What is asked is
`questionnaire.py`, when it is shown `gates.py`, what the form concludes `live.py`, what it says of
that `live_notes.py`.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from io import BytesIO
from typing import Any

from hingeexpert.errors import InputError, Problem
from hingeexpert.interop.asked import only_where
from hingeexpert.interop.carried import LIVE, NOT_ASSESSED
from hingeexpert.interop.gates import ALWAYS, Gates
from hingeexpert.interop.live import Calculate, live_part
from hingeexpert.interop.live_notes import Note
from hingeexpert.interop.questionnaire import (
    AnswerOption,
    FormItem,
    Part,
    Words,
    in_every_language,
    questionnaire,
    words_of,
)
from hingeexpert.interop.xpath import XPath
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.models.handout import filled

LONGEST = 1200
"""Letters of an expression that says when a question is shown; a question that would need a longer
one is shown to all.
"""
VERSIONS = 1_000_000
"""How many versions of one day are told apart. With the day that makes 14 digits, which stay exact
where a program takes them for a number.
"""
TYPES = {"text": "text", "date": "date", "integer": "integer", "number": "decimal"}
START, END = "start", "end"
"""Rows that are no part of the rules: when the form was opened and closed."""
CELL = 32_767
"""Letters that a cell of a workbook holds."""
Row = Mapping[str, str]
"""Heading to cell; a blank cell is left out."""


def xlsform(knowledge: KnowledgeBase, live: str) -> bytes:
    """Return the form of a knowledge base, as loaded, as a workbook with the sheets `survey`,
    `choices` and `settings`. The same rules give the same bytes.

    Args:
        knowledge: The knowledge base.
        live: What the form judges while it is filled: `triage`; `all`, readiness and faults too; or
            `none`.

    Raises:
        InputError: Something in the form would have the name of something else.
    """
    return workbook_of(sheets(knowledge, live))


def sheets(knowledge: KnowledgeBase, live: str) -> dict[str, list[Row]]:
    """Return the rows of each sheet.

    Arguments and errors: see `xlsform`.
    """
    writer = _Writer(knowledge, live)
    survey, choices = list(writer.survey()), list(writer.choices())
    _check(survey)
    version = _version(knowledge.info.reviewed, survey, choices)
    settings = {**writer.settings(), "version": version}
    return {"survey": survey, "choices": choices, "settings": [settings]}


class _Writer:
    """Makes the rows of one form."""

    def __init__(self, knowledge: KnowledgeBase, live: str) -> None:
        self.knowledge = knowledge
        self.form = questionnaire(knowledge)
        self.live = live_part(knowledge, live)
        self.gates = Gates(knowledge)
        self.xpath = XPath(self.form.by_identifier, {})

    @cached_property
    def languages(self) -> dict[str, str]:
        """Code of each language to how headings name it, such as `Español (es)`."""
        bases = in_every_language(self.knowledge)
        return {code: f"{base.exchange.language} ({code})" for code, base in bases.items()}

    @cached_property
    def lists(self) -> dict[tuple[tuple[str, tuple[str, ...]], ...], str]:
        """What may be picked, in code and words, to the name of the list: one for all questions
        that have the same.
        """
        picked = (_key(self._choices(item)) for item in self.form.items if item.choices)
        return {key: f"l_{number}" for number, key in enumerate(dict.fromkeys(picked), start=1)}

    def _choices(self, item: FormItem) -> tuple[AnswerOption, ...]:
        """Return what may be picked, *not assessed* last: a pressed answer cannot be taken back in
        every client.
        """
        if not item.can_be_not_assessed:
            return item.choices
        return (*item.choices, AnswerOption(NOT_ASSESSED, self.form.not_assessed))

    def survey(self) -> Iterator[Row]:
        """Yield the questions, part by part, and what the form judges."""
        yield {"type": "start", "name": START}
        yield {"type": "end", "name": END}
        for part in (self.form.head, *self.form.parts):
            yield from self._part(part)
        yield from map(_calculate, self.live.calculates)
        if self.live.notes:
            yield {"type": "begin_group", "name": LIVE, "appearance": "field-list"}
            yield from map(self._note, self.live.notes)
            yield {"type": "end_group", "name": LIVE}

    def _part(self, part: Part) -> Iterator[Row]:
        """Yield a part of the form, on one screen, so that it tells at once what follows."""
        title = self._words("label", part.title)
        yield {"type": "begin_group", "name": part.name, "appearance": "field-list", **title}
        for item in part.items:
            yield self._item(item)
            yield from map(self._note, self.live.after.get(item.identifier, ()))
        yield from map(self._note, self.live.beneath.get(part.name, ()))
        yield {"type": "end_group", "name": part.name}

    def _item(self, item: FormItem) -> Row:
        """Return a question."""
        shown = self.xpath.of(self.gates.shown(item.identifier))
        is_gated = self.gates.shown(item.identifier) != ALWAYS
        is_long = len(shown) > LONGEST
        hint = self._hint(item, is_gated and is_long)
        return {
            "type": self._type(item),
            "name": item.variable,
            **self._words("label", item.label),
            **self._words("hint", hint),
            **({"relevant": shown} if is_gated and not is_long else {}),
            **self._constraint(item),
        }

    def _type(self, item: FormItem) -> str:
        if item.kind != "choice":
            return TYPES[item.kind]
        return f"select_one {self.lists[_key(self._choices(item))]}"

    def _hint(self, item: FormItem, is_shown_to_all: bool) -> Words:
        """Return how to look or ask; beside the shorthand what it rules out; and when a question is
        needed that is shown to all.
        """
        added: Words = dict.fromkeys(self.languages, "")
        if item.is_shorthand:
            added = words_of(self.knowledge, lambda base: base.exchange.beside_shorthand)
        elif is_shown_to_all:
            added = only_where(self.knowledge, item.identifier)
        return {code: f"{hint} {added[code]}".strip() for code, hint in item.hint.items()}

    def _constraint(self, item: FormItem) -> Row:
        """Return which numbers are allowed, and what is said of any other."""
        if item.limits is None:
            return {}
        least, most = item.ends
        message = {
            code: filled(words, least=least, most=most) for code, words in self.form.from_to.items()
        }
        return {
            "constraint": f". >= {least} and . <= {most}",
            **self._words("constraint_message", message),
        }

    def _note(self, note: Note) -> Row:
        words = self._words("label", note.words)
        return {"type": "note", "name": note.name, "relevant": note.relevant, **words}

    def _words(self, heading: str, words: Words) -> Row:
        """Return a text in every language, each under its own heading."""
        return {f"{heading}::{self.languages[code]}": text for code, text in words.items() if text}

    def choices(self) -> Iterator[Row]:
        """Yield every answer of every list."""
        for key, name in self.lists.items():
            for code, labels in key:
                words = dict(zip(self.form.languages, labels, strict=True))
                yield {"list_name": name, "name": code, **self._words("label", words)}

    def settings(self) -> Row:
        """Return what the form as a whole is, without its version."""
        head = {item.identifier: item.variable for item in self.form.head.items}
        return {
            "form_title": self.form.title,
            "form_id": self.form.id,
            "default_language": next(iter(self.languages.values())),
            "instance_name": f"concat(${{{head['patient.id']}}}, ' ', ${{{head['date']}}})",
        }


def _version(reviewed: str, *sheets: Iterable[Row]) -> str:
    """Return the version of a form: the day on which its rules were reviewed, then digits from the
    hash of what it asks and judges, which holds that of the rules. A server refuses a form whose
    version it has, so forms that differ need versions that differ.
    """
    digest = sha256(json.dumps(sheets, sort_keys=True).encode()).digest()
    return f"{reviewed.replace('-', '')}{int.from_bytes(digest) % VERSIONS:06}"


def _key(choices: Iterable[AnswerOption]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((choice.code, tuple(choice.label.values())) for choice in choices)


def _calculate(field: Calculate) -> Row:
    return {"type": "calculate", "name": field.name, "calculation": field.expression}


def _check(survey: Iterable[Row]) -> None:
    """Stop where two rows have one name, so that an expression could mean either, or a cell does
    not hold what would stand in it.

    Raises:
        InputError: Naming all of them.
    """
    rows = [row for row in survey if row["type"] != "end_group"]
    times = Counter(row["name"] for row in rows)
    twice = sorted(name for name, count in times.items() if count > 1)
    messages = [f"an XLSForm has one name for each row; {name} stands twice" for name in twice]
    messages += [
        f"a cell of a workbook holds {CELL} letters; {row['name']} needs more"
        for row in rows
        if max(map(len, row.values())) > CELL
    ]
    if messages:
        raise InputError([Problem("rules", None, "", message) for message in messages])


def workbook_of(rows: Mapping[str, list[Row]]) -> bytes:
    """Return sheets as a workbook."""
    import xlsxwriter  # costs a start 60 ms, and few runs write a workbook

    file = BytesIO()
    looks = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, looks) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # or the clock would be in the bytes
        for name, written in rows.items():
            _fill(book.add_worksheet(name), written)
    return file.getvalue()


def _fill(sheet: Any, rows: list[Row]) -> None:
    """Write rows beneath their headings, which stand in the order in which they first come."""
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    sheet.write_row(0, 0, headings)
    for number, row in enumerate(rows, start=1):
        for heading, cell in row.items():
            sheet.write_string(number, headings.index(heading), cell)
