"""The file that says what the headings and labels of somebody's table mean.

Owns its shape and its problems. Reads no table.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError

from hingeexpert.batch.date_format import date_format_slip, formats_that_clash, read_date
from hingeexpert.batch.layout import retired_heading_slip
from hingeexpert.batch.mapping import DATE, Mapping, choices, fold, identifiers
from hingeexpert.errors import InputError, listed, nearest, shown
from hingeexpert.formats.documents import Document, Path, read_document
from hingeexpert.formats.validation import explained
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.answer_kinds import Number, not_among
from hingeexpert.knowledge.models.base import HEAD_COLUMNS, Entry

IGNORE = "ignore"
"""What stands for the identifier of a heading that is to be left out."""
BLANK = "blank"
"""What stands for the value of a label that says that nothing was answered."""

Slips = Iterator[tuple[Path, str]]
"""Places below a key of the file, and what is wrong there."""


def read_mapping(knowledge: KnowledgeBase, file: str, raw: bytes) -> Mapping:
    """Read the bytes of a mapping, YAML or JSON.

    Args:
        knowledge: The knowledge base whose identifiers and values it names.
        file: Name for messages.
        raw: The file.

    Raises:
        InputError: With every problem of the file, by line.
    """
    document = _document(file, raw)
    problems = list(document.problems)
    try:
        context = {"known": _Known(knowledge, document)}
        content = MappingFile.model_validate(document.data, context=context)
    except ValidationError as error:
        problems += explained(document, MappingFile, error.errors(include_url=False))
    if problems:
        raise InputError(sorted(problems, key=lambda problem: problem.line or 0))
    return content.mapping()


def _document(file: str, raw: bytes) -> Document:
    """Return what stands in a file, a map with keys.

    Raises:
        InputError: It is none.
    """
    document = read_document(file, raw)
    if not document.complete:
        raise InputError(document.problems)
    if not isinstance(document.data, dict):
        keys = " and ".join(MappingFile.model_fields)
        message = f"a map with {keys} is needed here; found {shown(document.data)}"
        raise InputError([*document.problems, document.problem((), message)])
    return document


@dataclass(frozen=True)
class _Known:
    """What a mapping is held against."""

    knowledge: KnowledgeBase
    document: Document

    def line(self, *path: str) -> int | None:
        """Return the line of what stands at a place of the file."""
        return self.document.lines.get(path)

    def no_identifier(self, name: Any, otherwise: str = "") -> str:
        """Say that there is no identifier of this name, and which may be meant.

        Args:
            name: What was found.
            otherwise: What to say where none is like it.
        """
        return f"there is no identifier {shown(name)}{self._nearest(name) or otherwise}"

    def _nearest(self, name: Any) -> str:
        """Return a hint: the identifier that ends in this name, or the one most like it."""
        known = identifiers(self.knowledge)
        for identifier in known:
            if isinstance(name, str) and identifier.endswith(f".{name}"):
                return f"; did you mean '{identifier}'?"
        return nearest(name, (*known, IGNORE))


def _raised(slips: Slips) -> None:
    """Raise everything that is wrong below a key at once.

    Raises:
        PydanticCustomError: Something is; `validation.explained` puts it where it belongs.
    """
    problems = list(slips)
    if problems:
        raise PydanticCustomError("condition", "mapping", {"problems": problems})


def _checked_columns(columns: Any, info: ValidationInfo) -> Any:
    assert info.context is not None
    _raised(_slips_of_columns(info.context["known"], columns or {}))
    return columns


def _checked_values(values: Any, info: ValidationInfo) -> Any:
    assert info.context is not None
    _raised(_slips_of_values(info.context["known"], values or {}))
    return values


def _checked_date_format(date_format: Any) -> Any:
    _raised(_slips_of_formats(date_format))
    return date_format


def _checked_blank(blank: Any, info: ValidationInfo) -> Any:
    assert info.context is not None
    _raised(_slips_of_blank(info.context["known"].knowledge, blank))
    return blank


class MappingFile(Entry):
    """What stands in the file; a key without anything behind it counts as left out.

    Attributes:
        columns: Heading to identifier, or to `IGNORE`.
        date_format: How dates are written; a list where they are written in several ways.
        decimal: What stands before the decimals of a number.
        blank: Words that say in any column with answers that nothing was answered.
        values: Identifier to label to value, or to `BLANK`.
    """

    columns: Annotated[dict[str, Any] | None, AfterValidator(_checked_columns)] = None
    date_format: Annotated[Any, AfterValidator(_checked_date_format)] = None
    decimal: Literal["comma", "point"] | None = None
    blank: Annotated[Any, AfterValidator(_checked_blank)] = None
    values: Annotated[dict[str, Any] | None, AfterValidator(_checked_values)] = None

    def mapping(self) -> Mapping:
        """Return what it means."""
        columns = self.columns or {}
        named = {heading: name for heading, name in columns.items() if name != IGNORE}
        return Mapping(
            named,
            frozenset(columns.keys() - named.keys()),
            dict(self._labels()),
            date_formats=tuple(_several(self.date_format)),
            blank=frozenset(map(str, _several(self.blank))),
            decimal_comma=self.decimal == "comma",
        )

    def _labels(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield each identifier with what the labels of its column mean."""
        for name, labels in (self.values or {}).items():
            yield name, {label: _value(value) for label, value in (labels or {}).items()}


