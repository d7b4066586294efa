"""One form as a row of a table: its groups become columns, named by the keys on the way to them.

Owns what can be wrong with the text of one form. What an identifier may be is not known here.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hingeexpert.errors import InputError
from hingeexpert.formats.documents import MOST_BYTES, MOST_DEPTH, Document, read_document
from hingeexpert.formats.pdf_fields import PDF_START, read_fields
from hingeexpert.formats.tables.defects import CODES, Defect, Flaw, RejectedRow, cut
from hingeexpert.formats.tables.other_forms import OtherForms
from hingeexpert.formats.tables.splitting import is_text, text_of
from hingeexpert.formats.tables.table import SPACES, FlawedRow

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BETWEEN_FORMS = re.compile(r"[\s,\[\]]*")
"""What stands before, between and behind the forms of a list."""
_SHOWN_OF_REST = 1000
"""Characters of a text that is no form."""
MOST_KEYS = 1000
"""Most keys of a form that are read; a form has a tenth of them."""
MOST_FORMS = 256 << 20
"""Bytes of the longest list of forms that is read."""
MOST_OF_OTHERS = 64 << 20
"""Bytes of the largest file that holds forms of another system as one whole; in memory it is ten
times as large.
"""
_OF_A_SYSTEM, _LIST = "_", "[…]"
"""How a key begins that is no question but what a system says of a form, such as its attachments;
and what stands for a list in it.
"""
_TOO_DEEP = f"; groups stand in one another, more than {MOST_DEPTH} deep"


@dataclass
class FormRow:
    """One form on its way into a chunk."""

    file: str
    line: int | None
    raw: str
    cells: dict[str, str | None] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)
    notes: Sequence[str] = ()

    def add(self, code: str, column: str = "", value: str = "", more: str = "") -> None:
        """Add something that is wrong with the form."""
        cell = _without_half_characters(column), _without_half_characters(value)
        self.flaws.append(Flaw(*cell, code, f"{CODES[code]}{more}"))

    def place(self, column: str, value: str | None) -> None:
        """Put a value into its column."""
        if len(self.cells) == MOST_KEYS and column not in self.cells:
            self._refuse_more()
        elif _has_half_a_character(column) or _has_half_a_character(value or ""):
            self.add("bad_encoding", more="; half of a character stands in it")
        elif column in self.cells:
            self.add("repeated_key", column, value or "", "; each may stand once")
        else:
            self.cells[column] = value

    def place_all(self, cells: Mapping[str, str]) -> None:
        """Put values into columns of a form that has none so far."""
        if len(cells) <= MOST_KEYS and not _has_half_a_character(
            "".join([*cells, *cells.values()])
        ):
            self.cells = dict(cells)
            return
        for column, value in cells.items():
            self.place(column, value)

    def _refuse_more(self) -> None:
        """Say once that there are too many keys."""
        if not self.flaws or self.flaws[-1].code != "many_keys":
            self.add("many_keys", more=f": more than {MOST_KEYS}")

    def flawed(self, number: int) -> FlawedRow:
        """Return the form as far as it can be read, with the number of its row."""
        return FlawedRow.of(number, self.cells.items(), self.flaws, self.file)

    def defects(self, number: int, patient: str) -> Iterator[Defect]:
        """Yield what is wrong with the form.

        Args:
            number: Of its row, from 1.
            patient: Column that says whose form it is.
        """
        whose = cut((self.cells.get(patient) or "").strip())
        return RejectedRow(self.file, self.line, number, whose, self.raw).defects(self.flaws)


def forms_of_line(
    file: str, line: bytes, number: int, others: OtherForms | None, *, whole: bool
) -> Iterator[FormRow]:
    """Read a line of JSON: one form, or several of another system.

    Args:
        file: Name of the file.
        line: Without its line break.
        number: Of the line, from 1.
        others: Reads the forms of other systems.
        whole: Whether a line break ends it; the last line of a file that broke off has none.
    """
    row = FormRow(file, number, text_of(line))
    if not is_text(line):
        row.add("bad_encoding", more="; save the file as UTF-8 text")
    elif others is not None and row.raw.endswith("}") and others.are_in(row.raw):
        yield from _of_others(file, number, row.raw, others)
        return
    else:
        _take_line(row, whole)
    yield row


def _take_line(row: FormRow, whole: bool) -> None:
    """Put the form of a line into its row."""
    try:
        form = _JSON.decode(row.raw)
    except (json.JSONDecodeError, RecursionError):
        row.add("bad_json" if whole else "truncated")
    else:
        _take_json(row, form)


def _of_others(
    file: str, line: int | None, text: str | bytes, others: OtherForms
) -> Iterator[FormRow]:
    """Yield the forms of another system that stand in a text."""
    for form in others.read(text):
        row = FormRow(file, line, form.raw, notes=form.notes)
        row.flaws += [Flaw(place, "", "bad_answer", message) for place, message in form.slips]
        row.place_all(form.cells)
        yield row


def forms_of_json(file: str, text: str, others: OtherForms | None = None) -> Iterator[FormRow]:
    """Read the forms of a text that is a list of JSON objects, or some of them one behind another.

    Behind one that is no JSON nothing can be read.

    Args:
        file: Name of the file.
        text: The whole of it.
        others: Reads the forms of other systems.
    """
    place = _behind(text, 0)
    line = 1 + text.count("\n", 0, place)
    while place < len(text):
        try:
            form, end = _JSON.raw_decode(text, place)
        except (json.JSONDecodeError, RecursionError):
            row = FormRow(file, line, text[place : place + _SHOWN_OF_REST])
            row.add("bad_json", more="; nothing behind this place could be read")
            yield row
            return
        row = FormRow(file, line, text[place:end])
        if others is not None and others.are_in(row.raw):
            yield from _of_others(file, line, row.raw, others)
        else:
            _take_json(row, form)
            yield row
        following = _behind(text, end)
        line += text.count("\n", place, following)
        place = following


def _behind(text: str, place: int) -> int:
    """Return where the next form begins."""
    between = _BETWEEN_FORMS.match(text, place)
    return place if between is None else between.end()


def _take_json(row: FormRow, form: Any) -> None:
    """Put a form as JSON holds it into its row."""
    if isinstance(form, _Pairs):
        _flatten_pairs(row, form.pairs, "", MOST_DEPTH)
    else:
        row.add("bad_json")


def forms_of_file(path: Path, others: OtherForms | None = None) -> Iterator[FormRow]:
    """Read the form of a file, or all those of another system."""
    name = _without_half_characters(path.name)
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
            is_other = others is not None and others.are_in(raw)
            raw += file.read(MOST_OF_OTHERS) if is_other else b""
    except OSError as error:
        row = FormRow(name, None, "")
        row.add("bad_document", more=f": {error.strerror}")
        yield row
        return
    if len(raw) > MOST_OF_OTHERS:
        row = FormRow(name, 1, "")
        most = f"{MOST_OF_OTHERS >> 20} MB are read; write each form on a line (.ndjson)"
        row.add("bad_document", more=f": of one whole at most {most}")
        yield row
    elif is_other and others is not None:
        yield from _of_others(name, 1, raw, others)
    else:
        yield _form_of_pdf(name, raw) if raw.startswith(PDF_START) else _form_of_text(name, raw)


def _form_of_text(file: str, raw: bytes) -> FormRow:
    """Read a single form; with problems its line is that of the last."""
    document = read_document(file, raw)
    row = FormRow(file, 1, text_of(raw.removeprefix(BYTE_ORDER_MARK)))
    if isinstance(document.data, dict):
        _flatten_document(row, document, document.data, ())
    elif not document.problems:
        row.add("bad_document", more=": groups with answers are needed")
    for problem in document.problems:
        row.line = problem.line or 1
        row.flaws.append(Flaw(problem.path, "", "bad_document", problem.message))
    return row


def _form_of_pdf(file: str, raw: bytes) -> FormRow:
    """Read a form that was filled in as a PDF; its raw text is what stands in its fields."""
    row = FormRow(file, 1, "")
    try:
        fields = read_fields(file, raw)
    except InputError as error:
        row.flaws += [Flaw(item.path, "", "bad_document", item.message) for item in error.problems]
        return row
    if fields.get("form") is None:
        row.add("bad_document", more=": no field says that it is a form to fill in")
    row.raw = "\n".join(f"{name}: {value}" for name, value in fields.items() if value is not None)
    for name, value in fields.items():
        if isinstance(value, list):
            row.add("nested_list", name)
        elif value is not None:
            row.place(name, value)
    return row


class _Pairs:
    """A JSON object with its keys as they stand, also those that stand twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        self.pairs = pairs


