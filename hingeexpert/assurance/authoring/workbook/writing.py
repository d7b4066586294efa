"""The rules as a workbook: a sheet for each kind of entry, a row an entry, all cells text.

Beside what may be changed stands each condition in words, as the book to sign says it. A hidden
sheet holds what was exported, so that a reader of the workbook knows what somebody changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from hingeexpert.assurance.authoring.workbook.rows import RuleCell, RuleRow, RuleTables
from hingeexpert.assurance.authoring.workbook.sheets import MEANT
from hingeexpert.assurance.book_words import in_plain_words
from hingeexpert.errors import InputError
from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.knowledge.grammar import Reader

PLACE, TAKE_OUT, INITIALS = "Place", "Take out", "Initials"
READS_AS = " reads as"
"""What stands behind the heading of a condition above the same condition in words."""
EXPORTED = "As exported"
"""The hidden sheet: place, heading and text of each cell."""
FIRST_SHEET = "Start here"
MOST_IN_CELL = 32_767
"""Characters that a cell of a workbook holds."""
WIDTHS = {"condition": 48, "text": 60, "names": 20, "word": 14, "number": 10}
"""Kind of cell to the width of its column, in characters."""
READS_AS_WIDTH, PLACE_WIDTH, OTHER_WIDTH = 48, 36, 10
MOST_LISTED = 255
"""Characters that a list of allowed words may have in all."""
EXPLAINED = (
    "Change the white cells. Grey ones are locked: what an entry is called, and what a condition "
    "reads as.",
    "Sort, filter and hide as you like. Rows that are missing stay as they are in the rules.",
    f'To take an entry out, write "take out" into the column {TAKE_OUT}.',
    "Several names in a cell stand with commas between.",
    "When you are done, hingeexpert rules import FILE --rules FOLDER says what each change does, "
    "and refuses at its cell what cannot be taken. Nothing is written before you add --write.",
    "",
    "A condition is one line, such as: part.question is answer and finding name",
    "A question has one answer or another: part.question is a/b.",
    "A number: below, up_to, from or over, and the name of a number on the sheet Numbers.",
    "Another condition by its name: finding x, fault x, contributor x, triage x.",
    "Joined by and, or by or, with brackets around what belongs together. The opposite: not (...).",
    "So many of several: at least n of (...; ...), with the name of a number for n.",
    "",
)
"""What the first sheet says, before the sheets by their names."""
Texts = Mapping[str, str]


def headings_of(rows: Sequence[RuleRow]) -> dict[str, RuleCell]:
    """Return the headings of a sheet, each with a cell below it: the first of its kind."""
    headings: dict[str, RuleCell] = {}
    for row in rows:
        for heading, cell in row.cells.items():
            headings.setdefault(heading, cell)
    return headings


def columns_of(rows: Sequence[RuleRow]) -> list[str]:
    """Return all headings of a sheet in the order of its columns."""
    columns = [PLACE]
    for heading, cell in headings_of(rows).items():
        columns.append(heading)
        if cell.kind.kind == "condition":
            columns.append(f"{heading}{READS_AS}")
    return [*columns, TAKE_OUT, INITIALS]


def texts_of(row: RuleRow, knowledge: KnowledgeBase, reader: Reader) -> Texts:
    """Return what stands in the cells of a row, by heading; blank ones are empty.

    Args:
        row: The row.
        knowledge: The rules, which say conditions in words.
        reader: Reads conditions against their names.
    """
    texts = {PLACE: row.place}
    for heading, cell in row.cells.items():
        texts[heading] = cell.text
        if cell.kind.kind == "condition":
            texts[f"{heading}{READS_AS}"] = _in_words(cell, knowledge, reader)
    return texts


def _in_words(cell: RuleCell, knowledge: KnowledgeBase, reader: Reader) -> str:
    if cell.value is None:
        return ""
    condition, _ = reader.read(cell.value)
    return in_plain_words(knowledge, condition)


def workbook_of(tables: RuleTables, knowledge: KnowledgeBase) -> bytes:
    """Write the workbook.

    Args:
        tables: The rules as rows.
        knowledge: The same rules.

    Returns:
        An Excel workbook; the same bytes for the same rules.

    Raises:
        InputError: A text is too long for a cell.
    """
    import xlsxwriter  # costs a start 60 ms, and few runs write a workbook

    file = BytesIO()
    looks = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    reader = Reader(tables.vocabulary)
    with xlsxwriter.Workbook(file, looks) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # or the clock would be in the bytes
        formats = _Formats(book)
        _explain(book.add_worksheet(FIRST_SHEET), tables, knowledge, formats)
        exported: list[tuple[str, str, str]] = []
        for name, rows in tables.sheets.items():
            texts = [texts_of(row, knowledge, reader) for row in rows]
            _fill(book.add_worksheet(name), rows, texts, formats)
            exported += _as_exported(texts)
        _hide(book.add_worksheet(EXPORTED), exported)
    return file.getvalue()


class _Formats:
    """How cells look. Every cell is text, so that nothing typed becomes a date or a number."""

    def __init__(self, book: Any) -> None:
        text = {"num_format": "@", "text_wrap": True, "valign": "top"}
        grey = {**text, "font_color": "#666666", "bg_color": "#f0f0f0"}
        framed = {"locked": False, "border": 1, "border_color": "#cccccc"}
        self.open = book.add_format({**text, **framed})
        self.locked = book.add_format(grey)
        self.place = book.add_format({**grey, "font_size": 8})
        self.head = book.add_format({**grey, "bold": True, "font_color": "#000000"})
        self.line = book.add_format({**text})


def _explain(sheet: Any, tables: RuleTables, knowledge: KnowledgeBase, formats: _Formats) -> None:
    info = knowledge.info
    head = f"{info.title}, version {info.version}. Hash of the rules: {tables.files.sha256}"
    sheet.set_column(0, 0, 110)
    sheets = (f"{name}: {MEANT[name]}" for name in tables.sheets)
    for number, line in enumerate((head, *EXPLAINED, *sheets)):
        sheet.write_string(number, 0, line, formats.line)
    sheet.protect()


def _as_exported(texts: Sequence[Texts]) -> Iterator[tuple[str, str, str]]:
    for row in texts:
        for heading, text in row.items():
            if heading != PLACE:
                yield row[PLACE], heading, text


def _fill(sheet: Any, rows: Sequence[RuleRow], texts: Sequence[Texts], formats: _Formats) -> None:
    """Write the rows of a sheet beneath their headings."""
    columns = columns_of(rows)
    kinds = headings_of(rows)
    sheet.write_row(0, 0, columns, formats.head)
    sheet.freeze_panes(1, 1)
    for place, heading in enumerate(columns):
        sheet.set_column(place, place, _width(heading, kinds))
    for number, (row, written) in enumerate(zip(rows, texts, strict=True), start=1):
        for place, heading in enumerate(columns):
            text = written.get(heading, "")
            _check_length(row, heading, text)
            _write(sheet, (number, place), text, _format(row, heading, formats))
        _allow(sheet, number, row, columns)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    sheet.protect(options=dict.fromkeys(_PERMITTED, True))


_PERMITTED = ("sort", "autofilter", "format_cells", "format_columns", "format_rows")


def _write(sheet: Any, at: tuple[int, int], text: str, look: Any) -> None:
    if text:
        sheet.write_string(*at, text, look)
    else:
        sheet.write_blank(*at, None, look)


def _width(heading: str, kinds: Mapping[str, RuleCell]) -> int:
    if heading == PLACE:
        return PLACE_WIDTH
    if heading in kinds:
        return WIDTHS[kinds[heading].kind.kind]
    return READS_AS_WIDTH if heading.endswith(READS_AS) else OTHER_WIDTH


def _format(row: RuleRow, heading: str, formats: _Formats) -> Any:
    """Return how a cell looks: what may be changed is open."""
    if heading == PLACE:
        return formats.place
    if heading == TAKE_OUT:
        return formats.open if row.can_go else formats.locked
    cell = row.cells.get(heading)
    is_open = heading == INITIALS or (cell is not None and not cell.locked)
    return formats.open if is_open else formats.locked


def _allow(sheet: Any, number: int, row: RuleRow, columns: Sequence[str]) -> None:
    """Offer the words that a cell may hold."""
    for heading, cell in row.cells.items():
        if cell.kind.words and sum(map(len, cell.kind.words)) < MOST_LISTED // 2:
            place = columns.index(heading)
            offered = {"validate": "list", "source": list(cell.kind.words)}
            sheet.data_validation(number, place, number, place, offered)


def _check_length(row: RuleRow, heading: str, text: str) -> None:
    if len(text) > MOST_IN_CELL:
        message = f"a cell of a workbook holds {MOST_IN_CELL} letters; {heading} needs more"
        raise InputError.about(row.place, message)


def _hide(sheet: Any, exported: Sequence[tuple[str, str, str]]) -> None:
    """Write what was exported where nobody comes upon it."""
    sheet.write_row(0, 0, ("Place", "Heading", "Text"))
    for number, (place, heading, text) in enumerate(exported, start=1):
        for column, part in enumerate((place, heading, text)):
            if part:
                sheet.write_string(number, column, part)
    sheet.very_hidden()