def _value(value: Any) -> str:
    return "" if value == BLANK else str(value)


def _several(one_or_more: Any) -> list[Any]:
    """Return what may be written as one text or as a list of them as a list."""
    if one_or_more is None:
        return []
    return one_or_more if isinstance(one_or_more, list) else [one_or_more]


def _slips_of_formats(date_format: Any) -> Slips:
    """Yield what is wrong with the ways in which dates are written."""
    formats, is_list, sound = _several(date_format), isinstance(date_format, list), []
    for number, one in enumerate(formats):
        path: Path = (number,) if is_list else ()
        slip = date_format_slip(one) if isinstance(one, str) else None
        if not isinstance(one, str):
            yield path, f"text is needed; found {shown(one)}; put it in quotes"
        elif slip is not None:
            yield path, slip
        else:
            sound.append(one)
    clash = formats_that_clash(sound)
    if clash is not None:
        both = " and ".join(map(shown, clash))
        yield (), f"{both} read the same text as two dates; keep the one that is meant"


def _slips_of_blank(knowledge: KnowledgeBase, words: Any) -> Slips:
    """Yield what is wrong with the words that are a blank in every column: none may be an answer
    anywhere.
    """
    for number, word in enumerate(_several(words)):
        path: Path = (number,) if isinstance(words, list) else ()
        if isinstance(word, (dict, list)) or not fold(str(word or "")):
            yield path, f"a word is needed here; found {shown(word)}"
            continue
        answers = [name for name in identifiers(knowledge) if _is_answer(knowledge, name, word)]
        if answers:
            message = f"{shown(word)} is an answer to {listed(answers, 3)}"
            yield path, f"{message}; say {BLANK} for it under values, column by column"


def _is_answer(knowledge: KnowledgeBase, name: str, word: Any) -> bool:
    """Say whether a word is read as an answer of a column when nothing else is said of it."""
    text = fold(str(word))
    if name in HEAD_COLUMNS:
        return name == DATE and read_date(str(word), ()) is not None
    item = knowledge.observables.get(name)
    if item is not None and isinstance(item.answer, Number):
        return _is_number_of(item.answer, text)
    if item is not None and item.answer.is_flag:
        spellings = knowledge.tables.flag
        return text in map(fold, (*spellings.yes, *spellings.no))
    return text in map(fold, choices(knowledge, name))