def _has_half_a_character(text: str) -> bool:
    """Return whether half of a surrogate pair stands alone in a text; JSON can write one."""
    return not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text)


def _without_half_characters(text: str) -> str:
    """Return a text as it can be written, each half of a character a question mark."""
    return text.encode(errors="replace").decode()


def _number(text: str) -> str:
    """Write a number as it stands, a whole one without its decimal part."""
    whole, _, decimals = text.partition(".")
    return whole if decimals and not decimals.strip("0") else text


# Numbers as they are written, and objects with their keys as they stand.
_JSON = json.JSONDecoder(
    object_pairs_hook=_Pairs, parse_int=str, parse_float=_number, parse_constant=str
)


def _flatten_pairs(row: FormRow, pairs: list[tuple[str, Any]], prefix: str, deep: int) -> None:
    """Put the values of a JSON object into columns named by the keys on the way to them, in at most
    so many groups that stand in one another.
    """
    for key, value in pairs:
        column = prefix + key.strip(SPACES)
        if isinstance(value, _Pairs) and not deep:
            row.add("nested_list", more=_TOO_DEEP)
        elif isinstance(value, _Pairs):
            _flatten_pairs(row, value.pairs, f"{column}.", deep - 1)
        elif isinstance(value, list) and key.startswith(_OF_A_SYSTEM):
            row.place(column, _LIST)
        elif isinstance(value, list):
            row.add("nested_list", column)
        elif isinstance(value, bool):
            row.place(column, str(value).lower())
        else:
            row.place(column, value)


def _flatten_document(
    row: FormRow, document: Document, data: dict[str, Any], path: tuple[str | int, ...]
) -> None:
    """Put the values of a form into columns named by the keys on the way to them."""
    for key, value in data.items():
        here = (*path, key)
        column = ".".join(str(part).strip(SPACES) for part in here)
        match value:
            case dict():
                _flatten_document(row, document, value, here)
            case list():
                row.add("nested_list", column)
            case bool():
                row.place(column, str(value).lower())
            case float():
                row.place(column, _number(document.texts.get(here, str(value))))
            case None:
                row.place(column, None)
            case _:
                row.place(column, str(value))
