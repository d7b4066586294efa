"""The text of a cell: what a value is written as, and what was meant by what somebody typed.

What a keyboard or a spreadsheet does by itself is folded: curly quotation marks, blanks that do not
break, line breaks, `TRUE` for yes, a decimal comma. What cannot be undone is refused in words.
"""

import re
import unicodedata
from typing import Any

from hingeexpert.assurance.authoring.workbook.cell_kinds import SheetCellKind
from hingeexpert.errors import clean, listed, nearest
from hingeexpert.knowledge.condition_lines import LineError, condition_of, line_of
from hingeexpert.knowledge.vocabulary import Vocabulary

QUOTES = {"\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u201c": '"', "\u201d": '"',
          "\u201e": '"', "\u201f": '"', "\u2032": "'", "\u2033": '"'}  # fmt: skip
"""Quotation marks that a spreadsheet puts in place of those of the keyboard."""
UNSEEN = dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f", "")
"""Characters of no width, which come along where a text is copied."""
TRUTHS = {"true": "yes", "false": "no"}
"""What a spreadsheet makes of yes and no."""
_NEVER = ("Cc", "Cf", "Cs", "Co", "Cn")
"""Categories of characters that no text has: control characters, halves, what is not assigned."""
_BREAKS = re.compile(r"_x000D_|\s+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_COMMA = re.compile(r"(-?\d+),(\d+)")
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2},\d{3}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2}(\.\d+)?)?|\d{2}:\d{2}:\d{2}")
_ERROR = re.compile(r"#(REF|NAME|VALUE|DIV/0|N/A|NUM|NULL|SPILL|CALC)[!?]?", re.IGNORECASE)


class CellError(Exception):
    """What stands in a cell cannot be taken.

    Attributes:
        messages: What was found and what is allowed.
    """

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


def text_of(kind: SheetCellKind, value: Any) -> str:
    """Write what stands in the rules as the text of a cell; nothing is a blank cell."""
    if value is None:
        return ""
    match kind.kind:
        case "condition":
            return line_of(value)
        case "names":
            return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return str(value)


def folded(text: str, was: str) -> str:
    """Return a text without what a keyboard or spreadsheet did by itself.

    Args:
        text: What stands in the cell.
        was: What stood in it; a character that was there is meant.
    """
    text = _BREAKS.sub(" ", unicodedata.normalize("NFC", text)).strip()
    table = {**UNSEEN, **QUOTES}
    return "".join(c if c in was else table.get(c, c) for c in text).strip()


def value_of(kind: SheetCellKind, text: str, vocabulary: Vocabulary) -> Any:
    """Read a cell.

    Args:
        kind: What may stand in it.
        text: What stands in it, folded; blank is nothing.
        vocabulary: The names that a condition may use.

    Returns:
        The value as a file has it; `None` for a blank cell.

    Raises:
        CellError: It is no such value, or may not be blank.
    """
    if not text:
        if kind.needed:
            raise CellError("the cell is blank; it must not be")
        return None
    _check_whole(text)
    match kind.kind:
        case "condition":
            return _condition(text, vocabulary)
        case "number":
            return _number(text)
        case "word":
            return _word(text, kind.words)
        case "names":
            return _names(text)
    return text


def _check_whole(text: str) -> None:
    """Refuse what a spreadsheet made of a text and cannot be undone."""
    if _ERROR.match(text):
        raise CellError(f'"{clean(text)}" is an error of the spreadsheet; type the value again')
    if _DATE.fullmatch(text):
        raise CellError(f'the spreadsheet made a date or a time of it, "{text}"; type it as text')
    if text.startswith("="):
        raise CellError(f'"{clean(text)}" is a formula; type the value itself')
    for character in text:
        if unicodedata.category(character) in _NEVER or character == "\N{REPLACEMENT CHARACTER}":
            code = f"U+{ord(character):04X}"
            raise CellError(f"a character stands in it that cannot be seen or was lost, {code}")


def _condition(text: str, vocabulary: Vocabulary) -> Any:
    try:
        return condition_of(text, vocabulary)
    except LineError as error:
        raise CellError(*error.messages) from None


def _number(text: str) -> int | float:
    typed = text.replace("\u2212", "-")
    if _THOUSANDS.fullmatch(typed):
        raise CellError(f'"{text}" could be a thousand or a decimal; write it without the comma')
    typed = _COMMA.sub(r"\1.\2", typed) if _COMMA.fullmatch(typed) else typed
    if not _NUMBER.fullmatch(typed):
        raise CellError(f'"{clean(text)}" is no number; allowed: digits, such as 5 or 0.5')
    return float(typed) if "." in typed else int(typed)


def _word(text: str, words: tuple[str, ...]) -> str:
    typed = text.lower().replace(" ", "_").replace("-", "_")
    if typed not in words and TRUTHS.get(typed) in words:
        return TRUTHS[typed]
    if typed in words:
        return typed
    near = nearest(typed, words)
    raise CellError(f'"{clean(text)}" is not allowed; allowed: {listed(words)}{near}')


def _names(text: str) -> list[str]:
    names = [name for part in re.split(r"[,;]", text) if (name := part.strip())]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CellError(f'"{clean(twice[0])}" stands there twice')
    if not names:
        raise CellError(f'"{clean(text)}" names nothing; names with commas between are needed')
    return names