def _is_number_of(answer: Number, text: str) -> bool:
    """Say whether a text is a number within the limits of an answer."""
    is_number = re.fullmatch(r"[+-]?\d+([.,]\d+)?", text) is not None
    limits = answer.limits
    return is_number and limits.least <= float(text.replace(",", ".")) <= limits.most


def _slips_of_columns(known: _Known, columns: dict[str, Any]) -> Slips:
    """Yield what is wrong with the headings and their identifiers."""
    yield from _alike(known, ("columns",), columns, "heading")
    allowed, headings = identifiers(known.knowledge), dict[str, str]()
    for heading, name in columns.items():
        if name == IGNORE:
            continue
        retired = retired_heading_slip(known.knowledge, str(name))
        if retired is not None:
            yield (heading,), retired
        elif name not in allowed:
            hint = f"; allowed: {IGNORE}, or an identifier of the blank form"
            yield (heading,), known.no_identifier(name, hint)
        elif name in headings:
            twice = f"two headings, first in line {known.line('columns', headings[name])}"
            message = f"{name} is given to {twice}; one column each"
            yield (heading,), f"{message}, set the other to {IGNORE}"
        else:
            headings[name] = heading


def _alike(known: _Known, path: tuple[str, ...], texts: dict[str, Any], what: str) -> Slips:
    """Yield what is blank, or differs from an earlier one in letter case and blanks only.

    Args:
        known: What the mapping is held against.
        path: Where they stand.
        texts: Headings or labels.
        what: A word for one of them.
    """
    seen: dict[str, str] = {}
    for text in texts:
        folded = fold(text)
        if not folded:
            yield (*path[1:], text), f"a {what} is needed here; found nothing"
        elif folded in seen:
            first = known.line(*path, seen[folded])
            message = f"differs from the {what} in line {first} in letter case and blanks only"
            yield (*path[1:], text), f"{message}; keep one"
        seen.setdefault(folded, text)


def _slips_of_values(known: _Known, values: dict[str, Any]) -> Slips:
    """Yield what is wrong with the labels of each column."""
    for name, labels in values.items():
        if name in HEAD_COLUMNS:
            yield (name,), "its text is free, so that it has no labels"
        elif retired := retired_heading_slip(known.knowledge, str(name)):
            yield (name,), retired
        elif name not in identifiers(known.knowledge):
            yield (name,), f"{known.no_identifier(name)}; identifiers stand here, not headings"
        elif isinstance(labels, dict):
            yield from _slips_of_labels(known, name, labels)
        elif labels is not None:
            yield (name,), f"a map is needed here; found {shown(labels)}"


def _slips_of_labels(known: _Known, name: str, labels: dict[str, Any]) -> Slips:
    """Yield what is wrong with the labels of one column."""
    yield from _alike(known, ("values", name), labels, "label")
    meant: dict[str, str] = {}
    for label, value in labels.items():
        slip = None if value == BLANK else _slip(known.knowledge, name, value)
        if slip is None:
            meant[label] = _value(value)
        else:
            blank = f"{BLANK} for a label that says that nothing was answered"
            yield (name, label), f"{slip}; {blank}"
    for label, message in _turned_around(choices(known.knowledge, name), meant):
        yield (name, label), message


def _slip(knowledge: KnowledgeBase, name: str, value: Any) -> str | None:
    """Say why a value may not stand in a column; `None` where it may."""
    if name in knowledge.observables:
        return knowledge.observables[name].answer.slip(value)
    allowed = choices(knowledge, name)
    return None if value in allowed else not_among(value, allowed)


def _turned_around(words: tuple[str, ...], labels: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each label that is a value itself and is given another one, while that one keeps its
    own meaning unsaid: two answers would become one.
    """
    explained_labels = {fold(label) for label in labels}
    for label, value in labels.items():
        is_turned = fold(label) in words and value and fold(label) != value
        if is_turned and value not in explained_labels:
            message = f"'{label}' is a value itself, here turned into '{value}'"
            yield label, f"{message}; say what the label '{value}' means as well"
